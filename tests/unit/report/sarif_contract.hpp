// The part of SARIF 2.1.0 that code scanning and editors read of our reports, as a check: known properties only, those
// that the standard requires, their types and words, and rules that results can find.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mooring::report {

// What is wrong with a log, a line each; "" if nothing.
std::string sarif_complaints(const nlohmann::json& log);

} // namespace mooring::report
