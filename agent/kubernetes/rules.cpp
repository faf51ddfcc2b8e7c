#include "kubernetes/rules.hpp"

#include "kubernetes/live.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace mooring::kubernetes {
namespace {

using Json = nlohmann::json;

Form form_of(std::string_view word) {
    static const std::map<std::string_view, Form> forms{{"string", Form::text},
                                                        {"bool", Form::boolean},
                                                        {"int", Form::integer},
                                                        {"quantity", Form::quantity},
                                                        {"duration", Form::duration},
                                                        {"time", Form::time},
                                                        {"intorstring", Form::int_or_text},
                                                        {"bytes", Form::bytes},
                                                        {"raw", Form::raw},
                                                        {"struct", Form::structure},
                                                        {"map", Form::map},
                                                        {"list", Form::list}};
    const auto found = forms.find(word);
    return found == forms.end() ? Form::raw : found->second;
}

Value value_of(const Json& json) { return read_json(json.dump()).value_or(Value{}); }

// `{"any":true}`, `{"same":"port"}`, `{"made":"type","at":"RollingUpdate"}`, `{"of":"image"}`, `{"oneOf":[...]}`, or
// the value itself.
Default default_of(const Json& json) {
    using Kind = Default::Kind;
    static const std::map<std::string_view, Kind> sources{
        {"image", Kind::pull_policy}, {"egress", Kind::policy_types}, {"kind", Kind::subject},
        {"singular", Kind::singular}, {"listKind", Kind::list_kind},  {"template", Kind::template_labels},
        {"max", Kind::limits}};
    Default made;
    if (json.is_object() && json.contains("any")) {
        made.kind = Kind::any;
    } else if (json.is_object() && json.contains("same")) {
        made.kind = Kind::same;
        made.key = json.at("same").get<std::string>();
    } else if (json.is_object() && json.contains("made")) {
        made.kind = Kind::made;
        made.key = json.at("made").get<std::string>();
        if (json.contains("at")) made.values.push_back(value_of(json.at("at")));
    } else if (json.is_object() && json.contains("of")) {
        made.kind = sources.at(json.at("of").get<std::string>());
    } else if (json.is_object() && json.contains("oneOf")) {
        for (const Json& one : json.at("oneOf")) made.values.push_back(value_of(one));
    } else {
        made.values.push_back(value_of(json));
    }
    return made;
}

class Table {
  public:
    Table() {
        const Json data = Json::parse(rules::types());
        const Json lists = Json::parse(rules::lists());
        const Json defaults = Json::parse(rules::defaults());
        for (const auto& [name, fields] : data.at("types").items()) types_[name].name = name;
        for (const auto& [name, fields] : data.at("types").items()) {
            const auto merges = lists.find(name);
            const auto given = defaults.find(name);
            Type& type = types_[name];
            for (const auto& [key, form] : fields.items()) {
                type.fields.push_back(field(form));
                type.fields.back().name = key;
                if (merges != lists.end() && merges->contains(key)) merge(merges->at(key), type.fields.back());
                if (given != defaults.end() && given->contains(key))
                    type.fields.back().given = std::make_shared<const Default>(default_of(given->at(key)));
            }
        }
        forget_in_templates();
        for (const auto& [kind, type] : data.at("kinds").items()) kinds_[kind] = &types_.at(type.get<std::string>());
        metadata_.form = Form::structure;
        metadata_.type = &types_.at("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    }

    const Type* type(const std::string& kind) const {
        const auto found = kinds_.find(kind);
        return found == kinds_.end() ? nullptr : found->second;
    }
    const Type* of_kind(const std::string& kind) const {
        const Type* found = nullptr;
        for (const auto& [name, type] : kinds_) {
            if (name.ends_with("/" + kind)) found = type; // the newest version is the last one
        }
        return found;
    }
    const Field& metadata() const { return metadata_; }

  private:
    // What the server gives a Job it does not give the template of one.
    void forget_in_templates() {
        Type& plain = types_["of a template: io.k8s.api.batch.v1.JobSpec"];
        plain = types_.at("io.k8s.api.batch.v1.JobSpec");
        for (Field& one : plain.fields) one.given = nullptr;
        for (Field& one : types_.at("io.k8s.api.batch.v1.JobTemplateSpec").fields) {
            if (one.name == "spec") one.type = &plain;
        }
    }

    Field field(const Json& form) { // NOLINT(misc-no-recursion): as deep as the data
        Field made;
        made.form = form_of(form.at("t").get<std::string>());
        made.pointer = form.value("ptr", false);
        made.omits_empty = form.value("omit", false);
        const auto type = types_.find(form.value("ref", ""));
        if (type != types_.end()) made.type = &type->second;
        if (form.contains("e")) made.element = std::make_shared<const Field>(field(form.at("e")));
        return made;
    }

    static void merge(const Json& rule, Field& field) {
        const std::string type = rule.at("type").get<std::string>();
        if (type == "map") field.merge = Merge::keyed;
        if (type == "set") field.merge = Merge::set;
        if (type == "atomicmap") field.merge = Merge::atomic_map;
        field.replaced = rule.value("patchStrategy", "") == "replace";
        if (rule.value("elements", "") == "atomicmap") {
            Field element = *field.element;
            element.merge = Merge::atomic_map;
            field.element = std::make_shared<const Field>(std::move(element));
        }
        if (rule.contains("keys")) field.keys = rule.at("keys").get<std::vector<std::string>>();
    }

    std::map<std::string, Type> types_;
    std::map<std::string, const Type*> kinds_;
    Field metadata_;
};

const Table& table() {
    static const Table made;
    return made;
}

} // namespace

const Field* Type::find(std::string_view field) const {
    const auto at =
        std::ranges::lower_bound(fields, field, {}, [](const Field& one) { return std::string_view(one.name); });
    return at != fields.end() && at->name == field ? &*at : nullptr;
}

const Type* type_of(std::string_view api_version, std::string_view kind) {
    return table().type(std::string(api_version) + "/" + std::string(kind));
}

const Type* type_of_kind(std::string_view kind) { return table().of_kind(std::string(kind)); }

const Field& metadata_field() { return table().metadata(); }

std::string_view key_default(std::string_view key) { return key == "protocol" ? "TCP" : ""; }

// Where the built-in kinds stand in the API: plural name, namespaced or cluster-wide.

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
    Kind{"admissionregistration.k8s.io", "MutatingAdmissionPolicy", "mutatingadmissionpolicies", wide},
    Kind{"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", wide},
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
    Kind{"networking.k8s.io", "IPAddress", "ipaddresses", wide},
    Kind{"networking.k8s.io", "Ingress", "ingresses"},
    Kind{"networking.k8s.io", "IngressClass", "ingressclasses", wide},
    Kind{"networking.k8s.io", "NetworkPolicy", "networkpolicies"},
    Kind{"networking.k8s.io", "ServiceCIDR", "servicecidrs", wide},
    Kind{"node.k8s.io", "RuntimeClass", "runtimeclasses", wide},
    Kind{"policy", "PodDisruptionBudget", "poddisruptionbudgets"},
    Kind{"rbac.authorization.k8s.io", "ClusterRole", "clusterroles", wide},
    Kind{"rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", wide},
    Kind{"rbac.authorization.k8s.io", "Role", "roles"},
    Kind{"rbac.authorization.k8s.io", "RoleBinding", "rolebindings"},
    Kind{"resource.k8s.io", "DeviceClass", "deviceclasses", wide},
    Kind{"resource.k8s.io", "ResourceClaim", "resourceclaims"},
    Kind{"resource.k8s.io", "ResourceClaimTemplate", "resourceclaimtemplates"},
    Kind{"resource.k8s.io", "ResourceSlice", "resourceslices", wide},
    Kind{"scheduling.k8s.io", "PriorityClass", "priorityclasses", wide},
    Kind{"storage.k8s.io", "CSIDriver", "csidrivers", wide},
    Kind{"storage.k8s.io", "CSINode", "csinodes", wide},
    Kind{"storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities"},
    Kind{"storage.k8s.io", "StorageClass", "storageclasses", wide},
    Kind{"storage.k8s.io", "VolumeAttachment", "volumeattachments", wide},
    Kind{"storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses", wide},
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

namespace {

// What the cluster's own programs write beside a status. Anybody can call himself so: nothing else is theirs.
struct ClustersOwn {
    std::string_view manager;
    std::string_view kind;
    std::string_view path; // keys with '/' between them, and everything below; "": all
};
constexpr std::string_view manages = "kube-controller-manager";
constexpr std::array clusters_own{
    ClustersOwn{manages, "Deployment", "metadata/annotations/deployment.kubernetes.io"},
    ClustersOwn{manages, "ReplicaSet", "metadata/annotations/deployment.kubernetes.io"},
    ClustersOwn{manages, "PersistentVolumeClaim", "metadata/annotations/pv.kubernetes.io"},
    ClustersOwn{manages, "PersistentVolumeClaim", "metadata/annotations/volume.kubernetes.io"},
    ClustersOwn{manages, "PersistentVolumeClaim", "metadata/annotations/volume.beta.kubernetes.io"},
    ClustersOwn{manages, "PersistentVolumeClaim", "spec/volumeName"},
    ClustersOwn{manages, "PersistentVolume", "metadata/annotations/pv.kubernetes.io"},
    ClustersOwn{manages, "PersistentVolume", "spec/claimRef"},
    ClustersOwn{manages, "HorizontalPodAutoscaler", "metadata/annotations/autoscaling.alpha.kubernetes.io"},
    ClustersOwn{manages, "Endpoints", ""},
    ClustersOwn{manages, "EndpointSlice", ""},
    ClustersOwn{manages, "Node", ""},
    ClustersOwn{manages, "Namespace", "spec/finalizers"},
    ClustersOwn{manages, "ServiceAccount", "secrets"},
    ClustersOwn{manages, "ClusterRole", "rules"}, // of an aggregated one, before 1.20
    ClustersOwn{"clusterrole-aggregation-controller", "ClusterRole", "rules"},
    ClustersOwn{"kube-scheduler", "PersistentVolumeClaim", "metadata/annotations/volume.kubernetes.io"},
    ClustersOwn{"kube-scheduler", "Pod", "spec/nodeName"},
    ClustersOwn{"kubelet", "Node", ""},
    ClustersOwn{"kubelet", "Pod", ""},
    // What it makes when it starts.
    ClustersOwn{"kube-apiserver", "APIService", ""},
    ClustersOwn{"kube-apiserver", "ClusterRole", ""},
    ClustersOwn{"kube-apiserver", "ClusterRoleBinding", ""},
    ClustersOwn{"kube-apiserver", "CustomResourceDefinition", ""},
    ClustersOwn{"kube-apiserver", "FlowSchema", ""},
    ClustersOwn{"kube-apiserver", "Namespace", ""},
    ClustersOwn{"kube-apiserver", "PriorityClass", ""},
    ClustersOwn{"kube-apiserver", "PriorityLevelConfiguration", ""},
    ClustersOwn{"kube-apiserver", "Role", ""},
    ClustersOwn{"kube-apiserver", "RoleBinding", ""},
    ClustersOwn{"kube-apiserver", "ServiceCIDR", ""},
};

} // namespace

bool is_clusters_own(std::string_view manager, std::string_view kind, std::string_view path) {
    return std::ranges::any_of(clusters_own, [&](const ClustersOwn& one) {
        const bool below = path.starts_with(one.path) &&
                           (one.path.empty() || path.size() == one.path.size() || path[one.path.size()] == '/');
        return one.manager == manager && one.kind == kind && below;
    });
}

} // namespace mooring::kubernetes
