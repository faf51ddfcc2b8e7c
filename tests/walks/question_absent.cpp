// What may be said of a stack that no list shows: it is hidden, or there is none.
#include "walks/question.hpp"

namespace mooring::walks {

// The remembered record is gone, and this one took its place, hidden: that the one is deleted is proven. Whether what
// runs betrays the other depends on the names that can be asked for.
Verdicts Question::recreated(const Stack& stack) const {
    const Place* place = find_place(state, stack.place);
    if (place == nullptr) return {Verdict::deleted};
    if (!enters(state, *place)) return {Verdict::denied};
    if (!state.administrator && is_labelled(stack)) return read(stack, false);
    if (!has_names()) return {Verdict::deleted};
    if (!place->reachable) return {Verdict::unreachable};
    if (lacks_swarm(*place)) return {Verdict::error};
    if (name_is_taken(stack.place)) return {Verdict::denied};
    if (!runs_anything(stack)) return {Verdict::deleted};
    if (stack.kind == declared.kind) return {Verdict::denied};
    return {Verdict::denied, Verdict::deleted};
}

// It stands, and this token's list does not have it.
Verdicts Question::hidden(const Stack& stack, const Stack* memory) const {
    if (memory != nullptr && memory->id == stack.id && memory->created == stack.created) return read(stack, false);
    if (memory != nullptr && find_stack(state, memory->id) == nullptr) return recreated(stack);
    if (!state.administrator && is_labelled(stack)) return read(stack, false);
    Verdicts right{Verdict::not_visible, Verdict::denied};
    const Place* place = find_place(state, stack.place);
    if (place != nullptr && !place->reachable) right.insert(Verdict::unreachable);
    if (place != nullptr && lacks_swarm(*place)) right.insert(Verdict::error);
    return right;
}

// A complete list shows a Kubernetes record without a name there, which no manifest is tied to: it may be the one that
// is meant.
bool Question::is_nameless_there(int place) const {
    return declared.kind == Kind::kubernetes && std::ranges::any_of(state.stacks, [&](const Stack& stack) {
               return stack.kind == Kind::kubernetes && stack.place == place && stack.name.empty() && !stack.tied_to &&
                      stack.space == declared.space && lists(state, stack);
           });
}

// The first run's complete list lacked it, too, and was about this place: the first of two sightings.
bool Question::was_absent(int place) const {
    if (!known.complete || !known.counts || !known.places.contains(place)) return false;
    if (declared.suspended != Suspended::no) return false; // it was not judged then
    return std::ranges::none_of(known.stood, [&](const Stack& stack) { return means(stack, place); });
}

// A complete list does not have it.
Verdicts Question::lacking(int place) const {
    if (known.absences == Absences::once) return {Verdict::missing};
    const bool doubtful = std::ranges::any_of(known.stood, [&](const Stack& stack) { // what made that run an error
        return stack.name.empty() && stack.place == place && stack.space == declared.space;
    });
    if (known.absences == Absences::either || doubtful) return {Verdict::missing, Verdict::pending};
    return {was_absent(place) ? Verdict::missing : Verdict::pending};
}

// The remembered id answers 404: the record is gone. Whether something hidden took its place no user can see.
Verdicts Question::gone_from(int place, const Place* where) const {
    if (where == nullptr) return {state.administrator ? Verdict::missing : Verdict::deleted};
    if (is_nameless_there(place)) return {Verdict::error};
    if (state.administrator) {
        Verdicts right = lacking(place);
        if (lacks_swarm(*where)) right.insert(Verdict::error);
        return right;
    }
    if (!enters(state, *where)) return {Verdict::denied};
    if (!has_names()) return {Verdict::deleted};
    if (!where->reachable) return {Verdict::unreachable};
    if (lacks_swarm(*where)) return {Verdict::error};
    return {name_is_taken(place) ? Verdict::denied : Verdict::deleted};
}

Verdicts Question::never_seen(int place, const Place* where) const {
    if (where == nullptr) {
        if (!state.administrator) return {Verdict::not_visible};
        return {known.places.contains(place) ? Verdict::missing : Verdict::error};
    }
    if (is_nameless_there(place)) return {Verdict::error};
    if (state.administrator) {
        Verdicts right = lacking(place);
        if (lacks_swarm(*where)) right.insert(Verdict::error);
        return right;
    }
    if (!enters(state, *where)) return {Verdict::denied};
    if (!has_names()) return {Verdict::not_visible};
    if (!where->reachable) return {Verdict::unreachable};
    if (lacks_swarm(*where)) return {Verdict::error};
    return {name_is_taken(place) ? Verdict::denied : Verdict::not_visible};
}

Verdicts Question::absent(int place, const Stack* memory) const {
    const Place* where = find_place(state, place);
    if (memory == nullptr) return never_seen(place, where);
    const Stack* now = find_stack(state, memory->id);
    if (now == nullptr) return gone_from(place, where);
    const bool same = now->created == memory->created;
    const bool moved = same && (now->name == memory->name || now->place == memory->place);
    if (moved) return read(*now, true);
    // Its id is another's: hidden, it answers 403 and cannot be told from the one that was remembered.
    Verdicts right = never_seen(place, where);
    if (!lists(state, *now)) right.insert({Verdict::denied, Verdict::orphaned});
    return right;
}

// No list shows a record of the name there: it is hidden, or there is none.
Verdicts Question::unlisted(int place, const std::vector<const Stack*>& hidden_ones) const {
    std::vector<const Stack*> memories;
    for (const auto& [id, stack] : known.stacks) {
        if (means(stack, place)) memories.push_back(&stack);
    }
    if (memories.empty()) memories.push_back(nullptr);
    Verdicts right;
    for (const Stack* memory : memories) {
        for (const Stack* stack : hidden_ones) right.merge(hidden(*stack, memory));
        if (hidden_ones.empty()) right.merge(absent(place, memory));
    }
    const auto answers = [&](const Stack* memory) {
        return memory != nullptr && find_stack(state, memory->id) != nullptr;
    };
    // Only when every id that was ever seen there answers 404.
    if (memories.size() > 1 && std::ranges::any_of(memories, answers)) right.erase(Verdict::deleted);
    return right;
}

} // namespace mooring::walks
