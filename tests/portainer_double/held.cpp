#include "portainer_double/held.hpp"

#include "portainer_double/deploy.hpp"
#include "portainer_double/host.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace portainer_double {
namespace {

using Records = std::map<Id, Stack>;

std::string key_of(const Stack& stack) { return std::to_string(stack.environment) + "_" + stack.name; }

bool differs(const World& world, const Stack& one, const Stack& other) {
    return one.file != other.file || render_stack(world, one, nullptr) != render_stack(world, other, nullptr);
}

std::set<Id> changed(const World& world, const Records& before) {
    std::set<Id> ids;
    for (const auto& [id, stack] : world.stacks) {
        const auto at = before.find(id);
        if (at == before.end() || differs(world, stack, at->second)) ids.insert(id);
    }
    for (const auto& [id, stack] : before) {
        if (!world.stacks.contains(id)) ids.insert(id);
    }
    return ids;
}

void take_containers(World& world, const Stack& stack, HeldWrite& held) {
    const Environment* environment = world.find_environment(stack.environment);
    if (environment == nullptr) return;
    Host& host = world.deployment_host(*environment, stack.type);
    const auto ours = [&](const Container& c) { return belongs_to(c, project_name(stack)); };
    held.host = host.url;
    std::ranges::copy_if(host.containers, std::back_inserter(held.containers), ours);
    std::erase_if(host.containers, ours);
}

HeldWrite hold(World& world, Id id, const Records& before, bool takes_down) {
    HeldWrite held{.stack = id, .record = {}, .control = {}, .host = {}, .containers = {}};
    const auto old = before.find(id);
    if (Stack* now = world.find_stack(id); now != nullptr) {
        if (takes_down) take_containers(world, *now, held);
        held.record = *now;
        if (const ResourceControl* control = world.control_of(*now); control != nullptr) held.control = *control;
    }
    if (old != before.end()) { // a delete's access control goes with the record; an update leaves it alone
        world.stacks[id] = old->second;
        return held;
    }
    world.controls.erase(key_of(*held.record));
    if (world.rules().generation == Generation::store_then_deploy) {
        world.stacks[id].created_by.clear();
    } else {
        world.stacks.erase(id);
    }
    return held;
}

void release(World& world, HeldWrite& held) {
    if (!held.record) return world.remove_stack(held.stack);
    world.stacks[held.stack] = *held.record;
    if (held.control) world.controls[held.control->resource_id] = *held.control;
    if (held.containers.empty()) return;
    Host& host = world.host(held.host);
    std::ranges::move(held.containers, std::back_inserter(host.containers));
}

// A background deployment has its own way to end; only no reading ends it.
void wait_for_settle(World& world, Id stack) {
    for (PendingDeployment& job : world.pending) {
        if (job.stack == stack) job.reads_left = std::numeric_limits<int>::max();
    }
}

} // namespace

Answer answer_and_hold(World& world, const Request& request, bool takes_down) {
    const Records before = world.stacks;
    const auto controls = world.controls;
    const auto policy = std::exchange(world.settle.when, Settle::When::manually);
    Answer answer = answer_api(world, request);
    world.settle.when = policy;
    for (const Id id : changed(world, before)) {
        const Stack* now = world.find_stack(id);
        if (now != nullptr && now->status == deploying) {
            wait_for_settle(world, id);
            continue;
        }
        world.held.push_back(hold(world, id, before, takes_down));
        if (now == nullptr) { // a delete: still there, with its access control
            const auto control = controls.find(key_of(before.at(id)));
            if (control != controls.end()) world.controls.insert(*control);
        }
    }
    return answer;
}

void release_held(World& world, Id stack) {
    std::vector<HeldWrite> ended;
    std::erase_if(world.held, [&](const HeldWrite& held) {
        const bool chosen = stack == 0 || held.stack == stack;
        if (chosen) ended.push_back(held);
        return chosen;
    });
    for (HeldWrite& held : ended) release(world, held);
}

} // namespace portainer_double
