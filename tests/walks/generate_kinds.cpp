// Kinds that came after the others, drawn after them, so that the rest of a seed's world stays what it was.
#include "walks/dice.hpp"

#include <algorithm>
#include <array>

namespace mooring::walks {
namespace {

constexpr int first_of_two = 37;

// Every manifest of the main server that names this record.
template <typename Change>
void change_declared(World& world, const Stack& stack, const Change& change) {
    for (Declared& declared : world.declared) {
        if (!declared.branch && declared.name == stack.name) change(declared);
    }
}

bool may_come_from_git(const Stack& stack) {
    return stack.kind != Kind::kubernetes && !stack.content.broken && !stack.content.git && !stack.content.alone;
}

// Of a user, shared and his own, in every generation: the newest server hides where they come from.
void add_shared_git(Dice& dice, World& world) {
    const bool hides = world.start.hides_git && !world.start.administrator;
    if (!dice.one_in(hides ? 2 : 8)) return;
    constexpr std::array sharings{Sharing::reader, Sharing::reader, Sharing::team, Sharing::everyone};
    std::vector<Stack>& stacks = world.start.stacks;
    const auto fits = [&](const Stack& stack) { return may_come_from_git(stack) && !has_twin(world, stack); };
    const auto found = std::ranges::find_if(stacks, fits);
    const auto is_tied = [&](const Declared& one) { return found != stacks.end() && one.tied == found->id; };
    if (found == stacks.end() || std::ranges::any_of(world.declared, is_tied)) return;
    found->content.git = true;
    found->sharing = dice.pick(sharings);
    if (found->sharing == Sharing::team) world.start.in_team = true;
    const bool any = dice.one_in(2);
    change_declared(world, *found, [&](Declared& declared) {
        declared.content.git = !dice.one_in(8);
        declared.content.extra = found->content.extra; // a manifest says what its jobs are
        declared.git_any = declared.content.git && any;
    });
}

Polling a_polling(Dice& dice, const World& world, const Stack& stack) {
    constexpr std::array kinds{Polling::armed, Polling::armed, Polling::webhook,
                               Polling::dead,  Polling::dead,  Polling::never_armed};
    const Polling polling = dice.pick(kinds);
    if (stack.status != Status::active && polling != Polling::webhook) return Polling::armed; // it has no job
    const bool may_fail = world.version != "2.43.0" && !is_touched(world, stack.id) && !has_twin(world, stack);
    return polling == Polling::never_armed && !may_fail ? Polling::dead : polling;
}

void add_polling(Dice& dice, World& world) {
    for (Stack& stack : world.start.stacks) {
        if (!stack.content.git || !dice.one_in(3)) continue;
        stack.polling = a_polling(dice, world, stack);
        if (stack.polling == Polling::dead && stack.updated == 0) stack.updated = stack.created + 3600;
        if (stack.polling == Polling::never_armed) {
            stack.sharing = Sharing::none;
            stack.updated = 0;
            stack.runs = Runs::nothing;
        }
        const bool declared_too = dice.one_in(2) != dice.one_in(8);
        change_declared(world, stack, [&](Declared& declared) {
            declared.polls = declared_too && declared.content.git;
            if (stack.polling == Polling::never_armed) declared.runtime = declared.runtime && dice.one_in(2);
        });
        const bool stopped = stack.status == Status::inactive && world.remembers;
        if (stopped && dice.one_in(2)) {
            world.steps.push_back({.kind = StepKind::start_by_webhook, .target = stack.id});
        }
    }
}

// A backup of a database, a migration: their file has nothing that is meant to stay.
void add_jobs_alone(Dice& dice, World& world) {
    constexpr std::array jobs{Extra::declared_job, Extra::marked_job, Extra::mode_job};
    constexpr std::array rests{Rest::as_meant, Rest::ended, Rest::failed, Rest::running, Rest::removed, Rest::removed};
    if (!dice.one_in(10) || world.start.stacks.empty()) return;
    Stack& stack =
        world.start.stacks[static_cast<std::size_t>(dice.below(static_cast<int>(world.start.stacks.size())))];
    const auto is_of_web = [&](const Step& step) {
        return step.target == stack.id && (step.kind == StepKind::disturb || step.kind == StepKind::take_name);
    };
    const bool fits = stack.kind == Kind::standalone && may_come_from_git(stack) && !has_twin(world, stack) &&
                      std::ranges::none_of(world.steps, is_of_web) && std::ranges::none_of(world.meanwhile, is_of_web);
    if (!fits) return;
    stack.content.alone = true;
    stack.content.extra = dice.pick(jobs);
    stack.profile = false;
    stack.runs = dice.one_in(10) && stack.status == Status::active ? Runs::nothing : Runs::as_file;
    stack.rest = dice.pick(rests);
    change_declared(world, stack, [&](Declared& declared) {
        declared.content.alone = true;
        declared.content.extra = stack.content.extra;
        declared.content.git = declared.git_any = declared.polls = declared.profile = false;
    });
    if (world.remembers && dice.one_in(2)) {
        const auto rest = static_cast<int>(Rest::removed);
        world.steps.push_back({.kind = StepKind::disturb_rest, .target = stack.id, .value = rest});
    }
}

void add_readded_place(Dice& dice, World& world) {
    if (!world.remembers || !dice.one_in(20)) return;
    world.steps.push_back({.kind = StepKind::readd_place, .target = dice.pick(world.start.places).id});
}

// One name in two namespaces of one cluster: what is said of one is not said of the other.
void add_two_namespaces(Dice& dice, World& world) {
    constexpr std::array spaces{"apps", "ops"};
    const auto cluster = std::ranges::find(world.start.places, Kind::kubernetes, &Place::kind);
    if (cluster == world.start.places.end() || !dice.one_in(4)) return;
    const int first = first_of_two;
    for (int i = 0; i < 2; ++i) {
        Stack stack{.id = first + i, .name = "web", .place = cluster->id, .kind = Kind::kubernetes};
        stack.space = spaces.at(static_cast<std::size_t>(i));
        stack.content.image = i;
        stack.sharing = Sharing::none;
        stack.created = world.start.clock - std::int64_t{86400} * (1 + i);
        Declared declared = a_declaration(dice, stack, world.start);
        declared.content.git = declared.polls = false;
        declared.access = -1;
        declared.runtime = dice.one_in(6);
        if (declared.state == 2) declared.state = 0; // it has no stop
        declared.space = stack.space;
        world.declared.push_back(declared);
        if (!dice.one_in(4)) world.start.stacks.push_back(stack);
    }
    world.detours.manifests = false;
    if (!world.remembers || !dice.one_in(2)) return;
    if (dice.one_in(2)) { // an agent has seen one of them missing, and the other goes now
        std::erase_if(world.start.stacks, [](const Stack& stack) { return stack.id == first_of_two; });
        world.start.administrator = world.agent = true;
        world.steps.push_back({.kind = StepKind::remove_stack, .target = first_of_two + 1});
        return;
    }
    world.steps.push_back({.kind = StepKind::remove_stack, .target = first + dice.below(2)});
}

} // namespace

void add_kinds(Dice& dice, World& world) {
    add_shared_git(dice, world);
    add_polling(dice, world);
    add_jobs_alone(dice, world);
    add_readded_place(dice, world);
    add_two_namespaces(dice, world);
    world.agent = dice.one_in(8) || world.agent;
    world.detours.writers = world.remembers && dice.one_in(16);
}

} // namespace mooring::walks
