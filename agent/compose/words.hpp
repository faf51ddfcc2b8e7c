// A command text split into words, as Docker's loader does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// One word, settled (references.hpp). An open one equals no word of a list: it holds a reference outside quotes, whose
// value the loader puts in before it splits, so that it may become any number of words (compose-oracle §3.2, 389), or
// an operator (below). Its text keeps quotes around the references that stand in quotes.
struct Word {
    std::string text;
    bool open = false;
    bool operator==(const Word&) const = default;
};

// '...' is literal, "..." groups and \x is x, \x outside is x; white space separates; $(...) and `...` stay one piece
// as written, and so does ${...}. nullopt: a quote or parenthesis without its other half. An unquoted ; & | < > stays
// in its word: the loader drops what follows it, Mooring compares it (compose-oracle §4, 178); if what follows one does
// not parse, it is one word as written.
std::optional<std::vector<Word>> split_words(std::string_view text);

} // namespace mooring::compose
