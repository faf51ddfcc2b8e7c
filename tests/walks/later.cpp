// What a run can know that comes after two others.
#include "walks/truth.hpp"

#include <vector>

namespace mooring::walks {
namespace {

struct Learned {
    Known known;
    int database = 0;
};

// A stack that has moved keeps what was remembered of it while its manifest has not: the next run calls it moved, too.
bool has_moved(const Stack& memory, const Stack& now) {
    return memory.created == now.created && (memory.name == now.name) != (memory.place == now.place);
}

Known with_stacks(Known known, const State& state) {
    for (const Stack& stack : state.stacks) {
        if (!lists(state, stack)) continue;
        const auto memory = known.stacks.find(stack.id);
        const bool was_read = memory != known.stacks.end() && !memory->second.file_lost; // and need not be again
        if (memory != known.stacks.end() && has_moved(memory->second, stack)) continue;
        Stack& kept = known.stacks[stack.id] = stack;
        if (was_read) kept.file_lost = false;
        if (stack.content.alone && known.files) known.may_have_seen_jobs.insert(stack.id);
    }
    return known;
}

Known with_places(Known known, const State& state) {
    for (const Place& place : state.places) {
        if (!enters(state, place)) continue;
        known.places[place.id] = place.name;
        if (place.tagged) known.tagged.insert(place.id);
    }
    return known;
}

// Whatever the judged run can have left, which knew `before`: it saw the server in this state, wholly or in part; the
// name of an environment stays what a manifest calls it by, until that is mended.
void add_learned(const World& world, const State& state, Known before, std::vector<Learned>& all) {
    before.files = world.keyed;
    before.saw_jobs.clear();
    before.dates.clear();
    if (world.agent) before.absences = Absences::either;
    const Known stacks = with_stacks(before, state);
    Known new_places = with_places(stacks, state);
    all.push_back({new_places, state.database});
    for (const auto& [id, name] : before.places) new_places.places[id] = name;
    all.push_back({new_places, state.database});
    if (world.calm()) return;
    all.push_back({stacks, state.database});
    all.push_back({with_places(before, state), state.database});
    all.push_back({before, state.database});
}

} // namespace

std::set<Verdict> admissible_later(const World& world, const Declared& declared) {
    if (declared.suspended == Suspended::yes) return {Verdict::suspended};
    if (declared.branch) return admissible(world, declared);
    std::vector<Learned> all;
    for (const State& seen : {after_steps(world), after_all(world)}) {
        for (const Known& first : memories_of_first_run(world)) {
            const Known known = believed(first, world.start.database, seen);
            add_learned(world, seen, known, all);
            add_learned(world, seen, with_labelled(known, seen), all);
        }
        if (!world.calm()) add_learned(world, seen, Known(), all); // the first run may have learned nothing
    }
    if (!world.calm()) {
        for (const Known& first : memories_of_first_run(world)) all.push_back({first, world.start.database});
    }
    const State state = after_later(world);
    const Planes waived = accepted_planes(world, "main", declared.name);
    std::set<Verdict> right;
    for (const Learned& learned : all) {
        const Known known = believed(learned.known, learned.database, state);
        right.merge(right_verdicts(declared, state, known, waived));
        if (may_be_contradicted(known, state)) {
            right.merge(right_verdicts(declared, state, nothing_of(known), waived));
        }
    }
    return right;
}

} // namespace mooring::walks
