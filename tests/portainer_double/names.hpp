// Is a stack's name free on an environment (portainer-api.md §3.3)?
#pragma once

#include "portainer_double/world.hpp"

namespace portainer_double {

// True if another record of the environment has the name in any case, or a container of its host (stopped ones too) or,
// for swarm, a service carries it. The environment's own host is asked, not the one where the deployment would land.
bool name_taken(World& world, const Environment& environment, const Stack& stack);

} // namespace portainer_double
