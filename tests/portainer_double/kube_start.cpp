// What a cluster begins with, the names that it gives, and what it refuses.
#include "portainer_double/kube_store.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>

namespace portainer_double {
namespace {

std::string letters(std::uint64_t number, std::size_t count) {
    constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text.push_back(alphabet[number % alphabet.size()]);
        number = number / alphabet.size() + 0x9e3779b9U * (i + 1);
    }
    return text;
}

} // namespace

std::string kube_time(UnixSeconds seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

std::string draw_uid(Cluster& cluster) {
    const std::string number = std::to_string(1'000'000 + ++cluster.drawn);
    return "00000000-0000-4000-8000-00000" + number;
}

std::string template_hash(const Json& pod_template) {
    return letters(std::hash<std::string>{}(pod_template.dump()), 10);
}

namespace {

std::string json_shown(const Json& map) {
    std::string text = "map[string]string{";
    for (const auto& [key, value] : map.items())
        text += (text.back() == '{' ? "\"" : ", \"") + key + "\":" + value.dump();
    return text + "}";
}

Invalid invalid_value(std::string field, std::string message) {
    return {.field = std::move(field), .reason = "FieldValueInvalid", .message = "Invalid value: " + message};
}

// `spec.ports[0].port`, and the same of the target port that follows it.
std::vector<Invalid> invalid_ports(const Json& spec) {
    std::vector<Invalid> wrong;
    std::size_t number = 0;
    for (const Json& port : spec.value("ports", Json::array())) {
        const std::int64_t value = port.value("port", std::int64_t{0});
        const std::string at = "spec.ports[" + std::to_string(number++) + "].";
        const std::string rule = std::to_string(value) + ": must be between 1 and 65535, inclusive";
        if (!wrong.empty() || (value >= 1 && value <= 65535)) continue;
        wrong.push_back(invalid_value(at + "port", rule));
        if (!port.contains("targetPort")) wrong.push_back(invalid_value(at + "targetPort", rule));
    }
    return wrong;
}

Json match_labels(const Json& spec) {
    return spec.value("selector", Json::object()).value("matchLabels", Json::object());
}

bool fits_template(const Json& selector, const Json& labels) {
    return std::ranges::all_of(selector.items(), [&](const auto& item) {
        return labels.contains(item.key()) && labels[item.key()] == item.value();
    });
}

std::vector<Invalid> invalid_deployment(const Json& spec, const Json& before) {
    const Json selector = match_labels(spec);
    const Json::json_pointer labels_at("/template/metadata/labels");
    const Json::json_pointer containers_at("/template/spec/containers");
    const Json labels = spec.contains(labels_at) ? spec[labels_at] : Json::object();
    const auto required = [](const char* field) {
        return Invalid{.field = field, .reason = "FieldValueRequired", .message = "Required value"};
    };
    std::vector<Invalid> wrong;
    const bool missing = !spec.contains("selector");
    if (missing) wrong.push_back(required("spec.selector"));
    if (labels.empty() || !fits_template(selector, labels))
        wrong.push_back(invalid_value("spec.template.metadata.labels",
                                      (labels.empty() ? "map[string]string(nil)" : json_shown(labels)) +
                                          ": `selector` does not match template `labels`"));
    if (!spec.contains(containers_at)) wrong.push_back(required("spec.template.spec.containers"));
    if (missing) {
        wrong.push_back(invalid_value("spec.selector", "\"null\": field is immutable"));
    } else if (selector != match_labels(before.at("spec"))) {
        wrong.push_back(invalid_value("spec.selector", "v1.LabelSelector{MatchLabels:" + json_shown(selector) +
                                                           ", MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: "
                                                           "field is immutable"));
    }
    return wrong;
}

} // namespace

std::vector<Invalid> invalid_causes(const Json& object, const Json* before) {
    const std::string kind = object.value("kind", "");
    const Json spec = object.value("spec", Json::object());
    if (kind == "Service") return invalid_ports(spec);
    return kind == "Deployment" && before != nullptr ? invalid_deployment(spec, *before) : std::vector<Invalid>{};
}

std::optional<std::string> invalid_object(const Json& object, const Json* before) {
    std::string text;
    const auto causes = invalid_causes(object, before);
    for (const Invalid& one : causes) text += (text.empty() ? "" : ", ") + one.field + ": " + one.message;
    if (causes.empty()) return std::nullopt;
    return causes.size() == 1 ? text : "[" + text + "]";
}

namespace {

void start_roles(Cluster& cluster, const KubeWriter& own) {
    const Json bootstrapped{{"kubernetes.io/bootstrapping", "rbac-defaults"}};
    const auto make = [&](const char* kind, const char* name_space, const char* name) {
        Json role{{"metadata", {{"labels", bootstrapped}, {"name", name}}}, {"rules", Json::array()}};
        if (*name_space != '\0') role["metadata"]["namespace"] = name_space;
        create_object(cluster, *find_kind(cluster, "rbac.authorization.k8s.io/v1", kind), role, own);
    };
    for (const char* name : {"admin", "cluster-admin", "edit", "view"}) make("ClusterRole", "", name);
    make("Role", "kube-public", "system:controller:bootstrap-signer");
    for (const char* name :
         {"extension-apiserver-authentication-reader", "system::leader-locking-kube-controller-manager",
          "system::leader-locking-kube-scheduler", "system:controller:bootstrap-signer",
          "system:controller:cloud-provider", "system:controller:token-cleaner"})
        make("Role", "kube-system", name);
}

// Two nodes, the API server's own service, and what it keeps in kube-system.
void start_system(Cluster& cluster, const KubeWriter& own) {
    for (const char* name : {"node-1", "node-2"}) {
        const Json room{{"cpu", "64"}, {"memory", "256Gi"}, {"pods", "110"}};
        create_object(cluster, *find_kind(cluster, "v1", "Node"),
                      {{"metadata", {{"name", name}}},
                       {"spec", Json::object()},
                       {"status", {{"allocatable", room}, {"capacity", room}}}},
                      {.manager = "kubelet", .now = own.now});
    }
    create_object(
        cluster, *find_kind(cluster, "v1", "Service"),
        {{"metadata",
          {{"labels", {{"component", "apiserver"}, {"provider", "kubernetes"}}},
           {"name", "kubernetes"},
           {"namespace", "default"}}},
         {"spec",
          {{"clusterIP", "10.96.0.1"},
           {"clusterIPs", {"10.96.0.1"}},
           {"ports", Json::array({{{"name", "https"}, {"port", 443}, {"protocol", "TCP"}, {"targetPort", 443}}})}}}},
        own);
    for (const char* name :
         {"extension-apiserver-authentication", "kube-apiserver-legacy-service-account-token-tracking"})
        create_object(cluster, *find_kind(cluster, "v1", "ConfigMap"),
                      {{"metadata", {{"name", name}, {"namespace", "kube-system"}}}, {"data", Json::object()}}, own);
    start_roles(cluster, own);
}

} // namespace

void start_cluster(Cluster& cluster, UnixSeconds now) {
    const KubeWriter own{.manager = "kube-apiserver", .now = now};
    for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system", "portainer"})
        create_object(cluster, *find_kind(cluster, "v1", "Namespace"), {{"metadata", {{"name", name}}}}, own);
    cluster.objects[{"namespaces", "", "portainer"}]["metadata"]["annotations"]
                   ["kubectl.kubernetes.io/last-applied-configuration"] =
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"annotations\":{},\"name\":\"portainer\"}}\n";
    start_system(cluster, own);
    const Json noted{
        {"apiVersion", "storage.k8s.io/v1"},
        {"kind", "StorageClass"},
        {"metadata",
         {{"annotations", {{"storageclass.kubernetes.io/is-default-class", "true"}}}, {"name", "standard"}}},
        {"provisioner", "kubernetes.io/no-provisioner"},
        {"volumeBindingMode", "Immediate"}};
    Json made = noted;
    made["reclaimPolicy"] = "Delete";
    made["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = noted.dump() + "\n";
    create_object(cluster, *find_kind(cluster, "storage.k8s.io/v1", "StorageClass"), made,
                  {.manager = "kubectl-client-side-apply", .now = now});
}

} // namespace portainer_double
