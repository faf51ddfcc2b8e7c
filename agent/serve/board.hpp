// What the agent knows now: the newest verdicts of every server, since when they stand, and how its own work goes. The
// values between the loop, which writes them, and pages, API, metrics and notifications, which read them.
#pragma once

#include "base/clock.hpp"
#include "ledger/entries.hpp"
#include "ledger/ledger.hpp"
#include "model/desired.hpp"
#include "model/memory.hpp"
#include "model/verdict.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
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

// "main, branch": the servers of which `which` is true; "" if there is none.
std::string names_of(const Board& board, const std::function<bool(const ServerView&)>& which);
// Those that refuse their token.
std::string refused_servers(const Board& board);

// What is wrong with the manifests, and where; "" if nothing is.
std::string first_error(const SourceView& source);
// "nothing is judged: ...": while no manifests could ever be read; "" once they could, or before the first look.
std::string nothing_judged(const SourceView& source);

// "in sync 11, drifted 2; coverage 78 %, score 61 %": for STATUS=, one line.
std::string headline(const Board& board);
// Of one server alone: what a notification about it begins with.
std::string headline(const Board& board, std::string_view server);

// Why the agent is not ready: one sentence; "" when manifests were read once (those that cannot be read later are a
// caveat), and every server had a run that ended within the window, or has one under way that has not passed its
// deadline. A server that hangs is no reason: its runs end, and say so.
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

// What changed between two runs of a server, stack by stack: the lines of the log. Pure.
struct Transition {
    StackKey key;
    std::optional<Verdict> before; // nullopt: it was not there
    std::optional<Verdict> after;  // nullopt: it is declared no more, or no longer extra
    bool details = false;          // same verdict, other differences or another reason
    std::string brief;             // what is to be said of it now, one sentence; may be empty
    std::optional<Cause> cause = std::nullopt;
};

// In the report's order, those that are gone last. A stack that is in sync when it is first seen is none.
std::vector<Transition> transitions(const std::map<StackKey, StackView>& before, const std::vector<StackView>& after);

// "shop/production: in sync -> drifted: services.web.image"
std::string line_of(const Transition& transition);
Level level_of(const Transition& transition);

// Those that say the same of many stacks, with the same cause and reason, together: the outage of a server is one line
// of the log and not one for each of its stacks. Drift, and other differences, are each by themselves.
std::vector<std::vector<Transition>> told_together(std::vector<Transition> transitions);
// Of one as above; of many "500 stacks of main: in sync -> unreachable: ... (a/production, b/production, ...)"
std::string line_of(std::span<const Transition> together);

// What a stack's state says, without what may change from run to run although the stack does not (evidence, notes,
// lines of files): two equal texts are one state. Holds no value of a secret.
std::string state_of(const StackResult& result);

// The ledger as the agent uses it: off the agent's thread, and so that watching goes on when recording fails.

// A run of one server that has ended or was interrupted.
struct EndedRun {
    Report report;
    std::optional<ServerMemory> memory; // of its server, after the run; nullopt: as it was before
    std::vector<Waiver> waivers;        // all that are declared
    std::string server;
    std::string trigger;
    std::optional<UnixSeconds> next_due;
};

// What is recorded when a server is watched no more: a run that asked nothing, so that what was last seen of its stacks
// does not seem to go on.
EndedRun end_of_watch(const std::string& server, const std::string& mooring_version, UnixSeconds now);

class Recorder {
  public:
    // Without a ledger (nullptr) only the memory is kept, in this process.
    explicit Recorder(std::unique_ptr<ledger::Ledger> ledger) : ledger_(std::move(ledger)), thread_(1) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder();

    const LedgerView& view() const { return view_; }
    // Of the memory's digests; empty: no file is skipped.
    const Secret& key() const;

    // Runs that are older are pruned, once a day; 0: none are.
    void keep(int days) { keep_days_ = days; }

    // What the ledger knew when this process began; before anything else is asked of it.
    std::vector<ledger::Current> known() const;
    ledger::Counts counts() const;
    std::vector<ledger::Notification> told() const;

    // The memory to judge a server's next run with: its own alone. When the ledger cannot be read, or does not have the
    // last run, what this process remembers.
    boost::asio::awaitable<Memory> memory_of(std::string server);
    // "" or why it could not be recorded; the memory is kept either way.
    boost::asio::awaitable<std::string> record(std::shared_ptr<const EndedRun> run);
    // The same at the very end, when nothing else runs any more.
    std::string record_last(const EndedRun& run);
    // After everything: the ledger becomes one whole file, and is closed. "" or what failed.
    std::string close();

    // Empty when the ledger does not know, or cannot be read.
    boost::asio::awaitable<std::vector<ledger::Run>> newest_runs(std::size_t most, std::int64_t before);
    boost::asio::awaitable<std::vector<ledger::Spell>> history(StackKey key, ledger::Period period);
    boost::asio::awaitable<bool> record_notifications(std::vector<ledger::Notification> sent);

  private:
    std::string append(const EndedRun& run, const ServerMemory& before);
    void note(const std::string& problem);

    std::unique_ptr<ledger::Ledger> ledger_; // used on thread_ alone, after construction
    // Of this process; used on the agent's thread: what the last run of each server left, and what the ledger held when
    // that run read it, as long as it is not recorded.
    Memory remembered_;
    Memory read_;
    std::set<std::string> unrecorded_; // servers whose last run could not be recorded
    LedgerView view_{.enabled = ledger_ != nullptr};
    std::atomic<int> keep_days_ = 0; // 0: everything is kept
    UnixSeconds pruned_at_ = 0;      // used on thread_ alone
    boost::asio::thread_pool thread_;
};

} // namespace mooring::serve
