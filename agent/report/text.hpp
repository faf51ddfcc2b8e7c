// The report for people: a head line a server, the headline, what is not in sync first, the exit code's meaning last.
#pragma once

#include "report/format.hpp"

#include <string>

namespace mooring::report {

// The report as text. Untrusted text in it was made printable.
std::string to_text(const Report& report, const TextOptions& options);

// Diagnostics, one a line with file:line:column and suggestion; "" without any.
std::string diagnostics_text(const Diagnostics& diagnostics, const TextOptions& options);

} // namespace mooring::report
