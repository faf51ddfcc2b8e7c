// A declared object against the live one: what a redeployment would change, by generation, and what it would not.
#include "unit/kubernetes/kubernetes_support.hpp"

namespace mooring::kubernetes {
namespace {

struct Row {
    const char* name;
    std::string desired;
    std::string live;
    Words words;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
std::string row_name(const testing::TestParamInfo<Row>& info) { return info.param.name; }

std::string service_of(std::string_view spec) {
    return object_front("v1", "Service") + "spec: {" + std::string(spec) + "}}";
}
std::string live_service(std::string_view spec, std::string_view owned = "{}") {
    return live_front("v1", "Service", owned) + R"("spec":{)" + std::string(spec) + "}}";
}
// Applied by kubectl, as Portainer did up to 2.33.
std::string client_side(std::string_view kind, std::string_view annotation, std::string_view rest) {
    std::string escaped;
    for (const char c : annotation) {
        if (c == '"') escaped += '\\';
        escaped += c;
    }
    return R"({"apiVersion":"v1","kind":")" + std::string(kind) +
           R"(","metadata":{"name":"x","namespace":"shop","annotations":{"kubectl.kubernetes.io/last-applied-configuration":")" +
           escaped + R"("}},)" + std::string(rest) + "}";
}

class LiveRule : public testing::TestWithParam<Row> {};
TEST_P(LiveRule, SaysWhatARedeploymentWouldChange) {
    EXPECT_EQ(live_words(GetParam().desired, GetParam().live), GetParam().words);
}

const std::string role = object_front("rbac.authorization.k8s.io/v1", "ClusterRole");
const std::string live_role = live_front("rbac.authorization.k8s.io/v1", "ClusterRole");
const std::string hook = object_front("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
const std::string live_hook = live_front("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
const std::string admission = object_front("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
const std::string live_admission = live_front("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
const std::string binding = object_front("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");
const std::string live_binding = live_front("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");
const std::string owned_bundle =
    R"({"f:webhooks":{"k:{\"name\":\"a.b.c\"}":{".":{},"f:name":{},"f:clientConfig":{"f:url":{},"f:caBundle":{}}}}})";
const std::string live_bundle =
    R"("webhooks":[{"name":"a.b.c","clientConfig":{"url":"https://a","caBundle":"eHl6"}}]})";
const std::string pod_tolerations =
    R"([{"key":"a"},{"key":"node.kubernetes.io/not-ready","effect":"NoExecute"},{"key":"node.kubernetes.io/unreachable","effect":"NoExecute"}])";

INSTANTIATE_TEST_SUITE_P(
    PathRule, LiveRule,
    testing::Values(
        Row{"WhatIsNotDeclaredIsNobodysBusiness",
            service_of("type: ClusterIP"),
            live_service(R"("type":"ClusterIP","clusterIP":"10.0.0.1","ports":[{"port":80}])"),
            {}},
        Row{"AddedElementsOfKeyedListsStay",
            service_of("ports: [{port: 80}]"),
            live_service(R"("ports":[{"port":81,"protocol":"TCP"},{"port":80,"protocol":"TCP","targetPort":80}])"),
            {}},
        Row{"KeysMoreInAnAtomicMap",
            service_of("selector: {a: b}"),
            live_service(R"("selector":{"a":"b","c":"d"})"),
            {"spec.selector.c extra"}},
        Row{"EmptyKeysMoreInAnAtomicMap",
            service_of("selector: {a: b}"),
            live_service(R"("selector":{"a":"b","c":""})"),
            {"spec.selector.c extra"}},
        Row{"KeysMoreInAnAtomicMapStayClientSide",
            service_of("selector: {a: b}"),
            client_side("Service", "{}", R"("spec":{"selector":{"a":"b","c":"d"}})"),
            {}},
        Row{"PatchStrategyReplaceIsAtomicClientSide",
            object_front("policy/v1", "PodDisruptionBudget") + "spec: {selector: {matchLabels: {a: b}}}}",
            R"({"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}},"spec":{"selector":{"matchLabels":{"a":"b","c":"d"}}}})",
            {"spec.selector.matchLabels.c extra"}},
        Row{"ANullPutsBackWhatTheServerGives",
            service_of("type: null"),
            live_service(R"("type":"NodePort")"),
            {"spec.type changed"}},
        Row{"ANullIsWhatTheServerGives", service_of("type: null"), live_service(R"("type":"ClusterIP")"), {}},
        Row{"ANullOfWhatHasPartsLeavesThoseOfOthers",
            object_front("v1", "Pod") + "spec: {securityContext: null, hostAliases: null}}",
            live_front("v1", "Pod") +
                R"("spec":{"securityContext":{"runAsUser":5},"hostAliases":[{"ip":"10.0.0.1"}]}})",
            {}},
        Row{"ANullThatAFreeMapKeepsIsAsDeclared",
            object_front("oracle.test/v1", "Ship") + "spec: {free: {none: null, size: 1}, list: [null, {a: null}]}}",
            live_front("oracle.test/v1", "Ship") +
                R"("spec":{"free":{"none":null,"size":1},"list":[null,{"a":null}]}})",
            {}},
        Row{"ANullOfAFreeMapThatIsTakenAwayIsGone",
            object_front("oracle.test/v1", "Ship") + "spec: {free: {none: null, size: 1}}}",
            live_front("oracle.test/v1", "Ship") + R"("spec":{"free":{"size":1}}})",
            {"spec.free.none gone"}},
        Row{"WhatTheServerLeavesOut",
            object_front("v1", "Pod") + "spec: {hostNetwork: false, nodeSelector: {}, tolerations: []}}",
            live_front("v1", "Pod") + R"("spec":{}})",
            {}},
        Row{"APointersZeroThatIsGone",
            object_front("v1", "Pod") + "spec: {enableServiceLinks: false}}",
            live_front("v1", "Pod") + R"("spec":{}})",
            {"spec.enableServiceLinks gone"}},
        Row{"TolerationsThatAdmissionAddsToPods",
            object_front("v1", "Pod") + "spec: {tolerations: [{key: a}]}}",
            live_front("v1", "Pod") + R"("spec":{"tolerations":)" + pod_tolerations + "}}",
            {}},
        Row{"AdmissionAddsOnlyTheTolerationThatIsNotDeclared",
            object_front("v1", "Pod") +
                "spec: {tolerations: [{key: a}, {key: node.kubernetes.io/not-ready, effect: NoExecute}]}}",
            live_front("v1", "Pod") + R"("spec":{"tolerations":)" + pod_tolerations + "}}",
            {}},
        Row{"DeclaredTolerationsOfThatKindCount",
            object_front("v1", "Pod") + "spec: {tolerations: [{key: a}, {key: node.kubernetes.io/not-ready, effect: "
                                        "NoExecute, tolerationSeconds: "
                                        "9}]}}",
            live_front("v1", "Pod") + R"("spec":{"tolerations":)" + pod_tolerations + "}}",
            {"spec.tolerations[1].tolerationSeconds gone"}},
        Row{"DefaultsInsideOfAtomicLists",
            object_front("rbac.authorization.k8s.io/v1", "RoleBinding") +
                "subjects: [{kind: ServiceAccount, name: a, namespace: n}, {kind: User, name: u}]}",
            live_front("rbac.authorization.k8s.io/v1", "RoleBinding") +
                R"("subjects":[{"kind":"ServiceAccount","name":"a","namespace":"n","apiGroup":""},{"kind":"User","name":"u","apiGroup":"rbac.authorization.k8s.io"}]})",
            {}},
        Row{"DefaultsOfWhatAPolicyMatches",
            admission +
                "spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: "
                "[v1], operations: [CREATE], resources: [deployments]}]}, validations: [{expression: 'true'}]}}",
            live_admission +
                R"("spec":{"failurePolicy":"Fail","matchConstraints":{"matchPolicy":"Equivalent",)"
                R"("namespaceSelector":{},"objectSelector":{},"resourceRules":[{"apiGroups":["apps"],)"
                R"("apiVersions":["v1"],"operations":["CREATE"],"resources":["deployments"],"scope":"*"}]},)"
                R"("validations":[{"expression":"true"}]}})",
            {}},
        Row{"WhatSomebodyAddedToWhatAPolicyMatches",
            binding + "spec: {policyName: p, validationActions: [Deny], matchResources: {objectSelector: {}}}}",
            live_binding + R"("spec":{"policyName":"p","validationActions":["Audit","Deny"],"matchResources":)"
                           R"({"matchPolicy":"Exact","namespaceSelector":{"matchLabels":{"a":"b"}},)"
                           R"("objectSelector":{}}}})",
            {"spec.matchResources.matchPolicy extra", "spec.matchResources.namespaceSelector extra"}},
        Row{"APoliciesParametersAreReplacedWhole",
            binding +
                "spec: {policyName: p, paramRef: {name: a, parameterNotFoundAction: Deny}, validationActions: [Warn]}}",
            live_binding + R"("spec":{"policyName":"q","paramRef":{"name":"a","namespace":"n",)"
                           R"("parameterNotFoundAction":"Deny"},"validationActions":["Deny"]}})",
            {"spec.paramRef.namespace extra", "spec.policyName changed", "spec.validationActions[Warn] gone"}},
        Row{"OtherFieldsInsideOfAtomicLists",
            object_front("networking.k8s.io/v1", "NetworkPolicy") + "spec: {ingress: [{from: [{podSelector: {}}]}]}}",
            live_front("networking.k8s.io/v1", "NetworkPolicy") +
                R"("spec":{"ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":80,"protocol":"TCP"}]}]}})",
            {"spec.ingress[0].ports extra"}},
        Row{"LimitsThatALimitRangeCompletes",
            object_front("v1", "LimitRange") +
                "spec: {limits: [{type: Container, default: {cpu: 1}, max: {memory: 1Gi}}]}}",
            live_front("v1", "LimitRange") +
                R"("spec":{"limits":[{"type":"Container","default":{"cpu":"1","memory":"1Gi","x/y":"1"},"defaultRequest":{"cpu":"1000m"},"max":{"memory":"1Gi"}}]}})",
            {"spec.limits[0].default[\"x/y\"] extra"}},
        Row{"RulesOfAnAggregatedRole",
            role + "aggregationRule: {clusterRoleSelectors: []}, rules: []}",
            live_role + R"("aggregationRule":{},"rules":[{"verbs":["get"]}]})",
            {}},
        Row{"RulesOfAnotherRole",
            role + "rules: [{verbs: [get]}]}",
            live_role + R"("rules":[{"verbs":["get","list"]}]})",
            {"rules[0].verbs changed"}},
        Row{"AnInjectedBundle",
            hook + "webhooks: [{name: h, clientConfig: {caBundle: ''}}]}",
            live_hook + R"("webhooks":[{"name":"h","clientConfig":{"caBundle":"YQ=="}}]})",
            {}},
        Row{"ADeclaredBundle",
            hook + "webhooks: [{name: h, clientConfig: {caBundle: Yg==}}]}",
            live_hook + R"("webhooks":[{"name":"h","clientConfig":{"caBundle":"YQ=="}}]})",
            {"webhooks[name=h].clientConfig.caBundle changed"}},
        Row{"DroppedServerSide",
            service_of("type: ClusterIP"),
            live_service(R"("type":"ClusterIP","selector":{"a":"b"})", R"({"f:spec":{"f:type":{},"f:selector":{}}})"),
            {"spec.selector dropped"}},
        Row{"OwnedAndGoneIsNotDropped",
            service_of("type: ClusterIP"),
            live_service(R"("type":"ClusterIP")", R"({"f:spec":{"f:type":{},"f:selector":{}}})"),
            {}},
        Row{"DroppedElements",
            service_of("ports: [{port: 80}]"),
            live_service(
                R"("ports":[{"port":80,"protocol":"TCP"},{"port":81,"protocol":"UDP"}])",
                R"({"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}},"k:{\"port\":81,\"protocol\":\"UDP\"}":{".":{},"f:port":{}}}}})"),
            {"spec.ports[port=81,protocol=UDP] dropped"}},
        Row{"DroppedMembersOfASet",
            "{apiVersion: v1, kind: Service, metadata: {name: x, finalizers: [a/b]}}",
            R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"x","finalizers":["a/b","c/d"],"managedFields":[{"manager":"portainer","operation":"Apply","fieldsV1":{"f:metadata":{"f:finalizers":{"v:\"a/b\"":{},"v:\"c/d\"":{}}}}}]}})",
            {"metadata.finalizers[c/d] dropped"}},
        Row{"DroppedClientSide",
            service_of("type: ClusterIP"),
            client_side(
                "Service",
                R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"type":"ClusterIP","selector":{"a":"b"}}})",
                R"("spec":{"type":"ClusterIP","selector":{"a":"b"}})"),
            {"spec.selector dropped"}},
        Row{"AnUnreadableAnnotation",
            service_of("type: ClusterIP"),
            client_side("Service", "{", R"("spec":{"type":"ClusterIP"})"),
            {}},
        Row{"NobodysObject",
            service_of("type: ClusterIP"),
            R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"type":"NodePort"}})",
            {"spec.type changed"}},
        Row{"CustomResources",
            object_front("example.test/v1", "Boat") + "spec: {a: 1, b: [x], c: {d: e}}}",
            live_front("example.test/v1", "Boat") + R"("spec":{"a":1,"b":["x"],"c":{"d":"e","f":"g"},"h":"i"}})",
            {}},
        Row{"ListsOfCustomResourcesAreWhole",
            object_front("example.test/v1", "Boat") + "spec: {b: [x]}}",
            live_front("example.test/v1", "Boat") + R"("spec":{"b":["x","y"]}})",
            {"spec.b changed"}},
        Row{"AKeyOfPeopleIsNoBundleWhateverItsName",
            object_front("v1", "ConfigMap") + "data: {a: b}}",
            live_front("v1", "ConfigMap", R"({"f:data":{"f:a":{},"f:caBundle":{}}})") +
                R"("data":{"a":"b","caBundle":"PEM"}})",
            {"data.caBundle dropped"}},
        Row{"AnEmptyKeyOfASecretIsNoBundleEither",
            object_front("v1", "Secret") + "data: {caBundle: ''}}",
            live_front("v1", "Secret") + R"("data":{"caBundle":"eHl6"}})",
            {"data.caBundle changed"}},
        Row{"NorAFieldOfACustomResource",
            object_front("example.test/v1", "Boat") + "spec: {a: 1}}",
            live_front("example.test/v1", "Boat", R"({"f:spec":{"f:a":{},"f:caBundle":{}}})") +
                R"("spec":{"a":1,"caBundle":"eHl6"}})",
            {"spec.caBundle dropped"}},
        Row{"ABundleThatPortainerSetIsDropped",
            hook + "webhooks: [{name: a.b.c, clientConfig: {url: 'https://a'}}]}",
            live_front("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", owned_bundle) + live_bundle,
            {"webhooks[name=a.b.c].clientConfig.caBundle dropped"}},
        Row{"AnInjectedBundleIsNotDropped",
            hook + "webhooks: [{name: a.b.c, clientConfig: {url: 'https://a'}}]}",
            live_front("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration",
                       owned_bundle + R"(},{"manager":"cainjector","operation":"Update","fieldsV1":)" + owned_bundle) +
                live_bundle,
            {}},
        Row{"RulesThatNothingFillsAreDropped",
            object_front("rbac.authorization.k8s.io/v1", "ClusterRole") + "}",
            live_front("rbac.authorization.k8s.io/v1", "ClusterRole", R"({"f:rules":{}})") +
                R"("rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]})",
            {"rules dropped"}},
        Row{"RulesThatAControllerFillsStay",
            role + "aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}}",
            live_front("rbac.authorization.k8s.io/v1", "ClusterRole",
                       R"({"f:aggregationRule":{"f:clusterRoleSelectors":{}},"f:rules":{}})") +
                R"("aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]},"rules":[{"verbs":["*"]}]})",
            {}},
        Row{"AnotherGroupsClusterRoleHasRulesOfItsOwn",
            object_front("example.test/v1", "ClusterRole") + "spec: {a: 1}}",
            live_front("example.test/v1", "ClusterRole", R"({"f:rules":{},"f:spec":{"f:a":{}}})") +
                R"("spec":{"a":1},"rules":[1]})",
            {"rules dropped"}},
        Row{"FieldsThatAreInNoTable", service_of("brandNew: 1"), live_service(R"("brandNew":1)"), {}},
        Row{"FieldsThatAreInNoTableAndNotLive",
            service_of("brandNew: 1"),
            live_service(R"("type":"x")"),
            {"spec.brandNew gone"}}),
    row_name);

// A fragment of a Deployment's container list.
std::string container_of(std::string_view rest) {
    return object_front("apps/v1", "Deployment") + "spec: {template: {spec: {containers: [{name: c, " +
           std::string(rest) + "}]}}}}";
}
std::string live_container(std::string_view rest) {
    return live_front("apps/v1", "Deployment",
                      R"({"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":)"
                      R"({".":{},"f:name":{},"f:env":{".":{},"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}},)"
                      R"("f:resources":{}}}}}}})"
                      R"(},{"manager":"kubectl-edit","operation":"Update","fieldsV1":)"
                      R"({"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":)"
                      R"({"f:resources":{"f:limits":{".":{},"f:cpu":{}}}}}}}}})") +
           R"("spec":{"template":{"spec":{"containers":[{"name":"c",)" + std::string(rest) + "}]}}}}";
}

INSTANTIATE_TEST_SUITE_P(
    ElementRule, LiveRule,
    testing::Values(
        Row{"AKeyMoreInAnElementThatIsReplacedWhole",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, ownerReferences: [{apiVersion: v1, kind: A, name: "
            "a, "
            "uid: u}]}}",
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","ownerReferences":[{"apiVersion":"v1","kind":"A","name":"a","uid":"u","controller":true},{"uid":"v"}]}})",
            {"metadata.ownerReferences[uid=u].controller extra"}},
        Row{"ItStaysClientSide",
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: x}, secrets: [{name: a}]}",
            client_side("ServiceAccount", "{}", R"("secrets":[{"name":"a","namespace":"n"}])"),
            {}},
        Row{"ASecondElementOfADeclaredName",
            container_of("env: [{name: A, value: a}]"),
            live_container(R"("env":[{"name":"B","value":"b"},{"name":"A","value":"a"},{"name":"A","value":"c"}])"),
            {"spec.template.spec.containers[name=c].env[name=A] extra"}},
        Row{"AnEmptyStructureThatIsDroppedStaysWhileOthersFillIt",
            container_of("env: [{name: A, value: a}]"),
            live_container(R"("env":[{"name":"A","value":"a"}],"resources":{"limits":{"cpu":"1"}})"),
            {}},
        Row{"TheNewerNameOfAnAccountWins",
            object_front("v1", "Pod") + "spec: {serviceAccount: old, serviceAccountName: new}}",
            live_front("v1", "Pod") + R"("spec":{"serviceAccount":"new","serviceAccountName":"new"}})",
            {}},
        Row{"AStatusIsNotDropped",
            object_front("oracle.test/v1", "Ship") + "status: {ok: true}}",
            live_front("oracle.test/v1", "Ship", R"({"f:status":{"f:ok":{}}})") + R"("status":{"ok":true}})",
            {}},
        Row{"LabelsAreDroppedOneByOne",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}",
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"a":"b","io.portainer.kubernetes.application.stackid":"7"},"managedFields":[{"manager":"portainer","operation":"Apply","fieldsV1":{"f:metadata":{"f:labels":{"f:a":{},"f:io.portainer.kubernetes.application.stackid":{}}}}}]}})",
            {"metadata.labels.a dropped"}}),
    row_name);

// What is made where nothing is declared comes back; what is only filled goes.
std::string owned_spec(std::string_view api_version, std::string_view kind, std::string_view owned,
                       std::string_view spec) {
    return live_front(api_version, kind, R"({"f:spec":)" + std::string(owned) + "}") + R"("spec":)" +
           std::string(spec) + "}";
}
INSTANTIATE_TEST_SUITE_P(
    MadeRule, LiveRule,
    testing::Values(
        Row{"AStrategyIsMade",
            object_front("apps/v1", "StatefulSet") + "spec: {updateStrategy: {type: RollingUpdate}}}",
            owned_spec("apps/v1", "StatefulSet",
                       R"({"f:updateStrategy":{"f:type":{},"f:rollingUpdate":{"f:partition":{}}}})",
                       R"({"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}}})"),
            {}},
        Row{"NotOfAnotherType",
            object_front("apps/v1", "StatefulSet") + "spec: {updateStrategy: {type: OnDelete}}}",
            owned_spec("apps/v1", "StatefulSet",
                       R"({"f:updateStrategy":{"f:type":{},"f:rollingUpdate":{"f:partition":{}}}})",
                       R"({"updateStrategy":{"type":"OnDelete","rollingUpdate":{"partition":0}}})"),
            {"spec.updateStrategy.rollingUpdate dropped"}},
        Row{"AVolumeIsEmpty",
            object_front("v1", "Pod") + "spec: {volumes: [{name: v}]}}",
            owned_spec("v1", "Pod", R"({"f:volumes":{"k:{\"name\":\"v\"}":{".":{},"f:name":{},"f:emptyDir":{}}}})",
                       R"({"volumes":[{"name":"v","emptyDir":{}}]})"),
            {}},
        Row{"AnotherSourceGoesWithItsDefaults",
            object_front("v1", "Pod") + "spec: {volumes: [{name: v}]}}",
            owned_spec("v1", "Pod", R"({"f:volumes":{"k:{\"name\":\"v\"}":{".":{},"f:name":{},"f:projected":{}}}})",
                       R"({"volumes":[{"name":"v","projected":{"defaultMode":420}}]})"),
            {"spec.volumes[name=v].projected dropped"}},
        Row{"BehaviorIsFilled",
            object_front("autoscaling/v2", "HorizontalPodAutoscaler") +
                "spec: {behavior: {scaleDown: {selectPolicy: Min}}}}",
            owned_spec(
                "autoscaling/v2", "HorizontalPodAutoscaler",
                R"({"f:behavior":{"f:scaleDown":{"f:selectPolicy":{}},"f:scaleUp":{}}})",
                R"({"behavior":{"scaleDown":{"selectPolicy":"Min"},"scaleUp":{"policies":[{"periodSeconds":15,"type":"Pods","value":4},{"periodSeconds":15,"type":"Percent","value":100}],"selectPolicy":"Max","stabilizationWindowSeconds":0}}})"),
            {}},
        Row{"AJobIsGivenWhatItsTemplateIsNot",
            object_front("batch/v1", "Job") + "spec: {}}",
            owned_spec("batch/v1", "Job", R"({"f:suspend":{}})", R"({"suspend":false})"),
            {}},
        Row{"ATemplateOfAJobIsNot",
            object_front("batch/v1", "CronJob") + "spec: {jobTemplate: {spec: {}}}}",
            owned_spec("batch/v1", "CronJob", R"({"f:jobTemplate":{"f:spec":{"f:suspend":{}}}})",
                       R"({"jobTemplate":{"spec":{"suspend":false}}})"),
            {"spec.jobTemplate.spec.suspend dropped"}}),
    row_name);

// Client-side, a key that is no longer declared is taken away, whatever it was.
const std::string bare = object_front("v1", "Pod") + "spec: {}}";
std::string applied_pod(std::string_view spec, std::string_view live) {
    return client_side("Pod",
                       R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":)" + std::string(spec) + "}",
                       R"("spec":)" + std::string(live));
}
INSTANTIATE_TEST_SUITE_P(
    TakenAway, LiveRule,
    testing::Values(
        Row{"AnEmptyPointer",
            bare,
            applied_pod(R"({"dnsConfig":{}})", R"({"dnsConfig":{}})"),
            {"spec.dnsConfig dropped"}},
        Row{"AnEmptyListThatOthersFilled",
            bare,
            applied_pod(R"({"hostAliases":[]})", R"({"hostAliases":[{"ip":"10.0.0.1"}]})"),
            {"spec.hostAliases dropped"}},
        Row{"ANullThatOthersFilled",
            bare,
            applied_pod(R"({"nodeSelector":null})", R"({"nodeSelector":{"a":"b"}})"),
            {"spec.nodeSelector dropped"}},
        Row{"NotWhatComesBack", bare, applied_pod(R"({"securityContext":{}})", R"({"securityContext":{}})"), {}},
        Row{"OfAStructureWhatIsInIt",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {}}",
            R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"strategy\":{}}}"}},"spec":{"strategy":{"type":"Recreate"}}})",
            {"spec.strategy.type dropped"}},
        Row{"NotTheAnnotationsOfOthers",
            "{apiVersion: v1, kind: Pod, metadata: {name: x}}",
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","annotations":{"b":"c","kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\",\"annotations\":{\"a\":\"1\"}}}"}}})",
            {}}),
    row_name);

// What another manager owns, too, stays after a redeployment: a note, not drift.
TEST(LiveOwnership, WhatAnotherHoldsTooStays) {
    const std::string live =
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","managedFields":[)"
        R"({"manager":"portainer","operation":"Apply","time":"t1","fieldsV1":{"f:data":{"f:a":{},"f:b":{}}}},)"
        R"({"manager":"kubectl-edit","operation":"Update","time":"t2","fieldsV1":{"f:data":{"f:b":{}}}}]},"data":{"a":"1","b":"2"}})";
    const File file = load_or_fail(object_front("v1", "ConfigMap") + "data: {c: d}}");
    const LiveComparison found = compare_live(file.objects[0], live_or_fail(live));
    EXPECT_EQ(words_of(found.differences), (Words{"ConfigMap/x:data.a dropped", "ConfigMap/x:data.c gone"}));
    ASSERT_EQ(found.staying.size(), 1U);
    EXPECT_EQ(found.staying[0].path, "data.b");
    EXPECT_TRUE(found.undeclared.empty());
}

// Paths that somebody set by hand with `kubectl edit`; `fields` is what that manager owns.
Words by_hand(const std::string& desired, std::string_view kind, const std::string& fields, const std::string& rest) {
    const std::string live = R"({"apiVersion":")" + std::string(kind == "Deployment" ? "apps/v1" : "v1") +
                             R"(","kind":")" + std::string(kind) +
                             R"(","metadata":{"name":"x","managedFields":[)"
                             R"({"manager":"portainer","operation":"Apply","time":"t1","fieldsV1":{}},)"
                             R"({"manager":"kubectl-edit","operation":"Update","time":"t2","fieldsV1":)" +
                             fields + "}]}," + rest + "}";
    const File file = load_or_fail(desired);
    Words words;
    for (const Undeclared& one : compare_live(file.objects[0], live_or_fail(live)).undeclared)
        words.push_back(one.path);
    return words;
}

// By where they stand and what they follow from, not by their name alone.
TEST(LiveOwnership, HandSetValuesAreToldFromWhatTheServerAdds) {
    const std::string map = object_front("v1", "ConfigMap") + "data: {a: b}}";
    EXPECT_EQ(by_hand(map, "ConfigMap", R"({"f:data":{"f:nodePort":{},"f:protocol":{},"f:plain":{}}})",
                      R"("data":{"a":"b","nodePort":"31000","protocol":"TCP","plain":"1"})"),
              (Words{"data.nodePort", "data.plain", "data.protocol"}));

    const std::string ports = R"("f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{"f:nodePort":{}}})";
    const std::string service = R"("spec":{"type":"NodePort","ports":[{"port":80,"protocol":"TCP","nodePort":31000}]})";
    EXPECT_EQ(by_hand(service_of("ports: [{port: 80}]"), "Service", "{\"f:spec\":{" + ports + "}}", service),
              (Words{"spec.ports[port=80,protocol=TCP].nodePort"}));
    EXPECT_EQ(
        by_hand(service_of("ports: [{port: 80}]"), "Service", R"({"f:spec":{"f:type":{},)" + ports + "}}", service),
        (Words{"spec.type"}))
        << "the port follows from the type";

    const auto policy = [](const std::string& image, const std::string& set) {
        return by_hand(
            object_front("apps/v1", "Deployment") + "spec: {template: {spec: {containers: [{name: a, image: '" + image +
                "'}]}}}}",
            "Deployment",
            R"({"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{"f:imagePullPolicy":{}}}}}}})",
            R"("spec":{"template":{"spec":{"containers":[{"name":"a","image":")" + image + R"(","imagePullPolicy":")" +
                set + R"("}]}}})");
    };
    const Words set{"spec.template.spec.containers[name=a].imagePullPolicy"};
    EXPECT_EQ(policy("registry.example.test:5000/web", "Always"), Words{}) << "no tag: it moves";
    EXPECT_EQ(policy("web:latest", "Always"), Words{});
    EXPECT_EQ(policy("web:1", "IfNotPresent"), Words{});
    EXPECT_EQ(policy("web:1", "Always"), set);
    EXPECT_EQ(policy("web@sha256:0123", "Always"), set);
    EXPECT_EQ(policy("web", "Never"), set);
}

struct Hand {
    const char* name;
    std::string desired;
    std::string version;
    std::string kind;
    std::string fields; // what the manager owns
    std::string live;   // beside the metadata
    Words words;
    const char* manager = "kubectl-edit";
    const char* subresource = "";
    bool client_side = false;
    const char* annotation = "{}";
};
void PrintTo(const Hand& row, std::ostream* out) { *out << row.name; }
std::string hand_name(const testing::TestParamInfo<Hand>& info) { return info.param.name; }

class ByHand : public testing::TestWithParam<Hand> {};
TEST_P(ByHand, IsWhatNobodyDeclares) {
    const Hand& row = GetParam();
    const std::string portainer =
        row.client_side ? "" : R"({"manager":"portainer","operation":"Apply","time":"t1","fieldsV1":{}},)";
    const std::string annotations = row.client_side
                                        ? R"("annotations":{"kubectl.kubernetes.io/last-applied-configuration":")" +
                                              std::string(row.annotation) + R"("},)"
                                        : "";
    const std::string live = R"({"apiVersion":")" + row.version + R"(","kind":")" + row.kind +
                             R"(","metadata":{"name":"x",)" + annotations + R"("managedFields":[)" + portainer +
                             R"({"manager":")" + row.manager + R"(","operation":"Update","subresource":")" +
                             row.subresource + R"(","time":"t2","fieldsV1":)" + row.fields + "}]}," + row.live + "}";
    const File file = load_or_fail(object_front(row.version, row.kind) + row.desired + "}");
    const LiveComparison found = compare_live(file.objects[0], live_or_fail(live));
    Words words;
    for (const Undeclared& one : found.undeclared) words.push_back(one.path);
    EXPECT_EQ(words, row.words);
}

std::string in_pod(std::string_view spec) { return "spec: {template: {spec: {" + std::string(spec) + "}}}"; }
std::string live_pod(std::string_view spec) { return R"("spec":{"template":{"spec":{)" + std::string(spec) + "}}}"; }
std::string owned_pod(std::string_view fields) {
    return R"({"f:spec":{"f:template":{"f:spec":{)" + std::string(fields) + "}}}}";
}
Hand account(const char* name, std::string_view desired, std::string_view live, std::string_view owned, Words words) {
    return {name, in_pod(desired), "apps/v1", "Deployment", owned_pod(owned), live_pod(live), std::move(words)};
}
const std::string both_accounts = R"("serviceAccount":"evil","serviceAccountName":"evil")";
const std::string both_owned = R"("f:serviceAccount":{},"f:serviceAccountName":{})";
const std::string source_live =
    R"("spec":{"dataSource":{"kind":"K","name":"n"},"dataSourceRef":{"kind":"K","name":"n"}})";
const std::string source_owned = R"({"f:spec":{"f:dataSource":{},"f:dataSourceRef":{".":{},"f:kind":{},"f:name":{}}}})";

// Two fields that are filled from each other excuse each other only where one of them is declared.
INSTANTIATE_TEST_SUITE_P(
    Twins, ByHand,
    testing::Values(account("BothByHand", "", both_accounts, both_owned, {"spec.template.spec.serviceAccountName"}),
                    account("TheOldNameAlone", "", both_accounts, R"("f:serviceAccount":{})",
                            {"spec.template.spec.serviceAccount"}),
                    account("TheNewNameAlone", "", both_accounts, R"("f:serviceAccountName":{})",
                            {"spec.template.spec.serviceAccountName"}),
                    account("TheNewNameIsDeclared", "serviceAccountName: evil", both_accounts, both_owned, {}),
                    account("TheOldNameIsDeclared", "serviceAccount: evil", both_accounts, both_owned, {}),
                    account("AnEmptyOneSaysNothing", "serviceAccountName: ''", both_accounts, both_owned,
                            {"spec.template.spec.serviceAccountName"}),
                    account("NorDoesANull", "serviceAccountName: null", both_accounts, both_owned,
                            {"spec.template.spec.serviceAccountName"}),
                    Hand{"InAJobsTemplate",
                         "spec: {jobTemplate: {spec: {template: {spec: {}}}}}",
                         "batch/v1",
                         "CronJob",
                         R"({"f:spec":{"f:jobTemplate":{"f:spec":{"f:template":{"f:spec":{)" + both_owned + "}}}}}}",
                         R"("spec":{"jobTemplate":{"spec":{"template":{"spec":{)" + both_accounts + "}}}}}",
                         {"spec.jobTemplate.spec.template.spec.serviceAccountName"}},
                    Hand{"AClaimsSource",
                         "spec: {volumeName: v}",
                         "v1",
                         "PersistentVolumeClaim",
                         source_owned,
                         source_live,
                         {"spec.dataSourceRef"}},
                    Hand{"AClaimsDeclaredSource",
                         "spec: {dataSource: {kind: K, name: n}}",
                         "v1",
                         "PersistentVolumeClaim",
                         source_owned,
                         source_live,
                         {}},
                    Hand{"AClaimsDeclaredReference",
                         "spec: {dataSourceRef: {kind: K, name: n}}",
                         "v1",
                         "PersistentVolumeClaim",
                         source_owned,
                         source_live,
                         {}},
                    Hand{"ATargetPortAsItsPort",
                         "spec: {ports: [{port: 80}]}",
                         "v1",
                         "Service",
                         R"({"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{"f:targetPort":{}}}}})",
                         R"("spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":80}]})",
                         {}}),
    hand_name);

Hand client(const char* name, std::string desired, std::string kind, std::string fields, std::string live, Words words,
            const char* annotation = "{}") {
    const char* version = kind == "NetworkPolicy"         ? "networking.k8s.io/v1"
                          : kind == "PodDisruptionBudget" ? "policy/v1"
                          : kind == "Deployment"          ? "apps/v1"
                                                          : "v1";
    return {.name = name,
            .desired = std::move(desired),
            .version = version,
            .kind = std::move(kind),
            .fields = std::move(fields),
            .live = std::move(live),
            .words = std::move(words),
            .client_side = true,
            .annotation = annotation};
}

// kubernetes.md §8: client-side apply leaves keys more in what server-side apply replaces as a whole.
INSTANTIATE_TEST_SUITE_P(
    KeysThatStay, ByHand,
    testing::Values(
        client("OfASelector", "spec: {selector: {app: web}}", "Service", R"({"f:spec":{"f:selector":{}}})",
               R"("spec":{"selector":{"app":"web","v":"2"}})", {"spec.selector.v"}),
        client("OfAnEmptyStructure", "spec: {podSelector: {}}", "NetworkPolicy", R"({"f:spec":{"f:podSelector":{}}})",
               R"("spec":{"podSelector":{"matchLabels":{"a":"b"}}})", {"spec.podSelector.matchLabels"}),
        client("OfAStructuresMap", "spec: {podSelector: {matchLabels: {a: b}}}", "NetworkPolicy",
               R"({"f:spec":{"f:podSelector":{}}})", R"("spec":{"podSelector":{"matchLabels":{"a":"b","c/d":"e"}}})",
               {"spec.podSelector.matchLabels[\"c/d\"]"}),
        client(
            "NotWhatTheServerGives",
            in_pod("containers: [{name: a, env: [{name: E, valueFrom: {fieldRef: "
                   "{fieldPath: p}}}]}]"),
            "Deployment",
            owned_pod(
                R"("f:containers":{"k:{\"name\":\"a\"}":{"f:env":{"k:{\"name\":\"E\"}":{"f:valueFrom":{"f:fieldRef":{}}}}}})"),
            live_pod(
                R"("containers":[{"name":"a","env":[{"name":"E","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"p"}}}]}])"),
            {}),
        client("NotWhatIsReplacedAnyway", "spec: {selector: {matchLabels: {a: b}}}", "PodDisruptionBudget",
               R"({"f:spec":{"f:selector":{}}})", R"("spec":{"selector":{"matchLabels":{"a":"b","c":"d"}}})", {}),
        client(
            "NotWhatIsDropped", "spec: {selector: {app: web}}", "Service", R"({"f:spec":{"f:selector":{}}})",
            R"("spec":{"selector":{"app":"web","v":"2"}})", {},
            R"({\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"selector\":{\"app\":\"web\",\"v\":\"2\"}}})"),
        client("NothingMore", "spec: {selector: {app: web}}", "Service", R"({"f:spec":{"f:selector":{}}})",
               R"("spec":{"selector":{"app":"api"}})", {})),
    hand_name);

Hand called(const char* name, const char* manager, std::string kind, std::string fields, std::string live, Words words,
            const char* subresource = "") {
    const char* version = kind == "Deployment" ? "apps/v1" : "v1";
    return {.name = name,
            .desired = "spec: {}",
            .version = version,
            .kind = std::move(kind),
            .fields = std::move(fields),
            .live = std::move(live),
            .words = std::move(words),
            .manager = manager,
            .subresource = subresource};
}

// Whoever calls himself as one of the cluster's own programs is believed only where these write.
INSTANTIATE_TEST_SUITE_P(
    CalledAsTheClustersOwn, ByHand,
    testing::Values(called("AContainer", "kube-controller-manager", "Deployment", owned_pod(R"("f:hostNetwork":{})"),
                           live_pod(R"("hostNetwork":true)"), {"spec.template.spec.hostNetwork"}),
                    called("ASelector", "kubelet", "Service", R"({"f:spec":{"f:selector":{}}})",
                           R"("spec":{"selector":{"a":"b"}})", {"spec.selector"}),
                    called("ReplicasThatAreScaled", "kube-controller-manager", "Deployment",
                           R"({"f:spec":{"f:replicas":{}}})", R"("spec":{"replicas":3})", {}, "scale"),
                    called("ReplicasThatAreNot", "kube-controller-manager", "Deployment",
                           R"({"f:spec":{"f:replicas":{}}})", R"("spec":{"replicas":3})", {"spec.replicas"}),
                    called("AClaimThatIsBound", "kube-controller-manager", "PersistentVolumeClaim",
                           R"({"f:spec":{"f:volumeName":{}}})", R"("spec":{"volumeName":"v"})", {}),
                    called("AStatus", "anybody", "Deployment", R"({"f:spec":{"f:replicas":{}}})",
                           R"("spec":{"replicas":3})", {}, "status")),
    hand_name);

TEST(LiveOwnership, TheClustersOwnFieldsAreKnownByKindAndPath) {
    const char* const manages = "kube-controller-manager";
    EXPECT_TRUE(is_clusters_own(manages, "Deployment", "metadata/annotations/deployment.kubernetes.io/revision"));
    EXPECT_FALSE(is_clusters_own(manages, "Deployment", "metadata/annotations/nginx.ingress.kubernetes.io/x"));
    EXPECT_FALSE(is_clusters_own(manages, "Deployment", "metadata/annotations/deployment.kubernetes.iox"));
    EXPECT_FALSE(is_clusters_own(manages, "Service", "spec/volumeName"));
    EXPECT_TRUE(is_clusters_own(manages, "PersistentVolumeClaim", "spec/volumeName"));
    EXPECT_TRUE(is_clusters_own(manages, "Endpoints", "subsets"));
    EXPECT_FALSE(is_clusters_own("kubelet", "Endpoints", "subsets"));
    EXPECT_TRUE(is_clusters_own("kubelet", "Pod", "spec/containers"));
}

TEST(LiveOwnership, NamesWhoChangedAValueLast) {
    const std::string live =
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","managedFields":[)"
        R"({"manager":"portainer","operation":"Apply","time":"2026-11-03T00:00:00Z","fieldsV1":{"f:data":{"f:a":{},"f:b":{}}}},)"
        R"({"manager":"one","operation":"Update","time":"2026-11-01T00:00:00Z","fieldsV1":{"f:data":{"f:a":{}}}},)"
        R"({"manager":"two","operation":"Update","time":"2026-11-02T00:00:00Z","fieldsV1":{"f:data":{"f:a":{}}}}]},"data":{"a":"1","b":"2"}})";
    const File file = load_or_fail(object_front("v1", "ConfigMap") + "data: {a: x, b: x, c: x}}");
    const auto found = compare_live(file.objects[0], live_or_fail(live)).differences;
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].held_by, (Holder{.manager = "two", .time = "2026-11-02T00:00:00Z"}));
    EXPECT_EQ(found[1].held_by, (Holder{.manager = "portainer", .time = "2026-11-03T00:00:00Z"}));
    EXPECT_EQ(found[2].held_by, std::nullopt) << "what is gone nobody holds";
}

TEST(LiveOwnership, AnotherToolsAnnotationIsNotPortainers) {
    const std::string live =
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
        R"("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"},\"data\":{\"old\":\"1\"}}"},)"
        R"("managedFields":[{"manager":"portainer","operation":"Apply","fieldsV1":{"f:data":{"f:a":{}}}}]},"data":{"a":"1","old":"1"}})";
    const File file = load_or_fail(object_front("v1", "ConfigMap") + "data: {a: '1'}}");
    const LiveComparison found = compare_live(file.objects[0], live_or_fail(live));
    EXPECT_EQ(found.applied_by, AppliedBy::server_side);
    EXPECT_TRUE(found.is_equal());
}

// Members of a set are values that stand in paths.
TEST(LiveOwnership, MembersUnderASecretNameStandInNoPath) {
    const auto boat = [](std::string_view spec) {
        return object_front("example.test/v1", "Boat") + "spec: {" + std::string(spec) + "}}";
    };
    const std::string live = live_front("example.test/v1", "Boat",
                                        R"({"f:spec":{"f:a":{},"f:tokens":{"v:\"Zq9xVa\"":{},"v:\"Zq8xVb\"":{}}}})") +
                             R"("spec":{"a":"b","tokens":["Zq9xVa","Zq8xVb"]}})";
    for (const char* spec : {"a: b, tokens: [Zq7xVc]", "a: b, tokens: [Zq8xVb, Zq9xVa]", "a: b, tokens: [Zq9xVa]"}) {
        const File file = load_or_fail(boat(spec));
        const auto found = compare_live(file.objects[0], live_or_fail(live)).differences;
        EXPECT_FALSE(found.empty()) << spec;
        for (const Difference& one : found) {
            EXPECT_TRUE(one.secret) << words_of(one);
            EXPECT_FALSE(one.path.contains("Zq")) << words_of(one);
        }
    }
}

// Replicas inside of an autoscaler's range are its business; outside of it, or of another workload, they are drift.
TEST(LiveAutoscaler, HoldsReplicasInItsRangeOnly) {
    const auto equal = [](int replicas, std::string_view target) {
        const File file = load_or_fail(object_front("apps/v1", "Deployment") + "spec: {replicas: 2}}");
        const Live live = live_or_fail(live_front("apps/v1", "Deployment") + R"("spec":{"replicas":)" +
                                       std::to_string(replicas) + "}}");
        const Autoscaler scaler{
            .name = "web", .target_kind = "Deployment", .target_name = std::string(target), .least = 2, .most = 5};
        return compare_live(file.objects[0], live, std::span(&scaler, 1)).is_equal();
    };
    EXPECT_TRUE(equal(5, "x"));
    EXPECT_FALSE(equal(6, "x"));
    EXPECT_FALSE(equal(1, "x"));
    EXPECT_FALSE(equal(0, "x"));
    EXPECT_FALSE(equal(5, "y"));
    EXPECT_TRUE(equal(2, "y"));
}

} // namespace
} // namespace mooring::kubernetes
