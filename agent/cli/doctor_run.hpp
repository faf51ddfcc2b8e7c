// One visit of the doctor: loads what a check loads, tries every server, says what was found.
#pragma once

#include "cli/console.hpp"
#include "doctor/finding.hpp"
#include "doctor/probe.hpp"
#include "manifest/config.hpp"

#include <string>

namespace mooring::cli {

// `loaded` is the configuration with its problems. The exit code is in the diagnosis: 0 only if a check would work.
doctor::Diagnosis visit(config::Loaded loaded, const doctor::Outside& outside, Console& console);

// Writes it to standard output; `format` is text or json. Returns its exit code.
int write_diagnosis(const doctor::Diagnosis& diagnosis, const config::Config& config, Console& console);

} // namespace mooring::cli
