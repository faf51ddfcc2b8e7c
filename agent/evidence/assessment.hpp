// What a compliance report says, computed from its material. Values only; every time is UTC, every text is printable.
#pragma once

#include "base/error.hpp"
#include "evidence/timeline.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::evidence {

// Who looked, with which rights, in an unbroken row of runs.
struct Observer {
    ServerResult server; // of its first run
    UnixSeconds from = 0;
    UnixSeconds to = 0; // start of its last run
    std::size_t runs = 0;
};

// From the first run that saw drift, a proven absence or an undeclared stack to the one that saw the end of it.
struct Episode {
    enum class End {
        open,       // it lasts at the end of the period
        repaired,   // read whole, and in sync
        accepted,   // a waiver or a suspension, nothing was repaired
        not_judged, // the stack was not declared, or not there, any more
    };
    Verdict verdict = Verdict::drifted; // at its beginning
    UnixSeconds opened_at = 0;
    ledger::RunNumber opened_in = 0;
    std::vector<Change> changes; // every one that was seen in it, first seen first
    End end = End::open;
    UnixSeconds ended_at = 0; // start of the run that saw it; the last run for an open one
    ledger::RunNumber ended_in = 0;
    UnixSeconds seen = 0; // seconds of it, inside the period, in which it was seen; see Unseen
    // The verdict that was seen last in it, since when it was that, and for how long that was seen.
    Verdict latest = Verdict::drifted;
    UnixSeconds latest_since = 0;
    UnixSeconds latest_seen = 0;
    std::vector<Evidence> proof; // of the repair: what was asked in that run
    bool reopened = false;       // the stack had another one repaired before in the period
};

// A stretch in which a stack could not be read or compared. Its count and those of episodes follow the one rule of
// model/memory.hpp: `from` and `to` say how long it lasts, `seen` for how much of that somebody saw it so.
struct Unseen {
    std::shared_ptr<const StackResult> state; // of its first run
    UnixSeconds from = 0;
    UnixSeconds to = 0; // start of the run that judged it otherwise, or of the last one that saw it so
    bool lasts = false; // nothing else was seen up to the end of the period
    UnixSeconds seen = 0;
};

struct StackReport {
    ledger::StackKey key;
    std::shared_ptr<const StackResult> last; // its last state
    bool judged_last = false;                // in the last run of its server
    UnixSeconds first_seen = 0;              // ever
    UnixSeconds last_seen = 0;               // last judged in the period
    std::vector<Segment> segments;
    std::map<Verdict, UnixSeconds> seconds; // by verdict
    UnixSeconds unobserved = 0;             // seconds of the period
    std::vector<Episode> episodes;
    std::vector<Unseen> unseen;
};

struct WaiverReport {
    Waiver waiver;
    UnixSeconds declared_from = 0; // start of the first and last run of the period that had it
    UnixSeconds declared_to = 0;
    bool declared_last = false;        // in the last run
    std::vector<std::string> used_for; // "blog/production@main", sorted
    bool used_elsewhere = false;       // by stacks outside the scope
    UnixSeconds last_used = 0;         // by any stack; 0: never
};

// One part that was written in the period, by the agent or by a person.
struct Written {
    UnixSeconds at = 0; // before it was sent
    WrittenStack stack;
    std::string action; // "update"
    std::string by;
    std::string user;                   // whose token
    std::vector<std::string> changes;   // in words
    std::optional<PartOutcome> outcome; // nullopt: nobody has noted any
    std::string message;
};

// What kept a stack, or a whole server, from being written in the period, until a person looked or it was written
// again.
struct Kept {
    std::string code; // "came_back", "left", "outage", "two_writers"; of a write that nobody could settle: its outcome
    UnixSeconds from = 0;
    UnixSeconds to = 0; // 0: it lasts at the end of the log
    WrittenStack stack; // `name` is "" of a server
    std::string message;
    std::string ended_by; // who looked; "" while it lasts, or when it was written again
};

struct Finding {
    enum class Level { failure, warning, note };
    Level level = Level::warning;
    std::string code;    // "open-drift", "gap", "waiver-expired", ...: stable words
    std::string subject; // a stack, a waiver, a server, "observation", "chain"
    std::string text;
    std::string cure; // may be empty
    UnixSeconds from = 0;
    UnixSeconds to = 0;
};

// Shares over time, weighted by how long each run's window is. nullopt: nothing was judged.
struct Means {
    std::optional<double> coverage;
    std::optional<double> score;
    std::optional<double> score_with_waivers;
};

struct PeriodAssessment {
    Scope scope;
    Heading heading;
    std::vector<Observer> observers; // by server and time
    PeriodObservation observation;
    std::size_t runs = 0; // that looked at a server of the scope
    std::size_t partial_runs = 0;
    std::size_t unpromised_runs = 0; // that announced no next one: what they saw is taken to hold for `max_gap`
    std::chrono::seconds max_gap{};
    UnixSeconds first_run_at = 0; // 0 without any
    UnixSeconds last_run_at = 0;
    std::string last_hash;
    std::vector<Point> points;
    Means means;
    std::vector<StackReport> stacks;
    std::vector<WaiverReport> waivers;
    std::vector<Written> written;  // by time
    std::vector<Kept> kept;        // by time
    std::vector<Finding> findings; // failures first, then by code, subject and time
    ledger::Verification verification;
    ControlMap controls;
    std::chrono::seconds expiring_within{};
};

PeriodAssessment assess(const Material& material);

// Parts of it, each by itself.
std::vector<StackReport> stack_reports(const Material& material, const PeriodObservation& observation);
std::vector<WaiverReport> waiver_reports(const Material& material, const PeriodObservation& observation);
std::vector<Observer> observers(const Material& material);
std::vector<Written> written_in(const Material& material);
std::vector<Kept> kept_in(const Material& material);
std::vector<Finding> remark_findings(const std::vector<ledger::Run>& runs);
std::vector<Finding> findings(const PeriodAssessment& assessment, const Material& material);

// The optional file that maps controls of a catalogue to sections of the report.

// Reads `kind: Controls` (deploy/controls/nist-800-53.yaml is an example). Errors (invalid_input) name the line:
// unknown keys, sections that the report does not have, an id twice.
Result<ControlMap> read_controls(std::string_view text, std::string_view file);

} // namespace mooring::evidence
