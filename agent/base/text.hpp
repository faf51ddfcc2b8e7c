// Small pure functions on text that several folders need.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

// Untrusted text made fit for one line of a terminal or log: control characters and invalid UTF-8 become \xNN, line
// breaks and tabs one blank, and what is longer than `most` bytes is cut with "..." (never inside a character).
std::string printable(std::string_view text, std::size_t most = 400);

// Valid UTF-8 without overlong forms, surrogates or code points above U+10FFFF.
bool is_utf8(std::string_view text);

// Length in bytes of the UTF-8 character at the start of `text` (RFC 3629); 0 if there is no valid one or `text` is
// empty.
std::size_t utf8_length(std::string_view text);

// The candidate nearest to `word` by edit distance (a swap of neighbours counts once), case folded; nullopt if none is
// near enough to be what was meant (a distance of more than a third of the word's length, at least 1 allowed). The
// first of equals wins.
std::optional<std::string> closest_match(std::string_view word, std::span<const std::string> candidates);

// "did you mean `x`?" or, if nothing is near, "known: a, b, c" (at most 12); empty without candidates.
std::string suggest(std::string_view word, std::span<const std::string> candidates);

// Shell-like pattern: `*` any run, `?` any one character, everything else itself; the whole text must match. Linear in
// practice, no backtracking blow-up.
bool glob_matches(std::string_view pattern, std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text); // ASCII only
std::string join(std::span<const std::string> parts, std::string_view separator);

} // namespace mooring
