// What a failed or finished deployment leaves, by the server's generation (portainer-api.md §0, §11).
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::string create = "/api/stacks/create/standalone/string?endpointId=1";
const std::string bad_image =
    R"({"Name": "bad", "StackFileContent": "services:\n  web:\n    image: local/nosuch:9\n"})";
const std::string bad_update =
    R"({"StackFileContent": "services:\n  web:\n    image: local/nosuch:9\n", "Env": [{"name":"A","value":"b"}]})";

std::size_t listed(Asking& asking, const std::string& user) { return asking.get("/api/stacks", user).json->size(); }

std::size_t running(Asking& asking) {
    return asking
        .get("/api/endpoints/1/docker/containers/"
             "json?filters=%7B%22label%22%3A%5B%22com.docker.compose.project%3Dshop%22%5D%7D")
        .json->size();
}

} // namespace

TEST(Deploy, ThatFailsBeforeTheRecordLeavesNone) {
    Asking asking(Version::v2_23_0);
    EXPECT_EQ(asking.ask("POST", create, "alice", bad_image).status, 500);
    EXPECT_EQ(listed(asking, "admin"), 2U);
    const auto next = asking.ask("POST", create, "alice",
                                 R"({"Name":"good","StackFileContent":"services: {web: {image: 'local/web:1.0'}}"})");
    EXPECT_EQ((*next.json)["Id"], 4); // the refused one burnt an id
}

TEST(Deploy, ThatFailsAfterTheRecordLeavesItWithoutAccessControl) {
    Asking asking(Version::v2_39_0);
    const auto answer = asking.ask("POST", create, "alice", bad_image);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(message(answer), "Failed to deploy stack");
    EXPECT_EQ(listed(asking, "admin"), 3U);
    EXPECT_EQ(listed(asking, "alice"), 1U); // not even the creator sees it
}

TEST(Deploy, InTheBackgroundAnswers200AndEndsInStatus4) {
    Asking asking(Version::v2_43_0);
    const auto answer = asking.ask("POST", create, "alice", bad_image);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ((*answer.json)["Status"], deploying);
    EXPECT_EQ((*asking.get("/api/stacks/3", "alice").json)["Status"], deploying);
    EXPECT_EQ(asking.ask("PUT", "/api/stacks/3?endpointId=1", "alice", bad_update).status, 409);
    asking.tell("/settle", "{}");
    const auto settled = asking.get("/api/stacks/3", "alice");
    EXPECT_EQ((*settled.json)["Status"], failed);
    EXPECT_FALSE((*settled.json)["DeploymentStatus"][1]["Message"].empty());
}

TEST(Deploy, AFailedUpdateTearsDownOnlyWhereTheServerDoes) {
    for (const auto& [version, left] :
         {std::pair{Version::v2_23_0, 0U}, std::pair{Version::v2_39_0, 1U}, std::pair{Version::v2_43_0, 1U}}) {
        Asking asking(version);
        ASSERT_EQ(running(asking), 1U);
        asking.ask("PUT", "/api/stacks/1?endpointId=1", "alice", bad_update);
        asking.tell("/settle", "{}");
        EXPECT_EQ(running(asking), left) << to_string(version);
        EXPECT_EQ((*asking.get("/api/stacks/1/file").json)["StackFileContent"],
                  "services:\n  web:\n    image: local/web:1.0\n");
    }
}

TEST(Deploy, AFailedBackgroundUpdateKeepsTheEnvThatWasSent) {
    Asking asking(Version::v2_43_0);
    asking.ask("PUT", "/api/stacks/1?endpointId=1", "alice", bad_update);
    asking.tell("/settle", "{}");
    EXPECT_EQ((*asking.get("/api/stacks/1").json)["Env"][0]["name"], "A");
}

TEST(Deploy, TwoBackgroundReadingsSufficeByDefault) {
    Asking asking(Version::v2_43_0);
    asking.tell("/settle", R"({"policy": 1})");
    asking.ask("PUT", "/api/stacks/1?endpointId=1", "alice",
               R"({"StackFileContent": "services: {web: {image: 'local/web:1.1'}}"})");
    EXPECT_EQ((*asking.get("/api/stacks/1").json)["Status"], deploying);
    EXPECT_EQ((*asking.get("/api/stacks/1").json)["Status"], active);
}

TEST(Deploy, RegularUsersMayNotMountTheHostUnlessAllowed) {
    const std::string binds =
        R"({"Name":"binds","StackFileContent":"services:\n  web:\n    image: local/web:1.0\n    volumes: ['/:/host']\n"})";
    Asking newer(Version::v2_39_0);
    EXPECT_EQ(newer.ask("POST", create, "alice", binds).status, 500);
    Asking older(Version::v2_23_0);
    EXPECT_EQ(older.ask("POST", create, "alice", binds).status, 200);
    Asking by_admin(Version::v2_39_0);
    EXPECT_EQ(by_admin.ask("POST", create, "admin", binds).status, 200);
}

TEST(Deploy, AScriptedOutcomeComesBeforeTheRules) {
    Asking asking(Version::v2_23_0);
    asking.tell("/outcomes", R"({"stack": "shop", "error": "no space left on device"})");
    const std::string good = R"({"StackFileContent": "services: {web: {image: 'local/web:1.1'}}"})";
    EXPECT_EQ(message(asking.ask("PUT", "/api/stacks/1?endpointId=1", "alice", good)),
              "failed to deploy a stack: no space left on device");
    EXPECT_EQ(asking.ask("PUT", "/api/stacks/1?endpointId=1", "alice", good).status, 200); // once
}

TEST(Deploy, ServicesThatLeaveTheFileRunOnUnlessPruned) {
    Asking asking(Version::v2_39_0);
    const std::string other = R"({"StackFileContent": "services: {api: {image: 'local/web:1.0'}}", "Prune": PRUNE})";
    const auto put = [&](const char* prune) {
        std::string body = other;
        asking.ask("PUT", "/api/stacks/1?endpointId=1", "alice", body.replace(body.find("PRUNE"), 5, prune));
        return running(asking);
    };
    EXPECT_EQ(put("false"), 2U);
    EXPECT_EQ(put("true"), 1U);
}

TEST(Deploy, AFormCarriesTheFile) {
    Asking asking(Version::v2_39_0);
    contract::Client client(asking.server.url());
    const auto answer = client.send(
        {.method = "POST",
         .target = "/api/stacks/create/standalone/file?endpointId=1",
         .headers = {{"X-API-Key", "ptr_alice"}, {"Content-Type", "multipart/form-data; boundary=zz"}},
         .body = "--zz\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\nform\r\n"
                 "--zz\r\nContent-Disposition: form-data; name=\"Env\"\r\n\r\n[{\"name\":\"A\",\"value\":\"b\"}]\r\n"
                 "--zz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.yml\"\r\n\r\n"
                 "services: {web: {image: 'local/web:1.0'}}\r\n--zz--\r\n"});
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ((*answer.json)["Env"][0]["value"], "b");
    EXPECT_EQ((*asking.get("/api/stacks/3/file").json)["StackFileContent"],
              "services: {web: {image: 'local/web:1.0'}}");
}

TEST(Git, SettingsThatChangedKeepTheFileFromBeingRead) {
    const std::string seed = R"({"users": [{"username": "admin", "token": "ptr_admin"}], "stacks": [
        {"name": "a", "git": {"url": "http://git/a", "reference": "refs/heads/main"}, "autoUpdate": {"interval": "5m"}}]})";
    Asking asking(Version::v2_43_0, seed);
    EXPECT_EQ(asking.get("/api/stacks/1/file").status, 200);
    EXPECT_EQ(
        asking
            .ask("POST", "/api/stacks/1/git?endpointId=1", "admin", R"({"RepositoryReferenceName": "refs/heads/next"})")
            .status,
        200);
    EXPECT_EQ(asking.get("/api/stacks/1/file").status, 409);
}

TEST(Git, ARepositoryThatIsKnownIsRedeployed) {
    const std::string seed = R"({"users": [{"username": "admin", "token": "ptr_admin"}], "stacks": [
        {"name": "a", "git": {"url": "http://git/a", "reference": "refs/heads/main", "path": "c.yaml"}}]})";
    Asking asking(Version::v2_39_0, seed);
    EXPECT_EQ(asking.ask("PUT", "/api/stacks/1/git/redeploy?endpointId=1", "admin", "{}").status, 500);
    asking.tell(
        "/repositories",
        R"({"url": "http://git/a", "references": {"refs/heads/main": "abc"}, "files": {"c.yaml": "services: {web: {image: 'local/web:1.1'}}"}})");
    const auto answer = asking.ask("PUT", "/api/stacks/1/git/redeploy?endpointId=1", "admin", "{}");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ((*answer.json)["GitConfig"]["ConfigHash"], "abc");
    EXPECT_EQ((*asking.get("/api/stacks/1/file").json)["StackFileContent"],
              "services: {web: {image: 'local/web:1.1'}}");
}
