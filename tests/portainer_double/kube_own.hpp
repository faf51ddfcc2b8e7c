// What Portainer's own Kubernetes routes show of a cluster: its own forms of objects, and of whose namespaces
// (kubernetes.md §3.5). They hide what is refused, so nothing of this proves that something is absent.
#pragma once

#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/version.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

// What of a cluster a caller is shown: objects of these namespaces alone.
struct KubeView {
    const Cluster& cluster;
    Version version;
    std::vector<std::string> namespaces; // sorted; of an administrator all
    bool all = false;                    // an administrator's
};

// The namespaces of the access policies as they are written, whatever is bound, and `default` unless it is restricted.
std::vector<std::string> granted_namespaces(const Cluster& cluster, const KubeCaller& caller);

// The objects of a resource ("services") that the caller is shown, by namespace and name; `name_space` "" for all.
std::vector<const Json*> shown_objects(const KubeView& view, std::string_view resource,
                                       std::string_view name_space = {});

Json own_namespace(const Json& object, Version version);
Json own_config_map(const Json& object, bool with_data);
Json own_secret(const Json& object);
Json own_service(const Json& object);
Json own_ingress(const Json& object);
Json own_role(const Json& object, Version version);
Json own_cron_job(const Json& object);
// Deployments, stateful sets, daemon sets and pods that nobody owns.
Json own_applications(const KubeView& view, std::string_view name_space);
// What happened to pods, as far as what is left of them tells.
Json own_events(const KubeView& view, std::string_view name_space);
// {"node-1": {"CPU": 64000, "Memory": 274877906944}}: what the pods leave of each node.
Json own_nodes_limits(const Cluster& cluster);

// kubectl's description; of a deployment in full, of any other kind its metadata.
std::string describe_object(const Cluster& cluster, const Json& object);

} // namespace portainer_double
