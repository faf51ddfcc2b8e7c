// Asking a person before something is done that cannot be taken back.
#pragma once

#include "cli/console.hpp"

#include <boost/asio/awaitable.hpp>
#include <string>
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

// The same inside a run, where signals must go on being heard while nobody has answered.
boost::asio::awaitable<Confirmed> confirm_while_running(Console& console, std::string question, std::string wanted);

} // namespace mooring::cli
