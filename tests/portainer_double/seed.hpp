// A world from JSON (README.md has the format).
#pragma once

#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

#include <string>

namespace portainer_double {

// Throws std::runtime_error naming what cannot be read.
void apply_seed(World& world, const std::string& text);

// Parts of a seed, which the control plane takes one by one as well.
Stack& seed_stack(World& world, const Json& seed);
void seed_environment(World& world, const Json& seed);
void seed_user(World& world, const Json& seed);
void seed_team(World& world, const Json& seed);
// The cluster behind a Kubernetes environment: {"namespaces": {"team-a": {"users": ["alice"], "teams": ["web"]}},
// "restrictDefault": true, "reachable": false}
void seed_cluster(World& world, Environment& environment, const Json& seed);
// Who may enter a namespace, as Portainer keeps it; the namespace is made if it is not there.
void grant_namespace(World& world, const Environment& environment, const std::string& name,
                     const std::vector<Id>& users, const std::vector<Id>& teams);
void seed_container(World& world, const Json& seed);
void set_container_state(World& world, const Json& change);
// {"stacks":10000,"bytes":4096,"environments":4}
void generate_stacks(World& world, const Json& wanted);

} // namespace portainer_double
