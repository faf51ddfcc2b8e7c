// Background deployments (2.43.0): when they end, and what that does to the record.
#pragma once

#include "portainer_double/world.hpp"

#include <set>

namespace portainer_double {

// An answer showed this stack's record: one reading fewer until its deployment ends.
void count_reading(World& world, Id stack);

// Ends the deployments whose readings are used up. Called after an answer is made, so that it still shows Status 3.
void finish_reads(World& world);

// Ends one deployment, or with id 0 all but those of `except`.
void settle_deployments(World& world, Id stack = 0, const std::set<Id>& except = {});

// As after kill -9 of the server (portainer-api.md §12): deployments under way end in Status 4 with half of their
// containers `created`, what was not stored never will be, and what polls is armed anew.
void restart(World& world);

} // namespace portainer_double
