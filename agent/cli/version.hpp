// The program's version and the command that prints it.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

// "0.1.0", as CMakeLists.txt says.
std::string_view version();

std::unique_ptr<Command> make_version_command();

} // namespace mooring::cli
