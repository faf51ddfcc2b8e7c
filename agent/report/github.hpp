// The report as workflow commands of GitHub Actions, which shows them as annotations at file and line.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

// One `::error` a change and a missing or undeclared stack, one `::warning` a stack that could not be read or compared,
// one `::notice` for what is accepted; servers and diagnostics likewise. The last line is a notice with the headline
// and the exit code. GitHub shows ten annotations of each kind a step; the log has all. The step's summary is
// to_markdown().
std::string to_github(const Report& report);

// Text behind the `::` of a command, and a value of one of its properties: printable, with what the runner would take
// for syntax percent-encoded.
std::string github_data(std::string_view text);
std::string github_property(std::string_view text);

} // namespace mooring::report
