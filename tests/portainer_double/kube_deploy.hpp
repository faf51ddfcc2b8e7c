// What Portainer does with a stack's manifest: labels, applying object by object, the words of its failures
// (kubernetes.md §1).
#pragma once

#include "portainer_double/world.hpp"

#include <optional>
#include <string>

namespace portainer_double {

struct KubeOutcome {
    std::string output; // kubectl's lines: "configmap/x created"
    std::optional<std::string> error;
};

// Applies the stack's file, and its additional ones, as the user who deploys. What is good is applied, whatever else
// fails.
KubeOutcome deploy_kubernetes(World& world, const Stack& stack, const DeployRequest& request);

// Whether the server would parse this content for ever (kubernetes.md §0.8).
bool hangs_on(const World& world, const std::string& content);

// Portainer's own deletion of a stack's objects, as broken as the version is (kubernetes.md §0.6); the error if one is
// refused.
std::optional<std::string> undeploy_kubernetes(World& world, const Stack& stack, Id by);

} // namespace portainer_double
