// Writes of Kubernetes stacks, with what is broken in them (kubernetes.md §0, §1).
#include "portainer_double/routes.hpp"
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::string cluster = "/api/endpoints/4/kubernetes/";
const std::string stack_7 = "/api/stacks/7?endpointId=4";

std::string config_map(const std::string& name, const std::string& data = "color: blue") {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {" + data + "}\n";
}

std::string written_world() {
    const contract::Json file = config_map("web-conf");
    return R"({
  "settle": 0,
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "token": "ptr_alice"}],
  "environments": [{"id": 4, "name": "cluster", "type": 5, "users": ["alice"],
                    "namespaces": {"team-a": {"users": ["alice"]}, "private": {}}}],
  "stacks": [{"id": 7, "name": "web", "type": "kubernetes", "environment": "cluster", "namespace": "team-a",
              "createdBy": "alice", "file": )" +
           file.dump() + "}]}";
}

std::string update(const std::string& file, const std::string& name = "web") {
    return contract::Json{{"StackName", name}, {"StackFileContent", file}}.dump();
}

std::string stack_body(const std::string& file, const std::string& name = "new", const std::string& space = "team-a") {
    return contract::Json{{"StackName", name}, {"Namespace", space}, {"StackFileContent", file}}.dump();
}

const std::string create_route = "/api/stacks/create/kubernetes/string?endpointId=4";

// Whether the request is never answered.
bool hangs(Asking& asking, const std::string& method, const std::string& target, const std::string& body = {}) {
    Request request{.method = method,
                    .target = target,
                    .path = {},
                    .query = {},
                    .headers = {{"x-api-key", "ptr_admin"}},
                    .body = body};
    parse_target(request);
    auto world = asking.server.world();
    return answer_api(*world, request).hangs;
}

contract::Json data_of(Asking& asking, const std::string& name, const std::string& space = "team-a") {
    const auto answer = asking.get(cluster + "api/v1/namespaces/" + space + "/configmaps/" + name);
    return answer.status == 200 ? answer.json->value("data", contract::Json::object()) : contract::Json();
}

std::string stored_file(Asking& asking, const std::string& id = "7") {
    return (*asking.get("/api/stacks/" + id + "/file").json)["StackFileContent"];
}

// A stack from Git, created by alice; its id.
std::string git_stack(Asking& asking, const std::string& file, const std::string& commit = "aaaa") {
    const auto move = [&](const std::string& to, const std::string& text) {
        asking.tell("/repositories", contract::Json{{"url", "https://git.example.test/shop"},
                                                    {"references", {{"refs/heads/main", to}}},
                                                    {"files", {{"app.yaml", text}}}}
                                         .dump());
    };
    move(commit, file);
    const auto made = asking.ask("POST", "/api/stacks/create/kubernetes/repository?endpointId=4", "alice",
                                 contract::Json{{"StackName", "shop"},
                                                {"Namespace", "team-a"},
                                                {"RepositoryURL", "https://git.example.test/shop"},
                                                {"RepositoryReferenceName", "refs/heads/main"},
                                                {"ManifestFile", "app.yaml"},
                                                {"AutoUpdate", {{"Interval", "1m"}}}}
                                     .dump());
    EXPECT_EQ(made.status, 200);
    const auto all = *asking.get("/api/stacks").json;
    return all.back()["Id"].dump();
}

void commit_to_shop(Asking& asking, const std::string& commit, const std::string& file) {
    asking.tell("/repositories", contract::Json{{"url", "https://git.example.test/shop"},
                                                {"references", {{"refs/heads/main", commit}}},
                                                {"files", {{"app.yaml", file}}}}
                                     .dump());
}

constexpr std::array all_versions{Version::v2_23_0, Version::v2_39_0, Version::v2_43_0};

} // namespace

TEST(DoubleKubernetesWrites, ACreateAnswersNoIdAndTakesANameTwice) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        for (int i = 0; i < 2; ++i) {
            const auto answer = asking.ask("POST", create_route, "alice", stack_body(config_map("new-conf")));
            EXPECT_EQ(answer.status, 200);
            EXPECT_FALSE(answer.json->contains("Id"));
        }
        asking.get("/api/stacks/8");
        EXPECT_EQ(asking.get("/api/stacks").json->size(), 3U);
        EXPECT_EQ(data_of(asking, "new-conf")["color"], "blue");
    }
}

TEST(DoubleKubernetesWrites, ARefusedCreateLeavesARecordOnTheNewestServerAlone) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        const auto answer =
            asking.ask("POST", create_route, "alice", stack_body(config_map("new-conf"), "new", "private"));
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(answer.status, newest ? 200 : 500);
        asking.get("/api/stacks/8");
        const auto record = asking.get("/api/stacks/8");
        EXPECT_EQ(record.status, newest ? 200 : 404);
        EXPECT_EQ(newest ? (*record.json)["Status"] : contract::Json(4), 4);
    }
}

TEST(DoubleKubernetesWrites, AListIsAppliedByTheOldestServerAlone) {
    const std::string list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n"
                             "  metadata: {name: from-list}\n  data: {a: b}\n";
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        asking.ask("PUT", stack_7, "admin", update(list));
        asking.get("/api/stacks/7");
        EXPECT_EQ(data_of(asking, "from-list").is_object(), version == Version::v2_23_0);
    }
}

TEST(DoubleKubernetesWrites, AnotherNameHangsEveryLaterWriteUntilARestart) {
    for (const Version version : {Version::v2_39_0, Version::v2_43_0}) {
        Asking asking(version, written_world());
        EXPECT_TRUE(hangs(asking, "PUT", stack_7, update(config_map("web-conf", "color: red"), "other")));
        EXPECT_EQ(stored_file(asking), config_map("web-conf")); // reading works
        EXPECT_EQ(data_of(asking, "web-conf")["color"], "blue");
        EXPECT_TRUE(hangs(asking, "PUT", stack_7, update(config_map("web-conf", "color: red"))));
        asking.tell("/restart", "{}");
        EXPECT_EQ(asking.ask("PUT", stack_7, "admin", update(config_map("web-conf", "color: red"))).status, 200);
    }
}

TEST(DoubleKubernetesWrites, ANameLeftOutHangsLikeAnotherOne) {
    for (const Version version : {Version::v2_39_0, Version::v2_43_0}) {
        Asking asking(version, written_world());
        EXPECT_TRUE(hangs(asking, "PUT", stack_7, contract::Json{{"StackFileContent", config_map("web-conf")}}.dump()));
    }
}

TEST(DoubleKubernetesWrites, TheOldestServerTakesTheNameThatIsSent) {
    Asking asking(Version::v2_23_0, written_world());
    EXPECT_EQ(asking.ask("PUT", stack_7, "admin", update(config_map("web-conf"), "other")).status, 200);
    EXPECT_EQ((*asking.get("/api/stacks/7").json)["Name"], "other");
}

TEST(DoubleKubernetesWrites, BrokenYamlHangsTheOlderServersAndNothingElse) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(hangs(asking, "PUT", stack_7, update("apiVersion: v1\nkind: [")), !newest);
        EXPECT_EQ(hangs(asking, "POST", create_route, stack_body("apiVersion: v1\nkind: [")), !newest);
        asking.get("/api/stacks/7");
        EXPECT_EQ((*asking.get("/api/stacks/7").json)["Status"], newest ? 4 : 1);
        EXPECT_FALSE(hangs(asking, "PUT", stack_7, update(config_map("web-conf"))));
    }
}

TEST(DoubleKubernetesWrites, DeletingHitsTheNamespaceDefaultOnTheNewestServer) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        asking.tell("/kubernetes/create",
                    contract::Json{{"environment", 4}, {"manifest", config_map("web-conf", "of: nobody")}}.dump());
        EXPECT_EQ(asking.ask("DELETE", stack_7).status, 204);
        EXPECT_EQ(asking.get("/api/stacks/7").status, 404);
        EXPECT_EQ(data_of(asking, "web-conf").is_object(), version != Version::v2_23_0);
        EXPECT_EQ(data_of(asking, "web-conf", "default").is_object(), version != Version::v2_43_0);
    }
}

TEST(DoubleKubernetesWrites, AManifestThatNamesItsNamespaceIsDeletedRightly) {
    Asking asking(Version::v2_43_0, written_world());
    const std::string file = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-conf, namespace: team-a}\n";
    asking.ask("PUT", stack_7, "admin", update(file));
    asking.get("/api/stacks/7");
    EXPECT_EQ(asking.ask("DELETE", stack_7).status, 204);
    EXPECT_TRUE(data_of(asking, "web-conf").is_null());
}

TEST(DoubleKubernetesWrites, ADroppedFieldGoesUnlessSomebodyElseHoldsIt) {
    Asking asking(Version::v2_43_0, written_world());
    asking.ask("PUT", stack_7, "admin", update(config_map("web-conf", "a: one, b: two, c: three")));
    asking.get("/api/stacks/7");
    asking.tell("/kubernetes/patch", R"({"environment": 4, "kind": "ConfigMap", "namespace": "team-a",
        "name": "web-conf", "manager": "kubectl-edit", "patch": {"data": {"b": "by hand"}}})");
    asking.ask("PUT", stack_7, "admin", update(config_map("web-conf", "a: one")));
    asking.get("/api/stacks/7");
    EXPECT_EQ(data_of(asking, "web-conf"), (contract::Json{{"a", "one"}, {"b", "by hand"}}));
}

TEST(DoubleKubernetesWrites, APutOnAGitStackChangesSettingsAndLeavesStatus3OnTheNewestServer) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        const std::string id = git_stack(asking, config_map("shop-conf"));
        asking.get("/api/stacks/" + id);
        const auto answer = asking.ask("PUT", "/api/stacks/" + id + "?endpointId=4", "alice",
                                       update(config_map("shop-conf", "color: red"), "shop"));
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(answer.status, 200);
        for (int i = 0; i < 4; ++i) asking.get("/api/stacks/" + id);
        const auto record = *asking.get("/api/stacks/" + id).json;
        EXPECT_EQ(record["Status"], newest ? 3 : 1);
        EXPECT_EQ(record["GitConfig"]["ReferenceName"], ""); // what is not sent is blank
        EXPECT_EQ(stored_file(asking, id), config_map("shop-conf"));
        EXPECT_EQ(data_of(asking, "shop-conf")["color"], "blue");
        const auto redeployed =
            asking.ask("PUT", "/api/stacks/" + id + "/git/redeploy?endpointId=4", "alice", R"({"StackName": "shop"})");
        EXPECT_EQ(redeployed.status, newest ? 409 : 200);
    }
}

TEST(DoubleKubernetesWrites, AnAutomaticUpdateEndsStatus3) {
    Asking asking(Version::v2_43_0, written_world());
    const std::string id = git_stack(asking, config_map("shop-conf"));
    asking.get("/api/stacks/" + id);
    asking.ask("PUT", "/api/stacks/" + id + "?endpointId=4", "alice",
               R"({"RepositoryReferenceName": "refs/heads/main", "AutoUpdate": {"Interval": "1m"}})");
    EXPECT_EQ((*asking.get("/api/stacks/" + id).json)["Status"], 3);
    commit_to_shop(asking, "bbbb", config_map("shop-conf", "color: red"));
    asking.tell("/poll", R"({"stack": )" + id + "}");
    const auto record = *asking.get("/api/stacks/" + id).json;
    EXPECT_EQ(record["Status"], 1);
    EXPECT_EQ(record["GitConfig"]["ConfigHash"], "bbbb");
    EXPECT_EQ(data_of(asking, "shop-conf")["color"], "red");
}

TEST(DoubleKubernetesWrites, ARedeploymentThatFailsLeavesTheNewFileAndTheOldCommit) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        const std::string id = git_stack(asking, config_map("shop-conf"));
        asking.get("/api/stacks/" + id);
        const std::string bad = "apiVersion: example.test/v1\nkind: Nothing\nmetadata: {name: x}\n";
        commit_to_shop(asking, "bbbb", bad);
        const auto answer = asking.ask("PUT", "/api/stacks/" + id + "/git/redeploy?endpointId=4", "alice",
                                       R"({"StackName": "shop", "RepositoryReferenceName": "refs/heads/main"})");
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(answer.status, newest ? 200 : 500);
        asking.get("/api/stacks/" + id);
        const auto record = *asking.get("/api/stacks/" + id).json;
        EXPECT_EQ(record["Status"], newest ? 4 : 1);
        EXPECT_EQ(record["GitConfig"]["ConfigHash"], "aaaa");
        EXPECT_EQ(stored_file(asking, id), bad);
    }
}

TEST(DoubleKubernetesWrites, ARedeploymentWithNothingBlanksNameAndReferenceOnOlderServers) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        const std::string id = git_stack(asking, config_map("shop-conf"));
        asking.get("/api/stacks/" + id);
        asking.ask("PUT", "/api/stacks/" + id + "/git/redeploy?endpointId=4", "alice", "{}");
        asking.get("/api/stacks/" + id);
        const auto record = *asking.get("/api/stacks/" + id).json;
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(record["Name"], newest ? "shop" : "");
        EXPECT_EQ(record["GitConfig"]["ReferenceName"], newest ? "refs/heads/main" : "");
    }
}

TEST(DoubleKubernetesWrites, TheSourceOfAGitStackIsItsCreatorsOnTheNewestServer) {
    Asking asking(Version::v2_43_0, written_world());
    const std::string id = git_stack(asking, config_map("shop-conf"));
    asking.tell("/users", R"({"username": "erin", "token": "ptr_erin"})");
    asking.tell("/access", R"({"environment": 4, "users": [2, 3]})");
    EXPECT_TRUE((*asking.get("/api/stacks/" + id, "alice").json)["GitConfig"].is_object());
    const auto hidden = *asking.get("/api/stacks/" + id, "erin").json;
    EXPECT_TRUE(hidden["GitConfig"].is_null());
    EXPECT_NE(hidden["WorkflowID"], 0);
}

TEST(DoubleKubernetesWrites, StartingAndStoppingAreRefusedBeforeAnyAccess) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        for (const char* what : {"start", "stop"})
            EXPECT_EQ(asking.ask("POST", "/api/stacks/7/" + std::string(what) + "?endpointId=4", "alice").status, 400);
    }
}

TEST(DoubleKubernetesWrites, ANamespaceWithoutPodsIsGoneAtOnce) {
    Asking asking(Version::v2_43_0, written_world());
    EXPECT_EQ(asking.ask("DELETE", cluster + "api/v1/namespaces/private").status, 200);
    EXPECT_EQ(asking.get(cluster + "api/v1/namespaces/private").status, 404);
}

TEST(DoubleKubernetesWrites, AnyUserOfTheEnvironmentRemovesAnyRecordOn239) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        asking.ask("POST", create_route, "admin", stack_body(config_map("secret-conf"), "secret", "private"));
        asking.get("/api/stacks/8");
        const auto answer = asking.ask("DELETE", "/api/stacks/8?endpointId=4", "alice");
        if (version == Version::v2_23_0) {
            EXPECT_EQ(answer.status, 500);
        }
        if (version == Version::v2_39_0) {
            EXPECT_EQ(answer.status, 204);
        }
        EXPECT_EQ(asking.get("/api/stacks/8").status, answer.status == 204 ? 404 : 200);
        EXPECT_EQ(data_of(asking, "secret-conf", "private")["color"], "blue"); // whatever became of the record
    }
}

TEST(DoubleKubernetesWrites, WhoMayNotEnterTheNamespaceReplacesTheFileOnTheNewestServer) {
    for (const Version version : all_versions) {
        Asking asking(version, written_world());
        asking.ask("POST", create_route, "admin", stack_body(config_map("secret-conf"), "secret", "private"));
        asking.get("/api/stacks/8");
        const std::string next = config_map("secret-conf", "color: red");
        const auto answer = asking.ask("PUT", "/api/stacks/8?endpointId=4", "alice", update(next, "secret"));
        asking.get("/api/stacks/8");
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(answer.status, newest ? 200 : 500);
        EXPECT_EQ(stored_file(asking, "8"), newest ? next : config_map("secret-conf"));
        EXPECT_EQ(data_of(asking, "secret-conf", "private")["color"], "blue");
    }
}

TEST(DoubleKubernetesWrites, AHangCanBeAskedFor) {
    Asking asking(Version::v2_43_0, written_world());
    asking.tell("/hang", "{}");
    EXPECT_TRUE(hangs(asking, "PUT", stack_7, update(config_map("web-conf"))));
    EXPECT_EQ(asking.get("/api/stacks/7").status, 200);
    asking.tell("/restart", "{}");
    EXPECT_FALSE(hangs(asking, "PUT", stack_7, update(config_map("web-conf"))));
}
