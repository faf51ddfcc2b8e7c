#include "portainer_double/kube_pods.hpp"

#include "portainer_double/kube_defaults.hpp"
#include "portainer_double/kube_store.hpp"

namespace portainer_double {
namespace {

std::string waiting_message(const std::string& reason, const std::string& image) {
    if (reason == "ImagePullBackOff") return "Back-off pulling image \"" + image + "\"";
    if (reason == "ErrImagePull") return "failed to pull and unpack image \"" + image + "\": not found";
    if (reason == "CreateContainerConfigError") return "secret \"nosuch\" not found";
    return "back-off 5m0s restarting failed container";
}

Json container_status(const Json& container, const std::string& trouble, const std::string& uid, UnixSeconds now) {
    Json status{{"name", container.value("name", "")},
                {"state", Json::object()},
                {"lastState", Json::object()},
                {"ready", trouble.empty()},
                {"restartCount", trouble == "CrashLoopBackOff" ? 7 : 0},
                {"image", container.value("image", "")},
                {"imageID", trouble.find("Image") != std::string::npos ? "" : "sha256:0000"}};
    if (trouble.empty() || trouble == "unready") {
        status["state"]["running"] = {{"startedAt", kube_time(now)}};
        status["containerID"] = "fake://" + uid + container.value("name", "");
        status["started"] = true;
        return status;
    }
    status["state"]["waiting"] = {{"reason", trouble},
                                  {"message", waiting_message(trouble, container.value("image", ""))}};
    if (trouble == "CrashLoopBackOff")
        status["lastState"]["terminated"] = {
            {"exitCode", 1}, {"reason", "Error"}, {"startedAt", kube_time(now)}, {"finishedAt", kube_time(now)}};
    status["started"] = trouble == "CrashLoopBackOff";
    return status;
}

Json pod_status(Cluster& cluster, const Json& pod, const std::string& trouble, UnixSeconds now) {
    Json conditions = Json::array();
    const bool ready = trouble.empty();
    for (const char* type : {"PodScheduled", "Initialized", "Ready", "ContainersReady", "PodReadyToStartContainers"}) {
        const bool follows = std::string_view(type) == "Ready" || std::string_view(type) == "ContainersReady";
        conditions.push_back({{"type", type},
                              {"status", follows && !ready ? "False" : "True"},
                              {"lastProbeTime", nullptr},
                              {"lastTransitionTime", kube_time(now)}});
    }
    Json statuses = Json::array();
    const std::string uid = pod["metadata"].value("uid", "");
    for (const Json& container : pod["spec"]["containers"])
        statuses.push_back(container_status(container, trouble, uid, now));
    const std::string address = "10.244.0." + std::to_string(cluster.drawn % 250 + 2);
    const bool runs = trouble.empty() || trouble == "unready" || trouble == "CrashLoopBackOff";
    return {{"phase", runs ? "Running" : "Pending"},
            {"conditions", conditions},
            {"hostIP", "10.1.0.1"},
            {"podIP", address},
            {"podIPs", Json::array({{{"ip", address}}})},
            {"startTime", kube_time(now)},
            {"containerStatuses", statuses},
            {"qosClass", "BestEffort"}};
}

std::string pod_suffix(Cluster& cluster) {
    static constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz";
    std::uint64_t number = static_cast<std::uint64_t>(++cluster.drawn) * 2654435761U;
    std::string text;
    for (int i = 0; i < 5; ++i, number /= alphabet.size()) text.push_back(alphabet[number % alphabet.size()]);
    return text;
}

void make_pod(Cluster& cluster, const Json& owner, const std::string& name, UnixSeconds now) {
    Json pod{{"kind", "Pod"},
             {"apiVersion", "v1"},
             {"metadata", owner["spec"]["template"].value("metadata", Json::object())},
             {"spec", owner["spec"]["template"]["spec"]}};
    Json& metadata = pod["metadata"];
    metadata.erase("creationTimestamp");
    const std::string owner_name = owner["metadata"]["name"];
    metadata["name"] = name;
    metadata["generateName"] = owner_name + "-";
    metadata["namespace"] = owner["metadata"]["namespace"];
    metadata["uid"] = draw_uid(cluster);
    metadata["resourceVersion"] = std::to_string(++cluster.revision);
    metadata["creationTimestamp"] = kube_time(now);
    metadata["ownerReferences"] = Json::array({owner_of(owner)});
    admit_pod(pod, pod_suffix(cluster), "node-" + std::to_string(cluster.drawn % 2 + 1));
    pod["status"] = pod_status(cluster, pod, trouble_of(pod["spec"]), now);
    cluster.objects[{"pods", owner["metadata"]["namespace"], name}] = pod;
}

} // namespace

// What becomes of a pod by its image: "" ready, otherwise why it is not.
std::string trouble_of(const Json& pod_spec) {
    for (const Json& container : pod_spec.value("containers", Json::array())) {
        const std::string image = container.value("image", "");
        if (image.find("nosuch") != std::string::npos) return "ImagePullBackOff";
        if (image.find("crash") != std::string::npos) return "CrashLoopBackOff";
        if (image.find("unready") != std::string::npos || image.find("slow") != std::string::npos) return "unready";
        if (image.find("failing") != std::string::npos) return "Error";
    }
    return {};
}

Json owner_of(const Json& object) {
    return {{"apiVersion", object["apiVersion"]}, {"kind", object["kind"]}, {"name", object["metadata"]["name"]},
            {"uid", object["metadata"]["uid"]},   {"controller", true},     {"blockOwnerDeletion", true}};
}

std::vector<KubeKey> owned_by(const Cluster& cluster, const std::string& resource, const Json& owner) {
    std::vector<KubeKey> owned;
    const std::string uid = owner.at("metadata").value("uid", "");
    for (const auto& [key, object] : cluster.objects) {
        if (key.resource != resource) continue;
        for (const Json& reference : object.at("metadata").value("ownerReferences", Json::array())) {
            if (reference.value("uid", "") == uid) owned.push_back(key);
        }
    }
    return owned;
}

// So many pods of an owner: missing ones come, surplus ones go.
void scale_pods(Cluster& cluster, const Json& owner, std::int64_t wanted, bool numbered, UnixSeconds now) {
    std::vector<KubeKey> pods = owned_by(cluster, "pods", owner);
    while (std::ssize(pods) > wanted) {
        cluster.objects.erase(pods.back());
        pods.pop_back();
    }
    const std::string name = owner["metadata"]["name"];
    for (std::int64_t i = std::ssize(pods); i < wanted; ++i)
        make_pod(cluster, owner, name + "-" + (numbered ? std::to_string(i) : pod_suffix(cluster)), now);
}

void run_pod(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    Json& pod = cluster.objects[key];
    if (pod["metadata"].contains("ownerReferences") || pod.contains("status")) return;
    admit_pod(pod, pod_suffix(cluster), "node-1");
    pod["status"] = pod_status(cluster, pod, trouble_of(pod["spec"]), now);
}

void set_pod_state(Cluster& cluster, Json& pod, const PodState& state, UnixSeconds now) {
    Json& status = pod["status"];
    status = pod_status(cluster, pod, state.reason, now);
    pod["metadata"]["resourceVersion"] = std::to_string(++cluster.revision);
    if (state.reason == "Unschedulable") {
        status["phase"] = "Pending";
        for (const char* key : {"containerStatuses", "podIP", "podIPs", "hostIP", "startTime"}) status.erase(key);
        status["conditions"] =
            Json::array({{{"type", "PodScheduled"},
                          {"status", "False"},
                          {"reason", "Unschedulable"},
                          {"message", state.message.empty() ? "0/2 nodes are available." : state.message},
                          {"lastProbeTime", nullptr},
                          {"lastTransitionTime", kube_time(now)}}});
        return;
    }
    for (Json& container : status["containerStatuses"]) {
        if (state.restarts > 0) container["restartCount"] = state.restarts;
        if (container["state"].contains("waiting") && !state.message.empty())
            container["state"]["waiting"]["message"] = state.message;
        if (container["lastState"].contains("terminated"))
            container["lastState"]["terminated"]["exitCode"] = state.exit_code;
    }
}

} // namespace portainer_double
