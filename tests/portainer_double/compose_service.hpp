// One service, network or volume of a compose file as a plan.
#pragma once

#include "portainer_double/compose.hpp"
#include "portainer_double/compose_yaml.hpp"

namespace portainer_double {

ServicePlan read_service(const std::string& name, const Entries& entries, const std::vector<EnvVar>& env);
NamedObject read_named(const YAML::Node& node, const std::vector<EnvVar>& env);

} // namespace portainer_double
