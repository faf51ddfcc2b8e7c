// What controllers make of single kinds; run_controllers (kube_store.hpp) calls them.
#pragma once

#include "portainer_double/kube_cluster.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {

constexpr const char* kube_controller = "kube-controller-manager";

// Notes in managedFields that the controllers hold this status, and these annotations (null: none).
void note_status(Json& object, const Json& status, const Json& annotations, UnixSeconds now);

void run_job(Cluster& cluster, const KubeKey& key, UnixSeconds now);
// Brings its workload between least and most replicas; there are no metrics.
void run_autoscaler(Cluster& cluster, const KubeKey& key, UnixSeconds now);
// A pod disruption budget.
void run_budget(Cluster& cluster, const KubeKey& key, UnixSeconds now);

} // namespace portainer_double
