#include "yaml/library_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mooring::yaml {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> words{{
    {"end of map not found", "a key that belongs to nothing: its indentation fits no mapping, or a colon is missing"},
    {"end of map flow not found", "a `{` without its `}`, or a comma is missing"},
    {"end of sequence not found", "an item that belongs to nothing: its indentation fits no list"},
    {"end of sequence flow not found", "a `[` without its `]`, or a comma is missing"},
    {"illegal flow end", "a `}` or `]` that closes nothing"},
    {"illegal block entry", "a list item (`- `) cannot stand here: mind the indentation"},
    {"illegal map key", "a key cannot stand here: mind the indentation"},
    {"illegal map value", "a colon cannot stand here: put the text in quotes, or mind the indentation"},
    {"unknown token", "a text cannot begin with this character: put it in quotes"},
}};

// The blanks at the start of a line hold a tab.
bool is_indented_by_tab(std::string_view text, std::uint32_t number) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < number; ++line) {
        at = text.find('\n', at);
        if (at == std::string_view::npos) return false;
        ++at;
    }
    text = text.substr(at, text.find('\n', at) - at);
    const std::size_t end = text.find_first_not_of(" \t");
    return end != std::string_view::npos && text.substr(0, end).contains('\t');
}

} // namespace

std::string in_plain_words(std::string_view message, std::string_view text, Mark mark) {
    if (mark.line > 0 && is_indented_by_tab(text, mark.line))
        return "tabs cannot be used for indentation; use spaces (" + printable(message) + ")";
    const auto* found = std::ranges::find(words, message, &std::pair<std::string_view, std::string_view>::first);
    // The library quotes a byte, which may be the first of a character.
    return found == words.end() ? printable(message) : std::string(found->second);
}

} // namespace mooring::yaml
