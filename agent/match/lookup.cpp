#include "match/lookup.hpp"

#include "match/facts.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <functional>

namespace mooring::match {
namespace {

// Kubernetes names are compared exactly, but names that are equal are equal when normalised too.
std::size_t place_hash(EnvironmentId environment, std::string_view stack_name) {
    const std::size_t name = std::hash<std::string>{}(normalise_stack_name(stack_name));
    return name ^ (std::hash<EnvironmentId>{}(environment) * 0x9e3779b97f4a7c15U);
}

ListIndex index_list(const std::vector<StackRecord>& records) {
    ListIndex index;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto position = static_cast<std::int64_t>(i);
        index.places.add(records[i].environment, records[i].name, position);
        index.ids.emplace_back(records[i].id, position);
    }
    index.places.sort();
    std::ranges::sort(index.ids);
    return index;
}

const ListIndex& index_of(const Lookup& lookup, int round) { return round == 2 ? lookup.list_again : lookup.list; }

} // namespace

void PlaceIndex::add(EnvironmentId environment, std::string_view stack_name, std::int64_t value) {
    entries_.push_back({.hash = place_hash(environment, stack_name), .value = value});
}

void PlaceIndex::sort() {
    std::ranges::sort(entries_);
    entries_.shrink_to_fit();
}

std::span<const PlaceIndex::Entry> PlaceIndex::at(EnvironmentId environment, std::string_view stack_name) const {
    const auto found = std::ranges::equal_range(entries_, place_hash(environment, stack_name), {}, &Entry::hash);
    return {found.begin(), found.end()};
}

void index_facts(ServerFacts& facts) {
    auto lookup = std::make_shared<Lookup>();
    lookup->list = index_list(records_of(facts, 1));
    lookup->list_again = index_list(records_of(facts, 2));
    for (const auto& [id, stack] : facts.memory.stacks) lookup->remembered.add(stack.environment_id, stack.name, id);
    lookup->remembered.sort();
    facts.lookup = std::move(lookup);
}

const std::vector<StackRecord>& records_of(const ServerFacts& facts, int round) {
    static const std::vector<StackRecord> none;
    const auto& list = round == 2 ? facts.list_again : facts.list;
    return list.value ? *list.value : none;
}

const StackRecord* find_listed(const ServerFacts& facts, int round, StackId id) {
    const std::vector<StackRecord>& records = records_of(facts, round);
    if (!facts.lookup) {
        const auto found = std::ranges::find(records, id, &StackRecord::id);
        return found == records.end() ? nullptr : &*found;
    }
    const auto& ids = index_of(*facts.lookup, round).ids;
    const auto found = std::ranges::lower_bound(ids, id, {}, &std::pair<StackId, std::int64_t>::first);
    return found == ids.end() || found->first != id ? nullptr : &records[static_cast<std::size_t>(found->second)];
}

std::vector<const StackRecord*> records_near(const ServerFacts& facts, int round, EnvironmentId environment,
                                             std::string_view stack_name) {
    const std::vector<StackRecord>& records = records_of(facts, round);
    std::vector<const StackRecord*> near;
    if (facts.lookup) {
        for (const auto& entry : index_of(*facts.lookup, round).places.at(environment, stack_name)) {
            near.push_back(&records[static_cast<std::size_t>(entry.value)]);
        }
    } else {
        for (const StackRecord& record : records) near.push_back(&record);
    }
    std::erase_if(near, [&](const StackRecord* record) { return record->environment != environment; });
    return near;
}

std::vector<const RememberedStack*> memories_near(const ServerFacts& facts, EnvironmentId environment,
                                                  std::string_view stack_name) {
    std::vector<const RememberedStack*> near;
    if (facts.lookup) {
        for (const auto& entry : facts.lookup->remembered.at(environment, stack_name)) {
            near.push_back(&facts.memory.stacks.at(entry.value));
        }
    } else {
        for (const auto& [id, stack] : facts.memory.stacks) near.push_back(&stack);
    }
    std::erase_if(near, [&](const RememberedStack* stack) { return stack->environment_id != environment; });
    return near;
}

} // namespace mooring::match
