// The optional file that maps controls of a catalogue to sections of the report.
#pragma once

#include "base/error.hpp"
#include "evidence/material.hpp"

#include <string_view>

namespace mooring::evidence {

// Reads `kind: Controls` (deploy/controls/nist-800-53.yaml is an example). Errors (invalid_input) name the line:
// unknown keys, sections that the report does not have, an id twice.
Result<ControlMap> read_controls(std::string_view text, std::string_view file);

} // namespace mooring::evidence
