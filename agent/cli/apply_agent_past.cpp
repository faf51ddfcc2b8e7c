#include "cli/apply_agent_past.hpp"

#include <algorithm>
#include <ranges>

namespace mooring::cli {
namespace {

// Two spells of one state: the same verdict for the same differences.
bool differs_alike(const StackResult& one, const StackResult& other) {
    const auto same = [](const Change& a, const Change& b) {
        return a.plane == b.plane && a.path == b.path && a.desired == b.desired && a.actual == b.actual &&
               a.secret == b.secret && a.secret_digest == b.secret_digest;
    };
    return one.verdict == other.verdict && std::ranges::equal(one.changes, other.changes, same);
}

// It says nothing of the stack, neither that it still differs nor that it does not.
bool is_blind(Verdict verdict) {
    return verdict == Verdict::unreachable || verdict == Verdict::pending || verdict == Verdict::denied;
}

} // namespace

reconcile::Seen seen_of(std::span<const ledger::Spell> history) {
    reconcile::Seen seen;
    if (history.empty()) return seen;
    const StackResult& present = *history.back().state;
    bool unbroken = true;
    for (const ledger::Spell& spell : history | std::views::reverse) {
        const StackResult& state = *spell.state;
        const bool there = state.verdict == Verdict::in_sync || state.verdict == Verdict::drifted;
        seen.was_there = seen.was_there || there;
        if (state.verdict == Verdict::in_sync) seen.in_sync_at = std::max(seen.in_sync_at, spell.last_at);
        if (unbroken && differs_alike(state, present)) {
            seen.first = spell.first_at;
        } else if (!is_blind(state.verdict)) {
            unbroken = false;
        }
    }
    return seen;
}

CorrectingPast read_past_of(ledger::Ledger& ledger, const std::vector<ledger::StackKey>& stacks) {
    CorrectingPast past;
    for (const ledger::StackKey& key : stacks) {
        const auto history = ledger.history(key, {});
        Result<void> counted;
        if (history) counted = count_extras(ledger, *history, past.plan);
        if (!history || !counted) {
            past.problem = history ? counted.error().message : history.error().message;
            return past;
        }
        take_spells(past.plan, *history);
        past.seen[key] = seen_of(*history);
    }
    auto log = ledger.log();
    if (!log) {
        past.problem = log.error().message;
        return past;
    }
    past.log = *std::move(log);
    take_log(past.plan, past.log);
    past.plan.key = ledger.key();
    return past;
}

std::vector<serve::Corrected> done_of(std::span<const LogEntry> log, const std::string& server) {
    std::vector<serve::Corrected> done;
    for (auto outcome = log.rbegin(); outcome != log.rend() && done.size() < serve::Corrections::most_done; ++outcome) {
        if (outcome->kind != LogKind::outcome || outcome->by != reconcile::agent_author ||
            outcome->stack.server != server)
            continue;
        const auto intent = std::ranges::find(log, outcome->answers, &LogEntry::number);
        done.push_back({.at = outcome->at,
                        .name = outcome->stack.name,
                        .environment = outcome->stack.environment_name,
                        .action = intent == log.end() ? std::string() : intent->intent.action,
                        .outcome = outcome->result.outcome,
                        .message = outcome->result.message,
                        .changes = intent == log.end() ? std::vector<std::string>() : intent->intent.changes});
    }
    return done;
}

} // namespace mooring::cli
