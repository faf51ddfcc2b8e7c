#include "portainer_double/kube_cluster.hpp"

#include "portainer_double/kube_own.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

// The role `edit` covers the rows that end in true (kubernetes.md §3.2).
const std::vector<KubeKind>& kind_table() {
    static const std::vector<KubeKind> table{
        {"", "v1", "configmaps", "ConfigMap", true, true},
        {"", "v1", "endpoints", "Endpoints", true, true},
        {"", "v1", "events", "Event", true, true},
        {"", "v1", "limitranges", "LimitRange", true, true},
        {"", "v1", "namespaces", "Namespace", false, false},
        {"", "v1", "nodes", "Node", false, false},
        {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, true},
        {"", "v1", "persistentvolumes", "PersistentVolume", false, false},
        {"", "v1", "pods", "Pod", true, true},
        {"", "v1", "podtemplates", "PodTemplate", true, false},
        {"", "v1", "replicationcontrollers", "ReplicationController", true, true},
        {"", "v1", "resourcequotas", "ResourceQuota", true, true},
        {"", "v1", "secrets", "Secret", true, true},
        {"", "v1", "serviceaccounts", "ServiceAccount", true, true},
        {"", "v1", "services", "Service", true, true},
        {"admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false,
         false},
        {"admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration",
         false, false},
        {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false, false},
        {"apiregistration.k8s.io", "v1", "apiservices", "APIService", false, false},
        {"apps", "v1", "controllerrevisions", "ControllerRevision", true, true},
        {"apps", "v1", "daemonsets", "DaemonSet", true, true},
        {"apps", "v1", "deployments", "Deployment", true, true},
        {"apps", "v1", "replicasets", "ReplicaSet", true, true},
        {"apps", "v1", "statefulsets", "StatefulSet", true, true},
        {"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true, true},
        {"batch", "v1", "cronjobs", "CronJob", true, true},
        {"batch", "v1", "jobs", "Job", true, true},
        {"coordination.k8s.io", "v1", "leases", "Lease", true, false},
        {"discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true, true},
        {"networking.k8s.io", "v1", "ingressclasses", "IngressClass", false, false},
        {"networking.k8s.io", "v1", "ingresses", "Ingress", true, true},
        {"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, true},
        {"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true},
        {"rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false, false},
        {"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, false},
        {"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, false},
        {"rbac.authorization.k8s.io", "v1", "roles", "Role", true, false},
        {"scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, false},
        {"storage.k8s.io", "v1", "storageclasses", "StorageClass", false, false},
        {"storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", false, false},
    };
    return table;
}

template <typename Fits>
std::optional<KubeKind> first_kind(const Cluster& cluster, const Fits& fits) {
    for (const auto* table : {&kind_table(), &cluster.custom}) {
        const auto at = std::ranges::find_if(*table, fits);
        if (at != table->end()) return *at;
    }
    return std::nullopt;
}

bool names_caller(const Json& access, const KubeCaller& caller) {
    if (!access.is_object()) return false;
    const auto holds = [&](const char* key, Id id) {
        const auto policies = access.find(key);
        return policies != access.end() && policies->is_object() && policies->contains(std::to_string(id));
    };
    return holds("UserAccessPolicies", caller.id) ||
           std::ranges::any_of(caller.teams, [&](Id team) { return holds("TeamAccessPolicies", team); });
}

bool is_granted(const Cluster& cluster, const KubeCaller& caller, const std::string& name_space) {
    const auto held = cluster.objects.find({"namespaces", "", name_space});
    if (held == cluster.objects.end() || held->second["metadata"].contains("deletionTimestamp")) return false;
    if (name_space == "default" && (!cluster.default_restricted || cluster.default_again.contains(caller.id)))
        return true;
    const Json bound = Json::parse(cluster.bound, nullptr, false);
    const auto at = bound.is_object() ? bound.find(name_space) : bound.end();
    return bound.is_object() && at != bound.end() && names_caller(*at, caller);
}

std::string words_for_place(const KubeAsked& asked) {
    return asked.name_space.empty() ? " at the cluster scope" : " in the namespace \"" + asked.name_space + "\"";
}

} // namespace

std::span<const KubeKind> builtin_kinds() { return kind_table(); }

std::optional<KubeKind> find_served(const Cluster& cluster, std::string_view group, std::string_view version,
                                    std::string_view plural) {
    return first_kind(cluster, [&](const KubeKind& kind) {
        const bool other_version = kind.plural == "horizontalpodautoscalers" && version == "v1";
        return kind.group == group && (kind.version == version || other_version) && kind.plural == plural;
    });
}

std::optional<KubeKind> find_kind(const Cluster& cluster, std::string_view api_version, std::string_view kind) {
    return first_kind(cluster, [&](const KubeKind& one) {
        const bool other_version = kind == "HorizontalPodAutoscaler" && api_version == "autoscaling/v1";
        return one.kind == kind && (one.api_version() == api_version || (other_version && one.kind == kind));
    });
}

bool serves_group(const Cluster& cluster, std::string_view group) {
    return first_kind(cluster, [&](const KubeKind& kind) { return kind.group == group; }).has_value();
}

Json* find_object(Cluster& cluster, const KubeKind& kind, std::string_view name_space, std::string_view name) {
    const auto at = cluster.objects.find(
        {kind.resource(), kind.namespaced ? std::string(name_space) : std::string(), std::string(name)});
    return at == cluster.objects.end() ? nullptr : &at->second;
}

KubeKey key_of(const KubeKind& kind, const Json& object) {
    const Json& metadata = object.at("metadata");
    return {kind.resource(), kind.namespaced ? metadata.value("namespace", "") : "", metadata.value("name", "")};
}

bool may_ask(const Cluster& cluster, const KubeCaller& caller, const KubeAsked& asked) {
    if (caller.administrator) return true;
    const bool reads = asked.verb == "get" || asked.verb == "list";
    const std::string resource = asked.kind.resource();
    constexpr std::array readable{"namespaces", "nodes", "endpoints"};
    if (reads && std::ranges::find(readable, resource) != readable.end()) return true;
    constexpr std::array listed{"storageclasses.storage.k8s.io", "ingressclasses.networking.k8s.io"};
    if (asked.verb == "list" && std::ranges::find(listed, resource) != listed.end()) return true;
    return asked.kind.edit && !asked.name_space.empty() && is_granted(cluster, caller, asked.name_space);
}

std::vector<std::string> granted_namespaces(const Cluster& cluster, const KubeCaller& caller) {
    const auto held = cluster.objects.find({"configmaps", "portainer", "portainer-config"});
    const Json data = held == cluster.objects.end() ? Json::object() : held->second.value("data", Json::object());
    const Json policies = Json::parse(data.value("NamespaceAccessPolicies", "{}"), nullptr, false);
    std::vector<std::string> names;
    for (const auto& [key, object] : cluster.objects) {
        if (key.resource != "namespaces") continue;
        const bool open =
            key.name == "default" && (!cluster.default_restricted || cluster.default_again.contains(caller.id));
        const bool named =
            policies.is_object() && policies.contains(key.name) && names_caller(policies[key.name], caller);
        if (open || named) names.push_back(key.name);
    }
    return names;
}

std::string forbidden_message(const KubeCaller& caller, const KubeAsked& asked) {
    const std::string named = asked.name.empty() ? std::string() : " \"" + asked.name + "\"";
    return asked.kind.resource() + named + " is forbidden: User \"" + caller.account + "\" cannot " +
           std::string(asked.verb) + " resource \"" + asked.kind.plural + "\" in API group \"" + asked.kind.group +
           "\"" + words_for_place(asked);
}

Answer kube_status(int code, std::string_view reason, const std::string& message, const Json& details) {
    Json body{{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", Json::object()},
              {"status", "Failure"}, {"message", message}, {"reason", reason}};
    if (!details.is_null()) body["details"] = details;
    body["code"] = code;
    return json_answer(body, code);
}

namespace {

Json details_of(const KubeKind& kind, const std::string& name) {
    Json details = Json::object();
    if (!name.empty()) details["name"] = name;
    if (!kind.group.empty()) details["group"] = kind.group;
    details["kind"] = kind.plural;
    return details;
}

} // namespace

Answer kube_forbidden(const KubeCaller& caller, const KubeAsked& asked) {
    return kube_status(403, "Forbidden", forbidden_message(caller, asked), details_of(asked.kind, asked.name));
}

Answer kube_not_found(const KubeKind& kind, const std::string& name) {
    return kube_status(404, "NotFound", kind.resource() + " \"" + name + "\" not found", details_of(kind, name));
}

} // namespace portainer_double
