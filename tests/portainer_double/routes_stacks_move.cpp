// Re-attaching an orphan, moving a stack, and webhooks (portainer-api.md §3.5, §3.6).
#include "portainer_double/body.hpp"
#include "portainer_double/deploy.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/names.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/write_access.hpp"

#include <array>
#include <utility>

namespace portainer_double {
namespace {

std::string control_key(const Stack& stack) { return std::to_string(stack.environment) + "_" + stack.name; }

void move_control(World& world, const std::string& from, const std::string& to) {
    auto node = world.controls.extract(from);
    if (node.empty()) return;
    node.key() = to;
    node.mapped().resource_id = to;
    world.controls.insert(std::move(node));
}

// The control moves before the environment is looked up (§3.6).
Answer associate(Call& call) {
    const auto routed_id = route_id(call, 0, "stack identifier");
    if (!routed_id) return routed_id.error();
    const auto id = query_id(call, "endpointId");
    if (!id) return id.error();
    if (call.request.parameter("orphanedRunning").empty())
        return problem(400, "Invalid query parameter: orphanedRunning", "Missing query parameter");
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    const std::string key = std::to_string(*id) + "_" + stack.name;
    move_control(call.world, control_key(stack), key);
    if (call.world.find_environment(*id) == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    stack.environment = *id;
    stack.swarm_id = call.request.parameter("swarmId");
    stack.status = call.request.parameter("orphanedRunning") == "true" ? active : inactive;
    stack.created = call.world.now();
    stack.created_by = call.caller.name;
    stack.updated = 0;
    stack.updated_by.clear();
    return json_answer(render_stack(call.world, stack, call.world.control_of(stack)));
}

Answer migrate(Call& call) {
    const auto routed_id = route_id(call, 0, "stack identifier");
    if (!routed_id) return routed_id.error();
    const auto body = Body::read(call.request, migrate_payload);
    if (!body) return body.error();
    const Id target_id = body->number("EndpointID");
    if (target_id == 0) return invalid_payload("Invalid environment identifier. Must be a positive number");
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (stack.type == kubernetes_stack) return problem(400, "Migrating a kubernetes stack is not supported");
    if (auto refused = refuse_environment(call, stack.environment, start_words)) return *refused;
    if (!stack_management_allowed(call.caller, *call.world.find_environment(stack.environment))) {
        return problem(403, "Stack migration is disabled for non-admin users");
    }
    if (auto refused = refuse_resource(call, stack, stack.environment)) return *refused;
    if (const auto asked = optional_query_id(call, "endpointId"); !asked) return asked.error();
    const Environment* target = call.world.find_environment(target_id);
    if (target == nullptr) return not_in_bucket(start_words.no_environment, "endpoints", target_id);
    Stack moved = stack;
    moved.environment = target_id;
    if (const std::string swarm = body->text("SwarmID"); !swarm.empty()) moved.swarm_id = swarm;
    if (const std::string name = body->text("Name"); !name.empty()) moved.name = name;
    if (auto unknown = refuse_asking_host(call.world, *target, moved)) return *unknown;
    if (name_taken(call.world, *target, moved)) {
        return problem(409, "A stack with the name '" + moved.name + "' is already running on endpoint '" +
                                target->name + "'");
    }
    if (const auto error =
            deploy(call.world, moved, {.is_update = true, .by_administrator = call.caller.is_administrator()}))
        return problem(500, *error);
    if (const auto error = undeploy(call.world, stack)) return problem(500, *error);
    move_control(call.world, control_key(stack), control_key(moved));
    stack = std::move(moved);
    return written(call, stack);
}

// Other spellings of a UUID than the usual one are read too, but no webhook is stored so.
std::string uuid_complaint(const std::string& text) {
    const bool known_length = text.size() == 32 || text.size() == 36 || text.size() == 38 || text.size() == 45;
    return std::string("Uuid: incorrect UUID ") +
           (known_length ? "format in string " : "length " + std::to_string(text.size()) + " in string ") + "\"" +
           text + "\"";
}

// Works in the background as whoever changed the stack last, by name.
Answer invoke_webhook(Call& call) {
    const std::string& webhook = call.parameters[0];
    if (!is_uuid(webhook)) return problem(400, "Invalid webhook identifier route variable", uuid_complaint(webhook));
    Stack* stack = find_by_webhook(call.world, webhook);
    if (stack == nullptr)
        return problem(404, "Unable to find the stack by webhook ID", "Object not found inside the database");
    const std::string& author = stack->updated_by.empty() ? stack->created_by : stack->updated_by;
    if (stack->git && call.world.find_user(author) == nullptr) {
        return problem(409, "Autoupdate for the stack isn't available",
                       "Stack's " + std::to_string(stack->id) + " author " + author + " is missing");
    }
    if (stack->git) deploy_from_git(call.world, *stack);
    return empty_answer(204);
}

constexpr std::array stacks_move_table{
    Route{"PUT", "/api/stacks/{}/associate", Auth::administrators, associate},
    Route{"POST", "/api/stacks/{}/migrate", Auth::user, migrate},
    Route{"POST", "/api/stacks/webhooks/{}", Auth::open, invoke_webhook},
};

} // namespace

std::span<const Route> stack_move_routes() { return stacks_move_table; }

} // namespace portainer_double
