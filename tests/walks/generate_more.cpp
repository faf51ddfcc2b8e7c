// What most worlds do not have, drawn after everything else, so that the rest of a seed's world stays what it was.
#include "walks/dice.hpp"

#include <algorithm>
#include <array>

namespace mooring::walks {
namespace {

constexpr int first_twin = 31;
constexpr std::array scope_words{"shop", "b*", "blog", "billing", "*"};

// A second record of one name in one environment: of another type on a swarm, or simply once more.
void add_twin(Dice& dice, World& world) {
    if (!dice.one_in(8)) return;
    const Stack stack = dice.pick(world.start.stacks);
    if (stack.kind == Kind::kubernetes || is_touched(world, stack.id)) return;
    Stack twin = stack;
    twin.id = first_twin;
    twin.created += 60;
    twin.status = Status::inactive; // two that run would quarrel about their containers' names
    twin.runs = Runs::as_file;
    twin.git_ahead = false;
    const Place* place = find_place(world.start, stack.place);
    const bool two_types = place != nullptr && place->kind == Kind::swarm && dice.one_in(2);
    if (two_types) twin.kind = stack.kind == Kind::swarm ? Kind::standalone : Kind::swarm;
    world.start.stacks.push_back(twin);
}

// Older versions let two environments bear one name.
void add_namesake(Dice& dice, World& world) {
    std::vector<Place>& places = world.start.places;
    if (places.size() < 2 || !dice.one_in(10)) return;
    for (Declared& declared : world.declared) {
        if (declared.called == places[1].name) declared.called = places[0].name;
    }
    places[1].name = places[0].name;
}

void add_tags(Dice& dice, World& world) {
    if (!dice.one_in(6)) return;
    for (Place& place : world.start.places) place.tagged = dice.one_in(2);
    for (Declared& declared : world.declared) declared.by_tag = dice.one_in(3);
}

void add_words(Dice& dice, World& world) {
    constexpr std::array teams{"", "web", "db"};
    for (Declared& declared : world.declared) {
        declared.team = dice.pick(teams);
        if (dice.one_in(14)) declared.suspended = dice.one_in(3) ? Suspended::ended : Suspended::yes;
    }
    if (dice.one_in(3)) world.scope.called = world.start.places.front().name;
    if (dice.one_in(4)) world.scope.names = dice.pick(scope_words);
    if (dice.one_in(4)) world.scope.except = dice.pick(scope_words);
}

void add_waivers(Dice& dice, World& world) {
    constexpr std::array paths{"*", "*", "*", "record:*", "content:*", "runtime:*", "missing", "extra"};
    constexpr std::array forces{Force::now, Force::now, Force::now, Force::expired, Force::later};
    constexpr std::array servers{"*", "*", "main", "branch"};
    if (!dice.one_in(3)) return;
    for (int i = dice.below(3); i >= 0; --i) {
        Accepted waiver;
        waiver.server = dice.pick(servers);
        if (dice.one_in(8)) waiver.environment = "nowhere";
        waiver.stack = dice.one_in(8) ? "nothing" : dice.pick(scope_words);
        waiver.path = dice.pick(paths);
        waiver.force = dice.pick(forces);
        world.waivers.push_back(waiver);
    }
}

void add_only(Dice& dice, World& world) {
    constexpr std::array kinds{"name", "environment", "label"};
    constexpr std::array places{"production", "staging", "p*", "lab"};
    constexpr std::array teams{"web", "d*"};
    if (!dice.one_in(6)) return;
    for (int i = dice.below(2); i >= 0; --i) {
        Chosen chosen{.kind = dice.pick(kinds), .glob = {}};
        chosen.glob = chosen.kind == "name" ? dice.pick(scope_words) : dice.pick(teams);
        if (chosen.kind == "environment") chosen.glob = dice.pick(places);
        world.only.push_back(chosen);
    }
}

void add_branch(Dice& dice, World& world) {
    constexpr std::array conditions{Condition::fine, Condition::fine, Condition::slow, Condition::down,
                                    Condition::refusing};
    constexpr std::array names{"shop", "till"};
    if (!dice.one_in(6)) return;
    world.branch.configured = true;
    world.branch.condition = dice.pick(conditions);
    World there{.version = world.version, .start = {}};
    there.start.clock = world.start.clock;
    there.start.administrator = dice.one_in(2);
    there.start.places.push_back(a_place(dice, 1, "production"));
    for (int i = 0; i <= dice.below(2); ++i) {
        const Stack stack = a_stack(dice, there, 11 + i, names.at(static_cast<std::size_t>(i)));
        there.start.stacks.push_back(stack);
        world.declared.push_back(a_declaration(dice, stack, there.start));
        world.declared.back().branch = true;
    }
    world.branch.state = there.start;
}

void add_detours(Dice& dice, World& world) {
    const bool kubernetes =
        std::ranges::any_of(world.declared, [](const Declared& one) { return one.kind == Kind::kubernetes; });
    world.detours.ledger = world.remembers && dice.one_in(10);
    world.detours.manifests = !world.declared.empty() && !kubernetes && dice.one_in(8);
    world.detours.snapshot = world.calm() && dice.one_in(6);
}

} // namespace

bool has_twin(const World& world, const Stack& stack) {
    return std::ranges::count(world.start.stacks, stack.name, &Stack::name) > 1;
}

bool is_touched(const World& world, int stack) {
    const auto hits = [stack](const Step& step) {
        return step.target == stack && (step.kind < StepKind::close_place || step.kind == StepKind::take_name);
    };
    return std::ranges::any_of(world.steps, hits) || std::ranges::any_of(world.meanwhile, hits);
}

void add_variety(Dice& dice, World& world) {
    add_twin(dice, world);
    add_namesake(dice, world);
    add_tags(dice, world);
    add_branch(dice, world);
    add_words(dice, world);
    add_waivers(dice, world);
    add_only(dice, world);
    add_detours(dice, world);
}

} // namespace mooring::walks
