#include "portainer_double/kube_fields.hpp"
#include "portainer_double/kube_pods.hpp"
#include "portainer_double/kube_run.hpp"
#include "portainer_double/kube_store.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

Json plain_condition(const char* type, bool holds, const char* reason, const std::string& message, UnixSeconds now) {
    return {{"type", type},
            {"status", holds ? "True" : "False"},
            {"lastTransitionTime", kube_time(now)},
            {"reason", reason},
            {"message", message}};
}

// Zeros stand there before a status is written, so that nobody holds them; `zeros`: where they are written, too.
void store_status(Cluster& cluster, const KubeKey& key, const Json& status, UnixSeconds now, bool zeros) {
    Json& object = cluster.objects[key];
    Json noted = Json::object();
    for (const auto& [name, value] : status.items()) {
        if (zeros || value != 0) noted[name] = value;
    }
    note_status(object, noted, nullptr, now);
    object["status"] = status;
    object["metadata"]["resourceVersion"] = std::to_string(++cluster.revision);
}

Json job_condition(const char* type, bool fails, UnixSeconds now) {
    return {{"type", type},
            {"status", "True"},
            {"lastProbeTime", kube_time(now)},
            {"lastTransitionTime", kube_time(now)},
            {"reason", fails ? "BackoffLimitExceeded" : "CompletionsReached"},
            {"message",
             fails ? "Job has reached the specified backoff limit" : "Reached expected number of succeeded pods"}};
}

} // namespace

void run_job(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    const bool fails = !trouble_of(cluster.objects[key]["spec"]["template"]["spec"]).empty();
    Json status{{"conditions", Json::array({job_condition(fails ? "FailureTarget" : "SuccessCriteriaMet", fails, now),
                                            job_condition(fails ? "Failed" : "Complete", fails, now)})},
                {"startTime", kube_time(now)}};
    if (!fails) status["completionTime"] = kube_time(now);
    status[fails ? "failed" : "succeeded"] = 1;
    status["terminating"] = 0;
    status["uncountedTerminatedPods"] = Json::object();
    status["ready"] = 0;
    store_status(cluster, key, status, now, true);
    manager_entry(cluster.objects[key], kube_controller, "Update", "status")["fieldsV1"]["f:status"]["f:conditions"] =
        Json::object(); // of a job replaced whole
}

void run_autoscaler(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    const Json scaler = cluster.objects[key];
    const Json target = scaler["spec"].value("scaleTargetRef", Json::object());
    const std::string name = target.value("name", "");
    const auto kind = find_kind(cluster, target.value("apiVersion", "apps/v1"), target.value("kind", ""));
    Json* workload = kind ? find_object(cluster, *kind, key.name_space, name) : nullptr;
    if (workload == nullptr || !(*workload)["spec"].contains("replicas")) {
        const std::string what = kind ? kind->plural + "/scale." + kind->group : "";
        const Json failed = plain_condition("AbleToScale", false, "FailedGetScale",
                                            "the HPA controller was unable to get the target's current scale: " + what +
                                                " \"" + name + "\" not found",
                                            now);
        const Json status{{"desiredReplicas", 0}, {"currentMetrics", nullptr}, {"conditions", Json::array({failed})}};
        return store_status(cluster, key, status, now, false);
    }
    const std::int64_t now_at = (*workload)["spec"]["replicas"];
    const std::int64_t least = scaler["spec"].value("minReplicas", std::int64_t{1});
    const std::int64_t wanted = std::clamp(now_at, least, scaler["spec"].value("maxReplicas", least));
    Json status = Json::object();
    if (wanted != now_at) {
        patch_object(cluster, *kind, *workload, {{"spec", {{"replicas", wanted}}}},
                     {.manager = kube_controller, .now = now}, "scale");
        status["lastScaleTime"] = kube_time(now);
    }
    status["currentReplicas"] = wanted;
    status["desiredReplicas"] = wanted;
    status["currentMetrics"] = Json::array({{{"type", ""}}});
    status["conditions"] = Json::array(
        {plain_condition("AbleToScale", true, "SucceededGetScale",
                         "the HPA controller was able to get the target's current scale", now),
         plain_condition(
             "ScalingActive", false, "FailedGetResourceMetric",
             "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get "
             "metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could "
             "not find the requested resource (get pods.metrics.k8s.io)",
             now)});
    store_status(cluster, key, status, now, false);
}

void run_budget(Cluster& cluster, const KubeKey& key, UnixSeconds now) {
    Json condition = plain_condition("DisruptionAllowed", false, "InsufficientPods", "", now);
    condition["observedGeneration"] = cluster.objects[key]["metadata"].value("generation", 1);
    store_status(cluster, key,
                 {{"observedGeneration", condition["observedGeneration"]},
                  {"disruptionsAllowed", 0},
                  {"currentHealthy", 0},
                  {"desiredHealthy", 0},
                  {"expectedPods", 0},
                  {"conditions", Json::array({condition})}},
                 now, false);
}

} // namespace portainer_double
