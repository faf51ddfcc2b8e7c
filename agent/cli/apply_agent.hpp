// The agent corrects (reconcile.md §6): what a judged run leaves to do is planned, paced, written and told. The agent
// gets it as a serve::Corrector, so that a binary without writes has none.
#pragma once

#include "apply/workshop.hpp"
#include "cli/check.hpp"
#include "ledger/ledger.hpp"
#include "reconcile/pacing.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <filesystem>
#include <memory>
#include <span>

namespace mooring::cli {

// What the recorded runs say of a stack, oldest first. Its newest spell is that of the run which was just recorded.
// Pure.
reconcile::Seen seen_of(std::span<const ledger::Spell> history);

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
