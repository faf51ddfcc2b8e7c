#include "portainer_double/kube_hand.hpp"

#include "portainer_double/kube_pods.hpp"
#include "portainer_double/kube_store.hpp"

#include <algorithm>
#include <stdexcept>

namespace portainer_double {
namespace {

// The pods of a workload, those of a deployment through its replica sets.
std::vector<KubeKey> pods_of(Cluster& cluster, const Json& workload) {
    if (workload.value("kind", "") != "Deployment") return owned_by(cluster, "pods", workload);
    std::vector<KubeKey> pods;
    for (const KubeKey& set : owned_by(cluster, "replicasets.apps", workload)) {
        for (const KubeKey& pod : owned_by(cluster, "pods", cluster.objects.at(set))) pods.push_back(pod);
    }
    return pods;
}

bool is_ready(const Json& pod) {
    for (const Json& condition : pod.value("status", Json::object()).value("conditions", Json::array())) {
        if (condition.value("type", "") == "Ready") return condition.value("status", "") == "True";
    }
    return false;
}

void set_or_erase(Json& status, const char* key, std::int64_t count) {
    if (count > 0) {
        status[key] = count;
    } else {
        status.erase(key);
    }
}

Json* condition_of(Json& status, const char* type) {
    if (!status.contains("conditions")) return nullptr;
    for (Json& condition : status["conditions"]) {
        if (condition.value("type", "") == type) return &condition;
    }
    return nullptr;
}

void set_condition(Json& status, const char* type, const char* is, const char* reason, const std::string& message,
                   UnixSeconds since) {
    Json* condition = condition_of(status, type);
    if (condition == nullptr) condition = &status["conditions"].emplace_back(Json{{"type", type}});
    (*condition)["status"] = is;
    (*condition)["reason"] = reason;
    (*condition)["message"] = message;
    for (const char* time : {"lastUpdateTime", "lastTransitionTime"}) (*condition)[time] = kube_time(since);
}

// The workload's own counts after its pods.
void count_pods_of(Cluster& cluster, Json& workload, UnixSeconds now) {
    std::int64_t ready = 0;
    const std::vector<KubeKey> pods = pods_of(cluster, workload);
    for (const KubeKey& pod : pods) ready += is_ready(cluster.objects.at(pod)) ? 1 : 0;
    Json& status = workload["status"];
    if (workload.value("kind", "") == "DaemonSet") {
        status["numberReady"] = ready;
        set_or_erase(status, "numberAvailable", ready);
        set_or_erase(status, "numberUnavailable", std::ssize(pods) - ready);
        return;
    }
    set_or_erase(status, "readyReplicas", ready);
    set_or_erase(status, "availableReplicas", ready);
    if (workload.value("kind", "") != "Deployment") return;
    set_or_erase(status, "unavailableReplicas", std::ssize(pods) - ready);
    const bool available = ready * 4 >= workload["spec"].value("replicas", std::int64_t{1}) * 3;
    set_condition(status, "Available", available ? "True" : "False",
                  available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                  available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
                  now);
}

void roll_deployment(Json& deployment, const Json& in, const std::string& state, UnixSeconds since) {
    Json& status = deployment["status"];
    const auto wanted = deployment["spec"].value("replicas", std::int64_t{1});
    const bool done = state == "done";
    const std::int64_t updated = in.value("updated", done ? wanted : std::int64_t{1});
    const std::int64_t ready = in.value("ready", wanted);
    const std::int64_t total = done ? wanted : wanted + updated;
    set_or_erase(status, "updatedReplicas", updated);
    set_or_erase(status, "readyReplicas", ready);
    set_or_erase(status, "availableReplicas", ready);
    set_or_erase(status, "unavailableReplicas", total - ready);
    status["replicas"] = total;
    const Json* before = condition_of(status, "Progressing");
    std::string of = before == nullptr ? std::string() : before->value("message", "");
    of.resize(std::min(of.size(), of.rfind('"') + 1)); // `ReplicaSet "web-5745659b5c"`
    if (done) {
        set_condition(status, "Progressing", "True", "NewReplicaSetAvailable", of + " has successfully progressed.",
                      since);
    } else if (state == "pastDeadline") {
        set_condition(status, "Progressing", "False", "ProgressDeadlineExceeded", of + " has timed out progressing.",
                      since);
    } else {
        set_condition(status, "Progressing", "True", "ReplicaSetUpdated", of + " is progressing.", since);
    }
}

// Stateful sets and daemon sets have no deadline.
void roll_other(Json& workload, const Json& in, const std::string& state) {
    Json& status = workload["status"];
    const bool done = state == "done";
    if (workload.value("kind", "") == "DaemonSet") {
        status["updatedNumberScheduled"] =
            in.value("updated", done ? status.value("desiredNumberScheduled", std::int64_t{0}) : std::int64_t{0});
        return;
    }
    set_or_erase(status, "updatedReplicas",
                 in.value("updated", done ? workload["spec"].value("replicas", std::int64_t{1}) : std::int64_t{0}));
    const std::string current = status.value("currentRevision", "");
    status["updateRevision"] = done ? current : current + "-next";
}

} // namespace

void change_pods(World& world, const Json& in) {
    const HeldObject held = held_object(world, in);
    const PodState state{.reason = in.value("reason", "") == "ready" ? std::string() : in.value("reason", ""),
                         .message = in.value("message", ""),
                         .restarts = in.value("restarts", std::int64_t{0}),
                         .exit_code = in.value("exitCode", std::int64_t{1})};
    const bool bare = held.kind.kind == "Pod";
    const std::vector<KubeKey> pods = bare ? std::vector{held.key} : pods_of(held.cluster, *held.object);
    if (pods.empty()) throw std::runtime_error("no pods: " + held.key.name);
    std::int64_t left = in.value("count", static_cast<std::int64_t>(pods.size()));
    for (const KubeKey& pod : pods) {
        if (left-- > 0) set_pod_state(held.cluster, held.cluster.objects[pod], state, world.now());
    }
    if (!bare) {
        count_pods_of(held.cluster, *held.object, world.now());
        (*held.object)["metadata"]["resourceVersion"] = std::to_string(++held.cluster.revision);
    }
}

void change_rollout(World& world, const Json& in) {
    const HeldObject held = held_object(world, in);
    const std::string state = in.value("state", "underWay");
    const UnixSeconds since = world.now() - in.value("ago", UnixSeconds{0});
    Json& workload = *held.object;
    if (!workload.contains("status")) throw std::runtime_error("no workload: " + held.kind.kind);
    if (state == "unseen") {
        workload["metadata"]["generation"] = workload["metadata"].value("generation", std::int64_t{1}) + 1;
    } else if (state != "underWay" && state != "pastDeadline" && state != "done") {
        throw std::runtime_error("no such state: " + state);
    } else if (held.kind.kind == "Deployment") {
        roll_deployment(workload, in, state, since);
    } else {
        roll_other(workload, in, state);
    }
    workload["metadata"]["resourceVersion"] = std::to_string(++held.cluster.revision);
}

Answer hand_pods(Service& service, const Json& in) {
    change_pods(service.world, in);
    return json_answer(Json::object());
}

Answer hand_rollout(Service& service, const Json& in) {
    change_rollout(service.world, in);
    return json_answer(Json::object());
}

} // namespace portainer_double
