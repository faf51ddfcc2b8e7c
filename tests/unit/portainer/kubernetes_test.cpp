// What the answers of a cluster mean that come through Portainer's proxy (kubernetes.md §3.1): every recorded one, and
// what the recordings do not have.
#include "portainer/causes.hpp"
#include "portainer/decode.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace mooring::portainer {
namespace {

using Json = nlohmann::json;
const std::filesystem::path cluster_recordings = MOORING_SOURCE_DIR "/tests/recordings-kubernetes";
constexpr std::string_view proxy = "/kubernetes/";

struct Asked {
    std::string path; // below the cluster's root
    int status = 0;
    std::string content_type;
    std::string body;
};

Meaning meaning_of(const Asked& asked) {
    const auto error = parse_error_body(asked.body);
    AnswerFacts facts{.call = Call::kubernetes,
                      .status = asked.status,
                      .content_type = asked.content_type,
                      .message = {},
                      .details = {},
                      .object = object_of_kubernetes(asked.path),
                      .text = asked.body};
    if (error) facts.message = error->message;
    if (error && error->details) facts.details = *error->details;
    if (error && error->reason) facts.reason = *error->reason;
    if (error) facts.about = error->about;
    return classify(facts);
}

std::string words_of(const Meaning& meaning) {
    std::string text(to_string(meaning.outcome));
    if (meaning.cause) text += " " + std::string(to_string(*meaning.cause));
    if (meaning.failure != Failure::none) text += " " + std::string(to_string(meaning.failure));
    return text;
}

std::string json_body(const Json& response) {
    return response.contains("json") ? response["json"].dump() : response.value("text", "");
}

// The identities of the recordings and what they may: kubernetes.md, "Identities".
TEST(KubernetesAnswers, EveryRecordedOneHasItsMeaning) {
    std::map<std::string, int> count;
    for (const auto& folder : std::filesystem::directory_iterator(cluster_recordings)) {
        if (!folder.is_directory()) continue;
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            std::ifstream text(file.path());
            for (std::string line; std::getline(text, line);) {
                const Json one = Json::parse(line);
                const std::string target = one["request"]["target"];
                const std::size_t at = target.find(proxy);
                if (one["request"]["method"] != "GET" || !target.starts_with("/api/endpoints/") ||
                    at == std::string::npos || one["response"]["status"] == 200)
                    continue;
                const Json& response = one["response"];
                const Asked asked{.path = target.substr(at + proxy.size()),
                                  .status = response["status"],
                                  .content_type = response["headers"]["content-type"],
                                  .body = json_body(response)};
                const std::string meaning = words_of(meaning_of(asked));
                ++count[meaning];
                const bool of_cluster = asked.body.contains("\"Status\"");
                const bool of_environment = asked.body.contains("Permission denied to access environment");
                EXPECT_EQ(meaning.starts_with("denied environment"), of_environment) << line;
                EXPECT_EQ(meaning == "object_absent", of_cluster && asked.status == 404) << line;
                const bool of_namespace = of_cluster && asked.status == 403 &&
                                          asked.body.contains(" in the namespace ") &&
                                          !asked.body.contains("\"roles\"") && !asked.body.contains("boats") &&
                                          !asked.body.contains("rolebindings") && !asked.body.contains("things");
                EXPECT_EQ(meaning == "denied namespace", of_namespace) << line;
            }
        }
    }
    int all = 0;
    for (const auto& [meaning, number] : count) all += number;
    EXPECT_EQ(all, 390);
    EXPECT_EQ(count["denied environment"], 117);
    EXPECT_EQ(count["denied namespace"] + count["denied kind"], 192);
    EXPECT_GT(count["denied kind"], 0);
    EXPECT_EQ(count["object_absent"], 54);
    EXPECT_EQ(count["environment_gone"], 24);
    EXPECT_EQ(count["not_served"], 3);
}

std::string forbidden(const std::string& resource, const std::string& group, const std::string& where) {
    return R"({"kind":"Status","status":"Failure","message":"x is forbidden: User \"system:serviceaccount:portainer:u-2\" )"
           R"(cannot list resource \")" +
           resource + R"(\" in API group \")" + group + R"(\" )" + where +
           R"(","reason":"Forbidden","details":{"kind":"x"},"code":403})";
}

TEST(KubernetesAnswers, TheTable) {
    const std::string json = "application/json";
    const std::string in_b = R"(in the namespace \"team-b\")";
    const std::string absent =
        R"({"kind":"Status","message":"namespaces \"shop\" not found","reason":"NotFound","details":{"name":"shop","kind":"namespaces"},"code":404})";
    const std::vector<std::tuple<Asked, std::string>> table{
        {{"apis/apps/v1/namespaces/team-b/deployments?limit=500", 403, json, forbidden("deployments", "apps", in_b)},
         "denied namespace"},
        {{"api/v1/namespaces/team-b", 403, json, forbidden("namespaces", "", in_b)}, "denied namespace"},
        {{"apis/x/v1/namespaces/team-b/roles", 403, json, forbidden("roles", "rbac.authorization.k8s.io", in_b)},
         "denied kind"},
        {{"apis/e.test/v1/namespaces/team-b/boats", 403, json, forbidden("boats", "e.test", in_b)}, "denied kind"},
        {{"apis/e.test/v1/namespaces/team-b/pods", 403, json, forbidden("pods", "e.test", in_b)}, "denied kind"},
        {{"apis/apps/v1/deployments", 403, json, forbidden("deployments", "apps", "at the cluster scope")},
         "denied kind"},
        {{"x", 403, json, R"({"kind":"Status","message":"no","reason":"Forbidden"})"}, "denied unknown"},
        {{"x", 403, json, R"({"kind":"Status","message":"no","reason":"Strange"})"}, "denied unknown"},
        // Absent is what was asked for, and nothing else.
        {{"api/v1/namespaces/shop", 404, json, absent}, "object_absent"},
        {{"api/v1/namespaces/other", 404, json, absent}, "unavailable refused"},
        {{"api/v1/pods/shop", 404, json, absent}, "unavailable refused"},
        {{"apis/apps/v1/deployments", 404, json,
          R"({"kind":"Status","message":"the server could not find the requested resource","reason":"NotFound","details":{},"code":404})"},
         "unavailable refused"},
        {{"api/v1/namespaces/shop", 404, json, R"({"message":"no Route matched with those values"})"},
         "unavailable refused"},
        {{"apis/x.test/v1", 404, "text/plain; charset=utf-8", "404 page not found\n"}, "not_served"},
        {{"apis/x.test/v1", 404, "text/plain", "not found"}, "unavailable not_the_api"},
        {{"apis/x.test/v1", 404, "text/html", "404 page not found\n"}, "unavailable not_the_api"},
        {{"x", 401, json, R"({"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401})"},
         "unavailable refused"},
        {{"x", 401, json, R"({"message":"Invalid JWT token","details":"Invalid JWT token"})"}, "credentials_refused"},
        {{"x", 410, json, R"({"kind":"Status","message":"too old","reason":"Expired","code":410})"},
         "unavailable refused"},
        {{"x", 502, json, R"({"message":"Proxy failure","details":"Dial tcp: connection refused"})"},
         "unavailable refused"},
        {{"x", 502, "", ""}, "unavailable not_the_api"},
        {{"x", 503, "text/plain", "no endpoints available"}, "unavailable not_the_api"},
        {{"x", 200, "text/html", "<html>"}, "unavailable not_the_api"},
        {{"x", 200, json, "{}"}, "ok"},
    };
    for (const auto& [asked, expected] : table)
        EXPECT_EQ(words_of(meaning_of(asked)), expected) << asked.status << " " << asked.path << " " << asked.body;
}

// Docker's routes keep their own meaning: nothing there is a `kind: Status`.
TEST(KubernetesAnswers, AStatusCountsOnlyBehindTheProxy) {
    const AnswerFacts facts{.call = Call::docker_object,
                            .status = 404,
                            .content_type = "application/json",
                            .message = "namespaces \"shop\" not found",
                            .object = "shop",
                            .reason = "NotFound",
                            .about = "namespaces/shop"};
    EXPECT_EQ(words_of(classify(facts)), "unavailable refused");
}

TEST(KubernetesPaths, AreEncodedButForTheirSlashesAndTheQuerysSigns) {
    EXPECT_EQ(path_of_kubernetes(3, "apis/apps/v1/namespaces/shop/deployments?limit=500&continue=a+b/c=="),
              "/api/endpoints/3/kubernetes/apis/apps/v1/namespaces/shop/deployments?limit=500&continue=a%2Bb%2Fc==");
    EXPECT_EQ(path_of_kubernetes(3, "api/v1/namespaces/a b%"),
              "/api/endpoints/3/kubernetes/api/v1/namespaces/a%20b%25");
    EXPECT_EQ(object_of_kubernetes("api/v1/namespaces/shop?x=1"), "namespaces/shop");
    EXPECT_EQ(object_of_kubernetes("apis"), "");
}

TEST(KubernetesRemedies, NameThePlace) {
    const Reply refused{.call = Call::kubernetes,
                        .outcome = Outcome::denied,
                        .cause = Cause::namespace_,
                        .target = "/api/endpoints/3/kubernetes/apis/apps/v1/namespaces/team-b/deployments?limit=500"};
    EXPECT_EQ(
        remedy(refused, {.user = "alice", .environment = "cluster"}),
        "Ask an administrator to give alice access to the namespace `team-b`: Environments > cluster > Namespaces > "
        "team-b > Manage access.");
    Reply kind = refused;
    kind.cause = Cause::kind;
    EXPECT_TRUE(remedy(kind, {.user = "alice", .environment = "cluster"}).contains("access token of an administrator"));
}

} // namespace
} // namespace mooring::portainer
