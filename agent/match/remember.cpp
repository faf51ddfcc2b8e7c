// What this run leaves for the next one (design §3.2 "Memory").
#include "match/match.hpp"

#include "model/stack.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace mooring::match {
namespace {

// Environment, namespace and name: normalised, but for Kubernetes, which tells `Web` from `web`.
using Place = std::tuple<EnvironmentId, std::string, std::string>;

// What the results of this run say about ids and environments.
struct Told {
    std::map<StackId, const StackResult*> by_id;
    std::set<EnvironmentId> doubtful; // a result there is an error: perhaps a renamed one
    std::set<Place> judged;           // places that were judged at all
};

Place place_of(EnvironmentId environment, const std::string& name_space, const std::string& name, bool exact) {
    return {environment, name_space, exact ? name : normalise_stack_name(name)};
}

Place place_of(const StackRecord& record) {
    return place_of(record.environment, record.namespace_, record.name, record.type == StackType::kubernetes);
}

Place place_of(const RememberedStack& stack) {
    return place_of(stack.environment_id, stack.namespace_, stack.name, !stack.namespace_.empty());
}

Place place_of(const StackResult& result) {
    const bool exact = result.type == StackType::kubernetes;
    return place_of(result.environment_id.value_or(0), result.namespace_, result.name, exact);
}

Told told_by(const std::vector<const StackResult*>& results) {
    Told told;
    for (const StackResult* result : results) {
        if (result->id) told.by_id[*result->id] = result;
        if (!result->environment_id) continue;
        told.judged.insert(place_of(*result));
        if (result->verdict == Verdict::error) told.doubtful.insert(*result->environment_id);
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
        return change.subject == Subject::environment || change.subject == Subject::name;
    });
}

void remember_names(const Answer<std::vector<NamedId>>& known, std::map<std::int64_t, std::string>& names) {
    if (!known.value) return;
    names.clear();
    for (const NamedId& one : *known.value) names[one.id] = one.name;
}

void remember_environments(const ServerFacts& facts, const Told& told, ServerMemory& after) {
    const auto learn = [&](const Environment& environment) {
        const auto known = after.environments.find(environment.id);
        // An environment that was renamed while a manifest still uses its old name: the error must stay explained.
        const bool renamed = known != after.environments.end() && known->second.name != environment.name;
        if (!renamed || !told.doubtful.contains(environment.id))
            after.environments[environment.id].name = environment.name;
        after.environments[environment.id].seen_at = facts.now;
        after.selections[environment.id] = {.group = environment.group, .tags = environment.tags};
    };
    if (facts.environments.value) {
        for (const Environment& environment : *facts.environments.value) learn(environment);
    }
    for (const auto& [id, answer] : facts.environments_by_id) {
        if (answer.value) learn(*answer.value);
        if (answer.reply.outcome == Outcome::environment_gone) after.selections.erase(id); // no selector reaches it
    }
    remember_names(facts.tags, after.tags);
    remember_names(facts.groups, after.groups);
}

void remember_record(const StackRecord& record, const ServerFacts& facts, const Told& told, ServerMemory& after) {
    const auto known = after.stacks.find(record.id);
    if (known != after.stacks.end()) {
        known->second.seen_at = facts.now;
        if (keeps_its_place(known->second, record, told)) return;
    }
    const RememberedStack before = known == after.stacks.end() ? RememberedStack() : known->second;
    const auto environment = after.environments.find(record.environment);
    after.stacks[record.id] = {.id = record.id,
                               .environment_id = record.environment,
                               .environment_name =
                                   environment == after.environments.end() ? std::string() : environment->second.name,
                               .name = record.name,
                               .created_at = record.created_at,
                               .seen_at = facts.now,
                               .namespace_ = record.namespace_,
                               .older_dropped = before.older_dropped,
                               .declared_at = before.declared_at};
}

// A Kubernetes stack that no list showed to a user: its objects' label named it, and its id confirmed it.
const StackRecord* found_by_label(const ServerFacts& facts, const StackResult& result) {
    if (result.type != StackType::kubernetes || !result.id || !result.environment_id) return nullptr;
    const auto runtime = facts.runtime.find(*result.environment_id);
    if (runtime == facts.runtime.end()) return nullptr;
    const auto answer = runtime->second.cluster.holders.find(*result.id);
    if (answer == runtime->second.cluster.holders.end() || !answer->second.value) return nullptr;
    const StackRecord& record = *answer->second.value;
    const bool same = record.id == *result.id && record.type == StackType::kubernetes;
    return same && place_of(record) == place_of(result) ? &record : nullptr;
}

// Records that an administrator's list does not have are gone. They are remembered on for a while (forget), because a
// 404 of their id is what proves to a user's token that it is deleted; a younger record in their place ends that.
void forget_gone(const ServerFacts& facts, ServerMemory& after) {
    const bool again = facts.list_again.value.has_value();
    if (facts.list_complete(again)) {
        std::set<Place> taken;
        for (const StackRecord& record : records_of(facts, again ? 2 : 1)) {
            taken.insert(place_of(record));
        }
        std::erase_if(after.stacks, [&](const auto& entry) {
            const RememberedStack& stack = entry.second;
            if (stack.seen_at == facts.now) return false;
            return taken.contains(place_of(stack));
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
                       .settled = date && is_settled(*record, *date),
                       .jobs_seen = content.jobs_seen};
}

bool is_absence(const StackResult& result) {
    if (!result.environment_id || result.id) return false;
    return result.verdict == Verdict::pending ||
           (result.verdict == Verdict::missing && result.proof == Proof::complete_list);
}

// Absences are counted over runs: those seen now, with the time at which they were seen first. One that was not seen
// for longer than `most_apart` begins anew: between two sightings a stack may have come and gone.
void remember_absences(const ServerFacts& facts, const std::vector<const StackResult*>& results, const Told& told,
                       std::chrono::seconds most_apart, ServerMemory& after) {
    std::map<Place, RememberedAbsence> known;
    for (RememberedAbsence& absence : after.absences) {
        known.try_emplace({absence.environment_id, absence.namespace_, absence.name}, std::move(absence));
    }
    std::map<Place, RememberedAbsence> now;
    for (const auto& [place, absence] : known) {
        if (!told.judged.contains(place) && still_counts(absence, facts.now, most_apart)) now[place] = absence;
    }
    for (const StackResult* result : results) {
        if (!is_absence(*result)) continue;
        const Place place = place_of(*result);
        const auto before = known.find(place);
        const bool goes_on = before != known.end() && still_counts(before->second, facts.now, most_apart);
        now[place] = {.environment_id = *result->environment_id,
                      .namespace_ = result->namespace_,
                      .name = std::get<2>(place),
                      .first_seen = goes_on ? before->second.first_seen : facts.now,
                      .last_seen = facts.now};
    }
    after.absences.clear();
    for (auto& [place, absence] : now) after.absences.push_back(std::move(absence));
}

} // namespace

ServerMemory remember(const ServerFacts& facts, const ServerMemory& before,
                      const std::map<StackId, ContentFacts>& files, const std::vector<const StackResult*>& results,
                      const MakeDigest& digest, std::chrono::seconds absences_apart) {
    if (!facts.status.value || facts.status.value->instance_id.empty() || !facts.list.value) return before;
    const Told told = told_by(results);
    ServerMemory after = facts.memory; // what may be believed of `before`
    after.instance_id = facts.status.value->instance_id;
    remember_environments(facts, told, after);
    for (const int round : {1, 2}) {
        for (const StackRecord& record : records_of(facts, round)) remember_record(record, facts, told, after);
    }
    for (const auto& [id, result] : told.by_id) {
        if (result->verdict != Verdict::in_sync && result->verdict != Verdict::drifted) continue;
        if (const auto known = after.stacks.find(id); known != after.stacks.end()) {
            known->second.seen_at = facts.now; // also one that only its id shows (Kubernetes, for users)
        } else if (const StackRecord* record = found_by_label(facts, *result)) {
            remember_record(*record, facts, told, after);
        }
    }
    if (!digest) after.files.clear();
    for (const auto& [id, content] : files) {
        if (digest && !content.skipped) remember_file(id, content, facts, digest, after);
        const auto known = after.files.find(id);
        if (content.skipped && known != after.files.end()) known->second.jobs_seen = content.jobs_seen;
    }
    forget_gone(facts, after);
    remember_absences(facts, results, told, absences_apart, after);
    return after;
}

namespace {

constexpr UnixSeconds settled_after = 60; // two updates in one second leave the same UpdateDate (2.43.0, 10-update)

bool same_database(const ServerFacts& server) {
    return server.has_memory && server.status.value && !server.status.value->instance_id.empty() &&
           server.status.value->instance_id == server.memory.instance_id;
}

// Visible, and its stacks readable by this token: otherwise reading the file is what tells the denial.
bool is_readable_environment(EnvironmentId id, const ServerFacts& server) {
    if (!server.environments.value) return false;
    const auto found = std::ranges::find(*server.environments.value, id, &Environment::id);
    return found != server.environments.value->end() &&
           (found->stack_management_for_users || server.is_administrator());
}

bool is_settled_status(const StackRecord& record) {
    return record.status == static_cast<std::int64_t>(StackStatus::active) ||
           record.status == static_cast<std::int64_t>(StackStatus::inactive);
}

} // namespace

bool is_settled(const StackRecord& record, UnixSeconds server_date) {
    const UnixSeconds newest = server_date - settled_after;
    return record.created_at <= newest && record.updated_at <= newest &&
           std::ranges::all_of(record.deployment, [newest](const DeploymentStep& step) { return step.time <= newest; });
}

std::vector<std::string> jobs_seen_before(const ServerFacts& server, StackId id, const std::string& content_digest) {
    const auto known = server.memory.files.find(id);
    if (known == server.memory.files.end() || content_digest.empty() || !same_database(server)) return {};
    return known->second.content_digest == content_digest ? known->second.jobs_seen : std::vector<std::string>();
}

bool may_skip_file(const StackRecord& record, const ServerFacts& server, std::string_view desired_text,
                   const MakeDigest& digest, std::chrono::seconds full_verify) {
    if (!digest || record.fingerprint.empty() || !same_database(server) || !is_settled_status(record)) return false;
    const auto known = server.memory.files.find(record.id);
    if (known == server.memory.files.end()) return false;
    const RememberedFile& file = known->second;
    const UnixSeconds age = server.now - file.verified_at;
    return file.settled && age >= 0 && age < full_verify.count() && !file.desired_digest.empty() &&
           is_readable_environment(record.environment, server) && file.record_digest == digest(record.fingerprint) &&
           file.desired_digest == digest(desired_text);
}

} // namespace mooring::match
