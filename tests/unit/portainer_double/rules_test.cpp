// The server's rules that no recording shows: each row is a sentence of portainer-api.md.
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::string world_of_rules = R"({
  "settle": "manually",
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "id": 2, "token": "ptr_alice"},
            {"username": "bob", "id": 3, "token": "ptr_bob"}, {"username": "dave", "id": 4, "token": "ptr_dave"}],
  "teams": [{"name": "web", "id": 1, "members": ["alice"], "leaders": ["dave"]}, {"name": "db", "id": 2}],
  "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                   {"id": 2, "name": "closed"},
                   {"id": 3, "name": "cluster", "swarm": true, "swarmId": "avg50968fh0k8qbcrh0ynybg1", "users": ["alice"]},
                   {"id": 4, "name": "managed", "stackManagement": false, "users": ["alice"]},
                   {"id": 5, "name": "kube", "type": 5, "users": ["alice"]}],
  "stacks": [{"id": 11, "name": "shop", "environment": 1, "access": {"users": ["alice"]},
              "file": "services:\n  web:\n    image: local/web:1.0\n"},
             {"id": 12, "name": "hidden", "environment": 1, "access": "administrators",
              "file": "services:\n  web:\n    image: local/web:1.0\n"},
             {"id": 13, "name": "far", "environment": 2, "access": "public"},
             {"id": 14, "name": "orphan", "environment": 9, "access": {"users": ["alice"]}},
             {"id": 15, "name": "pods", "environment": 5, "type": "kubernetes", "file": "kind: Pod\n"},
             {"id": 16, "name": "held", "environment": 4, "access": {"users": ["alice"]}},
             {"id": 17, "name": "spread", "environment": 3, "type": "swarm", "access": {"users": ["alice"]},
              "file": "services:\n  web:\n    image: local/web:1.0\n"},
             {"id": 18, "name": "halted", "environment": 1, "status": "inactive", "access": {"users": ["alice"]},
              "file": "services:\n  web:\n    image: local/web:1.0\n"}],
  "containers": [{"environment": 1, "name": "by-hand", "image": "local/web:1.0"}]
})";

struct Rule {
    const char* sentence; // where it stands, and in short what it says
    const char* user;
    const char* method;
    const char* target;
    const char* body;
    int status;
    const char* message; // "" is not compared
};

constexpr const char* file = R"({"StackFileContent":"services:\n  web:\n    image: local/web:1.0\n"})";
constexpr const char* new_stack =
    R"({"Name":"new","StackFileContent":"services:\n  web:\n    image: local/web:1.0\n"})";

constexpr const char* management_disabled = "Stack management is disabled for non-admin users";
constexpr const char* no_environment =
    "Unable to find an environment with the specified identifier inside the database";
constexpr const char* no_stack = "Unable to find a stack with the specified identifier inside the database";
constexpr const char* environment_refused = "Permission denied to access environment";
constexpr const char* resource_refused = "Access denied to resource";

// What is refused changes nothing, so that all rows may share one server.
const std::vector<Rule> refusals{
    {"1.3: a user on an administrators' route", "alice", "GET", "/api/settings", "", 403, "Access denied"},
    {"1.3: an id that is no number", "alice", "GET", "/api/stacks/abc", "", 400,
     "Invalid stack identifier route variable"},
    {"3.1: an EndpointID that is a text", "alice", "GET", "/api/stacks?filters=%7B%22EndpointID%22:%221%22%7D", "", 400,
     "Invalid query parameter: filters"},
    {"3.1: orphans are administrators'", "alice", "GET", "/api/stacks?filters=%7B%22IncludeOrphanedStacks%22:true%7D",
     "", 403, "Permission denied to access orphaned stacks"},
    {"3.2: the record first", "bob", "GET", "/api/stacks/99", "", 404, no_stack},
    {"3.2: then its environment", "alice", "GET", "/api/stacks/14", "", 404, no_environment},
    {"3.2: for its file, too", "alice", "GET", "/api/stacks/14/file", "", 404, no_environment},
    {"3.2: then stack management, before access to the environment", "bob", "GET", "/api/stacks/16", "", 403,
     management_disabled},
    {"3.2: then access to the environment", "bob", "GET", "/api/stacks/11", "", 403, environment_refused},
    {"3.2: a public stack in a closed environment", "alice", "GET", "/api/stacks/13/file", "", 403,
     environment_refused},
    {"3.2: then access control", "alice", "GET", "/api/stacks/12/file", "", 403, resource_refused},
    {"3.3: without endpointId", "alice", "POST", "/api/stacks/create/standalone/string", new_stack, 400,
     "Invalid query parameter: endpointId"},
    {"3.3: an unknown environment", "alice", "POST", "/api/stacks/create/standalone/string?endpointId=77", new_stack,
     404, no_environment},
    {"3.3: stack management comes before access", "bob", "POST", "/api/stacks/create/standalone/string?endpointId=4",
     new_stack, 403, "Stack creation is disabled for non-admin users"},
    {"3.3: access comes before the body", "bob", "POST", "/api/stacks/create/standalone/string?endpointId=1", "", 403,
     environment_refused},
    {"3.3: then the body", "alice", "POST", "/api/stacks/create/standalone/string?endpointId=1", "", 400,
     "Invalid request payload"},
    {"3.3: a name that is taken, though hidden", "alice", "POST", "/api/stacks/create/standalone/string?endpointId=1",
     R"({"Name":"Hidden","StackFileContent":"services:\n  web:\n    image: local/web:1.0\n"})", 409,
     "A stack with the normalized name 'hidden' already exists"},
    {"3.4: PUT without endpointId", "alice", "PUT", "/api/stacks/11", file, 400, "Invalid query parameter: endpointId"},
    {"3.4: PUT asks for the stack first", "alice", "PUT", "/api/stacks/99?endpointId=77", file, 404, no_stack},
    {"3.4: PUT to an unknown environment", "alice", "PUT", "/api/stacks/11?endpointId=77", file, 404,
     "Unable to find the environment associated to the stack inside the database"},
    {"3.4: PUT to a closed environment", "alice", "PUT", "/api/stacks/11?endpointId=2", file, 403, environment_refused},
    {"3.4: PUT on a hidden stack", "alice", "PUT", "/api/stacks/12?endpointId=1", file, 403, resource_refused},
    {"3.4: PUT where management is off", "alice", "PUT", "/api/stacks/16?endpointId=4", file, 403,
     "Stack editing is disabled for non-admin users"},
    {"3.5: a redeploy of what is not from Git, before any access", "bob", "PUT",
     "/api/stacks/12/git/redeploy?endpointId=1", "{}", 400, "Stack is not created from git"},
    {"3.5: a redeploy without a body", "alice", "PUT", "/api/stacks/11/git/redeploy?endpointId=1", "", 400, ""},
    {"3.5: a webhook that is no UUID", "alice", "POST", "/api/stacks/webhooks/x", "", 400, ""},
    {"3.5: an unknown webhook", "alice", "POST", "/api/stacks/webhooks/5dd72a1f-939b-494c-861f-23d068846b6a", "", 404,
     ""},
    {"3.6: Kubernetes is not started", "alice", "POST", "/api/stacks/15/start?endpointId=5", "", 400, ""},
    {"3.6: nor stopped", "alice", "POST", "/api/stacks/15/stop?endpointId=5", "", 400, ""},
    {"3.6: start asks for the environment", "bob", "POST", "/api/stacks/18/start?endpointId=1", "", 403,
     "Permission denied to access endpoint"},
    {"3.6: what is stopped is not stopped again", "alice", "POST", "/api/stacks/18/stop?endpointId=1", "", 400,
     "Stack is already inactive"},
    {"3.6: DELETE without endpointId is an orphan's", "alice", "DELETE", "/api/stacks/11", "", 403,
     "Permission denied to remove orphaned stack"},
    {"3.6: DELETE of a hidden stack", "alice", "DELETE", "/api/stacks/12?endpointId=1", "", 403, resource_refused},
    {"3.6: an external stack is the administrators', said with 401", "alice", "DELETE",
     "/api/stacks/by-hand?external=true&endpointId=3", "", 401, "Permission denied to delete the stack"},
    {"3.6: Kubernetes does not migrate", "alice", "POST", "/api/stacks/15/migrate?endpointId=5", R"({"EndpointID":1})",
     400, ""},
    {"3.7: an environment without access", "alice", "GET", "/api/endpoints/2", "", 403, environment_refused},
    {"3.7: no such environment", "bob", "GET", "/api/endpoints/77", "", 404, no_environment},
    {"3.7: names are unique", "admin", "PUT", "/api/endpoints/2", R"({"Name":"production"})", 409,
     "Name is not unique"},
    {"3.7: numbers in array parameters", "alice", "GET", "/api/endpoints?endpointIds[]=x", "", 400, ""},
    {"3.7: groups by id are the administrators'", "alice", "GET", "/api/endpoint_groups/1", "", 403, ""},
    {"3.8: users are for administrators and leaders", "alice", "GET", "/api/users", "", 403,
     "Permission denied to access users list"},
    {"3.8: another user", "alice", "GET", "/api/users/3", "", 403, "Permission denied inspect user"},
    {"3.8: another's memberships", "bob", "GET", "/api/users/2/memberships", "", 403, ""},
    {"3.8: a key mints no key", "alice", "POST", "/api/users/2/tokens", R"({"password":"x","description":"d"})", 401,
     "Auth not supported"},
    {"3.8: roles", "alice", "GET", "/api/roles", "", 403, "Access denied"},
    {"3.9: controls are made by administrators", "alice", "POST", "/api/resource_controls",
     R"({"ResourceID":"1_x","Type":6,"Public":true})", 403, "Access denied"},
    {"3.9: one for each resource", "admin", "POST", "/api/resource_controls",
     R"({"ResourceID":"1_shop","Type":6,"Public":true})", 409, ""},
    {"3.9: an unknown control", "alice", "PUT", "/api/resource_controls/999", R"({"Public":true})", 404, ""},
    {"3.9: controls are removed by administrators", "alice", "DELETE", "/api/resource_controls/1", "", 403, ""},
    {"4.3: a hidden container", "alice", "GET", "/api/endpoints/1/docker/containers/hidden-web-1/json", "", 403,
     "access denied to resource"},
    {"4.3: an unmanaged one, too", "alice", "GET", "/api/endpoints/1/docker/containers/by-hand/json", "", 403,
     "access denied to resource"},
    {"4.3: Docker's own 404", "alice", "GET", "/api/endpoints/1/docker/containers/nosuch/json", "", 404,
     "No such container: nosuch"},
    {"6: a closed environment's host", "alice", "GET", "/api/endpoints/2/docker/info", "", 403, environment_refused},
};

TEST(Rules, RefuseInTheServersOrderAndWords) {
    for (const Version version : {Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0}) {
        Asking asking(version, world_of_rules);
        for (const Rule& rule : refusals) {
            const auto answer = asking.ask(rule.method, rule.target, rule.user, rule.body);
            EXPECT_EQ(answer.status, rule.status) << to_string(version) << " " << rule.sentence;
            if (*rule.message != '\0') {
                EXPECT_EQ(message(answer), rule.message) << to_string(version) << " " << rule.sentence;
            }
        }
    }
}

// §6, and §11 for the oldest server, whose refusals of a write end in a wrong answer of its own.
TEST(Rules, RefuseWritesThroughTheDockerProxy) {
    for (const Version version : {Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0}) {
        Asking asking(version, world_of_rules);
        for (const char* target : {"/api/endpoints/1/docker/containers/prune", "/api/endpoints/3/docker/swarm/leave",
                                   "/api/endpoints/1/docker/containers/hidden-web-1/stop"}) {
            EXPECT_EQ(asking.ask("POST", target, "alice").status, version == Version::v2_23_0 ? 500 : 403)
                << to_string(version) << " " << target;
        }
    }
}

// 404 in `text/plain`, 405 without a body: no answer of the API's (§1.3).
TEST(Rules, KnowRoutesThatDoNotExist) {
    Asking asking(Version::v2_39_0, world_of_rules);
    EXPECT_EQ(asking.get("/api/nosuch").text, "404 page not found\n");
    const auto wrong_method = asking.ask("DELETE", "/api/stacks");
    EXPECT_EQ(wrong_method.status, 405);
    EXPECT_EQ(wrong_method.text, "");
}

std::vector<std::string> names_in(const contract::Response& answer) {
    std::vector<std::string> names;
    if (!answer.json || !answer.json->is_array()) return names;
    for (const auto& item : *answer.json) names.push_back(item.value("Name", ""));
    std::ranges::sort(names);
    return names;
}

using Names = std::vector<std::string>;

// §3.1: an EndpointID alone keeps no swarm stack, a SwarmID keeps them wherever they are, Kubernetes goes with any
// filter, and nothing but access control decides what a user sees.
TEST(Rules, FilterStacksAsTheServerDoes) {
    Asking asking(Version::v2_39_0, world_of_rules);
    const auto filtered = [&](const std::string& filters, const char* user) {
        return names_in(asking.get("/api/stacks?filters=" + filters, user));
    };
    EXPECT_EQ(names_in(asking.get("/api/stacks", "bob")), Names{"far"});
    EXPECT_EQ(names_in(asking.get("/api/stacks", "alice")),
              (Names{"far", "halted", "held", "orphan", "shop", "spread"}));
    EXPECT_EQ(names_in(asking.get("/api/stacks")).size(), 8U);
    EXPECT_EQ(filtered("%7B%22EndpointID%22:3%7D", "admin"), Names{});
    EXPECT_EQ(filtered("%7B%22SwarmID%22:%22avg50968fh0k8qbcrh0ynybg1%22%7D", "admin"), Names{"spread"});
    EXPECT_EQ(filtered("%7B%22EndpointID%22:5%7D", "admin"), Names{});
    EXPECT_EQ(filtered("%7B%22EndpointID%22:77%7D", "alice"), Names{});
    EXPECT_EQ(filtered("%7B%22EndpointID%22:1%7D", "alice"), (Names{"halted", "shop"}));
}

// §3.2: Kubernetes is readable by id with mere access to the environment; an administrator reads orphans.
TEST(Rules, LetReadWhatTheListHides) {
    Asking asking(Version::v2_23_0, world_of_rules);
    EXPECT_EQ(asking.get("/api/stacks/15", "alice").status, 200);
    EXPECT_EQ(asking.get("/api/stacks/15/file", "alice").status, 200);
    const auto orphan = asking.get("/api/stacks/14");
    EXPECT_EQ(orphan.status, 200);
    EXPECT_TRUE(orphan.json && (*orphan.json)["ResourceControl"].is_null());
    EXPECT_EQ(asking.get("/api/stacks/14/file").status, 200);
}

// §3.7: pages and filters of environments; a user's list shows no policies, the answer by id does.
TEST(Rules, ListEnvironmentsByAccessAndQuery) {
    Asking asking(Version::v2_23_0, world_of_rules);
    EXPECT_EQ(names_in(asking.get("/api/endpoints", "alice")), (Names{"cluster", "kube", "managed", "production"}));
    EXPECT_EQ(names_in(asking.get("/api/endpoints", "bob")), Names{});
    EXPECT_EQ(names_in(asking.get("/api/endpoints?endpointIds[]=1&endpointIds[]=2", "alice")), Names{"production"});
    EXPECT_EQ(names_in(asking.get("/api/endpoints?endpointIds=1")).size(), 5U);
    EXPECT_EQ(names_in(asking.get("/api/endpoints?name=closed")), Names{"closed"});
    EXPECT_EQ(names_in(asking.get("/api/endpoints?search=CLU")), Names{"cluster"});
    EXPECT_EQ(names_in(asking.get("/api/endpoints?start=2&limit=2")).size(), 2U);
    EXPECT_EQ(names_in(asking.get("/api/endpoints?excludeIds[]=1")).size(), 4U);
    const auto listed = asking.get("/api/endpoints?name=production", "alice");
    ASSERT_TRUE(listed.json && !listed.json->empty());
    EXPECT_TRUE((*listed.json)[0]["UserAccessPolicies"].is_null());
}

// §3.9: what a user may make of a control: public, themselves alone, their own teams; never another's.
TEST(Rules, LetUsersShareOnlyWithThemselvesTheirTeamsOrAll) {
    Asking asking(Version::v2_39_0, world_of_rules);
    const auto shop = asking.get("/api/stacks/11", "alice");
    ASSERT_TRUE(shop.json);
    const std::string route = "/api/resource_controls/" + (*shop.json)["ResourceControl"]["Id"].dump();
    const auto put = [&](const char* user, const char* body) { return asking.ask("PUT", route, user, body).status; };
    EXPECT_EQ(put("bob", R"({"Public":true})"), 403);
    EXPECT_EQ(put("alice", R"({"Users":[3]})"), 403);
    EXPECT_EQ(put("alice", R"({"AdministratorsOnly":true})"), 403);
    EXPECT_EQ(put("alice", R"({"Teams":[2]})"), 403);
    EXPECT_EQ(put("alice", R"({"Teams":[1]})"), 200);
    EXPECT_EQ(put("alice", R"({"Public":true})"), 200);
    EXPECT_EQ(names_in(asking.get("/api/stacks", "bob")), (Names{"far", "shop"}));
    EXPECT_EQ(put("admin", R"({"Users":[3]})"), 200);
    EXPECT_EQ(asking.get("/api/stacks/11", "alice").status, 403); // gone without a trace
}

// §2.2: a control is found by environment and name, so that a lost name loses it.
TEST(Rules, LoseAccessControlWithTheName) {
    Asking asking(Version::v2_39_0, world_of_rules);
    ASSERT_EQ(asking.tell("/stack", R"({"id": 11, "name": "other"})").status, 200);
    EXPECT_EQ(asking.get("/api/stacks/11", "alice").status, 403);
    EXPECT_TRUE((*asking.get("/api/stacks/11").json)["ResourceControl"].is_null());
}

// §3.4: Env is replaced whole, a stopped stack starts, another environment takes the record along.
TEST(Rules, UpdateReplacesAndStartsAndMoves) {
    Asking asking(Version::v2_39_0, world_of_rules);
    const std::string with_env =
        R"({"StackFileContent":"services:\n  web:\n    image: local/web:1.0\n","Env":[{"name":"A","value":"1"}]})";
    EXPECT_EQ((*asking.ask("PUT", "/api/stacks/18?endpointId=1", "alice", with_env).json)["Status"], 1);
    EXPECT_EQ((*asking.get("/api/stacks/18", "alice").json)["Env"].size(), 1U);
    EXPECT_EQ(asking.ask("PUT", "/api/stacks/18?endpointId=1", "alice", file).status, 200);
    EXPECT_TRUE((*asking.get("/api/stacks/18", "alice").json)["Env"].is_null());
    EXPECT_EQ((*asking.ask("PUT", "/api/stacks/11?endpointId=2", "admin", file).json)["EndpointId"], 2);
    EXPECT_EQ(asking.get("/api/stacks/11", "alice").status, 403);
}

// §3.3: twice the same Kubernetes stack is two records, and the answer has no id.
TEST(Rules, MakeKubernetesStacksWithoutSayingTheirId) {
    Asking asking(Version::v2_39_0, world_of_rules);
    const char* pods =
        R"({"StackName":"pods","Namespace":"default","StackFileContent":"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pods}\n"})";
    const auto made = asking.ask("POST", "/api/stacks/create/kubernetes/string?endpointId=5", "alice", pods);
    EXPECT_EQ(made.status, 200);
    EXPECT_TRUE(made.json && made.json->contains("Output") && !made.json->contains("Id"));
    EXPECT_EQ(std::ranges::count(names_in(asking.get("/api/stacks")), "pods"), 2);
    EXPECT_EQ(std::ranges::count(names_in(asking.get("/api/stacks", "alice")), "pods"), 0);
    EXPECT_EQ(asking.ask("POST", "/api/stacks/create/kubernetes/string?endpointId=1", "alice", pods).status, 400);
}

// §3.6: DELETE takes the record with its access control and leaves no trace but an id that is never given again.
TEST(Rules, DeleteTakesAccessControlAlong) {
    Asking asking(Version::v2_23_0, world_of_rules);
    EXPECT_EQ(asking.ask("DELETE", "/api/stacks/11?endpointId=1", "alice").status, 204);
    EXPECT_EQ(asking.get("/api/stacks/11", "bob").status, 404);
    EXPECT_EQ(asking.get("/api/endpoints/1/docker/containers/shop-web-1/json").status, 404);
    const auto again =
        asking.ask("POST", "/api/stacks/create/standalone/string?endpointId=1", "admin",
                   R"({"Name":"shop","StackFileContent":"services:\n  web:\n    image: local/web:1.0\n"})");
    EXPECT_GT((*again.json)["Id"].get<int>(), 18);
    EXPECT_EQ((*again.json)["ResourceControl"]["AdministratorsOnly"], true);
}

// §1.3, §10: a deleted token and a deleted user end alike.
TEST(Rules, AKeyDiesWithItsUser) {
    Asking asking(Version::v2_39_0, world_of_rules);
    EXPECT_EQ(asking.ask("DELETE", "/api/users/3").status, 204);
    const auto answer = asking.get("/api/stacks", "bob");
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(message(answer), "Invalid JWT token");
}

// §6: lists hide what access control hides, and swarm's secrets stay inside.
TEST(Rules, TheDockerProxyFiltersListsAndSwarmSecrets) {
    Asking asking(Version::v2_23_0, world_of_rules);
    const auto all = asking.get("/api/endpoints/1/docker/containers/json?all=1");
    const auto some = asking.get("/api/endpoints/1/docker/containers/json?all=1", "alice");
    ASSERT_TRUE(all.json && some.json);
    EXPECT_EQ(all.json->size(), 3U); // shop, hidden, by-hand
    EXPECT_EQ(some.json->size(), 1U);
    EXPECT_TRUE((*some.json)[0].contains("Portainer"));
    const auto swarm = asking.get("/api/endpoints/3/docker/swarm", "alice");
    ASSERT_TRUE(swarm.json);
    EXPECT_EQ((*swarm.json)["ID"], "avg50968fh0k8qbcrh0ynybg1");
    EXPECT_FALSE(swarm.json->contains("JoinTokens") || swarm.json->contains("TLSInfo"));
}

// §11, row by row where a request alone shows it.
TEST(Rules, DifferByVersionAsSeen) {
    for (const Version version : {Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0}) {
        Asking asking(version, world_of_rules);
        const bool newest = version == Version::v2_43_0;
        const bool oldest = version == Version::v2_23_0;
        EXPECT_EQ(asking.ask("POST", "/api/stacks?type=2&method=string&endpointId=1", "alice", new_stack).status,
                  oldest ? 200 : 405);
        const auto start = asking.ask("POST", "/api/stacks/11/start?endpointId=1", "alice");
        EXPECT_EQ(start.status, 409);
        EXPECT_EQ(message(start), newest ? "Unable to start stack" : "A stack with the name 'shop' is already running");
        contract::Client client(asking.server.url());
        const auto both = client.send({.method = "GET",
                                       .target = "/api/stacks",
                                       .headers = {{"X-API-Key", "ptr_alice"}, {"Authorization", "Bearer x"}},
                                       .body = {}});
        EXPECT_EQ(both.status, newest ? 401 : 403);
        const auto foreign = client.send({.method = "PUT",
                                          .target = "/api/stacks/99?endpointId=1",
                                          .headers = {{"X-API-Key", "ptr_alice"}, {"Origin", "http://evil.test"}},
                                          .body = file});
        EXPECT_EQ(foreign.status, newest ? 403 : 404);
    }
}

} // namespace
