// What a plan makes of what Kubernetes stacks store (reconcile.md §3.2 "Data"): where pods have their data, before and
// after.
#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

std::shared_ptr<const kubernetes::File> objects_of(const std::string& text) {
    auto file = kubernetes::load(text);
    EXPECT_TRUE(file) << text;
    return std::make_shared<const kubernetes::File>(file ? std::move(*file) : kubernetes::File{});
}

// The server has the one file, the other is declared.
struct StoredWorld : PlanWorld {
    StoredWorld(const std::string& was, const std::string& becomes) {
        desired.type = record.type.emplace(StackType::kubernetes);
        desired.namespace_ = record.namespace_ = "shop";
        desired.source = DesiredContent{.text = becomes, .file = "objects.yaml"};
        seen.objects = objects_of(was);
        input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "shop"}].emplace();
        differs(Subject::content, "Deployment/db:metadata.labels.a");
    }
    // The path at which data is touched; "" nowhere; of several obstacles all.
    std::string touched() {
        std::string out;
        for (const Obstacle& one : step().obstacles) {
            const bool is_data = one.code == "touches_data";
            const std::size_t from = one.remedy.find('"') + 1;
            out +=
                (out.empty() ? "" : " ") + (is_data ? one.remedy.substr(from, one.remedy.rfind('"') - from) : one.code);
        }
        return out;
    }
};

void expect_touched(const char* name, const std::string& was, const std::string& becomes, const std::string& path) {
    StoredWorld world(was, becomes);
    EXPECT_EQ(world.touched(), path) << name;
    if (path.empty() || path == "immutable") return;
    EXPECT_EQ(world.said(), "blocked touches_data") << name;
    world.desired.policy.data = {path};
    EXPECT_EQ(world.said(), "update") << name << ": it is meant";
}

std::string deployment_of(const std::string& pod, const std::string& name = "db") {
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {template: {spec: " + pod +
           "}}\n";
}
std::string pod_of(const std::string& mounts, const std::string& volumes) {
    return "{containers: [{name: db, image: 'a:1', volumeMounts: [" + mounts + "]}], volumes: [" + volumes + "]}";
}

constexpr const char* at_data = "{name: d, mountPath: /data}";
constexpr const char* claim = "{name: d, persistentVolumeClaim: {claimName: data}}";
constexpr const char* data_mount = "Deployment/db:spec.template.spec.containers[name=db].volumeMounts[mountPath=/data]";

// One container's mounts and the pod's volumes; whether its mount at /data is touched.
struct Volumes {
    const char* name;
    const char* mounts;
    const char* volumes;
    const char* new_mounts;
    const char* new_volumes;
    bool touched;
};
const std::vector<Volumes> volumes{
    {"another claim", at_data, claim, at_data, "{name: d, persistentVolumeClaim: {claimName: other}}", true},
    {"below a path", at_data, claim, "{name: d, mountPath: /data, subPath: x}", claim, true},
    {"below another", "{name: d, mountPath: /data, subPath: x}", claim, "{name: d, mountPath: /data, subPath: y}",
     claim, true},
    {"below the same, spelt otherwise", "{name: d, mountPath: /data, subPath: x}", claim,
     "{name: d, mountPath: /data/, subPath: x/}", claim, false},
    {"by an expression", at_data, claim, "{name: d, mountPath: /data, subPathExpr: $(POD)}", claim, true},
    {"gone with the pod", at_data, claim, at_data, "{name: d, emptyDir: {}}", true},
    {"a volume of no kind", at_data, claim, at_data, "{name: d}", true},
    {"a volume of the file", at_data, claim, at_data, "{name: d, configMap: {name: x}}", true},
    {"one of the pod's own", at_data, claim, at_data, "{name: d, ephemeral: {volumeClaimTemplate: {spec: {}}}}", true},
    {"of another class", at_data, "{name: d, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: a}}}}", at_data,
     "{name: d, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: b}}}}", true},
    {"no mount any more", at_data, claim, "", claim, true},
    {"neither mount nor volume", at_data, claim, "", "", true},
    {"mounted elsewhere", at_data, claim, "{name: d, mountPath: /var/data}", claim, true},
    {"mounted elsewhere, too", at_data, claim, "{name: d, mountPath: /data}, {name: d, mountPath: /other}", claim,
     false},
    {"another name of the volume", at_data, claim, "{name: v, mountPath: /data}",
     "{name: v, persistentVolumeClaim: {claimName: data}}", false},
    {"another volume of that name", at_data,
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: e, emptyDir: {}}", "{name: e, mountPath: /data}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: e, emptyDir: {}}", true},
    {"read only", at_data, claim, "{name: d, mountPath: /data, readOnly: true}",
     "{name: d, persistentVolumeClaim: {claimName: data, readOnly: true}}", false},
    {"another path of the host", at_data, "{name: d, hostPath: {path: /srv/a}}", at_data,
     "{name: d, hostPath: {path: /srv/b}}", true},
    {"a claim for a path", at_data, "{name: d, hostPath: {path: /srv/a}}", at_data, claim, true},
    {"the same path of the host", at_data, "{name: d, hostPath: {path: /srv/a}}", at_data,
     "{name: d, hostPath: {path: /srv/a/, type: Directory}}", false},
    {"another server", at_data, "{name: d, nfs: {server: a, path: /x}}", at_data,
     "{name: d, nfs: {server: b, path: /x}}", true},
    {"another path of a server", at_data, "{name: d, nfs: {server: a, path: /x}}", at_data,
     "{name: d, nfs: {server: a, path: /y}}", true},
    {"the same path of a server", at_data, "{name: d, nfs: {server: a, path: /x}}", at_data,
     "{name: d, nfs: {server: a, path: /x, readOnly: true}}", false},
    {"other words for a driver", at_data, "{name: d, csi: {driver: nfs.csi.k8s.io, volumeAttributes: {share: /a}}}",
     at_data, "{name: d, csi: {driver: nfs.csi.k8s.io, volumeAttributes: {share: /b}}}", true},
    {"another way to mount it", at_data, "{name: d, csi: {driver: nfs.csi.k8s.io, volumeAttributes: {share: /a}}}",
     at_data, "{name: d, csi: {driver: nfs.csi.k8s.io, volumeAttributes: {share: /a}, fsType: xfs}}", false},
    {"a driver that stores nothing", at_data,
     "{name: d, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: a}}}", at_data,
     "{name: d, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: b}}}", false},
    {"another disk", at_data, "{name: d, awsElasticBlockStore: {volumeID: a}}", at_data,
     "{name: d, awsElasticBlockStore: {volumeID: b}}", true},
    {"a claim for what goes with the pod", at_data, "{name: d, emptyDir: {}}", at_data, claim, false},
    {"another file", at_data, "{name: d, configMap: {name: a}}", at_data, "{name: d, configMap: {name: b}}", false},
    {"a file elsewhere", at_data, claim, "{name: d, mountPath: /data}, {name: c, mountPath: /etc/c}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, configMap: {name: c}}", false},
    {"a file in it", at_data, claim, "{name: d, mountPath: /data}, {name: c, mountPath: /data/c}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, configMap: {name: c}}", true},
    {"a mount around it", "{name: d, mountPath: /data}", claim, "{name: d, mountPath: /data}, {name: c, mountPath: /}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, emptyDir: {}}", true},
    {"a file beside it with a longer name", at_data, claim, "{name: d, mountPath: /data}, {name: c, mountPath: /data2}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, configMap: {name: c}}", false},
    {"another file in it where one was", "{name: d, mountPath: /data}, {name: c, mountPath: /data/c}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, configMap: {name: c}}",
     "{name: d, mountPath: /data}, {name: c, mountPath: /data/c}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, configMap: {name: e}}", false},
    {"another order", "{name: d, mountPath: /data}, {name: c, mountPath: /c}",
     "{name: d, persistentVolumeClaim: {claimName: data}}, {name: c, emptyDir: {}}",
     "{name: c, mountPath: /c}, {name: d, mountPath: /data}",
     "{name: c, emptyDir: {}}, {name: d, persistentVolumeClaim: {claimName: data}}", false},
};

TEST(PlanKubernetesData, AVolumeStaysWhereItIsMounted) {
    for (const Volumes& one : volumes) {
        expect_touched(one.name, deployment_of(pod_of(one.mounts, one.volumes)),
                       deployment_of(pod_of(one.new_mounts, one.new_volumes)), one.touched ? data_mount : "");
    }
}

// Pods that have the claim `data` as volume `d`.
struct Pods {
    const char* name;
    const char* was;
    const char* becomes;
    const char* touched; // below the pod; "" nothing
};
const std::vector<Pods> pods{
    {"an image", "containers: [{name: db, image: 'a:1', volumeMounts: [M]}]",
     "containers: [{name: db, image: 'a:2', volumeMounts: [M]}]", ""},
    {"a container more", "containers: [{name: db, image: a, volumeMounts: [M]}]",
     "containers: [{name: db, image: a, volumeMounts: [M]}, {name: x, image: b, volumeMounts: [M]}]", ""},
    {"another name of a container", "containers: [{name: db, image: a, volumeMounts: [M]}]",
     "containers: [{name: pg, image: a, volumeMounts: [M]}]", ""},
    {"another name, and no mount", "containers: [{name: db, image: a, volumeMounts: [M]}]",
     "containers: [{name: pg, image: a}]", "containers[name=db].volumeMounts[mountPath=/data]"},
    {"another name beside one that keeps it",
     "containers: [{name: db, image: a, volumeMounts: [M]}, {name: x, image: b, "
     "volumeMounts: [{name: d, mountPath: /x}]}]",
     "containers: [{name: pg, image: a}, {name: x, image: b, volumeMounts: [{name: d, mountPath: /x}]}]",
     "containers[name=db].volumeMounts[mountPath=/data]"},
    {"a helper goes",
     "containers: [{name: db, image: a, volumeMounts: [M]}, {name: x, image: b, volumeMounts: [{name: d, "
     "mountPath: /x}]}]",
     "containers: [{name: db, image: a, volumeMounts: [M]}]", ""},
    {"what prepares it goes",
     "containers: [{name: db, image: a, volumeMounts: [M]}], initContainers: [{name: x, image: b, "
     "volumeMounts: [{name: d, mountPath: /x}]}]",
     "containers: [{name: db, image: a, volumeMounts: [M]}]", ""},
    {"what prepares it has it elsewhere",
     "containers: [{name: db, image: a}], initContainers: [{name: x, image: b, "
     "volumeMounts: [M]}]",
     "containers: [{name: db, image: a}], initContainers: [{name: x, image: b}]",
     "initContainers[name=x].volumeMounts[mountPath=/data]"},
    {"a device", "containers: [{name: db, image: a, volumeDevices: [{name: d, devicePath: /dev/x}]}]",
     "containers: [{name: db, image: a}]", "containers[name=db].volumeDevices[devicePath=/dev/x]"},
    {"what an expression says",
     "containers: [{name: db, image: a, env: [{name: A, value: x}], volumeMounts: [{name: d, mountPath: /data, "
     "subPathExpr: "
     "$(A)}]}]",
     "containers: [{name: db, image: a, env: [{name: A, value: y}], volumeMounts: [{name: d, mountPath: /data, "
     "subPathExpr: "
     "$(A)}]}]",
     "containers[name=db].volumeMounts[mountPath=/data]"},
    {"what an expression says by another",
     "containers: [{name: db, image: a, env: [{name: B, value: x}, {name: A, value: $(B)}], volumeMounts: [{name: d, "
     "mountPath: /data, subPathExpr: $(A)}]}]",
     "containers: [{name: db, image: a, env: [{name: B, value: y}, {name: A, value: $(B)}], volumeMounts: [{name: d, "
     "mountPath: /data, subPathExpr: $(A)}]}]",
     "containers[name=db].volumeMounts[mountPath=/data]"},
    {"what no expression says",
     "containers: [{name: db, image: a, env: [{name: A, value: x}, {name: B, value: x}], volumeMounts: [{name: d, "
     "mountPath: "
     "/data, subPathExpr: $(A)}]}]",
     "containers: [{name: db, image: a, env: [{name: A, value: x}, {name: B, value: y}], volumeMounts: [{name: d, "
     "mountPath: "
     "/data, subPathExpr: $(A)}]}]",
     ""},
    {"claims lie anywhere", "containers: [{name: db, image: a, volumeMounts: [M]}]",
     "nodeSelector: {disk: a}, containers: [{name: db, image: a, volumeMounts: [M]}]", ""},
};

TEST(PlanKubernetesData, EachContainerKeepsWhatItHas) {
    const auto with = [](std::string pod, const char* volume) {
        for (std::size_t at = pod.find("[M]"); at != std::string::npos; at = pod.find("[M]"))
            pod.replace(at, 3, std::string("[") + at_data + "]");
        return deployment_of("{" + pod + ", volumes: [" + volume + "]}");
    };
    for (const Pods& one : pods) {
        const std::string front = *one.touched == '\0' ? "" : "Deployment/db:spec.template.spec.";
        expect_touched(one.name, with(one.was, claim), with(one.becomes, claim), front + one.touched);
    }
    const char* const host = "{name: d, hostPath: {path: /srv}}";
    const std::string here = "containers: [{name: db, image: a, volumeMounts: [M]}]";
    for (const char* key : {"nodeName", "nodeSelector", "affinity.nodeAffinity"}) {
        const auto on = [&](const std::string& node) {
            if (key == std::string("nodeName")) return "nodeName: " + node + ", " + here;
            if (key == std::string("nodeSelector")) return "nodeSelector: {disk: " + node + "}, " + here;
            return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                   "[{matchFields: [{key: metadata.name, operator: In, values: [" +
                   node + "]}]}]}}}, " + here;
        };
        expect_touched(key, with(on("a"), host), with(on("b"), host),
                       std::string("Deployment/db:spec.template.spec.") + key);
        expect_touched(key, with(on("a"), host), with(on("a"), host), "");
        expect_touched(key, with(here, host), with(on("a"), host),
                       std::string("Deployment/db:spec.template.spec.") + key);
    }
}

std::string set_of(const std::string& name, const std::string& more = {}, const std::string& kind = "StatefulSet") {
    return "apiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: " + name +
           "}\nspec: {replicas: 3, volumeClaimTemplates: [{metadata: {name: d}, spec: {}}], template: {spec: "
           "{containers: "
           "[{name: db, image: a, volumeMounts: [{name: d, mountPath: /data}]}]}}" +
           more + "}\n";
}
std::string with_claim(const std::string& name, const std::string& claimed, const std::string& head = {}) {
    return deployment_of(pod_of(at_data, "{name: d, persistentVolumeClaim: {claimName: " + claimed + "}}"), name) +
           head;
}
std::string volume_of(const std::string& spec) {
    return "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {hostPath: {path: /srv}" + spec + "}\n";
}

TEST(PlanKubernetesData, AWorkloadUnderAnotherNameHasNothingOfTheOldOne) {
    const std::string in_set = ":spec.template.spec.containers[name=db].volumeMounts[mountPath=/data]";
    const std::string settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
    const std::string pvc = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {}\n";
    expect_touched("its claims are new", set_of("db"), set_of("pg"), "StatefulSet/db" + in_set);
    expect_touched("another kind", with_claim("db", "data"), set_of("db"), data_mount);
    expect_touched("the same claim", with_claim("db", "data"), with_claim("pg", "data"), "");
    expect_touched("another claim", with_claim("db", "data"), with_claim("pg", "other"), data_mount);
    expect_touched("it leaves, and nothing comes", set_of("db") + "---\n" + settings, settings, "");
    expect_touched("it leaves, and no workload comes", set_of("db"), settings, "");
    expect_touched("something comes beside", with_claim("db", "data"),
                   with_claim("db", "data") + "---\n" + set_of("pg"), "");
    expect_touched("a claim leaves", with_claim("db", "data") + "---\n" + pvc, with_claim("db", "data"), "");
    expect_touched("what stores nothing leaves", deployment_of("{containers: [{name: a, image: a}]}"), set_of("pg"),
                   "");
    const std::string elsewhere = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db, namespace: NS}\nspec: "
                                  "{template: {spec: " +
                                  pod_of(at_data, claim) + "}}\n";
    const auto in = [&](const char* name) { return std::string(elsewhere).replace(elsewhere.find("NS"), 2, name); };
    StoredWorld moved(in("a"), in("b"));
    moved.record.namespace_.clear();
    moved.desired.namespace_.clear();
    moved.input.servers["main"].objects_there[{.environment = 1, .namespace_ = "", .name = "shop"}].emplace();
    EXPECT_EQ(moved.touched(), data_mount) << "a claim of that name in another namespace";
    StoredWorld same(in("shop"), with_claim("db", "data"));
    EXPECT_EQ(same.touched(), "") << "the stack's namespace, named or not";
}

TEST(PlanKubernetesData, ClaimsAndVolumesKeepWhatTheyHold) {
    const std::string deletes = ", persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}";
    const std::string policy = "StatefulSet/db:spec.persistentVolumeClaimRetentionPolicy.whenScaled";
    const auto fewer = [](std::string text) { return text.replace(text.find("replicas: 3"), 11, "replicas: 1"); };
    expect_touched("a set deletes its claims", set_of("db"), set_of("db", deletes), policy);
    expect_touched("it did so before", set_of("db", deletes), set_of("db", deletes), "");
    expect_touched("it keeps them", set_of("db", deletes), set_of("db"), "");
    expect_touched("fewer, and claims go", set_of("db", deletes), fewer(set_of("db", deletes)),
                   "StatefulSet/db:spec.replicas");
    expect_touched("fewer, and claims stay", set_of("db"), fewer(set_of("db")), "");
    expect_touched("more", fewer(set_of("db", deletes)), set_of("db", deletes), "");
    expect_touched("a volume is another claim's", volume_of(", claimRef: {namespace: shop, name: a}"),
                   volume_of(", claimRef: {namespace: shop, name: b}"), "PersistentVolume/v:spec.claimRef");
    expect_touched("a volume is nobody's", volume_of(", claimRef: {namespace: shop, name: a}"), volume_of(""),
                   "PersistentVolume/v:spec.claimRef");
    expect_touched("the same claim's", volume_of(", claimRef: {namespace: shop, name: a, uid: x}"),
                   volume_of(", claimRef: {namespace: shop, name: a}"), "");
    expect_touched("a volume is deleted with its claim", volume_of(", persistentVolumeReclaimPolicy: Retain"),
                   volume_of(", persistentVolumeReclaimPolicy: Delete"),
                   "PersistentVolume/v:spec.persistentVolumeReclaimPolicy");
    expect_touched("a volume is kept", volume_of(", persistentVolumeReclaimPolicy: Delete"),
                   volume_of(", persistentVolumeReclaimPolicy: Retain"), "");
}

TEST(PlanKubernetesData, WhatAClusterNeverChangesIsSaidToBeSo) {
    const auto of = [](const std::string& object, const std::string& was, const std::string& becomes,
                       const char* path) {
        StoredWorld world(object + was, object + becomes);
        world.differs(Subject::content, path);
        return world.said();
    };
    const std::string set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n";
    const std::string pvc = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n";
    const std::string volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\n";
    EXPECT_EQ(of(set, "spec: {serviceName: b}\n", "spec: {serviceName: a}\n", "StatefulSet/db:spec.serviceName"),
              "blocked immutable");
    EXPECT_EQ(of(set, "spec: {volumeClaimTemplates: []}\n", "spec: {}\n", "StatefulSet/db:spec.volumeClaimTemplates"),
              "blocked immutable");
    for (const char* key : {"volumeName", "storageClassName"}) {
        const std::string path = std::string("PersistentVolumeClaim/data:spec.") + key;
        EXPECT_EQ(of(pvc, "spec: {}\n", "spec: {}\n", path.c_str()), "blocked immutable") << key;
    }
    EXPECT_EQ(of(volume, "spec: {}\n", "spec: {}\n", "PersistentVolume/v:spec.hostPath.path"), "blocked immutable");
}

TEST(PlanKubernetesData, PodsAreFoundInWhateverHasThem) {
    const std::pair<const char*, const char*> kinds[]{
        {"apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: POD\n", "Pod/db:spec."},
        {"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: db}\nspec: {template: {spec: POD}}\n",
         "DaemonSet/db:spec.template.spec."},
        {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: db}\nspec: {template: {spec: POD}}\n",
         "Job/db:spec.template.spec."},
        {"apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: db}\nspec: {jobTemplate: {spec: {template: {spec: "
         "POD}}}}\n",
         "CronJob/db:spec.jobTemplate.spec.template.spec."},
        {"apiVersion: example.test/v1\nkind: Rollout\nmetadata: {name: db, namespace: shop}\nspec: {template: {spec: "
         "POD}}\n",
         "Rollout/db:spec.template.spec."},
    };
    for (const auto& [text, front] : kinds) {
        const auto with = [&](const std::string& volume) {
            const std::string object(text);
            return std::string(object).replace(object.find("POD"), 3, pod_of(at_data, volume));
        };
        expect_touched(text, with(claim), with("{name: d, emptyDir: {}}"),
                       std::string(front) + "containers[name=db].volumeMounts[mountPath=/data]");
    }
}

TEST(PlanKubernetesData, TheWordsNameObjectPlaceAndBothSources) {
    const auto words = [](const char* mount, const char* volume) {
        StoredWorld world(with_claim("db", "data"), deployment_of(pod_of(mount, volume)));
        const Step step = world.step();
        return step.obstacles.empty() ? std::string() : step.obstacles.front().message;
    };
    const std::string front = std::string(data_mount) + " is the claim `data` and would be ";
    const std::string end = ": what is stored there may be lost or left behind";
    EXPECT_EQ(words(at_data, "{name: d, persistentVolumeClaim: {claimName: other}}"),
              front + "the claim `other`" + end);
    EXPECT_EQ(words("{name: d, mountPath: /data, subPath: x}", claim), front + "the claim `data` below `x`" + end);
    EXPECT_EQ(words(at_data, "{name: d, emptyDir: {}}"), front + "an emptyDir, which goes with the pod" + end);
    EXPECT_EQ(words(at_data, "{name: d, hostPath: {path: /srv}}"), front + "the host's `/srv`" + end);
    EXPECT_EQ(words(at_data, "{name: d, nfs: {server: a, path: /x}}"),
              front + R"(nfs {"path":"/x","server":"a"})" + end);
    EXPECT_EQ(words("", claim), front + "no longer mounted there" + end);
    EXPECT_EQ(words("{name: d, mountPath: /data}, {name: d, mountPath: /data/x}", claim),
              front + "hidden in part by the claim `data` at /data/x" + end);
    EXPECT_EQ(words("{name: d, mountPath: /data}, {name: d, mountPath: /}", claim),
              front + "mounted inside of the claim `data` at /" + end);
    StoredWorld renamed(set_of("db"), set_of("pg"));
    EXPECT_TRUE(renamed.step().obstacles.front().message.contains(
        "is the claim template `d` and would be not mounted by any workload that replaces it"));
}

// A container of many variables, each of which refers to the next, is read in one go.
TEST(PlanKubernetesData, AnExpressionOfManyVariablesIsReadOnce) {
    const auto pod = [](const std::string& last) {
        std::string env = "{name: V5000, value: " + last + "}";
        for (int i = 4999; i >= 0; --i)
            env += ", {name: V" + std::to_string(i) + ", value: $(V" + std::to_string(i + 1) + ")}";
        return "{containers: [{name: db, image: a, env: [" + env +
               "], volumeMounts: [{name: d, mountPath: /data, subPathExpr: $(V0)}]}], volumes: [" + claim + "]}";
    };
    expect_touched("the same", deployment_of(pod("x")), deployment_of(pod("x")), "");
    expect_touched("the last one", deployment_of(pod("x")), deployment_of(pod("y")), data_mount);
}

// What the run read of the cluster: one Deployment `db`, or none.
void shows(PlanWorld& world, const std::string& pod) {
    auto& list = world.facts.runtime[1].cluster.lists["apis/apps/v1/deployments"];
    list.reply = {.outcome = Outcome::ok, .status = 200};
    list.items.clear();
    if (pod.empty()) return;
    list.items.push_back(
        {.namespace_ = "shop",
         .name = "db",
         .stack_id = "7",
         .json = R"({"metadata": {"name": "db", "namespace": "shop"}, "spec": {"template": {"spec": )" + pod + "}}}"});
}
std::string live_pod(const std::string& claimed, const std::string& mounts) {
    return R"({"containers": [{"name": "db", "image": "a", "volumeMounts": [)" + mounts +
           R"(]}], "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": ")" + claimed +
           R"("}}, {"name": "h", "hostPath": {"path": "/srv", "type": ""}}]})";
}

TEST(PlanKubernetesData, WhatRunsIsWhatHasTheData) {
    const std::string mount = R"({"name": "d", "mountPath": "/data"})";
    StoredWorld world(with_claim("db", "data"), with_claim("db", "data"));
    EXPECT_EQ(world.touched(), "");
    shows(world, live_pod("other", mount));
    EXPECT_EQ(world.touched(), data_mount) << "set by hand, and in use since";
    shows(world, live_pod("data", mount));
    EXPECT_EQ(world.touched(), "");
    shows(world, live_pod("data", mount + R"(, {"name": "h", "mountPath": "/h"})"));
    EXPECT_EQ(world.touched(), "") << "added by hand: a deployment leaves it";
    shows(world, live_pod("data", R"({"name": "d", "mountPath": "/data", "subPath": "x"})"));
    EXPECT_EQ(world.touched(), "") << "likewise";
    StoredWorld other(with_claim("db", "data"), with_claim("db", "other"));
    shows(other, live_pod("other", mount));
    EXPECT_EQ(other.touched(), "") << "it runs as declared";
    shows(other, "");
    EXPECT_EQ(other.touched(), data_mount) << "nothing runs: the recorded file says where its data is";
}

TEST(PlanKubernetesData, WhatAServerFillsInIsNoOtherPlace) {
    const auto with = [](const std::string& name) {
        return deployment_of(
            "{containers: [{name: db, image: a, env: [{name: A, valueFrom: {fieldRef: {fieldPath: " + name +
            "}}}], volumeMounts: [{name: d, mountPath: /data, subPathExpr: $(A)}]}], volumes: [{name: d, "
            "ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1Gi}}}}}}]}");
    };
    const char* const live = R"json({"containers": [{"name": "db", "image": "a", "env": [{"name": "A", "valueFrom":
        {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}], "volumeMounts": [{"name": "d", "mountPath":
        "/data", "subPathExpr": "$(A)"}]}], "volumes": [{"name": "d", "ephemeral": {"volumeClaimTemplate": {"metadata":
        {"creationTimestamp": null}, "spec": {"volumeMode": "Filesystem", "resources": {"requests": {"storage": "1Gi"}}}}}}]})json";
    StoredWorld world(with("metadata.name"), with("metadata.name"));
    shows(world, live);
    EXPECT_EQ(world.touched(), "");
    StoredWorld other(with("metadata.name"), with("metadata.namespace"));
    shows(other, live);
    EXPECT_EQ(other.touched(), data_mount);
    StoredWorld gone(with_claim("db", "data"), deployment_of(pod_of("", claim)));
    shows(gone, live_pod("data", R"({"name": "d", "mountPath": "/data"})"));
    EXPECT_EQ(gone.touched(), data_mount) << "the file had it, so that it goes";
}

TEST(PlanKubernetesData, WithoutTheGuardItWouldBeSent) {
    StoredWorld world(with_claim("db", "data"), with_claim("db", "other"));
    EXPECT_EQ(world.plan("kubernetes-data").steps.front().readiness, Readiness::to_do);
    EXPECT_EQ(world.plan().steps.front().readiness, Readiness::blocked);
}

TEST(PlanKubernetesData, WhereNobodyKnowsWhatIsStoredNothingIsSent) {
    StoredWorld world(with_claim("db", "data"), with_claim("db", "data"));
    world.seen.objects.reset();
    EXPECT_EQ(world.said(), "update") << "the server's file is known to be the declared one";
    world.seen.content_read = false;
    EXPECT_EQ(world.touched(), "Deployment/db");
    shows(world, live_pod("data", R"({"name": "d", "mountPath": "/data"})"));
    EXPECT_EQ(world.touched(), "");
    world.desired.source = DesiredContent{.text = with_claim("db", "other"), .file = "objects.yaml"};
    EXPECT_EQ(world.touched(), data_mount);
    shows(world, "");
    EXPECT_EQ(world.touched(), "Deployment/db") << "what it stored is not known";
    world.desired.policy.data = {"Deployment/db"};
    EXPECT_EQ(world.said(), "update");
    world.desired.source =
        DesiredContent{.text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n", .file = "c"};
    EXPECT_EQ(world.said(), "update") << "nothing of it stores anything";
}

TEST(PlanKubernetesData, ARepositoryIsTakenForWhatItWas) {
    StoredWorld world(with_claim("db", "data"), with_claim("db", "data"));
    world.seen.result.changes.clear();
    world.from_git().differs(Subject::object_differs, "Deployment/db:spec.replicas").allow(Allowance::redeploy_git);
    EXPECT_EQ(world.said(), "redeploy");
    shows(world, live_pod("other", R"({"name": "d", "mountPath": "/data"})"));
    EXPECT_EQ(world.said(), "blocked touches_data");
    world.desired.policy.data = {data_mount};
    EXPECT_EQ(world.said(), "redeploy");
    world.seen.objects.reset();
    EXPECT_EQ(world.said(), "redeploy") << "what it holds is not known, and the plan says so";
}

} // namespace
} // namespace mooring::reconcile::test
