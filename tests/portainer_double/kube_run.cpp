// Controllers, scheduler and kubelets of the double, all at once: what a workload comes to, by the names of its
// images. "nosuch" cannot be pulled, "crash" ends at once and again, "unready" runs and is not ready; of a job
// "failing" fails.
#include "portainer_double/kube_run.hpp"
#include "portainer_double/kube_fields.hpp"
#include "portainer_double/kube_pods.hpp"
#include "portainer_double/kube_store.hpp"

#include <algorithm>
#include <ctime>

namespace portainer_double {
namespace {

constexpr const char* revision_note = "deployment.kubernetes.io/revision";
constexpr UnixSeconds terminating_seconds = 20; // of a namespace
constexpr const char* controller = "kube-controller-manager";

Json& replica_set(Cluster& cluster, const Json& deployment, const std::string& hash, UnixSeconds now) {
    const std::string name = deployment["metadata"]["name"].get<std::string>() + "-" + hash;
    const KubeKey key{"replicasets.apps", deployment["metadata"]["namespace"], name};
    if (cluster.objects.contains(key)) return cluster.objects[key];
    Json set{{"kind", "ReplicaSet"},
             {"apiVersion", "apps/v1"},
             {"metadata",
              {{"name", name},
               {"namespace", key.name_space},
               {"uid", draw_uid(cluster)},
               {"resourceVersion", std::to_string(++cluster.revision)},
               {"generation", 1},
               {"creationTimestamp", kube_time(now)}}},
             {"spec",
              {{"replicas", 0},
               {"selector", deployment["spec"]["selector"]},
               {"template", deployment["spec"]["template"]}}}};
    Json labels = set["spec"]["template"]["metadata"].value("labels", Json::object());
    labels["pod-template-hash"] = hash;
    set["metadata"]["labels"] = labels;
    set["metadata"]["ownerReferences"] = Json::array({owner_of(deployment)});
    set["spec"]["selector"]["matchLabels"]["pod-template-hash"] = hash;
    set["spec"]["template"]["metadata"]["labels"] = labels;
    return cluster.objects[key] = set;
}

void size_set(Cluster& cluster, const KubeKey& key, std::int64_t replicas, bool ready, UnixSeconds now) {
    Json& set = cluster.objects[key];
    const std::int64_t before = set["spec"].value("replicas", std::int64_t{0});
    if (before != replicas && set.contains("status"))
        set["metadata"]["generation"] = set["metadata"]["generation"].get<std::int64_t>() + 1;
    set["spec"]["replicas"] = replicas;
    scale_pods(cluster, Json(set), replicas, false, now);
    set["status"] = {{"replicas", replicas}};
    if (replicas > 0) set["status"]["fullyLabeledReplicas"] = replicas;
    if (ready && replicas > 0) {
        set["status"]["readyReplicas"] = replicas;
        set["status"]["availableReplicas"] = replicas;
    }
    set["status"]["observedGeneration"] = set["metadata"]["generation"];
}

Json rollout_condition(const char* type, bool holds, const char* reason, const std::string& message, UnixSeconds now) {
    return {{"type", type},
            {"status", holds ? "True" : "False"},
            {"lastUpdateTime", kube_time(now)},
            {"lastTransitionTime", kube_time(now)},
            {"reason", reason},
            {"message", message}};
}

struct Rollout {
    std::int64_t wanted = 0;
    std::int64_t updated = 0;
    std::int64_t ready = 0;
    std::int64_t total = 0;
    std::string set;
    bool complete() const { return updated == wanted && ready >= wanted; }
};

Json deployment_status(const Json& deployment, const Rollout& rollout, UnixSeconds now) {
    Json status{{"observedGeneration", deployment["metadata"]["generation"]}};
    if (rollout.total > 0) status["replicas"] = rollout.total;
    if (rollout.updated > 0) status["updatedReplicas"] = rollout.updated;
    if (rollout.ready > 0) {
        status["readyReplicas"] = rollout.ready;
        status["availableReplicas"] = rollout.ready;
    }
    if (rollout.total > rollout.ready) status["unavailableReplicas"] = rollout.total - rollout.ready;
    const bool available = rollout.ready * 4 >= rollout.wanted * 3;
    status["conditions"] = Json::array(
        {rollout_condition(
             "Available", available, available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
             available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
             now),
         rollout_condition("Progressing", true, rollout.complete() ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                           "ReplicaSet \"" + rollout.set +
                               (rollout.complete() ? "\" has successfully progressed." : "\" is progressing."),
                           now)});
    return status;
}

// As before, if nothing but its time would be new.
void keep_condition_times(Json& status, const Json& before) {
    for (Json& condition : status["conditions"]) {
        for (const Json& old : before.value("conditions", Json::array())) {
            if (old.value("type", "") != condition.value("type", "")) continue;
            if (old.value("status", "") == condition.value("status", ""))
                condition["lastTransitionTime"] = old["lastTransitionTime"];
            const bool same = old.value("reason", "") == condition.value("reason", "") &&
                              old.value("message", "") == condition.value("message", "");
            if (same) condition["lastUpdateTime"] = old["lastUpdateTime"];
        }
    }
}

// Replica sets of earlier templates: while the new one cannot be rolled out, what was ready stays. How many that are.
std::int64_t keep_old_sets(Cluster& cluster, const Json& deployment, const KubeKey& current, bool succeeds,
                           std::int64_t wanted, UnixSeconds now) {
    std::int64_t old_ready = 0;
    for (const KubeKey& other : owned_by(cluster, "replicasets.apps", deployment)) {
        if (other == current) continue;
        const bool ready = cluster.objects[other].value("status", Json::object()).contains("readyReplicas");
        const std::int64_t keeps = succeeds || !ready ? 0 : wanted;
        size_set(cluster, other, keeps, ready, now);
        old_ready += keeps;
    }
    return old_ready;
}

void run_deployment(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    Json& deployment = cluster.objects[key];
    const std::string hash = template_hash(deployment["spec"]["template"]);
    const std::string trouble = trouble_of(deployment["spec"]["template"]["spec"]);
    Rollout rollout{.wanted = deployment["spec"].value("replicas", std::int64_t{1})};
    const Json set = replica_set(cluster, deployment, hash, now);
    rollout.set = set["metadata"]["name"];
    const KubeKey current{"replicasets.apps", key.name_space, rollout.set};
    const std::int64_t old_ready = keep_old_sets(cluster, deployment, current, trouble.empty(), rollout.wanted, now);
    rollout.updated = trouble.empty() || old_ready == 0 ? rollout.wanted : 1;
    rollout.ready = trouble.empty() ? rollout.wanted : old_ready;
    rollout.total = rollout.updated + old_ready;
    size_set(cluster, current, rollout.updated, trouble.empty(), now);
    Json& annotations = deployment["metadata"]["annotations"];
    if (!annotations.is_object()) annotations = Json::object();
    const std::int64_t was = std::atoll(annotations.value(revision_note, "0").c_str());
    Json& own = cluster.objects[current]["metadata"]["annotations"];
    if (!own.contains(revision_note) || own[revision_note].get<std::string>() != std::to_string(was))
        annotations[revision_note] = std::to_string(was + 1);
    own[revision_note] = annotations[revision_note];
    own["deployment.kubernetes.io/desired-replicas"] = std::to_string(rollout.wanted);
    own["deployment.kubernetes.io/max-replicas"] = std::to_string(rollout.wanted + (rollout.wanted + 3) / 4);
    Json status = deployment_status(deployment, rollout, now);
    keep_condition_times(status, deployment.value("status", Json::object()));
    note_status(deployment, status, Json::object({{revision_note, 0}}), now);
    deployment["status"] = status;
    deployment["metadata"]["resourceVersion"] = std::to_string(++cluster.revision);
}

void run_stateful(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    Json& set = cluster.objects[key];
    const std::string hash = key.name + "-" + template_hash(set["spec"]["template"]);
    const std::string trouble = trouble_of(set["spec"]["template"]["spec"]);
    const std::int64_t wanted = set["spec"].value("replicas", std::int64_t{1});
    const Json before = set.value("status", Json::object());
    const bool rolls = before.contains("currentRevision") && before.value("currentRevision", "") != hash;
    const std::int64_t running = trouble.empty() ? wanted : (rolls ? wanted - 1 : std::min<std::int64_t>(wanted, 1));
    for (const KubeKey& pod : owned_by(cluster, "pods", set)) cluster.objects.erase(pod);
    scale_pods(cluster, Json(set), trouble.empty() ? wanted : std::min<std::int64_t>(wanted, 1), true, now);
    const std::int64_t ready = trouble.empty() ? wanted : (rolls ? running : 0);
    Json status{{"observedGeneration", set["metadata"]["generation"]}, {"replicas", wanted}};
    if (ready > 0) {
        status["readyReplicas"] = ready;
        status["availableReplicas"] = ready;
    }
    status["updatedReplicas"] = trouble.empty() ? wanted : std::min<std::int64_t>(wanted, 1);
    status["currentReplicas"] = trouble.empty() ? wanted : running;
    status["currentRevision"] = trouble.empty() || !rolls ? hash : before.value("currentRevision", "");
    status["updateRevision"] = hash;
    status["collisionCount"] = 0;
    note_status(set, status, nullptr, now);
    set["status"] = status;
}

void run_daemon(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    Json& set = cluster.objects[key];
    const std::string trouble = trouble_of(set["spec"]["template"]["spec"]);
    constexpr std::int64_t nodes = 2;
    for (const KubeKey& pod : owned_by(cluster, "pods", set)) cluster.objects.erase(pod);
    scale_pods(cluster, Json(set), nodes, false, now);
    const std::int64_t ready = trouble.empty() ? nodes : 0;
    Json status{{"currentNumberScheduled", nodes},
                {"numberMisscheduled", 0},
                {"desiredNumberScheduled", nodes},
                {"numberReady", ready},
                {"observedGeneration", set["metadata"]["generation"]},
                {"updatedNumberScheduled", nodes}};
    if (ready > 0) status["numberAvailable"] = ready;
    if (ready < nodes) status["numberUnavailable"] = nodes - ready;
    note_status(set, status, nullptr, now);
    set["status"] = status;
}

} // namespace

void note_status(Json& object, const Json& status, const Json& annotations, UnixSeconds now) {
    Json& entry = manager_entry(object, controller, "Update", "status");
    const bool had_annotations = !annotations.is_null() && entry["fieldsV1"].contains("f:metadata") &&
                                 entry["fieldsV1"]["f:metadata"]["f:annotations"].contains(".");
    Json fields = fields_of({{"metadata", Json::object()}, {"held", status}}, {.with_dots = true})["f:held"];
    fields.erase(".");
    Json all = Json::object();
    if (!annotations.is_null()) {
        Json noted = Json::object();
        if (had_annotations || object["metadata"]["annotations"].size() == annotations.size())
            noted["."] = Json::object();
        for (const auto& [key, value] : annotations.items()) noted["f:" + key] = Json::object();
        all["f:metadata"]["f:annotations"] = noted;
    }
    all["f:status"] = fields;
    if (entry["fieldsV1"] != all || object.value("status", Json()) != status) entry["time"] = kube_time(now);
    entry["fieldsV1"] = all;
}

void run_controllers(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    const std::string resource = key.resource;
    if (resource == "deployments.apps") run_deployment(cluster, key, now);
    if (resource == "statefulsets.apps") run_stateful(cluster, key, now);
    if (resource == "daemonsets.apps") run_daemon(cluster, key, now);
    if (resource == "jobs.batch") run_job(cluster, key, now);
    if (resource == "horizontalpodautoscalers.autoscaling") run_autoscaler(cluster, key, now);
    if (resource == "poddisruptionbudgets.policy") run_budget(cluster, key, now);
    if (resource == "pods") run_pod(cluster, key, now);
    if (resource == "persistentvolumeclaims" && !cluster.objects[key].contains("status"))
        cluster.objects[key]["status"] = {{"phase", "Bound"}};
}

void pass_time(Cluster& cluster, UnixSeconds now) {
    std::erase_if(cluster.objects, [&](const auto& held) {
        const std::string since = held.second.at("metadata").value("deletionTimestamp", "");
        return held.first.resource == "namespaces" && !since.empty() && since < kube_time(now - terminating_seconds);
    });
    for (auto& [key, object] : cluster.objects) {
        if (key.resource != "deployments.apps" || !object.contains("status")) continue;
        const std::int64_t limit = object["spec"].value("progressDeadlineSeconds", std::int64_t{600});
        for (Json& condition : object["status"]["conditions"]) {
            const bool rolls =
                condition.value("type", "") == "Progressing" && condition.value("reason", "") == "ReplicaSetUpdated";
            if (!rolls || condition.value("lastUpdateTime", "") > kube_time(now - limit)) continue;
            condition["status"] = "False";
            condition["reason"] = "ProgressDeadlineExceeded";
            std::string message = condition.value("message", "");
            message.resize(std::min(message.size(), message.rfind('"') + 1));
            condition["message"] = message + " has timed out progressing.";
            condition["lastUpdateTime"] = kube_time(now);
            condition["lastTransitionTime"] = kube_time(now);
        }
    }
}

} // namespace portainer_double
