// What the status page shows of correcting: what would be done, what waits or needs a person and the command for it,
// what was done. Never a button. Values; pure.
#pragma once

#include "serve/board.hpp"
#include "serve/page_words.hpp"

#include <string>
#include <vector>

namespace mooring::serve {

struct CorrectionRow {
    std::string href; // the stack's page
    std::string name;
    std::string environment;
    std::string state; // "update", "held", "quarantined", "blocked"; of what was done: "done", "not converged"
    std::string tone;
    std::string brief;  // what differs, or why it is not done
    std::string remedy; // what to type or to write; may be empty
    Moment at;          // of what was done
};

// Of one server that the agent may correct.
struct CorrectionsCard {
    std::string server;
    std::string halted;    // why nothing is written to it, with the command; "" if something may be
    std::string under_way; // "update shop/production: its deployment is under way, since ..."; "" if nothing is
    std::vector<CorrectionRow> steps; // those that need a person first
    std::vector<CorrectionRow> done;  // newest first
    std::size_t more = 0;             // steps that are left out
    std::string empty;                // in place of steps
};
std::vector<CorrectionsCard> corrections_of(const Board& board);

} // namespace mooring::serve
