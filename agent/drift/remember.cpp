// What this run leaves for the next one (design §3.2 "Memory").
#include "drift/remember.hpp"

#include "drift/match.hpp"
#include "drift/memory_rules.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace mooring::drift {
namespace {

constexpr UnixSeconds kept_after_gone = UnixSeconds{90} * 24 * 3600;

using Place = std::pair<EnvironmentId, std::string>; // the name normalised

// What the results of this run say about ids and environments.
struct Told {
    std::map<StackId, const StackResult*> by_id;
    std::set<EnvironmentId> doubtful; // a result there is an error: perhaps a renamed one
    std::set<Place> judged;           // places that were judged at all
};

Place place_of(EnvironmentId environment, std::string_view name) { return {environment, normalise_stack_name(name)}; }

Told told_by(const std::vector<StackResult>& results) {
    Told told;
    for (const StackResult& result : results) {
        if (result.id) told.by_id[*result.id] = &result;
        if (!result.environment_id) continue;
        told.judged.insert(place_of(*result.environment_id, result.name));
        if (result.verdict == Verdict::error) told.doubtful.insert(*result.environment_id);
    }
    return told;
}

// Moved stacks keep what was remembered of them, so that the next run calls them moved too, not missing. The same holds
// for a stack that is elsewhere now and was not judged in this run (--only, interrupted).
bool keeps_its_place(const RememberedStack& known, const StackRecord& record, const Told& told) {
    if (recollect(known, record) != Recollection::moved) return false;
    const auto result = told.by_id.find(record.id);
    if (result == told.by_id.end()) return true;
    return std::ranges::any_of(result->second->changes, [](const Change& change) {
        return change.plane == Plane::record && (change.path == "environment" || change.path == "name");
    });
}

void remember_environments(const ServerFacts& facts, const Told& told, ServerMemory& after) {
    const auto learn = [&](const Environment& environment) {
        const auto known = after.environments.find(environment.id);
        // An environment that was renamed while a manifest still uses its old name: the error must stay explained.
        const bool renamed = known != after.environments.end() && known->second != environment.name;
        if (!renamed || !told.doubtful.contains(environment.id)) after.environments[environment.id] = environment.name;
        after.selections[environment.id] = {.group = environment.group, .tags = environment.tags};
    };
    if (facts.environments.value) {
        for (const Environment& environment : *facts.environments.value) learn(environment);
    }
    for (const auto& [id, answer] : facts.environments_by_id) {
        if (answer.value) learn(*answer.value);
    }
}

void remember_record(const StackRecord& record, const ServerFacts& facts, const Told& told, ServerMemory& after) {
    const auto known = after.stacks.find(record.id);
    if (known != after.stacks.end()) {
        known->second.seen_at = facts.now;
        if (keeps_its_place(known->second, record, told)) return;
    }
    const auto environment = after.environments.find(record.environment);
    after.stacks[record.id] = {.id = record.id,
                               .environment_id = record.environment,
                               .environment_name =
                                   environment == after.environments.end() ? std::string() : environment->second,
                               .name = record.name,
                               .created_at = record.created_at,
                               .seen_at = facts.now,
                               .namespace_ = record.namespace_};
}

// Records that an administrator's list does not have are gone. They are remembered on for a while, because a 404 of
// their id is what proves to a user's token that a stack is missing; a younger record in their place ends that.
void forget_gone(const ServerFacts& facts, ServerMemory& after) {
    const bool again = facts.list_again.value.has_value();
    if (facts.list_complete(again)) {
        std::set<Place> taken;
        for (const StackRecord& record : records_of(facts, again ? 2 : 1)) {
            taken.insert(place_of(record.environment, record.name));
        }
        std::erase_if(after.stacks, [&](const auto& entry) {
            const RememberedStack& stack = entry.second;
            if (stack.seen_at == facts.now) return false;
            return facts.now - stack.seen_at > kept_after_gone ||
                   taken.contains(place_of(stack.environment_id, stack.name));
        });
    }
    std::erase_if(after.files, [&](const auto& entry) { return !after.stacks.contains(entry.first); });
}

// A file that was read is remembered only with a record that did not change while it was read.
void remember_file(StackId id, const ContentFacts& content, const ServerFacts& facts, const MakeDigest& digest,
                   ServerMemory& after) {
    after.files.erase(id);
    const StackRecord* first = find_listed(facts, 1, id);
    const StackRecord* second = find_listed(facts, 2, id);
    const StackRecord* record = first != nullptr ? first : second;
    if (record == nullptr || record->fingerprint.empty()) return;
    if (first != nullptr && second != nullptr && first->fingerprint != second->fingerprint) return;
    const auto date = (first != nullptr ? facts.list : facts.list_again).reply.server_date;
    const bool equal = content.changes.empty() && !content.problem;
    after.files[id] = {.record_digest = digest(record->fingerprint),
                       .content_digest = content.content_digest,
                       .desired_digest = equal ? content.desired_digest : std::string(),
                       .server_date = date.value_or(0),
                       .verified_at = facts.now,
                       .settled = date && is_settled(*record, *date)};
}

bool is_absence(const StackResult& result) {
    if (!result.environment_id || result.id) return false;
    return result.verdict == Verdict::pending ||
           (result.verdict == Verdict::missing && result.proof == Proof::complete_list);
}

// Absences are counted over runs: those seen now, with the time at which they were seen first.
void remember_absences(const ServerFacts& facts, const std::vector<StackResult>& results, const Told& told,
                       ServerMemory& after) {
    std::map<Place, UnixSeconds> first_seen;
    for (const RememberedAbsence& absence : after.absences) {
        first_seen[{absence.environment_id, absence.name}] = absence.first_seen;
    }
    std::map<Place, UnixSeconds> now;
    for (const auto& [place, since] : first_seen) {
        if (!told.judged.contains(place)) now[place] = since; // not judged in this run
    }
    for (const StackResult& result : results) {
        if (!is_absence(result)) continue;
        const auto place = place_of(*result.environment_id, result.name);
        const auto known = first_seen.find(place);
        now[place] = known == first_seen.end() ? facts.now : known->second;
    }
    after.absences.clear();
    for (const auto& [place, since] : now) {
        after.absences.push_back({.environment_id = place.first, .name = place.second, .first_seen = since});
    }
}

} // namespace

ServerMemory remember(const ServerFacts& facts, const ServerMemory& before,
                      const std::map<StackId, ContentFacts>& files, const std::vector<StackResult>& results,
                      const MakeDigest& digest) {
    if (!facts.status.value || facts.status.value->instance_id.empty() || !facts.list.value) return before;
    const Told told = told_by(results);
    ServerMemory after = facts.memory; // what may be believed of `before`
    after.instance_id = facts.status.value->instance_id;
    remember_environments(facts, told, after);
    for (const int round : {1, 2}) {
        for (const StackRecord& record : records_of(facts, round)) remember_record(record, facts, told, after);
    }
    for (const auto& [id, result] : told.by_id) {
        const bool read = result->verdict == Verdict::in_sync || result->verdict == Verdict::drifted;
        if (const auto known = after.stacks.find(id); read && known != after.stacks.end()) {
            known->second.seen_at = facts.now; // also one that only its id shows (Kubernetes, for users)
        }
    }
    if (!digest) after.files.clear();
    for (const auto& [id, content] : files) {
        if (digest && !content.skipped) remember_file(id, content, facts, digest, after);
    }
    forget_gone(facts, after);
    remember_absences(facts, results, told, after);
    return after;
}

} // namespace mooring::drift
