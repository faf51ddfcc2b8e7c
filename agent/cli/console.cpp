#include "cli/console.hpp"

#include "cli/exit_code.hpp"

#include <ostream>

namespace mooring::cli {

int failure(Console& console, std::string_view command, std::string_view message, int code) {
    console.err << "mooring";
    if (!command.empty()) console.err << ' ' << command;
    console.err << ": " << message << '\n';
    return code;
}

int usage_error(Console& console, std::string_view command, std::string_view message) {
    failure(console, command, message, exit_usage);
    console.err << "See `mooring " << command << (command.empty() ? "" : " ") << "--help`.\n";
    return exit_usage;
}

bool wants_colour(const Console& console, std::string_view when, bool is_terminal) {
    if (when == "always") return true;
    if (when == "never" || !is_terminal) return false;
    // no-color.org: any value but the empty one counts.
    const Secret* no_color = console.variables.find("NO_COLOR");
    const Secret* term = console.variables.find("TERM");
    return (no_color == nullptr || no_color->empty()) && (term == nullptr || term->reveal() != "dumb");
}

} // namespace mooring::cli
