// PUT and DELETE of stacks (portainer-api.md §3.4, §3.6).
#include "portainer_double/body.hpp"
#include "portainer_double/deploy.hpp"
#include "portainer_double/kube_deploy.hpp"
#include "portainer_double/kube_stacks.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/update.hpp"
#include "portainer_double/write_access.hpp"

#include <array>

namespace portainer_double {
namespace {

// The record as it will be; git settings are given up by a plain update.
Stack updated(const Call& call, const Stack& stack, const Body& body, Id environment) {
    Stack next = stack;
    next.environment = environment;
    next.name = normalise_name(stack.name);
    next.file = body.text("StackFileContent");
    next.file_lost = false;
    next.git_settings_ahead = false;
    next.env = body.env("Env");
    next.updated = call.world.now();
    next.updated_by = call.caller.name;
    if (next.git) next.from_app_template = true;
    next.git.reset();
    next.auto_update.reset();
    if (call.world.rules().stores_option) next.option = StackOption{.prune = body.flag("Prune")};
    return next;
}

// The newest server looks at the query before the stack, and at a deployment under way before the environment.
std::expected<Stack*, Answer> stack_to_update(Call& call) {
    if (call.world.rules().generation != Generation::background) {
        const auto stack = routed_stack(call);
        if (!stack) return stack;
        const auto id = query_id(call, "endpointId");
        return id ? stack : std::unexpected(id.error());
    }
    if (const auto id = route_id(call, 0, "stack identifier"); !id) return std::unexpected(id.error());
    if (const auto id = query_id(call, "endpointId"); !id) return std::unexpected(id.error());
    const auto stack = routed_stack(call);
    if (stack && (*stack)->status == deploying) return std::unexpected(already_deploying());
    return stack;
}

Answer update_stack(Call& call) {
    const auto stack = stack_to_update(call);
    if (!stack) return stack.error();
    Id id = query_id(call, "endpointId").value_or(0);
    if (id == 0 && call.world.rules().generation == Generation::background) id = (*stack)->environment;
    if (auto refused = refuse_environment(call, id, edit_words)) return *refused;
    if (auto refused = refuse_resource(call, **stack, id)) return *refused;
    if (!stack_management_allowed(call.caller, *call.world.find_environment(id)))
        return problem(403, "Stack editing is disabled for non-admin users");
    if ((*stack)->type == kubernetes_stack) return update_kubernetes(call, **stack, id);
    const Payload& payload = (*stack)->type == swarm_stack ? swarm_update_payload : compose_update_payload;
    const auto body = Body::read_after_query(call.request, payload);
    if (!body) return body.error();
    if (body->text("StackFileContent").empty()) return invalid_payload("Invalid stack file content");
    const bool repulled = pulls(call.world, *body);
    const DeployRequest request{.is_update = true,
                                .by_administrator = call.caller.is_administrator(),
                                .pull = repulled,
                                .recreate = repulled && call.world.rules().stores_option,
                                .prune = body->flag("Prune")};
    return deploy_update(call, **stack, updated(call, **stack, *body, id), request);
}

// An administrator who names another environment tears down the project of that name there.
std::optional<Answer> tear_down(Call& call, const Stack& stack, Id environment) {
    Stack there = stack;
    there.environment = environment;
    if (stack.type == kubernetes_stack) {
        if (const auto error = undeploy_kubernetes(call.world, there, call.caller.id)) return problem(500, *error);
        return std::nullopt;
    }
    if (const auto error = undeploy(call.world, there)) return problem(500, *error);
    return std::nullopt;
}

// A swarm stack that has no record here (§3.6).
Answer delete_external(Call& call) {
    const std::string& name = call.parameters[0];
    const auto id = query_id(call, "endpointId");
    if (!id) return id.error();
    if (!call.caller.is_administrator()) return problem(401, "Permission denied to delete the stack", "Unauthorized");
    for (const auto& [key, other] : call.world.stacks) {
        if (other.name == name) {
            return problem(400, "A stack with this name exists inside the database. Cannot use external delete method",
                           "A tag already exists with this name");
        }
    }
    if (auto refused = refuse_environment(call, *id, delete_words)) return *refused;
    Stack external;
    external.name = normalise_name(name);
    external.type = swarm_stack;
    if (const auto error = tear_down(call, external, *id)) return problem(500, "Unable to delete stack");
    return empty_answer(204);
}

Answer delete_stack(Call& call) {
    if (call.request.parameter("external") == "true") return delete_external(call);
    const auto stack = routed_stack(call);
    if (!stack) return stack.error();
    const auto asked = optional_query_id(call, "endpointId");
    if (!asked) return asked.error();
    const Id id = *asked;
    const bool orphaned = (*stack)->environment != id;
    if (orphaned && !call.caller.is_administrator()) return problem(403, "Permission denied to remove orphaned stack");
    const Environment* environment = call.world.find_environment(id);
    if (environment == nullptr) return not_in_bucket(delete_words.no_environment, "endpoints", id);
    if (!orphaned) {
        if (auto refused = refuse_environment(call, id, delete_words)) return *refused;
        if (auto refused = refuse_resource(call, **stack, id)) return *refused;
    }
    if (!stack_management_allowed(call.caller, *environment))
        return problem(403, "stack deletion is disabled for non-admin users");
    if (auto failure = tear_down(call, **stack, id)) return *failure;
    call.world.remove_stack((*stack)->id);
    return empty_answer(204);
}

std::optional<Answer> refuse_delete_by_name(const Call& call, const Stack& stack, const Environment& environment) {
    const bool orphaned = stack.environment != environment.id;
    if (stack.type != kubernetes_stack) return problem(400, "Only Kubernetes stacks can be deleted by name");
    if (orphaned && !call.caller.is_administrator()) return problem(403, "Permission denied to remove orphaned stack");
    if (!orphaned) {
        if (auto refused = refuse_environment(call, environment.id, delete_words)) return refused;
    }
    if (stack_management_allowed(call.caller, environment)) return std::nullopt;
    return problem(403, "stack deletion is disabled for non-admin users");
}

// Kubernetes stacks go by name and namespace, all of them; none is no error.
Answer delete_by_name(Call& call) {
    const auto id = optional_query_id(call, "endpointId");
    if (!id) return id.error();
    const std::string_view kubernetes_namespace = call.request.parameter("namespace");
    if (kubernetes_namespace.empty())
        return problem(400, "Invalid query parameter: namespace", "Missing query parameter");
    const Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(delete_words.no_environment, "endpoints", *id);
    std::vector<Id> found;
    for (const auto& [key, other] : call.world.stacks) {
        if (other.name != call.parameters[0] || other.kubernetes_namespace != kubernetes_namespace) continue;
        if (auto refused = refuse_delete_by_name(call, other, *environment)) return *refused;
        found.push_back(key);
    }
    for (const Id key : found) {
        if (auto failure = tear_down(call, *call.world.find_stack(key), environment->id)) return *failure;
        call.world.remove_stack(key);
    }
    return empty_answer(204);
}

constexpr std::array stacks_write_table{
    Route{"PUT", "/api/stacks/{}", Auth::user, update_stack},
    Route{"DELETE", "/api/stacks/{}", Auth::user, delete_stack},
    Route{"DELETE", "/api/stacks/name/{}", Auth::user, delete_by_name},
};

} // namespace

std::span<const Route> stack_write_routes() { return stacks_write_table; }

} // namespace portainer_double
