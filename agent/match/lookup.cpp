#include "match/facts.hpp"

#include "base/text.hpp"
#include "match/match.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <functional>
#include <utility>

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

// From desired stacks to rows, and what must be read before the rows can be judged.

namespace {

// A selector with its names resolved to ids.
struct Selection {
    std::vector<std::int64_t> tags;
    std::optional<std::int64_t> group;
    bool resolved = true; // every name has an id

    bool reaches(const std::vector<std::int64_t>& its_tags, std::int64_t its_group) const {
        const auto has = [&](std::int64_t tag) { return std::ranges::find(its_tags, tag) != its_tags.end(); };
        return resolved && std::ranges::all_of(tags, has) && (!group || *group == its_group);
    }
};

// By the server's answer, or, without one, by the memory's.
std::optional<std::int64_t> id_of(const std::string& name, const Answer<std::vector<NamedId>>& known,
                                  const std::map<std::int64_t, std::string>& remembered) {
    if (!known.value) {
        const auto last = std::ranges::find(remembered, name, &std::pair<const std::int64_t, std::string>::second);
        return last == remembered.end() ? std::nullopt : std::optional(last->first);
    }
    const auto found = std::ranges::find(*known.value, name, &NamedId::name);
    return found == known.value->end() ? std::nullopt : std::optional(found->id);
}

Selection resolve(const EnvironmentSelector& selector, const ServerFacts& facts) {
    Selection selection;
    for (const std::string& tag : selector.tags) {
        const auto id = id_of(tag, facts.tags, facts.memory.tags);
        selection.resolved = selection.resolved && id.has_value();
        selection.tags.push_back(id.value_or(0));
    }
    if (!selector.group.empty()) {
        selection.group = id_of(selector.group, facts.groups, facts.memory.groups);
        selection.resolved = selection.resolved && selection.group.has_value();
    }
    return selection;
}

std::string describe(const EnvironmentSelector& selector) {
    std::vector<std::string> parts;
    if (!selector.tags.empty()) parts.push_back("tags: [" + join(selector.tags, ", ") + "]");
    if (!selector.group.empty()) parts.push_back("group: " + selector.group);
    return join(parts, ", ");
}

bool is_listed(EnvironmentId id, const ServerFacts& facts) {
    return resolve_environment(id, facts).reach == Reach::listed;
}

// Environments that memory knows and the list does not have: by their own answer where they give one, else as they were
// when last visible. One that answers 404 is selected by nobody.
void add_remembered(const Selection& selection, const ServerFacts& facts, std::vector<EnvironmentRef>& reached) {
    for (const auto& [id, remembered] : facts.memory.selections) {
        const ResolvedEnvironment now = resolve_environment(id, facts);
        if (now.reach == Reach::listed || now.reach == Reach::gone) continue;
        const bool reaches = now.about != nullptr ? selection.reaches(now.about->tags, now.about->group)
                                                  : selection.reaches(remembered.tags, remembered.group);
        if (reaches) reached.push_back({.id = id, .name = now.name});
    }
}

void expand_selector(const DesiredStack& stack, const EnvironmentSelector& selector, const ServerFacts& facts,
                     std::vector<Row>& rows, bool narrowed_before, bool& narrowed) {
    const Selection selection = resolve(selector, facts);
    std::vector<EnvironmentRef> reached;
    if (facts.environments.value) {
        for (const Environment& environment : *facts.environments.value) {
            if (!selection.reaches(environment.tags, environment.group)) continue;
            reached.push_back({.id = environment.id, .name = environment.name});
        }
    }
    const bool may_be_narrowed = narrowed_before || !facts.list_complete() || !selection.resolved;
    if (may_be_narrowed) add_remembered(selection, facts, reached);
    const std::string text = describe(selector);
    for (EnvironmentRef& environment : reached) {
        rows.push_back(
            {.stack = &stack, .environment = std::move(environment), .selector = false, .selector_text = text});
    }
    if (may_be_narrowed || reached.empty()) {
        rows.push_back({.stack = &stack, .environment = {}, .selector = true, .selector_text = text});
    }
    narrowed = narrowed || may_be_narrowed;
}

// Which list of an environment shows what a stack of this type runs.
void need(RuntimeNeeds& needs, EnvironmentId environment, std::optional<StackType> type) {
    if (type == StackType::standalone) needs.containers.insert(environment);
    if (type == StackType::swarm) needs.services.insert(environment);
}

bool can_be_read(const ResolvedEnvironment& environment) {
    return environment.reach == Reach::listed || environment.reach == Reach::readable;
}

} // namespace

std::vector<Row> expand(std::span<const DesiredStack> stacks, const ServerFacts& facts, bool& narrowed) {
    std::vector<Row> rows;
    const bool narrowed_before = narrowed;
    for (const DesiredStack& stack : stacks) {
        if (const auto* environment = std::get_if<EnvironmentRef>(&stack.environment)) {
            rows.push_back({.stack = &stack, .environment = *environment, .selector = false, .selector_text = {}});
        } else {
            expand_selector(stack, std::get<EnvironmentSelector>(stack.environment), facts, rows, narrowed_before,
                            narrowed);
        }
    }
    return rows;
}

std::set<EnvironmentId> environments_to_ask(std::span<const DesiredStack> stacks, const ServerFacts& facts) {
    std::set<EnvironmentId> ask;
    if (!facts.environments.value) return ask;
    for (const DesiredStack& stack : stacks) {
        const auto* environment = std::get_if<EnvironmentRef>(&stack.environment);
        if (environment != nullptr && environment->id) ask.insert(*environment->id);
    }
    for (const auto& [id, name] : facts.memory.environments) ask.insert(id);
    for (const auto& [id, selection] : facts.memory.selections) ask.insert(id);
    for (const auto& [id, stack] : facts.memory.stacks) {
        if (tells_of_environment(stack, facts.now)) ask.insert(stack.environment_id);
    }
    for (const StackRecord& record : records_of(facts, 1)) ask.insert(record.environment);
    std::erase_if(ask, [&](EnvironmentId id) { return is_listed(id, facts); });
    return ask;
}

RuntimeNeeds runtime_needs(const std::vector<Row>& rows, const ServerFacts& facts) {
    RuntimeNeeds needs;
    for (const Row& row : rows) {
        if (row.selector || !row.stack->runtime || is_suspended(*row.stack, facts.now)) continue;
        const ResolvedEnvironment environment = resolve_environment(row, facts);
        const Match found = match_record(row, environment, facts, 1);
        const StackRecord* record = found.record != nullptr ? found.record : found.moved;
        if (record != nullptr) {
            if (can_be_read(resolve_environment(record->environment, facts))) {
                need(needs, record->environment, record->type);
                needs.projects[record->environment].insert(normalise_stack_name(record->name));
            }
        } else if (found.ambiguous.empty() && facts.list_complete() && can_be_read(environment)) {
            need(needs, *environment.id, row.stack->type); // what runs there without a record (row "complete list")
        }
    }
    return needs;
}

bool is_suspended(const DesiredStack& stack, UnixSeconds now) {
    return stack.suspended && now < stack.suspended->until;
}

Diagnostics suspension_diagnostics(std::span<const DesiredStack> stacks, UnixSeconds now) {
    Diagnostics expired;
    for (const DesiredStack& stack : stacks) {
        if (!stack.suspended || is_suspended(stack, now)) continue;
        expired.push_back(
            {.severity = Severity::warning,
             .code = "suspension-expired",
             .message = "The suspension of `" + stack.name + "` ended on " + format_utc(stack.suspended->until) +
                        "; the stack is judged normally again.",
             .suggestion = "Remove `suspended`, or agree on a new date with " + stack.suspended->owner + ".",
             .where = stack.where,
             .server = stack.server});
    }
    return expired;
}

} // namespace mooring::match
