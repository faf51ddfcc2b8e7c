#include "portainer_double/kube_defaults.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <array>
#include <string>
#include <utility>

namespace portainer_double {
namespace {

void set_default(Json& object, const char* key, Json value) {
    if (!object.contains(key) || object[key].is_null()) object[key] = std::move(value);
}

void drop_nulls(Json& value) {
    if (value.is_object()) {
        std::vector<std::string> gone;
        for (auto& [key, inner] : value.items()) {
            if (inner.is_null()) gone.push_back(key);
            drop_nulls(inner);
        }
        for (const std::string& key : gone) value.erase(key);
    } else if (value.is_array()) {
        for (Json& inner : value) drop_nulls(inner);
    }
}

void probe_defaults(Json& container) {
    for (const char* name : {"livenessProbe", "readinessProbe", "startupProbe"}) {
        if (!container.contains(name)) continue;
        Json& probe = container[name];
        set_default(probe, "timeoutSeconds", 1);
        set_default(probe, "periodSeconds", 10);
        set_default(probe, "successThreshold", 1);
        set_default(probe, "failureThreshold", 3);
        if (probe.contains("httpGet")) set_default(probe["httpGet"], "scheme", "HTTP");
    }
}

std::string pull_policy(const std::string& image) {
    const std::size_t tag = image.rfind(':');
    const bool tagged = tag != std::string::npos && image.find('/', tag) == std::string::npos;
    return !tagged || image.substr(tag) == ":latest" ? "Always" : "IfNotPresent";
}

void container_defaults(Json& container) {
    set_default(container, "resources", Json::object());
    set_default(container, "terminationMessagePath", "/dev/termination-log");
    set_default(container, "terminationMessagePolicy", "File");
    set_default(container, "imagePullPolicy", pull_policy(container.value("image", "")));
    if (container.contains("ports")) {
        for (Json& port : container["ports"]) set_default(port, "protocol", "TCP");
    }
    if (container.contains("env")) {
        for (Json& variable : container["env"]) {
            if (variable.contains("valueFrom") && variable["valueFrom"].contains("fieldRef"))
                set_default(variable["valueFrom"]["fieldRef"], "apiVersion", "v1");
            if (variable.contains("valueFrom") && variable["valueFrom"].contains("resourceFieldRef"))
                set_default(variable["valueFrom"]["resourceFieldRef"], "divisor", "0");
        }
    }
    probe_defaults(container);
}

void volume_defaults(Json& volume) {
    for (const char* name : {"configMap", "secret", "projected", "downwardAPI"}) {
        if (volume.contains(name)) set_default(volume[name], "defaultMode", 420);
    }
    if (volume.contains("hostPath")) set_default(volume["hostPath"], "type", "");
}

void pod_spec_defaults(Json& spec, const char* restart = "Always") {
    set_default(spec, "restartPolicy", restart);
    set_default(spec, "terminationGracePeriodSeconds", 30);
    set_default(spec, "dnsPolicy", "ClusterFirst");
    set_default(spec, "securityContext", Json::object());
    set_default(spec, "schedulerName", "default-scheduler");
    if (spec.contains("serviceAccountName")) spec["serviceAccount"] = spec["serviceAccountName"];
    for (const char* list : {"containers", "initContainers"}) {
        if (!spec.contains(list)) continue;
        for (Json& container : spec[list]) container_defaults(container);
    }
    if (spec.contains("volumes")) {
        for (Json& volume : spec["volumes"]) volume_defaults(volume);
    }
}

void template_defaults(Json& owner) {
    if (!owner.contains("template")) return;
    Json& made = owner["template"];
    if (!made.contains("metadata")) made["metadata"] = Json::object();
    made["metadata"]["creationTimestamp"] = nullptr;
    if (made.contains("spec")) pod_spec_defaults(made["spec"]);
}

void deployment_defaults(Json& spec) {
    set_default(spec, "replicas", 1);
    set_default(spec, "strategy", Json::object());
    set_default(spec["strategy"], "type", "RollingUpdate");
    if (spec["strategy"]["type"] == "RollingUpdate") {
        set_default(spec["strategy"], "rollingUpdate", Json::object());
        set_default(spec["strategy"]["rollingUpdate"], "maxUnavailable", "25%");
        set_default(spec["strategy"]["rollingUpdate"], "maxSurge", "25%");
    }
    set_default(spec, "revisionHistoryLimit", 10);
    set_default(spec, "progressDeadlineSeconds", 600);
}

void claim_defaults(Json& spec) {
    set_default(spec, "storageClassName", "standard");
    set_default(spec, "volumeMode", "Filesystem");
}

void stateful_defaults(Json& spec) {
    set_default(spec, "replicas", 1);
    set_default(spec, "podManagementPolicy", "OrderedReady");
    set_default(spec, "updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}});
    set_default(spec, "revisionHistoryLimit", 10);
    set_default(spec, "persistentVolumeClaimRetentionPolicy", {{"whenDeleted", "Retain"}, {"whenScaled", "Retain"}});
    if (!spec.contains("volumeClaimTemplates")) return;
    for (Json& claim : spec["volumeClaimTemplates"]) {
        set_default(claim, "kind", "PersistentVolumeClaim");
        set_default(claim, "apiVersion", "v1");
        set_default(claim["spec"], "volumeMode", "Filesystem");
        set_default(claim, "status", {{"phase", "Pending"}});
        claim["metadata"]["creationTimestamp"] = nullptr;
    }
}

void daemon_defaults(Json& spec) {
    set_default(spec, "updateStrategy",
                {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 1}, {"maxSurge", 0}}}});
    set_default(spec, "revisionHistoryLimit", 10);
}

void job_defaults(Json& spec) {
    set_default(spec, "parallelism", 1);
    set_default(spec, "completions", 1);
    set_default(spec, "backoffLimit", 6);
    set_default(spec, "completionMode", "NonIndexed");
    set_default(spec, "suspend", false);
    set_default(spec, "manualSelector", false);
    set_default(spec, "podReplacementPolicy", "TerminatingOrFailed");
}

void cron_defaults(Json& spec) {
    set_default(spec, "concurrencyPolicy", "Allow");
    set_default(spec, "suspend", false);
    set_default(spec, "successfulJobsHistoryLimit", 3);
    set_default(spec, "failedJobsHistoryLimit", 1);
    if (spec.contains("jobTemplate") && spec["jobTemplate"].contains("spec"))
        template_defaults(spec["jobTemplate"]["spec"]);
}

void service_defaults(Json& spec) {
    set_default(spec, "type", "ClusterIP");
    set_default(spec, "sessionAffinity", "None");
    set_default(spec, "ipFamilies", {"IPv4"});
    set_default(spec, "ipFamilyPolicy", "SingleStack");
    set_default(spec, "internalTrafficPolicy", "Cluster");
    const std::string type = spec["type"];
    if (type == "NodePort" || type == "LoadBalancer") set_default(spec, "externalTrafficPolicy", "Cluster");
    if (type == "LoadBalancer") set_default(spec, "allocateLoadBalancerNodePorts", true);
    if (!spec.contains("ports")) return;
    for (Json& port : spec["ports"]) {
        set_default(port, "protocol", "TCP");
        set_default(port, "targetPort", port.value("port", Json(0)));
    }
}

void policy_defaults(Json& spec) {
    for (const char* way : {"ingress", "egress"}) {
        if (!spec.contains(way)) continue;
        for (Json& rule : spec[way]) {
            if (!rule.contains("ports")) continue;
            for (Json& port : rule["ports"]) set_default(port, "protocol", "TCP");
        }
    }
    if (spec.contains("policyTypes")) return;
    spec["policyTypes"] = Json::array({"Ingress"});
    if (spec.contains("egress")) spec["policyTypes"].push_back("Egress");
}

void secret_defaults(Json& secret) {
    set_default(secret, "type", "Opaque");
    if (!secret.contains("stringData")) return;
    const Json texts = std::move(secret["stringData"]);
    secret.erase("stringData");
    for (const auto& [key, value] : texts.items())
        secret["data"][key] = mooring::to_base64(value.is_string() ? value.get<std::string>() : value.dump());
}

void rbac_defaults(Json& object) {
    if (object.contains("roleRef")) set_default(object["roleRef"], "apiGroup", "rbac.authorization.k8s.io");
    if (!object.contains("subjects")) return;
    for (Json& subject : object["subjects"]) {
        if (subject.value("kind", "") != "ServiceAccount")
            set_default(subject, "apiGroup", "rbac.authorization.k8s.io");
    }
}

// Limits hold for requests and defaults, too, where those are not given.
void range_defaults(Json& spec) {
    for (Json& limit : spec["limits"]) {
        for (const auto& [to, from] : {std::pair{"default", "max"}, std::pair{"defaultRequest", "default"}}) {
            if (limit.value("type", "") != "Container" || !limit.contains(from)) continue;
            const Json given = limit[from];
            for (const auto& [key, value] : given.items()) set_default(limit[to], key.c_str(), value);
        }
    }
}

void definition_defaults(Json& object) {
    Json& names = object["spec"]["names"];
    set_default(names, "listKind", names.value("kind", "") + "List");
    set_default(names, "singular", mooring::to_lower(names.value("kind", "")));
    set_default(object["spec"], "conversion", {{"strategy", "None"}});
}

struct DefaultsRow {
    std::string_view kind;
    void (*add)(Json& spec);
};

constexpr std::array spec_table{DefaultsRow{"Deployment", deployment_defaults},
                                DefaultsRow{"StatefulSet", stateful_defaults},
                                DefaultsRow{"DaemonSet", daemon_defaults},
                                DefaultsRow{"Job", job_defaults},
                                DefaultsRow{"CronJob", cron_defaults},
                                DefaultsRow{"Service", service_defaults},
                                DefaultsRow{"PersistentVolumeClaim", claim_defaults},
                                DefaultsRow{"LimitRange", range_defaults},
                                DefaultsRow{"NetworkPolicy", policy_defaults}};

} // namespace

void add_defaults(Json& object) {
    drop_nulls(object);
    const std::string kind = object.value("kind", "");
    if (kind == "Secret") secret_defaults(object);
    if (kind == "RoleBinding" || kind == "ClusterRoleBinding") rbac_defaults(object);
    if (kind == "CustomResourceDefinition") definition_defaults(object);
    if (kind == "Namespace") {
        object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
        object["spec"] = {{"finalizers", {"kubernetes"}}};
        object["status"] = {{"phase", "Active"}};
    }
    if (kind == "PriorityClass") set_default(object, "preemptionPolicy", "PreemptLowerPriority");
    if (kind == "StorageClass") {
        set_default(object, "reclaimPolicy", "Delete");
        set_default(object, "volumeBindingMode", "Immediate");
    }
    if (kind == "PersistentVolumeClaim")
        set_default(object["metadata"], "finalizers", Json::array({"kubernetes.io/pvc-protection"}));
    if (kind == "Ingress") set_default(object, "status", {{"loadBalancer", Json::object()}});
    if (!object.contains("spec") || !object["spec"].is_object()) return;
    Json& spec = object["spec"];
    if (kind == "Pod") pod_spec_defaults(spec);
    if (kind == "HorizontalPodAutoscaler") set_default(spec, "minReplicas", 1);
    for (const DefaultsRow& row : spec_table) {
        if (row.kind == kind) row.add(spec);
    }
    if (kind != "CronJob") template_defaults(spec);
}

void admit_pod(Json& pod, const std::string& suffix, const std::string& node) {
    Json& spec = pod["spec"];
    pod_spec_defaults(spec);
    const std::string volume = "kube-api-access-" + suffix;
    const Json sources = {
        {{"serviceAccountToken", {{"expirationSeconds", 3607}, {"path", "token"}}}},
        {{"configMap",
          {{"name", "kube-root-ca.crt"}, {"items", Json::array({{{"key", "ca.crt"}, {"path", "ca.crt"}}})}}}},
        {{"downwardAPI",
          {{"items", Json::array({{{"path", "namespace"},
                                   {"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", "metadata.namespace"}}}}})}}}}};
    spec["volumes"].push_back({{"name", volume}, {"projected", {{"sources", sources}, {"defaultMode", 420}}}});
    for (Json& container : spec["containers"]) {
        container["volumeMounts"].push_back(
            {{"name", volume}, {"readOnly", true}, {"mountPath", "/var/run/secrets/kubernetes.io/serviceaccount"}});
    }
    set_default(spec, "serviceAccountName", "default");
    spec["serviceAccount"] = spec["serviceAccountName"];
    spec["nodeName"] = node;
    for (const char* state : {"not-ready", "unreachable"}) {
        spec["tolerations"].push_back({{"key", std::string("node.kubernetes.io/") + state},
                                       {"operator", "Exists"},
                                       {"effect", "NoExecute"},
                                       {"tolerationSeconds", 300}});
    }
    spec["priority"] = 0;
    spec["enableServiceLinks"] = true;
    spec["preemptionPolicy"] = "PreemptLowerPriority";
}

} // namespace portainer_double
