// What a run starts from: configuration with its tokens, manifests, memory. The first part of the route, for every
// command that reads a server.
#pragma once

#include "cli/check_run.hpp"

namespace mooring::cli {

struct LoadedRun {
    CheckInputs inputs; // its desired.diagnostics are those of configuration, manifests and memory
    // Wrong manifests do not keep the good ones from being judged, unless there are no good ones.
    bool nothing_to_judge = false;
};

// An error (invalid_input): a memory that cannot be used.
Result<LoadedRun> load_run(const CheckOptions& options, config::Loaded loaded, Console& console);

} // namespace mooring::cli
