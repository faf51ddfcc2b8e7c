// Bytes -> text that the parser may see: checked UTF-8 without byte order mark, with line feeds as the only line ends.
#pragma once

#include "yaml/node.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace mooring::yaml {

// A view of `bytes` (or of `store`, when line ends had to be rewritten) that is YAML's character set. The problem's
// code is "encoding".
std::expected<std::string_view, Problem> decode(std::string_view bytes, std::string& store);

// What libyaml takes for line ends or skips at the start of a line, and yaml-cpp takes for characters.
bool has_odd_characters(std::string_view text);

} // namespace mooring::yaml
