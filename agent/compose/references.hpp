// References to variables (`${VAR:-default}`): kept as written, never resolved (compose-oracle §3.3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// Whether the text holds `$VAR` or `${...}`; `$$` is a literal dollar and none.
bool has_reference(std::string_view text);

// The one spelling of a text in which references count: every `$VAR` is `${VAR}`, and a literal dollar is `$`, or `$$`
// where one alone would start a reference with what follows. All texts of canonical trees are spelt so, keys too.
std::string settled(std::string text);

// A text in which no dollar means anything (a key of a map, a word that was split) in that spelling.
std::string settled_literal(std::string text);

// A settled text for people: each literal dollar as one `$` (compose-oracle §2).
std::string with_single_dollars(std::string_view text);

// The length of the `$VAR` or `${...}` at the start; 0 if none starts there. A brace that is never closed reaches to
// the end.
std::size_t reference_length(std::string_view text);

// Whether the whole text is one `${...}`.
bool is_one_reference(std::string_view text);

// The first `wanted` at or after `from` that does not stand inside `${...}`; npos if there is none. A brace that is
// never closed reaches to the end.
std::size_t find_outside(std::string_view text, char wanted, std::size_t from = 0);

// The parts between the separators outside `${...}`; at least one.
std::vector<std::string_view> split_outside(std::string_view text, char separator);

} // namespace mooring::compose
