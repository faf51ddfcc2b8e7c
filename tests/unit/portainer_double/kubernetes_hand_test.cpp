// What a test can set up in a cluster beside Portainer (tests/portainer_double/README.md).
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::string hand_world = R"({
  "settle": 0, "clock": 1795484000,
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "token": "ptr_alice"}],
  "environments": [{"id": 4, "name": "cluster", "type": 5, "users": ["alice"], "namespaces": {"team-a": {"users": ["alice"]}}}],
  "stacks": [{"id": 7, "name": "web", "type": "kubernetes", "environment": "cluster", "namespace": "team-a",
              "file": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: local/web:1.0}]}\n"}]
})";

const std::string of_team_a = "/api/endpoints/4/kubernetes/";
const std::string the_web = R"("environment": 4, "kind": "Deployment", "namespace": "team-a", "name": "web")";

contract::Json web_now(Asking& asking) {
    return *asking.get(of_team_a + "apis/apps/v1/namespaces/team-a/deployments/web").json;
}

contract::Json web_pods(Asking& asking) {
    return (*asking.get(of_team_a + "api/v1/namespaces/team-a/pods").json)["items"];
}

std::string progress(const contract::Json& deployment) {
    for (const auto& condition : deployment["status"]["conditions"]) {
        if (condition["type"] == "Progressing") return condition["reason"];
    }
    return {};
}

} // namespace

TEST(DoubleKubernetesByHand, PodsThatCannotBePulledAreNotReady) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/pods", "{" + the_web + R"(, "reason": "ImagePullBackOff", "count": 2})");
    int waiting = 0;
    for (const auto& pod : web_pods(asking))
        waiting += pod["status"]["containerStatuses"][0]["state"].contains("waiting") ? 1 : 0;
    EXPECT_EQ(waiting, 2);
    EXPECT_EQ(web_now(asking)["status"]["readyReplicas"], 1);
    EXPECT_EQ(web_now(asking)["status"]["unavailableReplicas"], 2);
    asking.tell("/kubernetes/pods", "{" + the_web + R"(, "reason": "ready"})");
    EXPECT_EQ(web_now(asking)["status"]["readyReplicas"], 3);
}

TEST(DoubleKubernetesByHand, ACrashLoopHasItsRestartsAndItsExitCode) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/pods",
                "{" + the_web + R"(, "reason": "CrashLoopBackOff", "restarts": 9, "exitCode": 137})");
    const auto status = web_pods(asking)[0]["status"]["containerStatuses"][0];
    EXPECT_EQ(status["restartCount"], 9);
    EXPECT_EQ(status["lastState"]["terminated"]["exitCode"], 137);
    EXPECT_EQ(status["state"]["waiting"]["reason"], "CrashLoopBackOff");
}

TEST(DoubleKubernetesByHand, APodThatNoNodeTakesSaysSo) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/pods", "{" + the_web + R"(, "reason": "Unschedulable", "count": 1})");
    bool found = false;
    for (const auto& pod : web_pods(asking))
        found = found || pod["status"]["conditions"][0].value("reason", "") == "Unschedulable";
    EXPECT_TRUE(found);
}

TEST(DoubleKubernetesByHand, ARolloutIsUnderWayUntilItsDeadline) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/rollout", "{" + the_web + R"(, "state": "underWay", "updated": 1, "ago": 30})");
    EXPECT_EQ(progress(web_now(asking)), "ReplicaSetUpdated");
    EXPECT_EQ(web_now(asking)["status"]["updatedReplicas"], 1);
    asking.tell("/clock", R"({"fixed": 1795484700})");
    EXPECT_EQ(progress(web_now(asking)), "ProgressDeadlineExceeded");
    asking.tell("/kubernetes/rollout", "{" + the_web + R"(, "state": "done"})");
    EXPECT_EQ(progress(web_now(asking)), "NewReplicaSetAvailable");
}

TEST(DoubleKubernetesByHand, ARolloutThatNobodySawYetIsBehindItsGeneration) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/rollout", "{" + the_web + R"(, "state": "unseen"})");
    const auto now = web_now(asking);
    EXPECT_LT(now["status"]["observedGeneration"], now["metadata"]["generation"]);
}

TEST(DoubleKubernetesByHand, AnEditHasItsManagerAndItsTime) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/patch", "{" + the_web + R"(, "manager": "kubectl-edit", "ago": 3600,
        "patch": {"metadata": {"labels": {"by": "hand"}}}})");
    bool found = false;
    const auto now = web_now(asking);
    for (const auto& entry : now["metadata"]["managedFields"]) {
        if (entry["manager"] != "kubectl-edit") continue;
        found = true;
        EXPECT_EQ(entry["time"], "2026-11-24T00:33:20Z");
    }
    EXPECT_TRUE(found);
}

TEST(DoubleKubernetesByHand, ANamespaceIsGrantedAndTakenAway) {
    Asking asking(Version::v2_43_0, hand_world);
    const std::string list = of_team_a + "apis/apps/v1/namespaces/team-a/deployments";
    EXPECT_EQ(asking.get(list, "alice").status, 200);
    asking.tell("/kubernetes/access", R"({"environment": 4, "namespace": "team-a", "users": []})");
    EXPECT_EQ(asking.get(list, "alice").status, 403);
    asking.tell("/kubernetes/access", R"({"environment": 4, "namespace": "team-a", "users": ["alice"]})");
    EXPECT_EQ(asking.get(list, "alice").status, 200);
}

TEST(DoubleKubernetesByHand, AnAutoscalerScalesItsWorkload) {
    Asking asking(Version::v2_43_0, hand_world);
    const std::string manifest = "apiVersion: autoscaling/v2\\nkind: HorizontalPodAutoscaler\\nmetadata: {name: web}\\n"
                                 "spec:\\n  minReplicas: 4\\n  maxReplicas: 6\\n"
                                 "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\\n";
    const auto told = asking.tell("/kubernetes/apply",
                                  R"({"environment": 4, "namespace": "team-a", "manifest": ")" + manifest + "\"}");
    ASSERT_EQ(told.status, 200);
    EXPECT_GE(web_now(asking)["spec"]["replicas"], 4);
}

TEST(DoubleKubernetesByHand, AnObjectIsDeletedOrHeldWhileItGoes) {
    Asking asking(Version::v2_43_0, hand_world);
    asking.tell("/kubernetes/status", "{" + the_web + R"(, "deleting": true})");
    EXPECT_TRUE(web_now(asking)["metadata"].contains("deletionTimestamp"));
    asking.tell("/kubernetes/delete", "{" + the_web + "}");
    EXPECT_EQ(asking.get(of_team_a + "apis/apps/v1/namespaces/team-a/deployments/web").status, 404);
    EXPECT_EQ(web_pods(asking).size(), 0U);
}
