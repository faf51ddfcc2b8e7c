// `mooring schema NAME`: the JSON Schemas that are compiled in.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_schema_command();

} // namespace mooring::cli
