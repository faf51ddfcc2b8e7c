// `mooring resume`: a person has looked at what nobody knew about a write, and the stack may be written again.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_resume_command();

} // namespace mooring::cli
