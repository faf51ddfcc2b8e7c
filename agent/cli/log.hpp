// `mooring log`: what was written, by whom, why, with what outcome.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_log_command();

} // namespace mooring::cli
