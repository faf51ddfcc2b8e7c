// Doing what a plan says: each part once, with its intent on the disk before it and its outcome after it (reconcile.md
// §4). What is decided stands in sending, ground and aftermath; here it is done.
#pragma once

#include "apply/workshop.hpp"

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string>
#include <vector>

namespace mooring::apply {

struct PartDone {
    reconcile::Part part;
    PartResult result;
};

struct StepDone {
    const reconcile::Step* step = nullptr;
    std::vector<PartDone> parts; // those that were begun
    // Of the whole step: what went wrong, else the last part's.
    PartOutcome outcome = PartOutcome::skipped;
    std::string message;
};

// A step of the plan with what its stack was judged by.
struct Planned {
    const reconcile::Step* step = nullptr;
    const drift::Assessment* seen = nullptr;
};

// Writes the steps of one server in their order, one part at a time. Ends early when somebody asked to stop, when
// another server answers, and when a write went wrong in a way that a person should see first; what was not begun is
// skipped, and says so. Never throws for what a server does.
boost::asio::awaitable<std::vector<StepDone>> apply_steps(Workshop& workshop, Server& server,
                                                          std::span<const Planned> steps);

// Settles what an earlier run left open on this server, by reading only; nothing while another process writes there,
// whose intent is open because it is being done. Returns the outcomes that were recorded. Errors (io): the ledger.
boost::asio::awaitable<Result<std::vector<LogEntry>>> settle_open(Workshop& workshop, Server& server);

} // namespace mooring::apply
