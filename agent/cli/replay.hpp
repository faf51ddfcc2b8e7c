// A run over a snapshot, in the place of one over servers.
#pragma once

#include "cli/check_run.hpp"
#include "snapshot/snapshot.hpp"

namespace mooring::cli {

// The report that the recorded run gave, as far as `options` (only, fail_on) are the same.
Result<CheckResult> replay(const snapshot::Snapshot& kept, const CheckOptions& options, Console& console);

} // namespace mooring::cli
