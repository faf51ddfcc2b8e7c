// What stands in the way of creating a stack (reconcile.md §3.1, the rows of `missing`). The server checks names
// itself, and not well enough: it adopts containers of that project, and deletes a swarm record of that name
// (portainer-api.md §3.3).
#include "base/text.hpp"
#include "match/facts.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

std::string project_of(C c) { return normalise_stack_name(c.desired.name); }

// Containers in any state, and swarm services.
std::vector<std::string> objects_of(C c, std::string_view project) {
    std::vector<std::string> names;
    if (const auto* all = c.containers(); all != nullptr) {
        for (const Container& one : *all) {
            if (one.project == project) names.push_back(one.name);
        }
    }
    if (const auto* all = c.services(); all != nullptr) {
        for (const SwarmService& one : *all) {
            if (one.namespace_ == project) names.push_back(one.name);
        }
    }
    std::ranges::sort(names); // a saved plan is held against the notes that name them
    return names;
}

// Of what may be hidden anyway (`create-unseen`) the names that were asked speak, and a filtered list is enough.
bool engine_was_read(C c) {
    if (!c.administrator() && c.is(Verdict::missing)) return false;
    return c.desired.type == StackType::swarm ? c.services() != nullptr : c.containers() != nullptr;
}

void say_engine_unread(C c, Step& step) {
    block(step, "engine_not_known",
          fmt::format("what exists of {} on its engine was not read whole, so that creating might take over what is "
                      "there",
                      printable(c.desired.name, 100)),
          "plan with an administrator's token, or create the stack by hand");
}

bool runs_already(C c) { return !objects_of(c, project_of(c)).empty(); }

void say_runs_already(C c, Step& step) {
    std::vector<std::string> names = objects_of(c, project_of(c));
    const bool one = names.size() == 1;
    if (unless_allowed(c, step, Allowance::adopt_running, "would_adopt",
                       fmt::format("{} {} of the project {} {} on that engine, made by something else; creating takes "
                                   "them over",
                                   names.size(), one ? "container" : "containers", printable(project_of(c), 100),
                                   one ? "exists" : "exist"))) {
        step.notes.push_back("takes over what exists already: " + printable(join(names, ", "), 4000));
        step.takes_over = std::move(names);
    }
}

bool is_listed(C c, EnvironmentId id) {
    const auto& environments = c.server.facts->environments.value;
    return environments && std::ranges::find(*environments, id, &Environment::id) != environments->end();
}

// A record of the same name anywhere on the server; whether it lies on the same engine is known only where both engines
// told their ids.
const StackRecord* of_same_name(C c, bool orphan) {
    const auto& list = c.server.facts->list_again.value ? c.server.facts->list_again : c.server.facts->list;
    if (!list.value) return nullptr;
    const auto same = [&](const StackRecord& record) {
        return normalise_stack_name(record.name) == project_of(c) && is_listed(c, record.environment) != orphan &&
               (orphan || c.server.shares_engine(record.environment, c.result().environment_id));
    };
    const auto found = std::ranges::find_if(*list.value, same);
    return found == list.value->end() ? nullptr : &*found;
}

void say_would_replace(C c, Step& step) {
    const StackRecord* other = of_same_name(c, false);
    block(step, "would_replace",
          fmt::format("stack {} has this name and may share the engine; the server would refuse, adopt or delete it",
                      other->id),
          "rename one of the two, or remove the other by hand");
}

void say_orphan(C c, Step& step) {
    block(step, "orphan_of_name",
          fmt::format("stack {} of this name is orphaned: its environment is gone", of_same_name(c, true)->id),
          "an administrator associates it with this environment in Portainer, or removes it");
}

const DesiredEnv* unknown_value(C c) {
    if (!c.desired.env) return nullptr;
    const auto found = std::ranges::find_if(
        *c.desired.env, [](const DesiredEnv& one) { return !one.value || !one.unwritable.empty(); });
    return found == c.desired.env->end() ? nullptr : &*found;
}

void say_unknown_value(C c, Step& step) {
    const DesiredEnv& one = *unknown_value(c);
    const std::string why = !one.unwritable.empty()   ? one.unwritable
                            : !one.unreadable.empty() ? one.unreadable
                                                      : "the manifest declares it without a value";
    block(step, "value_unknown",
          fmt::format("the value of {} is not known: {}", printable(one.name, 100), printable(why, 200)),
          "give it a value or a source that can be read");
}

const GitCredentials* unreadable_credentials(C c) {
    const auto* git = std::get_if<DesiredGit>(&c.desired.source);
    if (git == nullptr || !git->credentials || git->credentials->unreadable.empty()) return nullptr;
    return &*git->credentials;
}

bool lacks_source(C c) {
    const auto* git = std::get_if<DesiredGit>(&c.desired.source);
    return git != nullptr && git->any;
}

bool has_new_name(C c) {
    const std::string& old = c.desired.policy.replaces;
    return !old.empty();
}

// Why the stack that this one replaces is not among the removals of the plan; "" if it is, or is gone already.
std::string why_it_stays(C c) {
    if (!has_new_name(c)) return {};
    const std::string old = normalise_stack_name(c.desired.policy.replaces);
    const bool goes = std::ranges::any_of(c.input.assessments, [&](const drift::Assessment& seen) {
        return seen.result.server == c.desired.server && may_go(c.input, seen) &&
               normalise_stack_name(seen.record->name) == old;
    });
    if (goes) return {};
    const bool again = c.server.facts->list_again.value.has_value();
    const auto& list = again ? c.server.facts->list_again : c.server.facts->list;
    const std::string name = printable(old, 100);
    if (!list.value || !c.server.facts->list_complete(again))
        return fmt::format("this token does not see every stack, so that `{}` may still be there", name);
    const auto record = std::ranges::find_if(
        *list.value, [&](const StackRecord& one) { return normalise_stack_name(one.name) == old; });
    if (record == list.value->end()) return {};
    return fmt::format("stack {} `{}` is not extra in a Scope with `prune: true`", record->id, name);
}

void say_renamed(C c, Step& step) {
    const StackRecord& old = *renamed_from(c);
    block(step, "looks_renamed",
          fmt::format("stack {} `{}` is no longer declared and looks like this one: if it takes its place, both would "
                      "run",
                      old.id, printable(old.name, 100)),
          fmt::format("write `policy: {{replaces: {}}}`, or remove the old one first", printable(old.name, 100)));
    step.obstacles.back().names_undeclared = true;
}

bool is_stopped(C c) { return c.declares_stopped(); }

void write_stopped(C c, Step& step) {
    if (unless_allowed(c, step, Allowance::start_to_change, "would_start",
                       "creating a stack starts it, and it is declared stopped")) {
        need(step, Action::stop);
    }
}

// clang-format off
constexpr std::array rows{
    PlanRow{"engine-not-known", [](C c) { return !engine_was_read(c); }, say_engine_unread},
    PlanRow{"would-adopt", runs_already, say_runs_already},
    PlanRow{"would-replace", [](C c) { return of_same_name(c, false) != nullptr; }, say_would_replace},
    PlanRow{"orphan-of-name", [](C c) { return of_same_name(c, true) != nullptr; }, say_orphan},
};
constexpr std::array declared_rows{
    PlanRow{"looks-renamed", [](C c) { return renamed_from(c) != nullptr; }, say_renamed},
    PlanRow{"replaces", [](C c) { return !why_it_stays(c).empty(); }, [](C c, Step& step) { block(step, "replaces_not_extra", why_it_stays(c), "plan without naming stacks, as an administrator; or remove it in Portainer and drop `replaces`"); }},
    PlanRow{"value-unknown", [](C c) { return unknown_value(c) != nullptr; }, say_unknown_value},
    PlanRow{"access-out-of-reach", [](C c) { return c.access_is_out_of_reach(); }, say_access_out_of_reach},
    PlanRow{"git-any", lacks_source, [](C, Step& step) { block(step, "source_unknown", "`git: any` does not say from where it would be created", "declare the repository"); }},
    PlanRow{"credentials-unreadable", [](C c) { return unreadable_credentials(c) != nullptr; }, [](C c, Step& step) { block(step, "credentials_unreadable", "the repository's credentials cannot be read: " + printable(unreadable_credentials(c)->unreadable, 200)); }},
    PlanRow{"no-swarm-id", [](C c) { return c.desired.type == StackType::swarm && c.server.swarm_id(c.result().environment_id).empty(); }, [](C, Step& step) { block(step, "no_swarm", "the environment does not tell a swarm's id", "check that it is a swarm manager"); }},
    PlanRow{"declared-stopped", is_stopped, write_stopped},
    PlanRow{"declared-access", [](C c) { return c.desired.access.has_value(); }, [](C, Step& step) { need(step, Action::access); }},
};
// clang-format on

} // namespace

void say_access_out_of_reach(const Case&, Step& step) {
    block(step, "access_out_of_reach", "this token cannot give the declared access",
          "plan with an administrator's token");
}

std::span<const PlanRow> missing_rows() { return rows; }
std::span<const PlanRow> missing_declared_rows() { return declared_rows; }

std::set<EnvironmentId> engines_to_ask(const PlanInput& input, const std::string& server) {
    std::set<EnvironmentId> ids;
    const auto standing = input.servers.find(server);
    if (standing == input.servers.end()) return ids;
    const drift::ServerFacts& facts = *standing->second.facts;
    const auto& list = facts.list_again.value ? facts.list_again : facts.list;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.result.server != server || !seen.result.environment_id) continue;
        const bool absent = seen.desired != nullptr && seen.record == nullptr;
        const bool differs = seen.record && seen.result.verdict == Verdict::drifted;
        if (differs && seen.record->type != StackType::kubernetes) ids.insert(seen.record->environment);
        if (!absent && !may_go(input, seen)) continue;
        const auto type = absent ? std::optional(seen.desired->type) : seen.record->type;
        if (type == StackType::kubernetes) continue; // a cluster, and no engine
        const std::string name = normalise_stack_name(absent ? seen.desired->name : seen.record->name);
        ids.insert(*seen.result.environment_id);
        for (const StackRecord& record : list.value.value_or(std::vector<StackRecord>{})) {
            if (normalise_stack_name(record.name) == name) ids.insert(record.environment);
        }
    }
    return ids;
}

} // namespace mooring::reconcile
