// What a step does to a server. Pure.
#include "walks/world.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::walks {
namespace {

Place* place_of(State& state, int id) {
    const auto found = std::ranges::find(state.places, id, &Place::id);
    return found == state.places.end() ? nullptr : &*found;
}

Stack* stack_of(State& state, int id) {
    const auto found = std::ranges::find(state.stacks, id, &Stack::id);
    return found == state.stacks.end() ? nullptr : &*found;
}

void erase_stack(State& state, int id) {
    std::erase_if(state.stacks, [id](const Stack& stack) { return stack.id == id; });
}

// A server that starts arms whatever has an interval.
void arm_all(State& state) {
    for (Stack& stack : state.stacks) {
        if (stack.polling == Polling::dead || stack.polling == Polling::never_armed) stack.polling = Polling::armed;
    }
}

// Added anew, it knows nothing of what it holds: records stay with the old id, and what runs belongs to nobody.
void readd(State& state, Place& place) {
    const int old = place.id;
    place.id += readded;
    place.tagged = false;
    for (const Stack& stack : state.stacks) {
        if (stack.place != old || stack.kind != Kind::standalone || !runs_service_web(stack)) continue;
        state.outside.push_back(stack);
        state.outside.back().place = place.id;
    }
}

// It leaves the job out (portainer-api.md §12).
void start_by_webhook(Stack& stack, std::int64_t now) {
    if (stack.status != Status::inactive || stack.polling == Polling::none) return;
    stack.status = Status::active;
    stack.updated = now;
    if (stack.polling != Polling::webhook) stack.polling = Polling::dead;
}

void recreate(State& state, const Stack& old, const Step& step, std::int64_t now) {
    Stack made = old;
    made.id = state.next_stack++;
    made.created = made.updated = now;
    made.sharing = Sharing::administrators;
    made.runs = Runs::as_file;
    made.rest = Rest::as_meant;
    made.tied_to = false;
    if (made.polling == Polling::dead) made.polling = Polling::armed;
    if (step.value % 2 == 1 && old.kind != Kind::kubernetes) made.status = Status::inactive;
    erase_stack(state, old.id);
    state.stacks.push_back(made);
}

// The ids count on from the backup's, so that the next stack gets an id that was used before.
void restore(State& state, const Stack& old, std::int64_t now) {
    Stack other = old;
    other.name = "after-backup";
    other.created = other.updated = now;
    std::erase_if(state.stacks, [&](const Stack& stack) { return stack.id >= old.id; });
    state.stacks.push_back(other);
    arm_all(state);
}

// Everything that changes a record on purpose leaves its time.
void change_stack(Stack& stack, const Step& step, std::int64_t now) {
    switch (step.kind) {
    case StepKind::rename_stack:
        stack.name += "-renamed";
        stack.sharing = Sharing::none;
        break;
    case StepKind::move_stack:
        if (stack.place == step.value) return;
        stack.place = step.value;
        stack.sharing = Sharing::none;
        break;
    case StepKind::change_image:
        ++stack.content.image;
        if (stack.polling == Polling::dead) stack.polling = Polling::armed; // as every change of its settings
        break;
    case StepKind::change_password:
        ++stack.content.password;
        break;
    case StepKind::respell:
        stack.content.respelt = !stack.content.respelt;
        break;
    case StepKind::change_env:
        ++stack.env;
        break;
    case StepKind::stop_stack:
        stack.status = Status::inactive;
        break;
    case StepKind::set_status:
        if (stack.status == Status::inactive && stack.polling == Polling::dead) stack.polling = Polling::armed;
        stack.status = static_cast<Status>(step.value);
        break;
    default:
        break;
    }
    stack.updated = now;
}

void apply_to_stack(State& state, const Step& step, std::int64_t now) {
    Stack* stack = stack_of(state, step.target);
    if (stack == nullptr) return;
    const Stack old = *stack;
    switch (step.kind) {
    case StepKind::remove_stack:
        return erase_stack(state, old.id);
    case StepKind::recreate_stack:
        return recreate(state, old, step, now);
    case StepKind::restore_backup:
        return restore(state, old, now);
    case StepKind::share_stack:
        stack->sharing = static_cast<Sharing>(step.value);
        return;
    case StepKind::disturb:
        if (stack->status == Status::active) stack->runs = static_cast<Runs>(step.value);
        return;
    case StepKind::disturb_rest:
        if (stack->status == Status::active) stack->rest = static_cast<Rest>(step.value);
        return;
    case StepKind::lose_file:
        stack->file_lost = true;
        return;
    case StepKind::take_name:
        state.outside.push_back(old);
        return;
    case StepKind::start_by_webhook:
        return start_by_webhook(*stack, now);
    default:
        return change_stack(*stack, step, now);
    }
}

void apply_to_place(State& state, const Step& step) {
    Place* place = place_of(state, step.target);
    if (place == nullptr) return;
    switch (step.kind) {
    case StepKind::close_place:
        place->open_to = Sharing::others;
        return;
    case StepKind::remove_place:
        std::erase_if(state.places, [&](const Place& one) { return one.id == step.target; });
        return;
    case StepKind::rename_place:
        place->name += "-renamed";
        return;
    case StepKind::forbid_management:
        place->management = false;
        return;
    case StepKind::cut_off_place:
        place->reachable = false;
        return;
    case StepKind::untag_place:
        place->untagged = true;
        return;
    case StepKind::readd_place:
        return readd(state, *place);
    default:
        return;
    }
}

void apply(State& state, const Step& step, std::int64_t now) {
    constexpr std::array of_places{StepKind::close_place,       StepKind::remove_place,  StepKind::rename_place,
                                   StepKind::forbid_management, StepKind::cut_off_place, StepKind::untag_place,
                                   StepKind::readd_place};
    if (std::ranges::find(of_places, step.kind) != of_places.end()) return apply_to_place(state, step);
    switch (step.kind) {
    case StepKind::demote:
        state.administrator = false;
        return;
    case StepKind::leave_team:
        state.in_team = false;
        return;
    case StepKind::withdraw_token:
        state.token = false;
        return;
    case StepKind::replace_database:
        ++state.database;
        arm_all(state);
        return;
    default:
        return apply_to_stack(state, step, now);
    }
}

} // namespace

State after_steps(const World& world) {
    State state = world.start;
    for (const Step& step : world.steps) {
        apply(state, step, world.start.clock + std::min(step.delay, world.elapsed));
    }
    if (world.remembers) state.clock += world.elapsed;
    for (Stack& stack : state.stacks) {
        stack.tied_to = std::ranges::any_of(world.declared,
                                            [&](const Declared& one) { return !one.branch && one.tied == stack.id; });
    }
    return state;
}

State after_all(const World& world) {
    State state = after_steps(world);
    for (const Step& step : world.meanwhile) apply(state, step, state.clock);
    return state;
}

State after_later(const World& world) {
    State state = after_all(world);
    state.clock += 700;
    return state;
}

const Place* find_place(const State& state, int id) {
    const auto found = std::ranges::find(state.places, id, &Place::id);
    return found == state.places.end() ? nullptr : &*found;
}

const Place* find_place(const State& state, const std::string& name) {
    const auto found = std::ranges::find(state.places, name, &Place::name);
    return found == state.places.end() ? nullptr : &*found;
}

const Stack* find_stack(const State& state, int id) {
    const auto found = std::ranges::find(state.stacks, id, &Stack::id);
    return found == state.stacks.end() ? nullptr : &*found;
}

bool is_job(Extra extra) {
    return extra == Extra::declared_job || extra == Extra::marked_job || extra == Extra::awaited_job ||
           extra == Extra::mode_job;
}

bool runs_anything(const Stack& stack) {
    return stack.kind != Kind::kubernetes && stack.status != Status::inactive && stack.runs != Runs::nothing &&
           !stack.content.broken;
}

bool runs_service_web(const Stack& stack) {
    return runs_anything(stack) && stack.runs != Runs::removed && !stack.content.alone;
}

bool names_reader(const State& state, Sharing sharing) {
    if (state.administrator || sharing == Sharing::everyone || sharing == Sharing::reader) return true;
    return sharing == Sharing::team && state.in_team;
}

} // namespace mooring::walks
