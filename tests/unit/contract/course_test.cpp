// What a walk's lines tell of what is not in them.
#include "contract/course.hpp"

#include <gtest/gtest.h>

namespace contract {
namespace {

Line line(const char* method, const char* target, int status, const char* answer, const char* scenario = "01-x") {
    Line line;
    line.scenario = scenario;
    line.as = "admin";
    line.request = {.method = method, .target = target, .headers = {}, .body = {}};
    line.response = {.status = status, .headers = {}, .json = Json::parse(answer), .text = {}};
    return line;
}

Walk walk_of(std::vector<Line> lines) {
    Walk walk;
    walk.scenarios.push_back({.name = "01-x", .lines = std::move(lines)});
    return walk;
}

constexpr const char* settled = R"({"Id":7,"ProjectPath":"/data/compose/7","EndpointId":1,"Status":1})";
constexpr const char* deploying = R"({"Id":7,"ProjectPath":"/data/compose/7","EndpointId":1,"Status":3})";

TEST(Course, LetsADeploymentGoOnUntilTheLinesShowItsEnd) {
    const auto course =
        course_of(walk_of({line("POST", "/api/stacks/create/standalone/string", 200, deploying),
                           line("GET", "/api/stacks/8", 404, "{}"), line("GET", "/api/stacks/7", 200, deploying),
                           line("GET", "/api/stacks", 200, "[]"), line("GET", "/api/stacks/7", 200, settled)}));
    const std::set<Number> seven{7};
    EXPECT_EQ(course[1].still_deploying, seven);
    EXPECT_EQ(course[2].still_deploying, seven);
    EXPECT_TRUE(course[3].still_deploying.empty());
    EXPECT_TRUE(course[4].still_deploying.empty());
}

TEST(Course, TakesListsAndRefusedWritesForSignsOfADeployment) {
    const std::string list = std::string("[") + deploying + "]";
    const auto course = course_of(walk_of(
        {line("PUT", "/api/stacks/7?endpointId=1", 200, deploying), line("GET", "/api/stacks", 200, list.c_str()),
         line("GET", "/api/endpoints/1/docker/containers/json", 200, "[]"),
         line("PUT", "/api/stacks/7?endpointId=1", 409,
              R"({"message":"Unable to update stack","details":"Stack deployment is already in progress"})"),
         line("PUT", "/api/stacks/7?endpointId=1", 200, deploying)}));
    EXPECT_TRUE(course[0].still_deploying.empty());
    for (std::size_t i : {1U, 2U, 3U}) EXPECT_TRUE(course[i].still_deploying.contains(7)) << i;
    EXPECT_TRUE(course[4].still_deploying.empty()); // a second one begins only after the end of the first
}

constexpr const char* environments_1_and_2 =
    R"([{"Id":1,"URL":"unix:///a","GroupId":1},{"Id":2,"URL":"unix:///b","GroupId":1}])";
constexpr const char* environment_1 = R"([{"Id":1,"URL":"unix:///a","GroupId":1}])";

TEST(Course, SeesThatAnEnvironmentIsGoneWhereverItWasDeleted) {
    Line by_alice = line("GET", "/api/endpoints", 200, environment_1);
    by_alice.as = "alice";
    const auto course = course_of(
        walk_of({line("GET", "/api/endpoints", 200, environments_1_and_2), by_alice,
                 line("GET", "/api/endpoints?search=a", 200, environment_1),
                 line("GET", "/api/endpoints?excludeSnapshots=true", 200, environment_1),
                 line("GET", "/api/stacks/9", 404,
                      R"json({"details":"Object not found inside the database (bucket=endpoints, key=5)"})json")}));
    for (std::size_t i : {0U, 1U, 2U}) EXPECT_TRUE(course[i].gone.empty()) << i;
    EXPECT_EQ(course[3].gone, std::set<Number>{2});
    EXPECT_EQ(course[4].gone, std::set<Number>{5});
}

TEST(Course, PutsALostFileBackAtTheEndOfItsScenario) {
    const char* lost = R"({"message":"Unable to retrieve Compose file from disk"})";
    const auto course = course_of(
        walk_of({line("GET", "/api/stacks/4/file", 200, "{}"), line("GET", "/api/stacks/4/file", 500, lost, "02-lost"),
                 line("GET", "/api/stacks/4/file", 500, lost, "02-lost"),
                 line("POST", "/api/stacks/4/stop", 200, "{}", "03-x")}));
    const std::map<Number, bool> taken{{4, true}};
    const std::map<Number, bool> back{{4, false}};
    EXPECT_TRUE(course[0].lost_files.empty());
    EXPECT_EQ(course[1].lost_files, taken);
    EXPECT_TRUE(course[2].lost_files.empty());
    EXPECT_EQ(course[3].lost_files, back);
}

TEST(Course, KnowsWhichIdALineGives) {
    const auto course = course_of(
        walk_of({line("POST", "/api/users", 200, R"({"Id":6})"),
                 line("POST", "/api/stacks?type=2&method=string", 200, R"({"Id":12,"ResourceControl":{"Id":9}})"),
                 line("POST", "/api/users/6/tokens", 201, R"({"rawAPIKey":"x","apiKey":{"id":3}})"),
                 line("POST", "/api/stacks/12/stop?endpointId=1", 200, R"({"Id":12})"),
                 line("POST", "/api/users", 409, R"({"Id":6})")}));
    using Ids = std::map<std::string, Number>;
    EXPECT_EQ(course[0].ids, (Ids{{"users", 6}}));
    EXPECT_EQ(course[1].ids, (Ids{{"stacks", 12}, {"resource_controls", 9}}));
    EXPECT_EQ(course[2].ids, (Ids{{"tokens", 3}}));
    EXPECT_TRUE(course[3].ids.empty());
    EXPECT_TRUE(course[4].ids.empty());
}

TEST(Start, FindsASwarmByWhateverNamesIt) {
    const char* environment = R"({"Id":4,"URL":"tcp://b","GroupId":1})";
    const Line known = line("GET", "/api/endpoints/4", 200, environment);
    const std::vector<Line> signs{
        line("GET", "/api/endpoints/4/docker/v1.41/swarm", 200, R"({"ID":"abc"})"),
        line("GET", "/api/endpoints/4/docker/info", 200, R"({"Swarm":{"Cluster":{"ID":"abc"}}})"),
        line("GET", "/api/stacks", 200, R"([{"Id":1,"ProjectPath":"","Type":1,"EndpointId":4,"SwarmId":"abc"}])")};
    for (const Line& sign : signs) {
        EXPECT_EQ(start_of(walk_of({sign, known})).swarms, (std::map<std::string, std::string>{{"tcp://b", "abc"}}))
            << sign.request.target;
    }
    EXPECT_TRUE(start_of(walk_of({known})).swarms.empty());
    const char* snapshot = R"({"Id":4,"URL":"tcp://b","GroupId":1,"Snapshots":[{"Swarm":true}]})";
    EXPECT_TRUE(start_of(walk_of({line("GET", "/api/endpoints/4", 200, snapshot)})).swarms.contains("tcp://b"));
}

TEST(Start, KnowsPeopleWhoseKeysNoLineMints) {
    Line by_alice = line("GET", "/api/users/me", 200, R"({"Id":5,"Username":"alice","Role":2})");
    by_alice.request.headers["X-API-Key"] = "{key:alice}";
    Line by_bob = line("GET", "/api/stacks", 200, "[]");
    by_bob.request.headers["X-API-Key"] = "{key:bob}";
    const Line minted = line("POST", "/api/users/6/tokens", 200, R"({"rawAPIKey":"{key:bob}"})");
    const auto people = start_of(walk_of({minted, by_alice, by_bob})).people;
    ASSERT_EQ(people.size(), 1U);
    EXPECT_EQ(people.at("alice").id, 5);
    EXPECT_EQ(people.at("alice").role, 2);
}

TEST(Start, TakesARepositoryFromTheStacksThatCameFromIt) {
    const auto start = start_of(walk_of(
        {line(
             "GET", "/api/stacks/3", 200,
             R"({"Id":3,"ProjectPath":"","EndpointId":1,"GitConfig":{"URL":"http://git/shop.git","ReferenceName":"refs/heads/live",
                  "ConfigFilePath":"a.yaml","ConfigHash":"c0ffee"}})"),
         line("GET", "/api/stacks/3/file", 200, R"({"StackFileContent":"services: {}"})")}));
    const Repository& shop = start.repositories.at("http://git/shop");
    EXPECT_EQ(shop.reference, "refs/heads/live");
    EXPECT_EQ(shop.commit, "c0ffee");
    EXPECT_EQ(shop.files.at("a.yaml"), "services: {}");
    EXPECT_TRUE(start.repositories.contains("http://git.example.test/demo"));
}

} // namespace
} // namespace contract
