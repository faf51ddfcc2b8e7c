#include "cli/plan_run.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/memory.hpp"
#include "reconcile/pacing.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

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

bool is_of_runtime(const Change& change) { return change.plane == Plane::runtime; }

std::pair<std::string, std::string> sides_of(const Change& change) {
    return {lasting_side(change, change.desired.value_or("")), lasting_side(change, change.actual.value_or(""))};
}

// 0: nobody trusted it.
UnixSeconds trusted_at(const PlanPast& past, const std::string& server) {
    const auto found = past.log.trusted_at.find(server);
    return found == past.log.trusted_at.end() ? 0 : found->second;
}

// The place that was seen last when the server was trusted; the first one if none was seen until then.
EnvironmentId meant(const std::vector<PlanPast::Place>& seen, UnixSeconds trusted) {
    const auto before = [&](const PlanPast::Place& one, const PlanPast::Place& other) {
        const bool early = one.first_at <= trusted;
        if (early != (other.first_at <= trusted)) return early;
        if (!early) return std::pair(one.first_at, one.first_run) < std::pair(other.first_at, other.first_run);
        return std::pair(std::min(one.last_at, trusted), one.first_run) >
               std::pair(std::min(other.last_at, trusted), other.first_run);
    };
    return std::ranges::min_element(seen, before)->id;
}

// Whether all of the stack that was compared was what its manifest says: what a waiver or an ignore rule took away
// makes no stack Mooring's (reconcile.md §2).
bool agrees_whole(const StackResult& state) {
    return state.verdict == Verdict::in_sync && state.id && !state.waived && state.waivers.empty() &&
           state.changes.empty() && state.ignored == 0;
}

// After that a create is seen or was none (reconcile.md §4, move 6).
constexpr UnixSeconds longest_unseen_create = 3600;

using RecordKey = std::tuple<std::string, StackId, UnixSeconds>;

RecordKey key_of(const WrittenStack& stack) { return {stack.server, *stack.id, stack.created_at}; }

// What was skipped was not sent: the write before it stays the newest.
void take_write(PlanPast& past, const LogEntry& entry, std::map<std::int64_t, const LogEntry*>& intents) {
    if (entry.kind == LogKind::intent) {
        intents[entry.number] = &entry;
        return;
    }
    const auto intent = intents.find(entry.answers);
    if (entry.kind != LogKind::outcome || intent == intents.end()) return;
    const LogEntry& wrote = *intent->second;
    intents.erase(intent);
    if (!wrote.stack.id || entry.result.outcome == PartOutcome::skipped) return;
    past.last_writes[key_of(wrote.stack)] = {.stack = wrote.stack, .intent = wrote.intent, .result = entry.result};
}

} // namespace

void take_log(PlanPast& past, std::span<const LogEntry> log) {
    past.log = standing_of(log);
    std::map<std::int64_t, const LogEntry*> open;
    for (const LogEntry& entry : log) {
        take_write(past, entry, open);
        if (entry.kind == LogKind::trusted) // a person looked at what the server has now
            std::erase_if(past.written, [&](const auto& one) { return std::get<0>(one.first) == entry.stack.server; });
        const PartResult& result = entry.result;
        if (entry.kind != LogKind::outcome || !result.id || result.updated_at == 0) continue;
        past.written[{entry.stack.server, *result.id, result.created_at}] = result.updated_at;
    }
    for (const auto& [number, intent] : open) { // nobody knows what came of it
        if (intent->stack.id)
            past.last_writes[key_of(intent->stack)] = {.stack = intent->stack, .intent = intent->intent, .result = {}};
    }
}

void take_spells(PlanPast& past, std::span<const ledger::Spell> spells) {
    for (const ledger::Spell& spell : spells) {
        const StackResult& state = *spell.state;
        if (agrees_whole(state)) {
            UnixSeconds& last = past.in_sync[{spell.stack.server, *state.id}];
            last = std::max(last, spell.last_at);
        }
        if (!state.environment_id || state.environment_name.empty()) continue;
        past.places[spell.stack.server][state.environment_name].push_back({.id = *state.environment_id,
                                                                           .first_at = spell.first_at,
                                                                           .last_at = spell.last_at,
                                                                           .first_run = spell.first_run});
    }
    for (const auto& [stack, spell] : newest_spells(spells)) {
        if (spell->state->verdict == Verdict::drifted && std::ranges::any_of(spell->state->changes, is_of_runtime))
            past.drifted.insert_or_assign(stack, *spell);
    }
}

// What was typed in a folder that nobody knows any more, by an older Mooring: it counts where there is such a file.
std::optional<reconcile::DeclaredElsewhere> declared_elsewhere(const PlanPast& past, const Owned& owned,
                                                               const std::string& server, const std::string& instance,
                                                               StackId id, const std::filesystem::path& folder) {
    using reconcile::DeclaredElsewhere;
    const auto outside = [root = real_path(folder)](const std::filesystem::path& file) {
        const std::filesystem::path below = file.lexically_relative(root);
        return below.empty() || *below.begin() == "..";
    };
    std::error_code ignored;
    const std::string declared = owned.declared_at.substr(0, owned.declared_at.rfind(':'));
    const auto noted = past.declared_places.find({server, to_lower(instance), id});
    const std::string judged = noted == past.declared_places.end() ? std::string() : noted->second;
    for (const std::string& place : {judged, owned.place}) {
        if (place.empty() || !outside(place)) continue;
        const bool written = place == owned.place && !declared.empty();
        return DeclaredElsewhere{written ? declared : place, std::filesystem::exists(place, ignored)};
    }
    std::vector<std::string> typed;
    if (owned.place.empty()) typed.push_back(declared);
    const auto row = past.judged_by.find({server, id});
    if (judged.empty() && row != past.judged_by.end()) typed.push_back(row->second.second);
    std::erase_if(typed, [](const std::string& file) { return file.empty(); });
    bool known = !judged.empty() || !owned.place.empty();
    for (const std::string& file : typed) {
        const std::filesystem::path place = real_path(file);
        const bool there = std::filesystem::exists(place, ignored);
        if (there && outside(place)) return DeclaredElsewhere{file, true};
        if (!there && place != owned.place) return DeclaredElsewhere{file, false, true};
        known = true;
    }
    return known ? std::nullopt : std::optional(DeclaredElsewhere{"", false, true});
}

std::set<std::string> fell_by_own_write(const PlanPast& past, const Restoring& restoring,
                                        const std::string& instance_id, const StackRecord& record,
                                        const std::string& file_digest) {
    const StackRecord& kept = restoring.record;
    const auto found = past.last_writes.find({restoring.server, record.id, record.created_at});
    const bool same = kept.id == record.id && kept.created_at == record.created_at;
    if (!same || found == past.last_writes.end() || past.key.empty()) return {};
    const auto& [stack, intent, result] = found->second;
    const bool took_down = intent.action == "update" && result.outcome == PartOutcome::outage;
    const bool by_it = to_lower(stack.instance_id) == to_lower(instance_id) && !intent.backup.empty() &&
                       real_path(intent.backup) == real_path(restoring.folder);
    const bool untouched = result.updated_at == record.updated_at && result.updated_by == record.updated_by;
    if (!took_down || !by_it || !untouched) return {};
    // A date is a whole second, in which somebody else may have written, too.
    const std::string now = deployed_digest(past.key, file_digest, record.env);
    const std::string before =
        deployed_digest(past.key, to_hex(hmac_sha256(past.key.reveal(), restoring.file)), kept.env);
    if (now.empty() || (now != intent.sent && now != before)) return {};
    return {result.fell.begin(), result.fell.end()};
}

std::string known_instance(const PlanPast& past, const std::string& server) {
    if (std::string written = past.log.instance_of(server); !written.empty()) return written;
    const auto seen = past.sightings.find(server);
    return seen == past.sightings.end() ? std::string() : seen->second.first_instance;
}

namespace {

std::string_view without_slashes(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

// What an entry says of itself now, is pinned to, or said last.
std::string instance_now(const config::ServerEntry& entry, const PlanPast& past,
                         const std::map<std::string, std::string>& instances) {
    const std::string& name = entry.server.name;
    if (const auto now = instances.find(name); now != instances.end() && !now->second.empty()) return now->second;
    if (!entry.write.instance.empty()) return entry.write.instance;
    const auto seen = past.sightings.find(name);
    if (seen == past.sightings.end() || seen->second.last_at.empty()) return past.log.instance_of(name);
    return std::ranges::max_element(seen->second.last_at, {}, [](const auto& one) { return one.second; })->first;
}

} // namespace

std::string same_portainer(const config::Config& config, const PlanPast& past, const std::string& server,
                           const std::map<std::string, std::string>& instances) {
    const auto own = std::ranges::find(config.servers, server, [](const auto& one) { return one.server.name; });
    if (own == config.servers.end()) return {};
    const std::string instance = to_lower(instance_now(*own, past, instances));
    for (const config::ServerEntry& other : config.servers) {
        if (other.server.name == server) continue;
        const std::string theirs = to_lower(instance_now(other, past, instances));
        const bool one_address = without_slashes(other.server.url) == without_slashes(own->server.url);
        if (one_address || (!instance.empty() && theirs == instance)) return other.server.name;
    }
    return {};
}

std::map<std::string, EnvironmentId> environments_of(const PlanPast& past, const ServerMemory* memory,
                                                     const std::string& server) {
    const UnixSeconds trusted = trusted_at(past, server);
    std::map<std::string, EnvironmentId> first;
    if (const auto written = past.log.environments.find(server); written != past.log.environments.end())
        first = written->second;
    if (const auto places = past.places.find(server); places != past.places.end()) {
        for (const auto& [name, seen] : places->second) first.try_emplace(name, meant(seen, trusted));
    }
    if (memory == nullptr) return first;
    for (const auto& [id, environment] : memory->environments) {
        if (!environment.gone) first.try_emplace(environment.name, id);
    }
    return first;
}

std::optional<UnixSeconds> runtime_differs_since(const PlanPast& past, const StackResult& now) {
    ledger::StackKey key = ledger::key_of(now);
    for (auto one = past.drifted.lower_bound(key); one != past.drifted.end(); ++one) {
        key.ordinal = one->first.ordinal;
        if (one->first != key) break;
        const StackResult& then = *one->second.state;
        if (then.id != now.id || then.environment_id != now.environment_id) continue;
        const bool alike = std::ranges::all_of(now.changes, [&](const Change& change) {
            return !is_of_runtime(change) || std::ranges::any_of(then.changes, [&](const Change& old) {
                return is_of_runtime(old) && old.path == change.path && sides_of(old) == sides_of(change);
            });
        });
        if (alike) return one->second.first_at;
    }
    return std::nullopt;
}

bool was_in_sync(const PlanPast& past, const ServerMemory* memory, const std::string& server,
                 const std::string& instance_id, const StackRecord& record) {
    const auto judged = past.in_sync.find({server, record.id});
    if (judged == past.in_sync.end() || memory == nullptr) return false;
    if (const auto seen = past.sightings.find(server); seen != past.sightings.end()) {
        if (judged->second < seen->second.older_backup_at) return false;
        for (const auto& [other, last_at] : seen->second.last_at) {
            if (to_lower(other) != to_lower(instance_id) && judged->second <= last_at) return false;
        }
    }
    const auto known = memory->stacks.find(record.id);
    return known != memory->stacks.end() && known->second.created_at == record.created_at;
}

void take_standing(reconcile::ServerStanding& standing, const PlanPast& past, const ServerMemory* memory,
                   UnixSeconds now) {
    const drift::ServerFacts& facts = *standing.facts;
    const std::string instance = facts.status.value ? to_lower(facts.status.value->instance_id) : std::string();
    const UnixSeconds trusted = trusted_at(past, facts.name);
    standing.known_instance = known_instance(past, facts.name);
    standing.environments = environments_of(past, memory, facts.name);
    const auto& list = facts.list_again.value ? facts.list_again : facts.list;
    for (const StackRecord& record : list.value.value_or(std::vector<StackRecord>{})) {
        const auto dated = past.log.dates.find({facts.name, instance, record.id});
        if (dated != past.log.dates.end() && dated->second != record.created_at) standing.redated.insert(record.id);
        const auto written = past.written.find({facts.name, record.id, record.created_at});
        if (written == past.written.end()) continue;
        ++standing.written;
        standing.went_back += record.updated_at < written->second ? 1 : 0;
    }
    standing.redated.insert(facts.redated.begin(), facts.redated.end());
    const auto seen = past.sightings.find(facts.name);
    if (seen == past.sightings.end()) {
        standing.ledger_kept = trusted != 0;
        return;
    }
    if (seen->second.older_backup_at > trusted) standing.redated_at = seen->second.older_backup_at;
    standing.ledger_kept = trusted != 0 || seen->second.first_at + longest_unseen_create <= now;
}

Result<void> count_extras(ledger::Ledger& ledger, std::span<const ledger::Spell> spells, PlanPast& past) {
    for (const ledger::Spell& spell : spells) {
        if (spell.state->verdict == Verdict::extra || !spell.state->id || spell.state->where.file.empty()) continue;
        auto& [last_at, file] = past.judged_by[{spell.stack.server, *spell.state->id}];
        if (last_at <= spell.last_at) std::tie(last_at, file) = std::tie(spell.last_at, spell.state->where.file);
    }
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
    auto sightings = ledger.sightings();
    if (!sightings) return std::unexpected(sightings.error());
    past.sightings = *std::move(sightings);
    if (const auto counted = count_extras(ledger, *spells, past); !counted) return std::unexpected(counted.error());
    auto places = ledger.declared_places();
    if (!places) return std::unexpected(places.error());
    past.declared_places = *std::move(places);
    const auto log = ledger.log();
    if (!log) return std::unexpected(log.error());
    take_log(past, *log);
    return past;
}

} // namespace mooring::cli
