// The program's version, what it was made of, and the command that prints both.
#pragma once

#include "cli/build_facts.hpp"
#include "cli/command.hpp"

#include <string>

namespace mooring::cli {

// "0.2.0", as CMakeLists.txt says.
std::string_view version();

// As schema/version.schema.json has it, with a line end.
std::string version_json(const BuildFacts& facts);

std::unique_ptr<Command> make_version_command();

} // namespace mooring::cli
