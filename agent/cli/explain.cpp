#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"
#include "report/layout.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <ostream>

namespace mooring::cli {
namespace {

void print_row(Console& console, std::string_view head, std::string_view text) {
    constexpr std::size_t indent = 10;
    std::optional<std::size_t> room;
    if (console.out_width) room = std::max<std::size_t>(*console.out_width, 40) - indent;
    std::string start = report::pad(head, indent);
    for (const std::string& line : report::wrap(text, room)) {
        console.out << start << line << '\n';
        start = std::string(indent, ' ');
    }
}

std::vector<std::string> known_words();

class Explain final : public Command {
  public:
    std::string_view name() const override { return "explain"; }
    std::string_view summary() const override { return "Say which rule compares a path, or what a word means"; }
    std::string_view examples() const override {
        return "  mooring explain services.web.ports     # how ports are compared\n"
               "  mooring explain Deployment/web:spec.replicas\n"
               "  mooring explain not_visible            # what the verdict says\n"
               "  mooring explain not_adopted            # why a plan does not write it";
    }
    void declare(CLI::App& app) override {
        app.add_option("PATH", subject_,
                       "A path as a report prints it, or a verdict, cause, proof, plane, rule, or code of a plan")
            ->required()
            ->type_name("");
    }

    int run(Console& console) override {
        const std::vector<Meaning> meanings = meanings_of(subject_);
        const bool is_rule = print_rule(console, meanings);
        if (is_rule || !meanings.empty()) return exit_ok;
        // A word alone that no table has is a word that was mistyped.
        if (subject_.find_first_of("./:[") == std::string::npos) return usage_error(console, name(), unknown_word());
        console.out << printable(subject_) << '\n';
        print_row(console, "  rule", "none: compared literally, as the file says it");
        return exit_ok;
    }

  private:
    // What was asked for, what it means, and the rule if it is a path; false if there is none.
    bool print_rule(Console& console, const std::vector<Meaning>& meanings) const {
        const auto outside = path_outside_content(subject_);
        const auto in_compose = outside || !meanings.empty() ? std::nullopt : compose::explain(subject_);
        const auto in_cluster =
            outside || !meanings.empty() || in_compose ? std::nullopt : kubernetes::explain(subject_);
        if (!meanings.empty() || outside || in_compose || in_cluster) console.out << printable(subject_) << '\n';
        for (const Meaning& one : meanings) print_row(console, "  " + std::string(one.kind), one.text);
        if (outside) {
            print_row(console, "  rule", outside->word);
            print_row(console, "  plane", outside->kind);
            print_row(console, "  reason", outside->text);
        }
        if (in_compose) print_path_rule(console, in_compose->pattern, in_compose->form, in_compose->reason);
        if (in_cluster) print_path_rule(console, in_cluster->pattern, in_cluster->form, in_cluster->reason);
        return outside || in_compose || in_cluster;
    }

    static void print_path_rule(Console& console, std::string_view pattern, std::string_view form,
                                std::string_view reason) {
        print_row(console, "  rule", pattern);
        print_row(console, "  form", form);
        print_row(console, "  reason", reason);
    }

    std::string unknown_word() const {
        const auto near = closest_match(subject_, known_words());
        return fmt::format("`{}` is neither a word of a report or plan nor a path that Mooring compares; {}",
                           printable(subject_, 100),
                           near ? "did you mean `" + *near + "`?"
                                : "a path is written like `services.web.ports` or `Deployment/web:spec.replicas`");
    }

    std::string subject_;
};

} // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<Explain>(); }

// The words of the report, for `mooring explain WORD` (design §1, §3.1, §3.2).

namespace {

constexpr std::array meanings{
    Meaning{
        "in_sync", "verdict",
        "Record, file and what runs were all read and agree with the manifest. `in sync (waived)`: every difference "
        "is accepted by a waiver. `in sync (runtime not asked)`: the manifest or configuration says `runtime: false`."},
    Meaning{"drifted", "verdict", "All was read, and at least one difference is not waived."},
    Meaning{"missing", "verdict", "The stack is proven not to be there. The proof is named beside the verdict."},
    Meaning{
        "deleted", "verdict",
        "The stack that an earlier run saw is deleted, which is proven. Whether a stack of its name that this token "
        "may not see took its place is not, so that it is drift and not seen at once, and `exists` is null. "
        "`--fail-on missing` includes it; a waiver on `missing` does not."},
    Meaning{"extra", "verdict", "A stack in a managed scope that no manifest declares."},
    Meaning{
        "denied", "verdict",
        "A request about the stack was refused, so that it is neither missing nor in sync nor drifted. The cause says "
        "in the server's terms why; the remedy says who can change that."},
    Meaning{"not_visible", "verdict",
            "The stack is not in the list that this token may see, and nothing proves that it is not there. An "
            "administrator's token, or an earlier run with --remember, can tell."},
    Meaning{"orphaned", "verdict", "Portainer knows the stack, but its environment is gone."},
    Meaning{"unreachable", "verdict",
            "Network, TLS, a timeout, a server error, or an answer that is not the API's kept it from being read."},
    Meaning{"pending", "verdict", "Portainer is still deploying it, or its absence was seen only once so far."},
    Meaning{
        "error", "verdict",
        "It was read and cannot be compared, or the question is ambiguous: a file lost on the server, content that "
        "does not parse, two records of one name, an environment that does not exist, a secret that cannot be read."},
    Meaning{"suspended", "verdict",
            "The manifest suspends it until a date, with reason and owner. It counts in neither score nor coverage."},
    Meaning{"environment", "cause", "The token's user has no access to the environment."},
    Meaning{"resource_control", "cause", "The stack's access control names neither the user nor a team of theirs."},
    Meaning{"stack_management_disabled", "cause",
            "The environment's security settings keep stack management from users who are not administrators."},
    Meaning{"role", "cause", "What was asked needs another role than the token's user has."},
    Meaning{
        "name_taken", "cause",
        "A container, network or service of the stack's predictable names exists and may not be seen by this token."},
    Meaning{
        "credentials", "cause",
        "The server refused the access token itself: nothing is known of any of its stacks until it has a new one."},
    Meaning{"git_source", "cause",
            "A Git stack whose repository this version of Portainer shows to administrators alone."},
    Meaning{"namespace", "cause",
            "Kubernetes: the token's user has the environment and not this namespace (or not this part of it)."},
    Meaning{"kind", "cause",
            "Kubernetes: objects of this kind (roles, custom resources, whatever is cluster-wide) are shown to "
            "administrators alone."},
    Meaning{"unknown", "cause", "A refusal whose text Mooring does not know. The server's words stand beside it."},
    Meaning{"environment_gone", "proof", "The stack's environment does not exist any more."},
    Meaning{"complete_list", "proof",
            "An administrator's unfiltered list lacks it, and lacked it again when listed once more."},
    Meaning{"id_gone", "proof",
            "The manifest is tied to one record (`stack: {id}`), whose id answers 404, as it does to everybody."},
    Meaning{"remembered_id_gone", "proof",
            "In runs of Mooring 0.1.0 alone: the id that it had in an earlier run answers 404, and so do the names of "
            "what it would run. The verdict is `deleted` since."},
    Meaning{"record", "plane", "Portainer's record of the stack: type, environment, variables, access, auto-update."},
    Meaning{"content", "plane", "The compose or Kubernetes file, compared by meaning."},
    Meaning{"runtime", "plane",
            "What runs: containers, or services and tasks, or the objects of a cluster; and how the last deployment "
            "ended."},
    Meaning{"git", "plane", "The repository, reference and path of a Git stack, and the commit that is deployed."},
    Meaning{"coverage", "share",
            "Of the declared stacks, those that could be read. What a token may not see lowers it. Suspended stacks do "
            "not count."},
    Meaning{"score", "share", "Of the declared stacks, those that are in sync. It cannot rise by losing permission."},
};

// Design §3.3, §4, §5. The first that matches counts.
constexpr std::array outside_content{
    Meaning{"env.* (duplicate)", "record",
            "The server has the name more than once; the last value is the one that counts."},
    Meaning{
        "env.*", "record",
        "By name, the last of a duplicated name wins, order says nothing. Compared only if the manifest has `env`; a "
        "name that it lacks is a difference unless `envStrict: false`. Values are secrets unless `public: true`."},
    Meaning{"access", "record",
            "administrators, public, or users and teams as a set. Compared only if the manifest has `access`."},
    Meaning{"environment", "record", "Where the stack is; differs when an earlier run remembers it elsewhere."},
    Meaning{"name", "record", "The name as Portainer normalises it; differs when an earlier run remembers another."},
    Meaning{"type", "record", "standalone, swarm or kubernetes."},
    Meaning{"state", "record",
            "running or stopped, as the record says. Left out it means running; `state: any` is not compared."},
    Meaning{"source", "record", "A file or a Git repository: one where the other is declared is a difference."},
    Meaning{"autoUpdate*", "record",
            "Interval by duration, webhook by whether there is one, and whether Portainer has armed the job."},
    Meaning{"settings", "git",
            "The record's Git settings are newer than what was deployed; the server refuses the file until then."},
    Meaning{"git.url", "record", "Without a trailing .git or /, user part and default port."},
    Meaning{"git.reference", "record", "As a full name (refs/heads/main); an empty one is the default branch."},
    Meaning{"commit", "git", "The commit of the last deployment; compared only if the manifest names one."},
    Meaning{"git.*", "record", "The setting as the record has it."},
    Meaning{"deployment", "runtime",
            "How the last deployment ended: `failed` with the server's words, `stuck` after more than 20 minutes."},
    Meaning{
        "services.*.running", "runtime",
        "Containers (swarm: tasks) that run, against those that the file declares: fewer and more are both a change. "
        "What restarts in a loop does not run; of inactive profiles none is expected, and of jobs none need be there."},
    Meaning{"services.*.containers*.state", "runtime",
            "running, unless the service is a job that ended with 0. A job is declared under `jobs`, called so by "
            "`x-mooring: {job: true}`, a job of the swarm, or waited for with `service_completed_successfully`."},
    Meaning{
        "*/*:ready", "runtime",
        "Kubernetes: pods that are ready, against those that the workload's own spec wants. While a rollout goes on "
        "the "
        "verdict is `pending`; it is a change once its deadline has passed, its controller has given up, or a pod says "
        "what waiting does not cure (ImagePullBackOff, CrashLoopBackOff)."},
    Meaning{"*/*:updated", "runtime",
            "Kubernetes: pods of the newest template, against those that are wanted; judged as `ready` is."},
    Meaning{"*/*:replicas", "runtime", "Kubernetes: pods beside those that are wanted, which an old rollout left."},
    Meaning{
        "*/*:status", "runtime",
        "Kubernetes: a Job is Complete, a claim Bound, a bare pod ready or Succeeded. What is not yet is `pending`."},
    Meaning{"services.*.tasks", "runtime", "Swarm: a job's tasks end with 0, and one that failed is tried again."},
};

} // namespace

namespace {

// As words are compared.
std::string folded(std::string_view word) {
    std::string out = to_lower(word);
    std::ranges::replace(out, ' ', '_');
    std::ranges::replace(out, '-', '_');
    return out;
}

// All words that stand alone, as they are written.
std::vector<std::string> known_words() {
    std::vector<std::string> out;
    for (const std::span<const Meaning> table : {std::span<const Meaning>(meanings), meanings_of_rules(),
                                                 meanings_of_codes(), std::span<const Meaning>(outside_content)}) {
        for (const Meaning& one : table)
            if (one.word.find_first_of("*. ") == std::string_view::npos) out.emplace_back(one.word);
    }
    return out;
}

} // namespace

std::vector<Meaning> meanings_of(std::string_view word) {
    std::vector<Meaning> out;
    const std::string wanted = folded(word);
    for (const std::span<const Meaning> table :
         {std::span<const Meaning>(meanings), meanings_of_rules(), meanings_of_codes()}) {
        std::ranges::copy_if(table, std::back_inserter(out),
                             [&](const Meaning& one) { return folded(one.word) == wanted; });
    }
    return out;
}

std::optional<Meaning> path_outside_content(std::string_view path) {
    const auto* found =
        std::ranges::find_if(outside_content, [path](const Meaning& one) { return glob_matches(one.word, path); });
    if (found == outside_content.end()) return std::nullopt;
    return *found;
}

} // namespace mooring::cli
