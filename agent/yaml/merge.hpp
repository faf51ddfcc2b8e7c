// Merge keys (`<<`) written out.
#pragma once

#include "yaml/node.hpp"

#include <optional>

namespace mooring::yaml {

// Replaces every plain `<<` below `node` by the entries it stands for: an explicit key beats a merged one, an earlier
// mapping of a list beats a later one, and values are not merged into each other. A problem of the code "merge-key" if
// its value is neither a mapping nor a list of mappings. Recurses as deep as the tree, which is bounded by
// Limits::depth.
std::optional<Problem> write_out_merge_keys(Node& node);

} // namespace mooring::yaml
