// `mooring agent`: everything that watches without end, built in order and taken down on a signal.
#pragma once

#include "manifest/config.hpp"
#include "serve/log.hpp"
#include "serve/server_loop.hpp"

#include <functional>
#include <memory>
#include <string>

namespace mooring::serve {

struct AgentSetup {
    config::Config config;                  // without errors
    std::function<config::Loaded()> reload; // reads the configuration again (SIGHUP)
    const Variables& variables;
    const Clock& clock;
    MakeApi make_api;
    MakeCorrector make_corrector; // empty: nothing is ever corrected
    std::string version;
    std::unique_ptr<ledger::Ledger> ledger; // nullptr: nothing is recorded
    Log& log;
};

// Watches until SIGTERM or SIGINT; a run under way is then recorded as interrupted, and a part that is being written is
// waited for (a minute at most: an intent that stays open is settled by the next start). Returns when all is written
// down: the process should end, because work that cannot be cancelled is left behind. A second signal ends the process
// at once. Errors (io, invalid_input): an address that cannot be listened on, a token that cannot be read.
Result<void> run_agent(AgentSetup setup);

} // namespace mooring::serve
