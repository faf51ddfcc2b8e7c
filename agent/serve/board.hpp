// What the agent knows now: the newest verdicts of every server, since when they stand, and how its own work goes. The
// values between the loop, which writes them, and pages, API, metrics and notifications, which read them.
#pragma once

#include "base/clock.hpp"
#include "ledger/entries.hpp"
#include "model/desired.hpp"
#include "model/since.hpp"
#include "model/verdict.hpp"
#include "serve/corrections.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::serve {

using ledger::StackKey;

// What started a run.
enum class Trigger { start, interval, manifests, signal, sync };
// "start", "interval", "manifests", "signal", "sync"
std::string_view to_string(Trigger trigger);

// One stack and its newest verdict.
struct StackView {
    StackKey key;
    StackResult result;
    Tally tally;         // up to the newest run of its server
    Watch watch;         // of its server, as of that run
    bool watched = true; // false: the newest run did not judge it; it is kept so that its counts go on

    // Since when it has had this verdict, and for how long anybody saw it so.
    Count count(UnixSeconds now) const { return tally.word(watch.seconds(now)).value_or(Count{.since = now}); }
    // The same of the difference that is open, whatever it was called meanwhile; nullopt: it is not out of sync.
    std::optional<Count> difference(UnixSeconds now) const { return tally.difference(watch.seconds(now)); }
};

struct ServerView {
    std::string name;
    std::string url;               // without user part
    std::optional<Report> report;  // of the newest run that ended; its stacks stand in `stacks`
    std::vector<StackView> stacks; // in the report's order
    bool unwatched = false;        // nothing is declared for it
    bool running = false;
    Trigger trigger = Trigger::start; // of the run under way, else of the newest
    UnixSeconds started_at = 0;       // of the run under way, else of the newest; 0: never
    UnixSeconds ended_at = 0;         // of the newest run, whatever came of it; 0: never
    UnixSeconds succeeded_at = 0;     // when a run last judged this server; 0: never
    UnixSeconds ends_by = 0;          // when the run under way, or what is being written, will have ended at the latest
    UnixSeconds next_due = 0;         // when the next run is due; 0 while one is under way
    double seconds = 0;               // how long the newest run took
    unsigned failures = 0;            // runs in a row that judged nothing
    std::string problem;              // why the newest run could not begin: a token that cannot be read; "" otherwise
    std::optional<Corrections> corrections; // nullopt: the configuration does not let the agent correct this server
};

// The desired state that is in use, and what came of the newest look at the manifests (design §2, rule 4).
struct SourceView {
    bool loaded = false;           // there is a desired state to judge with
    bool stale = false;            // the newest look failed, and an older desired state is in use
    bool partial = false;          // nothing better than a partly readable one was ever loaded
    UnixSeconds loaded_at = 0;     // when what is in use was loaded
    UnixSeconds failing_since = 0; // of the first look that failed; 0 while all is well
    std::size_t stacks = 0;        // declared
    Diagnostics diagnostics;       // of the newest look
    std::vector<Waiver> waivers;   // of the desired state in use
};

struct LedgerView {
    bool enabled = false;
    std::string problem;        // why the newest run could not be recorded; "" while all is well
    std::uint64_t errors = 0;   // so far
    std::uint64_t recorded = 0; // runs so far
};

struct Board {
    std::string version;
    UnixSeconds started_at = 0;
    std::chrono::seconds ready_window{900};
    std::vector<ServerView> servers; // in the configuration's order
    SourceView source;
    LedgerView ledger;
    std::string restart; // why the configuration is in use only in part until the agent is restarted; "" if it is not
    // Why the newest reload of the configuration failed, with file and line: the one before stays in use. "" while all
    // is well.
    std::string reload;

    const ServerView* find(std::string_view server) const;
    ServerView* find(std::string_view server);
};

// All servers as one report: headline and exit code as `mooring check` would give them. Servers without a run are left
// out.
Summary overall(const Board& board);

// "drift", "cannot see", "in sync", "no run yet": the one word for the whole (design §7: the headline).
enum class Health { waiting, good, drift, blind, both };
Health health_of(const Board& board);

// Whether the newest run of the server ended because its token was refused.
bool is_refused(const ServerView& server);

// "main, branch": the servers that refuse their token; "" if none does.
std::string refused_servers(const Board& board);

// "in sync 11, drifted 2; coverage 78 %, score 61 %": for STATUS=, one line.
std::string headline(const Board& board);
// Of one server alone: what a notification about it begins with.
std::string headline(const Board& board, std::string_view server);

// Why the agent is not ready: one sentence; "" when every server had a run that ended within the window, or has one
// under way that has not passed its deadline. A server that hangs is no reason: its runs end, and say so.
std::string not_ready(const Board& board, UnixSeconds now);

// What is not in use as it was meant although the agent is ready: a configuration or manifests that cannot be read, a
// ledger that cannot be written. "" if nothing.
std::string caveats(const Board& board);

// The views of a report's stacks, with the counts that `before` has going on. `watch` has taken in the run.
std::vector<StackView> views_of(const Report& report, const std::map<StackKey, StackView>& before, const Watch& watch);

// Waivers that expired, have not begun, or accept nothing: of all servers together, since each run sees one server
// alone. A waiver for a server that the newest run did not judge is not called unused.
Diagnostics waiver_remarks(const Board& board, UnixSeconds now);

// What is known after a run that showed `stacks`; `watch` has taken it in. Nobody sees what it did not show, but its
// counts go on when it comes back. Unless the manifests were read as a whole nothing could be called extra, and what
// was extra before is still watched.
std::map<StackKey, StackView> known_after(const std::map<StackKey, StackView>& before,
                                          const std::vector<StackView>& stacks, const Watch& watch, bool whole);

} // namespace mooring::serve
