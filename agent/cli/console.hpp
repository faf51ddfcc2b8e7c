// The outside as commands see it: streams, what is known of the terminal, environment variables, the clock. Made in the
// composition root; tests put texts in its place.
#pragma once

#include "base/clock.hpp"
#include "manifest/variables.hpp"

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string_view>

namespace mooring::cli {

struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    const Variables& variables;
    const Clock& clock;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    std::optional<std::size_t> out_width; // columns; nullopt when standard output is no terminal
    std::optional<std::size_t> err_width;
};

// Says on standard error what is wrong with the command line and where help is; returns exit_usage.
int usage_error(Console& console, std::string_view command, std::string_view message);

// Says "mooring COMMAND: message" on standard error; returns `code`.
int failure(Console& console, std::string_view command, std::string_view message, int code);

// Whether the terminal can move its cursor: TERM is not `dumb`.
bool is_smart(const Console& console);

// Whether standard output is a terminal that is known to show links (OSC 8), and not in CI. FORCE_HYPERLINK=0 or 1
// decides it otherwise.
bool wants_links(const Console& console);

// Whether output is coloured: `always`, `never`, or `auto` (a terminal, NO_COLOR not set, TERM not `dumb`).
bool wants_colour(const Console& console, std::string_view when, bool is_terminal);

} // namespace mooring::cli
