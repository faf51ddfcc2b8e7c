// A command's declarations as CLI11 has them: what its line is parsed by, and what completions are made of.
#pragma once

#include "cli/command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace mooring::cli {

// With the options and arguments of the command, --help and its examples. The command outlives it.
std::unique_ptr<CLI::App> make_app(Command& command);

// What help and the manual say of the program itself.
std::string_view headline();
std::string_view exit_codes();

} // namespace mooring::cli
