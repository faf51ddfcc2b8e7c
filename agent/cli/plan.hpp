// `mooring plan`: what `mooring apply` would write, and what it would not, and why. It reads, and writes nothing.
#pragma once

#include "cli/check.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_plan_command(MakeApi make_api);

} // namespace mooring::cli
