// Is a stack's name free on an environment (portainer-api.md §3.3)?
#pragma once

#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

#include <optional>

namespace portainer_double {

// True if another record of the environment has the name in any case, or a container of its host (stopped ones too) or,
// for swarm, a service carries it. The environment's own host is asked, not the one where the deployment would land.
bool name_taken(World& world, const Environment& environment, const Stack& stack);

// The 500 of a host that cannot be asked which names are taken: it is down, or asked for services without being a swarm
// manager.
std::optional<Answer> refuse_asking_host(World& world, const Environment& environment, const Stack& stack);

} // namespace portainer_double
