// The agent corrects (reconcile.md §6): what a judged run leaves to do is planned, paced, written and told. The agent
// gets it as a serve::Corrector, so that a binary without writes has none.
#pragma once

#include "apply/workshop.hpp"
#include "cli/check.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <filesystem>
#include <memory>

namespace mooring::cli {

struct CorrectorSetup {
    std::filesystem::path ledger; // "" without one: then nothing is written, and that is said
    const Clock& clock;           // it and the log outlive the corrector
    serve::Log& log;
    MakeApi make_api;
    apply::Pace pace;
};
std::unique_ptr<serve::Corrector> make_corrector(CorrectorSetup setup);

// Of an agent's servers: each has the ledger open for itself.
serve::MakeCorrector make_correctors(const std::filesystem::path& ledger, const Clock& clock, serve::Log& log);

} // namespace mooring::cli
