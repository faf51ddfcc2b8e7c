// Writes whose deployment goes on after their caller is gone, on servers that store the record only once it is deployed
// (portainer-api.md §0): what is on the hosts already, and what is not in the database yet.
#pragma once

#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

namespace portainer_double {

// Answers the request, and takes back what the server stores only after deploying: a new record (2.39.0 has it already,
// without its access control), what an update, start or stop changes, what a delete removes. A background deployment
// (2.43.0) has nothing to hold. `takes_down`: the containers of those stacks are away as well.
Answer answer_and_hold(World& world, const Request& request, bool takes_down);

// Stores what was held, over whatever was written meanwhile: the server does the same. 0 is every stack.
void release_held(World& world, Id stack);

} // namespace portainer_double
