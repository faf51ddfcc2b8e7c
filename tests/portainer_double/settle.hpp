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

} // namespace portainer_double
