// `mooring agent`: watches without end.
#pragma once

#include "cli/check.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_agent_command(MakeApi make_api);

} // namespace mooring::cli
