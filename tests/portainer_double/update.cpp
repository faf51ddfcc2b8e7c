#include "portainer_double/update.hpp"

#include "portainer_double/deploy.hpp"

namespace portainer_double {

Answer deploy_update(Call& call, Stack& stack, Stack next, const DeployRequest& request) {
    World& world = call.world;
    if (world.rules().generation == Generation::background) {
        world.pending.push_back(
            {.stack = stack.id, .reads_left = world.settle.reads, .request = request, .previous_file = stack.file});
        next.start_status = stack.status;
        next.status = deploying;
        next.deployments = {{.status = deploying, .time = world.now(), .message = {}}};
    } else {
        next.status = active;
        if (const auto error = deploy(world, next, request)) return problem(500, *error);
    }
    stack = std::move(next);
    return written(call, stack);
}

bool pulls(const World& world, const Body& body) {
    return body.flag("PullImage") || (world.rules().stores_option && body.flag("RepullImageAndRedeploy"));
}

} // namespace portainer_double
