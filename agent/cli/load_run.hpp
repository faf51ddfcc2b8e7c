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

// Takes the manifests of `folder` (a command's DIR; "": the configuration's). A folder with the configuration in it is
// meant as a whole: its manifests are then where the configuration says, if they are there.
void take_folder(config::Config& config, const std::filesystem::path& folder);

// Said where the configuration is too broken to tell where the manifests are and what they inherit.
Diagnostic manifests_not_read();

// Completes a configuration without errors by the tokens of its servers; that there is no server, or no token, is an
// error among its diagnostics.
void read_tokens(config::Loaded& loaded, Console& console);

// The same for commands that need no manifests: problems are printed, and false says that there are errors (exit 65).
bool ready_to_connect(config::Loaded& loaded, Console& console);

// `access`: read_only of a run that is not recorded; then `kept` keeps nothing. An error (invalid_input, io): a memory
// or ledger that cannot be used.
Result<LoadedRun> load_run(const CheckOptions& options, config::Loaded loaded, ledger::Access access, Console& console);

} // namespace mooring::cli
