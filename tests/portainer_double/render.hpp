// Values as the JSON that each version answers (portainer-api.md §2, §11).
#pragma once

#include "portainer_double/access.hpp"
#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

namespace portainer_double {

Json render_user(const User& user);
Json render_policies(const Policies& policies);      // {"2":{"RoleId":0}}
Json render_control(const ResourceControl* control); // null for null
// `control`: what stands under ResourceControl; answers of most writes carry null there though the stack has one.
Json render_stack(const World& world, const Stack& stack, const ResourceControl* control);
// What this caller is shown of a stack: its Git source, or only that it has one.
Stack shown_to(const Caller& caller, const World& world, const Stack& stack);
// As by id and after a change of Git settings: with the source.
Json render_single_stack(const World& world, const Stack& stack, const ResourceControl* control);

enum class EnvironmentView { by_id, in_list, after_write };
// `snapshot`: with the last snapshot of its host; `caller`: users do not see UserAccessPolicies in lists.
Json render_environment(World& world, const Environment& environment, EnvironmentView view, const Caller& caller,
                        bool snapshot);

Json render_settings(const World& world);
Json render_public_settings(const World& world);
Json render_version(const World& world);

} // namespace portainer_double
