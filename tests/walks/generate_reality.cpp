// What real servers and real hosts showed that the first worlds did not have, drawn last, so that the rest of a seed's
// world stays what it was.
#include "walks/dice.hpp"

#include <algorithm>
#include <array>

namespace mooring::walks {
namespace {

constexpr int first_nameless = 36;

Runs what_runs_really(Dice& dice, Kind kind) {
    constexpr std::array containers{Runs::ended,       Runs::ended,   Runs::terminated,     Runs::killed,
                                    Runs::paused,      Runs::looping, Runs::just_restarted, Runs::calmed,
                                    Runs::older_image, Runs::more};
    constexpr std::array services{Runs::service_updated, Runs::service_scaled, Runs::relabelled};
    return kind == Kind::swarm ? dice.pick(services) : dice.pick(containers);
}

Rest what_rests(Dice& dice) {
    constexpr std::array rests{Rest::as_meant, Rest::ended, Rest::ended, Rest::failed, Rest::running, Rest::removed};
    return dice.pick(rests);
}

// A third service for a stack, and for whatever declares it as it is.
void add_extra(Dice& dice, World& world, Stack& stack) {
    if (stack.kind != Kind::standalone || stack.content.broken || !dice.one_in(3)) return;
    const auto extra = static_cast<Extra>(1 + dice.below(static_cast<int>(Extra::spare)));
    stack.content.extra = extra;
    stack.profile = extra == Extra::profiled ? dice.one_in(2) : dice.one_in(12);
    if (!dice.one_in(3)) stack.rest = what_rests(dice);
    for (Declared& declared : world.declared) {
        if (declared.branch || declared.name != stack.name) continue;
        declared.profile = stack.profile != dice.one_in(14);
        const bool as_deployed = declared.content.git || !dice.one_in(10);
        if (as_deployed) declared.content.extra = extra;
    }
}

void add_runtime(Dice& dice, World& world) {
    for (Stack& stack : world.start.stacks) {
        add_extra(dice, world, stack);
        const bool runs = stack.kind != Kind::kubernetes && stack.status == Status::active && !stack.content.broken;
        if (runs && stack.runs == Runs::as_file && dice.one_in(3)) stack.runs = what_runs_really(dice, stack.kind);
    }
    for (std::vector<Step>* steps : {&world.steps, &world.meanwhile}) {
        for (Step& step : *steps) {
            const Stack* stack = find_stack(world.start, step.target);
            if (step.kind != StepKind::disturb || stack == nullptr || stack->kind == Kind::kubernetes) continue;
            if (dice.one_in(2)) step.value = static_cast<int>(what_runs_really(dice, stack->kind));
            if (stack->content.extra == Extra::none || !dice.one_in(2)) continue;
            step.kind = StepKind::disturb_rest;
            step.value = static_cast<int>(what_rests(dice));
        }
    }
    for (Place& place : world.start.places) place.untagged = dice.one_in(24);
    if (world.remembers && dice.one_in(30)) {
        world.steps.push_back({.kind = StepKind::untag_place, .target = dice.pick(world.start.places).id});
    }
}

// Git stacks in users' hands, shared and their own, in every generation.
void add_git(Dice& dice, World& world) {
    world.start.hides_git = world.version == "2.43.0" && !dice.one_in(5);
    world.branch.state.hides_git = world.start.hides_git;
    for (Stack& stack : world.start.stacks) {
        const bool may = stack.kind != Kind::kubernetes && !stack.content.broken && !stack.content.git;
        if (!may || !dice.one_in(6)) continue;
        stack.content.git = true;
        for (Declared& declared : world.declared) {
            if (!declared.branch && declared.name == stack.name) declared.content.git = !dice.one_in(8);
        }
    }
    for (Declared& declared : world.declared) declared.git_any = declared.content.git && dice.one_in(3);
}

void add_states(Dice& dice, World& world) {
    for (Declared& declared : world.declared) {
        if (dice.one_in(8)) declared.state = 3;
        if (declared.kind == Kind::kubernetes && declared.state == 2) declared.state = 0; // it has no stop
    }
}

// The remembered record is deleted and made anew, hidden, stopped or not; then its environment may go, too.
void add_recreation(Dice& dice, World& world) {
    if (!world.remembers || world.start.stacks.empty() || !dice.one_in(10)) return;
    const Stack stack = dice.pick(world.start.stacks);
    if (has_twin(world, stack)) return;
    world.steps.push_back({.kind = StepKind::recreate_stack, .target = stack.id, .value = dice.below(2)});
    if (dice.one_in(2)) world.steps.push_back({.kind = StepKind::remove_place, .target = stack.place});
}

const Place* a_cluster(const World& world) {
    const auto found = std::ranges::find(world.start.places, Kind::kubernetes, &Place::kind);
    return found == world.start.places.end() ? nullptr : &*found;
}

// A Kubernetes record without a name, as Portainer's documentation shows one: tied to by its id, or meant by a name
// that it does not have.
void add_nameless(Dice& dice, World& world) {
    const Place* cluster = a_cluster(world);
    if (cluster == nullptr || !dice.one_in(2)) return;
    constexpr std::array spaces{"", "apps"};
    Stack stack = a_stack(dice, world, first_nameless, "");
    stack.place = cluster->id;
    stack.kind = Kind::kubernetes;
    stack.sharing = Sharing::none;
    stack.status = Status::active;
    stack.runs = Runs::as_file;
    stack.content.git = stack.content.broken = stack.git_ahead = false;
    stack.space = dice.pick(spaces);
    Declared declared = a_declaration(dice, stack, world.start);
    declared.name = "without-a-name";
    declared.place = cluster->id;
    declared.space = stack.space;
    declared.kind = Kind::kubernetes;
    declared.content.git = false;
    if (declared.state == 2) declared.state = 0; // Kubernetes has no stop
    declared.access = -1;
    declared.runtime = dice.one_in(4);
    if (dice.one_in(3)) {
        if (dice.one_in(3)) declared.space = "elsewhere";
    } else {
        declared.tied = stack.id;
        if (dice.one_in(2)) declared.tied_created = stack.created + (dice.one_in(6) ? 60 : 0);
    }
    world.start.stacks.push_back(stack);
    world.declared.push_back(declared);
    if (world.remembers && dice.one_in(4)) world.steps.push_back({.kind = StepKind::remove_stack, .target = stack.id});
}

// A manifest that is tied to a record keeps meaning it, whatever it is called.
void add_ties(Dice& dice, World& world) {
    for (Declared& declared : world.declared) {
        if (declared.branch || declared.by_tag || declared.content.git || declared.tied != 0 || !dice.one_in(14))
            continue;
        const auto stack = std::ranges::find(world.start.stacks, declared.name, &Stack::name);
        const auto same = std::ranges::count(world.start.stacks, declared.name, &Stack::name);
        if (stack == world.start.stacks.end() || same != 1 || stack->content.git) continue;
        declared.tied = stack->id;
        declared.place = stack->place;
        if (dice.one_in(2)) declared.tied_created = stack->created;
    }
}

} // namespace

void add_reality(Dice& dice, World& world) {
    add_git(dice, world);
    add_runtime(dice, world);
    add_states(dice, world);
    add_recreation(dice, world);
    add_nameless(dice, world);
    add_ties(dice, world);
    const auto is_cluster = [](const Declared& one) { return one.kind == Kind::kubernetes; };
    if (std::ranges::any_of(world.declared, is_cluster)) world.detours.manifests = false;
}

} // namespace mooring::walks
