#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "words/words.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20U; // the loader's own limit for one compose file

Result<std::string> read_stream(std::istream& in, std::string_view name) {
    std::string text;
    std::array<char, 65536> block{};
    while (in.read(block.data(), block.size()) || in.gcount() > 0) {
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > most_bytes)
            return fail(ErrorKind::limit, fmt::format("{} is larger than {} bytes", name, most_bytes));
    }
    return text;
}

class Diff final : public Command {
  public:
    std::string_view name() const override { return "diff"; }
    std::string_view summary() const override { return "Compare two compose files or Kubernetes manifests by meaning"; }
    std::string_view examples() const override {
        return "  mooring diff compose.yaml deployed.yaml\n"
               "  docker compose config --no-interpolate | mooring diff --resolved-names compose.yaml -\n"
               "      no difference in meaning\n"
               "  mooring diff new/shop.yaml old/shop.yaml # with `apiVersion`: Kubernetes, object by object\n"
               "  mooring diff --batch pairs.jsonl       # lines {\"id\",\"desired\",\"actual\"} holding the texts\n\n"
               "Exit codes: 0 equal, 2 different, 65 unreadable. With --batch: 65 if any pair is unreadable,\n"
               "else 2 if any differs. Compose files are printed as they are: no secret in them is masked. Of\n"
               "Kubernetes manifests Secrets, env values and what looks secret are, without --show-values.";
    }
    void declare(CLI::App& app) override {
        app.add_option("DESIRED", desired_, "The file as it should be, or - for standard input")->type_name("FILE");
        app.add_option("ACTUAL", actual_, "The file as it is, or - for standard input")->type_name("FILE");
        app.add_option("--batch", batch_, "Pairs, one JSON object a line; - for standard input")->type_name("FILE");
        app.add_flag("--resolved-names", how_.resolved_names,
                     "Undo what `docker compose config` adds: name, PROJECT_ names, absolute paths");
        app.add_option("--kind", kind_, "What the files are; auto: Kubernetes if they have `apiVersion`")
            ->type_name("auto|compose|kubernetes");
        app.add_flag("--show-values", how_.show_values, "Print the secrets of Kubernetes manifests, too");
        app.add_option("--format", format_, "Form of standard output")->type_name("text|json");
        app.add_option("--color", colour_, "When output is coloured")->type_name("auto|always|never");
    }
    int run(Console& console) override;

  private:
    int run_batch(Console& console) const;
    Result<std::string> text_of(Console& console, const std::string& file) const;
    Result<PairTexts> read_pair(Console& console) const;
    void print(Console& console, const Comparison& comparison) const;
    int unreadable(Console& console, const Error& error) const;

    std::string desired_;
    std::string actual_;
    std::string batch_;
    PairTexts how_;
    std::string kind_ = "auto";
    std::string format_ = "text";
    std::string colour_ = "auto";
};

int Diff::run(Console& console) {
    if (const auto problem = one_of("--format", format_, {"text", "json"}))
        return usage_error(console, name(), *problem);
    if (const auto problem = one_of("--color", colour_, {"auto", "always", "never"}))
        return usage_error(console, name(), *problem);
    if (const auto problem = one_of("--kind", kind_, {"auto", "compose", "kubernetes"}))
        return usage_error(console, name(), *problem);
    how_.kind = kind_ == "auto" ? FileKind::automatic : kind_ == "compose" ? FileKind::compose : FileKind::kubernetes;
    if (!batch_.empty()) {
        if (!desired_.empty()) return usage_error(console, name(), "--batch takes the place of the two files");
        return run_batch(console);
    }
    if (actual_.empty()) return usage_error(console, name(), "two files are needed: DESIRED and ACTUAL");
    if (desired_ == "-" && actual_ == "-")
        return usage_error(console, name(), "only one of the files can be standard input");

    const Result<PairTexts> texts = read_pair(console);
    if (!texts) return unreadable(console, texts.error());
    const Result<Comparison> changes = compare_pair(*texts);
    if (!changes) return unreadable(console, changes.error());
    if (format_ == "json") {
        const nlohmann::ordered_json whole = {{"equal", changes->changes.empty()},
                                              {"changes", changes_json(changes->changes, true)}};
        console.out << report::one_line(whole) << '\n';
    } else {
        print(console, *changes);
    }
    if (!changes->changes.empty() && !changes->resolved.empty()) {
        console.err << changes->resolved
                    << " looks like the output of `docker compose config`: --resolved-names undoes the names and paths "
                       "that it adds\n";
    }
    return changes->changes.empty() ? exit_ok : exit_different;
}

int Diff::run_batch(Console& console) const {
    if (batch_ == "-") return diff_batch(console.in, console.out, how_);
    std::ifstream file(batch_, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof()) {
        const Result<std::string> why = read_file(batch_, most_bytes);
        if (!why) return failure(console, name(), why.error().message, exit_invalid);
    }
    return diff_batch(file, console.out, how_);
}

Result<std::string> Diff::text_of(Console& console, const std::string& file) const {
    if (file == "-") return read_stream(console.in, "standard input");
    std::error_code ignored;
    if (!std::filesystem::is_fifo(file, ignored)) return read_file(file, most_bytes);
    std::ifstream pipe(file, std::ios::binary); // `mooring diff <(...) <(...)`
    return read_stream(pipe, file);
}

Result<PairTexts> Diff::read_pair(Console& console) const {
    PairTexts texts = how_;
    texts.desired_name = desired_ == "-" ? "standard input" : desired_;
    texts.actual_name = actual_ == "-" ? "standard input" : actual_;
    Result<std::string> desired = text_of(console, desired_);
    if (!desired) return std::unexpected(desired.error());
    Result<std::string> actual = text_of(console, actual_);
    if (!actual) return std::unexpected(actual.error());
    texts.desired = std::move(*desired);
    texts.actual = std::move(*actual);
    return texts;
}

void Diff::print(Console& console, const Comparison& comparison) const {
    const std::vector<PairChange>& changes = comparison.changes;
    if (changes.empty()) {
        console.out << "no difference in meaning\n";
        return;
    }
    report::TextOptions options = look_of_output(console, colour_);
    options.show_values = how_.show_values;
    const report::StackText text(options);
    const std::string file = desired_ == "-" ? "standard input" : desired_;
    console.out << words::counted(changes.size(), "change") << ": desired -> actual\n";
    for (const PairChange& one : changes) {
        console.out << text.change({.plane = Plane::content,
                                    .path = one.path,
                                    .desired = one.desired,
                                    .actual = one.actual,
                                    .secret = one.secret,
                                    .waiver = {},
                                    .where = {.file = file, .line = one.line}});
    }
}

int Diff::unreadable(Console& console, const Error& error) const {
    if (format_ == "json") {
        const nlohmann::ordered_json whole = {{"error", error.message}};
        console.out << report::one_line(whole) << '\n';
    }
    return failure(console, name(), error.message, exit_invalid);
}

} // namespace

std::unique_ptr<Command> make_diff_command() { return std::make_unique<Diff>(); }

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_line = std::size_t{64} << 20U; // two files of the largest size, escaped

enum class LineRead { read, too_long, end };

// The next line without its break, at most `most_line` bytes; what is beyond is passed over.
LineRead read_line(std::istream& in, std::string& line) {
    line.clear();
    std::streambuf& bytes = *in.rdbuf();
    bool cut = false;
    for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
        if (c == '\n') return cut ? LineRead::too_long : LineRead::read;
        if (line.size() < most_line)
            line.push_back(static_cast<char>(c));
        else
            cut = true;
    }
    if (cut) return LineRead::too_long;
    return line.empty() ? LineRead::end : LineRead::read;
}

// The pair's texts, or what is wrong with the object.
Result<PairTexts> texts_of(const Json& object, const PairTexts& how) {
    PairTexts texts = how;
    for (const auto& [key, text] : {std::pair{"desired", &texts.desired}, std::pair{"actual", &texts.actual}}) {
        const auto found = object.find(key);
        if (found == object.end() || !found->is_string())
            return fail(ErrorKind::invalid_input, fmt::format("`{}` must be the text of a file", key));
        *text = found->get<std::string>();
    }
    return texts;
}

Json answer(const Json& id, const Comparison& compared) {
    return {{"id", id}, {"equal", compared.changes.empty()}, {"changes", changes_json(compared.changes, false)}};
}

int answer_line(const std::string& line, std::size_t number, const PairTexts& how, Json& out) {
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) {
        out = {{"id", nullptr}, {"error", fmt::format("line {}: not a JSON object", number)}};
        return exit_invalid;
    }
    const Json id = object.value("id", Json());
    const Result<PairTexts> texts = texts_of(object, how);
    const Result<Comparison> compared = texts ? compare_pair(*texts) : std::unexpected(texts.error());
    if (!compared) {
        out = {{"id", id}, {"error", compared.error().message}};
        return exit_invalid;
    }
    out = answer(id, *compared);
    return compared->changes.empty() ? exit_ok : exit_different;
}

} // namespace

int diff_batch(std::istream& in, std::ostream& out, const PairTexts& how) {
    int worst = exit_ok; // 65 before 2 before 0, which is also their order
    std::size_t number = 0;
    std::string line;
    for (LineRead read = read_line(in, line); read != LineRead::end && out; read = read_line(in, line)) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Json reply;
        int code = exit_invalid;
        if (read == LineRead::too_long)
            reply = {{"id", nullptr}, {"error", fmt::format("line {} is longer than {} bytes", number, most_line)}};
        else
            code = answer_line(line, number, how, reply);
        worst = std::max(worst, code);
        out << report::one_line(reply) << '\n' << std::flush;
    }
    return worst;
}

} // namespace mooring::cli
