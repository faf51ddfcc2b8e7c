// An object in the words of `kubectl describe`, as one of Portainer's own routes gives it.
#include "portainer_double/kube_own.hpp"

#include <array>
#include <ctime>
#include <iomanip>
#include <map>
#include <sstream>

namespace portainer_double {
namespace {

// "Name:" and its value, which begins in one column.
std::string described(const std::string& name, const std::string& value, std::size_t column) {
    return name + std::string(name.size() < column ? column - name.size() : 1, ' ') + value + "\n";
}

// "a=1", one a line, the further ones below the first.
std::string described_map(const Json& map, const char* between, std::size_t column) {
    if (!map.is_object() || map.empty()) return "<none>";
    const std::map<std::string, Json> sorted(map.get<std::map<std::string, Json>>());
    std::string text;
    for (const auto& [key, value] : sorted)
        text += (text.empty() ? "" : "\n" + std::string(column, ' ')) + key + between +
                (value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

// "2026-11-28T23:09:43Z" -> "Sat, 28 Nov 2026 23:09:43 +0000"
std::string mail_time(const std::string& time) {
    std::istringstream in(time);
    std::tm parts{};
    in >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
    const std::time_t seconds = timegm(&parts);
    gmtime_r(&seconds, &parts); // with the day of the week
    std::array<char, 64> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return {text.data(), length};
}

std::string described_container(const Json& container) {
    std::string text = "   " + container.value("name", "") + ":\n";
    text += described("    Image:", container.value("image", ""), 16);
    const Json ports = container.value("ports", Json::array());
    const auto port_of = [&](const char* key) {
        std::string list;
        for (const Json& port : ports)
            list +=
                (list.empty() ? "" : ", ") + std::to_string(port.value(key, 0)) + "/" + port.value("protocol", "TCP");
        return list.empty() ? std::string("<none>") : list;
    };
    text += described("    Port:", port_of("containerPort"), 16);
    text += described("    Host Port:", ports.empty() ? "<none>" : port_of("hostPort"), 16);
    if (container.contains("envFrom")) text += "    Environment Variables from:\n";
    for (const Json& from : container.value("envFrom", Json::array())) {
        const bool map = from.contains("configMapRef");
        const Json& reference = map ? from["configMapRef"] : from["secretRef"];
        text += "      " + reference.value("name", "") + (map ? "  ConfigMap" : "  Secret") +
                "  Optional: " + (reference.value("optional", false) ? "true" : "false") + "\n";
    }
    if (container.contains("env")) {
        text += "    Environment:\n";
        for (const Json& one : container["env"])
            text += "      " + one.value("name", "") + ":  " + one.value("value", "") + "\n";
    } else {
        text += described("    Environment:", "<none>", 20);
    }
    return text + described("    Mounts:", "<none>", 20);
}

std::string described_template(const Json& pod_template) {
    std::string text = "Pod Template:\n";
    const Json metadata = pod_template.value("metadata", Json::object());
    text += described("  Labels:", described_map(metadata.value("labels", Json()), "=", 11), 11) + "  Containers:\n";
    for (const Json& container : pod_template["spec"]["containers"]) text += described_container(container);
    for (const char* name : {"  Volumes:", "  Node-Selectors:", "  Tolerations:"})
        text += described(name, "<none>", 20);
    return text;
}

std::string described_conditions(const Json& status) {
    std::string text = "Conditions:\n  Type           Status  Reason\n  ----           ------  ------\n";
    for (const Json& condition : status.value("conditions", Json::array()))
        text += described("  " + condition.value("type", ""),
                          described(condition.value("status", ""), condition.value("reason", ""), 8), 17);
    for (std::size_t at = text.find("\n\n"); at != std::string::npos; at = text.find("\n\n")) text.erase(at, 1);
    return text;
}

const Json* newest_set(const Cluster& cluster, const Json& deployment) {
    const std::string revision =
        deployment["metadata"].value("annotations", Json::object()).value("deployment.kubernetes.io/revision", "");
    for (const auto& [key, set] : cluster.objects) {
        if (key.resource != "replicasets.apps") continue;
        const Json& metadata = set["metadata"];
        const Json owners = metadata.value("ownerReferences", Json::array());
        const bool own = !owners.empty() && owners.front().value("uid", "") == deployment["metadata"].value("uid", "");
        const std::string of =
            metadata.value("annotations", Json::object()).value("deployment.kubernetes.io/revision", "");
        if (own && of == revision) return &set;
    }
    return nullptr;
}

std::string described_sets(const Cluster& cluster, const Json& deployment) {
    const Json* set = newest_set(cluster, deployment);
    if (set == nullptr) return "OldReplicaSets:  <none>\nNewReplicaSet:   <none>\nEvents:          <none>\n";
    const std::string name = (*set)["metadata"].value("name", "");
    const std::string wanted = std::to_string((*set)["spec"].value("replicas", 0));
    const std::string made = std::to_string(set->value("status", Json::object()).value("replicas", 0));
    return "OldReplicaSets:  <none>\nNewReplicaSet:   " + name + " (" + made + "/" + wanted +
           " replicas created)\nEvents:\n"
           "  Type    Reason             Age   From                   Message\n"
           "  ----    ------             ----  ----                   -------\n"
           "  Normal  ScalingReplicaSet  0s    deployment-controller  Scaled up replica set " +
           name + " to " + wanted + "\n";
}

std::string described_deployment(const Cluster& cluster, const Json& object) {
    const Json& spec = object["spec"];
    const Json status = object.value("status", Json::object());
    const auto count = [&](const char* key) { return std::to_string(status.value(key, 0)); };
    std::string text = described("Replicas:",
                                 std::to_string(spec.value("replicas", 0)) + " desired | " + count("updatedReplicas") +
                                     " updated | " + count("replicas") + " total | " + count("availableReplicas") +
                                     " available | " + count("unavailableReplicas") + " unavailable",
                                 24);
    const Json strategy = spec.value("strategy", Json::object());
    text += described("StrategyType:", strategy.value("type", ""), 24);
    text += described("MinReadySeconds:", std::to_string(spec.value("minReadySeconds", 0)), 24);
    if (strategy.contains("rollingUpdate")) {
        const auto share = [&](const char* key) {
            const Json value = strategy["rollingUpdate"].value(key, Json(""));
            return value.is_string() ? value.get<std::string>() : value.dump();
        };
        text += described("RollingUpdateStrategy:",
                          share("maxUnavailable") + " max unavailable, " + share("maxSurge") + " max surge", 24);
    }
    return text + described_template(spec["template"]) + described_conditions(status) + described_sets(cluster, object);
}

} // namespace

std::string describe_object(const Cluster& cluster, const Json& object) {
    const Json& metadata = object["metadata"];
    std::string text = described("Name:", metadata.value("name", ""), 24);
    text += described("Namespace:", metadata.value("namespace", ""), 24);
    text += described("CreationTimestamp:", mail_time(metadata.value("creationTimestamp", "")), 24);
    text += described("Labels:", described_map(metadata.value("labels", Json()), "=", 24), 24);
    text += described("Annotations:", described_map(metadata.value("annotations", Json()), ": ", 24), 24);
    if (object.value("kind", "") != "Deployment") return text;
    const Json selector = object["spec"].value("selector", Json::object());
    text += described("Selector:", described_map(selector.value("matchLabels", Json()), "=", 24), 24);
    return text + described_deployment(cluster, object);
}

} // namespace portainer_double
