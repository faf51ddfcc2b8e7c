#include "evidence/timeline.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace mooring::evidence {
namespace {

using ledger::Run;
using ledger::Spell;

// The windows of the runs that a spell covers.
std::span<const Window> windows_of(const Spell& spell, const PeriodObservation& observation) {
    const ServerObservation* server = observation.of(spell.stack.server);
    if (server == nullptr) return {};
    const std::span<const Window> windows = server->windows;
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

bool is_about(const Run& run, std::string_view server) {
    return std::ranges::any_of(*run.servers, [server](const ServerResult& one) { return one.name == server; });
}

// The servers of the scope: those that runs looked at, and those whose stacks are known.
std::set<std::string> servers_of(const Material& material) {
    std::set<std::string> out;
    const std::vector<ServerResult>* before = nullptr; // most runs share theirs with one before
    for (const Run& run : material.runs) {
        if (run.servers.get() == before) continue;
        before = run.servers.get();
        for (const ServerResult& server : *run.servers) out.insert(server.name);
    }
    for (const Spell& spell : material.spells) out.insert(spell.stack.server);
    std::erase_if(out, [&](const std::string& server) { return !glob_matches(material.scope.server, server); });
    return out;
}

// Walks the runs of one server.
class Looks {
  public:
    Looks(const Material& material, std::string server, std::vector<Gap>& gaps)
        : material_(material), gaps_(gaps), known_until_(material.scope.period.from) {
        out_.server = std::move(server);
    }

    ServerObservation observe();

  private:
    void add(const Run& run, const Run* next);
    void gap_until(UnixSeconds until);

    const Material& material_;
    std::vector<Gap>& gaps_;
    ServerObservation out_;
    UnixSeconds known_until_;
    bool unwatched_ = false;
};

void Looks::gap_until(UnixSeconds until) {
    if (until <= known_until_) return;
    gaps_.push_back(
        {.from = known_until_, .to = until, .after = out_.last_run, .server = out_.server, .unwatched = unwatched_});
    known_until_ = until;
}

void Looks::add(const Run& run, const Run* next) {
    // A clock that was set back gives no time twice.
    const UnixSeconds from = std::max(run.started_at, known_until_);
    gap_until(from);
    const bool inside = run.started_at >= material_.scope.period.from;
    unwatched_ = !run.looked();
    if (inside) out_.newest = run.number;
    if (unwatched_) return;
    UnixSeconds to = std::min(holds_until(run.started_at, run.next_due, material_.max_gap), material_.scope.period.to);
    if (next != nullptr) to = std::min(to, next->started_at);
    to = std::max(to, from);
    if (inside || to > from) out_.windows.push_back({.run = run.number, .from = from, .to = to});
    out_.observed += to - from;
    known_until_ = to;
    if (!inside) return;
    out_.last_run = run.number;
    out_.last_run_at = run.started_at;
}

ServerObservation Looks::observe() {
    const Run* before = nullptr;
    for (const Run& run : material_.before) {
        if (is_about(run, out_.server)) before = &run;
    }
    for (const Run& run : material_.runs) {
        if (!is_about(run, out_.server)) continue;
        if (before != nullptr) add(*before, &run);
        before = &run;
    }
    if (before != nullptr) add(*before, nullptr);
    gap_until(material_.scope.period.to);
    return std::move(out_);
}

// The times at which anything that a point says can change, with whether anybody looked from then on.
std::vector<Point> empty_points(const PeriodObservation& observation) {
    std::map<UnixSeconds, int> looking; // how many windows more begin than end
    for (const ServerObservation& server : observation.servers) {
        for (const Window& window : server.windows) {
            if (window.from == window.to) continue;
            ++looking[window.from];
            --looking[window.to];
        }
    }
    std::vector<Point> out;
    int now = 0;
    for (auto at = looking.begin(); at != looking.end(); ++at) {
        now += at->second;
        if (now > 0) out.push_back({.at = at->first, .until = std::next(at)->first});
    }
    return out;
}

// Counts over stretches of time, as differences.
class Counts {
  public:
    explicit Counts(std::vector<Point>& points) : points_(points), changes_(points.size() + 1) {}

    void add(UnixSeconds from, UnixSeconds to, std::size_t Point::* count) {
        const std::size_t first = index_of(from);
        const std::size_t last = index_of(to);
        if (first >= last) return;
        changes_[first].push_back({count, true});
        changes_[last].push_back({count, false});
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
    std::size_t index_of(UnixSeconds at) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(points_, at, {}, &Point::at) - points_.begin());
    }

    std::vector<Point>& points_;
    std::vector<std::vector<std::pair<std::size_t Point::*, bool>>> changes_;
};

// Windows that follow each other without a hole, as one.
std::vector<Window> stretches(std::span<const Window> windows) {
    std::vector<Window> out;
    for (const Window& window : windows) {
        if (!out.empty() && out.back().to == window.from)
            out.back().to = window.to;
        else
            out.push_back(window);
    }
    return out;
}

// From a spell's first run up to the first one after it. While another server's stacks are judged, one whose server
// nobody looks at stays declared.
Window declared_in(const Spell& spell, const Material& material) {
    const auto first = std::ranges::lower_bound(material.runs, spell.first_run, {}, &Run::number);
    const auto after = std::ranges::upper_bound(material.runs, spell.last_run, {}, &Run::number);
    const ledger::Period period = material.scope.period;
    return {.run = spell.first_run,
            .from = first == material.runs.begin() || first == material.runs.end() ? period.from : first->started_at,
            .to = after == material.runs.end() ? period.to : after->started_at};
}

} // namespace

const ServerObservation* PeriodObservation::of(std::string_view server) const {
    const auto found =
        std::ranges::lower_bound(servers, server, {}, [](const auto& one) -> std::string_view { return one.server; });
    return found == servers.end() || found->server != server ? nullptr : &*found;
}

PeriodObservation observe(const Material& material) {
    PeriodObservation out;
    const ledger::Period period = material.scope.period;
    for (const std::string& server : servers_of(material)) {
        out.servers.push_back(Looks(material, server, out.gaps).observe());
        out.observed += out.servers.back().observed;
    }
    if (out.servers.empty())
        out.gaps.push_back({.from = period.from, .to = period.to});
    else
        out.observed /= static_cast<UnixSeconds>(out.servers.size());
    return out;
}

const Window* last_look(const Spell& spell, const PeriodObservation& observation) {
    const std::span<const Window> windows = windows_of(spell, observation);
    return windows.empty() ? nullptr : &windows.back();
}

std::vector<Segment> segments(std::span<const Spell> spells, const PeriodObservation& observation,
                              ledger::Period period) {
    std::vector<Segment> out;
    UnixSeconds known_until = period.from;
    for (const Spell& spell : spells) {
        const bool accepted = words::standing_of(*spell.state) == words::Standing::accepted;
        for (const Window& window : windows_of(spell, observation)) {
            append(out, {.from = known_until, .to = window.from, .verdict = std::nullopt});
            append(out, {.from = window.from, .to = window.to, .verdict = spell.state->verdict, .accepted = accepted});
            known_until = std::max(known_until, window.to);
        }
    }
    append(out, {.from = known_until, .to = period.to, .verdict = std::nullopt});
    return out;
}

std::vector<Point> points(const Material& material, const PeriodObservation& observation) {
    std::vector<Point> out = empty_points(observation);
    Counts counts(out);
    for (const Spell& spell : material.spells) {
        const StackResult& state = *spell.state;
        if (state.verdict == Verdict::extra || state.verdict == Verdict::suspended) continue;
        const Window declared = declared_in(spell, material);
        counts.add(declared.from, declared.to, &Point::judged);
        const bool in_sync = state.verdict == Verdict::in_sync;
        const bool covered = in_sync || state.verdict == Verdict::drifted || state.verdict == Verdict::missing;
        if (!covered) continue;
        for (const Window& seen : stretches(windows_of(spell, observation))) {
            counts.add(seen.from, seen.to, &Point::covered);
            if (in_sync) counts.add(seen.from, seen.to, state.waived ? &Point::waived : &Point::in_sync);
        }
    }
    counts.sum();
    return out;
}

} // namespace mooring::evidence
