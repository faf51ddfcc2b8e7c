// Writes as running servers were watched to take them: each test is a sentence of portainer-api.md §12.
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stdexcept>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

using contract::Json;

const std::string world_of_writes = R"({
  "clock": 1795483917, "settle": "manually",
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "id": 2, "token": "ptr_alice"},
            {"username": "bob", "id": 3, "token": "ptr_bob"}],
  "environments": [{"id": 1, "name": "production", "users": ["alice", "bob"]}],
  "stacks": [{"id": 11, "name": "shop", "environment": 1, "access": {"users": ["alice"]}, "createdBy": "alice",
              "env": {"COLOR": "blue"}, "updateDate": 1795000000, "updatedBy": "alice",
              "file": "services:\n  web:\n    image: local/web:1.0\n    environment: {COLOR: '${COLOR}'}\n    volumes: [data:/d]\nvolumes: {data: {}}\n"},
             {"id": 12, "name": "source", "environment": 1, "access": {"users": ["alice", "bob"]}, "createdBy": "alice",
              "env": {"COLOR": "red"},
              "git": {"url": "https://git.example.test/source", "reference": "refs/heads/main"},
              "autoUpdate": {"interval": "5m", "webhook": "5dd72a1f-939b-494c-861f-23d068846b6a"},
              "file": "services:\n  api:\n    image: local/web:1.0\n"},
             {"id": 13, "name": "halted", "environment": 1, "status": "inactive", "access": {"users": ["alice"]},
              "createdBy": "alice", "file": "services:\n  web:\n    image: local/web:1.0\n"}]
})";

constexpr std::array every_version{Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0};
constexpr std::array oldest_and_newest{Version::v2_23_0, Version::v2_43_0};

const std::string shop_file =
    "services:\\n  web:\\n    image: local/web:1.0\\n    environment: {COLOR: '${COLOR}'}\\n    volumes: "
    "[data:/d]\\nvolumes: {data: {}}\\n";

// A world of one version, and what is asked of it most.
class Writes {
  public:
    explicit Writes(Version version) : world(version, world_of_writes) {}

    // Status 0: no answer came.
    contract::Response ask(const std::string& method, const std::string& target, const std::string& user,
                           const std::string& body = {}) {
        try {
            return world.ask(method, target, user, body);
        } catch (const std::runtime_error&) {
            return {};
        }
    }
    contract::Response put(const std::string& content, const std::string& more = {}, const std::string& user = "alice",
                           Id stack = 11) {
        return ask("PUT", "/api/stacks/" + std::to_string(stack) + "?endpointId=1", user,
                   R"({"StackFileContent": ")" + content + "\"" + more + "}");
    }
    contract::Response create(const std::string& content, const std::string& user = "alice") {
        return ask("POST", "/api/stacks/create/standalone/string?endpointId=1", user,
                   R"({"Name": "fresh", "StackFileContent": ")" + content + "\"}");
    }
    contract::Response start(Id stack, const std::string& user = "alice") {
        return world.ask("POST", "/api/stacks/" + std::to_string(stack) + "/start?endpointId=1", user);
    }
    contract::Response stop(Id stack, const std::string& user = "alice") {
        return world.ask("POST", "/api/stacks/" + std::to_string(stack) + "/stop?endpointId=1", user);
    }
    contract::Response access(Id control, const std::string& body, const std::string& user = "alice") {
        return world.ask("PUT", "/api/resource_controls/" + std::to_string(control), user, body);
    }
    void settle() { tell("/settle", "{}"); }
    void tell(const std::string& path, const std::string& body) {
        const auto answer = world.tell(path, body);
        ASSERT_EQ(answer.status, 200) << path << " " << body << ": " << answer.json->dump();
    }
    Json record(Id stack, const std::string& user = "admin") {
        return *world.get("/api/stacks/" + std::to_string(stack), user).json;
    }
    Json file(Id stack) { return *world.get("/api/stacks/" + std::to_string(stack) + "/file").json; }
    Json containers(const std::string& project) {
        return *world
                    .get("/api/endpoints/1/docker/containers/"
                         "json?all=1&filters=%7B%22label%22%3A%5B%22com.docker.compose.project%3D" +
                         project + "%22%5D%7D")
                    .json;
    }
    std::string last_message(Id stack) {
        const Json shown = record(stack);
        return shown["DeploymentStatus"].back().value("Message", "");
    }
    Id control_of(Id stack) { return record(stack)["ResourceControl"]["Id"].get<Id>(); }

    Asking world;
};

std::string details(const contract::Response& response) { return response.json->value("details", ""); }

// Create.

TEST(WrittenCreate, OfTheNewestServerAnswers200AndEveryRefusalComesLaterInTheRecord) {
    const std::pair<const char*, const char*> broken[]{
        {"services: [", "did not find expected node content"},
        {"services:\\n  web:\\n    image: local/web:1.0\\n    colour: red\\n", "not allowed"},
        {"services:\\n  web:\\n    image: local/web:1.0\\n    volumes: ['/:/host']\\n", "bind-mount disabled"},
        {"services:\\n  web:\\n    image: local/nosuch:9\\n", "no such host"}};
    for (const auto& [content, why] : broken) {
        Writes writes(Version::v2_43_0);
        const auto answer = writes.create(content);
        EXPECT_EQ(answer.status, 200) << content;
        EXPECT_EQ((*answer.json)["Status"], deploying);
        EXPECT_EQ((*answer.json)["ResourceControl"]["UserAccesses"][0]["UserId"], 2);
        writes.settle();
        const Id id = (*answer.json)["Id"].get<Id>();
        EXPECT_EQ(writes.record(id, "alice")["Status"], failed) << content; // it stays, with its access control
        EXPECT_NE(writes.last_message(id).find(why), std::string::npos) << writes.last_message(id);
        EXPECT_TRUE(writes.containers("fresh").empty());
        EXPECT_EQ(writes.create(content).status, 409);
    }
}

TEST(WrittenCreate, WhereAForeignContainerHasTheNameFailsAndTheContainerSurvives) {
    for (const Version version : oldest_and_newest) {
        Writes writes(version);
        writes.tell("/hand/foreign", R"({"environment": 1, "name": "fresh-web-1"})");
        const auto answer = writes.create("services:\\n  web:\\n    image: local/web:1.0\\n");
        writes.settle();
        const bool newest = version == Version::v2_43_0;
        EXPECT_EQ(answer.status, newest ? 200 : 500);
        const std::string said = newest ? writes.last_message((*answer.json)["Id"].get<Id>()) : message(answer);
        EXPECT_NE(said.find("is already in use by container"), std::string::npos) << said;
        EXPECT_EQ(writes.world.get("/api/endpoints/1/docker/containers/fresh-web-1/json").status, 200);
    }
}

TEST(WrittenCreate, OfAServerThatCallsItself2390MayStillBehaveLike2230) {
    Writes writes(Version::v2_33_0_rc1);
    writes.tell("/version", R"({"shown": "2.39.0"})");
    EXPECT_EQ((*writes.world.get("/api/system/status").json)["Version"], "2.39.0");
    EXPECT_EQ(writes.create("services:\\n  web:\\n    image: local/nosuch:9\\n").status, 500);
    EXPECT_EQ(writes.world.get("/api/stacks").json->size(), 3U);
    EXPECT_TRUE(writes.containers("fresh").empty());
}

// Update.

TEST(WrittenUpdate, OfTheSameContentMovesTheDateAndRecreatesNothingAndAnotherEnvDoes) {
    for (const Version version : every_version) {
        Writes writes(version);
        const Json before = writes.containers("shop");
        EXPECT_EQ(writes.put(shop_file, R"(, "Env": [{"name": "COLOR", "value": "blue"}])", "admin").status, 200);
        writes.settle();
        EXPECT_EQ(writes.containers("shop")[0]["Id"], before[0]["Id"]) << to_string(version);
        EXPECT_EQ(writes.record(11)["UpdateDate"], 1795483917);
        EXPECT_EQ(writes.record(11)["UpdatedBy"], "admin");
        writes.put(shop_file, R"(, "Env": [{"name": "COLOR", "value": "green"}])", "admin");
        writes.settle();
        EXPECT_NE(writes.containers("shop")[0]["Id"], before[0]["Id"]);
    }
}

TEST(WrittenUpdate, WithoutEndpointIdIs400) {
    for (const Version version : every_version) {
        Writes writes(version);
        EXPECT_EQ(writes.world.ask("PUT", "/api/stacks/11", "alice", R"({"StackFileContent": "x"})").status, 400);
    }
}

TEST(WrittenUpdate, AnswersWithoutTheAccessControlThatIsThere) {
    for (const Version version : every_version) {
        Writes writes(version);
        EXPECT_TRUE((*writes.put(shop_file).json)["ResourceControl"].is_null());
        EXPECT_FALSE(writes.record(11)["ResourceControl"].is_null());
    }
}

TEST(WrittenUpdate, ThatFailsInTheBackgroundPutsTheFileBackAndKeepsEnvDateAndOption) {
    Writes writes(Version::v2_43_0);
    const Json before = writes.containers("shop");
    writes.put("services:\\n  web:\\n    image: local/nosuch:9\\n",
               R"(, "Prune": true, "Env": [{"name": "NEW", "value": "x"}])", "admin");
    writes.settle();
    const Json record = writes.record(11);
    EXPECT_EQ(record["Status"], failed);
    EXPECT_EQ(record["Env"][0]["name"], "NEW");
    EXPECT_EQ(record["UpdatedBy"], "admin");
    EXPECT_EQ(record["UpdateDate"], 1795483917);
    EXPECT_EQ(record["Option"]["Prune"], true);
    EXPECT_NE(writes.file(11)["StackFileContent"].get<std::string>().find("local/web:1.0"), std::string::npos);
    EXPECT_EQ(writes.containers("shop")[0]["Id"], before[0]["Id"]); // the old container runs on
}

TEST(WrittenUpdate, WhoseCommandCannotStartLeavesAContainerThatWasOnlyCreated) {
    Writes writes(Version::v2_43_0);
    writes.put("services:\\n  web:\\n    image: local/web:1.0\\n    command: [/nosuch]\\n");
    writes.settle();
    ASSERT_EQ(writes.containers("shop").size(), 1U);
    EXPECT_EQ(writes.containers("shop")[0]["State"], "created");
}

TEST(WrittenUpdate, ThatPullsFailsForAnImageThatIsOnlyOnTheHost) {
    for (const Version version : oldest_and_newest) {
        Writes writes(version);
        writes.tell("/hand/build", R"({"image": "local/web:1.0"})");
        const auto answer = writes.put(shop_file, R"(, "PullImage": true)");
        writes.settle();
        EXPECT_EQ(answer.status, version == Version::v2_43_0 ? 200 : 500);
        EXPECT_EQ(writes.record(11)["Status"], version == Version::v2_43_0 ? failed : active);
        EXPECT_EQ(writes.containers("shop").size(), 1U) << "a pull fails before anything is touched";
    }
}

TEST(WrittenUpdate, ThatPullsRenewsEveryTagOfTheStack) {
    Writes writes(Version::v2_39_0);
    const Json before = writes.containers("shop");
    writes.tell("/registry", R"({"newer": ["local/web:1.0"]})");
    writes.put(shop_file, R"(, "Env": [{"name": "COLOR", "value": "blue"}])");
    EXPECT_EQ(writes.containers("shop")[0]["ImageID"], before[0]["ImageID"]) << "it was not asked to pull";
    writes.put(shop_file, R"(, "PullImage": true, "Env": [{"name": "COLOR", "value": "blue"}])");
    EXPECT_NE(writes.containers("shop")[0]["ImageID"], before[0]["ImageID"]);
}

TEST(WrittenUpdate, WithPruneRemovesADroppedServiceOnlyOnNewerServers) {
    for (const Version version : every_version) {
        Writes writes(version);
        writes.put("services:\\n  other:\\n    image: local/web:1.0\\n", R"(, "Prune": true)");
        writes.settle();
        EXPECT_EQ(writes.containers("shop").size(), version < Version::v2_39_0 ? 2U : 1U) << to_string(version);
    }
}

TEST(WrittenUpdate, EndsInStatus1ThoughAContainerIsUnhealthyOrHasEnded) {
    Writes writes(Version::v2_43_0);
    writes.put("services:\\n  sick:\\n    image: local/web:1.0\\n    healthcheck: {test: [CMD, 'false']}\\n"
               "  gone:\\n    image: local/web:1.0\\n    command: sh -c 'exit 1'\\n");
    writes.settle();
    EXPECT_EQ(writes.record(11)["Status"], active);
    const Json list = writes.containers("shop");
    EXPECT_TRUE(std::ranges::any_of(list, [](const Json& c) { return c["State"] == "exited"; })) << list.dump();
    EXPECT_TRUE(std::ranges::any_of(
        list, [](const Json& c) { return c["Status"].get<std::string>().find("(unhealthy)") != std::string::npos; }));
}

TEST(WrittenUpdate, WhoseDependencyIsNeverHealthyFailsAndOnTheOldestLeavesNothing) {
    const std::string content =
        "services:\\n  db:\\n    image: local/db:16\\n    healthcheck: {test: [CMD, 'false']}\\n"
        "  web:\\n    image: local/web:1.0\\n    depends_on: {db: {condition: service_healthy}}\\n";
    Writes newest(Version::v2_43_0);
    newest.put(content);
    newest.settle();
    EXPECT_EQ(newest.record(11)["Status"], failed);
    EXPECT_NE(newest.last_message(11).find("is unhealthy"), std::string::npos);
    Writes oldest(Version::v2_23_0);
    EXPECT_EQ(oldest.put(content).status, 500);
    EXPECT_TRUE(oldest.containers("shop").empty());
}

TEST(WrittenUpdate, TwiceAtOnceIs409OnTheNewestAndTheLaterWinsOnTheOldest) {
    Writes newest(Version::v2_43_0);
    EXPECT_EQ(newest.put(shop_file).status, 200);
    const auto second = newest.put(shop_file);
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(details(second), "Stack deployment is already in progress");

    Writes oldest(Version::v2_23_0); // one is still deploying while the other begins; each writes the whole record
    oldest.tell("/faults", R"({"kind": "drop", "method": "PUT", "when": "during", "times": 1})");
    EXPECT_EQ(oldest.put(shop_file, R"(, "Env": [{"name": "FIRST", "value": "1"}])").status, 0);
    EXPECT_EQ(oldest.put(shop_file, R"(, "Env": [{"name": "SECOND", "value": "2"}])").status, 200);
    EXPECT_EQ(oldest.record(11)["Env"][0]["name"], "SECOND");
    oldest.settle();
    EXPECT_EQ(oldest.record(11)["Env"][0]["name"], "FIRST");
}

TEST(WrittenWhileDeploying, PutStartAndStopAre409InThreeWordingsAndDeleteCleansUp) {
    Writes writes(Version::v2_43_0);
    writes.put(shop_file);
    const auto put = writes.put(shop_file);
    const auto start = writes.start(11);
    const auto stop = writes.stop(11);
    EXPECT_EQ(message(put) + "/" + details(put), "Unable to update stack/Stack deployment is already in progress");
    EXPECT_EQ(message(start) + "/" + details(start), "Unable to start stack/Stack deployment is already in progress");
    EXPECT_EQ(message(stop), "Stack deployment is in progress");
    EXPECT_EQ(put.status + start.status + stop.status, 3 * 409);
    EXPECT_EQ(writes.world.ask("DELETE", "/api/stacks/11?endpointId=1", "alice").status, 204);
    writes.settle();
    EXPECT_EQ(writes.world.get("/api/stacks/11").status, 404);
    EXPECT_TRUE(writes.containers("shop").empty());
}

TEST(WrittenWhileDeploying, AServerThatIsKilledComesBackWithStatus4AndPutAndStopWork) {
    Writes writes(Version::v2_43_0);
    writes.put("services:\\n  a:\\n    image: local/web:1.0\\n  b:\\n    image: local/web:1.0\\n",
               R"(, "Prune": true)");
    writes.tell("/restart", "{}");
    EXPECT_EQ(writes.record(11)["Status"], failed);
    EXPECT_EQ(writes.last_message(11), "Deployment interrupted by server restart");
    const Json list = writes.containers("shop");
    EXPECT_EQ(std::ranges::count_if(list, [](const Json& c) { return c["State"] == "created"; }), 1);
    EXPECT_EQ(writes.put(shop_file).status, 200);
    writes.settle();
    EXPECT_EQ(writes.record(11)["Status"], active);
}

TEST(WrittenUpdate, AfterStatus4UndeploysNothing) {
    Writes writes(Version::v2_43_0);
    const Json before = writes.containers("shop");
    const std::string blue = R"(, "Env": [{"name": "COLOR", "value": "blue"}])";
    writes.put("services:\\n  web:\\n    image: local/nosuch:9\\n", blue);
    writes.settle();
    ASSERT_EQ(writes.record(11)["Status"], failed);
    EXPECT_EQ(writes.put(shop_file, blue).status, 200);
    writes.settle();
    EXPECT_EQ(writes.record(11)["Status"], active);
    EXPECT_EQ(writes.containers("shop")[0]["Id"], before[0]["Id"]);
}

// Start and stop.

TEST(WrittenState, NeitherStartNorStopMovesTheDateAndBothAreDoneWhenTheyAnswer) {
    for (const Version version : every_version) {
        Writes writes(version);
        EXPECT_EQ((*writes.stop(11).json)["Status"], inactive);
        EXPECT_TRUE(writes.containers("shop").empty());
        EXPECT_EQ((*writes.start(11).json)["Status"], active);
        EXPECT_EQ(writes.containers("shop").size(), 1U);
        EXPECT_EQ(writes.record(11)["UpdateDate"], 1795000000) << to_string(version);
    }
}

TEST(WrittenState, AStackThatIsInItAlreadyIsRefused) {
    for (const Version version : every_version) {
        Writes writes(version);
        EXPECT_EQ(writes.stop(13).status, 400);
        EXPECT_EQ(message(writes.stop(13)), "Stack is already inactive");
        EXPECT_EQ(writes.start(11, "bob").status, 409) << "before access is looked at";
    }
}

TEST(WrittenState, StartInStatus4Is409WithTheOldErrorAndStopIsTheWayOut) {
    Writes writes(Version::v2_43_0);
    writes.put("services:\\n  web:\\n    image: local/nosuch:9\\n");
    writes.settle();
    const auto start = writes.start(11);
    EXPECT_EQ(start.status, 409);
    EXPECT_EQ(details(start), capitalised(writes.last_message(11)));
    EXPECT_EQ(writes.stop(11).status, 200);
    EXPECT_EQ(writes.start(11).status, 200);
}

TEST(WrittenState, StartWhereAForeignContainerCarriesTheProjectIs409) {
    for (const Version version : oldest_and_newest) {
        Writes writes(version);
        writes.tell("/hand/foreign", R"({"environment": 1, "name": "x", "project": "halted", "service": "x"})");
        EXPECT_EQ(writes.start(13).status, 409) << to_string(version);
    }
}

TEST(WrittenState, StartWhoseImageIsGoneIs500AndStatus4OnlyOnTheNewest) {
    for (const Version version : oldest_and_newest) {
        Writes writes(version);
        writes.tell("/hand/untag", R"({"image": "local/web:1.0"})");
        writes.tell("/registry", R"({"reachable": false})");
        EXPECT_EQ(writes.start(13).status, 500);
        EXPECT_EQ(writes.record(13)["Status"], version == Version::v2_43_0 ? failed : inactive) << to_string(version);
    }
}

// Access.

TEST(WrittenAccess, AnOwnerMayMakeItPublicAndTakeItBack) {
    Writes writes(Version::v2_43_0);
    const Id control = writes.control_of(11);
    EXPECT_EQ(writes.access(control, R"({"Public": true})").status, 200);
    EXPECT_EQ(writes.access(control, R"({"Users": [2]})").status, 200);
    EXPECT_EQ(writes.record(11)["ResourceControl"]["Public"], false);
}

TEST(WrittenAccess, AnOwnerMayNotAddOthersNorHandItOver) {
    Writes writes(Version::v2_43_0);
    const Id control = writes.control_of(11);
    for (const char* body : {R"({"Users": [2, 3]})", R"({"Users": [3]})", R"({"AdministratorsOnly": true})"}) {
        const auto answer = writes.access(control, body);
        EXPECT_EQ(answer.status, 403) << body;
        EXPECT_EQ(message(answer), "Permission denied to update the resource control");
    }
}

TEST(WrittenAccess, WhoSharesItMaySetItToHimselfAndTheOwnerLosesIt) {
    Writes writes(Version::v2_43_0);
    EXPECT_EQ(writes.access(writes.control_of(12), R"({"Users": [3]})", "bob").status, 200);
    EXPECT_EQ(writes.world.get("/api/stacks/12", "alice").status, 403);
}

TEST(WrittenAccess, TakesUnknownUsersAndUsersBesidePublic) {
    Writes writes(Version::v2_43_0);
    EXPECT_EQ(writes.access(writes.control_of(11), R"({"Users": [999]})", "admin").status, 200);
    EXPECT_EQ(writes.access(writes.control_of(11), R"({"Users": [2], "Public": true})", "admin").status, 200);
    EXPECT_EQ(writes.access(writes.control_of(11), "{}", "admin").status, 400);
    EXPECT_EQ(writes.world.ask("POST", "/api/resource_controls", "alice", R"({"ResourceID":"1_x","Type":6})").status,
              403);
}

// Git.

TEST(WrittenGit, AnIntervalBelowAMinuteIs400OnlyOnTheNewest) {
    for (const Version version : oldest_and_newest) {
        for (const auto& [interval, fits] :
             {std::pair{"30s", false}, std::pair{"59s", false}, std::pair{"60s", true}}) {
            Writes writes(version);
            const auto answer = writes.world.ask("POST", "/api/stacks/12/git?endpointId=1", "admin",
                                                 std::string(R"({"AutoUpdate": {"Interval": ")") + interval + "\"}}");
            EXPECT_EQ(answer.status, fits || version == Version::v2_23_0 ? 200 : 400) << interval;
        }
    }
}

TEST(WrittenGit, AutoUpdateMayBeSentBackAsItWasReadAndLeftOutItEnds) {
    for (const Version version : every_version) {
        Writes writes(version);
        const Json before = writes.record(12);
        const Json body{{"AutoUpdate", before["AutoUpdate"]}, {"Env", before["Env"]}};
        EXPECT_EQ(writes.world.ask("POST", "/api/stacks/12/git?endpointId=1", "admin", body.dump()).status, 200);
        EXPECT_EQ(writes.record(12)["AutoUpdate"]["Webhook"], before["AutoUpdate"]["Webhook"]);
        EXPECT_NE(writes.record(12)["AutoUpdate"]["JobID"], before["AutoUpdate"]["JobID"]);
        writes.world.ask("POST", "/api/stacks/12/git?endpointId=1", "admin", "{}");
        EXPECT_TRUE(writes.record(12)["AutoUpdate"].is_null());
        EXPECT_TRUE(writes.record(12)["Env"].is_null());
    }
}

constexpr const char* repository = R"({"url": "https://git.example.test/source",
    "references": {"refs/heads/main": "b2"},
    "files": {"docker-compose.yml": "services:\n  api:\n    image: local/web:1.1\n"}})";

TEST(WrittenGit, ARedeployOfAReferenceThatIsNotThereLosesTheCloneUntilOneSucceeds) {
    Writes writes(Version::v2_43_0);
    writes.tell("/repositories", repository);
    const auto answer = writes.world.ask("PUT", "/api/stacks/12/git/redeploy?endpointId=1", "admin",
                                         R"({"RepositoryReferenceName": "refs/heads/nosuch"})");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(writes.record(12)["Status"], active);
    EXPECT_EQ(writes.containers("source").size(), 1U);
    EXPECT_EQ(writes.world.get("/api/stacks/12/file").status, 500);
    EXPECT_EQ(writes.world.ask("PUT", "/api/stacks/12/git/redeploy?endpointId=1", "admin", "{}").status, 200);
    writes.settle();
    EXPECT_EQ(writes.world.get("/api/stacks/12/file").status, 200);
}

TEST(WrittenGit, APullThatFailedWhilePollingLeavesTheNewFileWithTheOldCommitOnTheOldest) {
    Writes writes(Version::v2_23_0);
    const Json before = writes.record(12);
    writes.tell("/repositories", repository);
    writes.tell("/registry", R"({"reachable": false})");
    writes.tell("/poll", R"({"stack": 12})");
    EXPECT_NE(writes.file(12)["StackFileContent"].get<std::string>().find("local/web:1.1"), std::string::npos);
    EXPECT_EQ(writes.record(12)["GitConfig"]["ConfigHash"], before["GitConfig"]["ConfigHash"]);
    EXPECT_EQ(writes.containers("source")[0]["Image"], "local/web:1.0");
}

TEST(WrittenGit, AWebhookStartsAStoppedStackAndNothingPollsUntilSettingsOrARestart) {
    Writes writes(Version::v2_43_0);
    writes.tell("/repositories", repository);
    writes.stop(12, "admin");
    writes.world.ask("POST", "/api/stacks/webhooks/5dd72a1f-939b-494c-861f-23d068846b6a");
    EXPECT_EQ(writes.record(12)["Status"], active);
    EXPECT_EQ(writes.record(12)["AutoUpdate"]["JobID"], "");
    EXPECT_EQ(writes.world.tell("/poll", R"({"stack": 12})").status, 400);
    writes.tell("/restart", "{}");
    EXPECT_NE(writes.record(12)["AutoUpdate"]["JobID"], "");
}

TEST(WrittenGit, APlainPutDetachesEvenForWhoMerelySharesItAndKeepsTheOldCommit) {
    Writes writes(Version::v2_43_0);
    writes.tell("/repositories", repository);
    writes.world.ask("PUT", "/api/stacks/12/git/redeploy?endpointId=1", "admin", "{}");
    writes.settle();
    EXPECT_TRUE(writes.record(12, "bob")["GitConfig"].is_null());
    EXPECT_NE(writes.record(12, "bob")["WorkflowID"], 0);
    EXPECT_EQ(writes.put("services:\\n  api:\\n    image: local/web:1.0\\n", {}, "bob", 12).status, 200);
    writes.settle();
    const Json record = writes.record(12);
    EXPECT_TRUE(record["GitConfig"].is_null());
    EXPECT_TRUE(record["AutoUpdate"].is_null());
    EXPECT_FALSE(record.contains("WorkflowID"));
    EXPECT_EQ(record["CurrentDeploymentInfo"]["ConfigHash"], "b2");
}

// Delete.

TEST(WrittenDelete, TakesRecordAccessContainersAndNetworksAndLeavesVolumes) {
    for (const Version version : every_version) {
        Writes writes(version);
        const Id control = writes.control_of(11);
        EXPECT_EQ(writes.world.ask("DELETE", "/api/stacks/11?endpointId=1", "alice").status, 204);
        EXPECT_EQ(writes.world.get("/api/stacks/11").status, 404);
        EXPECT_EQ(writes.access(control, R"({"Public": true})", "admin").status, 404);
        EXPECT_TRUE(writes.containers("shop").empty());
        EXPECT_EQ(writes.world.get("/api/endpoints/1/docker/networks/shop_default").status, 404);
        EXPECT_EQ(writes.world.get("/api/endpoints/1/docker/volumes/shop_data").status, 200) << to_string(version);
    }
}

// Answers that are lost before, during and after deploying (portainer-api.md §0, §5.3), and others who write meanwhile.

TEST(LostAnswers, BeforeDeployingNothingWasDone) {
    for (const Version version : every_version) {
        Writes writes(version);
        writes.tell("/faults", R"({"kind": "drop", "method": "POST", "times": 1})");
        EXPECT_EQ(writes.create("services:\\n  web:\\n    image: local/web:1.0\\n").status, 0);
        writes.settle();
        EXPECT_EQ(writes.world.get("/api/stacks").json->size(), 3U);
        EXPECT_TRUE(writes.containers("fresh").empty());
    }
}

TEST(LostAnswers, WhileDeployingTheRecordComesOnlyAfterwardsOnOlderServers) {
    for (const Version version : every_version) {
        Writes writes(version);
        writes.tell("/faults", R"({"kind": "status", "status": 504, "method": "POST", "when": "during", "times": 1})");
        EXPECT_EQ(writes.create("services:\\n  web:\\n    image: local/web:1.0\\n").status, 504);
        const auto listed = [&](const char* user) {
            const auto list = writes.world.get("/api/stacks", user);
            return std::ranges::any_of(*list.json, [](const Json& s) { return s["Name"] == "fresh"; });
        };
        EXPECT_EQ(listed("admin"), version >= Version::v2_39_0) << to_string(version);
        EXPECT_EQ(listed("alice"), version >= Version::v2_43_0) << "its access control comes last";
        EXPECT_EQ(writes.containers("fresh").size(), version >= Version::v2_43_0 ? 0U : 1U);
        writes.settle();
        EXPECT_TRUE(listed("alice")) << to_string(version);
        EXPECT_EQ(writes.containers("fresh").size(), 1U);
    }
}

TEST(LostAnswers, AfterDeployingEverythingIsThere) {
    for (const Version version : every_version) {
        Writes writes(version);
        writes.tell("/faults", R"({"kind": "drop", "method": "PUT", "when": "after", "times": 1})");
        EXPECT_EQ(writes.put(shop_file, R"(, "Env": [])").status, 0);
        writes.settle();
        EXPECT_EQ(writes.record(11)["UpdateDate"], 1795483917) << to_string(version);
    }
}

TEST(LostAnswers, AnUpdateInFlightLooksLikeMissingContainersOnTheOldest) {
    Writes writes(Version::v2_23_0);
    writes.tell("/faults", R"({"kind": "drop", "method": "PUT", "when": "during", "takesDown": true, "times": 1})");
    const Json before = writes.record(11);
    writes.put(shop_file, R"(, "Env": [{"name": "NEW", "value": "x"}])", "admin");
    EXPECT_EQ(writes.record(11), before);
    EXPECT_TRUE(writes.containers("shop").empty());
    writes.settle();
    EXPECT_EQ(writes.record(11)["Env"][0]["name"], "NEW");
    EXPECT_EQ(writes.containers("shop").size(), 1U);
}

TEST(LostAnswers, ADeleteThatIsUnderWayHasItsRecordStill) {
    Writes writes(Version::v2_23_0);
    writes.tell("/faults", R"({"kind": "drop", "method": "DELETE", "when": "during", "times": 1})");
    EXPECT_EQ(writes.ask("DELETE", "/api/stacks/11?endpointId=1", "alice").status, 0);
    EXPECT_EQ(writes.world.get("/api/stacks/11", "alice").status, 200);
    EXPECT_TRUE(writes.containers("shop").empty());
    writes.settle();
    EXPECT_EQ(writes.world.get("/api/stacks/11", "alice").status, 404);
}

TEST(LostAnswers, WhatWasNotStoredYetIsLostWithTheServer) {
    Writes writes(Version::v2_23_0);
    writes.tell("/faults", R"({"kind": "drop", "method": "POST", "when": "during", "times": 1})");
    writes.create("services:\\n  web:\\n    image: local/web:1.0\\n");
    writes.tell("/restart", "{}");
    writes.settle();
    EXPECT_EQ(writes.world.get("/api/stacks").json->size(), 3U);
    EXPECT_EQ(writes.containers("fresh").size(), 1U) << "a project without a record";
}

TEST(Meanwhile, APersonWritesBeforeARequestIsLookedAt) {
    Writes writes(Version::v2_39_0);
    const Json body{{"before", {{"method", "PUT"}, {"path", "/api/stacks/11"}}},
                    {"as", "admin"},
                    {"method", "POST"},
                    {"target", "/api/stacks/11/stop?endpointId=1"}};
    writes.tell("/meanwhile", body.dump());
    EXPECT_EQ(writes.record(11)["Status"], active); // a reading does not fit
    writes.put(shop_file, {}, "alice");
    EXPECT_EQ(writes.record(11)["UpdatedBy"], "alice"); // the PUT came last, and started what the person stopped
    EXPECT_EQ(writes.record(11)["Status"], active);
}

TEST(Meanwhile, APersonWritesAfterTheNextReadingButOne) {
    Writes writes(Version::v2_39_0);
    const Json body{{"after", {{"method", "GET"}, {"path", "/api/stacks/11"}, {"skip", 1}}},
                    {"as", "admin"},
                    {"method", "PUT"},
                    {"target", "/api/stacks/11?endpointId=1"},
                    {"body", {{"StackFileContent", "services:\n  web:\n    image: local/web:1.1\n"}}}};
    writes.tell("/meanwhile", body.dump());
    EXPECT_EQ(writes.record(11)["UpdatedBy"], "alice");
    EXPECT_EQ(writes.record(11)["UpdatedBy"], "alice") << "it was answered before";
    EXPECT_EQ(writes.record(11)["UpdatedBy"], "admin");
    EXPECT_EQ(writes.record(11)["UpdatedBy"], "admin") << "once";
}

TEST(Meanwhile, AHandOnTheHostActsToo) {
    Writes writes(Version::v2_43_0);
    const Json body{{"after", {{"method", "GET"}, {"path", "/api/stacks/11"}}},
                    {"control", "/hand/remove"},
                    {"body", {{"environment", 1}, {"project", "shop"}}}};
    writes.tell("/meanwhile", body.dump());
    EXPECT_EQ(writes.containers("shop").size(), 1U);
    writes.record(11);
    EXPECT_TRUE(writes.containers("shop").empty());
    EXPECT_EQ(writes.world.tell("/meanwhile", "{}").status, 400);
}

} // namespace
