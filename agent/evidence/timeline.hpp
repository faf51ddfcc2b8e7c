// What a compliance report is drawn from: rows of the ledger and what was asked for, as values.
#pragma once

#include "ledger/ledger.hpp"
#include "model/memory.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::evidence {

// Which stacks, and when. Both ends of the period are given.
struct Scope {
    ledger::Period period;         // as far as it has passed: of what is still to come nothing is said
    std::string server;            // glob; "*"
    std::string label;             // its name; "" all stacks
    std::string label_value = "*"; // glob
    UnixSeconds ends = 0;          // when the period will end, where it has not; 0: it is over
};

// A control of some catalogue, as the user maps it: which sections of the report speak for it.
struct Control {
    std::string id; // "CM-3"
    std::string title;
    std::string statement;             // what the user claims of it; may be empty
    std::vector<std::string> sections; // ids of sections (document.hpp)
};

struct ControlMap {
    std::string catalogue; // "NIST SP 800-53 Rev. 5"
    std::vector<Control> controls;
};

// What stands at the head of the report; all may be empty.
struct Heading {
    std::string title; // "": "Compliance report"
    std::string organisation;
    std::string author;
};

struct Material {
    Scope scope;
    Heading heading;
    std::chrono::seconds max_gap = default_max_gap;              // between runs that promised no next one
    std::chrono::seconds expiring_within{std::chrono::days(30)}; // after the period: a waiver ends soon
    std::vector<ledger::Run> runs;                               // of the period, by number
    std::vector<ledger::Run> before; // the last one of each server before it, by number: what it saw may hold still
    // By stack and time. Those of the period; of a stack that does not begin it in sync also the ones before, back to
    // where the trouble began.
    std::vector<ledger::Spell> spells;
    std::vector<ledger::Spell> elsewhere; // of stacks outside the scope: those that used a waiver
    std::map<ledger::StackKey, UnixSeconds> first_seen;
    std::vector<LogEntry> log;         // of writes, whole: what is still kept from being written began at any time
    ledger::Verification verification; // of the period
    ControlMap controls;
};

// Reads it from the ledger. Heading and controls are the caller's. A period that is not over ends with the second `now`
// (or the last run, where clocks differ): what comes after it is neither observed nor not. nullopt: it is over. Errors
// (usage): all of it is still to come.
Result<Material> collect(ledger::Ledger& ledger, const Scope& asked, std::optional<UnixSeconds> now = std::nullopt);

// From runs to time: how long what a run saw is taken to hold, and where nobody looked. Pure.

// What a run saw of a server holds from its start up to the next run of that server, but not longer than that was due:
// after it nobody knows.
struct Window {
    ledger::RunNumber run = 0;
    UnixSeconds from = 0;
    UnixSeconds to = 0;
};

// A time of the period in which no run says anything of a server.
struct Gap {
    UnixSeconds from = 0;
    UnixSeconds to = 0;
    ledger::RunNumber after = 0; // the run of the server before it; 0: it is the period's beginning
    std::string server;          // "" where no server is known at all
    bool unwatched = false;      // it was not to be watched: the configuration had it no more, or nothing declared
};

// How one server was looked at.
struct ServerObservation {
    std::string server;
    std::vector<Window> windows;    // by run; inside the period
    UnixSeconds observed = 0;       // seconds of the period that windows cover
    ledger::RunNumber last_run = 0; // of the period that looked at it; 0: none
    UnixSeconds last_run_at = 0;
    ledger::RunNumber newest = 0; // the same, or the later one that says that it is watched no more
};

struct PeriodObservation {
    std::vector<ServerObservation> servers; // those of the scope, by name
    std::vector<Gap> gaps;                  // by server and time
    UnixSeconds observed = 0;               // seconds of the period that windows cover, as a mean over the servers

    // nullptr: the scope does not have it.
    const ServerObservation* of(std::string_view server) const;
};

// What a run saw is believed for as long as model/memory.hpp says, with the material's `max_gap`. Each server by
// itself: that one is looked at says nothing of another.
PeriodObservation observe(const Material& material);

// The window of the last run of the spell that looked at its server; nullptr: the period has none.
const Window* last_look(const ledger::Spell& spell, const PeriodObservation& observation);

// One stack, one verdict, one stretch of time. nullopt: nobody judged the stack then.
struct Segment {
    UnixSeconds from = 0;
    UnixSeconds to = 0;
    std::optional<Verdict> verdict;
    bool accepted = false; // by waivers, or suspended
};

// The period of one stack without holes. `spells` are those of this stack, in time.
std::vector<Segment> segments(std::span<const ledger::Spell> spells, const PeriodObservation& observation,
                              ledger::Period period);

// What the stacks of the scope were for a time in which nothing changed and somebody looked at something.
struct Point {
    UnixSeconds at = 0;
    UnixSeconds until = 0;
    std::size_t judged = 0; // declared and not suspended; those of a server that nobody looked at just then, too
    std::size_t covered = 0;
    std::size_t in_sync = 0; // without waived ones
    std::size_t waived = 0;

    std::optional<double> coverage() const { return share(covered); }
    std::optional<double> score() const { return share(in_sync); }
    std::optional<double> score_with_waivers() const { return share(in_sync + waived); }

  private:
    std::optional<double> share(std::size_t part) const {
        if (judged == 0) return std::nullopt;
        return static_cast<double>(part) / static_cast<double>(judged);
    }
};

// In time, without overlap; nothing where nobody looked.
std::vector<Point> points(const Material& material, const PeriodObservation& observation);

} // namespace mooring::evidence
