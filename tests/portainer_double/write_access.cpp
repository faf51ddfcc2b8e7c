#include "portainer_double/write_access.hpp"

#include "portainer_double/render.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {

std::optional<Answer> refuse_environment(const Call& call, Id id, const WriteWords& words) {
    const Environment* environment = call.world.find_environment(id);
    if (environment == nullptr) return not_in_bucket(words.no_environment, "endpoints", id);
    if (may_use_environment(call.caller, call.world, *environment)) return std::nullopt;
    return problem(403, words.environment_denied, "Access denied to environment");
}

std::optional<Answer> refuse_resource(const Call& call, const Stack& stack, Id environment) {
    Stack there = stack;
    there.environment = environment;
    const bool controlled = stack.type != kubernetes_stack;
    if (controlled && !may_use_resource(call.caller, call.world.control_of(there))) return resource_denied();
    return std::nullopt;
}

Answer already_deploying() { return problem(409, "Unable to update stack", "Stack deployment is already in progress"); }

Answer written(Call& call, const Stack& stack) { return json_answer(render_stack(call.world, stack, nullptr)); }

} // namespace portainer_double
