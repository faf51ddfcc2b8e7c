// `mooring list`: the stacks that the token sees, and what may be read of each.
#pragma once

#include "cli/check.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_list_command(MakeApi make_api);

} // namespace mooring::cli
