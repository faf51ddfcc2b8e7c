#include "walks/truth.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace mooring::walks {
namespace {

using Verdicts = std::set<Verdict>;

bool lists(const State& state, const Stack& stack) {
    if (state.administrator) return true;
    return stack.kind != Kind::kubernetes && stack.sharing != Sharing::none && names_reader(state, stack.sharing);
}

bool enters(const State& state, const Place& place) { return names_reader(state, place.open_to); }

// One declaration before one state.
struct Question {
    const Declared& declared;
    const State& state;
    const Known& known;

    Verdicts answer() const;

  private:
    bool means(const Stack& stack, int place) const {
        return stack.place == place && stack.name == declared.name &&
               (stack.kind == Kind::kubernetes) == (declared.kind == Kind::kubernetes);
    }
    std::optional<int> resolve(Verdicts& otherwise) const;
    const Stack* record(int place) const;
    const Stack* remembered(int place) const;
    bool name_is_taken(int place) const;
    bool may_be_skipped(const Stack& stack) const;
    Verdicts compare(const Stack& stack, bool moved) const;
    Verdicts read(const Stack& stack, bool moved) const;
    Verdicts hidden(const Stack& stack, const Stack* memory) const;
    Verdicts absent(int place, const Stack* memory) const;
    Verdicts gone_from(int place, const Place* where) const;
    Verdicts never_seen(int place, const Place* where) const;
};

// The id of the environment that is meant; nullopt, with what may be said then, when the name says nothing.
std::optional<int> Question::resolve(Verdicts& otherwise) const {
    if (declared.place != 0) return declared.place;
    const Place* called = find_place(state, declared.called);
    if (called != nullptr && enters(state, *called)) return called->id;
    for (const auto& [id, name] : known.places) {
        if (name != declared.called) continue;
        const Place* now = find_place(state, id);
        const bool renamed = now != nullptr && enters(state, *now);
        if (renamed) otherwise = {Verdict::error};
        return renamed ? std::nullopt : std::optional(id);
    }
    const bool listed_elsewhere = std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const Place* place = find_place(state, stack.place);
        return stack.name == declared.name && lists(state, stack) && place != nullptr && !enters(state, *place);
    });
    otherwise = {state.administrator ? Verdict::error : (listed_elsewhere ? Verdict::denied : Verdict::not_visible)};
    return std::nullopt;
}

const Stack* Question::record(int place) const {
    const auto found = std::ranges::find_if(state.stacks, [&](const Stack& stack) { return means(stack, place); });
    return found == state.stacks.end() ? nullptr : &*found;
}

const Stack* Question::remembered(int place) const {
    const auto found =
        std::ranges::find_if(known.stacks, [&](const auto& entry) { return means(entry.second, place); });
    return found == known.stacks.end() ? nullptr : &found->second;
}

bool Question::name_is_taken(int place) const {
    return declared.kind == Kind::standalone && std::ranges::any_of(state.outside, [&](const Stack& stack) {
               return stack.place == place && stack.name == declared.name;
           });
}

// Its file was read by the first run and its record is unchanged since then (design §3.3): what was read holds.
bool Question::may_be_skipped(const Stack& stack) const {
    const auto memory = known.stacks.find(stack.id);
    return known.files && memory != known.stacks.end() && !memory->second.file_lost;
}

// Everything was answered that a reader of this record may ask.
Verdicts Question::compare(const Stack& stack, bool moved) const {
    const Place* place = find_place(state, stack.place);
    if (stack.file_lost && may_be_skipped(stack)) {
        Stack read = stack;
        read.file_lost = false;
        Verdicts right = compare(read, moved);
        right.insert(Verdict::error);
        return right;
    }
    if (stack.file_lost || stack.git_ahead) return {Verdict::error};
    const bool deploying = stack.status == Status::deploying;
    const bool docker = stack.kind != Kind::kubernetes;
    if (docker && declared.runtime && !deploying && !place->reachable) return {Verdict::unreachable};
    const bool unnamed = declared.access == static_cast<int>(Sharing::others) ||
                         (declared.access == static_cast<int>(Sharing::team) && !state.in_team);
    if (!state.administrator && unnamed) return {Verdict::denied};
    if (stack.status == Status::unknown) return {Verdict::error};
    const bool other_file =
        declared.content.image != stack.content.image || declared.content.respelt != stack.content.respelt;
    if (!docker && (declared.runtime || other_file)) return {Verdict::error};
    if (docker && stack.content.broken) return {Verdict::error};
    if (deploying) return {Verdict::pending};
    // What the stack's own container was called is another's now, and hidden: nobody can tell whether it runs.
    const bool masked = !state.administrator && declared.runtime && declared.state != 2 && name_is_taken(stack.place) &&
                        !runs_service_web(stack);
    if (masked) return {Verdict::denied, Verdict::drifted};
    return {moved || differs(declared, stack) ? Verdict::drifted : Verdict::in_sync};
}

// The record is listed, or its remembered id answers: what refuses then, in Portainer's order.
Verdicts Question::read(const Stack& stack, bool moved) const {
    const Place* place = find_place(state, stack.place);
    if (place == nullptr) return {Verdict::orphaned};
    if (state.administrator) return compare(stack, moved);
    if (stack.kind != Kind::kubernetes && !place->management) return {Verdict::denied};
    if (!enters(state, *place)) return {Verdict::denied};
    if (stack.kind != Kind::kubernetes && !lists(state, stack)) return {Verdict::denied};
    return compare(stack, moved);
}

// It stands, and this token's list does not have it.
Verdicts Question::hidden(const Stack& stack, const Stack* memory) const {
    if (memory != nullptr && memory->id == stack.id && memory->created == stack.created) return read(stack, false);
    Verdicts right{Verdict::not_visible, Verdict::denied};
    const Place* place = find_place(state, stack.place);
    if (place != nullptr && !place->reachable) right.insert(Verdict::unreachable);
    // The one absence that design §3.2 lets through: the remembered record is gone, and what took its place is hidden
    // and leaves no trace. The message says so.
    const bool remembered_gone = memory != nullptr && find_stack(state, memory->id) == nullptr;
    const bool no_trace = place == nullptr || !runs_anything(stack);
    if (remembered_gone && no_trace) right.insert(Verdict::missing);
    return right;
}

// The remembered id answers 404: the record is gone. What can be said depends on what else may be asked.
Verdicts Question::gone_from(int place, const Place* where) const {
    if (where == nullptr || state.administrator) return {Verdict::missing};
    if (!enters(state, *where)) return {Verdict::denied};
    if (declared.kind == Kind::kubernetes || declared.content.git) return {Verdict::not_visible};
    if (!where->reachable) return {Verdict::unreachable};
    if (name_is_taken(place)) return {Verdict::denied};
    return {declared.state == 2 ? Verdict::not_visible : Verdict::missing};
}

Verdicts Question::never_seen(int place, const Place* where) const {
    if (where == nullptr) {
        if (!state.administrator) return {Verdict::not_visible};
        return {known.places.contains(place) ? Verdict::missing : Verdict::error};
    }
    if (state.administrator) return {Verdict::missing};
    if (!enters(state, *where)) return {Verdict::denied};
    if (declared.kind == Kind::kubernetes || declared.content.git) return {Verdict::not_visible};
    if (!where->reachable) return {Verdict::unreachable};
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

Verdicts Question::answer() const {
    Verdicts otherwise;
    const std::optional<int> place = resolve(otherwise);
    if (!place) return otherwise;
    const Stack* stack = record(*place);
    if (stack != nullptr && lists(state, *stack)) return read(*stack, false);
    const Stack* memory = remembered(*place);
    if (stack != nullptr) return hidden(*stack, memory);
    return absent(*place, memory);
}

bool is_blind(Verdict verdict) {
    return verdict != Verdict::in_sync && verdict != Verdict::drifted && verdict != Verdict::missing &&
           verdict != Verdict::extra && verdict != Verdict::suspended;
}

bool access_differs(const Declared& declared, const Stack& stack) {
    if (declared.access < 0) return false;
    const auto effective = [](Sharing sharing) { return sharing == Sharing::none ? Sharing::administrators : sharing; };
    return effective(static_cast<Sharing>(declared.access)) != effective(stack.sharing);
}

bool content_differs(const Declared& declared, const Stack& stack) {
    if (declared.content.git != stack.content.git || declared.content.image != stack.content.image) return true;
    return !declared.content.git && stack.kind != Kind::kubernetes &&
           declared.content.password != stack.content.password;
}

bool runtime_differs(const Declared& declared, const Stack& stack) {
    if (!declared.runtime || stack.kind == Kind::kubernetes) return false;
    if (declared.state == 2) return runs_anything(stack);
    return stack.status == Status::inactive || stack.runs != Runs::as_file;
}

} // namespace

bool differs(const Declared& declared, const Stack& stack) {
    const bool stopped = stack.status == Status::inactive;
    const bool running = stack.status == Status::active;
    if (declared.kind != stack.kind) return true;
    if ((declared.state == 1 && stopped) || (declared.state == 2 && running)) return true;
    if (stack.status == Status::failed || stack.status == Status::stuck) return true;
    if (declared.env >= 0 && (declared.env != stack.env || stack.env_extra)) return true;
    return access_differs(declared, stack) || content_differs(declared, stack) || runtime_differs(declared, stack);
}

Known seen_by_first_run(const World& world) {
    Known known;
    if (!world.remembers) return known;
    State state = world.start;
    if (world.first_by_administrator) {
        state.administrator = state.token = true;
    }
    if (!state.token) return known;
    known.files = world.keyed;
    for (const Place& place : state.places) {
        if (enters(state, place)) known.places[place.id] = place.name;
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

// A Kubernetes record that no list shows may still contradict the memory, when some row asks for it by its id.
static bool may_be_contradicted(const Known& known, const State& state) {
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const auto memory = known.stacks.find(stack.id);
        const Place* place = find_place(state, stack.place);
        return memory != known.stacks.end() && memory->second.created != stack.created &&
               stack.kind == Kind::kubernetes && place != nullptr && enters(state, *place);
    });
}

std::set<Verdict> right_verdicts(const Declared& declared, const State& state, const Known& known) {
    return Question{declared, state, known}.answer();
}

std::set<Verdict> admissible(const World& world, const Declared& declared) {
    const Known seen = seen_by_first_run(world);
    std::set<Verdict> all;
    for (const State& state : {after_steps(world), after_all(world)}) {
        const Known known = believed(seen, world.start.database, state);
        all.merge(right_verdicts(declared, state, known));
        if (!world.calm() || may_be_contradicted(known, state)) all.merge(right_verdicts(declared, state, {}));
    }
    if (world.calm()) return all;
    // A record that leaves its place while Mooring looks is found there by its list and missed by what runs: that it
    // differs is true.
    const auto leaves = [](const Step& step) {
        return step.kind == StepKind::move_stack || step.kind == StepKind::rename_stack ||
               step.kind == StepKind::remove_stack || step.kind == StepKind::recreate_stack;
    };
    if (std::ranges::any_of(world.meanwhile, leaves)) all.insert(Verdict::drifted);
    for (const Verdict verdict : all_verdicts) {
        if (is_blind(verdict)) all.insert(verdict);
    }
    return all;
}

bool stands(const World& world, const Declared& declared, const State& state) {
    const Known seen = seen_by_first_run(world);
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        const auto memory = seen.stacks.find(stack.id);
        return stack.name == declared.name || (memory != seen.stacks.end() && memory->second.name == declared.name &&
                                               memory->second.created == stack.created);
    });
}

} // namespace mooring::walks
