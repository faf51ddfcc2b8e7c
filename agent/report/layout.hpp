// Fitting text into columns: display width, padding, shortening, wrapping. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::report {

// Columns that a terminal uses for valid UTF-8: 2 for East Asian wide characters and emoji, 0 for combining marks and
// joiners, 1 for all else. An approximation of Unicode's tables that needs no locale; a wrong guess shifts a column and
// loses nothing.
std::size_t display_width(std::string_view text);

// `text` followed by blanks up to `width` columns; text that is wider stays as it is.
std::string pad(std::string_view text, std::size_t width);

// At most `width` columns, the middle replaced by one `…`; both ends tell names and paths apart.
std::string shorten_middle(std::string_view text, std::size_t width);

// Two texts that differ, each in at most half of `width` columns (one gives what it does not need to the other). What
// both have in common at the front is cut first, so that the difference stays in sight.
std::pair<std::string, std::string> shorten_pair(std::string_view one, std::string_view other, std::size_t width);

// Words broken into lines of at most `width` columns (nullopt: one line); a word that is wider is broken.
std::vector<std::string> wrap(std::string_view text, std::optional<std::size_t> width);

} // namespace mooring::report
