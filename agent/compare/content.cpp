// The desired file against the server's (design §5, kubernetes.md §7.1): equal bytes first, else canonical trees.
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "kubernetes/kubernetes.hpp"
#include "model/stack.hpp"

#include <fmt/format.h>

namespace mooring::compare {
namespace {

constexpr std::size_t most_path_bytes = 400;

struct Reading {
    const DesiredStack& stack;
    const StackRecord* record;
    const KnownSecrets& secrets;
    bool show_values = false;
    const std::function<std::string(std::string_view)>& digest; // may be empty
};

// What the file's names begin with: a tied manifest's own name is a label.
std::string project_of(const Reading& reading) {
    const bool by_record = reading.stack.tie && reading.record != nullptr;
    return normalise_stack_name(by_record ? reading.record->name : reading.stack.name);
}

// Parsers quote what they stumble over, so that their words are masked like a server's.
std::string problem_text(std::string_view whose, const yaml::Problem& problem, std::size_t lines_before,
                         const Reading& reading, std::string_view text) {
    KnownSecrets secrets(reading.stack, reading.record);
    secrets.learn_text(text);
    std::string place;
    if (problem.mark.line != 0) {
        place = fmt::format("line {}, column {}: ", lines_before + problem.mark.line, problem.mark.column);
    }
    return fmt::format("{} does not parse: {}{}", whose, place, printable(secrets.mask(problem.message)));
}

std::string desired_problem(const DesiredContent& wanted, const yaml::Problem& problem, const Reading& reading) {
    return problem_text("the desired file " + printable(wanted.file), problem, wanted.line - 1, reading, wanted.text);
}

// A difference of either kind of file.
struct Difference {
    std::string path;
    const std::optional<std::string>& desired;
    const std::optional<std::string>& actual;
    bool secret = false;
    std::size_t line = 0; // 0: none
};

// A map or list that is hidden because a known value stands somewhere in it: the rest of it is told whole.
void tell_rest(const Difference& difference, const KnownSecrets& secrets, Change& change) {
    const auto rest = [&](const std::optional<std::string>& value) {
        const bool composite = value && (value->starts_with('{') || value->starts_with('['));
        return composite ? secrets.mask(*value) : std::string();
    };
    const std::string desired = rest(difference.desired);
    const std::string actual = rest(difference.actual);
    if (desired == actual || desired.empty() != !difference.desired || actual.empty() != !difference.actual) return;
    change.whole_desired = desired;
    change.whole_actual = actual;
}

Change content_change(const Difference& difference, const DesiredContent& wanted, const Reading& reading) {
    Change whole;
    const auto side = [&](const std::optional<std::string>& value, bool shown,
                          std::string& rest) -> std::optional<std::string> {
        if (!value) return std::nullopt;
        return shown ? shown_of(*value, rest) : std::string();
    };
    const bool secret = difference.secret || reading.secrets.stand_in(difference.desired.value_or("")) ||
                        reading.secrets.stand_in(difference.actual.value_or(""));
    const bool shown = !secret || reading.show_values;
    const std::size_t line = difference.line == 0 ? 0 : wanted.line - 1 + difference.line;
    Change change =
        change_at(Plane::content, Subject::content, printable(difference.path, most_path_bytes),
                  side(difference.desired, shown, whole.whole_desired),
                  side(difference.actual, shown, whole.whole_actual), {.file = wanted.file, .line = line, .column = 0});
    change.secret = secret;
    if (!secret) {
        change.whole_desired = std::move(whole.whole_desired);
        change.whole_actual = std::move(whole.whole_actual);
    } else if (!difference.secret) {
        tell_rest(difference, reading.secrets, change);
    }
    if (secret) change.secret_digest = digest_of_secret(reading.digest, difference.desired, difference.actual);
    return change;
}

// Equal bytes mean the same, and what they would run is then known from the desired file.
void compare_compose(const DesiredContent& wanted, const compose::File* desired, std::string_view actual,
                     const Reading& reading, ContentFacts& facts) {
    const std::string project = project_of(reading);
    facts.equal_bytes = wanted.text == actual;
    if (desired == nullptr) {
        const auto loaded = compose::load(wanted.text);
        facts.problem = loaded ? "the desired file was not loaded" : desired_problem(wanted, loaded.error(), reading);
        return;
    }
    if (facts.equal_bytes) {
        facts.actual = compose::facts(*desired, project);
        return;
    }
    const auto file = compose::load(actual);
    if (!file) {
        facts.problem = problem_text("the server's file", file.error(), 0, reading, actual);
        return;
    }
    // What the server's file alone calls a job is nobody's word: comparing does not see it.
    facts.actual = compose::facts(*file, project, false);
    facts.deploying = compose::deploying(*desired, *file);
    for (const compose::Difference& one : compose::compare(*desired, *file)) {
        facts.changes.push_back(
            content_change({one.path, one.desired, one.actual, one.secret, one.desired_line}, wanted, reading));
    }
}

// A Git stack's file is not compared, but it says what should run, and what the values of its variables would move.
void read_git_file(std::string_view actual, const Reading& reading, ContentFacts& facts) {
    auto file = compose::load(actual);
    if (!file) {
        facts.problem = problem_text("the server's file", file.error(), 0, reading, actual);
        return;
    }
    facts.actual = compose::facts(*file, project_of(reading));
    if (reading.stack.env && actual.contains('$'))
        facts.deploying.actual = std::make_shared<const compose::File>(std::move(*file));
}

// Portainer shows the entry file alone. Its additional files may add services and change images and counts: what runs
// as the entry file says is as declared, and of what runs otherwise nobody knows.
void allow_for_more_files(const StackRecord& record, compose::ProjectFacts& project) {
    if (record.additional_files.empty()) return;
    project.more_files = true;
    for (compose::ServiceFacts& service : project.services) {
        if (service.image) service.image_by_default = true;
        if (service.replicas && service.replicas != 0) service.replicas_by_default = true;
    }
}

// What the memory keeps of the two texts.
void add_digests(const Comparing& how, std::string_view actual, const DesiredContent* wanted, ContentFacts& facts) {
    if (!how.digest) return;
    facts.content_digest = how.digest(actual);
    if (wanted != nullptr) facts.desired_digest = facts.equal_bytes ? facts.content_digest : how.digest(wanted->text);
}

class ComposeContent final : public Content {
  public:
    explicit ComposeContent(const DesiredStack& stack) : stack_(stack), file_(desired_file(stack)) {}

    std::optional<compose::ProjectFacts> facts() const override { return facts_of(stack_, file_); }

    ContentFacts compare(std::string_view actual, const Comparing& how) const override {
        const KnownSecrets secrets(stack_, how.record);
        const Reading reading{stack_, how.record, secrets, how.show_values, how.digest};
        const auto* wanted = std::get_if<DesiredContent>(&stack_.source);
        ContentFacts facts;
        if (wanted != nullptr) {
            compare_compose(*wanted, file_ ? &*file_ : nullptr, actual, reading, facts);
        } else {
            read_git_file(actual, reading, facts);
        }
        // compose ignores what calls a service a job, and so does comparing: the desired file's word counts at once.
        const auto called =
            file_ ? std::span<const std::string>(compose::called_jobs(*file_)) : std::span<const std::string>();
        if (facts.actual) settle(*facts.actual, stack_, how.record, called);
        if (how.record != nullptr && facts.actual) allow_for_more_files(*how.record, *facts.actual);
        add_digests(how, actual, wanted, facts);
        return facts;
    }

  private:
    const DesiredStack& stack_;
    std::optional<compose::File> file_; // nullopt for Git, and when it does not load
};

// "Deployment/web:spec.replicas", "Service/web" for a whole object.
std::string path_of(const kubernetes::Difference& one) {
    return one.path.empty() ? one.object : one.object + ":" + one.path;
}

// What the server's file declares; without it the facts have a problem.
std::shared_ptr<const kubernetes::File> load_objects(std::string_view actual, const Reading& reading,
                                                     ContentFacts& facts) {
    auto file = kubernetes::load(actual);
    if (file) return std::make_shared<const kubernetes::File>(std::move(*file));
    facts.problem = problem_text("the server's file", file.error(), 0, reading, actual);
    return nullptr;
}

// The namespace of what names none: the stack's, and without one `default` (kubernetes.md §1.1).
std::string_view deployed_to(const DesiredStack& stack) {
    return stack.namespace_.empty() ? std::string_view("default") : std::string_view(stack.namespace_);
}

void compare_objects(const DesiredContent& wanted, const kubernetes::File& desired, const kubernetes::File& actual,
                     const Reading& reading, ContentFacts& facts) {
    for (const kubernetes::Difference& one : kubernetes::compare_files(desired, actual, deployed_to(reading.stack))) {
        facts.changes.push_back(
            content_change({path_of(one), one.desired, one.actual, one.secret, one.line}, wanted, reading));
    }
}

class KubernetesContent final : public Content {
  public:
    explicit KubernetesContent(const DesiredStack& stack) : stack_(stack) {
        const auto* wanted = std::get_if<DesiredContent>(&stack.source);
        if (wanted == nullptr) return;
        auto file = kubernetes::load(wanted->text);
        if (file)
            file_ = std::make_shared<const kubernetes::File>(std::move(*file));
        else
            problem_ = std::move(file.error());
    }

    std::optional<compose::ProjectFacts> facts() const override { return std::nullopt; }
    std::shared_ptr<const kubernetes::File> objects() const override { return file_; }

    ContentFacts compare(std::string_view actual, const Comparing& how) const override {
        const KnownSecrets secrets(stack_, how.record);
        const Reading reading{stack_, how.record, secrets, how.show_values, how.digest};
        const auto* wanted = std::get_if<DesiredContent>(&stack_.source);
        ContentFacts facts;
        facts.equal_bytes = wanted != nullptr && wanted->text == actual;
        if (wanted != nullptr && !file_) {
            facts.problem = desired_problem(*wanted, *problem_, reading);
        } else if (facts.equal_bytes) {
            facts.objects = file_;
        } else if (wanted != nullptr ||
                   stack_.runtime) { // a Git stack's file is not compared, but says what should run
            facts.objects = load_objects(actual, reading, facts);
            if (wanted != nullptr && facts.objects) compare_objects(*wanted, *file_, *facts.objects, reading, facts);
        }
        add_digests(how, actual, wanted, facts);
        return facts;
    }

  private:
    const DesiredStack& stack_;
    std::shared_ptr<const kubernetes::File> file_; // nullptr for Git, and when it does not load
    std::optional<yaml::Problem> problem_;         // why it does not
};

} // namespace

std::unique_ptr<const Content> Content::load(const DesiredStack& stack) {
    if (stack.type == StackType::kubernetes) return std::make_unique<KubernetesContent>(stack);
    return std::make_unique<ComposeContent>(stack);
}

} // namespace mooring::compare
