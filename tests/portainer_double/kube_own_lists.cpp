// Applications and events, as Portainer's own routes put them together from several objects.
#include "portainer_double/kube_own.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

std::string application_label(const Json& object, const std::string& name) {
    const Json labels = object.at("metadata").value("labels", Json::object());
    return labels.value("io.portainer.kubernetes.application." + name, "");
}

Json part_of_metadata(const Json& object, const char* name) { return object.at("metadata").value(name, Json()); }

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

const Json& pod_spec_of(const Json& object) {
    return object.value("kind", "") == "Pod" ? object["spec"] : object["spec"]["template"]["spec"];
}

Json services_of(const KubeView& view, const Json& object) {
    const bool bare = object.value("kind", "") == "Pod";
    const Json pod_labels = bare ? part_of_metadata(object, "labels")
                                 : object["spec"]["template"].value("metadata", Json::object()).value("labels", Json());
    Json services = Json::array();
    for (const Json* service : shown_objects(view, "services", object["metadata"].value("namespace", ""))) {
        if (selects(*service, pod_labels)) services.push_back(plain_service(*service));
    }
    return services;
}

void add_application_rest(Json& app, const Json& object, bool old) {
    const std::string kind = object.value("kind", "");
    const Json& services = app["Services"];
    if (!services.empty()) app["ServiceType"] = services.front()["spec"].value("type", "");
    app["Kind"] = kind;
    app["MatchLabels"] =
        kind == "Pod" ? Json() : object["spec"].value("selector", Json::object()).value("matchLabels", Json::object());
    app["Labels"] = part_of_metadata(object, "labels");
    app["Resource"] =
        old ? Json{{"CpuRequest", 0}, {"CpuLimit", 0}, {"MemoryRequest", 0}, {"MemoryLimit", 0}} : Json::object();
    if (!old)
        app["CustomResourceMetadata"] = {{"name", ""}, {"kind", ""}, {"scope", ""}, {"apiVersion", ""}, {"plural", ""}};
}

Json application(const KubeView& view, const Json& object) {
    const bool old = view.version < Version::v2_39_0;
    const std::string kind = object.value("kind", "");
    const Json& metadata = object["metadata"];
    const Json& containers = pod_spec_of(object)["containers"];
    Json shown{{"labels", part_of_metadata(object, "labels")}};
    if (!old) shown["annotations"] = part_of_metadata(object, "annotations");
    Json app{{"Id", metadata.value("uid", "")},
             {"Name", metadata.value("name", "")},
             {"Image", containers.empty() ? "" : containers.front().value("image", "")},
             {"Services", old ? Json::array() : services_of(view, object)},
             {"CreationDate", metadata.value("creationTimestamp", "")},
             {"ApplicationOwner", application_label(object, "owner")},
             {"StackName", application_label(object, "stack")},
             {"ResourcePool", metadata.value("namespace", "")},
             {"ApplicationType", kind},
             {"Metadata", shown},
             {"Status", ""},
             {"TotalPodsCount", kind == "Pod" ? 1 : wanted_of(object)},
             {"RunningPodsCount", kind == "Pod" ? 1 : ready_of(object)},
             {"DeploymentType", kind == "DaemonSet" ? "Global" : "Replicated"},
             {"StackId", application_label(object, "stackid")}};
    add_application_rest(app, object, old);
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
    if (!scheduled) {
        event["firstTimestamp"] = time;
        event["lastTimestamp"] = time;
    }
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

} // namespace

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

} // namespace portainer_double
