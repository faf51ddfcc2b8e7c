#include "portainer_double/kube_own.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace portainer_double {
namespace {

constexpr std::string_view stack_label = "io.portainer.kubernetes.application.";

Json labels_of(const Json& object) { return object.at("metadata").value("labels", Json()); }
Json annotations_of(const Json& object) { return object.at("metadata").value("annotations", Json()); }

std::string text_at(const Json& map, const std::string& key) { return map.is_object() ? map.value(key, "") : ""; }

std::string labelled_with(const Json& object, std::string_view name) {
    return text_at(labels_of(object), std::string(stack_label) + std::string(name));
}

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

bool selects(const Json& service, const Json& pod_labels) {
    const Json selector = service.at("spec").value("selector", Json::object());
    if (selector.empty()) return false;
    return std::ranges::all_of(selector.items(), [&](const auto& item) {
        return pod_labels.is_object() && pod_labels.contains(item.key()) && pod_labels[item.key()] == item.value();
    });
}

// As the API server gave it, without its bookkeeping.
Json plain_service(Json service) {
    service.erase("kind");
    service.erase("apiVersion");
    service["metadata"].erase("managedFields");
    return service;
}

std::int64_t ready_of(const Json& object) {
    const Json status = object.value("status", Json::object());
    const char* key = object.value("kind", "") == "DaemonSet" ? "numberReady" : "readyReplicas";
    return status.value(key, std::int64_t{0});
}

std::int64_t wanted_of(const Json& object) {
    if (object.value("kind", "") == "DaemonSet")
        return object.value("status", Json::object()).value("desiredNumberScheduled", std::int64_t{0});
    return object["spec"].value("replicas", std::int64_t{1});
}

Json application(const KubeView& view, const Json& object) {
    const bool old = view.version < Version::v2_39_0;
    const bool bare = object.value("kind", "") == "Pod";
    const Json& metadata = object["metadata"];
    const Json& spec = bare ? object["spec"] : object["spec"]["template"]["spec"];
    const Json pod_labels =
        bare ? labels_of(object) : object["spec"]["template"].value("metadata", Json::object()).value("labels", Json());
    Json services = Json::array();
    for (const Json* service : shown_objects(view, "services", metadata.value("namespace", ""))) {
        if (!old && selects(*service, pod_labels)) services.push_back(plain_service(*service));
    }
    Json shown{{"labels", labels_of(object)}};
    if (!old) shown["annotations"] = annotations_of(object);
    const std::string kind = object.value("kind", "");
    Json app{{"Id", metadata.value("uid", "")},
             {"Name", metadata.value("name", "")},
             {"Image", spec["containers"].empty() ? "" : spec["containers"].front().value("image", "")},
             {"Services", services},
             {"CreationDate", metadata.value("creationTimestamp", "")},
             {"ApplicationOwner", labelled_with(object, "owner")},
             {"StackName", labelled_with(object, "stack")},
             {"ResourcePool", metadata.value("namespace", "")},
             {"ApplicationType", kind},
             {"Metadata", shown},
             {"Status", ""},
             {"TotalPodsCount", bare ? 1 : wanted_of(object)},
             {"RunningPodsCount", bare ? 1 : ready_of(object)},
             {"DeploymentType", kind == "DaemonSet" ? "Global" : "Replicated"},
             {"StackId", labelled_with(object, "stackid")}};
    if (!services.empty()) app["ServiceType"] = services.front()["spec"].value("type", "");
    app["Kind"] = kind;
    app["MatchLabels"] =
        bare ? Json() : object["spec"].value("selector", Json::object()).value("matchLabels", Json::object());
    app["Labels"] = labels_of(object);
    app["Resource"] =
        old ? Json{{"CpuRequest", 0}, {"CpuLimit", 0}, {"MemoryRequest", 0}, {"MemoryLimit", 0}} : Json::object();
    if (!old)
        app["CustomResourceMetadata"] = {{"name", ""}, {"kind", ""}, {"scope", ""}, {"apiVersion", ""}, {"plural", ""}};
    return app;
}

struct KubeHappening {
    const Json& object;
    std::string reason;
    std::string message;
};

Json own_event(const KubeHappening& happening) {
    const Json& metadata = happening.object["metadata"];
    const bool scheduled = happening.reason == "Scheduled";
    const std::string time = metadata.value("creationTimestamp", "");
    const std::string uid = metadata.value("uid", "");
    Json event{
        {"type", "Normal"},
        {"name", metadata.value("name", "") + "." + uid.substr(uid.size() < 7 ? 0 : uid.size() - 7) + "000000000"},
        {"reason", happening.reason},
        {"message", happening.message},
        {"namespace", metadata.value("namespace", "")},
        {"eventTime", scheduled ? time : std::string("0001-01-01T00:00:00Z")},
        {"count", scheduled ? 0 : 1}};
    if (!scheduled) event["firstTimestamp"] = event["lastTimestamp"] = time;
    event["uid"] = uid;
    event["involvedObject"] = {{"kind", happening.object.value("kind", "")},
                               {"uid", uid},
                               {"name", metadata.value("name", "")},
                               {"namespace", metadata.value("namespace", "")}};
    return event;
}

const Json* owner_among(const std::vector<const Json*>& owners, const Json& object) {
    for (const Json& reference : object["metadata"].value("ownerReferences", Json::array())) {
        for (const Json* owner : owners) {
            if ((*owner)["metadata"].value("uid", "") == reference.value("uid", "")) return owner;
        }
    }
    return nullptr;
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

Json own_applications(const KubeView& view, std::string_view name_space) {
    Json list = Json::array();
    for (const char* resource : {"deployments.apps", "statefulsets.apps", "daemonsets.apps", "pods"}) {
        for (const Json* object : shown_objects(view, resource, name_space)) {
            if (!(*object)["metadata"].contains("ownerReferences")) list.push_back(application(view, *object));
        }
    }
    return list;
}

Json own_events(const KubeView& view, std::string_view name_space) {
    std::vector<Json> events;
    const auto sets = shown_objects(view, "replicasets.apps", name_space);
    const auto deployments = shown_objects(view, "deployments.apps", name_space);
    const auto name = [](const Json& object) { return object["metadata"].value("name", ""); };
    for (const Json* pod : shown_objects(view, "pods", name_space)) {
        const std::string place = (*pod)["metadata"].value("namespace", "") + "/" + name(*pod);
        events.push_back(own_event(
            {*pod, "Scheduled", "Successfully assigned " + place + " to " + (*pod)["spec"].value("nodeName", "")}));
        if (const Json* set = owner_among(sets, *pod); set != nullptr)
            events.push_back(own_event({*set, "SuccessfulCreate", "Created pod: " + name(*pod)}));
    }
    for (const Json* set : sets) {
        const Json* deployment = owner_among(deployments, *set);
        if (deployment == nullptr || wanted_of(*set) == 0) continue;
        events.push_back(own_event({*deployment, "ScalingReplicaSet",
                                    "Scaled up replica set " + name(*set) + " to " + std::to_string(wanted_of(*set))}));
    }
    std::ranges::stable_sort(events, {}, [](const Json& event) { return event["name"].get<std::string>(); });
    return events;
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
