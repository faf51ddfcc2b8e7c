#include "evidence/timeline.hpp"

#include "report/standing.hpp"

#include <algorithm>

namespace mooring::evidence {
namespace {

using ledger::Run;
using ledger::Spell;

UnixSeconds holds_until(const Run& run, std::chrono::seconds max_gap) {
    if (run.next_due && *run.next_due > run.started_at) return run.started_at + 2 * (*run.next_due - run.started_at);
    return run.started_at + max_gap.count();
}

// The windows of the runs that a spell covers.
std::span<const Window> windows_of(const Spell& spell, std::span<const Window> windows) {
    const auto first = std::ranges::lower_bound(windows, spell.first_run, {}, &Window::run);
    const auto last = std::ranges::upper_bound(windows, spell.last_run, {}, &Window::run);
    return {first, std::max(first, last)};
}

void append(std::vector<Segment>& segments, const Segment& next) {
    if (next.from >= next.to) return;
    if (!segments.empty()) {
        Segment& last = segments.back();
        if (last.to == next.from && last.verdict == next.verdict && last.accepted == next.accepted) {
            last.to = next.to;
            return;
        }
    }
    segments.push_back(next);
}

// Counts that begin with one window and end with another, as differences.
class Counts {
  public:
    explicit Counts(std::vector<Point>& points) : points_(points), changes_(points.size() + 1) {}

    void add(std::size_t from, std::size_t to, std::size_t Point::* count) {
        if (from >= to) return;
        changes_[from].push_back({count, true});
        changes_[to].push_back({count, false});
    }
    void sum() {
        Point now;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            for (const auto& [count, up] : changes_[i]) up ? ++(now.*count) : --(now.*count);
            now.at = points_[i].at;
            now.until = points_[i].until;
            points_[i] = now;
        }
    }

  private:
    std::vector<Point>& points_;
    std::vector<std::vector<std::pair<std::size_t Point::*, bool>>> changes_;
};

} // namespace

Observation observe(const Material& material) {
    Observation out;
    const ledger::Period period = material.scope.period;
    out.windows.reserve(material.runs.size());
    UnixSeconds known_until = period.from;
    ledger::RunNumber before = 0;
    for (std::size_t i = 0; i < material.runs.size(); ++i) {
        const Run& run = material.runs[i];
        // A clock that was set back gives no time twice.
        const UnixSeconds from = std::max(run.started_at, known_until);
        UnixSeconds to = std::min(holds_until(run, material.max_gap), period.to);
        if (i + 1 < material.runs.size()) to = std::min(to, material.runs[i + 1].started_at);
        to = std::max(to, from);
        if (from > known_until) out.gaps.push_back({.from = known_until, .to = from, .after = before});
        out.windows.push_back({.run = run.number, .from = from, .to = to});
        out.observed += to - from;
        known_until = to;
        before = run.number;
    }
    if (known_until < period.to) out.gaps.push_back({.from = known_until, .to = period.to, .after = before});
    return out;
}

std::vector<Segment> segments(std::span<const Spell> spells, const Observation& observation, ledger::Period period) {
    std::vector<Segment> out;
    UnixSeconds known_until = period.from;
    for (const Spell& spell : spells) {
        const bool accepted = report::standing_of(*spell.state) == report::Standing::accepted;
        for (const Window& window : windows_of(spell, observation.windows)) {
            append(out, {.from = known_until, .to = window.from, .verdict = std::nullopt});
            append(out, {.from = window.from, .to = window.to, .verdict = spell.state->verdict, .accepted = accepted});
            known_until = std::max(known_until, window.to);
        }
    }
    append(out, {.from = known_until, .to = period.to, .verdict = std::nullopt});
    return out;
}

std::vector<Point> points(const Material& material, const Observation& observation) {
    std::vector<Point> out;
    out.reserve(observation.windows.size());
    for (const Window& window : observation.windows) out.push_back({.at = window.from, .until = window.to});
    Counts counts(out);
    const std::span<const Window> windows = observation.windows;
    for (const Spell& spell : material.spells) {
        const StackResult& state = *spell.state;
        if (state.verdict == Verdict::extra || state.verdict == Verdict::suspended) continue;
        const auto covered = windows_of(spell, windows);
        const auto from = static_cast<std::size_t>(covered.data() - windows.data());
        const std::size_t to = from + covered.size();
        counts.add(from, to, &Point::judged);
        const bool in_sync = state.verdict == Verdict::in_sync;
        if (in_sync || state.verdict == Verdict::drifted || state.verdict == Verdict::missing)
            counts.add(from, to, &Point::covered);
        if (in_sync) counts.add(from, to, state.waived ? &Point::waived : &Point::in_sync);
    }
    counts.sum();
    return out;
}

} // namespace mooring::evidence
