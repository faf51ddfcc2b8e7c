// Start and stop (portainer-api.md §3.6).
#include "portainer_double/deploy.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/names.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/write_access.hpp"

#include <array>

namespace portainer_double {
namespace {

bool deploys_behind(const Call& call) { return call.world.rules().generation == Generation::background; }

Answer management_disabled() { return problem(403, "stack management is disabled for non-admin users"); }

// The newest server looks at the record's state before anything else, and says why it failed.
std::optional<Answer> refuse_state(const Call& call, const Stack& stack) {
    if (!deploys_behind(call)) return std::nullopt;
    constexpr std::string_view message = "Unable to start stack";
    if (stack.status == active) return problem(409, message, "Stack is already active");
    if (stack.status == deploying) return problem(409, message, "Stack deployment is already in progress");
    if (stack.status != failed) return std::nullopt;
    const bool told = !stack.deployments.empty() && stack.deployments.back().status == failed &&
                      !stack.deployments.back().message.empty();
    return problem(409, message, told ? capitalised(stack.deployments.back().message) : "Stack is in error state");
}

// Swarm is asked whether it is one before anything is deployed.
std::optional<std::string> start(World& world, const Stack& stack) {
    if (stack.type == swarm_stack) {
        if (auto error = swarm_refusal(world, stack)) return error;
    }
    return deploy(world, stack, {.is_update = true, .by_administrator = true});
}

std::optional<Answer> refuse_start(const Call& call, const Stack& stack, Id id) {
    if (auto refused = refuse_environment(call, id, start_words)) return refused;
    const Environment& environment = *call.world.find_environment(id);
    if (!stack_management_allowed(call.caller, environment)) return management_disabled();
    if (auto unknown = refuse_asking_host(call.world, environment, stack)) return unknown;
    if (name_taken(call.world, environment, stack))
        return problem(409, "A stack with the name '" + stack.name + "' is already running");
    if (auto refused = refuse_resource(call, stack, stack.environment)) return refused;
    if (stack.status == active) return problem(400, "Stack is already active");
    return std::nullopt;
}

Answer start_stack(Call& call) {
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (stack.type == kubernetes_stack) return problem(400, "Starting a kubernetes stack is not supported");
    if (auto refused = refuse_state(call, stack)) return *refused;
    const auto id = query_id(call, "endpointId");
    if (!id) return id.error();
    if (auto refused = refuse_start(call, stack, *id)) return *refused;
    if (stack.auto_update && !stack.auto_update->interval.empty()) arm(call.world, *stack.auto_update);
    if (const auto error = start(call.world, stack)) {
        if (deploys_behind(call)) {
            stack.status = failed;
            stack.deployments.push_back({.status = failed, .time = call.world.now(), .message = *error});
        }
        return problem(500, "Unable to start stack", capitalised(*error));
    }
    stack.status = active;
    if (deploys_behind(call)) stack.deployments = {{.status = active, .time = call.world.now(), .message = {}}};
    return written(call, stack);
}

Answer stop_failed(const Call& call, Stack& stack, const std::string& why) {
    if (deploys_behind(call)) {
        stack.status = failed;
        stack.deployments.push_back({.status = failed, .time = call.world.now(), .message = why});
    }
    return problem(500, "Unable to stop stack", why);
}

Answer stop_stack(Call& call) {
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (stack.type == kubernetes_stack) return problem(400, "Stopping a kubernetes stack is not supported");
    const auto id = query_id(call, "endpointId");
    if (!id) return id.error();
    if (auto refused = refuse_environment(call, *id, stop_words)) return *refused;
    if (auto refused = refuse_resource(call, stack, stack.environment)) return *refused;
    if (!stack_management_allowed(call.caller, *call.world.find_environment(*id))) return management_disabled();
    if (stack.status == inactive) return problem(400, "Stack is already inactive");
    if (deploys_behind(call) && stack.status == deploying) return problem(409, "Stack deployment is in progress");
    if (const auto error = undeploy(call.world, stack)) return stop_failed(call, stack, *error);
    if (stack.auto_update) stack.auto_update->job_id.clear();
    stack.status = inactive;
    if (deploys_behind(call))
        stack.deployments.push_back({.status = inactive, .time = call.world.now(), .message = {}});
    return written(call, stack);
}

constexpr std::array stacks_state_table{
    Route{"POST", "/api/stacks/{}/start", Auth::user, start_stack},
    Route{"POST", "/api/stacks/{}/stop", Auth::user, stop_stack},
};

} // namespace

std::span<const Route> stack_state_routes() { return stacks_state_table; }

} // namespace portainer_double
