// `mooring show NAME`: one stack, all that is known about it, and the evidence.
#pragma once

#include "cli/check.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_show_command(MakeApi make_api);

} // namespace mooring::cli
