// Server-side apply as the API server judges it before anything is stored.
#pragma once

#include "portainer_double/kube_cluster.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace portainer_double {

struct KubeApplying {
    const Cluster& cluster;
    KubeKind kind;
    std::string manager;
    bool force = false;
};

// An object that is there, applied by somebody: the 409 of fields that another manager holds, unless it is forced, and
// the 422 of what would be invalid; nullopt if it is taken.
std::optional<Answer> refuse_applied(const KubeApplying& k, const Json& object, const Json& applied);

} // namespace portainer_double
