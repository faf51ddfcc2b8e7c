// From runs to time: how long what a run saw is taken to hold, and where nobody looked. Pure.
#pragma once

#include "evidence/material.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::evidence {

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

struct Observation {
    std::vector<ServerObservation> servers; // those of the scope, by name
    std::vector<Gap> gaps;                  // by server and time
    UnixSeconds observed = 0;               // seconds of the period that windows cover, as a mean over the servers

    // nullptr: the scope does not have it.
    const ServerObservation* of(std::string_view server) const;
};

// What a run saw is believed for as long as model/since.hpp says, with the material's `max_gap`. Each server by itself:
// that one is looked at says nothing of another.
Observation observe(const Material& material);

// The window of the last run of the spell that looked at its server; nullptr: the period has none.
const Window* last_look(const ledger::Spell& spell, const Observation& observation);

// One stack, one verdict, one stretch of time. nullopt: nobody judged the stack then.
struct Segment {
    UnixSeconds from = 0;
    UnixSeconds to = 0;
    std::optional<Verdict> verdict;
    bool accepted = false; // by waivers, or suspended
};

// The period of one stack without holes. `spells` are those of this stack, in time.
std::vector<Segment> segments(std::span<const ledger::Spell> spells, const Observation& observation,
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
std::vector<Point> points(const Material& material, const Observation& observation);

} // namespace mooring::evidence
