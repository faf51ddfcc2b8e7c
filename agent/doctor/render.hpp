// A diagnosis as text for people and as JSON for machines. Pure.
#pragma once

#include "doctor/finding.hpp"
#include "report/format.hpp"

#include <string>

namespace mooring::doctor {

// One finding a line (more where a terminal is narrow), its remedy below it, the exit code's meaning last.
std::string to_text(const Diagnosis& diagnosis, const report::TextOptions& options);

// The contract of schema/doctor.schema.json, one finding a line, absent values null.
std::string to_json(const Diagnosis& diagnosis);

} // namespace mooring::doctor
