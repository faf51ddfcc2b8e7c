// What becomes of workloads in a cluster, as a test asks for it: pods that cannot run, rollouts that do not end.
#pragma once

#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/service.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {

struct HeldObject {
    Cluster& cluster;
    KubeKind kind;
    KubeKey key;
    Json* object = nullptr; // never null in a result
};

// The object that a control call names by environment, kind, namespace and name; throws if there is none.
HeldObject held_object(World& world, const Json& in);

// What the two control calls below do.
void change_pods(World& world, const Json& in);
void change_rollout(World& world, const Json& in);

// POST /kubernetes/pods: {the workload, "reason", "message", "restarts", "exitCode", "count"}.
Answer hand_pods(Service& service, const Json& in);
// POST /kubernetes/rollout: {the workload, "state": "underWay" | "pastDeadline" | "unseen" | "done", "updated",
// "ready", "ago"}.
Answer hand_rollout(Service& service, const Json& in);

} // namespace portainer_double
