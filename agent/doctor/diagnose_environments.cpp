// One line an environment: what of its stacks can be read, and the seed of every denial that a check would report.
#include "base/text.hpp"
#include "doctor/diagnose.hpp"
#include "match/match.hpp"
#include "portainer/causes.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>

namespace mooring::doctor {
namespace {

std::string shown(EnvironmentId id, const std::string& name) {
    return name.empty() ? fmt::format("#{}", id) : fmt::format("{} (id {})", printable(name, 100), id);
}

constexpr std::size_t most_alike = 50; // unknown names for which a like one is looked for

constexpr int blind_exit = 3; // what a check ends with that cannot see everything

bool is_kubernetes(const Environment& environment) { return environment.type >= 5 && environment.type <= 7; }

std::string did_you_mean(const std::string& name, const std::vector<Environment>& known) {
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const Environment& environment : known) names.push_back(environment.name);
    const auto near = closest_match(name, names);
    return near ? fmt::format(": did you mean `{}`?", printable(*near, 100)) : ".";
}

class Lines {
  public:
    Lines(const ServerTrial& facts, Symptoms& findings) : facts_(facts), findings_(findings) {}

    void one(EnvironmentId id);
    void declared_but_unknown();

  private:
    void readable(EnvironmentId id, const match::ResolvedEnvironment& where);
    void unreadable(EnvironmentId id, const match::ResolvedEnvironment& where);
    void add(Level level, std::string message, std::string remedy = {});
    std::string remedy(const Reply& reply, const match::ResolvedEnvironment& where, const std::string& stack) const;
    std::string listed_there(EnvironmentId id) const;
    const EnvironmentTrial& trial(EnvironmentId id) const;

    const ServerTrial& facts_;
    Symptoms& findings_;
};

void Lines::add(Level level, std::string message, std::string remedy) {
    findings_.push_back({.server = facts_.name,
                         .check = "environment",
                         .level = level,
                         .message = std::move(message),
                         .remedy = std::move(remedy)});
}

std::string Lines::remedy(const Reply& reply, const match::ResolvedEnvironment& where, const std::string& stack) const {
    return portainer::remedy(reply,
                             {.user = printable(facts_.known.identity_before.value->username, 100),
                              .stack = printable(stack, 100),
                              .environment = where.name.empty() && where.id ? fmt::format("environment {}", *where.id)
                                                                            : printable(where.name, 100),
                              .server = printable(facts_.url)});
}

const EnvironmentTrial& Lines::trial(EnvironmentId id) const {
    static const EnvironmentTrial none;
    const auto found = facts_.trials.find(id);
    return found == facts_.trials.end() ? none : found->second;
}

std::string Lines::listed_there(EnvironmentId id) const {
    const auto count = std::ranges::count(*facts_.known.list.value, id, &StackRecord::environment);
    return count == 0 ? "no stack is listed there"
                      : words::counted(static_cast<std::size_t>(count), "stack") + " listed";
}

// It is in the list of environments, or was read by id.
void Lines::readable(EnvironmentId id, const match::ResolvedEnvironment& where) {
    const EnvironmentTrial& tried = trial(id);
    std::string problems;
    std::string cures;
    const auto complain = [&](const std::string& what, const Reply& reply) {
        problems += fmt::format(" {}: {}.", what, answer_text(reply));
        const std::string cure = remedy(reply, where, tried.stack_name);
        if (!cures.contains(cure)) cures += (cures.empty() ? "" : " ") + cure;
    };
    if (tried.file.asked() && !tried.file.ok()) complain("Files cannot be read", tried.file);
    if (tried.containers.asked() && !tried.containers.ok()) complain("What runs cannot be read", tried.containers);
    // Where no stack is listed, nothing was refused yet; it would be.
    const bool forbidden = !where.about->stack_management_for_users && !facts_.known.is_administrator();
    if (forbidden && !tried.file.asked()) {
        problems += " Users may not manage stacks there, so that the file of any stack would be refused.";
        const Reply refusal{.outcome = Outcome::denied, .cause = Cause::stack_management_disabled};
        cures += (cures.empty() ? "" : " ") + remedy(refusal, where, {});
    }
    const std::string head = fmt::format("{}: {}", shown(id, where.name), listed_there(id));
    if (!problems.empty()) return add(Level::warn, head + "." + problems, cures);
    std::string read = tried.file.asked() ? ", files" : "";
    if (tried.containers.asked()) read += read.empty() ? ", what runs" : " and what runs";
    if (is_kubernetes(*where.about))
        return add(Level::ok, head + read + (read.empty() ? "" : " can be read") +
                                  "; the cluster itself is asked by check alone.");
    add(Level::ok, head + read + (read.empty() ? "." : " can be read."));
}

void Lines::unreadable(EnvironmentId id, const match::ResolvedEnvironment& where) {
    const std::string head = fmt::format("{}: {}", shown(id, where.name), listed_there(id));
    if (where.reach == match::Reach::gone)
        return add(Level::warn, fmt::format("{}, but the server no longer has this environment.", head),
                   "Such stacks are orphaned: remove them, or associate them with an environment, in Portainer's list "
                   "of stacks.");
    const std::string kind = where.reach == match::Reach::denied ? "no access" : "not readable now";
    add(Level::warn, fmt::format("{}, {}: {}.", head, kind, answer_text(where.reply)), remedy(where.reply, where, {}));
}

void Lines::one(EnvironmentId id) {
    const match::ResolvedEnvironment where = match::resolve_environment(id, facts_.known);
    if (where.about != nullptr) return readable(id, where);
    if (where.reply.asked()) unreadable(id, where);
}

// Names in manifests that stand for no environment that is known.
void Lines::declared_but_unknown() {
    std::set<std::string> said;
    std::size_t unknown = 0;
    for (const DesiredStack* stack : facts_.declared) {
        const auto* ref = std::get_if<EnvironmentRef>(&stack->environment);
        if (ref == nullptr || ref->name.empty() || !said.insert(ref->name).second) continue;
        const match::Row row{.stack = stack, .environment = *ref, .selector_text = {}};
        const match::ResolvedEnvironment where = match::resolve_environment(row, facts_.known);
        if (!where.error.empty()) {
            add(Level::warn,
                fmt::format("{}: {}{}", report::place(stack->where), printable(where.error),
                            where.error.ends_with('?') ? "" : "."),
                "Fix the name in the manifest.");
        } else if (!where.id) {
            add(Level::warn,
                fmt::format("{}: the manifest means the environment `{}`, which this token cannot see.",
                            report::place(stack->where), printable(ref->name, 100)),
                remedy({.outcome = Outcome::denied, .cause = Cause::environment},
                       {.id = {}, .name = ref->name, .reply = {}, .error = {}}, {}) +
                    " Or fix the name, if it is spelled differently" +
                    (++unknown > most_alike ? "." : did_you_mean(ref->name, *facts_.known.environments.value)));
        }
    }
}

// A check would run, and be blind: every verdict would be denied or not visible.
Symptom no_environment(const ServerTrial& facts) {
    if (facts.known.list_complete())
        return {.server = facts.name,
                .check = "environments",
                .level = Level::warn,
                .message = "This server has no environment yet, so that it can have no stack.",
                .remedy = "Add one in Portainer: Environments > Add environment."};
    return {.server = facts.name,
            .check = "environments",
            .level = Level::fail,
            .message = "This token sees no environment at all, so that a check could read nothing.",
            .remedy = "Ask an administrator for access: Environments > (name) > Manage access.",
            .exit_code = blind_exit};
}

// Since 2.43 ordinary users are not shown where their Git stacks come from (portainer-api.md §12).
std::optional<Symptom> hidden_git(const ServerTrial& facts) {
    const auto hidden = static_cast<std::size_t>(
        std::ranges::count_if(*facts.known.list.value, [](const StackRecord& one) { return one.git_hidden(); }));
    if (hidden == 0) return std::nullopt;
    return Symptom{.server = facts.name,
                   .check = "git",
                   .level = Level::warn,
                   .message = fmt::format("{} come{} from Git, and this token may not see from which repository.",
                                          words::counted(hidden, "stack"), hidden == 1 ? "s" : ""),
                   .remedy = "Declare `git: any`, or use the access token of an administrator."};
}

} // namespace

void diagnose_environments(const ServerTrial& facts, Symptoms& findings) {
    if (!facts.known.environments.value || !facts.known.list.value || !facts.settings.asked()) return;
    Lines lines(facts, findings);
    std::set<EnvironmentId> ids;
    for (const Environment& environment : *facts.known.environments.value) ids.insert(environment.id);
    for (const auto& [id, trial] : facts.trials) ids.insert(id);
    for (const auto& [id, answer] : facts.known.environments_by_id) ids.insert(id);
    if (facts.known.environments.value->empty()) findings.push_back(no_environment(facts));
    if (auto finding = hidden_git(facts)) findings.push_back(*std::move(finding));
    for (const EnvironmentId id : ids) lines.one(id);
    lines.declared_but_unknown();
}

} // namespace mooring::doctor
