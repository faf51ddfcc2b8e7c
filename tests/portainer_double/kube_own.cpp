#include "portainer_double/kube_own.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace portainer_double {
namespace {

Json labels_of(const Json& object) { return object.at("metadata").value("labels", Json()); }
Json annotations_of(const Json& object) { return object.at("metadata").value("annotations", Json()); }

std::string text_at(const Json& map, const std::string& key) { return map.is_object() ? map.value(key, "") : ""; }

// "2026-11-28T23:09:43Z" -> "2026-11-28 23:09:43 +0000 UTC"
std::string spoken_time(std::string time) {
    if (time.size() != 20) return time;
    time[10] = ' ';
    time.pop_back();
    return time + " +0000 UTC";
}

Json configuration(const Json& object) {
    const Json& metadata = object.at("metadata");
    return {{"UID", metadata.value("uid", "")},
            {"Name", metadata.value("name", "")},
            {"Namespace", metadata.value("namespace", "")},
            {"CreationDate", metadata.value("creationTimestamp", "")},
            {"Annotations", annotations_of(object)},
            {"Data", nullptr},
            {"IsUsed", false},
            {"Labels", labels_of(object)},
            {"ConfigurationOwners", nullptr},
            {"ConfigurationOwner", ""},
            {"ConfigurationOwnerId", ""}};
}

// "64", "500m", "256Gi", "128Mi" in thousandths.
double thousandths(const Json& quantity) {
    const std::string text = quantity.is_string() ? quantity.get<std::string>() : quantity.dump();
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const std::string_view unit(end);
    constexpr std::array units{std::pair{"m", 1e-3},         std::pair{"k", 1e3},     std::pair{"M", 1e6},
                               std::pair{"G", 1e9},          std::pair{"Ki", 1024.0}, std::pair{"Mi", 1048576.0},
                               std::pair{"Gi", 1073741824.0}};
    for (const auto& [name, factor] : units) {
        if (unit == name) return number * factor * 1000;
    }
    return number * 1000;
}

} // namespace

std::vector<const Json*> shown_objects(const KubeView& view, std::string_view resource, std::string_view name_space) {
    std::vector<const Json*> objects;
    for (const auto& [key, object] : view.cluster.objects) {
        const bool wanted = key.resource == resource && (name_space.empty() || key.name_space == name_space);
        if (wanted && (view.all || std::ranges::binary_search(view.namespaces, key.name_space)))
            objects.push_back(&object);
    }
    return objects;
}

Json own_namespace(const Json& object, Version version) {
    const Json& metadata = object.at("metadata");
    const std::string name = metadata.value("name", "");
    constexpr std::array system{"kube-node-lease", "kube-public", "kube-system", "portainer"};
    Json shown{{"Id", metadata.value("uid", "")},
               {"Name", name},
               {"Status", {{"phase", object.value("status", Json::object()).value("phase", "Active")}}}};
    if (version >= Version::v2_39_0) shown["Annotations"] = annotations_of(object);
    shown["CreationDate"] = metadata.value("creationTimestamp", "");
    if (version >= Version::v2_39_0) shown["UnhealthyEventCount"] = 0;
    shown["NamespaceOwner"] = text_at(labels_of(object), "io.portainer.kubernetes.resourcepool.owner");
    shown["IsSystem"] = std::ranges::find(system, name) != system.end();
    shown["IsDefault"] = name == "default";
    shown["ResourceQuota"] = nullptr;
    return shown;
}

Json own_config_map(const Json& object, bool with_data) {
    Json shown = configuration(object);
    if (with_data) shown["Data"] = object.value("data", Json());
    return shown;
}

Json own_secret(const Json& object) {
    Json shown = configuration(object);
    shown["SecretType"] = object.value("type", "");
    return shown;
}

Json own_service(const Json& object) {
    const Json& metadata = object.at("metadata");
    const Json& spec = object.at("spec");
    Json shown{{"Name", metadata.value("name", "")},
               {"UID", metadata.value("uid", "")},
               {"Type", spec.value("type", "")},
               {"Namespace", metadata.value("namespace", "")}};
    if (!annotations_of(object).empty()) shown["Annotations"] = annotations_of(object);
    shown["CreationDate"] = spoken_time(metadata.value("creationTimestamp", ""));
    if (!labels_of(object).empty()) shown["Labels"] = labels_of(object);
    Json ports = Json::array();
    for (const Json& port : spec.value("ports", Json::array())) {
        const Json target = port.value("targetPort", Json(""));
        ports.push_back({{"Name", port.value("name", "")},
                         {"NodePort", port.value("nodePort", 0)},
                         {"Port", port.value("port", 0)},
                         {"Protocol", port.value("protocol", "")},
                         {"TargetPort", target.is_string() ? target.get<std::string>() : target.dump()}});
    }
    shown["Ports"] = ports;
    if (!spec.value("selector", Json()).empty()) shown["Selector"] = spec["selector"];
    if (spec.contains("clusterIPs")) shown["ClusterIPs"] = spec["clusterIPs"];
    return shown;
}

Json own_ingress(const Json& object) {
    const Json& metadata = object.at("metadata");
    return {{"Name", metadata.value("name", "")},
            {"UID", metadata.value("uid", "")},
            {"Namespace", metadata.value("namespace", "")},
            {"ClassName", object.value("spec", Json::object()).value("ingressClassName", "")},
            {"Annotations", annotations_of(object)},
            {"Labels", labels_of(object)},
            {"CreationDate", metadata.value("creationTimestamp", "")}};
}

Json own_role(const Json& object, Version version) {
    const Json& metadata = object.at("metadata");
    const std::string name = metadata.value("name", "");
    Json shown{{"name", name}};
    if (version >= Version::v2_39_0) shown["uid"] = metadata.value("uid", "");
    if (metadata.contains("namespace")) shown["namespace"] = metadata["namespace"];
    shown["creationDate"] = metadata.value("creationTimestamp", "");
    if (version >= Version::v2_39_0)
        shown["isSystem"] = text_at(labels_of(object), "kubernetes.io/bootstrapping") == "rbac-defaults";
    return shown;
}

Json own_cron_job(const Json& object) {
    const Json& metadata = object.at("metadata");
    const Json& spec = object.at("spec");
    return {{"Id", metadata.value("uid", "")},
            {"Name", metadata.value("name", "")},
            {"Namespace", metadata.value("namespace", "")},
            {"Schedule", spec.value("schedule", "")},
            {"Suspend", spec.value("suspend", false)},
            {"Jobs", Json::array()}};
}

Json own_nodes_limits(const Cluster& cluster) {
    Json limits = Json::object();
    for (const auto& [key, node] : cluster.objects) {
        if (key.resource != "nodes") continue;
        const Json& room = node["status"]["allocatable"];
        double cpu = thousandths(room["cpu"]);
        double memory = thousandths(room["memory"]) / 1000;
        for (const auto& [other, pod] : cluster.objects) {
            if (other.resource != "pods" || pod["spec"].value("nodeName", "") != key.name) continue;
            for (const Json& container : pod["spec"]["containers"]) {
                const Json asked = container.value("resources", Json::object()).value("requests", Json::object());
                if (asked.contains("cpu")) cpu -= thousandths(asked["cpu"]);
                if (asked.contains("memory")) memory -= thousandths(asked["memory"]) / 1000;
            }
        }
        limits[key.name] = {{"CPU", static_cast<std::int64_t>(cpu)}, {"Memory", static_cast<std::int64_t>(memory)}};
    }
    return limits;
}

} // namespace portainer_double
