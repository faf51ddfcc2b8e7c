// What the agent knows of its own past before it corrects: read from the ledger, derived without asking.
#pragma once

#include "cli/plan_run.hpp"
#include "ledger/ledger.hpp"
#include "reconcile/pacing.hpp"
#include "serve/corrections.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace mooring::cli {

// What the recorded runs say of a stack, oldest first. Its newest spell is that of the run which was just recorded.
// Pure.
reconcile::Seen seen_of(std::span<const ledger::Spell> history);

// What is asked of the ledger before anything is written.
struct CorrectingPast {
    std::vector<LogEntry> log;
    PlanPast plan;
    std::map<ledger::StackKey, reconcile::Seen> seen;
    std::string problem; // "" or why it cannot be read
};

// Of these stacks; on an error only `problem` counts.
CorrectingPast read_past_of(ledger::Ledger& ledger, const std::vector<ledger::StackKey>& stacks);

// The agent's newest outcomes on a server, for the page: the log has them whole. Pure.
std::vector<serve::Corrected> done_of(std::span<const LogEntry> log, const std::string& server);

} // namespace mooring::cli
