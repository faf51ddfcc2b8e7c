// mooring restore: a stack made as a backup has it.
#pragma once

#include "cli/check.hpp"
#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_restore_command(MakeApi make_api);

} // namespace mooring::cli
