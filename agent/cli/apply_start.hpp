// From what a command line asked to be written to what came of it: for apply and restore.
#pragma once

#include "cli/apply_run.hpp"
#include "cli/check.hpp"

namespace mooring::cli {

// Refuses what can be told before a server is asked, then reads, plans, asks, writes and concludes. Returns the exit
// code.
int apply_from(Console& console, PlanStart start, ApplyOptions options, Removing removing, const MakeApi& make_api);

} // namespace mooring::cli
