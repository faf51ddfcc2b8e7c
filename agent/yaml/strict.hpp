// Where yaml-cpp and YAML disagree: mistakes that it lets pass and that would silently drop a part of a text.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::yaml {

// Offset behind the tag and anchor of the node at `offset`.
std::size_t skip_properties(std::string_view text, std::size_t offset);

// Whether the scalar at `offset` is quoted and its closing quote is missing: yaml-cpp takes the end of the text for it.
bool is_quote_open(std::string_view text, std::size_t offset);

// Whether the plain key of a block mapping at `offset` has no colon: yaml-cpp takes the last line of a text for a key
// without value.
bool is_colon_missing(std::string_view text, std::size_t offset);

// Gives a folded scalar that keeps its line ends (`>+`, at `offset`) the one that yaml-cpp loses when empty lines
// follow.
void restore_kept_line(std::string_view text, std::size_t offset, std::string& value);

// A line that starts with % where no document follows: yaml-cpp drops it, or what stands behind it.
std::optional<Problem> find_stray_directive(std::string_view text);

} // namespace mooring::yaml
