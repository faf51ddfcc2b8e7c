#include "portainer_double/access.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

bool named_in(const Caller& caller, const Policies& users, const Policies& teams) {
    return users.contains(caller.id) ||
           std::ranges::any_of(caller.teams, [&](Id team) { return teams.contains(team); });
}

bool holds(const std::vector<Id>& ids, Id id) { return std::ranges::find(ids, id) != ids.end(); }

} // namespace

bool may_use_environment(const Caller& caller, const Environment& environment, const Group* group) {
    if (caller.is_administrator()) return true;
    if (group != nullptr && named_in(caller, group->users, group->teams)) return true;
    return named_in(caller, environment.users, environment.teams);
}

bool may_use_environment(const Caller& caller, const World& world, const Environment& environment) {
    const auto group = std::ranges::find_if(world.groups, [&](const Group& g) { return g.id == environment.group; });
    return may_use_environment(caller, environment, group == world.groups.end() ? nullptr : &*group);
}

bool may_use_resource(const Caller& caller, const ResourceControl* control) {
    if (caller.is_administrator()) return true;
    if (control == nullptr) return false;
    return control->open || holds(control->users, caller.id) ||
           std::ranges::any_of(caller.teams, [&](Id team) { return holds(control->teams, team); });
}

bool leads_team(const World& world, Id user, Id team) {
    return std::ranges::any_of(world.memberships, [&](const Membership& m) {
        return m.user == user && m.role == 1 && (team == 0 || m.team == team);
    });
}

bool sees_git_source(const Caller& caller, const World& world, const Stack& stack) {
    if (caller.is_administrator()) return true;
    const bool background = world.rules().generation == Generation::background;
    if (stack.type == kubernetes_stack) return !background || stack.created_by == caller.name;
    return !world.hides_git_sources;
}

bool stack_management_allowed(const Caller& caller, const Environment& environment) {
    const auto setting = environment.security.find("allowStackManagementForRegularUsers");
    return caller.is_administrator() || setting == environment.security.end() || setting->second;
}

std::optional<Refusal> refuse_stack_reading(const Caller& caller, const World& world, const Stack& stack,
                                            const Environment* environment) {
    if (caller.is_administrator()) return std::nullopt;
    if (environment == nullptr) return Refusal::no_environment;
    const bool docker = environment->type < 5;
    if (docker && !stack_management_allowed(caller, *environment)) return Refusal::management_disabled;
    if (!may_use_environment(caller, world, *environment)) return Refusal::environment_denied;
    const bool controlled = stack.type != kubernetes_stack;
    if (controlled && !may_use_resource(caller, world.control_of(stack))) return Refusal::resource_denied;
    return std::nullopt;
}

const ResourceControl* control_of_object(const World& world, Id environment, const std::string& object_id,
                                         const Labels& labels) {
    if (const ResourceControl* own = world.find_resource_control(object_id); own != nullptr) return own;
    const auto label = [&](const char* name) -> std::string {
        const auto at = labels.find(name);
        return at == labels.end() ? std::string() : at->second;
    };
    if (const std::string service = label("com.docker.swarm.service.id"); !service.empty()) {
        if (const ResourceControl* found = world.find_resource_control(service); found != nullptr) return found;
    }
    for (const char* name : {"com.docker.stack.namespace", "com.docker.compose.project"}) {
        const std::string project = label(name);
        if (project.empty()) continue;
        const ResourceControl* found = world.find_resource_control(std::to_string(environment) + "_" + project);
        if (found != nullptr) return found;
    }
    return nullptr;
}

} // namespace portainer_double
