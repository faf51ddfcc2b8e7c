// What of the memory may be believed (design §3.2 "Memory").

#include "match/match.hpp"

#include "model/stack.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
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

// What a run forgets (design §3.2 "Memory"): the memory does not grow for ever, and nothing that somebody declares is
// lost.

namespace {

constexpr UnixSeconds day = UnixSeconds{24} * 3600;
constexpr UnixSeconds stack_kept = 90 * day;
constexpr std::size_t most_ids = 8; // of one place

// Seen or declared: what was neither for long enough goes.
template <typename T>
UnixSeconds last_use(const T& remembered) {
    return std::max(remembered.seen_at, remembered.declared_at);
}

auto key_of(const RememberedStack& stack) {
    const bool exact = !stack.namespace_.empty();
    return std::tuple(stack.environment_id, stack.namespace_, exact ? stack.name : normalise_stack_name(stack.name));
}

using Key = decltype(key_of(RememberedStack()));

std::map<Key, std::vector<RememberedStack*>> by_place(ServerMemory& memory) {
    std::map<Key, std::vector<RememberedStack*>> places;
    for (auto& [id, stack] : memory.stacks) places[key_of(stack)].push_back(&stack);
    return places;
}

// That a 404 was the answer is known only of those that were asked; every other answer says that there is something.
void note_answer(const ServerFacts& facts, EnvironmentId id, RememberedEnvironment& environment) {
    const ResolvedEnvironment now = resolve_environment(id, facts);
    if (now.reach == Reach::gone) environment.gone = true;
    if (now.reach == Reach::listed || now.reach == Reach::readable || now.reach == Reach::denied)
        environment.gone = false;
}

// Times that are not known (a memory of Mooring 0.1.0, something seen for the first time) begin now.
void note_declared(const ServerFacts& facts, const Declared& declared, ServerMemory& after) {
    for (auto& [id, environment] : after.environments) {
        note_answer(facts, id, environment);
        if (environment.declared_at == 0 || declared.environments.contains(id)) environment.declared_at = facts.now;
    }
    for (auto& [id, stack] : after.stacks) {
        if (stack.declared_at == 0 || declared.stacks.contains(id)) stack.declared_at = facts.now;
    }
}

void forget_environments(const ServerFacts& facts, ServerMemory& after) {
    const auto is_over = [&](const auto& entry) {
        return entry.second.gone && facts.now - last_use(entry.second) > environment_kept;
    };
    std::erase_if(after.environments, is_over);
    std::erase_if(after.selections, [&](const auto& entry) { return !after.environments.contains(entry.first); });
}

// What stays of a place of which something was forgotten says so, unless a complete list proves that it is gone.
void forget_stacks(const ServerFacts& facts, bool complete, ServerMemory& after) {
    for (auto& [place, stacks] : by_place(after)) {
        const auto is_over = [&](const RememberedStack* one) { return facts.now - last_use(*one) > stack_kept; };
        const bool some = std::ranges::any_of(stacks, is_over);
        for (RememberedStack* one : stacks) one->older_dropped = one->older_dropped || (some && !complete);
    }
    std::erase_if(after.stacks, [&](const auto& entry) { return facts.now - last_use(entry.second) > stack_kept; });
}

} // namespace

Declared declared_by(const std::vector<Row>& rows, const std::vector<DesiredScope>& scopes, const ServerFacts& facts,
                     bool whole) {
    Declared declared{.environments = {}, .stacks = {}, .whole = whole};
    for (const DesiredScope& scope : scopes) {
        if (scope.server != facts.name) continue;
        for (const EnvironmentRef& ref : scope.environments) {
            const Row place{.stack = nullptr, .environment = ref};
            if (const auto id = resolve_environment(place, facts).id) declared.environments.insert(*id);
        }
    }
    for (const Row& row : rows) {
        if (row.selector) continue;
        if (row.stack->tie) declared.stacks.insert(row.stack->tie->id);
        const ResolvedEnvironment environment = resolve_environment(row, facts);
        if (!environment.id) continue;
        declared.environments.insert(*environment.id);
        const Match found = match_record(row, environment, facts, 1);
        if (found.record != nullptr) declared.stacks.insert(found.record->id);
        if (found.remembered != nullptr) declared.stacks.insert(found.remembered->id);
        for (const RememberedStack* older : found.older) declared.stacks.insert(older->id);
    }
    return declared;
}

void keep_youngest(ServerMemory& memory) {
    for (auto& [place, stacks] : by_place(memory)) {
        std::ranges::sort(stacks, std::greater{},
                          [](const RememberedStack* one) { return std::tie(one->seen_at, one->id); });
        const bool dropped = stacks.size() > most_ids || std::ranges::any_of(stacks, &RememberedStack::older_dropped);
        for (std::size_t i = 0; i < stacks.size(); ++i) {
            stacks[i]->older_dropped = dropped;
            if (i < most_ids) continue;
            const StackId id = stacks[i]->id;
            memory.files.erase(id);
            memory.stacks.erase(id);
        }
    }
}

void forget(const ServerFacts& facts, const Declared& declared, const ServerMemory& before, ServerMemory& after) {
    // A name that only a stack told is known as long as the stack is (believe_memory).
    std::erase_if(after.environments, [&](const auto& entry) {
        return entry.second.seen_at != facts.now && !before.environments.contains(entry.first);
    });
    note_declared(facts, declared, after);
    const bool complete = facts.list_complete(facts.list_again.value.has_value());
    if (declared.whole) {
        forget_environments(facts, after);
        forget_stacks(facts, complete, after);
    }
    keep_youngest(after);
    if (complete) { // whatever else was there is in the list, or gone
        for (auto& [id, stack] : after.stacks) stack.older_dropped = false;
    }
    std::erase_if(after.files, [&](const auto& entry) { return !after.stacks.contains(entry.first); });
}

} // namespace mooring::match
