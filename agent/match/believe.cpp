// What of the memory may be believed (design §3.2 "Memory").
#include "match/match.hpp"
#include "match/remember.hpp"

#include <algorithm>
#include <utility>

namespace mooring::match {
namespace {

Diagnostic doubt(const ServerFacts& facts, std::string code, std::string message) {
    return {.severity = Severity::warning,
            .code = std::move(code),
            .message = std::move(message),
            .suggestion = "What is remembered from now on is written anew.",
            .where = {},
            .server = facts.name};
}

bool is_from_another_time(const StackRecord& record, const ServerMemory& remembered) {
    const auto known = remembered.stacks.find(record.id);
    return known != remembered.stacks.end() && known->second.created_at != record.created_at;
}

Diagnostic older_backup(const ServerFacts& facts, const StackRecord& record, const ServerMemory& remembered) {
    return doubt(facts, "older-backup",
                 "The memory is void: stack " + std::to_string(record.id) + " was created on " +
                     format_utc(record.created_at) + ", remembered " +
                     format_utc(remembered.stacks.at(record.id).created_at) +
                     "; an older backup seems to have been restored.");
}

// Why none of it may be believed; nullopt if it may. Notes the records whose creation date it has otherwise.
std::optional<Diagnostic> voids_all(ServerFacts& facts, const ServerMemory& remembered) {
    if (!facts.status.value || facts.status.value->instance_id.empty()) {
        return doubt(facts, "database-unknown",
                     "The memory is not used: the server did not say which database it has (InstanceID).");
    }
    if (facts.status.value->instance_id != remembered.instance_id) {
        return doubt(facts, "database-changed",
                     "The memory is void: the server has another database now (InstanceID " +
                         facts.status.value->instance_id + ", remembered " + remembered.instance_id + ").");
    }
    std::optional<Diagnostic> doubted;
    for (const StackRecord& record : records_of(facts, 1)) {
        if (!is_from_another_time(record, remembered)) continue;
        facts.redated.insert(record.id);
        if (!doubted) doubted = older_backup(facts, record, remembered);
    }
    return doubted;
}

// A record of the remembered id and creation date whose name and environment are both others is not the one that was
// remembered.
void void_contradicted_records(ServerFacts& facts) {
    for (const StackRecord& record : records_of(facts, 1)) {
        const auto known = facts.memory.stacks.find(record.id);
        if (known == facts.memory.stacks.end()) continue;
        if (recollect(known->second, record) != Recollection::contradicted) continue;
        facts.diagnostics.push_back(doubt(facts, "memory-contradicted",
                                          "What was remembered of stack " + std::to_string(record.id) +
                                              " is void: both its name and its environment are others now (`" +
                                              record.name + "`, environment " + std::to_string(record.environment) +
                                              ")."));
        facts.memory.files.erase(record.id);
        facts.memory.stacks.erase(known);
    }
}

// Environments that only their stacks name.
void name_environments_by_stacks(ServerMemory& memory, UnixSeconds now) {
    for (const auto& [id, stack] : memory.stacks) {
        if (!stack.environment_name.empty() && tells_of_environment(stack, now)) {
            memory.environments.try_emplace(
                stack.environment_id, RememberedEnvironment{.name = stack.environment_name, .seen_at = stack.seen_at});
        }
    }
}

} // namespace

void believe_memory(ServerFacts& facts, const ServerMemory& remembered) {
    facts.memory = {};
    facts.has_memory = false;
    facts.lookup = nullptr; // it may speak of what is voided here
    if (remembered == ServerMemory{}) return;
    if (auto doubted = voids_all(facts, remembered)) {
        facts.diagnostics.push_back(*std::move(doubted));
        return;
    }
    facts.memory = remembered;
    facts.has_memory = true;
    void_contradicted_records(facts);
    keep_youngest(facts.memory);
    name_environments_by_stacks(facts.memory, facts.now);
}

void name_by_memory(ServerFacts& facts, const ServerMemory& remembered) {
    const auto& status = facts.status.value;
    if (status && !status->instance_id.empty() && status->instance_id != remembered.instance_id) return;
    facts.memory = remembered;
    facts.lookup = nullptr;
    name_environments_by_stacks(facts.memory, facts.now);
}

const StackRecord* contradicting_record(const StackFacts& facts, const ServerMemory& memory) {
    if (facts.by_id.value && is_from_another_time(*facts.by_id.value, memory)) return &*facts.by_id.value;
    for (const auto& [id, answer] : facts.older_by_id) {
        if (answer.value && is_from_another_time(*answer.value, memory)) return &*answer.value;
    }
    return nullptr;
}

void disbelieve(ServerFacts& facts, const StackRecord& record) {
    facts.diagnostics.push_back(older_backup(facts, record, facts.memory));
    facts.redated.insert(record.id);
    facts.memory = {};
    facts.has_memory = false;
    facts.lookup = nullptr;
}

} // namespace mooring::match
