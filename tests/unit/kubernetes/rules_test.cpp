// The table of rules (kubernetes.md §8), a row or more each: what means the same, and its neighbour that does not.
#include "unit/kubernetes/kubernetes_support.hpp"

namespace mooring::kubernetes {
namespace {

std::string deployment(std::string_view pod) {
    return object_front("apps/v1", "Deployment") +
           "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {" + std::string(pod) +
           "}}}}\n";
}
std::string container(std::string_view fields) {
    return deployment("containers: [{name: c, image: 'i:1', " + std::string(fields) + "}]");
}
std::string config(std::string_view rest) { return object_front("v1", "ConfigMap") + std::string(rest) + "}\n"; }
std::string secret(std::string_view rest) { return object_front("v1", "Secret") + std::string(rest) + "}\n"; }
std::string service(std::string_view spec) {
    return object_front("v1", "Service") + "spec: {" + std::string(spec) + "}}\n";
}
std::string policy(std::string_view spec) {
    return object_front("networking.k8s.io/v1", "NetworkPolicy") + "spec: {" + std::string(spec) + "}}\n";
}
std::string boat(std::string_view rest) { return object_front("example.test/v1", "Boat") + std::string(rest) + "}\n"; }

struct Pair {
    const char* name;
    std::string one;
    std::string other;
};
void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.name; }
std::string pair_name(const testing::TestParamInfo<Pair>& info) { return info.param.name; }

class MeansTheSame : public testing::TestWithParam<Pair> {};
TEST_P(MeansTheSame, InFiles) {
    EXPECT_EQ(file_words(GetParam().one, GetParam().other), Words());
    EXPECT_EQ(file_words(GetParam().other, GetParam().one), Words());
}

const std::string claim = object_front("v1", "PersistentVolumeClaim");

INSTANTIATE_TEST_SUITE_P(
    PathRule, MeansTheSame,
    testing::Values(
        Pair{"YamlYesIsAText", config("data: {a: yes, b: on, c: no}"), config("data: {a: 'yes', b: \"on\", c: 'no'}")},
        Pair{"YamlOctals", deployment("volumes: [{name: v, configMap: {name: n, defaultMode: 0644}}]"),
             deployment("volumes: [{name: v, configMap: {name: n, defaultMode: 0o644}}]")},
        Pair{"YamlOctalsAreNumbers", deployment("volumes: [{name: v, configMap: {name: n, defaultMode: 0644}}]"),
             deployment("volumes: [{name: v, configMap: {name: n, defaultMode: 420}}]")},
        Pair{"YamlPlainDatesAreTimes", config("data: {d: 2024-01-31}"), config("data: {d: '2024-01-31T00:00:00Z'}")},
        Pair{"YamlPlainTimesKeepTheirZone", config("data: {d: 2024-01-31T10:00:00+02:00}"),
             config("data: {d: '2024-01-31T10:00:00+02:00'}")},
        Pair{"YamlAnchors", config("data: {a: &x text, b: *x}"), config("data: {a: text, b: text}")},
        Pair{"YamlMergeKeys",
             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: &l {a: b}}\ndata: {<<: *l, c: d}\n",
             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {a: b}}\ndata: {a: b, c: d}\n"},
        Pair{"EmptyDocuments", config("data: {a: b}"),
             "---\n---\n# nothing\n---\n" + config("data: {a: b}") + "---\n{}\n"},
        Pair{"LineEnds", "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: x\r\n", config("")},
        Pair{"OrderOfDocuments", config("data: {a: b}") + "---\n" + secret(""),
             secret("") + "---\n" + config("data: {a: b}")},
        Pair{"AListIsItsItems", config("data: {a: b}") + "---\n" + secret(""),
             "{apiVersion: v1, kind: List, items: [" + secret("") + ", " + config("data: {a: b}") + ", null]}"},
        Pair{"ListsInLists", config(""),
             "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [" + config("") + "]}]}"},
        Pair{"StatusSaysNothing", config("status: {a: b}"), config("")},
        Pair{"WhatTheServerAloneSets",
             "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, uid: u, resourceVersion: '7', generation: 1, "
             "creationTimestamp: null, selfLink: s, managedFields: []}}",
             config("")},
        Pair{"LabelsAreTexts",
             "{apiVersion: v1, kind: Secret, metadata: {name: x, labels: {a: 1, b: 1.10, c: true, d: null}}}",
             "{apiVersion: v1, kind: Secret, metadata: {name: x, labels: {a: '1', b: '1.1', c: 'true', d: <nil>}}}"},
        Pair{"PortainersLabels",
             "{apiVersion: v1, kind: Secret, metadata: {name: x, labels: {io.portainer.kubernetes.application.stackid: "
             "'9', "
             "io.portainer.kubernetes.application.owner.id: ''}}}",
             secret("")},
        Pair{"NullIsAbsent", deployment("hostNetwork: null, nodeSelector: null, containers: []"), deployment("")},
        Pair{"NullInAMapOfTexts", config("data: {a: null}"), config("data: {a: ''}")},
        Pair{"NullInAMapOfTextsDeeper", deployment("nodeSelector: {a: null}"), deployment("nodeSelector: {a: ''}")},
        Pair{"EmptyMaps", container("resources: {limits: {}}"), container("resources: {}")},
        Pair{"EmptyStructures", container("resources: {}"), container("")},
        Pair{"EmptyStructuresOfEmptyThings", container("resources: {limits: {}, requests: {}}"), container("")},
        Pair{"EmptyLists", container("env: [], args: []"), container("")},
        Pair{"ZerosThatAreLeftOut", deployment("hostNetwork: false, schedulerName: ''"), deployment("")},
        Pair{"QuantitiesOfCpu", container("resources: {limits: {cpu: 1000m, memory: 1024Mi}}"),
             container("resources: {limits: {cpu: 1, memory: 1Gi}}")},
        Pair{"QuantitiesOfEveryForm", container("resources: {limits: {a: 0.5, b: 1e3, c: 1.5Gi, d: 100k, e: '+1'}}"),
             container("resources: {limits: {a: 500m, b: 1000, c: 1536Mi, d: '100000', e: '1.0'}}")},
        Pair{"QuantitiesBelowANano", claim + "spec: {resources: {requests: {storage: 0.1n}}}}",
             claim + "spec: {resources: {requests: {storage: 1n}}}}"},
        Pair{"BytesWithLineBreaks", secret("data: {a: \"YWJj\\nZGVm\\n\"}"), secret("data: {a: YWJjZGVm}")},
        Pair{"StringDataIsData", secret("stringData: {a: abc}"), secret("data: {a: YWJj}")},
        Pair{"StringDataWins", secret("stringData: {a: abc}, data: {a: eA==, b: eQ==}"),
             secret("data: {a: YWJj, b: eQ==}")},
        Pair{"TimesByValue",
             object_front("coordination.k8s.io/v1", "Lease") + "spec: {renewTime: '2026-01-01T02:00:00.5+02:00'}}",
             object_front("coordination.k8s.io/v1", "Lease") + "spec: {renewTime: '2026-01-01T00:00:00.500000Z'}}"},
        Pair{"ProtocolInAKey", service("ports: [{port: 80}]"), service("ports: [{port: 80, protocol: TCP}]")},
        Pair{"ProtocolInAContainersKey", container("ports: [{containerPort: 80}]"),
             container("ports: [{containerPort: 80, protocol: TCP}]")},
        Pair{"ANameThatStandsTwice", container("env: [{name: A, value: a}, {name: B, value: b}, {name: A, value: c}]"),
             container("env: [{name: A, value: 'a'}, {name: B, value: 'b'}, {name: A, value: 'c'}]")},
        Pair{"OrderInASet", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [a.b/c, d.e/f]}}",
             "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [d.e/f, a.b/c]}}"},
        Pair{"TheStacksNamespace", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: shop}}",
             config("")},
        Pair{"ANamespaceOfWhatIsClusterWide",
             "{apiVersion: v1, kind: Namespace, metadata: {name: x, namespace: other}}",
             "{apiVersion: v1, kind: Namespace, metadata: {name: x}}"},
        Pair{"NumbersByValue", boat("spec: {length: 1.0, big: 1e3}"), boat("spec: {length: 1, big: 1000}")},
        Pair{"KeysAreTexts", config("data: {1: a, true: b}"), config("data: {'1': a, 'true': b}")}),
    pair_name);

struct Change {
    const char* name;
    std::string desired;
    std::string actual;
    Words words;
};
void PrintTo(const Change& change, std::ostream* out) { *out << change.name; }
std::string change_name(const testing::TestParamInfo<Change>& info) { return info.param.name; }

class Differs : public testing::TestWithParam<Change> {};
TEST_P(Differs, InFiles) { EXPECT_EQ(file_words(GetParam().desired, GetParam().actual), GetParam().words); }

const std::string pod_spec = "Deployment/x:spec.template.spec.";

INSTANTIATE_TEST_SUITE_P(
    PathRule, Differs,
    testing::Values(
        Change{"YamlTrueIsABoolean", boat("spec: {a: true}"), boat("spec: {a: 'true'}"), {"Boat/x:spec.a changed"}},
        Change{"IntOrTextKeepsItsKind",
               service("ports: [{port: 80, targetPort: 80}]"),
               service("ports: [{port: 80, targetPort: '80'}]"),
               {"Service/x:spec.ports[port=80,protocol=TCP].targetPort changed"}},
        Change{"PointersToZeroCount",
               deployment("enableServiceLinks: false"),
               deployment(""),
               {pod_spec + "enableServiceLinks gone"}},
        Change{"PointersToZeroNumbersCount",
               container("securityContext: {runAsUser: 0}"),
               container("securityContext: {}"),
               {pod_spec + "containers[name=c].securityContext.runAsUser gone"}},
        Change{"EmptyPointersToStructuresCount",
               deployment("volumes: [{name: v, emptyDir: {}}]"),
               deployment("volumes: [{name: v}]"),
               {pod_spec + "volumes[name=v].emptyDir gone"}},
        Change{"EmptySelectorsCount",
               policy("ingress: [{from: [{namespaceSelector: {}}]}]"),
               policy("ingress: [{from: [{podSelector: {}}]}]"),
               {"NetworkPolicy/x:spec.ingress[0].from[0].namespaceSelector gone",
                "NetworkPolicy/x:spec.ingress[0].from[0].podSelector extra"}},
        Change{"AFalseThatIsTrue",
               deployment("hostNetwork: false"),
               deployment("hostNetwork: true"),
               {pod_spec + "hostNetwork changed"}},
        Change{"QuantitiesThatAreAlmostEqual",
               container("resources: {limits: {memory: 1G}}"),
               container("resources: {limits: {memory: 1Gi}}"),
               {pod_spec + "containers[name=c].resources.limits.memory changed"}},
        Change{"CpuOfOneMilliMore",
               container("resources: {limits: {cpu: 1001m}}"),
               container("resources: {limits: {cpu: 1}}"),
               {pod_spec + "containers[name=c].resources.limits.cpu changed"}},
        Change{"KeyedListsByKey",
               container("env: [{name: A, value: '1'}, {name: B, value: '2'}]"),
               container("env: [{name: A, value: '9'}, {name: C, value: '3'}]"),
               {pod_spec + "containers[name=c].env[name=A].value changed",
                pod_spec + "containers[name=c].env[name=B] gone", pod_spec + "containers[name=c].env[name=C] extra"}},
        Change{"OrderOfAKeyedList",
               container("env: [{name: A, value: '1'}, {name: B, value: '2'}]"),
               container("env: [{name: B, value: '2'}, {name: A, value: '1'}]"),
               {pod_spec + "containers[name=c].env order"}},
        Change{"AdditionsLeaveTheOrder",
               container("env: [{name: A, value: '1'}, {name: B, value: '2'}]"),
               container(
                   "env: [{name: C, value: '3'}, {name: A, value: '1'}, {name: D, value: '4'}, {name: B, value: '2'}]"),
               {pod_spec + "containers[name=c].env[name=C] extra", pod_spec + "containers[name=c].env[name=D] extra"}},
        Change{"UdpIsAnotherPort",
               service("ports: [{port: 53, protocol: UDP}]"),
               service("ports: [{port: 53}]"),
               {"Service/x:spec.ports[port=53,protocol=TCP] extra", "Service/x:spec.ports[port=53,protocol=UDP] gone"}},
        Change{"TwoKeysOfMountPaths",
               container("volumeMounts: [{name: v, mountPath: /a}]"),
               container("volumeMounts: [{name: v, mountPath: /b}]"),
               {pod_spec + "containers[name=c].volumeMounts[mountPath=/a] gone",
                pod_spec + "containers[name=c].volumeMounts[mountPath=/b] extra"}},
        Change{"SetsByElement",
               "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [a/b]}}",
               "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [c/d]}}",
               {"ConfigMap/x:metadata.finalizers[a/b] gone", "ConfigMap/x:metadata.finalizers[c/d] extra"}},
        Change{"ListsOfTextsAreOneValue",
               container("command: [a, b]"),
               container("command: [a, c]"),
               {pod_spec + "containers[name=c].command changed"}},
        Change{"ListsOfObjectsByPlace",
               deployment("tolerations: [{key: a, operator: Exists}]"),
               deployment("tolerations: [{key: b, operator: Exists, effect: NoSchedule}]"),
               {pod_spec + "tolerations[0].effect extra", pod_spec + "tolerations[0].key changed"}},
        Change{"ListsOfObjectsOfAnotherLength",
               deployment("tolerations: [{key: a}]"),
               deployment("tolerations: [{key: a}, {key: b}]"),
               {pod_spec + "tolerations changed"}},
        Change{"SchemasAsWritten",
               object_front("apiextensions.k8s.io/v1", "CustomResourceDefinition") +
                   "spec: {versions: [{name: v1, schema: {openAPIV3Schema: {properties: {a: {type: string}}}}}]}}",
               object_front("apiextensions.k8s.io/v1", "CustomResourceDefinition") +
                   "spec: {versions: [{name: v1, schema: {openAPIV3Schema: {properties: {a: {type: integer}}}}}]}}",
               {"CustomResourceDefinition/x:spec.versions[0].schema.openAPIV3Schema.properties.a.type changed"}},
        Change{"CustomResourcesAsWritten",
               boat("spec: {a: {}, b: [], c: ''}"),
               boat("spec: {}"),
               {"Boat/x:spec.a gone", "Boat/x:spec.b gone", "Boat/x:spec.c gone"}},
        Change{"KeysWithDots",
               "{apiVersion: v1, kind: Secret, metadata: {name: x, labels: {a.b/c: d}}}",
               "{apiVersion: v1, kind: Secret, metadata: {name: x, labels: {a.b/c: e}}}",
               {"Secret/x:metadata.labels[\"a.b/c\"] changed"}},
        Change{"ObjectsThatOneSideHas",
               config("") + "---\n" + secret(""),
               config("") + "---\n" + service(""),
               {"Secret/x: missing", "Service/x: extra"}},
        Change{"AnotherVersionIsTheSameObject",
               object_front("autoscaling/v2", "HorizontalPodAutoscaler") + "spec: {maxReplicas: 3}}",
               object_front("autoscaling/v1", "HorizontalPodAutoscaler") + "spec: {maxReplicas: 3}}",
               {"HorizontalPodAutoscaler/x:apiVersion changed"}},
        Change{"AnotherGroupIsAnotherObject",
               object_front("example.test/v1", "Ingress") + "}",
               object_front("networking.k8s.io/v1", "Ingress") + "}",
               {"Ingress/x: extra", "Ingress/x: missing"}},
        Change{"AnotherNamespace",
               "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: other}}",
               config(""),
               {"ConfigMap/x:metadata.namespace gone"}}),
    change_name);

Words codes_of(std::string_view text, std::string_view stack_namespace) {
    Words codes;
    for (const Remark& one : remarks(load_or_fail(text), stack_namespace)) codes.push_back(one.code);
    return codes;
}

// kubernetes.md §1.1: what names no namespace is deployed to the stack's, and without one to `default`.
TEST(Remarks, NamingTheStacksNamespaceIsNamingNone) {
    const auto map = [](std::string_view space) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: web" + std::string(space) + "}}\n---\n";
    };
    EXPECT_EQ(codes_of(map("") + map(", namespace: shop"), "shop"), (Words{"twice"}));
    EXPECT_EQ(codes_of(map("") + map(", namespace: default"), ""), (Words{"twice"}));
    EXPECT_EQ(codes_of(map("") + map(""), "shop"), (Words{"twice"})) << "said once";
    EXPECT_EQ(codes_of(map("") + map(", namespace: other"), ""), Words{});

    const auto scaled = [](std::string_view one, std::string_view other) {
        return "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web" + std::string(one) +
               "}, spec: {replicas: 2}}\n---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: "
               "{name: "
               "web" +
               std::string(other) + "}, spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: web}}}";
    };
    for (const auto& text : {scaled("", ""), scaled(", namespace: shop", ""), scaled("", ", namespace: shop")})
        EXPECT_EQ(codes_of(text, "shop"), (Words{"autoscaler"})) << text;
    EXPECT_EQ(codes_of(scaled("", ", namespace: default"), "shop"), (Words{"namespace"}));
}

// Where names do not tell them: headers of probes, and templates of Secrets inside of custom resources.
TEST(Secrets, OfHeadersAndOfTemplates) {
    const auto probe = [](std::string_view value) {
        return container("livenessProbe: {httpGet: {path: /, port: 80, httpHeaders: [{name: X-Api-Key, value: " +
                         std::string(value) + "}]}}");
    };
    const auto sealed = [](std::string_view value) {
        return boat("spec: {template: {stringData: {a: " + std::string(value) + "}}}");
    };
    for (const auto& [one, other] :
         {std::pair(probe("planted-1"), probe("planted-2")), std::pair(sealed("planted-1"), sealed("planted-2"))}) {
        const std::vector<Difference> found = compare_files(load_or_fail(one), load_or_fail(other), "shop");
        ASSERT_EQ(found.size(), 1U) << one;
        EXPECT_TRUE(found[0].secret) << one;
        EXPECT_EQ(secret_texts(one), (Words{"planted-1"})) << one;
    }
}

// In custom resources, as in the texts of ConfigMaps, the name beside a value says what it is.
TEST(Secrets, AreNamedBesideTheirValues) {
    struct Row {
        std::string list;
        bool secret;
    };
    const auto list = [](std::string_view front, std::string_view value) {
        return boat("spec: {source: {helm: {parameters: [{" + std::string(front) + ", value: " + std::string(value) +
                    "}]}}}");
    };
    for (const Row& row :
         {Row{"name: postgresql.auth.password", true}, Row{"key: password", true}, Row{"name: token", true},
          Row{"name: replicas", false}, Row{"key: image.tag", false}, Row{"name: x, forceString: true", false}}) {
        const std::string one = list(row.list, "planted-one-1");
        const auto found = compare_files(load_or_fail(one), load_or_fail(list(row.list, "planted-two-2")), "shop");
        ASSERT_EQ(found.size(), 1U) << row.list;
        EXPECT_EQ(found[0].secret, row.secret) << row.list;
        const Words known = secret_texts(one); // `key` speaks for itself, too
        EXPECT_EQ(std::ranges::find(known, "planted-one-1") != known.end(), row.secret) << row.list;
        const auto gone = compare_files(load_or_fail(boat("spec: {}")), load_or_fail(one), "shop");
        ASSERT_EQ(gone.size(), 1U);
        EXPECT_EQ(gone[0].actual.value_or("").contains("planted"), !row.secret) << row.list;
    }
    const auto renamed = compare_files(load_or_fail(list("name: token", "planted-one-1")),
                                       load_or_fail(list("name: other", "planted-two-2")), "shop");
    for (const Difference& one : renamed) EXPECT_TRUE(one.secret || !one.path.ends_with(".value")) << one.path;
    // A ConfigMap's own fields are none of these, and `name` itself is shown.
    EXPECT_EQ(secret_texts(boat("spec: {list: [{name: token, other: planted}]}")), Words{});
}

// kubernetes.md §0.2: what a Secret holds is secret wherever somebody has copied it to.
TEST(Secrets, AreKnownWhereverTheyStand) {
    const File file =
        load_or_fail("{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {a: S3cret-value, b: "
                     "postgres, c: production}}\n---\n"
                     "{apiVersion: v1, kind: Secret, metadata: {name: y}, stringData: {a: '1', b: '80', c: web, d: "
                     "\"L1ne-one\\nL1ne-two\\n\", e: 'q\"4711', f: \"-----BEGIN CERTIFICATE-----\\nx\\n\"}}\n---\n" +
                     config("data: {d: S3cret-other}"));
    std::vector<std::string> known;
    for (const Object& object : file.objects) learn_secrets(object, known);
    EXPECT_GE(known.size(), 18U);
    struct Row {
        const char* shown;
        bool repeats;
    };
    for (const Row& row : {Row{"S3cret-value", true}, Row{"u:S3cret-value@db", true}, Row{"UzNjcmV0LXZhbHVl", true},
                           Row{"postgres", true}, Row{"postgres:16", false}, Row{"registry/production/web:2", false},
                           Row{"S3cret-other", false}, Row{"", false}, Row{"S3cret", false}, Row{"1", false},
                           Row{"80", false}, Row{"web", false}, Row{"u:L1ne-one@db", true}, Row{"L1ne-two", true},
                           Row{R"({"a":"L1ne-one\nL1ne-two\n"})", true}, Row{R"({"a":"q\"4711"})", true},
                           Row{"-----BEGIN CERTIFICATE-----", false}}) {
        EXPECT_EQ(repeats_secret(row.shown, known), row.repeats) << row.shown;
    }
}

std::string with_secret(std::string_view value, std::string_view rest) {
    return "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: " + std::string(value) + "}}\n---\n" +
           std::string(rest);
}

// `echo S3cret-value | base64` ends the value with a line feed, which no copy has.
TEST(Secrets, AreHiddenWhereTheyAreCopiedToWithoutTheirLineFeed) {
    const auto file = [](std::string_view url) {
        return load_or_fail(with_secret("UzNjcmV0LXZhbHVlCg==", config("data: {url: '" + std::string(url) + "'}")));
    };
    const auto found = compare_files(file("u:S3cret-value@db"), file("u:other@db"), "shop");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].secret);
}

// Of a new object the copied value is hidden, and the rest is told: somebody has to approve it.
TEST(Secrets, HideNothingElseOfAnObjectThatHoldsACopy) {
    const std::string pod = container("args: ['S3cret-value'], securityContext: {privileged: true}");
    const File desired = load_or_fail(with_secret("UzNjcmV0LXZhbHVl", pod));
    const File actual = load_or_fail(with_secret("UzNjcmV0LXZhbHVl", config("")));
    const auto found = compare_files(desired, actual, "shop");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(words_of(found[0]), "Deployment/x: missing");
    EXPECT_FALSE(found[0].secret);
    EXPECT_TRUE(found[0].desired.value_or("").contains(R"("privileged":true)")) << found[0].desired.value_or("");
    EXPECT_FALSE(found[0].desired.value_or("").contains("S3cret")) << found[0].desired.value_or("");
}

TEST(Secrets, ThatAMemberOfASetRepeatsStandInNoPath) {
    const auto file = [](std::string_view more) {
        return load_or_fail(with_secret("UzNjcmV0LXZhbHVl", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, "
                                                            "finalizers: [a/b" +
                                                                std::string(more) + "]}}"));
    };
    EXPECT_EQ(words_of(compare_files(file(", c/S3cret-value"), file(""), "shop")),
              (Words{"ConfigMap/x:metadata.finalizers[c/***] gone"}));
}

TEST(Secrets, OfTwoFilesThatDifferInThemAloneAreStillFlagged) {
    const auto file = [](std::string_view value, std::string_view plain) {
        return load_or_fail(with_secret(value, object_front("example.test/v1", "Boat") + "spec: {parts: [a, '" +
                                                   std::string(plain) + "']}}"));
    };
    for (const Difference& one :
         compare_files(file("UzNjcmV0LXZhbHVl", "S3cret-value"), file("UzNjcmV0LW90aGVy", "S3cret-other"), "shop"))
        EXPECT_TRUE(one.secret) << words_of(one);
}

// A bound on the work: with more values than can be looked for nothing is shown.
TEST(Secrets, TooManyToLookForHideEverything) {
    const auto map = [](const std::string& value) {
        std::string out;
        for (int i = 0; i < 5000; ++i) out += "k" + std::to_string(i) + ": " + value + std::to_string(i) + ", ";
        return out;
    };
    const std::string secrets =
        "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {" + map("S3cret-") + "}}\n---\n";
    const File desired = load_or_fail(secrets + config("data: {" + map("x") + "}"));
    const auto found = compare_files(desired, load_or_fail(secrets + config("data: {" + map("y") + "}")), "shop");
    ASSERT_EQ(found.size(), 5000U);
    for (const Difference& one : found) ASSERT_TRUE(one.secret);
}

} // namespace
} // namespace mooring::kubernetes
