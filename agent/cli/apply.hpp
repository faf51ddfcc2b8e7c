// mooring apply: what a plan says is written, part by part.
#pragma once

#include "cli/check.hpp"
#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_apply_command(MakeApi make_api);

} // namespace mooring::cli
