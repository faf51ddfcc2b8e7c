// The report as workflow commands of GitHub Actions, which shows them as annotations at file and line.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

// One `::error` a change and a missing or undeclared stack, one `::warning` a stack that could not be read or compared,
// one `::notice` for what is accepted; servers and diagnostics likewise. GitHub shows ten annotations of each kind a
// step, the first ones, so the most telling come first: the headline with exit code and counts (a notice), whole
// servers, manifests, whole stacks, changes, and last the same change of further stacks. The log has all. The step's
// summary is to_markdown().
std::string to_github(const Report& report);

// The same of manifests alone (`mooring validate`); `result` is the notice's text.
std::string to_github(const Diagnostics& diagnostics, std::string_view result);

// Text behind the `::` of a command, and a value of one of its properties: printable, with what the runner would take
// for syntax percent-encoded.
std::string github_data(std::string_view text);
std::string github_property(std::string_view text);

} // namespace mooring::report
