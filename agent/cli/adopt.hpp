// `mooring adopt`: a person lets Mooring write a stack that it did not make.
#pragma once

#include "cli/check.hpp"
#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_adopt_command(MakeApi make_api);

} // namespace mooring::cli
