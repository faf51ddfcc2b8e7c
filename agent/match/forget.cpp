// What a run forgets (design §3.2 "Memory"): the memory does not grow for ever, and nothing that somebody declares is
// lost.
#include "match/remember.hpp"

#include "match/match.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace mooring::match {
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
    if (now.standing == Standing::gone) environment.gone = true;
    if (now.standing == Standing::listed || now.standing == Standing::readable || now.standing == Standing::denied)
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
