// What the agent would do with one server, and what it did: values between the loop, which writes them, and page, API,
// metrics and notifications.
#pragma once

#include "drift/engine.hpp"
#include "manifest/config.hpp"
#include "model/writes.hpp"
#include "reconcile/plan.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
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

// Correcting, as the loop sees it. It is injected (agent/cli/apply_agent): this folder writes to no Portainer, and a
// binary that only reads has nothing to inject.

// A run of one server that has been judged and recorded. All that it refers to outlives correcting.
struct JudgedRun {
    const drift::Run& run;
    const Memory& memory; // as it was read for the run
    const Report& report;
    const config::Config& config;
    const config::ServerEntry& entry; // its write settings let the agent correct
    ServerConnection connection;      // with the token that was read for the run
    bool manifests_whole = false;     // read as a whole just now, without errors
    bool recorded = false;            // a ledger took the run
};

struct CorrectingHooks {
    std::function<void(const Corrections&)> show;         // after each thing that happens
    std::function<void(std::chrono::seconds)> is_at_work; // nothing more may be heard for so long
    const bool* stopping = nullptr;                       // set once no further part may be begun
    // Whether configuration or manifests were read again since: what was planned before is not begun. Empty: never.
    std::function<bool()> superseded;
};

// Corrects one server, run after run. Used on the agent's thread.
class Corrector {
  public:
    Corrector() = default;
    Corrector(const Corrector&) = delete;
    Corrector& operator=(const Corrector&) = delete;
    virtual ~Corrector() = default;

    // Plans, paces and writes what a judged run leaves to do. True: something was sent, and the server should be looked
    // at again soon. Never throws for what a server or the ledger does.
    virtual boost::asio::awaitable<bool> correct(const JudgedRun& judged, const CorrectingHooks& hooks) = 0;
};

// Makes the corrector of one server; empty in a binary that only reads.
using MakeCorrector = std::function<std::unique_ptr<Corrector>()>;

} // namespace mooring::serve
