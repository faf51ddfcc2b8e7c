#include "cli/commands.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "capture/capture.hpp"
#include "cli/check_run.hpp"
#include "compare/parts.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace mooring::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string complaint(std::string_view name, const yaml::Problem& problem) {
    std::string place;
    if (problem.mark.line > 0) place = fmt::format(":{}:{}", problem.mark.line, problem.mark.column);
    return fmt::format("{}{}: {}", name, place, printable(problem.message));
}

// Two that both look so were resolved alike.
std::string resolved_side(const PairTexts& texts, const compose::File& desired, const compose::File& actual) {
    const bool is_desired = compose::looks_resolved(desired);
    if (is_desired == compose::looks_resolved(actual)) return {};
    return is_desired ? texts.desired_name : texts.actual_name;
}

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

bool is_kubernetes(const PairTexts& texts) {
    if (texts.kind != FileKind::automatic) return texts.kind == FileKind::kubernetes;
    return kubernetes::is_manifest(texts.desired) || kubernetes::is_manifest(texts.actual);
}

template <typename File>
Error unreadable(const PairTexts& texts, const std::expected<File, yaml::Problem>& desired,
                 const std::expected<File, yaml::Problem>& actual) {
    std::vector<std::string> complaints;
    if (!desired) complaints.push_back(complaint(texts.desired_name, desired.error()));
    if (!actual) complaints.push_back(complaint(texts.actual_name, actual.error()));
    return {.kind = ErrorKind::invalid_input, .message = join(complaints, "; ")};
}

PairChange change_of(kubernetes::Difference&& one, bool show_values) {
    const bool masked = one.secret && !show_values;
    const auto side = [masked](std::optional<std::string>&& value) {
        return value && masked ? std::string(mask_sign) : std::move(value);
    };
    return {.path = one.path.empty() ? one.object : one.object + ":" + one.path,
            .object = one.object,
            .what = std::string(kubernetes::word(one.what)),
            .desired = side(std::move(one.desired)),
            .actual = side(std::move(one.actual)),
            .secret = masked,
            .line = one.line};
}

Result<Comparison> compare_manifests(const PairTexts& texts) {
    auto desired = kubernetes::load(texts.desired);
    auto actual = kubernetes::load(texts.actual);
    if (!desired || !actual) return std::unexpected(unreadable(texts, desired, actual));
    Comparison out;
    const auto secrets = texts.show_values ? kubernetes::Secrets::shown : kubernetes::Secrets::masked;
    for (kubernetes::Difference& one : kubernetes::compare_files(*desired, *actual, {}, secrets)) {
        out.changes.push_back(change_of(std::move(one), texts.show_values));
    }
    return out;
}

} // namespace

Result<Comparison> compare_pair(const PairTexts& texts) {
    if (is_kubernetes(texts)) return compare_manifests(texts);
    auto desired = compose::load(texts.desired);
    // Equal bytes mean the same once they mean anything.
    if (desired && texts.desired == texts.actual) return Comparison{};
    auto actual = compose::load(texts.actual);
    if (!desired || !actual) return std::unexpected(unreadable(texts, desired, actual));
    if (texts.resolved_names) compose::undo_resolving(*desired, *actual);
    Comparison out{.changes = {}, .resolved = resolved_side(texts, *desired, *actual)};
    for (compose::Difference& one : compose::compare(*desired, *actual, compose::Secrets::shown)) {
        out.changes.push_back({.path = std::move(one.path),
                               .object = {},
                               .what = {},
                               .desired = std::move(one.desired),
                               .actual = std::move(one.actual),
                               .line = one.desired_line});
    }
    return out;
}

Json changes_json(const std::vector<PairChange>& changes, bool with_line) {
    Json out = Json::array();
    for (const PairChange& change : changes) {
        Json one = {
            {"path", change.path}, {"desired", text_or_null(change.desired)}, {"actual", text_or_null(change.actual)}};
        if (!change.object.empty()) {
            one["object"] = change.object;
            one["what"] = change.what;
        }
        if (with_line) one["line"] = change.line == 0 ? Json() : Json(change.line);
        out.push_back(std::move(one));
    }
    return out;
}

namespace {

using portainer::Awaitable;

constexpr std::size_t most_lines = 5000; // of both texts: the table of the comparison has their product
constexpr std::size_t context = 3;

struct Line {
    char sign = ' '; // ' ', '-', '+'
    std::string_view text;
};

// The longest common subsequence, read off as lines that stay, go and come.
std::vector<Line> edit(const std::vector<std::string_view>& from, const std::vector<std::string_view>& to) {
    const std::size_t width = to.size() + 1;
    std::vector<std::uint16_t> common((from.size() + 1) * width, 0);
    for (std::size_t i = from.size(); i-- > 0;) {
        for (std::size_t j = to.size(); j-- > 0;) {
            common[i * width + j] = from[i] == to[j] ? static_cast<std::uint16_t>(common[(i + 1) * width + j + 1] + 1)
                                                     : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::vector<Line> out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < from.size() || j < to.size()) {
        if (i < from.size() && j < to.size() && from[i] == to[j]) {
            out.push_back({' ', from[i++]});
            ++j;
        } else if (i < from.size() && (j == to.size() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            out.push_back({'-', from[i++]});
        } else {
            out.push_back({'+', to[j++]});
        }
    }
    return out;
}

// One piece: lines [begin, end) of the edit, which start at these line numbers (from 1) of both texts.
std::string hunk(const std::vector<Line>& lines, std::size_t begin, std::size_t end) {
    const auto count = [&](std::size_t first, std::size_t last, char sign) {
        return std::count_if(lines.begin() + static_cast<std::ptrdiff_t>(first),
                             lines.begin() + static_cast<std::ptrdiff_t>(last),
                             [sign](const Line& line) { return line.sign == ' ' || line.sign == sign; });
    };
    const auto range = [&](char sign) {
        const auto length = count(begin, end, sign);
        return fmt::format("{},{}", count(0, begin, sign) + (length > 0 ? 1 : 0), length);
    };
    std::string out = fmt::format("@@ -{} +{} @@\n", range('-'), range('+'));
    for (std::size_t i = begin; i < end; ++i)
        out += fmt::format("{}{}\n", lines[i].sign, printable(lines[i].text, 500));
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::string_view line : split(text, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
    }
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

// The same Api; what it answers about files and records is kept.
class Listening final : public portainer::Api {
  public:
    Listening(std::unique_ptr<Api> real, std::string server, KeptFiles& kept)
        : real_(std::move(real)), server_(std::move(server)), kept_(kept) {}

    Awaitable<Answer<std::vector<StackRecord>>> stacks() override {
        Answer<std::vector<StackRecord>> answer = co_await real_->stacks();
        if (answer.value) {
            for (const StackRecord& record : *answer.value) kept_.keep_record(server_, record);
        }
        co_return answer;
    }
    Awaitable<Answer<std::string>> stack_file(StackId id) override {
        Answer<std::string> answer = co_await real_->stack_file(id);
        if (answer.value) kept_.keep_file(server_, id, *answer.value);
        co_return answer;
    }
    Awaitable<Answer<ServerStatus>> status() override { return real_->status(); }
    Awaitable<Answer<Identity>> identity() override { return real_->identity(); }
    Awaitable<Answer<std::vector<Environment>>> environments() override { return real_->environments(); }
    Awaitable<Answer<Environment>> environment(EnvironmentId id) override { return real_->environment(id); }
    Awaitable<Answer<StackRecord>> stack(StackId id) override { return real_->stack(id); }
    Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override { return real_->containers(id); }
    Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override { return real_->services(id); }
    Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override { return real_->tasks(id); }
    Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId id) override { return real_->registries(id); }
    Awaitable<Answer<Engine>> engine(EnvironmentId id) override { return real_->engine(id); }
    Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override { return real_->images(id); }
    Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override {
        return real_->container(id, std::move(name));
    }
    Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override {
        return real_->docker_object(id, kind, std::move(name));
    }
    Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) override {
        return real_->kubernetes(id, std::move(path));
    }
    Awaitable<Reply> settings() override { return real_->settings(); }
    Awaitable<Answer<std::vector<NamedId>>> users() override { return real_->users(); }
    Awaitable<Answer<std::vector<NamedId>>> teams() override { return real_->teams(); }
    Awaitable<Answer<std::vector<NamedId>>> tags() override { return real_->tags(); }
    Awaitable<Answer<std::vector<NamedId>>> groups() override { return real_->groups(); }

  private:
    std::unique_ptr<Api> real_;
    std::string server_;
    KeptFiles& kept_;
};

// What only the server has is for the eyes of who may see the server.
std::string without_lines_that_go(std::string_view diff) {
    std::string out;
    for (const std::string_view line : lines_of(diff)) {
        const bool goes = line.starts_with('-') && !out.empty(); // the first line names the file
        out += goes ? std::string("-(not shown)") : std::string(line);
        out += '\n';
    }
    return out;
}

// The file with nothing secret in it, or why it cannot be shown.
std::expected<std::string, std::string> shown_file(const std::string& text, const std::vector<Secret>& credentials,
                                                   const compare::KnownSecrets& secrets) {
    const auto taken = capture::take_out_secrets(text, {.names = {}, .credentials = credentials});
    if (!taken) return std::unexpected(taken.error());
    std::string out;
    for (const std::string_view line : lines_of(taken->text)) out += secrets.mask(line) + "\n";
    return out;
}

} // namespace

std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name,
                         std::string_view to) {
    if (from == to) return {};
    const std::vector<std::string_view> before = lines_of(from);
    const std::vector<std::string_view> after = lines_of(to);
    std::string out = fmt::format("--- {}\n+++ {}\n", printable(from_name), printable(to_name));
    if (before.size() + after.size() > most_lines) return out + "(too many lines to be compared)\n";
    const std::vector<Line> lines = edit(before, after);
    const auto differs = [&](std::size_t i) { return lines[i].sign != ' '; };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!differs(i)) continue;
        const std::size_t begin = i - std::min(i, context);
        std::size_t last = i;
        for (std::size_t j = i; j < lines.size() && j <= last + 2 * context; ++j) {
            if (differs(j)) last = j;
        }
        const std::size_t end = std::min(lines.size(), last + context + 1);
        out += hunk(lines, begin, end);
        i = end - 1;
    }
    return out;
}

MakeApi KeptFiles::wrap(MakeApi make_api) {
    return [this, make_api = std::move(make_api)](const boost::asio::any_io_executor& executor,
                                                  const ServerConnection& server,
                                                  portainer::Hooks hooks) -> Result<std::unique_ptr<portainer::Api>> {
        auto api = make_api(executor, server, std::move(hooks));
        if (!api) return api;
        return std::make_unique<Listening>(std::move(*api), server.name, *this);
    };
}

std::string KeptFiles::diff_of(const DesiredStack& stack, const StackResult& result, const DiffLook& look) const {
    const auto* content = std::get_if<DesiredContent>(&stack.source);
    const auto file = files_.find({result.server, *result.id});
    if (content == nullptr || file == files_.end()) return {};
    const auto record = records_.find({result.server, *result.id});
    const std::string name = words::stack_name(result, true);
    if (stack.type == StackType::kubernetes)
        return name + ": Kubernetes files are compared object by object, and not shown line by line\n";
    compare::KnownSecrets secrets(stack, record == records_.end() ? nullptr : &record->second);
    secrets.learn_text(content->text);
    secrets.learn_text(file->second);
    const auto desired = shown_file(content->text, credentials_, secrets);
    const auto actual = shown_file(file->second, credentials_, secrets);
    if (!desired || !actual)
        return fmt::format("{}: the files are not shown, because their secrets cannot be taken out safely: {}\n", name,
                           printable(secrets.mask(desired ? actual.error() : desired.error())));
    std::string diff = look.becomes ? unified_diff(name, *actual, content->file, *desired)
                                    : unified_diff(content->file, *desired, name, *actual);
    if (look.hides_actual) diff = without_lines_that_go(diff);
    return diff.empty() ? fmt::format("{}: the files differ in secrets alone, or in nothing that counts\n", name)
                        : diff;
}

std::string KeptFiles::diffs(const Report& report, const Desired& desired, const DiffLook& look) const {
    std::string out;
    for (const StackResult& result : report.stacks) {
        const bool differs =
            std::ranges::any_of(result.changes, [](const Change& change) { return change.plane == Plane::content; });
        if (!differs || !result.id) continue;
        const auto stack = std::ranges::find_if(desired.stacks, [&](const DesiredStack& one) {
            return one.name == result.name && one.server == result.server && one.where == result.where;
        });
        if (stack != desired.stacks.end()) out += (out.empty() ? "" : "\n") + diff_of(*stack, result, look);
    }
    return out;
}

} // namespace mooring::cli
