// `mooring doctor`: what works, what does not, and what to do about it.
#pragma once

#include "cli/command.hpp"
#include "doctor/probe.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_doctor_command(doctor::Outside outside);

} // namespace mooring::cli
