// Portainer's own Kubernetes routes, which hide refusals (kubernetes.md §3.5).
#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::string own = "/api/kubernetes/4/";

const std::string own_world = R"({
  "settle": 0,
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "token": "ptr_alice"},
            {"username": "erin", "token": "ptr_erin"}, {"username": "bob", "token": "ptr_bob"}],
  "environments": [{"id": 4, "name": "cluster", "type": 5, "users": ["alice", "erin"],
                    "namespaces": {"team-a": {"users": ["alice"]}, "private": {}}}],
  "stacks": [{"id": 7, "name": "web", "type": "kubernetes", "environment": "cluster", "namespace": "private",
              "file": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-conf}\ndata: {color: blue}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: local/web:1.0}]}\n"}]
})";

std::vector<std::string> own_names(const contract::Response& response) {
    std::vector<std::string> names;
    for (const auto& one : *response.json) names.push_back(one["Name"]);
    return names;
}

using Names = std::vector<std::string>;

} // namespace

TEST(DoubleKubernetesOwn, ARefusedNamespaceLooksEmpty) {
    for (const Version version : {Version::v2_39_0, Version::v2_43_0}) {
        Asking asking(version, own_world);
        EXPECT_EQ(own_names(asking.get(own + "applications?namespace=private")), Names{"web"});
        const auto refused = asking.get(own + "applications?namespace=private", "alice");
        EXPECT_EQ(refused.status, 200);
        EXPECT_EQ(*refused.json, contract::Json::array());
        EXPECT_EQ(*asking.get(own + "applications?namespace=nosuch").json, contract::Json::array());
    }
}

TEST(DoubleKubernetesOwn, WithoutAnyNamespaceListsAreNull) {
    Asking asking(Version::v2_43_0, own_world);
    asking.tell("/kubernetes/access", R"({"environment": 4, "namespace": "team-a", "restrictDefault": true})");
    for (const char* list : {"applications", "configmaps", "services", "secrets"}) {
        const auto answer = asking.get(own + list, "erin");
        EXPECT_EQ(answer.status, 200) << list;
        EXPECT_TRUE(answer.json->is_null()) << list;
    }
}

TEST(DoubleKubernetesOwn, NamespacesAreThoseOfThePoliciesAndDefault) {
    Asking asking(Version::v2_43_0, own_world);
    EXPECT_EQ(own_names(asking.get(own + "namespaces", "alice")), (Names{"default", "team-a"}));
    EXPECT_EQ(own_names(asking.get(own + "namespaces", "erin")), Names{"default"});
}

TEST(DoubleKubernetesOwn, ANamespaceThatIsNotThereIsRefusedAsOneThatIs) {
    Asking asking(Version::v2_43_0, own_world);
    for (const char* name : {"private", "nosuch"})
        EXPECT_EQ(asking.get(own + "namespaces/" + name, "alice").status, 403) << name;
    Asking older(Version::v2_39_0, own_world);
    EXPECT_EQ(older.get(own + "namespaces/private", "alice").status, 200);
    EXPECT_EQ(older.get(own + "namespaces/nosuch", "alice").status, 404);
}

TEST(DoubleKubernetesOwn, TheOldestServerAnswersEverybodyAsAnAdministrator) {
    Asking asking(Version::v2_23_0, own_world);
    EXPECT_EQ(own_names(asking.get(own + "applications?namespace=private", "bob")), Names{"web"});
    EXPECT_EQ((*asking.get(own + "namespaces/private/configmaps/web-conf", "bob").json)["Data"]["color"], "blue");
}

TEST(DoubleKubernetesOwn, TheNewestServerAsksForTheEnvironmentFirst) {
    Asking asking(Version::v2_43_0, own_world);
    EXPECT_EQ(message(asking.get(own + "namespaces", "bob")), "Permission denied to access environment");
    Asking older(Version::v2_39_0, own_world);
    EXPECT_EQ(own_names(older.get(own + "namespaces", "bob")), Names{"default"});
    EXPECT_EQ((*older.get(own + "namespaces/team-a", "bob").json)["details"], "Unknown (get namespaces team-a)");
}
