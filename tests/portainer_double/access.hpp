// Who may see what: Portainer's access rules as pure functions over values (portainer-api.md §2.2, §3).
#pragma once

#include "portainer_double/docker_values.hpp"
#include "portainer_double/world.hpp"

#include <optional>
#include <span>

namespace portainer_double {

struct Caller {
    Id id = 0;
    std::string name;
    int role = standard_user;
    std::vector<Id> teams;
    bool by_token = false; // an access token, not a session

    bool is_administrator() const { return role == administrator; }
};

// Named in the environment's own policies or in those of its group, or an administrator.
bool may_use_environment(const Caller& caller, const Environment& environment, const Group* group);
bool may_use_environment(const Caller& caller, const World& world, const Environment& environment);

// The predicate of §2.2; null is false. Administrators pass.
bool may_use_resource(const Caller& caller, const ResourceControl* control);

// Leads this team, or any with team 0.
bool leads_team(const World& world, Id user, Id team);

// Whether the newest server lets the caller see where a Git stack comes from: of a Kubernetes stack only its creator
// and administrators (kubernetes.md §1.2), of any other by the build (hides_git_sources).
bool sees_git_source(const Caller& caller, const World& world, const Stack& stack);

bool stack_management_allowed(const Caller& caller, const Environment& environment);

// Why a stack may not be read by id: the first of §3.2's checks that refuses; nullopt if none does.
enum class Refusal { no_environment, management_disabled, environment_denied, resource_denied };
std::optional<Refusal> refuse_stack_reading(const Caller& caller, const World& world, const Stack& stack,
                                            const Environment* environment);

// The resource control that covers a Docker object by its labels (§6): own id, service, stack namespace, compose
// project.
const ResourceControl* control_of_object(const World& world, Id environment, const std::string& object_id,
                                         const Labels& labels);

} // namespace portainer_double
