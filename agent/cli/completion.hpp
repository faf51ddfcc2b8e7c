// `mooring completion SHELL`: completions, made from what the commands declare, so that they cannot go stale.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

// `commands` gives all of them, this one included; it is called when the completion runs.
std::unique_ptr<Command> make_completion_command(AllCommands commands);

} // namespace mooring::cli
