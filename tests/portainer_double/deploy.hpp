// What a deployment does to a Docker host, and how it fails (portainer-api.md §0, §5.2, §11).
#pragma once

#include "portainer_double/access.hpp"
#include "portainer_double/compose.hpp"

#include <optional>
#include <string>

namespace portainer_double {

// Brings the stack's file up on its host. Returns Portainer's error text ("failed to deploy a stack: ..."), or nullopt
// once it runs. After a failure the host is left as the server's version leaves it.
std::optional<std::string> deploy(World& world, const Stack& stack, const DeployRequest& request);

// compose down or stack rm: containers, networks and services go, volumes stay. Returns Docker's error text.
std::optional<std::string> undeploy(World& world, const Stack& stack);

// Docker's words where the stack's host is no swarm manager.
std::optional<std::string> swarm_refusal(World& world, const Stack& stack);

// Docker's words for a host that is down, and for one that is no swarm manager.
std::string unreachable(const Host& host);
std::string not_a_manager();

// The compose project: the stack's name, or the number of its folder when the name is empty.
std::string project_name(const Stack& stack);

// Why a regular user may not deploy this project here; nullopt if nothing of it is restricted.
std::optional<std::string> restricted_by(const Environment& environment, const Project& project);

// Portainer's words for content that compose refuses.
std::string content_error(const World& world, const Stack& stack, const ContentProblem& problem, bool validated_first);

} // namespace portainer_double
