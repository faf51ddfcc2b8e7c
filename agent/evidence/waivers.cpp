// What became of each waiver in the period. Pure.
#include "base/text.hpp"
#include "evidence/assessment.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace mooring::evidence {
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
              const Observation& observation, bool in_scope) {
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
bool is_of_scope(const WaiverReport& one, const Observation& observation) {
    return !one.used_for.empty() || observation.servers.empty() ||
           std::ranges::any_of(observation.servers, [&](const ServerObservation& server) {
               return glob_matches(one.waiver.server, server.server);
           });
}

} // namespace

std::vector<WaiverReport> waiver_reports(const Material& material, const Observation& observation) {
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
