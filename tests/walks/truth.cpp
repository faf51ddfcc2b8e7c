#include "walks/truth.hpp"

#include <algorithm>

namespace mooring::walks {
namespace {

bool is_blind(Verdict verdict) {
    return verdict != Verdict::in_sync && verdict != Verdict::drifted && verdict != Verdict::missing &&
           verdict != Verdict::deleted && verdict != Verdict::extra && verdict != Verdict::suspended;
}

bool reads_all_of(const State& state, const Stack& stack) {
    const Place* place = find_place(state, stack.place);
    if (place == nullptr || !place->reachable || !lists(state, stack)) return false;
    return state.administrator || (enters(state, *place) && place->management);
}

// One manifest alone means this stack, by its name in its place, whatever is left out; and it compares what runs.
bool surely_judged(const World& world, const State& state, const Stack& stack, bool branch) {
    const auto namesakes = std::ranges::count(state.stacks, stack.name, &Stack::name);
    const Declared* one = nullptr;
    for (const Declared& declared : world.declared) {
        if (declared.branch != branch || declared.name != stack.name) continue;
        if (one != nullptr) return false;
        one = &declared;
    }
    if (one == nullptr || namesakes != 1 || !world.only.empty() || !world.first_faults.empty()) return false;
    return one->place == stack.place && !one->by_tag && one->tied == 0 && one->runtime && one->kind == stack.kind &&
           one->suspended == Suspended::no && one->content == stack.content && one->access < 0;
}

// Whether what ran under its file was seen and kept (design §3.3): a digest of the file without a key is not.
void see_jobs(const World& world, const State& state, const Stack& stack, bool branch, Known& known) {
    if (!stack.content.alone || !known.files || !job_is_there(stack)) return;
    known.may_have_seen_jobs.insert(stack.id);
    const bool plain = stack.status == Status::active && !stack.file_lost && !stack.git_ahead && !stack.content.git;
    const bool sure = plain && reads_all_of(state, stack) && surely_judged(world, state, stack, branch);
    if (sure) known.saw_jobs.insert(stack.id);
}

} // namespace

Known nothing_of(const Known& known) {
    Known nothing;
    nothing.absences = known.absences;
    nothing.dates = known.dates;
    return nothing;
}

bool job_is_there(const Stack& stack) { return runs_anything(stack) && stack.rest != Rest::removed; }

bool lists(const State& state, const Stack& stack) {
    if (state.administrator) return true;
    return stack.kind != Kind::kubernetes && stack.sharing != Sharing::none && names_reader(state, stack.sharing);
}

bool enters(const State& state, const Place& place) { return names_reader(state, place.open_to); }

Known seen_by_first_run(const World& world, bool branch) {
    Known known;
    if (world.agent) known.absences = world.calm() ? Absences::twice : Absences::either;
    if (!world.remembers) return known;
    State state = branch ? world.branch.state : world.start;
    if (world.first_by_administrator) {
        state.administrator = state.token = true;
    }
    if (!state.token) return known;
    known.files = world.keyed;
    for (const Place& place : state.places) {
        if (enters(state, place)) known.places[place.id] = place.name;
        if (enters(state, place) && place.tagged) known.tagged.insert(place.id);
    }
    for (const Stack& stack : state.stacks) {
        if (!lists(state, stack)) continue;
        known.stacks[stack.id] = stack;
        known.stood.push_back(stack);
        see_jobs(world, state, stack, branch, known);
    }
    known.complete = state.administrator;
    known.counts = world.elapsed >= window && world.elapsed <= most_apart;
    return known;
}

Known with_labelled(Known known, const State& state) {
    if (state.administrator || !state.token) return known;
    for (const Stack& stack : state.stacks) {
        const Place* place = find_place(state, stack.place);
        const bool may_be_named = stack.kind == Kind::kubernetes && !stack.name.empty() && place != nullptr;
        if (may_be_named && enters(state, *place)) known.stacks.try_emplace(stack.id, stack);
    }
    return known;
}

std::vector<Known> memories_of_first_run(const World& world) {
    const Known seen = seen_by_first_run(world);
    if (!world.remembers || world.first_by_administrator) return {seen};
    return {seen, with_labelled(seen, world.start)};
}

Known believed(const Known& known, int remembered_database, const State& state) {
    Known rest = known;
    rest.dates.clear();
    if (remembered_database != state.database) return nothing_of(rest);
    for (const auto& [id, stack] : known.stacks) rest.dates[id] = stack.created;
    for (const Stack& stack : state.stacks) {
        const auto memory = known.stacks.find(stack.id);
        if (memory == known.stacks.end() || !lists(state, stack)) continue;
        if (memory->second.created != stack.created) return nothing_of(rest);
        if (memory->second.name != stack.name && memory->second.place != stack.place) rest.stacks.erase(stack.id);
    }
    return rest;
}

bool may_be_contradicted(const Known& known, const State& state) {
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const auto memory = known.stacks.find(stack.id);
        const Place* place = find_place(state, stack.place);
        return memory != known.stacks.end() && memory->second.created != stack.created &&
               stack.kind == Kind::kubernetes && place != nullptr && enters(state, *place);
    });
}

// A server that refuses the token says nothing of any stack; none of them leaves the count (design §3.1).
bool refuses(const State& state) { return !state.token; }

// The other server stands still.
static std::set<Verdict> admissible_on_branch(const World& world, const Declared& declared, const Planes& waived) {
    if (world.branch.condition == Condition::down) return {Verdict::unreachable};
    if (world.branch.condition == Condition::refusing) return {Verdict::denied};
    State state = world.branch.state;
    state.clock = after_steps(world).clock;
    return right_verdicts(declared, state, seen_by_first_run(world, true), waived);
}

std::set<Verdict> admissible(const World& world, const Declared& declared) {
    if (declared.suspended == Suspended::yes) return {Verdict::suspended};
    const Planes waived = accepted_planes(world, declared.branch ? "branch" : "main", declared.name);
    if (declared.branch) return admissible_on_branch(world, declared, waived);
    const std::vector<Known> memories = memories_of_first_run(world);
    std::set<Verdict> all;
    for (const State& state : {after_steps(world), after_all(world)}) {
        if (refuses(state)) {
            all.insert(Verdict::denied);
            continue;
        }
        for (const Known& seen : memories) {
            const Known known = believed(seen, world.start.database, state);
            all.merge(right_verdicts(declared, state, known, waived));
            if (may_be_contradicted(known, state))
                all.merge(right_verdicts(declared, state, nothing_of(known), waived));
            if (!world.calm()) all.merge(right_verdicts(declared, state, Known{.absences = known.absences}, waived));
        }
    }
    if (world.calm()) return all;
    // A fault may keep an administrator's list from proving that all is gone; that the one that was seen is, is true.
    if (world.remembers && all.contains(Verdict::missing)) all.insert(Verdict::deleted);
    // A record that stops or leaves its place while Mooring looks is found there by its list and missed by what runs:
    // that it differs is true.
    const auto leaves = [](const Step& step) {
        return step.kind == StepKind::move_stack || step.kind == StepKind::rename_stack ||
               step.kind == StepKind::remove_stack || step.kind == StepKind::recreate_stack ||
               step.kind == StepKind::stop_stack;
    };
    const bool one_leaves = std::ranges::any_of(world.meanwhile, leaves);
    if (one_leaves) all.insert(Verdict::drifted);
    if (one_leaves && !waived.empty()) all.insert(Verdict::in_sync);
    for (const Verdict verdict : all_verdicts) {
        if (is_blind(verdict)) all.insert(verdict);
    }
    return all;
}

bool stands(const World& world, const Declared& declared, const State& state) {
    const Known seen = declared.branch ? seen_by_first_run(world, true) : memories_of_first_run(world).back();
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const auto memory = seen.stacks.find(stack.id);
        if (declared.tied != 0) return stack.id == declared.tied;
        return stack.name == declared.name || (memory != seen.stacks.end() && memory->second.name == declared.name &&
                                               memory->second.created == stack.created);
    });
}

} // namespace mooring::walks
