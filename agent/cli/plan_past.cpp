#include "cli/plan_run.hpp"

#include "reconcile/pacing.hpp"

#include <algorithm>

namespace mooring::cli {
namespace {

// The newest spell of each row.
std::map<ledger::StackKey, const ledger::Spell*> newest_spells(std::span<const ledger::Spell> spells) {
    std::map<ledger::StackKey, const ledger::Spell*> newest;
    for (const ledger::Spell& spell : spells) {
        const ledger::Spell*& last = newest[spell.stack];
        if (last == nullptr || last->last_run < spell.last_run) last = &spell;
    }
    return newest;
}

} // namespace

void take_log(PlanPast& past, std::span<const LogEntry> log) {
    past.log = standing_of(log);
    for (const LogEntry& entry : log) {
        if (entry.kind == LogKind::trusted) // a person looked at what the server has now
            std::erase_if(past.written, [&](const auto& one) { return std::get<0>(one.first) == entry.stack.server; });
        const PartResult& result = entry.result;
        if (entry.kind != LogKind::outcome || !result.id || result.updated_at == 0) continue;
        past.written[{entry.stack.server, *result.id, result.created_at}] = result.updated_at;
    }
}

void take_spells(PlanPast& past, std::span<const ledger::Spell> spells) {
    std::map<std::pair<std::string, std::string>, const ledger::Spell*> newest;
    for (const ledger::Spell& spell : spells) {
        if (spell.state->verdict == Verdict::in_sync && spell.state->id)
            past.in_sync.emplace(spell.stack.server, *spell.state->id);
        const ledger::Spell*& last = newest[{spell.stack.server, spell.stack.name}];
        if (last == nullptr || last->last_run < spell.last_run) last = &spell;
    }
    for (const auto& [stack, spell] : newest) {
        const bool of_runtime = std::ranges::any_of(
            spell->state->changes, [](const Change& change) { return change.plane == Plane::runtime; });
        if (spell->state->verdict == Verdict::drifted && of_runtime)
            past.runtime_differs_since[stack] = spell->first_at;
    }
}

Result<void> count_extras(ledger::Ledger& ledger, std::span<const ledger::Spell> spells, PlanPast& past) {
    constexpr std::size_t most = 200; // more than are ever needed
    auto newest = newest_spells(spells);
    std::erase_if(
        newest, [](const auto& one) { return one.second->state->verdict != Verdict::extra || !one.second->state->id; });
    if (newest.empty()) return {};
    const auto runs = ledger.newest_runs(most);
    if (!runs) return std::unexpected(runs.error());
    for (const auto& [stack, spell] : newest) {
        std::size_t judged = 0;
        bool over = false;
        for (const ledger::Run& run : *runs) {
            if (!run.looked() ||
                std::ranges::find(*run.servers, stack.server, &ServerResult::name) == run.servers->end())
                continue;
            over = over || run.number > spell->last_run;
            judged += run.number >= spell->first_run && run.number <= spell->last_run ? 1 : 0;
        }
        if (!over) past.called_extra[{stack.server, *spell->state->id}] = {.since = spell->first_at, .runs = judged};
    }
    return {};
}

Result<PlanPast> read_past(ledger::Ledger& ledger) {
    const auto spells = ledger.spells({});
    if (!spells) return std::unexpected(spells.error());
    PlanPast past;
    take_spells(past, *spells);
    past.key = ledger.key();
    if (const auto counted = count_extras(ledger, *spells, past); !counted) return std::unexpected(counted.error());
    const auto log = ledger.log();
    if (!log) return std::unexpected(log.error());
    take_log(past, *log);
    return past;
}

} // namespace mooring::cli
