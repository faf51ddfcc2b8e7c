// Asking a person before something is done that cannot be taken back.
#pragma once

#include "cli/console.hpp"

#include <string_view>

namespace mooring::cli {

enum class Confirmed {
    yes,
    no,     // anything else was answered, or nothing
    nobody, // there is no terminal to ask on: a flag must say it (exit_not_confirmed without)
};

// Asks once, on a terminal, on standard error if that is one. `wanted` is what must be typed, in whole: "yes"; "y"
// takes "yes" as well. Whatever the case; blanks around it do not count.
Confirmed confirm(Console& console, std::string_view question, std::string_view wanted);

} // namespace mooring::cli
