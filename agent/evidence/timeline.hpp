// From runs to time: how long what a run saw is taken to hold, and where nobody looked. Pure.
#pragma once

#include "evidence/material.hpp"

#include <optional>
#include <vector>

namespace mooring::evidence {

// What a run saw holds from its start up to the next run, but not longer than that was due: after it nobody knows.
struct Window {
    ledger::RunNumber run = 0;
    UnixSeconds from = 0;
    UnixSeconds to = 0;
};

// A time of the period in which no run says anything.
struct Gap {
    UnixSeconds from = 0;
    UnixSeconds to = 0;
    ledger::RunNumber after = 0; // the run before it; 0: it is the period's beginning
};

struct Observation {
    std::vector<Window> windows; // by run; inside the period
    std::vector<Gap> gaps;
    UnixSeconds observed = 0; // seconds of the period that windows cover
};

// A run that promised the next one is believed for twice that time, so that jitter is no gap; any other for `max_gap`.
Observation observe(const Material& material);

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

// What the stacks of the scope were at one run.
struct Point {
    UnixSeconds at = 0;
    UnixSeconds until = 0;  // end of the run's window
    std::size_t judged = 0; // declared and not suspended
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

// One a window.
std::vector<Point> points(const Material& material, const Observation& observation);

} // namespace mooring::evidence
