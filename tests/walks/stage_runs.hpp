// What the hosts of a state run, as parts of the double's seed.
#pragma once

#include "portainer_double/world.hpp"
#include "walks/world.hpp"

#include <nlohmann/json.hpp>

namespace mooring::walks {

// `runs` and `containers` of a stack's seed.
void add_runtime(const Stack& stack, nlohmann::json& seed);
// Containers that no deployment made.
void add_containers(const State& state, nlohmann::json& containers);
// What is done to the hosts after everything was deployed: services updated, names of images taken away.
void change_hosts(portainer_double::World& world, const State& state);
// The same of clusters: hands on Deployments, autoscalers, rollouts that fail.
void change_clusters(portainer_double::World& world, const State& state);

} // namespace mooring::walks
