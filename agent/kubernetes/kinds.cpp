// Where the built-in kinds stand in the API: plural name, namespaced or cluster-wide.
#include "kubernetes/live.hpp"

#include <algorithm>
#include <array>

namespace mooring::kubernetes {
namespace {

struct Kind {
    std::string_view group;
    std::string_view kind;
    std::string_view plural;
    bool namespaced = true;
};

constexpr bool wide = false;

constexpr std::array kinds{
    Kind{"", "ConfigMap", "configmaps"},
    Kind{"", "Endpoints", "endpoints"},
    Kind{"", "Event", "events"},
    Kind{"", "LimitRange", "limitranges"},
    Kind{"", "Namespace", "namespaces", wide},
    Kind{"", "Node", "nodes", wide},
    Kind{"", "PersistentVolume", "persistentvolumes", wide},
    Kind{"", "PersistentVolumeClaim", "persistentvolumeclaims"},
    Kind{"", "Pod", "pods"},
    Kind{"", "PodTemplate", "podtemplates"},
    Kind{"", "ReplicationController", "replicationcontrollers"},
    Kind{"", "ResourceQuota", "resourcequotas"},
    Kind{"", "Secret", "secrets"},
    Kind{"", "Service", "services"},
    Kind{"", "ServiceAccount", "serviceaccounts"},
    Kind{"admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", wide},
    Kind{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", wide},
    Kind{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", wide},
    Kind{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", wide},
    Kind{"apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", wide},
    Kind{"apiregistration.k8s.io", "APIService", "apiservices", wide},
    Kind{"apps", "ControllerRevision", "controllerrevisions"},
    Kind{"apps", "DaemonSet", "daemonsets"},
    Kind{"apps", "Deployment", "deployments"},
    Kind{"apps", "ReplicaSet", "replicasets"},
    Kind{"apps", "StatefulSet", "statefulsets"},
    Kind{"autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers"},
    Kind{"batch", "CronJob", "cronjobs"},
    Kind{"batch", "Job", "jobs"},
    Kind{"certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", wide},
    Kind{"coordination.k8s.io", "Lease", "leases"},
    Kind{"discovery.k8s.io", "EndpointSlice", "endpointslices"},
    Kind{"flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", wide},
    Kind{"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "prioritylevelconfigurations", wide},
    Kind{"networking.k8s.io", "Ingress", "ingresses"},
    Kind{"networking.k8s.io", "IngressClass", "ingressclasses", wide},
    Kind{"networking.k8s.io", "NetworkPolicy", "networkpolicies"},
    Kind{"node.k8s.io", "RuntimeClass", "runtimeclasses", wide},
    Kind{"policy", "PodDisruptionBudget", "poddisruptionbudgets"},
    Kind{"rbac.authorization.k8s.io", "ClusterRole", "clusterroles", wide},
    Kind{"rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", wide},
    Kind{"rbac.authorization.k8s.io", "Role", "roles"},
    Kind{"rbac.authorization.k8s.io", "RoleBinding", "rolebindings"},
    Kind{"scheduling.k8s.io", "PriorityClass", "priorityclasses", wide},
    Kind{"storage.k8s.io", "CSIDriver", "csidrivers", wide},
    Kind{"storage.k8s.io", "CSINode", "csinodes", wide},
    Kind{"storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities"},
    Kind{"storage.k8s.io", "StorageClass", "storageclasses", wide},
    Kind{"storage.k8s.io", "VolumeAttachment", "volumeattachments", wide},
};

} // namespace

std::string_view group_of(std::string_view api_version) {
    const std::size_t slash = api_version.find('/');
    return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

std::optional<Resource> resource(std::string_view api_version, std::string_view kind) {
    const std::string_view group = group_of(api_version);
    const auto* found =
        std::ranges::find_if(kinds, [&](const Kind& one) { return one.group == group && one.kind == kind; });
    if (found == kinds.end()) return std::nullopt;
    return Resource{.plural = found->plural, .namespaced = found->namespaced};
}

bool is_cluster_wide(std::string_view api_version, std::string_view kind) {
    const auto found = resource(api_version, kind);
    return found && !found->namespaced;
}

} // namespace mooring::kubernetes
