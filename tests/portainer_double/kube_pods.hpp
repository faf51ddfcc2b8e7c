// Pods of the double, made and placed at once; what becomes of them is told by their images.
#pragma once

#include "portainer_double/kube_cluster.hpp"

#include <string>
#include <vector>

namespace portainer_double {

// "" ready, otherwise why it is not: "ImagePullBackOff", "CrashLoopBackOff", "unready", "Error".
std::string trouble_of(const Json& pod_spec);
Json owner_of(const Json& object); // an ownerReference
std::vector<KubeKey> owned_by(const Cluster& cluster, const std::string& resource, const Json& owner);
// So many pods of an owner: missing ones come, surplus ones go. `numbered`: web-0, web-1.
void scale_pods(Cluster& cluster, const Json& owner, std::int64_t wanted, bool numbered, UnixSeconds now);
// How a pod is, whatever its image says.
struct PodState {
    std::string reason;  // "" ready, "unready", "Unschedulable", or what its containers wait for: "ImagePullBackOff"
    std::string message; // "" for the usual one
    std::int64_t restarts = 0;
    std::int64_t exit_code = 1;
};
void set_pod_state(Cluster& cluster, Json& pod, const PodState& state, UnixSeconds now);

// A pod that nobody owns.
void run_pod(Cluster& cluster, const KubeKey& key, UnixSeconds now);

} // namespace portainer_double
