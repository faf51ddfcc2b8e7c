// Namespaces: what is put into every one, and how one goes.
#include "portainer_double/kube_fields.hpp"
#include "portainer_double/kube_store.hpp"

#include <algorithm>

namespace portainer_double {

std::size_t count_pods(const Cluster& cluster, const std::string& name_space) {
    return static_cast<std::size_t>(std::ranges::count_if(cluster.objects, [&](const auto& held) {
        return held.first.resource == "pods" && held.first.name_space == name_space;
    }));
}

void terminate_namespace(Cluster& cluster, Json& name_space, std::size_t pods, UnixSeconds now) {
    Json& metadata = name_space["metadata"];
    metadata["deletionTimestamp"] = kube_time(now);
    metadata["resourceVersion"] = std::to_string(cluster.revision);
    const auto condition = [&](const char* type, bool holds, const char* reason, const std::string& message) {
        return Json{{"type", type},
                    {"status", holds ? "True" : "False"},
                    {"lastTransitionTime", kube_time(now)},
                    {"reason", reason},
                    {"message", message}};
    };
    name_space["status"] = {
        {"phase", "Terminating"},
        {"conditions", Json::array({condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
                                              "All resources successfully discovered"),
                                    condition("NamespaceDeletionGroupVersionParsingFailure", false,
                                              "ParsedGroupVersions", "All legacy kube types successfully parsed"),
                                    condition("NamespaceDeletionContentFailure", false, "ContentDeleted",
                                              "All content successfully deleted, may be waiting on finalization"),
                                    condition("NamespaceContentRemaining", true, "SomeResourcesRemain",
                                              "Some resources are remaining: pods. has " + std::to_string(pods) +
                                                  " resource instances"),
                                    condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
                                              "All content-preserving finalizers finished")})}};
    Json& entry = manager_entry(name_space, "kube-controller-manager", "Update", "status");
    entry["time"] = kube_time(now);
    for (const Json& one : name_space["status"]["conditions"]) {
        Json& fields = entry["fieldsV1"]["f:status"]["f:conditions"];
        fields["."] = Json::object();
        Json& own = fields["k:{\"type\":\"" + one.value("type", "") + "\"}"];
        for (const char* part : {".", "f:lastTransitionTime", "f:message", "f:reason", "f:status", "f:type"})
            own[part] = Json::object();
    }
}

void furnish_namespace(Cluster& cluster, const std::string& name, UnixSeconds now) {
    const KubeWriter nobody{.manager = "", .now = now};
    const auto metadata = [&](const char* own) { return Json{{"name", own}, {"namespace", name}}; };
    create_object(cluster, *find_kind(cluster, "v1", "ServiceAccount"), {{"metadata", metadata("default")}}, nobody);
    Json root{{"metadata", metadata("kube-root-ca.crt")}, {"data", {{"ca.crt", "the cluster's own"}}}};
    root["metadata"]["annotations"]["kubernetes.io/description"] =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
        "Kubernetes "
        "clusters.";
    create_object(cluster, *find_kind(cluster, "v1", "ConfigMap"), root,
                  {.manager = "kube-controller-manager", .now = now});
}

} // namespace portainer_double
