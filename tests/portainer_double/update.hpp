// How a changed record is deployed and stored, in the order of the server's generation.
#pragma once

#include "portainer_double/body.hpp"
#include "portainer_double/routes.hpp"

namespace portainer_double {

// Makes `stack` what `next` says and answers it. After a failure that the call waits for, the record is as before.
Answer deploy_update(Call& call, Stack& stack, Stack next, const DeployRequest& request);

// PullImage, or what later servers call RepullImageAndRedeploy.
bool pulls(const World& world, const Body& body);

} // namespace portainer_double
