// What the API server does with every object before it is stored.
#pragma once

#include "portainer_double/kube_cluster.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {

// Of a definition that somebody made.
bool is_custom_kind(const Cluster& cluster, const KubeKind& kind);
// Kind and version, defaults, the addresses of services, the kinds of definitions.
void complete_object(Cluster& cluster, const KubeKind& kind, Json& object, UnixSeconds now);

} // namespace portainer_double
