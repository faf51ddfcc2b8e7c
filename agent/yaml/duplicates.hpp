// Keys that stand twice in one mapping.
#pragma once

#include "yaml/node.hpp"

#include <optional>

namespace mooring::yaml {

// The second of two equal keys as a problem of the code "duplicate-key"; nullopt if all keys differ. Quoting makes no
// difference; keys that are lists or mappings are not looked into.
std::optional<Problem> find_duplicate_key(const Node& mapping);

} // namespace mooring::yaml
