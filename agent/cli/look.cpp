#include "cli/look.hpp"

#include "report/text.hpp"

#include <ostream>

namespace mooring::cli {

report::TextOptions look_of_output(const Console& console, std::string_view colour) {
    report::TextOptions options;
    options.colour = wants_colour(console, colour, console.out_is_terminal);
    options.links = colour != "never" && wants_links(console);
    options.width = console.out_width;
    return options;
}

report::TextOptions look_of_errors(const Console& console, std::string_view colour) {
    report::TextOptions options;
    options.colour = wants_colour(console, colour, console.err_is_terminal);
    options.width = console.err_width;
    return options;
}

void print_problems(const Diagnostics& problems, std::string_view colour, Console& console) {
    console.err << report::diagnostics_text(problems, look_of_errors(console, colour));
}

} // namespace mooring::cli
