// What only the whole set of manifests can tell of `policy.after` and `policy.replaces`.
#pragma once

#include "manifest/remarks.hpp"
#include "model/desired.hpp"

#include <vector>

namespace mooring::manifest {

// Errors: a name of `after` that no manifest declares on that server; stacks that wait for each other, with the whole
// circle written out; a stack that replaces one that is declared, or that another one replaces, too.
void check_order(const std::vector<DesiredStack>& stacks, Remarks& remarks);

} // namespace mooring::manifest
