// How text for people looks where it goes, and how problems are printed.
#pragma once

#include "base/diagnostic.hpp"
#include "cli/console.hpp"
#include "report/format.hpp"

#include <string_view>

namespace mooring::cli {

// On standard output and on standard error; `colour` is the setting: auto, always or never.
report::TextOptions look_of_output(const Console& console, std::string_view colour);
report::TextOptions look_of_errors(const Console& console, std::string_view colour);

// Writes problems on standard error; nothing where there are none.
void print_problems(const Diagnostics& problems, std::string_view colour, Console& console);

} // namespace mooring::cli
