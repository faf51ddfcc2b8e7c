// Stacks that would be one and the same record on the server.
#pragma once

#include "manifest/remarks.hpp"
#include "model/desired.hpp"

#include <vector>

namespace mooring::manifest {

// Takes out stacks that name the same server, environment and normalised name (Kubernetes: namespace and exact name):
// an error with both places. Which of them is meant nobody knows, so none is kept.
void refuse_collisions(std::vector<DesiredStack>& stacks, Remarks& remarks);

// The same for the names of waivers, which reports refer to.
void refuse_repeated_waivers(std::vector<Waiver>& waivers, Remarks& remarks);

// By server, environment as written, name.
void sort_stacks(std::vector<DesiredStack>& stacks);

} // namespace mooring::manifest
