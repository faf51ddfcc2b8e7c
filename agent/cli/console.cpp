#include "cli/console.hpp"

#include "cli/exit_code.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace mooring::cli {
namespace {

// "" where it is not set.
std::string_view value_of(const Console& console, std::string_view name) {
    const Secret* value = console.variables.find(name);
    return value == nullptr ? std::string_view() : std::string_view(value->reveal());
}

} // namespace

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
    return value_of(console, "NO_COLOR").empty() && is_smart(console); // no-color.org: any value but the empty one
}

bool is_smart(const Console& console) { return value_of(console, "TERM") != "dumb"; }

bool wants_links(const Console& console) {
    const std::string_view forced = value_of(console, "FORCE_HYPERLINK");
    if (!console.out_is_terminal || !is_smart(console) || forced == "0") return false;
    if (!forced.empty()) return true;
    if (!value_of(console, "CI").empty()) return false;
    for (const std::string_view name : {"WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "DOMTERM"}) {
        if (!value_of(console, name).empty()) return true;
    }
    const std::string_view vte = value_of(console, "VTE_VERSION"); // GNOME Terminal and its relatives, since 0.50
    if (vte.size() == 4 && vte >= "5000") return true;
    constexpr std::array programs{"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio"};
    if (std::ranges::find(programs, value_of(console, "TERM_PROGRAM")) != programs.end()) return true;
    const std::string_view term = value_of(console, "TERM");
    return term.starts_with("xterm-kitty") || term.starts_with("foot") || term.starts_with("alacritty") ||
           term.starts_with("xterm-ghostty");
}

} // namespace mooring::cli
