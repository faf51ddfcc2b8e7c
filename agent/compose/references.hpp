// References to variables (`${VAR:-default}`): kept as written, never resolved (compose-oracle §3.3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// Whether the text holds `$VAR` or `${...}`; `$$` is a literal dollar and none.
bool has_reference(std::string_view text);

// The text with every `$VAR` written `${VAR}`. Everything else stays, `$$` too.
std::string with_braces(std::string text);

// Whether the whole text is one `${...}`.
bool is_one_reference(std::string_view text);

// The first `wanted` at or after `from` that does not stand inside `${...}`; npos if there is none. A brace that is
// never closed reaches to the end.
std::size_t find_outside(std::string_view text, char wanted, std::size_t from = 0);

// The parts between the separators outside `${...}`; at least one.
std::vector<std::string_view> split_outside(std::string_view text, char separator);

} // namespace mooring::compose
