// The great majority of YAML files, read in one pass without a library: block mappings and lists of one-line scalars,
// quoted or not, of ordinary block scalars, and flow collections that fit on a line, with anchors, aliases and merge
// keys. Whatever else stands in a text (tags, continued lines, rare escapes, tabs, anything doubtful) makes it nothing,
// and a library is asked. So this reader refuses nothing and invents nothing; that all give the same tree is a test
// over every case file and over generated texts (tests/unit/yaml/quick_test.cpp, events_test.cpp).
#pragma once

#include "yaml/node.hpp"

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace mooring::yaml {

// All documents of the text, as parse() would give them; nullopt when it is not plain enough, or wrong. A null has the
// place of what it belongs to.
std::optional<std::vector<Node>> parse_quickly(std::string_view text, const Limits& limits);

// The same by yaml-cpp alone: parse() without the short cut, for the test that compares the two.
std::expected<std::vector<Node>, Problem> parse_with_library(std::string_view text, const Limits& limits);

} // namespace mooring::yaml
