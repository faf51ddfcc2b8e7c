#include "match/match.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace mooring::match {
namespace {

bool is_kubernetes(const StackRecord& record) { return record.type == StackType::kubernetes; }

// design §3.2: (environment id, normalised name); Kubernetes: (environment id, exact name, namespace).
bool means(const DesiredStack& stack, const StackRecord& record) {
    const bool kubernetes = stack.type == StackType::kubernetes;
    if (!same_stack_name(stack.name, record.name, kubernetes)) return false;
    return !kubernetes || !is_kubernetes(record) || stack.namespace_ == record.namespace_;
}

bool is_tied_elsewhere(const ServerFacts& facts, StackId id) { return facts.tied.contains(id); }

bool means(const DesiredStack& stack, const RememberedStack& remembered) {
    const bool kubernetes = stack.type == StackType::kubernetes;
    if (!same_stack_name(stack.name, remembered.name, kubernetes)) return false;
    return !kubernetes || stack.namespace_ == remembered.namespace_;
}

// What memory holds for the place, newest first.
std::vector<const RememberedStack*> memories_of(const DesiredStack& stack, EnvironmentId environment,
                                                const ServerFacts& facts) {
    std::vector<const RememberedStack*> found = memories_near(facts, environment, stack.name);
    std::erase_if(found, [&](const RememberedStack* memory) {
        return !means(stack, *memory) || is_tied_elsewhere(facts, memory->id);
    });
    std::ranges::sort(found, std::greater{}, [](const RememberedStack* m) { return std::tie(m->seen_at, m->id); });
    return found;
}

// Of several records of one name the one of the declared type is taken; without exactly one such they match equally.
void choose(const DesiredStack& stack, std::vector<const StackRecord*> candidates, Match& found) {
    std::ranges::sort(candidates, {}, &StackRecord::id);
    if (candidates.size() > 1) {
        const auto of_type = [&](const StackRecord* record) { return record->type == stack.type; };
        if (std::ranges::any_of(candidates, of_type)) {
            std::erase_if(candidates, [&](const StackRecord* record) { return !of_type(record); });
        }
    }
    if (candidates.size() == 1) found.record = candidates.front();
    if (candidates.size() > 1) found.ambiguous = std::move(candidates);
}

// One record has one manifest, and the one that gives its id means it for sure.
void leave_to_tied(std::vector<const StackRecord*>& candidates, const ServerFacts& facts, Match& found) {
    const auto tied = [&](const StackRecord* record) { return is_tied_elsewhere(facts, record->id); };
    const auto first = std::ranges::find_if(candidates, tied);
    if (first == candidates.end()) return;
    const StackRecord* const record = *first;
    std::erase_if(candidates, tied);
    if (candidates.empty()) found.tied_elsewhere = record;
}

// By its id alone, wherever it is.
Match match_tied(const DesiredStack& stack, const ServerFacts& facts, int round) {
    Match found;
    found.record = find_listed(facts, round, stack.tie->id);
    const auto known = facts.memory.stacks.find(stack.tie->id);
    if (known != facts.memory.stacks.end()) found.remembered = &known->second;
    return found;
}

ResolvedEnvironment listed_environment(const Environment& environment) {
    return {.id = environment.id, .name = environment.name, .reach = Reach::listed, .about = &environment};
}

Reach reach_of(const Answer<Environment>& answer) {
    switch (answer.reply.outcome) {
    case Outcome::ok:
        return answer.value ? Reach::readable : Reach::unavailable;
    case Outcome::denied:
        return Reach::denied;
    case Outcome::environment_gone:
        return Reach::gone;
    case Outcome::not_asked:
        return Reach::not_asked;
    default: // everything else says nothing about the environment
        return Reach::unavailable;
    }
}

const std::vector<Environment>& listed_environments(const ServerFacts& facts) {
    static const std::vector<Environment> none;
    return facts.environments.value ? *facts.environments.value : none;
}

// Of several environments that memory knows by one name, the one that may still bear it; then a renamed one (an error
// for people to solve), and one that is gone only at last, because that can lead to `missing`.
int trust(const ResolvedEnvironment& environment, std::string_view name) {
    if (environment.reach == Reach::gone) return 0;
    return environment.about != nullptr && environment.about->name != name ? 1 : 2;
}

std::optional<ResolvedEnvironment> remembered_environment(const std::string& name, const ServerFacts& facts) {
    std::optional<ResolvedEnvironment> best;
    for (const auto& [id, remembered] : facts.memory.environments) {
        if (remembered.name != name) continue;
        ResolvedEnvironment candidate = resolve_environment(id, facts);
        if (!best || trust(*best, name) <= trust(candidate, name)) best = std::move(candidate); // youngest of equals
    }
    if (best && trust(*best, name) == 1) {
        best->error = "Environment `" + name + "` was renamed to `" + best->about->name + "` (environment " +
                      std::to_string(*best->id) + ").";
    }
    if (best) best->name = best->about != nullptr ? best->about->name : name;
    return best;
}

// Older versions let two environments bear one name: which one is meant is then for the manifest to say.
std::string ambiguous_environment(const std::string& name, const ServerFacts& facts) {
    std::vector<std::string> ids;
    for (const Environment& environment : listed_environments(facts)) {
        if (environment.name == name) ids.push_back(std::to_string(environment.id));
    }
    if (ids.size() < 2) return {};
    return "Several environments are named `" + name + "` (ambiguous: ids " + join(ids, ", ") +
           "); give the one that is meant as `{id: N}`.";
}

// A manifest names id and name; that of a selector is what the server or the memory calls it.
bool is_pinned(const Row& row) {
    const bool is_declared = row.stack == nullptr || std::holds_alternative<EnvironmentRef>(row.stack->environment);
    return is_declared && !row.environment.name.empty();
}

// An administrator's list has every environment: a name that it does not have is wrong.
std::string unknown_environment(const std::string& name, const ServerFacts& facts) {
    std::vector<std::string> known;
    for (const Environment& environment : listed_environments(facts)) known.push_back(environment.name);
    const std::string suggestion = suggest(name, known);
    return "There is no environment `" + name + "` on this server" + (suggestion.empty() ? "." : "; " + suggestion);
}

} // namespace

bool same_stack_name(std::string_view left, std::string_view right, bool exact) {
    return exact ? left == right : normalise_stack_name(left) == normalise_stack_name(right);
}

ResolvedEnvironment resolve_environment(EnvironmentId id, const ServerFacts& facts) {
    const auto& listed = listed_environments(facts);
    const auto found = std::ranges::find(listed, id, &Environment::id);
    if (found != listed.end()) return listed_environment(*found);

    ResolvedEnvironment environment{.id = id};
    if (const auto known = facts.memory.environments.find(id); known != facts.memory.environments.end()) {
        environment.name = known->second.name;
    }
    const auto asked = facts.environments_by_id.find(id);
    if (asked == facts.environments_by_id.end()) return environment;
    environment.reply = asked->second.reply;
    environment.reach = reach_of(asked->second);
    if (environment.reach == Reach::readable) {
        environment.about = &*asked->second.value;
        environment.name = environment.about->name;
    }
    return environment;
}

ResolvedEnvironment resolve_environment(const Row& row, const ServerFacts& facts) {
    if (row.selector) return {};
    if (row.environment.id) {
        ResolvedEnvironment environment = resolve_environment(*row.environment.id, facts);
        if (environment.name.empty()) environment.name = row.environment.name;
        if (is_pinned(row) && environment.about != nullptr && environment.about->name != row.environment.name)
            environment.error = "Environment " + std::to_string(*row.environment.id) + " is named `" +
                                environment.about->name + "`, and the manifest says `" + row.environment.name + "`.";
        return environment;
    }
    const std::string& name = row.environment.name;
    const auto& listed = listed_environments(facts);
    const auto found = std::ranges::find(listed, name, &Environment::name);
    if (found != listed.end()) {
        std::string ambiguous = ambiguous_environment(name, facts);
        if (ambiguous.empty()) return listed_environment(*found);
        return {.name = name, .error = std::move(ambiguous)};
    }
    if (auto remembered = remembered_environment(name, facts)) return *std::move(remembered);
    ResolvedEnvironment unresolved{.name = name};
    if (facts.list_complete()) unresolved.error = unknown_environment(name, facts);
    return unresolved;
}

Recollection recollect(const RememberedStack& remembered, const StackRecord& record) {
    const bool same_name = same_stack_name(remembered.name, record.name, is_kubernetes(record));
    const bool same_environment = remembered.environment_id == record.environment;
    if (remembered.created_at != record.created_at) return Recollection::contradicted;
    if (same_name && same_environment) return Recollection::same;
    return same_name || same_environment ? Recollection::moved : Recollection::contradicted;
}

std::vector<const StackRecord*> nameless_records(const DesiredStack& stack, EnvironmentId environment,
                                                 const ServerFacts& facts, int round) {
    std::vector<const StackRecord*> found;
    if (stack.type != StackType::kubernetes || stack.tie) return found;
    found = records_near(facts, round, environment, "");
    std::erase_if(found, [&](const StackRecord* record) {
        return !record->name.empty() || !is_kubernetes(*record) || record->namespace_ != stack.namespace_ ||
               is_tied_elsewhere(facts, record->id);
    });
    std::ranges::sort(found, {}, &StackRecord::id);
    return found;
}

Match match_record(const Row& row, const ResolvedEnvironment& environment, const ServerFacts& facts, int round) {
    const DesiredStack& stack = *row.stack;
    if (stack.tie) return match_tied(stack, facts, round);
    Match found;
    if (!environment.id) return found;
    std::vector<const StackRecord*> candidates = records_near(facts, round, *environment.id, stack.name);
    std::erase_if(candidates, [&](const StackRecord* record) { return !means(stack, *record); });
    leave_to_tied(candidates, facts, found);
    choose(stack, std::move(candidates), found);
    found.older = memories_of(stack, *environment.id, facts);
    found.older_dropped = std::ranges::any_of(found.older, &RememberedStack::older_dropped);
    if (!found.older.empty()) {
        found.remembered = found.older.front();
        found.older.erase(found.older.begin());
    }
    std::erase_if(found.older, [&](const RememberedStack* m) { return find_listed(facts, round, m->id) != nullptr; });
    if (found.record == nullptr && found.ambiguous.empty() && found.remembered != nullptr) {
        const StackRecord* listed = find_listed(facts, round, found.remembered->id);
        if (listed != nullptr && recollect(*found.remembered, *listed) == Recollection::moved) found.moved = listed;
    }
    return found;
}

std::set<StackId> claimed_ids(const std::vector<Row>& rows, const ServerFacts& facts) {
    std::set<StackId> claimed;
    for (const Row& row : rows) {
        const ResolvedEnvironment environment = resolve_environment(row, facts);
        for (const int round : {1, 2}) {
            const Match found = match_record(row, environment, facts, round);
            if (found.record != nullptr) claimed.insert(found.record->id);
            if (found.moved != nullptr) claimed.insert(found.moved->id);
            for (const StackRecord* record : found.ambiguous) claimed.insert(record->id);
            if (found.tied_elsewhere != nullptr) claimed.insert(found.tied_elsewhere->id);
            if (found.record != nullptr || !environment.id) continue;
            // Perhaps it is meant: the row says so, and it is not undeclared for sure.
            for (const StackRecord* record : nameless_records(*row.stack, *environment.id, facts, round)) {
                claimed.insert(record->id);
            }
        }
    }
    return claimed;
}

} // namespace mooring::match
