// What real servers showed of what runs and of Git stacks (portainer-api.md §12, findings of 28 November 2026), and
// what is done by hand behind Portainer's back.
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

using contract::Json;

const std::string world_by_hand = R"({
  "clock": 1795483917, "settle": 0,
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "id": 2, "token": "ptr_alice"},
            {"username": "bob", "id": 3, "token": "ptr_bob"}],
  "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                   {"id": 2, "name": "cluster", "swarm": true, "users": ["alice"]}],
  "stacks": [{"id": 11, "name": "shop", "environment": 1, "access": {"users": ["alice"]}, "creationDate": 1795000000,
              "file": "services:\n  web:\n    image: nginx\n  debug:\n    image: local/web:1.0\n    profiles: [debug, more]\n"},
             {"id": 12, "name": "source", "environment": 1, "access": {"users": ["alice"]},
              "git": {"url": "https://git.example.test/source", "reference": "refs/heads/main"},
              "autoUpdate": {"interval": "5m", "webhook": "5dd72a1f-939b-494c-861f-23d068846b6a"},
              "file": "services:\n  api:\n    image: local/web:1.0\n"},
             {"id": 13, "name": "spread", "environment": 2, "type": "swarm", "access": {"users": ["alice"]},
              "file": "services:\n  web:\n    image: local/web:1.0\n"}]
})";

const char* const containers = "/api/endpoints/1/docker/containers/json?all=1";
const char* const images = "/api/endpoints/1/docker/images/json";

class ByHand : public testing::Test {
  protected:
    Asking world{Version::v2_43_0, world_by_hand};

    Json container(const std::string& name) {
        const auto list = world.get(containers);
        for (const Json& one : *list.json) {
            if (one["Names"][0] == "/" + name) return one;
        }
        return nullptr;
    }
    Json inspected(const std::string& name) {
        return *world.get("/api/endpoints/1/docker/containers/" + name + "/json").json;
    }
    void hand(const std::string& what, const std::string& body) {
        const auto answer = world.tell("/hand/" + what, body);
        ASSERT_EQ(answer.status, 200) << answer.json->dump();
    }
};

constexpr const char* shop_web = R"({"environment": 1, "project": "shop", "service": "web"})";

TEST_F(ByHand, AContainerIsAsOldAsTheDeploymentThatMadeIt) {
    EXPECT_EQ(container("shop-web-1")["Created"], 1795000000);
    EXPECT_EQ(container("shop-web-1")["Status"], "Up 5 days");
}

TEST_F(ByHand, StopsWithTheCodeThatIsGiven) {
    hand("stop", shop_web);
    EXPECT_TRUE(container("shop-web-1")["Status"].get<std::string>().starts_with("Exited (0)"));
    hand("stop", R"({"environment": 1, "container": "shop-web-1", "code": 143})");
    EXPECT_TRUE(container("shop-web-1")["Status"].get<std::string>().starts_with("Exited (143)"));
    hand("kill", shop_web);
    EXPECT_EQ(inspected("shop-web-1")["State"]["ExitCode"], 137);
    hand("start", shop_web);
    EXPECT_EQ(container("shop-web-1")["Status"], "Up Less than a second");
    hand("pause", shop_web);
    EXPECT_EQ(container("shop-web-1")["State"], "paused");
}

TEST_F(ByHand, ALoopIsToldByItsCountAndItsLastStart) {
    hand("loop", R"({"environment": 1, "project": "shop", "service": "web", "times": 7, "up": 2})");
    EXPECT_EQ(container("shop-web-1")["State"], "running");
    EXPECT_EQ(container("shop-web-1")["Status"], "Up 2 seconds");
    EXPECT_EQ(inspected("shop-web-1")["RestartCount"], 7);
    EXPECT_EQ(inspected("shop-web-1")["State"]["StartedAt"], "2026-11-24T01:31:55.000000001Z");
}

TEST_F(ByHand, PruningTakesWhatDoesNotRun) {
    hand("stop", shop_web);
    hand("prune", R"({"environment": 1})");
    EXPECT_TRUE(container("shop-web-1").is_null());
    EXPECT_FALSE(container("source-api-1").is_null());
}

TEST_F(ByHand, AContainerWhoseTagMovedShowsAnId) {
    EXPECT_EQ(container("shop-web-1")["Image"], "nginx");
    hand("retag", R"({"environment": 1, "image": "docker.io/library/nginx:latest"})");
    const Json moved = container("shop-web-1");
    EXPECT_EQ(moved["Image"], moved["ImageID"]);
    const auto list = world.get(images, "alice");
    ASSERT_EQ(list.status, 200);
    const auto with = [&](const char* key, const Json& value) {
        return std::ranges::find_if(*list.json, [&](const Json& image) { return image[key] == value; });
    };
    const auto named = with("RepoTags", Json::array({"nginx:latest"}));
    ASSERT_NE(named, list.json->end());
    EXPECT_NE((*named)["Id"], moved["ImageID"]);
    const auto older = with("Id", moved["ImageID"]);
    ASSERT_NE(older, list.json->end());
    EXPECT_EQ((*older)["RepoTags"], Json::array({"<none>:<none>"}));
}

TEST_F(ByHand, ImagesAreShownToUsersOfTheEnvironmentAlone) {
    EXPECT_EQ(world.get(images, "alice").json->size(), world.get(images).json->size());
    EXPECT_EQ(world.get(images, "bob").status, 403);
    EXPECT_EQ(message(world.get(images, "bob")), "Permission denied to access environment");
    for (const char* path : {"local/web:1.0", "local%2Fweb:1.0"}) {
        EXPECT_EQ(world.get("/api/endpoints/1/docker/images/" + std::string(path) + "/json", "alice").status, 200);
    }
    const auto absent = world.get("/api/endpoints/1/docker/images/local/nosuch/json", "alice");
    EXPECT_EQ(absent.status, 404);
    EXPECT_EQ(message(absent), "no such image: local/nosuch: No such image: local/nosuch:latest");
}

TEST_F(ByHand, ScalesAndMakesForeignContainers) {
    hand("scale", R"({"environment": 1, "project": "shop", "service": "web", "count": 3})");
    EXPECT_FALSE(container("shop-web-3").is_null());
    hand("scale", R"({"environment": 1, "project": "shop", "service": "web", "count": 1})");
    EXPECT_TRUE(container("shop-web-2").is_null());
    hand("foreign", R"({"environment": 1, "project": "shop", "service": "ghost", "name": "ghost"})");
    EXPECT_EQ(container("ghost")["Labels"]["com.docker.compose.service"], "ghost");
    EXPECT_EQ(world.tell("/hand/stop", R"({"environment": 1, "project": "nobody"})").status, 400);
}

TEST_F(ByHand, AServiceUpdatedByHandKeepsItsLabel) {
    const char* const services = "/api/endpoints/2/docker/services?status=true";
    hand("service", R"({"environment": 2, "service": "spread_web", "image": "local/web:1.1", "replicas": 2})");
    const auto list = world.get(services, "alice");
    const Json& service = (*list.json)[0];
    EXPECT_EQ(service["Spec"]["Labels"]["com.docker.stack.image"], "local/web:1.0");
    EXPECT_EQ(service["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"], "local/web:1.1");
    EXPECT_EQ(service["ServiceStatus"]["RunningTasks"], 2);
}

TEST_F(ByHand, ANodeThatLeftItsSwarmIsNoManagerAnyMore) {
    const std::string url = world.get("/api/endpoints/2").json->at("URL").get<std::string>();
    world.tell("/hosts", R"({"url": ")" + url + R"(", "swarm": false})");
    const auto refused = world.get("/api/endpoints/2/docker/services", "alice");
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(message(refused).starts_with("This node is not a swarm manager."));
}

TEST_F(ByHand, StartsTheProfilesThatTheStacksVariablesName) {
    EXPECT_TRUE(container("shop-debug-1").is_null());
    world.ask("PUT", "/api/stacks/11?endpointId=1", "alice",
              R"({"StackFileContent": "services:\n  web:\n    image: nginx\n  debug:\n    image: local/web:1.0\n)"
              R"(    profiles: [debug]\n", "Env": [{"name": "COMPOSE_PROFILES", "value": "other, debug"}]})");
    EXPECT_FALSE(container("shop-debug-1").is_null());
}

TEST_F(ByHand, TwoCreatesAtOnceLeaveTwoRecordsOfOneName) {
    const std::string body =
        R"({"Name": "twice", "StackFileContent": "services:\n  web:\n    image: local/web:1.0\n"})";
    const std::string target = "/api/stacks/create/standalone/string?endpointId=1";
    EXPECT_EQ(world.ask("POST", target, "alice", body).status, 200);
    EXPECT_EQ(world.ask("POST", target, "alice", body).status, 409);
    world.tell("/overlap", "{}");
    EXPECT_EQ(world.ask("POST", target, "alice", body).status, 200);
    const auto list = world.get("/api/stacks", "alice");
    const auto twins = std::ranges::count_if(*list.json, [](const Json& one) { return one["Name"] == "twice"; });
    EXPECT_EQ(twins, 2);
    const auto id = std::ranges::find_if(*list.json, [](const Json& one) { return one["Name"] == "twice"; });
    world.ask("DELETE", "/api/stacks/" + (*id)["Id"].dump() + "?endpointId=1", "alice");
    EXPECT_TRUE(container("twice-web-1").is_null()) << "their containers are the same ones";
}

TEST_F(ByHand, AForeignContainerOfTheNameStopsADeployment) {
    hand("foreign", R"({"environment": 1, "name": "late-web-1"})");
    const auto made =
        world.ask("POST", "/api/stacks/create/standalone/string?endpointId=1", "alice",
                  R"({"Name": "late", "StackFileContent": "services:\n  web:\n    image: local/web:1.0\n"})");
    EXPECT_EQ(made.status, 200);
    const auto record = world.get("/api/stacks/" + (*made.json)["Id"].dump(), "alice");
    const Json& last = (*record.json)["DeploymentStatus"].back();
    EXPECT_EQ(last["Status"], 4);
    EXPECT_NE(last["Message"].get<std::string>().find("is already in use by container"), std::string::npos);
    EXPECT_FALSE(container("late-web-1").is_null());
}

TEST_F(ByHand, AWebhookStartsAStoppedStackAndLeavesItsPollingDead) {
    world.tell("/repositories", R"({"url": "https://git.example.test/source", "references": {"refs/heads/main": "b2"},
        "files": {"docker-compose.yml": "services:\n  api:\n    image: local/web:1.1\n"}})");
    world.ask("POST", "/api/stacks/12/stop?endpointId=1");
    EXPECT_EQ(world.ask("POST", "/api/stacks/webhooks/5dd72a1f-939b-494c-861f-23d068846b6a").status, 204);
    const auto record = world.get("/api/stacks/12");
    EXPECT_EQ((*record.json)["Status"], 1);
    EXPECT_EQ((*record.json)["AutoUpdate"]["Interval"], "5m");
    EXPECT_EQ((*record.json)["AutoUpdate"]["JobID"], "");
}

TEST_F(ByHand, TheNewestServerHidesTheSourceOfAGitStackFromItsUsers) {
    const auto in_list = [&](const std::string& user) {
        const auto list = world.get("/api/stacks", user);
        for (const Json& one : *list.json) {
            if (one["Id"] == 12) return one;
        }
        return Json();
    };
    for (const Json& shown : {*world.get("/api/stacks/12", "alice").json, in_list("alice")}) {
        EXPECT_TRUE(shown["GitConfig"].is_null());
        EXPECT_NE(shown.at("WorkflowID"), 0);
        EXPECT_EQ(shown["AutoUpdate"]["Interval"], "5m");
    }
    EXPECT_EQ(in_list("admin")["GitConfig"]["URL"], "https://git.example.test/source");
    EXPECT_EQ(in_list("admin")["WorkflowID"], in_list("alice")["WorkflowID"]);
    EXPECT_EQ(world.get("/api/stacks/12/file", "alice").status, 200);
    const auto redeploy = world.ask("PUT", "/api/stacks/12/git/redeploy?endpointId=1", "alice", "{}");
    EXPECT_EQ(redeploy.status, 400);
    EXPECT_EQ(redeploy.json->at("details"), "Stack source has no git config");
}

TEST_F(ByHand, ADetachedStackHasNoWorkflow) {
    world.ask("PUT", "/api/stacks/12?endpointId=1", "alice",
              R"({"StackFileContent": "services:\n  api:\n    image: local/web:1.0\n"})");
    const auto record = world.get("/api/stacks/12");
    EXPECT_TRUE(record.json->value("WorkflowID", Json()).is_null());
    EXPECT_TRUE((*record.json)["GitConfig"].is_null());
}

// The recorded 2.43.0 is a build that shows it.
TEST(GitSources, AreShownToUsersByOlderServersAndWhereAWalkSaysSo) {
    for (const Version version : {Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0}) {
        Asking world(version, world_by_hand);
        if (version == Version::v2_43_0) world.tell("/version", R"({"hidesGitSources": false})");
        EXPECT_TRUE(world.get("/api/stacks/12", "alice").json->at("GitConfig").is_object());
    }
}

} // namespace
