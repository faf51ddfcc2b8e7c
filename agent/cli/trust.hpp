// `mooring trust`: a person says that the Portainer which answers is the one that is meant.
#pragma once

#include "cli/check.hpp"
#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_trust_command(MakeApi make_api);

} // namespace mooring::cli
