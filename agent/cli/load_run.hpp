// What a run starts from: configuration with its tokens, manifests, memory. The first part of the route, for every
// command that reads a server.
#pragma once

#include "cli/check_run.hpp"
#include "cli/kept_memory.hpp"

namespace mooring::cli {

struct LoadedRun {
    CheckInputs inputs; // its desired.diagnostics are those of configuration, manifests and memory
    // Wrong manifests do not keep the good ones from being judged, unless there are no good ones.
    bool nothing_to_judge = false;
    KeptMemory kept; // where the memory came from
};

// An error (invalid_input, io): a memory or ledger that cannot be used.
Result<LoadedRun> load_run(const CheckOptions& options, config::Loaded loaded, Console& console);

} // namespace mooring::cli
