#include "evidence/material.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>

namespace mooring::evidence {
namespace {

using ledger::Spell;
using ledger::StackKey;

bool has_label(const Spell& spell, const Scope& scope) {
    if (scope.label.empty()) return true;
    const auto label = spell.state->labels.find(scope.label);
    return label != spell.state->labels.end() && glob_matches(scope.label_value, label->second);
}

bool uses_waiver(const Spell& spell) { return !spell.state->waivers.empty(); }

// A stack belongs to the scope whole if any of its spells does: a label that comes later leaves no hole. Returns what
// the rest says of waivers, since one that is used outside the scope is not dead.
std::vector<Spell> keep_scope(std::vector<Spell>& spells, const Scope& scope) {
    std::set<StackKey> wanted;
    for (const Spell& spell : spells) {
        if (glob_matches(scope.server, spell.stack.server) && has_label(spell, scope)) wanted.insert(spell.stack);
    }
    std::vector<Spell> elsewhere;
    std::ranges::copy_if(spells, std::back_inserter(elsewhere),
                         [&](const Spell& spell) { return !wanted.contains(spell.stack) && uses_waiver(spell); });
    std::erase_if(spells, [&wanted](const Spell& spell) { return !wanted.contains(spell.stack); });
    return elsewhere;
}

// The spells before `first`, back to the last one that was in sync.
Result<std::vector<Spell>> trouble_before(ledger::Ledger& ledger, const Spell& first) {
    auto before = ledger.history(first.stack, {.from = 0, .to = first.first_at});
    if (!before) return before;
    const auto is_in_sync = [](const Spell& spell) { return spell.state->verdict == Verdict::in_sync; };
    std::erase_if(*before, [&first](const Spell& spell) { return spell.first_run >= first.first_run; });
    const auto last_good = std::find_if(before->rbegin(), before->rend(), is_in_sync);
    before->erase(before->begin(), last_good.base());
    return before;
}

Result<std::vector<Spell>> with_trouble_before(ledger::Ledger& ledger, std::vector<Spell> spells) {
    std::vector<Spell> all;
    all.reserve(spells.size());
    for (Spell& spell : spells) {
        const bool begins = all.empty() || all.back().stack != spell.stack;
        if (begins && spell.state->verdict != Verdict::in_sync) {
            auto before = trouble_before(ledger, spell);
            if (!before) return before;
            std::ranges::move(*before, std::back_inserter(all));
        }
        all.push_back(std::move(spell));
    }
    return all;
}

// A run before the period cannot hold for longer than this into it.
constexpr UnixSeconds look_back = UnixSeconds{8} * 86400;

// The last run of each server before the period.
Result<std::vector<ledger::Run>> runs_before(ledger::Ledger& ledger, ledger::Period period) {
    auto runs = ledger.runs({.from = period.from - look_back, .to = period.from});
    if (!runs) return runs;
    std::set<std::string> known;
    std::vector<ledger::Run> out;
    for (ledger::Run& run : *runs | std::views::reverse) {
        bool is_last = false;
        for (const ServerResult& server : *run.servers) is_last = known.insert(server.name).second || is_last;
        if (is_last) out.push_back(std::move(run));
    }
    std::ranges::reverse(out);
    return out;
}

} // namespace

Result<Material> collect(ledger::Ledger& ledger, const Scope& scope) {
    Material material{.scope = scope};
    auto runs = ledger.runs(scope.period);
    if (!runs) return std::unexpected(runs.error());
    material.runs = std::move(*runs);
    auto before = runs_before(ledger, scope.period);
    if (!before) return std::unexpected(before.error());
    material.before = std::move(*before);
    auto spells = ledger.spells(scope.period);
    if (!spells) return std::unexpected(spells.error());
    material.elsewhere = keep_scope(*spells, scope);
    auto all = with_trouble_before(ledger, std::move(*spells));
    if (!all) return std::unexpected(all.error());
    material.spells = std::move(*all);
    const auto current = ledger.current();
    if (!current) return std::unexpected(current.error());
    for (const ledger::Current& one : *current) material.first_seen[one.spell.stack] = one.first_seen;
    auto log = ledger.log();
    // A log that cannot be believed says nothing; that it is broken stands in the proof below.
    if (log) material.log = std::move(*log);
    auto verification = ledger.verify(scope.period);
    if (!verification) return std::unexpected(verification.error());
    material.verification = std::move(*verification);
    return material;
}

} // namespace mooring::evidence
