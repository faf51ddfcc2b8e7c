// What the agent would do with one server, and what it did: values between the loop, which writes them, and page, API,
// metrics and notifications.
#pragma once

#include "model/writes.hpp"
#include "reconcile/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mooring::serve {

// One part that the agent wrote.
struct Corrected {
    UnixSeconds at = 0; // when what came of it was known
    std::string name;
    std::string environment;
    std::string action; // "update"
    PartOutcome outcome = PartOutcome::unknown;
    std::string message;              // masked
    std::vector<std::string> changes; // in words
};

// What the agent would do with one server, and what it did.
struct Corrections {
    static constexpr std::size_t most_done = 20;

    UnixSeconds at = 0;                        // when it was planned
    std::vector<reconcile::Step> steps;        // of stacks whose policy is `correct`
    std::optional<reconcile::Obstacle> halted; // why nothing is written to this server at all
    UnixSeconds halted_since = 0;              // of what is recorded; 0: it is not
    std::string problem;                       // why correcting failed: the ledger cannot be read; "" otherwise
    std::string under_way;                     // "update shop/production: its deployment is under way"; "" nothing is
    UnixSeconds under_way_since = 0;
    std::vector<Corrected> done;                   // newest first, at most `most_done`
    std::map<PartOutcome, std::uint64_t> outcomes; // since this process began

    bool two_writers() const { return halted && halted->code == "two_writers"; }
    std::size_t count(reconcile::Readiness readiness) const;
    std::size_t quarantined() const;
};

} // namespace mooring::serve
