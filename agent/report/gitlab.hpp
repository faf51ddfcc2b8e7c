// The report as a Code Quality report of GitLab: findings in a merge request's widget and beside its lines.
#pragma once

#include "base/diagnostic.hpp"
#include "model/verdict.hpp"

#include <string>

namespace mooring::report {

// A JSON array, one object a finding: each change that is not waived, each stack that is missing, undeclared or could
// not be read or compared, each server that could not be read, each error and warning about manifests. Fingerprints are
// those of SARIF, so that a finding keeps its place from run to run. Source: GitLab, Code Quality report format.
std::string to_gitlab(const Report& report);

// The same of manifests alone.
std::string to_gitlab(const Diagnostics& diagnostics);

} // namespace mooring::report
