// What a cluster refuses to change of an object that is there (validation of Kubernetes 1.31), by what is recorded and
// by what runs.
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"
#include "unit/kubernetes/kubernetes_support.hpp"

#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace mooring::kubernetes {
namespace {

// One object's body as it is recorded, and as it is declared; what of it is refused, "" nothing.
struct Attempt {
    const char* name;
    const char* kind; // "apps/v1 Deployment"
    const char* was;
    const char* becomes;
    const char* refused;
};

const std::vector<Attempt> attempts{
    {"selector", "apps/v1 Deployment", "spec: {selector: {matchLabels: {a: x}}}",
     "spec: {selector: {matchLabels: {a: y}}}", "spec.selector.matchLabels.a"},
    {"replicas", "apps/v1 Deployment", "spec: {replicas: 1}", "spec: {replicas: 2}", ""},
    {"selector of a set", "apps/v1 DaemonSet", "spec: {selector: {matchLabels: {a: x}}}",
     "spec: {selector: {matchLabels: {a: y}}}", "spec.selector.matchLabels.a"},
    {"selector of replicas", "apps/v1 ReplicaSet", "spec: {selector: {matchLabels: {a: x}}}",
     "spec: {selector: {matchLabels: {a: y}}}", "spec.selector.matchLabels.a"},
    {"service name", "apps/v1 StatefulSet", "spec: {serviceName: a}", "spec: {serviceName: b}", "spec.serviceName"},
    {"claims", "apps/v1 StatefulSet", "spec: {serviceName: a}",
     "spec: {serviceName: a, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce]}}]}",
     "spec.volumeClaimTemplates"},
    {"management", "apps/v1 StatefulSet", "spec: {serviceName: a}",
     "spec: {serviceName: a, podManagementPolicy: Parallel}", "spec.podManagementPolicy"},
    {"management by default", "apps/v1 StatefulSet", "spec: {serviceName: a}",
     "spec: {serviceName: a, podManagementPolicy: OrderedReady}", ""},
    {"what sets may change", "apps/v1 StatefulSet",
     "spec: {replicas: 1, minReadySeconds: 1, updateStrategy: {type: OnDelete}, template: {spec: {hostname: a}}}",
     "spec: {replicas: 2, minReadySeconds: 2, updateStrategy: {type: RollingUpdate}, template: {spec: {hostname: b}},"
     " persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}, ordinals: {start: 1}}",
     ""},
    {"pod's command", "v1 Pod", "spec: {containers: [{name: a, image: i}]}",
     "spec: {containers: [{name: a, image: i, command: [x]}]}", "spec.containers[name=a].command"},
    {"pod's images", "v1 Pod", "spec: {containers: [{name: a, image: i}], initContainers: [{name: b, image: i}]}",
     "spec: {containers: [{name: a, image: j}], initContainers: [{name: b, image: j}]}", ""},
    {"pod's deadline comes", "v1 Pod", "spec: {hostname: a}", "spec: {hostname: a, activeDeadlineSeconds: 60}", ""},
    {"pod's deadline nearer", "v1 Pod", "spec: {activeDeadlineSeconds: 100}", "spec: {activeDeadlineSeconds: 60}", ""},
    {"pod's deadline later", "v1 Pod", "spec: {activeDeadlineSeconds: 60}", "spec: {activeDeadlineSeconds: 100}",
     "spec.activeDeadlineSeconds"},
    {"job's template", "batch/v1 Job", "spec: {template: {spec: {hostname: a}}}",
     "spec: {template: {spec: {hostname: b}}}", "spec.template.spec.hostname"},
    {"job's completions", "batch/v1 Job", "spec: {completions: 1}", "spec: {completions: 2}", "spec.completions"},
    {"job's completions by default", "batch/v1 Job", "spec: {suspend: true}", "spec: {suspend: true, completions: 1}",
     ""},
    {"a work queue's completions", "batch/v1 Job", "spec: {parallelism: 2}", "spec: {parallelism: 2, completions: 1}",
     "spec.completions"},
    {"elastic job", "batch/v1 Job", "spec: {completionMode: Indexed, completions: 2, parallelism: 2}",
     "spec: {completionMode: Indexed, completions: 3, parallelism: 3}", ""},
    {"indexed job out of tandem", "batch/v1 Job", "spec: {completionMode: Indexed, completions: 2, parallelism: 2}",
     "spec: {completionMode: Indexed, completions: 3, parallelism: 2}", "spec.completions"},
    {"job's mode", "batch/v1 Job", "spec: {completions: 1}", "spec: {completions: 1, completionMode: Indexed}",
     "spec.completionMode"},
    {"job's mode by default", "batch/v1 Job", "spec: {completions: 1, completionMode: NonIndexed}",
     "spec: {completions: 1}", ""},
    {"job's failure policy", "batch/v1 Job", "spec: {completions: 1}",
     "spec: {completions: 1, podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: X}]}]}}",
     "spec.podFailurePolicy"},
    {"job's success policy", "batch/v1 Job", "spec: {completionMode: Indexed}",
     "spec: {completionMode: Indexed, successPolicy: {rules: [{succeededCount: 1}]}}", "spec.successPolicy"},
    {"job's backoff by index", "batch/v1 Job", "spec: {completionMode: Indexed, backoffLimitPerIndex: 1}",
     "spec: {completionMode: Indexed, backoffLimitPerIndex: 2}", "spec.backoffLimitPerIndex"},
    {"job's selector by hand", "batch/v1 Job", "spec: {completions: 1}", "spec: {completions: 1, manualSelector: true}",
     "spec.manualSelector"},
    {"job's selector", "batch/v1 Job", "spec: {manualSelector: true, selector: {matchLabels: {a: x}}}",
     "spec: {manualSelector: true, selector: {matchLabels: {a: y}}}", "spec.selector.matchLabels.a"},
    {"what jobs may change", "batch/v1 Job", "spec: {parallelism: 1, suspend: true, backoffLimit: 1}",
     "spec: {parallelism: 2, suspend: false, backoffLimit: 2, activeDeadlineSeconds: 5, ttlSecondsAfterFinished: 6}",
     ""},
    {"claim shrinks", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 2Gi}}}",
     "spec: {resources: {requests: {storage: 1Gi}}}", "spec.resources.requests.storage"},
    {"claim shrinks a little", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 1Gi}}}",
     "spec: {resources: {requests: {storage: 1G}}}", "spec.resources.requests.storage"},
    {"claim grows", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 900Mi}}}",
     "spec: {resources: {requests: {storage: 1Gi}}}", ""},
    {"claim grows tenfold", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 9G}}}",
     "spec: {resources: {requests: {storage: 10G}}}", ""},
    {"claim spelt otherwise", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 1Gi}}}",
     "spec: {resources: {requests: {storage: 1024Mi}}}", ""},
    {"claim's class", "v1 PersistentVolumeClaim", "spec: {storageClassName: a}", "spec: {storageClassName: b}",
     "spec.storageClassName"},
    {"claim's class comes", "v1 PersistentVolumeClaim", "spec: {volumeMode: Filesystem}", "spec: {storageClassName: b}",
     ""},
    {"claim's modes", "v1 PersistentVolumeClaim", "spec: {accessModes: [ReadWriteOnce]}",
     "spec: {accessModes: [ReadWriteMany]}", "spec.accessModes"},
    {"volume's source", "v1 PersistentVolume", "spec: {hostPath: {path: /a}}", "spec: {hostPath: {path: /b}}",
     "spec.hostPath.path"},
    {"volume's node", "v1 PersistentVolume", "spec: {nodeAffinity: {required: {nodeSelectorTerms: []}}}",
     "spec: {volumeMode: Filesystem}", "spec.nodeAffinity"},
    {"what volumes may change", "v1 PersistentVolume", "spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce]}",
     "spec: {capacity: {storage: 2Gi}, accessModes: [ReadWriteMany], persistentVolumeReclaimPolicy: Retain, "
     "mountOptions: [x]}",
     ""},
    {"address", "v1 Service", "spec: {clusterIP: 10.0.0.1}", "spec: {clusterIP: 10.0.0.2}", "spec.clusterIP"},
    {"headless", "v1 Service", "spec: {clusterIP: 10.0.0.1}", "spec: {clusterIP: None}", "spec.clusterIP"},
    {"address comes", "v1 Service", "spec: {type: ClusterIP}", "spec: {type: ClusterIP, clusterIP: 10.0.0.2}", ""},
    {"address goes", "v1 Service", "spec: {clusterIP: 10.0.0.1, type: ClusterIP}", "spec: {type: ClusterIP}", ""},
    {"address goes with its type", "v1 Service", "spec: {clusterIP: 10.0.0.1, type: ExternalName}",
     "spec: {clusterIP: 10.0.0.2, type: ClusterIP}", ""},
    {"addresses", "v1 Service", "spec: {clusterIPs: [10.0.0.1]}", "spec: {clusterIPs: [10.0.0.2]}", "spec.clusterIPs"},
    {"second address", "v1 Service", "spec: {clusterIPs: [10.0.0.1]}", "spec: {clusterIPs: [10.0.0.1, 'fd::1']}", ""},
    {"family", "v1 Service", "spec: {ipFamilies: [IPv4]}", "spec: {ipFamilies: [IPv6]}", "spec.ipFamilies"},
    {"families", "v1 Service", "spec: {ipFamilies: [IPv4]}", "spec: {ipFamilies: [IPv4, IPv6]}", ""},
    {"balancer", "v1 Service", "spec: {type: LoadBalancer, loadBalancerClass: a/a}",
     "spec: {type: LoadBalancer, loadBalancerClass: a/b}", "spec.loadBalancerClass"},
    {"balancer goes", "v1 Service", "spec: {type: LoadBalancer, loadBalancerClass: a/a}", "spec: {type: ClusterIP}",
     ""},
    {"ports", "v1 Service", "spec: {selector: {a: x}, ports: [{port: 80}]}",
     "spec: {selector: {a: y}, ports: [{port: 81}]}", ""},
    {"frozen map", "v1 ConfigMap", "immutable: true\ndata: {k: one}", "immutable: true\ndata: {k: two}", "data.k"},
    {"frozen map grows", "v1 ConfigMap", "immutable: true\ndata: {k: one}", "immutable: true\ndata: {k: one, l: two}",
     "data.l"},
    {"frozen bytes", "v1 ConfigMap", "immutable: true\nbinaryData: {k: AA==}", "immutable: true\nbinaryData: {k: AQ==}",
     "binaryData.k"},
    {"thawed", "v1 ConfigMap", "immutable: true\ndata: {k: one}", "data: {k: one}", "immutable"},
    {"thawed and changed", "v1 ConfigMap", "immutable: true\ndata: {k: one}", "immutable: false\ndata: {k: two}",
     "data.k"},
    {"freezing", "v1 ConfigMap", "data: {k: one}", "immutable: true\ndata: {k: two}", ""},
    {"not frozen, said", "v1 ConfigMap", "data: {k: one}", "immutable: false\ndata: {k: two}", ""},
    {"frozen map's labels", "v1 ConfigMap", "immutable: true\ndata: {k: one}\nextra: 1",
     "immutable: true\ndata: {k: one}", ""},
    {"frozen secret", "v1 Secret", "immutable: true\ndata: {k: AA==}", "immutable: true\ndata: {k: AQ==}", "data.k"},
    {"frozen secret in clear", "v1 Secret", "immutable: true\nstringData: {k: one}",
     "immutable: true\nstringData: {k: two}", "data.k"},
    {"frozen secret spelt otherwise", "v1 Secret", "immutable: true\nstringData: {k: one}",
     "immutable: true\ndata: {k: b25l}", ""},
    {"secret", "v1 Secret", "data: {k: AA==}", "data: {k: AQ==}", ""},
    {"secret's type", "v1 Secret", "data: {k: AA==}", "type: a/b\ndata: {k: AA==}", "type"},
    {"secret's type by default", "v1 Secret", "data: {k: AA==}", "type: Opaque\ndata: {k: AA==}", ""},
    {"quota's scopes", "v1 ResourceQuota", "spec: {scopes: [BestEffort]}", "spec: {scopes: [NotTerminating]}",
     "spec.scopes"},
    {"quota's scopes in another order", "v1 ResourceQuota", "spec: {scopes: [NotBestEffort, NotTerminating]}",
     "spec: {scopes: [NotTerminating, NotBestEffort]}", ""},
    {"quota's limits", "v1 ResourceQuota", "spec: {hard: {pods: 1}}", "spec: {hard: {pods: 2}}", ""},
    {"revision", "apps/v1 ControllerRevision", "revision: 1\ndata: {a: 1}", "revision: 1\ndata: {a: 2}", "data.a"},
    {"slice", "discovery.k8s.io/v1 EndpointSlice", "addressType: IPv4", "addressType: IPv6", "addressType"},
    {"runtime", "node.k8s.io/v1 RuntimeClass", "handler: a", "handler: b", "handler"},
    {"priority", "scheduling.k8s.io/v1 PriorityClass", "value: 1", "value: 2", "value"},
    {"preemption", "scheduling.k8s.io/v1 PriorityClass", "value: 1", "value: 1\npreemptionPolicy: Never",
     "preemptionPolicy"},
    {"preemption by default", "scheduling.k8s.io/v1 PriorityClass", "value: 1",
     "value: 1\npreemptionPolicy: PreemptLowerPriority", ""},
    {"role of a binding", "rbac.authorization.k8s.io/v1 RoleBinding", "roleRef: {kind: Role, name: a}",
     "roleRef: {kind: Role, name: b}", "roleRef.name"},
    {"role's group by default", "rbac.authorization.k8s.io/v1 RoleBinding", "roleRef: {kind: Role, name: a}",
     "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}", ""},
    {"role of a cluster's binding", "rbac.authorization.k8s.io/v1 ClusterRoleBinding", "roleRef: {name: a}",
     "roleRef: {name: b}", "roleRef.name"},
    {"subjects", "rbac.authorization.k8s.io/v1 RoleBinding", "subjects: [{kind: User, name: a}]",
     "subjects: [{kind: User, name: b}]", ""},
    {"provisioner", "storage.k8s.io/v1 StorageClass", "provisioner: a", "provisioner: b", "provisioner"},
    {"parameters", "storage.k8s.io/v1 StorageClass", "parameters: {a.b: x}", "parameters: {a.b: y}",
     "parameters[\"a.b\"]"},
    {"reclaiming", "storage.k8s.io/v1 StorageClass", "provisioner: a", "provisioner: a\nreclaimPolicy: Retain",
     "reclaimPolicy"},
    {"reclaiming and binding by default", "storage.k8s.io/v1 StorageClass", "provisioner: a",
     "provisioner: a\nreclaimPolicy: Delete\nvolumeBindingMode: Immediate", ""},
    {"binding", "storage.k8s.io/v1 StorageClass", "volumeBindingMode: Immediate",
     "volumeBindingMode: WaitForFirstConsumer", "volumeBindingMode"},
    {"what classes may change", "storage.k8s.io/v1 StorageClass", "mountOptions: [a]",
     "mountOptions: [b]\nallowVolumeExpansion: true", ""},
    {"driver attaches", "storage.k8s.io/v1 CSIDriver", "spec: {podInfoOnMount: true}",
     "spec: {podInfoOnMount: true, attachRequired: false}", "spec.attachRequired"},
    {"driver's modes", "storage.k8s.io/v1 CSIDriver", "spec: {volumeLifecycleModes: [Persistent]}",
     "spec: {volumeLifecycleModes: [Ephemeral]}", "spec.volumeLifecycleModes[Ephemeral]"},
    {"driver's modes by default", "storage.k8s.io/v1 CSIDriver", "spec: {podInfoOnMount: true}",
     "spec: {volumeLifecycleModes: [Persistent], podInfoOnMount: true}", ""},
    {"driver by default", "storage.k8s.io/v1 CSIDriver", "spec: {podInfoOnMount: true}",
     "spec: {podInfoOnMount: false, attachRequired: true}", ""},
    {"controller", "networking.k8s.io/v1 IngressClass", "spec: {controller: a/b}", "spec: {controller: a/c}",
     "spec.controller"},
    {"definition's scope", "apiextensions.k8s.io/v1 CustomResourceDefinition", "spec: {scope: Cluster}",
     "spec: {scope: Namespaced}", "spec.scope"},
    {"definition's kind", "apiextensions.k8s.io/v1 CustomResourceDefinition", "spec: {names: {kind: A}}",
     "spec: {names: {kind: B}}", "spec.names.kind"},
    {"ingress", "networking.k8s.io/v1 Ingress", "spec: {ingressClassName: a}", "spec: {ingressClassName: b}", ""},
    {"a kind of that name elsewhere", "example.test/v1 Service", "spec: {clusterIP: a}", "spec: {clusterIP: b}", ""},
};

std::string text_of_attempt(const Attempt& row, const char* body) {
    const std::string kind = row.kind;
    const std::size_t blank = kind.find(' ');
    return "apiVersion: " + kind.substr(0, blank) + "\nkind: " + kind.substr(blank + 1) + "\nmetadata: {name: a}\n" +
           body + "\n";
}

std::string path_of_first(const Object& declared, std::span<const Difference> differences, const Live* live) {
    const Difference* fixed = fixed_difference(declared, differences, live);
    return fixed == nullptr ? std::string() : fixed->path;
}

TEST(Fixed, IsWhatARecordedObjectKeeps) {
    for (const Attempt& row : attempts) {
        const auto was = load(text_of_attempt(row, row.was));
        const auto becomes = load(text_of_attempt(row, row.becomes));
        ASSERT_TRUE(was && becomes) << row.name;
        const auto differences = compare_files(*becomes, *was, "shop", Secrets::shown);
        EXPECT_EQ(path_of_first(becomes->objects.front(), differences, nullptr), row.refused) << row.name;
    }
}

// The live one holds what was recorded; what defaults add is in no file.
TEST(Fixed, IsWhatALiveObjectKeeps) {
    const std::set<std::string> by_owner{"volume's node", "thawed"}; // who deployed it is not told here
    for (const Attempt& row : attempts) {
        if (by_owner.contains(row.name)) continue;
        const auto was = load(text_of_attempt(row, row.was));
        const auto becomes = load(text_of_attempt(row, row.becomes));
        const Object& there = was->objects.front();
        const Live live{.api_version = there.api_version, .key = there.key, .tree = there.tree};
        const auto differences = compare_live(becomes->objects.front(), live).differences;
        EXPECT_EQ(path_of_first(becomes->objects.front(), differences, &live), row.refused) << row.name;
    }
}

TEST(Fixed, AMapThatAPersonFrozeIsFrozen) {
    const auto file = load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: two}\n").value();
    Live live{.api_version = "v1", .key = file.objects[0].key, .tree = file.objects[0].tree};
    put(*find(live.tree, "data"), "k", make_text("one"));
    const auto differences = compare_live(file.objects[0], live).differences;
    EXPECT_EQ(path_of_first(file.objects[0], differences, &live), "");
    put(live.tree, "immutable", Value{.shape = Shape::boolean, .text = "true"});
    EXPECT_EQ(path_of_first(file.objects[0], differences, &live), "data.k");
}

TEST(Fixed, OfAnObjectOfWhichNothingIsKnownIsWhatItsPathSays) {
    Object object;
    object.key.kind = "PersistentVolumeClaim";
    Difference one{.path = "spec.resources.requests.storage", .desired = "1Gi", .actual = "2Gi"};
    EXPECT_NE(fixed_difference(object, {&one, 1}, nullptr), nullptr);
    std::swap(one.desired, one.actual);
    EXPECT_EQ(fixed_difference(object, {&one, 1}, nullptr), nullptr);
    EXPECT_EQ(fixed_difference(object, {}, nullptr), nullptr);
}

} // namespace
} // namespace mooring::kubernetes
