#include "walks/generate.hpp"

#include "walks/dice.hpp"

#include <algorithm>
#include <array>

namespace mooring::walks {
namespace {

constexpr std::int64_t start_of_time = 1795500000; // 2026-11-24

Sharing any_sharing(Dice& dice) {
    constexpr std::array sharings{Sharing::reader,   Sharing::reader,         Sharing::reader,
                                  Sharing::everyone, Sharing::team,           Sharing::team,
                                  Sharing::others,   Sharing::administrators, Sharing::none};
    return dice.pick(sharings);
}

} // namespace

Place a_place(Dice& dice, int id, const char* name) {
    constexpr std::array kinds{Kind::standalone, Kind::standalone, Kind::standalone, Kind::swarm, Kind::kubernetes};
    constexpr std::array open{Sharing::reader, Sharing::reader, Sharing::reader,
                              Sharing::reader, Sharing::team,   Sharing::others};
    return {.id = id,
            .name = name,
            .kind = dice.pick(kinds),
            .open_to = dice.pick(open),
            .management = !dice.one_in(10),
            .reachable = !dice.one_in(14)};
}

namespace {

Status a_status(Dice& dice, const std::string& version) {
    constexpr std::array rare{Status::inactive, Status::inactive, Status::unknown};
    constexpr std::array new_ones{Status::deploying, Status::stuck, Status::failed, Status::inactive};
    if (!dice.one_in(5)) return Status::active;
    return version == "2.43.0" ? dice.pick(new_ones) : dice.pick(rare);
}

Runs what_runs(Dice& dice, Kind kind) {
    constexpr std::array containers{Runs::exited, Runs::removed, Runs::foreign, Runs::other_image, Runs::nothing};
    constexpr std::array services{Runs::other_image, Runs::nothing};
    if (kind == Kind::kubernetes) return Runs::as_file;
    return kind == Kind::swarm ? dice.pick(services) : dice.pick(containers);
}

Kind kind_in(Dice& dice, const Place& place) {
    return place.kind == Kind::swarm && dice.one_in(3) ? Kind::standalone : place.kind;
}

} // namespace

Stack a_stack(Dice& dice, const World& world, int id, const char* name) {
    Stack stack{.id = id, .name = name};
    const Place place = dice.pick(world.start.places);
    stack.place = place.id;
    stack.kind = kind_in(dice, place);
    if (dice.one_in(24)) stack.place = no_place;
    stack.sharing = stack.kind == Kind::kubernetes ? Sharing::none : any_sharing(dice);
    stack.status = stack.kind == Kind::kubernetes ? Status::active : a_status(dice, world.version);
    if (stack.status == Status::active && dice.one_in(5)) stack.runs = what_runs(dice, stack.kind);
    stack.content.git = stack.kind != Kind::kubernetes && dice.one_in(8);
    stack.content.broken = !stack.content.git && stack.kind != Kind::kubernetes && dice.one_in(20);
    if (stack.content.broken) stack.runs = Runs::as_file;
    stack.git_ahead = stack.content.git && world.version == "2.43.0" && dice.one_in(4);
    stack.content.respelt = dice.one_in(4);
    stack.env_extra = dice.one_in(20);
    stack.file_lost = dice.one_in(30);
    stack.created = world.start.clock - std::int64_t{86400} * (1 + dice.below(60));
    if (dice.one_in(2)) stack.updated = stack.created + 3600;
    if (dice.one_in(6)) stack.updated = world.start.clock; // in the very second of the first run
    return stack;
}

Declared a_declaration(Dice& dice, const Stack& stack, const State& state) {
    Declared declared{.name = stack.name, .kind = stack.kind, .content = stack.content};
    const Place* place = find_place(state, stack.place);
    declared.called = place != nullptr ? place->name : "production";
    if (place == nullptr || dice.one_in(2)) declared.place = stack.place;
    declared.content.broken = false;
    if (dice.one_in(8)) ++declared.content.image;
    if (dice.one_in(10)) ++declared.content.password;
    if (stack.kind == Kind::kubernetes ? dice.one_in(4) : dice.one_in(3)) {
        declared.content.respelt = !declared.content.respelt;
    }
    if (stack.kind != Kind::kubernetes && dice.one_in(16)) declared.content.git = !declared.content.git;
    if (stack.kind == Kind::swarm && dice.one_in(12)) declared.kind = Kind::standalone;
    if (dice.one_in(2)) declared.env = stack.env + (dice.one_in(5) ? 1 : 0);
    if (dice.one_in(4)) declared.access = static_cast<int>(dice.one_in(4) ? any_sharing(dice) : stack.sharing);
    declared.runtime = !dice.one_in(stack.kind == Kind::kubernetes ? 2 : 8);
    const bool stopped = stack.status == Status::inactive;
    if (dice.one_in(2)) declared.state = stopped != dice.one_in(8) ? 2 : 1;
    return declared;
}

namespace {

// A place that can hold what `stack` is, other than its own where there is one.
int another_place(const Stack& stack, const State& state) {
    for (const Place& place : state.places) {
        const bool fits = place.kind == stack.kind || (place.kind == Kind::swarm && stack.kind == Kind::standalone);
        if (fits && place.id != stack.place) return place.id;
    }
    return stack.place;
}

Step a_step_of_a_stack(Dice& dice, const World& world, const Stack& stack, StepKind kind) {
    Step step{.kind = kind, .target = stack.id};
    switch (kind) {
    case StepKind::recreate_stack:
        step.value = dice.below(2);
        break;
    case StepKind::share_stack:
        step.value = static_cast<int>(any_sharing(dice));
        if (stack.kind == Kind::kubernetes) step.kind = StepKind::remove_stack;
        break;
    case StepKind::move_stack:
        step.value = another_place(stack, world.start);
        break;
    case StepKind::disturb:
        step.value = static_cast<int>(what_runs(dice, stack.kind));
        if (stack.content.broken) step.kind = StepKind::lose_file;
        break;
    case StepKind::stop_stack:
        if (stack.kind == Kind::kubernetes) step.kind = StepKind::remove_stack;
        break;
    case StepKind::set_status:
        step.value = static_cast<int>(a_status(dice, world.version));
        if (stack.kind == Kind::kubernetes) step.kind = StepKind::respell;
        break;
    case StepKind::take_name:
        if (stack.kind != Kind::standalone) step.kind = StepKind::remove_stack;
        break;
    default:
        break;
    }
    return step;
}

Step a_step(Dice& dice, const World& world) {
    constexpr int removals = 3; // what the walks are about happens more often
    const int kinds = static_cast<int>(StepKind::take_name) + 1;
    const int drawn = dice.below(kinds + removals);
    const StepKind kind = drawn < kinds ? static_cast<StepKind>(drawn) : StepKind::remove_stack;
    Step step{.kind = kind};
    const bool of_place = kind >= StepKind::close_place && kind <= StepKind::cut_off_place;
    const bool of_stack = kind < StepKind::close_place || kind == StepKind::take_name;
    if (of_place) step.target = dice.pick(world.start.places).id;
    if (of_stack && world.start.stacks.empty()) return {.kind = StepKind::demote};
    if (of_stack) step = a_step_of_a_stack(dice, world, dice.pick(world.start.stacks), kind);
    if (kind == StepKind::withdraw_token && !dice.one_in(3)) step.kind = StepKind::leave_team;
    step.delay = dice.one_in(3) ? 0 : dice.below(world.elapsed + 1);
    return step;
}

Disturbance a_disturbance(Dice& dice) {
    constexpr std::array kinds{"drop",     "truncate", "bad_gateway",  "html",      "half_json", "twice",
                               "redirect", "throttle", "content_type", "not_found", "refused"};
    constexpr std::array<std::array<const char*, 2>, 9> paths{{{"/api/stacks", ""},
                                                               {"/api/stacks/", "/file"},
                                                               {"/api/stacks/", ""},
                                                               {"/api/endpoints", ""},
                                                               {"/api/endpoints/", "/json"},
                                                               {"/api/users/me", ""},
                                                               {"/api/endpoints/", "/docker/containers/json"},
                                                               {"/api/system/status", ""},
                                                               {"/api/", ""}}};
    const auto path = dice.pick(paths);
    Disturbance disturbance{.kind = dice.pick(kinds), .prefix = path[0], .suffix = path[1]};
    disturbance.skip = dice.below(4);
    disturbance.times = dice.one_in(2) ? -1 : 1 + dice.below(3);
    return disturbance;
}

void add_manifests(Dice& dice, World& world) {
    constexpr std::array ghosts{"ghost", "phantom"};
    for (const Stack& stack : world.start.stacks) {
        if (!dice.one_in(10)) world.declared.push_back(a_declaration(dice, stack, world.start));
    }
    for (const char* ghost : ghosts) {
        if (!dice.one_in(4)) continue;
        Stack never = a_stack(dice, world, 0, ghost);
        world.declared.push_back(a_declaration(dice, never, world.start));
    }
}

void add_events(Dice& dice, World& world) {
    constexpr std::array times{5, 61, 600, 4000};
    world.remembers = !dice.one_in(4);
    world.first_by_administrator = world.remembers && dice.one_in(3);
    world.keyed = !dice.one_in(4);
    world.scope.declared = dice.one_in(4);
    world.elapsed = dice.pick(times);
    const int steps = world.remembers ? dice.below(4) : 0;
    for (int i = 0; i < steps; ++i) world.steps.push_back(a_step(dice, world));
    if (dice.one_in(5)) {
        world.meanwhile.push_back(a_step(dice, world));
        // Restoring a backup restarts the server, which ends every run.
        if (world.meanwhile.front().kind == StepKind::restore_backup) {
            world.meanwhile.front().kind = StepKind::remove_stack;
        }
        world.meanwhile_at = 1 + dice.below(16);
    }
    if (dice.one_in(6)) world.faults.push_back(a_disturbance(dice));
    if (!world.faults.empty() && dice.one_in(3)) world.faults.push_back(a_disturbance(dice));
    if (world.remembers && dice.one_in(20)) world.first_faults.push_back(a_disturbance(dice));
}

} // namespace

World generate(std::uint64_t seed) {
    constexpr std::array versions{"2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"};
    constexpr std::array place_names{"production", "staging", "lab"};
    constexpr std::array stack_names{"shop", "blog", "billing", "audit"};
    Dice dice(seed * 0x9e3779b97f4a7c15ULL + 1);
    World world{.seed = seed, .version = dice.pick(versions)};
    world.start.clock = start_of_time;
    world.start.administrator = dice.one_in(3);
    world.start.in_team = dice.one_in(2);
    const int places = 1 + dice.below(3);
    for (int i = 0; i < places; ++i) {
        world.start.places.push_back(a_place(dice, i + 1, place_names.at(static_cast<std::size_t>(i))));
    }
    const int stacks = 1 + dice.below(4);
    for (int i = 0; i < stacks; ++i) {
        const char* name = stack_names.at(static_cast<std::size_t>(i));
        world.start.stacks.push_back(a_stack(dice, world, 11 + i, name));
    }
    add_manifests(dice, world);
    add_events(dice, world);
    add_variety(dice, world);
    add_reality(dice, world);
    add_kinds(dice, world);
    for (Place& place : world.start.places) place.closed = place.kind == Kind::kubernetes && dice.one_in(3);
    for (Stack& stack : world.start.stacks) {
        if (stack.kind == Kind::kubernetes && dice.one_in(2)) stack.hand = static_cast<Hand>(1 + dice.below(6));
    }
    add_objects(dice, world);
    return world;
}

} // namespace mooring::walks
