#include "walks/truth.hpp"

#include <algorithm>

namespace mooring::walks {
namespace {

bool is_blind(Verdict verdict) {
    return verdict != Verdict::in_sync && verdict != Verdict::drifted && verdict != Verdict::missing &&
           verdict != Verdict::deleted && verdict != Verdict::extra && verdict != Verdict::suspended;
}

} // namespace

bool lists(const State& state, const Stack& stack) {
    if (state.administrator) return true;
    return stack.kind != Kind::kubernetes && stack.sharing != Sharing::none && names_reader(state, stack.sharing);
}

bool enters(const State& state, const Place& place) { return names_reader(state, place.open_to); }

Known seen_by_first_run(const World& world, bool branch) {
    Known known;
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
        if (lists(state, stack)) known.stacks[stack.id] = stack;
    }
    return known;
}

Known believed(const Known& known, int remembered_database, const State& state) {
    if (remembered_database != state.database) return {};
    Known rest = known;
    for (const Stack& stack : state.stacks) {
        const auto memory = known.stacks.find(stack.id);
        if (memory == known.stacks.end() || !lists(state, stack)) continue;
        if (memory->second.created != stack.created) return {};
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
    const Known seen = seen_by_first_run(world);
    std::set<Verdict> all;
    for (const State& state : {after_steps(world), after_all(world)}) {
        if (refuses(state)) {
            all.insert(Verdict::denied);
            continue;
        }
        const Known known = believed(seen, world.start.database, state);
        all.merge(right_verdicts(declared, state, known, waived));
        if (!world.calm() || may_be_contradicted(known, state)) all.merge(right_verdicts(declared, state, {}, waived));
    }
    if (world.calm()) return all;
    // A fault may keep an administrator's list from proving that all is gone; that the one that was seen is, is true.
    if (world.remembers && all.contains(Verdict::missing)) all.insert(Verdict::deleted);
    // A record that leaves its place while Mooring looks is found there by its list and missed by what runs: that it
    // differs is true.
    const auto leaves = [](const Step& step) {
        return step.kind == StepKind::move_stack || step.kind == StepKind::rename_stack ||
               step.kind == StepKind::remove_stack || step.kind == StepKind::recreate_stack;
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
    const Known seen = seen_by_first_run(world, declared.branch);
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const auto memory = seen.stacks.find(stack.id);
        if (declared.tied != 0) return stack.id == declared.tied;
        return stack.name == declared.name || (memory != seen.stacks.end() && memory->second.name == declared.name &&
                                               memory->second.created == stack.created);
    });
}

} // namespace mooring::walks
