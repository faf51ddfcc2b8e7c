// What proves what (kubernetes.md §7.3), row by row.
#include "unit/runtime/cluster_fixture.hpp"
#include "words/words.hpp"

namespace mooring::runtime {
namespace {

constexpr const char* deployments = "apis/apps/v1/deployments";
constexpr const char* of_shop = "apis/apps/v1/namespaces/shop/deployments";

class Cluster : public ClusterFixture {
  protected:
    void as_user() { as_role(2); }
    bool has_note(const Comparison& found, std::string_view part) {
        return std::ranges::any_of(found.notes, [&](const std::string& note) { return note.contains(part); });
    }
};

TEST_F(Cluster, WhatIsAsDeclaredDiffersInNothing) {
    add(deployment("web"));
    const Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty()) << found.changes.front().path;
    EXPECT_TRUE(found.rolling.empty());
    EXPECT_TRUE(found.notes.empty()) << found.notes.front();
    EXPECT_EQ(asked, Texts{deployments});
    EXPECT_EQ(found.inspected.size(), 1U);
}

TEST_F(Cluster, AUsersStackIsAskedForInItsNamespace) {
    as_user();
    add(deployment("web"));
    EXPECT_TRUE(compare(declared_deployment("web")).changes.empty());
    EXPECT_EQ(asked, (Texts{"api/v1/namespaces/shop", of_shop}));
}

// A namespace costs the same whatever number of stacks and objects it has.
TEST_F(Cluster, TenObjectsOfAKindAreOneList) {
    std::string text;
    for (int i = 0; i < 10; ++i) {
        text += "---\n" + declared_deployment("web-" + std::to_string(i));
        add(deployment("web-" + std::to_string(i)));
    }
    EXPECT_TRUE(compare(text).changes.empty());
    EXPECT_EQ(asked, Texts{deployments});
    EXPECT_EQ(labelled, 9);
}

TEST_F(Cluster, GoneIsWhatACompleteListLacks) {
    Json elsewhere = deployment("web");
    elsewhere["metadata"]["namespace"] = "other";
    add(elsewhere);
    const Comparison found = compare(declared_deployment("web"));
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_EQ(found.changes[0].subject, Subject::object_gone);
    EXPECT_EQ(found.changes[0].key, "Deployment/web");
    EXPECT_EQ(arrow_of(found, "Deployment/web"), "present -> gone");
    EXPECT_EQ(found.changes[0].where.file, "shop/compose.yaml") << "the declared file, where the server has the same";
    EXPECT_EQ(found.changes[0].where.line, 1U);
}

TEST_F(Cluster, GoneIsWhatANamespaceTookWithIt) {
    as_user();
    namespaces.clear();
    const Comparison found = compare(declared_deployment("web"));
    EXPECT_EQ(arrow_of(found, "Deployment/web"), "present -> gone: the namespace shop is gone");
    EXPECT_EQ(asked, Texts{"api/v1/namespaces/shop"});
}

TEST_F(Cluster, WhatIsRefusedIsUnreadAndTheRestIsCompared) {
    as_user();
    const std::string roles = "apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles";
    refuse(roles, Outcome::denied, Cause::kind);
    Json changed = deployment("web");
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "local/web:2";
    changed["metadata"]["managedFields"].push_back(
        Json::parse(R"({"manager":"kubectl-set","operation":"Update","time":"2026-11-28T23:39:40Z","fieldsV1":{
        "f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{"f:image":{}}}}}}}})"));
    add(changed);
    const Comparison found =
        compare(declared_deployment("web") +
                "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules: []\n");
    EXPECT_EQ(found.unread, (Texts{"runtime", "Role/reader"}));
    ASSERT_TRUE(found.refusal);
    EXPECT_EQ(found.refusal->cause, Cause::kind);
    EXPECT_EQ(arrow_of(found, "Deployment/web:spec.template.spec.containers[name=web].image"),
              "local/web:1 -> local/web:2");
    EXPECT_TRUE(has_note(found, "containers[name=web].image was set by kubectl-set at 2026-11-28T23:39:40Z"));
}

// A member of a set is a value, and stands in the path.
TEST_F(Cluster, AMemberThatRepeatsADeclaredSecretStandsInNoPath) {
    std::string text = declared_deployment("web");
    text.replace(text.find("{name: web}"), 11, "{name: web, finalizers: [a/b, c/S3cret-value]}");
    Json live = deployment("web");
    live["metadata"]["finalizers"] = {"a/b"};
    add(live);
    const Comparison found =
        compare(text + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: S3cret-value}\n");
    EXPECT_TRUE(arrow_of(found, "Deployment/web:metadata.finalizers[c/***]").contains("->"));
    for (const Change& one : found.changes) EXPECT_FALSE(one.path.contains("S3cret")) << one.path;
    for (const std::string& note : found.notes) EXPECT_FALSE(note.contains("S3cret")) << note;
}

TEST_F(Cluster, NothingIsSaidOfAClusterThatDoesNotAnswer) {
    for (const Outcome outcome : {Outcome::unavailable, Outcome::denied}) {
        server.runtime.clear();
        refuse(deployments, outcome, outcome == Outcome::denied ? std::optional(Cause::environment) : std::nullopt,
               502);
        const Comparison found = compare(declared_deployment("web"));
        EXPECT_TRUE(found.changes.empty());
        EXPECT_EQ(found.unread, (Texts{"runtime", "Deployment/web"}));
    }
}

TEST_F(Cluster, ARefusedNamespaceProvesNothing) {
    as_user();
    refuse("api/v1/namespaces/shop", Outcome::denied, Cause::environment);
    const Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty());
    EXPECT_EQ(found.unread, (Texts{"runtime", "Deployment/web"}));
}

const std::string boat = "apiVersion: sea.example.test/v1\nkind: Boat\nmetadata: {name: one}\nspec: {length: 3}\n";

TEST_F(Cluster, CustomResourcesAreFoundByDiscovery) {
    discovery["sea.example.test/v1"] = {{"Boat", "boats", true}};
    add(Json::parse(R"({"apiVersion":"sea.example.test/v1","kind":"Boat","metadata":{"name":"one","namespace":"shop",
        "labels":{"io.portainer.kubernetes.application.stackid":"7"}},"spec":{"length":4}})"));
    objects[0]["spec"]["replicas"] = 0; // what that means of a Boat, nobody knows
    const Comparison found = compare(boat);
    EXPECT_TRUE(found.errors.empty()) << found.errors.front();
    EXPECT_EQ(arrow_of(found, "Boat/one:spec.length"), "3 -> 4");
    EXPECT_EQ(asked, (Texts{"apis/sea.example.test/v1", "apis/sea.example.test/v1/boats"}));
}

TEST_F(Cluster, WithoutADefinitionItsObjectsAreGone) {
    const Comparison found = compare(boat);
    EXPECT_EQ(arrow_of(found, "Boat/one"), "present -> gone: the kind is not installed");
    EXPECT_EQ(asked, (Texts{"apis/sea.example.test/v1", "apis"}));
}

TEST_F(Cluster, AKindThatAServedVersionLacksIsGoneOnlyIfThereIsNoOther) {
    discovery["sea.example.test/v1"] = {{"Ship", "ships", true}};
    groups["sea.example.test"] = {"sea.example.test/v1"};
    EXPECT_EQ(arrow_of(compare(boat), "Boat/one"), "present -> gone: the kind is not installed");
    server.runtime.clear();
    groups["sea.example.test"] = {"sea.example.test/v1", "sea.example.test/v2"};
    const Comparison found = compare(boat);
    EXPECT_TRUE(found.changes.empty());
    ASSERT_EQ(found.errors.size(), 1U);
    EXPECT_TRUE(found.errors[0].contains("may hold it in another version")) << found.errors[0];
}

TEST_F(Cluster, AVersionThatIsNotServedSaysNothingOfTheObject) {
    groups["sea.example.test"] = {"sea.example.test/v2"};
    EXPECT_TRUE(compare(boat).changes.empty());
    refuse("apis/apps/v1beta1/deployments", Outcome::not_served, std::nullopt, 404);
    std::string old = declared_deployment("web");
    old.replace(old.find("apps/v1"), 7, "apps/v1beta1");
    const Comparison found = compare(old);
    EXPECT_TRUE(found.changes.empty());
    ASSERT_EQ(found.errors.size(), 1U);
    EXPECT_TRUE(found.errors[0].contains("does not serve Deployment of apps/v1beta1")) << found.errors[0];
    // Kubernetes' own groups that are served no more held objects which are somewhere else now.
    const Comparison moved = compare("apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}\n");
    EXPECT_TRUE(moved.changes.empty());
    EXPECT_EQ(moved.errors.size(), 1U);
}

TEST_F(Cluster, DiscoveryThatFailsLeavesTheObjectUnread) {
    refuse("apis/sea.example.test/v1", Outcome::unavailable, std::nullopt, 503);
    EXPECT_EQ(compare(boat).unread, (Texts{"runtime", "Boat/one"}));
    server.runtime.clear();
    refusals.clear();
    refuse("apis", Outcome::unavailable, std::nullopt, 503);
    const Comparison found = compare(boat);
    EXPECT_EQ(found.unread, (Texts{"runtime", "Boat/one"}));
    EXPECT_TRUE(found.changes.empty());
}

TEST_F(Cluster, NamesThatCannotStandInAPathAreNotAsked) {
    const Comparison found = compare("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: \"../x\"}\n---\n"
                                     "apiVersion: \"../v1\"\nkind: Thing\nmetadata: {name: b}\n");
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(found.errors.size(), 2U);
    EXPECT_TRUE(found.changes.empty());
}

TEST_F(Cluster, WhatIsBeingDeletedIsAChangeAndNotComparedFurther) {
    Json going = deployment("web", 1);
    going["metadata"]["deletionTimestamp"] = "2026-11-28T23:00:00Z";
    add(going);
    const Comparison found = compare(declared_deployment("web"));
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_EQ(found.changes[0].subject, Subject::object_deleting);
}

TEST_F(Cluster, AnotherStacksObjectIsHeldByIt) {
    Json other = deployment("web");
    other["metadata"]["labels"]["io.portainer.kubernetes.application.stackid"] = "9";
    add(other);
    holders[9].id = 9;
    EXPECT_EQ(arrow_of(compare(declared_deployment("web")), "Deployment/web"), "stack 7 -> deployed last by stack 9");
    EXPECT_EQ(asked, (Texts{deployments, "stack 9"}));
    holders.clear();
    server.runtime.clear();
    EXPECT_EQ(arrow_of(compare(declared_deployment("web")), "Deployment/web"),
              "stack 7 -> left by stack 9, which was removed");
}

TEST_F(Cluster, WhoHoldsItIsUnreadWhereTheRecordIsNotAnswered) {
    Json other = deployment("web");
    other["metadata"]["labels"]["io.portainer.kubernetes.application.stackid"] = "9";
    add(other);
    file = load(declared_deployment("web"));
    ask_all();
    server.runtime[environment].cluster.holders[9].reply.outcome = Outcome::unavailable;
    const Comparison found = compare();
    EXPECT_TRUE(found.changes.empty());
    EXPECT_EQ(found.unread, (Texts{"runtime", "Deployment/web"}));
}

TEST_F(Cluster, WhatThisStackLeftBehindIsANote) {
    add(deployment("web"));
    add(deployment("old"));
    Json made = deployment("made");
    made["metadata"]["ownerReferences"] = Json::parse(R"([{"kind":"Thing","name":"x"}])");
    add(made);
    Json foreign = deployment("foreign");
    foreign["metadata"]["labels"]["io.portainer.kubernetes.application.stackid"] = "8";
    add(foreign);
    add(Json::parse(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop","labels":{
        "io.portainer.kubernetes.application.stackid":"7"}}})"));
    add(Json::parse(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"other","namespace":"shop"}})"));
    Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty());
    ASSERT_EQ(found.notes.size(), 2U);
    EXPECT_TRUE(found.notes[0].starts_with("Deployment/old was deployed by this stack")) << found.notes[0];
    EXPECT_TRUE(found.notes[1].starts_with("Service/web was deployed by this stack")) << found.notes[1];
    record.additional_files = {"more.yaml"}; // which may declare it
    found = compare();
    ASSERT_EQ(found.notes.size(), 1U);
    EXPECT_TRUE(found.notes[0].contains("additional files")) << found.notes[0];
}

TEST_F(Cluster, AnAutoscalerHoldsReplicasInsideOfItsRange) {
    add(deployment("web", 4));
    add(Json::parse(R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"scaler",
        "namespace":"shop"},"spec":{"minReplicas":2,"maxReplicas":5,"scaleTargetRef":{"kind":"Deployment","name":"web"}}})"));
    Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty()) << found.changes.front().path;
    EXPECT_TRUE(has_note(found, "the autoscaler scaler holds it at 4"));
    EXPECT_EQ(asked, (Texts{deployments, "apis/autoscaling/v2/horizontalpodautoscalers"}));
    objects[1]["spec"]["maxReplicas"] = 3;
    server.runtime.clear();
    found = compare();
    EXPECT_EQ(arrow_of(found, "Deployment/web:spec.replicas"), "2 -> 4");
}

TEST_F(Cluster, ReplicasAreUnreadWhereWhatScalesThemIsRefused) {
    add(deployment("web", 4));
    refuse("apis/autoscaling/v2/horizontalpodautoscalers", Outcome::denied, Cause::namespace_);
    Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty());
    EXPECT_EQ(found.unread, (Texts{"runtime", "Deployment/web"}));
    // An old cluster has only the old version.
    server.runtime.clear();
    refuse("apis/autoscaling/v2/horizontalpodautoscalers", Outcome::not_served, std::nullopt, 404);
    found = compare();
    EXPECT_EQ(arrow_of(found, "Deployment/web:spec.replicas"), "2 -> 4");
}

TEST_F(Cluster, RollingIsNoDriftUntilItsDeadline) {
    Json rolling = deployment("web");
    rolling["status"]["readyReplicas"] = 1;
    rolling["status"]["conditions"][0]["lastUpdateTime"] = "2026-11-30T23:55:00Z";
    add(rolling);
    Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty());
    ASSERT_EQ(found.rolling.size(), 1U);
    EXPECT_TRUE(found.rolling[0].starts_with("Deployment/web: ready 1, 2 wanted")) << found.rolling[0];
    EXPECT_TRUE(std::ranges::find(asked, "api/v1/namespaces/shop/pods") != asked.end());
    now += 3600;
    server.runtime.clear();
    found = compare();
    EXPECT_TRUE(found.rolling.empty());
    EXPECT_EQ(arrow_of(found, "Deployment/web:ready"), "2 -> 1");
}

Json pod(const std::string& reason) {
    return Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-abc-1","namespace":"shop",
        "ownerReferences":[{"kind":"ReplicaSet","name":"web-abc"}]},
        "spec":{"containers":[{"name":"web","image":"registry.example.test/web:2"}]},
        "status":{"phase":"Pending","containerStatuses":[{"name":"web","ready":false,"restartCount":0,
          "state":{"waiting":{"reason":")" +
                       reason + R"("}}}]}})");
}

TEST_F(Cluster, AWorkloadThatWasJustScaledIsWaitedForToo) {
    Json scaled = deployment("web", 4);
    scaled["status"]["readyReplicas"] = 2;
    scaled["metadata"]["managedFields"].push_back(Json::parse(
        R"({"manager":"kube-controller-manager","operation":"Update","subresource":"scale","time":"2026-11-30T23:59:00Z",
        "fieldsV1":{"f:spec":{"f:replicas":{}}}})"));
    add(scaled);
    const std::string text = declared_deployment("web", "");
    Comparison found = compare(text);
    EXPECT_TRUE(found.changes.empty());
    EXPECT_EQ(found.rolling.size(), 1U);
    objects[0]["metadata"]["managedFields"].back()["subresource"] = "status"; // which says nothing of what is wanted
    server.runtime.clear();
    EXPECT_EQ(arrow_of(compare(), "Deployment/web:ready"), "4 -> 2");
}

TEST_F(Cluster, APodThatCannotComeUpEndsTheWaiting) {
    Json rolling = deployment("web");
    rolling["status"]["readyReplicas"] = 1;
    rolling["status"]["conditions"][0]["lastUpdateTime"] = "2026-11-30T23:59:00Z";
    add(rolling);
    add(pod("ImagePullBackOff"));
    Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.rolling.empty());
    EXPECT_EQ(arrow_of(found, "Deployment/web:ready"), "2 -> 1 (ImagePullBackOff: registry.example.test/web:2)");
    objects[1] = pod("ErrImagePull"); // which is tried again at once
    server.runtime.clear();
    found = compare();
    EXPECT_TRUE(found.changes.empty());
    ASSERT_EQ(found.rolling.size(), 1U);
    EXPECT_TRUE(found.rolling[0].contains("ErrImagePull")) << found.rolling[0];
    objects[1]["metadata"]["ownerReferences"][0]["name"] = "web-front-abc"; // another Deployment's
    objects[1]["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] = "ImagePullBackOff";
    server.runtime.clear();
    EXPECT_TRUE(compare().changes.empty());
}

TEST_F(Cluster, PodsThatAreNotShownTakeNothingAway) {
    Json down = deployment("web");
    down["status"]["readyReplicas"] = 0;
    add(down);
    refuse("api/v1/namespaces/shop/pods", Outcome::denied, Cause::namespace_);
    const Comparison found = compare(declared_deployment("web"));
    EXPECT_EQ(arrow_of(found, "Deployment/web:ready"), "2 -> 0");
    EXPECT_TRUE(found.unread.empty());
    EXPECT_TRUE(has_note(found, "its pods were not shown"));
}

TEST_F(Cluster, ANewGenerationIsWaitedForUntilADeadline) {
    Json changed = deployment("web");
    changed["metadata"]["generation"] = 2;
    changed["metadata"]["managedFields"][0]["time"] = "2026-11-30T23:55:00Z";
    add(changed);
    const Comparison waited = compare(declared_deployment("web"));
    ASSERT_EQ(waited.rolling.size(), 1U);
    EXPECT_TRUE(waited.rolling[0].contains("it has until 2026-12-01T00:05:00Z")) << waited.rolling[0];
    now += 600; // no controller looks at it
    server.runtime.clear();
    const Comparison ended = compare();
    EXPECT_TRUE(ended.rolling.empty());
    EXPECT_EQ(arrow_of(ended, "Deployment/web:ready"), "the newest generation -> not looked at by its controller yet");
}

TEST_F(Cluster, ValuesSetByHandAreNotesAndChangesWhenStrict) {
    Json touched = deployment("web");
    touched["metadata"]["annotations"] = {{"note", "by hand"}};
    touched["metadata"]["managedFields"].push_back(
        Json::parse(R"({"manager":"kubectl-patch","operation":"Update","time":"2026-11-28T23:39:40Z","fieldsV1":{
        "f:metadata":{"f:annotations":{".":{},"f:note":{}}}}})"));
    add(touched);
    Comparison found = compare(declared_deployment("web"));
    EXPECT_TRUE(found.changes.empty());
    EXPECT_TRUE(has_note(found,
                         "metadata.annotations.note (by hand) is declared nowhere; it was set by kubectl-patch at "
                         "2026-11-28T23:39:40Z"))
        << (found.notes.empty() ? "" : found.notes.front());
    stack.policy.strict = true;
    found = compare();
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_EQ(found.changes[0].subject, Subject::object_undeclared);
    EXPECT_EQ(arrow_of(found, "Deployment/web:metadata.annotations.note"), "(absent) -> by hand");
}

// The verdict's words count these notes by how they are written.
TEST_F(Cluster, TheWordsOfTheVerdictCountWhatNobodyDeclares) {
    for (const std::size_t values : {1U, 3U, 19U, 20U, 30U}) {
        Json touched = deployment("web");
        Json owned = {{".", Json::object()}};
        for (std::size_t i = 0; i < values; ++i) {
            const std::string name = "note" + std::to_string(i);
            touched["metadata"]["annotations"][name] = "by hand";
            owned["f:" + name] = Json::object();
        }
        touched["metadata"]["managedFields"].push_back({{"manager", "kubectl-patch"},
                                                        {"operation", "Update"},
                                                        {"time", "2026-11-28T23:39:40Z"},
                                                        {"fieldsV1", {{"f:metadata", {{"f:annotations", owned}}}}}});
        objects.clear();
        server.runtime.clear();
        add(touched);
        StackResult stack_result;
        stack_result.verdict = Verdict::in_sync;
        stack_result.notes = compare(declared_deployment("web")).notes;
        EXPECT_EQ(words::undeclared_values(stack_result), std::min<std::size_t>(values, 20));
        EXPECT_EQ(words::qualification(stack_result).contains("at least "), values >= 20) << values;
    }
}

TEST_F(Cluster, ASuspendedCronJobIsAChange) {
    const std::string text =
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {schedule: \"0 3 * * *\"}\n";
    add(Json::parse(
        R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly","namespace":"shop","labels":{
        "io.portainer.kubernetes.application.stackid":"7"}},"spec":{"schedule":"0 3 * * *","suspend":true}})"));
    EXPECT_EQ(arrow_of(compare(text), "CronJob/nightly:spec.suspend"), "false -> true");
    objects[0]["spec"]["suspend"] = false;
    server.runtime.clear();
    EXPECT_TRUE(compare().changes.empty());
}

// Somebody has set it with kubectl.
void set_by_hand(Json& object, const std::string& field, const Json& value, const std::string& subresource) {
    object["spec"][field] = value;
    object["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"].erase("f:replicas");
    Json entry = Json::parse(R"({"manager":"kubectl","operation":"Update","time":"2026-11-28T23:39:40Z"})");
    entry["fieldsV1"]["f:spec"]["f:" + field] = Json::object();
    if (!subresource.empty()) entry["subresource"] = subresource;
    object["metadata"]["managedFields"].push_back(entry);
}

Json scaled_to_nothing(const std::string& name) {
    Json made = deployment(name, 0);
    set_by_hand(made, "replicas", 0, "scale");
    return made;
}

TEST_F(Cluster, WhatSomebodyScaledToNothingIsAChangeWhereNoReplicasAreDeclared) {
    add(scaled_to_nothing("web"));
    const std::string text = declared_deployment("web", "");
    for (const bool strict : {false, true}) {
        stack.policy.strict = strict;
        server.runtime.clear();
        const Comparison found = compare(text);
        ASSERT_EQ(found.changes.size(), 1U);
        EXPECT_EQ(found.changes[0].subject, Subject::object_unready) << "a deployment would leave it";
        EXPECT_EQ(arrow_of(found, "Deployment/web:spec.replicas"), "1 -> 0");
        EXPECT_TRUE(has_note(found, "Deployment/web:spec.replicas was set by kubectl at 2026-11-28T23:39:40Z"));
    }
    objects[0]["spec"]["replicas"] = 1;
    for (const char* count : {"replicas", "updatedReplicas", "readyReplicas"}) objects[0]["status"][count] = 1;
    server.runtime.clear();
    stack.policy.strict = false;
    EXPECT_TRUE(compare().changes.empty());
}

TEST_F(Cluster, WhatPortainerScaledToNothingItSetsBack) {
    Json once = deployment("web", 0); // `replicas: 0` was deployed
    add(once);
    const Comparison found = compare(declared_deployment("web", ""));
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_EQ(found.changes[0].subject, Subject::object_differs);
    EXPECT_EQ(found.changes[0].path, "Deployment/web:spec.replicas");
}

TEST_F(Cluster, NoneIsWhatAnAutoscalerMayHold) {
    add(scaled_to_nothing("web"));
    add(Json::parse(R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"scaler",
        "namespace":"shop"},"spec":{"minReplicas":0,"maxReplicas":5,"scaleTargetRef":{"kind":"Deployment","name":"web"}}})"));
    const std::string text = declared_deployment("web", "");
    EXPECT_TRUE(compare(text).changes.empty());
    objects[1]["spec"]["minReplicas"] = 1; // it is switched off while there are none
    server.runtime.clear();
    EXPECT_EQ(arrow_of(compare(), "Deployment/web:spec.replicas"), "1 -> 0");
    objects[1]["metadata"]["ownerReferences"] =
        Json::parse(R"([{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","name":"web"}])");
    server.runtime.clear();
    EXPECT_TRUE(compare().changes.empty()) << "that one goes to none by itself";
    server.runtime.clear();
    refuse("apis/autoscaling/v2/horizontalpodautoscalers", Outcome::denied, Cause::namespace_);
    const Comparison found = compare();
    EXPECT_TRUE(found.changes.empty());
    EXPECT_EQ(found.unread, (Texts{"runtime", "Deployment/web"}));
}

TEST_F(Cluster, APausedDeploymentIsAChangeWhereTheFileSaysNothingOfIt) {
    Json paused = deployment("web");
    set_by_hand(paused, "paused", true, "");
    add(paused);
    Comparison found = compare(declared_deployment("web"));
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_EQ(arrow_of(found, "Deployment/web:spec.paused"), "false -> true");
    EXPECT_EQ(found.changes[0].subject, Subject::object_unready);
    server.runtime.clear();
    found = compare(declared_deployment("web", "  replicas: 2\n  paused: true\n"));
    EXPECT_TRUE(found.changes.empty());
}

struct Still {
    const char* version;
    const char* kind;
    const char* field;
    Json value;
    bool counts;
};

TEST_F(Cluster, WhatStandsStillByKind) {
    const std::vector<Still> rows{
        {"apps/v1", "StatefulSet", "replicas", 0, true},         {"apps/v1", "ReplicaSet", "replicas", 0, true},
        {"v1", "ReplicationController", "replicas", 0, true},    {"batch/v1", "CronJob", "suspend", true, true},
        {"apps/v1", "StatefulSet", "paused", true, false},       {"apps/v1", "Deployment", "suspend", true, false},
        {"example.test/v1", "Deployment", "replicas", 0, false},
    };
    for (const Still& row : rows) {
        const std::string front = std::string(R"({"apiVersion":")") + row.version + R"(","kind":")" + row.kind + "\",";
        Json live = Json::parse(front + R"("metadata":{"name":"x","namespace":"shop"},"spec":{}})");
        live["spec"][row.field] = row.value;
        const auto is_stopped = [&](const std::string& spec) {
            const auto read = kubernetes::read_live(live.dump());
            const auto declared = load(front + R"("metadata":{"name":"x"},"spec":{)" + spec + "}}");
            return read && !declared.objects.empty() && !stops_of(declared.objects[0], *read).empty();
        };
        EXPECT_EQ(is_stopped(""), row.counts) << row.kind << " " << row.field;
        EXPECT_FALSE(is_stopped(std::string("\"") + row.field + "\":" + row.value.dump())) << "declared so";
    }
}

// kubernetes.md §7.4
TEST_F(Cluster, TheLastJobOfACronJobIsToldWhenItFailed) {
    const std::string text =
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {schedule: \"0 3 * * *\"}\n";
    add(Json::parse(
        R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly","namespace":"shop","labels":{
        "io.portainer.kubernetes.application.stackid":"7"}},"spec":{"schedule":"0 3 * * *"}})"));
    const auto job = [](const std::string& name, const std::string& owner, const std::string& day, bool failed) {
        Json made =
            Json::parse(R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"namespace":"shop","ownerReferences":[
            {"kind":"CronJob"}]},"status":{"conditions":[{"status":"True"}]}})");
        made["metadata"]["name"] = name;
        made["metadata"]["creationTimestamp"] = "2026-11-" + day + "T03:00:00Z";
        made["metadata"]["ownerReferences"][0]["name"] = owner;
        made["status"]["conditions"][0]["type"] = failed ? "Failed" : "Complete";
        if (failed) made["status"]["conditions"][0]["reason"] = "BackoffLimitExceeded";
        return made;
    };
    add(job("nightly-3", "nightly", "27", true));
    add(job("nightly-2", "nightly", "26", false));
    add(job("other-9", "other", "28", true));
    Comparison found = compare(text);
    EXPECT_TRUE(found.changes.empty());
    EXPECT_TRUE(has_note(found, "CronJob/nightly: its last job nightly-3 failed (BackoffLimitExceeded)"));
    add(job("nightly-4", "nightly", "28", false));
    server.runtime.clear();
    EXPECT_FALSE(has_note(compare(), "CronJob/nightly: its last job nightly-3 failed (BackoffLimitExceeded)"));
    refuse("apis/batch/v1/jobs", Outcome::denied, Cause::kind);
    server.runtime.clear();
    found = compare();
    EXPECT_TRUE(found.changes.empty());
    EXPECT_TRUE(
        has_note(found, "CronJob/nightly: what its last job came to could not be read: its jobs were not shown"));
}

TEST_F(Cluster, AJobThatCleansUpAfterItselfIsNotMissed) {
    const std::string job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec: {";
    EXPECT_TRUE(compare(job + "ttlSecondsAfterFinished: 60}\n").changes.empty());
    server.runtime.clear();
    EXPECT_EQ(compare(job + "backoffLimit: 2}\n").changes.size(), 1U);
}

TEST_F(Cluster, TwoObjectsOfOneNameAreToldApart) {
    const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: ";
    const Comparison found = compare(map + "one}\n---\n" + map + "two}\n");
    EXPECT_EQ(paths_of(found.changes), (Texts{"runtime:ConfigMap/one/a", "runtime:ConfigMap/two/a"}));
}

TEST_F(Cluster, ARecordIsFoundByTheLabelsOfItsObjects) {
    as_user();
    add(deployment("web"));
    file = load(declared_deployment("web") + "---\n" + declared_deployment("api"));
    ask_all(false);
    const ClusterStack there{file, "shop", environment, server};
    EXPECT_EQ(ids_by_label(there, "web"), std::vector<StackId>{7});
    EXPECT_TRUE(ids_by_label(there, "other").empty());
}

TEST_F(Cluster, NamesInLabelsAreWhatPortainerMakesOfThem) {
    EXPECT_EQ(label_of_name("My App 1!_x"), "My.App.1._x");
    EXPECT_EQ(label_of_name("-web-"), "web");
    EXPECT_EQ(label_of_name("  "), "");
}

// --- lists in pages ---

Answer<std::string> page(const std::string& version, const std::string& next, const std::string& name) {
    const Json list{{"apiVersion", "v1"},
                    {"kind", "ConfigMapList"},
                    {"metadata", {{"resourceVersion", version}, {"continue", next}}},
                    {"items", {{{"metadata", {{"name", name}, {"namespace", "shop"}}}}}}};
    return answered(Call::kubernetes, list.dump());
}

Answer<std::string> expired_page() {
    Answer<std::string> answer;
    answer.reply = {
        .call = Call::kubernetes, .outcome = Outcome::unavailable, .failure = Failure::refused, .status = 410};
    return answer;
}

const ClusterQuestion config_maps{.what = "api/v1/configmaps", .api_version = "v1", .kind = "ConfigMap"};

TEST(ClusterPagesOf, OneListAreReadToTheEnd) {
    ClusterPages pages(config_maps);
    EXPECT_EQ(pages.path(), "api/v1/configmaps?limit=500");
    EXPECT_TRUE(pages.take(page("5", "abc", "b")));
    EXPECT_EQ(pages.path(), "api/v1/configmaps?limit=500&continue=abc");
    EXPECT_FALSE(pages.take(page("5", "", "a")));
    const ClusterList list = std::move(pages).result();
    EXPECT_TRUE(list.reply.ok());
    ASSERT_EQ(list.items.size(), 2U);
    EXPECT_EQ(list.items[0].name, "a");
}

TEST(ClusterPagesOf, AListWhoseNextPageWouldAddToTheRequestAreNotRead) {
    ClusterPages pages(config_maps);
    EXPECT_FALSE(pages.take(page("5", "abc&watch=true", "a")));
    const ClusterList list = std::move(pages).result();
    EXPECT_EQ(list.items.size(), 0U);
    EXPECT_TRUE(list.reply.unavailable());
}

// Nothing is gone because of a list that says itself that it lacks something.
TEST(ClusterPagesOf, AListThatIsNotWholeAreNotRead) {
    const auto is_read = [](const std::string& metadata, const std::string& names) {
        const std::string text = R"({"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"5")" +
                                 metadata + R"(},"items":[)" + names + "]}";
        ClusterPages pages(config_maps);
        EXPECT_FALSE(pages.take(answered(Call::kubernetes, text)));
        const ClusterList list = std::move(pages).result();
        EXPECT_TRUE(list.reply.ok() || (list.reply.unavailable() && list.items.empty()));
        return list.reply.ok();
    };
    const auto item = [](const std::string& name, const std::string& name_space) {
        return R"({"metadata":{"name":")" + name + R"(","namespace":")" + name_space + R"("}})";
    };
    EXPECT_FALSE(is_read(R"(,"remainingItemCount":5)", item("a", "shop")));
    EXPECT_FALSE(is_read(R"(,"remainingItemCount":5,"continue":"")", ""));
    EXPECT_TRUE(is_read(R"(,"remainingItemCount":0)", item("a", "shop")));
    EXPECT_TRUE(is_read(R"(,"remainingItemCount":null)", item("a", "shop")));
    EXPECT_TRUE(is_read("", item("a", "shop") + "," + item("b", "shop") + "," + item("a", "other")));
    EXPECT_FALSE(is_read("", item("a", "shop") + "," + item("b", "shop") + "," + item("a", "shop")))
        << "one object twice: which of them the cluster holds is not known";
}

TEST(ClusterPagesOf, AListThatChangedAreReadOnceMore) {
    for (const bool by_version : {true, false}) {
        ClusterPages pages(config_maps);
        EXPECT_TRUE(pages.take(page("5", "abc", "a")));
        EXPECT_TRUE(pages.take(by_version ? page("6", "def", "b") : expired_page()));
        EXPECT_EQ(pages.path(), "api/v1/configmaps?limit=500");
        EXPECT_TRUE(pages.take(page("7", "ghi", "a")));
        EXPECT_FALSE(pages.take(by_version ? page("8", "", "b") : expired_page()));
        const ClusterList list = std::move(pages).result();
        EXPECT_TRUE(list.reply.unavailable());
        EXPECT_TRUE(list.items.empty());
    }
}

TEST(ClusterPagesOf, SomethingElseAreNoList) {
    for (const std::string text :
         {R"({"apiVersion":"v1","kind":"SecretList","metadata":{},"items":[]})", R"({"kind":"Status"})", "{", "[]",
          R"({"apiVersion":"v2","kind":"ConfigMapList","metadata":{},"items":[]})"}) {
        ClusterPages pages(config_maps);
        EXPECT_FALSE(pages.take(answered(Call::kubernetes, text))) << text;
        EXPECT_TRUE(std::move(pages).result().reply.unavailable()) << text;
    }
}

TEST(ClusterPagesOf, ACustomKindMayHaveAnyListKind) {
    const ClusterQuestion boats{.about = ClusterQuestion::About::list,
                                .what = "apis/sea.example.test/v1/boats",
                                .api_version = "sea.example.test/v1",
                                .kind = "Boat"};
    const auto read = [&](const std::string& version, const std::string& list, const std::string& items) {
        ClusterPages pages(boats);
        EXPECT_FALSE(pages.take(answered(Call::kubernetes, R"({"apiVersion":")" + version + R"(","kind":")" + list +
                                                               R"(","metadata":{},"items":[)" + items + "]}")));
        return std::move(pages).result();
    };
    const std::string boat = R"({"kind":"Boat","metadata":{"name":"a"}})";
    const std::string own = "sea.example.test/v1";
    for (const char* list : {"Fleet", "Boats", "BoatList", "FleetList"}) {
        EXPECT_TRUE(read(own, list, boat).reply.ok()) << list;
        EXPECT_EQ(read(own, list, boat).items.size(), 1U) << list;
        EXPECT_TRUE(read(own, list, "").reply.ok()) << list << ": proves that there is none";
    }
    EXPECT_TRUE(read(own, "", boat).reply.unavailable());
    EXPECT_TRUE(read("other.example.test/v1", "Fleet", boat).reply.unavailable());
    EXPECT_TRUE(read(own, "Fleet", R"({"kind":"Car","metadata":{"name":"a"}})").reply.unavailable());
}

TEST(Discovery, IsReadOrRefused) {
    const auto kinds = read_kinds(
        answered(Call::kubernetes,
                 std::string(R"({"kind":"APIResourceList","resources":[{"name":"boats","kind":"Boat","namespaced":true},
        {"name":"boats/status","kind":"Boat","namespaced":true},{"name":"seas","kind":"Sea","namespaced":false}]})")));
    ASSERT_TRUE(kinds.value);
    ASSERT_EQ(kinds.value->size(), 2U);
    EXPECT_FALSE(kinds.value->at(1).namespaced);
    EXPECT_TRUE(read_kinds(answered(Call::kubernetes, std::string("{}"))).reply.unavailable());
    const auto groups = read_groups(answered(
        Call::kubernetes, std::string(R"({"kind":"APIGroupList","groups":[{"name":"sea.example.test","versions":[
        {"groupVersion":"sea.example.test/v1","version":"v1"}]}]})")));
    ASSERT_TRUE(groups.value);
    EXPECT_EQ(groups.value->at("sea.example.test"), Texts{"sea.example.test/v1"});
    EXPECT_TRUE(read_groups(answered(Call::kubernetes, std::string("{}"))).reply.unavailable());
}

} // namespace
} // namespace mooring::runtime
