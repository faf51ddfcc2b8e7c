// What a load gives, as text for golden files and assertions: never a value of a variable.
#pragma once

#include "model/desired.hpp"

#include <string>

namespace mooring::manifest {

// "file:line:column: error: message (suggestion)" for each diagnostic, then one line for each stack, scope and waiver.
std::string as_text(const Desired& desired);
std::string as_text(const Diagnostics& diagnostics);

} // namespace mooring::manifest
