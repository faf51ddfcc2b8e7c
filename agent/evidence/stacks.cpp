// The story of each stack: when it was what, how long it took to repair it, when nobody could see it. Pure.

#include "evidence/assessment.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace mooring::evidence {
namespace {

using ledger::Spell;
using words::Standing;

bool is_same_change(const Change& a, const Change& b) {
    return a.plane == b.plane && a.path == b.path && a.desired == b.desired && a.actual == b.actual;
}

// Seconds between two times in which the stack was seen as `is` asks.
template <typename Is>
UnixSeconds seen_between(const std::vector<Segment>& segments, UnixSeconds from, UnixSeconds to, Is is) {
    UnixSeconds seen = 0;
    for (const Segment& segment : segments) {
        if (!segment.verdict || !is(segment)) continue;
        seen += std::max<UnixSeconds>(0, std::min(segment.to, to) - std::max(segment.from, from));
    }
    return seen;
}

// Walks the spells of one stack.
class Story {
  public:
    Story(std::span<const Spell> spells, const Material& material, const PeriodObservation& observation)
        : spells_(spells), runs_(material.runs), observation_(observation),
          server_(*observation.of(spells.front().stack.server)) {}

    std::vector<Episode> episodes();
    std::vector<Unseen> unseen() const;
    // Up to the newest word about its server.
    bool lasts(const Spell& spell) const { return server_.newest > 0 && spell.last_run >= server_.newest; }
    // The last time that it was looked at. The runs of other servers that a spell covers say nothing of it.
    UnixSeconds end_of(const Spell& spell) const;

  private:
    void open(const Spell& spell);
    void go_on(const Spell& spell);
    void end(const Spell& spell, Episode::End how);
    ledger::RunNumber last_run_of(const Spell& spell) const;

    std::span<const Spell> spells_;
    std::span<const ledger::Run> runs_;
    const PeriodObservation& observation_;
    const ServerObservation& server_;
    std::vector<Episode> episodes_;
    std::optional<Episode> now_;
};

UnixSeconds Story::end_of(const Spell& spell) const {
    const Window* look = last_look(spell, observation_);
    return look == nullptr ? spell.last_at : look->from;
}

ledger::RunNumber Story::last_run_of(const Spell& spell) const {
    const Window* look = last_look(spell, observation_);
    return look == nullptr ? spell.last_run : look->run;
}

void Story::open(const Spell& spell) {
    const bool reopened = std::ranges::find(episodes_, Episode::End::repaired, &Episode::end) != episodes_.end();
    now_ = Episode{.verdict = spell.state->verdict,
                   .opened_at = spell.first_at,
                   .opened_in = spell.first_run,
                   .latest = spell.state->verdict,
                   .latest_since = spell.first_at,
                   .reopened = reopened};
}

void Story::go_on(const Spell& spell) {
    if (now_->latest != spell.state->verdict) {
        now_->latest = spell.state->verdict;
        now_->latest_since = spell.first_at;
    }
    for (const Change& change : spell.state->changes) {
        const bool known =
            std::ranges::any_of(now_->changes, [&](const Change& one) { return is_same_change(one, change); });
        if (change.waiver.empty() && !known) now_->changes.push_back(change);
    }
}

void Story::end(const Spell& spell, Episode::End how) {
    now_->end = how;
    now_->ended_at = spell.first_at;
    now_->ended_in = spell.first_run;
    if (how == Episode::End::repaired) now_->proof = spell.state->evidence;
    // One that ended before the period was only read to know how another began.
    if (spell.first_run >= runs_.front().number) episodes_.push_back(*std::move(now_));
    now_.reset();
}

std::vector<Episode> Story::episodes() {
    for (const Spell& spell : spells_) {
        const Word word = word_of(*spell.state);
        if (word.differs()) {
            if (!now_) open(spell);
            go_on(spell);
        } else if (now_ && word.sight == Sight::seen) {
            end(spell, word.accepted ? Episode::End::accepted : Episode::End::repaired);
        }
    }
    if (!now_) return episodes_;
    const Spell& last = spells_.back();
    now_->end = lasts(last) ? Episode::End::open : Episode::End::not_judged;
    now_->ended_at = end_of(last);
    now_->ended_in = last_run_of(last);
    episodes_.push_back(*std::move(now_));
    return episodes_;
}

std::vector<Unseen> Story::unseen() const {
    std::vector<Unseen> out;
    bool open = false; // the newest word about the stack itself is that it is unseen
    for (const Spell& spell : spells_) {
        const Word word = word_of(*spell.state);
        if (word.sight == Sight::outage) continue; // it is one row of its own (Observer)
        const bool blind = word.sight == Sight::blind;
        const bool same = open && blind && word_of(*out.back().state) == word;
        if (open && !same) {
            out.back().to = spell.first_at;
            out.back().lasts = false;
        }
        if (blind && !same) out.push_back({.state = spell.state, .from = spell.first_at});
        open = blind;
        if (!blind) continue;
        out.back().to = end_of(spell);
        out.back().lasts = lasts(spell) || lasts(spells_.back());
    }
    std::erase_if(out, [this](const Unseen& one) { return runs_.empty() || one.to < runs_.front().started_at; });
    return out;
}

StackReport report_of(std::span<const Spell> spells, const Material& material, const PeriodObservation& observation) {
    const Spell& last = spells.back();
    StackReport out{.key = last.stack, .last = last.state};
    const auto seen = material.first_seen.find(last.stack);
    out.first_seen = seen == material.first_seen.end() ? spells.front().first_at : seen->second;
    Story story(spells, material, observation);
    out.judged_last = story.lasts(last);
    out.last_seen = story.end_of(last);
    out.segments = segments(spells, observation, material.scope.period);
    for (const Segment& segment : out.segments) {
        (segment.verdict ? out.seconds[*segment.verdict] : out.unobserved) += segment.to - segment.from;
    }
    out.unseen = story.unseen();
    for (Unseen& one : out.unseen) {
        const Verdict verdict = one.state->verdict;
        one.seen = seen_between(out.segments, one.from, one.to,
                                [verdict](const Segment& segment) { return segment.verdict == verdict; });
    }
    out.episodes = story.episodes();
    for (Episode& one : out.episodes) {
        one.seen = seen_between(out.segments, one.opened_at, one.ended_at, [](const Segment& segment) {
            return !segment.accepted && words::standing_of(*segment.verdict) == Standing::drift;
        });
        one.latest_seen = seen_between(out.segments, one.latest_since, one.ended_at, [&one](const Segment& segment) {
            return !segment.accepted && segment.verdict == one.latest;
        });
    }
    return out;
}

} // namespace

std::vector<StackReport> stack_reports(const Material& material, const PeriodObservation& observation) {
    std::vector<StackReport> out;
    std::span<const Spell> rest = material.spells;
    while (!rest.empty() && !material.runs.empty()) {
        const auto other =
            std::ranges::find_if(rest, [&](const Spell& one) { return one.stack != rest.front().stack; });
        const auto count = static_cast<std::size_t>(other - rest.begin());
        out.push_back(report_of(rest.first(count), material, observation));
        rest = rest.subspan(count);
    }
    return out;
}

// What became of each waiver in the period. Pure.

namespace {

auto contents(const Waiver& waiver) {
    return std::tie(waiver.name, waiver.server, waiver.environment, waiver.stack, waiver.path, waiver.owner,
                    waiver.reason, waiver.approver, waiver.from, waiver.until);
}

std::string name_of(const ledger::StackKey& stack) { return stack.name + "/" + stack.environment + "@" + stack.server; }

// Names of the waivers that a state uses.
std::set<std::string> used_in(const StackResult& state) {
    std::set<std::string> names(state.waivers.begin(), state.waivers.end());
    for (const Change& change : state.changes) {
        if (!change.waiver.empty()) names.insert(change.waiver);
    }
    return names;
}

// Each that a run of the period had, by when. Runs of every server have all of them.
std::vector<WaiverReport> declared(const Material& material) {
    std::vector<WaiverReport> out;
    const std::vector<Waiver>* before = nullptr; // most runs share theirs with the one before
    std::vector<std::size_t> now;
    for (const ledger::Run& run : material.runs) {
        if (!run.looked()) continue;
        if (run.waivers.get() != before) {
            before = run.waivers.get();
            now.clear();
            for (WaiverReport& one : out) one.declared_last = false;
            for (const Waiver& waiver : *run.waivers) {
                const auto known = std::ranges::find_if(
                    out, [&](const WaiverReport& one) { return contents(one.waiver) == contents(waiver); });
                now.push_back(static_cast<std::size_t>(known - out.begin()));
                if (known == out.end()) out.push_back({.waiver = waiver, .declared_from = run.started_at});
                out[now.back()].declared_last = true;
            }
        }
        for (const std::size_t index : now) out[index].declared_to = run.started_at;
    }
    return out;
}

void note_use(std::vector<WaiverReport>& waivers, const ledger::Spell& spell, const Material& material,
              const PeriodObservation& observation, bool in_scope) {
    if (material.runs.empty() || spell.last_run < material.runs.front().number) return;
    const Window* look = last_look(spell, observation);
    const UnixSeconds last = look == nullptr ? spell.last_at : look->from;
    for (const std::string& name : used_in(*spell.state)) {
        for (WaiverReport& one : waivers) {
            if (one.waiver.name != name || last < one.declared_from || spell.first_at > one.declared_to) continue;
            if (in_scope)
                one.used_for.push_back(name_of(spell.stack));
            else
                one.used_elsewhere = true;
            one.last_used = std::max(one.last_used, std::min(last, one.declared_to));
        }
    }
}

// One for other servers alone is not this report's business.
bool is_of_scope(const WaiverReport& one, const PeriodObservation& observation) {
    return !one.used_for.empty() || observation.servers.empty() ||
           std::ranges::any_of(observation.servers, [&](const ServerObservation& server) {
               return glob_matches(one.waiver.server, server.server);
           });
}

} // namespace

std::vector<WaiverReport> waiver_reports(const Material& material, const PeriodObservation& observation) {
    std::vector<WaiverReport> out = declared(material);
    for (const ledger::Spell& spell : material.spells) note_use(out, spell, material, observation, true);
    for (const ledger::Spell& spell : material.elsewhere) note_use(out, spell, material, observation, false);
    std::erase_if(out, [&](const WaiverReport& one) { return !is_of_scope(one, observation); });
    for (WaiverReport& one : out) {
        std::ranges::sort(one.used_for);
        const auto again = std::ranges::unique(one.used_for);
        one.used_for.erase(again.begin(), again.end());
    }
    std::ranges::stable_sort(out, {},
                             [](const WaiverReport& one) { return std::tie(one.waiver.name, one.declared_from); });
    return out;
}

} // namespace mooring::evidence
