// Clusters behind the double (kubernetes.md §0 to §4).
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::string proxy = "/api/endpoints/4/kubernetes/";
const std::string deployments = proxy + "apis/apps/v1/namespaces/team-a/deployments";
const std::string conf = proxy + "api/v1/namespaces/team-a/configmaps/web-conf";

std::string file_of(const std::string& image, const std::string& data) {
    return "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: web-conf}\\ndata: {" + data +
           "}\\n---\\napiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: web}\\nspec:\\n  replicas: 2\\n"
           "  selector: {matchLabels: {app: web}}\\n  template:\\n    metadata: {labels: {app: web}}\\n"
           "    spec: {containers: [{name: web, image: local/" +
           image + "}]}\\n";
}

const std::string cluster_world = R"({
  "settle": 0,
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "token": "ptr_alice"},
            {"username": "bob", "token": "ptr_bob"}],
  "environments": [{"id": 4, "name": "cluster", "type": 5, "users": ["alice"],
                    "namespaces": {"team-a": {"users": ["alice"]}, "private": {}}}],
  "stacks": [{"id": 7, "name": "web", "type": "kubernetes", "environment": "cluster", "namespace": "team-a", "file": ")" +
                                  file_of("web:1.0", "color: blue, size: big") + R"("}]
})";

std::string put(const std::string& name, const std::string& file) {
    return R"({"StackName": ")" + name + R"(", "StackFileContent": ")" + file + "\"}";
}

std::string reason(const contract::Response& response) {
    return response.json && response.json->is_object() ? response.json->value("reason", "") : std::string();
}

bool has_manager(const contract::Json& object, const std::string& manager, const std::string& operation) {
    for (const auto& entry : object["metadata"]["managedFields"]) {
        if (entry["manager"].get<std::string>() == manager && entry["operation"].get<std::string>() == operation)
            return true;
    }
    return false;
}

constexpr std::array versions{Version::v2_23_0, Version::v2_39_0, Version::v2_43_0};

} // namespace

TEST(DoubleKubernetes, PortainersRefusalsAndTheApiServersOwnDifferInTheirBody) {
    Asking asking(Version::v2_43_0, cluster_world);
    EXPECT_EQ(message(asking.get(deployments + "/web", "bob")), "Permission denied to access environment");
    EXPECT_EQ(message(asking.get("/api/endpoints/77/kubernetes/version")),
              "Unable to find an environment with the specified identifier inside the database");
    const auto refused = asking.get(proxy + "apis/apps/v1/namespaces/private/deployments/web", "alice");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(reason(refused), "Forbidden");
    EXPECT_EQ(reason(asking.get(proxy + "apis/apps/v1/namespaces/nosuch/deployments/web", "alice")), "Forbidden");
    EXPECT_EQ(reason(asking.get(proxy + "apis/nosuch.test/v1/namespaces/team-a/things", "alice")), "Forbidden");
    EXPECT_EQ(reason(asking.get(deployments + "/nosuch", "alice")), "NotFound");
    EXPECT_EQ(asking.get(proxy + "apis/nosuch.test/v1/namespaces/team-a/things").text, "404 page not found\n");
}

TEST(DoubleKubernetes, ANamespaceAnswersEveryUserOfTheEnvironment) {
    Asking asking(Version::v2_43_0, cluster_world);
    EXPECT_EQ(asking.get(proxy + "api/v1/namespaces/private", "alice").status, 200);
    EXPECT_EQ(reason(asking.get(proxy + "api/v1/namespaces/nosuch", "alice")), "NotFound");
}

TEST(DoubleKubernetes, TheRoleEditCoversNoRolesAndNothingOfTheWholeCluster) {
    Asking asking(Version::v2_43_0, cluster_world);
    EXPECT_EQ(asking.get(deployments, "alice").status, 200);
    EXPECT_EQ(asking.get(proxy + "apis/apps/v1/deployments", "alice").status, 403);
    EXPECT_EQ(asking.get(proxy + "apis/rbac.authorization.k8s.io/v1/namespaces/team-a/roles", "alice").status, 403);
    EXPECT_EQ(asking.get(proxy + "api/v1/persistentvolumes", "alice").status, 403);
    EXPECT_EQ(asking.get(proxy + "apis/rbac.authorization.k8s.io/v1/namespaces/team-a/roles").status, 200);
}

TEST(DoubleKubernetes, AnObjectSaysByWhichGenerationItWasApplied) {
    for (const Version version : versions) {
        Asking asking(version, cluster_world);
        const auto object = *asking.get(deployments + "/web").json;
        const bool old = version == Version::v2_23_0;
        EXPECT_EQ(has_manager(object, "portainer", "Apply"), !old);
        EXPECT_EQ(has_manager(object, "kubectl-client-side-apply", "Update"), old);
        EXPECT_EQ(object["metadata"]["annotations"].contains("kubectl.kubernetes.io/last-applied-configuration"), old);
        EXPECT_EQ(object["metadata"]["labels"]["io.portainer.kubernetes.application.stackid"], "7");
        EXPECT_EQ(object["status"]["readyReplicas"], 2);
    }
}

TEST(DoubleKubernetes, ListsComeInPagesOfOneVersion) {
    Asking asking(Version::v2_43_0, cluster_world);
    const auto first = *asking.get(proxy + "api/v1/namespaces?limit=2").json;
    ASSERT_EQ(first["items"].size(), 2U);
    const std::string token = first["metadata"]["continue"];
    asking.tell("/kubernetes/access", R"({"environment": 4, "namespace": "made-meanwhile"})");
    const auto second = *asking.get(proxy + "api/v1/namespaces?limit=100&continue=" + token).json;
    EXPECT_EQ(second["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    for (const auto& item : second["items"]) EXPECT_NE(item["metadata"]["name"], "made-meanwhile");
    EXPECT_EQ(reason(asking.get(proxy + "api/v1/namespaces?limit=2&continue=nosuch")), "Expired");
}

TEST(DoubleKubernetes, AnUpdateRemovesFieldsAndNeverObjects) {
    for (const Version version : versions) {
        Asking asking(version, cluster_world);
        const std::string next =
            "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: web-conf}\\ndata: {color: red}\\n";
        EXPECT_EQ(asking.ask("PUT", "/api/stacks/7?endpointId=4", "admin", put("web", next)).status, 200);
        asking.get("/api/stacks/7");
        EXPECT_EQ((*asking.get(conf).json)["data"], contract::Json({{"color", "red"}}));
        EXPECT_EQ(asking.get(deployments + "/web").status, 200);
    }
}

TEST(DoubleKubernetes, WhatIsGoodIsAppliedWhateverElseFails) {
    for (const Version version : versions) {
        Asking asking(version, cluster_world);
        const std::string next = "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: web-conf}\\ndata: {color: red}\\n"
                                 "---\\napiVersion: example.test/v1\\nkind: Nothing\\nmetadata: {name: x}\\n";
        const auto answer = asking.ask("PUT", "/api/stacks/7?endpointId=4", "admin", put("web", next));
        asking.get("/api/stacks/7");
        const auto record = *asking.get("/api/stacks/7").json;
        const bool background = version == Version::v2_43_0;
        EXPECT_EQ(answer.status, background ? 200 : 500);
        EXPECT_EQ(record["Status"], background ? 4 : 1);
        EXPECT_EQ((*asking.get(conf).json)["data"]["color"], "red");
        const std::string file = (*asking.get("/api/stacks/7/file").json)["StackFileContent"];
        EXPECT_EQ(file.find("Nothing") != std::string::npos, background); // the new file stays
    }
}

TEST(DoubleKubernetes, DeletingIsBrokenSince239) {
    for (const Version version : versions) {
        Asking asking(version, cluster_world);
        EXPECT_EQ(asking.ask("DELETE", "/api/stacks/7?endpointId=4").status, 204);
        EXPECT_EQ(asking.get("/api/stacks/7").status, 404);
        EXPECT_EQ(asking.get(deployments + "/web").status, version == Version::v2_23_0 ? 404 : 200);
    }
}

TEST(DoubleKubernetes, WhatSomebodyChangedIsHisUntilItIsApplied) {
    Asking asking(Version::v2_43_0, cluster_world);
    const auto told = asking.tell("/kubernetes/patch", R"({"environment": 4, "kind": "ConfigMap", "namespace": "team-a",
        "name": "web-conf", "manager": "kubectl-edit", "patch": {"data": {"color": "green", "by": "hand"}}})");
    ASSERT_EQ(told.status, 200);
    const auto changed = *asking.get(conf).json;
    EXPECT_EQ(changed["data"]["color"], "green");
    EXPECT_TRUE(has_manager(changed, "kubectl-edit", "Update"));
    asking.ask("PUT", "/api/stacks/7?endpointId=4", "admin", put("web", file_of("web:1.0", "color: blue, size: big")));
    asking.get("/api/stacks/7");
    const auto put_back = *asking.get(conf).json;
    EXPECT_EQ(put_back["data"]["color"], "blue");
    EXPECT_EQ(put_back["data"]["by"], "hand");
}

TEST(DoubleKubernetes, PodsSayWhyARolloutDoesNotEnd) {
    Asking asking(Version::v2_43_0, cluster_world);
    asking.ask("PUT", "/api/stacks/7?endpointId=4", "admin", put("web", file_of("nosuch:9", "color: blue")));
    asking.get("/api/stacks/7");
    const auto rolling = *asking.get(deployments + "/web").json;
    EXPECT_EQ(rolling["status"]["updatedReplicas"], 1);
    EXPECT_EQ(rolling["status"]["readyReplicas"], 2);
    bool found = false;
    const auto pods = *asking.get(proxy + "api/v1/namespaces/team-a/pods").json;
    for (const auto& pod : pods["items"])
        found = found || pod["status"]["containerStatuses"][0]["state"]
                                 .value("waiting", contract::Json::object())
                                 .value("reason", "") == "ImagePullBackOff";
    EXPECT_TRUE(found);
    asking.tell("/clock", R"({"offset": 700})");
    const auto late = *asking.get(deployments + "/web").json;
    bool exceeded = false;
    for (const auto& condition : late["status"]["conditions"])
        exceeded = exceeded || condition["reason"].get<std::string>() == "ProgressDeadlineExceeded";
    EXPECT_TRUE(exceeded);
}

TEST(DoubleKubernetes, AClusterThatDoesNotAnswerIsABadGateway) {
    for (const Version version : versions) {
        Asking asking(version, cluster_world);
        asking.tell("/kubernetes/access", R"({"environment": 4, "reachable": false})");
        const auto answer = asking.get(deployments);
        EXPECT_EQ(answer.status, 502);
        EXPECT_EQ(answer.json.has_value(), version != Version::v2_23_0);
        EXPECT_EQ(asking.get("/api/stacks/7").status, 200);
    }
}

TEST(DoubleKubernetes, AUserReadsEveryFileOfTheEnvironmentAndIsListedNothing) {
    Asking asking(Version::v2_43_0, cluster_world);
    EXPECT_EQ(asking.get("/api/stacks/7/file", "alice").status, 200);
    EXPECT_EQ(asking.get("/api/stacks", "alice").json->size(), 0U);
    EXPECT_EQ(asking.get("/api/stacks/7", "bob").status, 403);
}
