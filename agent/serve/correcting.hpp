// Correcting, as the loop sees it. It is injected (agent/cli/apply_agent): this folder writes to no Portainer, and a
// binary that only reads has nothing to inject.
#pragma once

#include "drift/engine.hpp"
#include "manifest/config.hpp"
#include "serve/corrections.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace mooring::serve {

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
