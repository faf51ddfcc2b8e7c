// `mooring init DIR`: a configuration and a first manifest to begin with, tried at once.
#pragma once

#include "cli/command.hpp"
#include "doctor/probe.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_init_command(doctor::Outside outside);

} // namespace mooring::cli
