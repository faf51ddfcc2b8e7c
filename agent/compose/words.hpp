// A command text split into words, as Docker's loader does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// '...' is literal, "..." groups and \x is x, \x outside is x; white space separates; $(...) and `...` stay one piece
// as written. nullopt: a quote or parenthesis without its other half. An unquoted ; & | < > is an ordinary character:
// the loader drops what follows it, Mooring compares it (compose-oracle §4, 178); if what follows one does not parse,
// it is one word as written.
std::optional<std::vector<std::string>> split_words(std::string_view text);

} // namespace mooring::compose
