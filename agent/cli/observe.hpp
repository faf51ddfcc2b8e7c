// `mooring observe`: load -> observe -> a snapshot that can be given away.
#pragma once

#include "cli/check.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_observe_command(MakeApi make_api);

} // namespace mooring::cli
