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

// `spec.ports[0].port: Invalid value: 99999: ...`, and the same of the target port that follows it.
std::optional<std::string> invalid_port(const Json& spec) {
    std::size_t number = 0;
    for (const Json& port : spec.value("ports", Json::array())) {
        const std::int64_t value = port.value("port", std::int64_t{0});
        const std::string at = "spec.ports[" + std::to_string(number++) + "].";
        const std::string rule =
            ": Invalid value: " + std::to_string(value) + ": must be between 1 and 65535, inclusive";
        if (value >= 1 && value <= 65535) continue;
        if (port.contains("targetPort")) return at + "port" + rule;
        return "[" + at + "port" + rule + ", " + at + "targetPort" + rule + "]";
    }
    return std::nullopt;
}

std::optional<std::string> invalid_selector(const Json& spec, const Json& before) {
    const Json selector = spec.value("selector", Json::object()).value("matchLabels", Json::object());
    const Json was = before["spec"]["selector"].value("matchLabels", Json::object());
    const Json::json_pointer at("/template/metadata/labels");
    const Json labels = spec.contains(at) ? spec[at] : Json::object();
    std::vector<std::string> wrong;
    const bool fits = std::ranges::all_of(selector.items(), [&](const auto& item) {
        return labels.contains(item.key()) && labels[item.key()] == item.value();
    });
    if (!fits)
        wrong.push_back("spec.template.metadata.labels: Invalid value: " + json_shown(labels) +
                        ": `selector` does not match template `labels`");
    if (selector != was)
        wrong.push_back("spec.selector: Invalid value: v1.LabelSelector{MatchLabels:" + json_shown(selector) +
                        ", MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable");
    if (wrong.empty()) return std::nullopt;
    return wrong.size() == 1 ? wrong[0] : "[" + wrong[0] + ", " + wrong[1] + "]";
}

} // namespace

std::optional<std::string> invalid_object(const Json& object, const Json* before) {
    const std::string kind = object.value("kind", "");
    const Json spec = object.value("spec", Json::object());
    if (kind == "Service") return invalid_port(spec);
    return kind == "Deployment" && before != nullptr ? invalid_selector(spec, *before) : std::nullopt;
}

void start_cluster(Cluster& cluster, UnixSeconds now) {
    const KubeWriter own{.manager = "kube-apiserver", .now = now};
    for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system", "portainer"})
        create_object(cluster, *find_kind(cluster, "v1", "Namespace"), {{"metadata", {{"name", name}}}}, own);
    cluster.objects[{"namespaces", "", "portainer"}]["metadata"]["annotations"]
                   ["kubectl.kubernetes.io/last-applied-configuration"] =
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"annotations\":{},\"name\":\"portainer\"}}\n";
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
