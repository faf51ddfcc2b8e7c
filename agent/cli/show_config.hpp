// `mooring config`: the effective configuration, each value with its origin, secrets masked.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_config_command();

} // namespace mooring::cli
