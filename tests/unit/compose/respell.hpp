// The same YAML in other words: a seeded choice of key order, quotes, flow or block, and spellings of null.
#pragma once

#include "yaml/node.hpp"

#include <random>
#include <string>
#include <vector>

namespace mooring::compose {

// Text that parses to the same documents, as far as YAML's own rules go. Anchors and merge keys are written out.
std::string respell(const std::vector<yaml::Node>& documents, unsigned seed);

} // namespace mooring::compose
