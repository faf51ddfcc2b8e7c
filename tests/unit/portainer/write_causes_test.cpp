// What an answer to a write means: every one that was recorded, every one that was watched (portainer-api.md §12), and
// what proves nothing.
#include "portainer/causes.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace mooring::portainer {
namespace {

using Json = nlohmann::json;

std::string words(const WriteMeaning& meaning) {
    std::string text(to_string(meaning.outcome));
    if (meaning.cause) text += " " + std::string(to_string(*meaning.cause));
    return text;
}

std::optional<std::string_view> text_or_none(const Json& value) {
    if (value.is_null()) return std::nullopt;
    return value.get_ref<const std::string&>();
}

std::string meaning_of(int status, std::string_view type, std::optional<std::string_view> message,
                       std::optional<std::string_view> details = {}) {
    return words(classify_write({.call = Call::other,
                                 .status = status,
                                 .content_type = type,
                                 .message = message,
                                 .details = details,
                                 .object = {},
                                 .text = {}}));
}

// tests/golden/causes/writes.jsonl: every distinct answer to a write about stacks or access, and where it was recorded.
TEST(WriteCauses, EveryRecordedAnswerHasItsMeaning) {
    std::ifstream file(MOORING_SOURCE_DIR "/tests/golden/causes/writes.jsonl");
    std::set<std::string> recorded;
    for (std::string text; std::getline(file, text);) {
        const Json line = Json::parse(text);
        EXPECT_EQ(meaning_of(line["status"], line["type"].get_ref<const std::string&>(), text_or_none(line["message"]),
                             text_or_none(line["details"])),
                  line["means"])
            << text;
        for (const Json& at : line["recorded"]) EXPECT_TRUE(recorded.insert(at.get<std::string>()).second) << at;
    }
    std::set<std::string> lines;
    const std::regex write("/api/(stacks|resource_controls).*");
    for (const char* version : {"2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"}) {
        const std::filesystem::path folder = std::string(MOORING_SOURCE_DIR "/tests/recordings/portainer-") + version;
        for (const auto& scenario : std::filesystem::directory_iterator(folder)) {
            std::ifstream in(scenario.path());
            for (std::string text; std::getline(in, text);) {
                const Json line = Json::parse(text);
                const Json& request = line["request"];
                if (request["method"] == "GET" || !std::regex_match(request["target"].get<std::string>(), write))
                    continue;
                lines.insert(std::string(version) + " " + scenario.path().stem().string() + " " + line["n"].dump());
            }
        }
    }
    EXPECT_EQ(recorded, lines) << "the golden file leaves none out";
}

struct Watched {
    const char* sentence;
    int status;
    const char* message;
    const char* details;
    const char* means;
};

constexpr const char* same = nullptr; // the details are the message with its first letter in upper case

constexpr Watched watched[]{
    {"a name that is taken", 409, "A stack with the normalized name 'x' already exists", same, "refused name_taken"},
    {"PUT while deploying", 409, "Unable to update stack", "Stack deployment is already in progress",
     "refused deploying"},
    {"start while deploying", 409, "Unable to start stack", "Stack deployment is already in progress",
     "refused deploying"},
    {"stop while deploying", 409, "Stack deployment is in progress", same, "refused deploying"},
    {"start in Status 4", 409, "Unable to start stack", "Failed to deploy a stack: compose up operation failed: x",
     "refused last_deploy_failed"},
    {"start of an active one", 409, "Unable to start stack", "Stack is already active", "refused already_so"},
    {"start where a container carries the label", 409, "A stack with the name 'x' is already running", same,
     "refused name_taken"},
    {"start whose image is gone", 500, "Unable to start stack", "Failed to deploy a stack: x", "failed deployment"},
    {"endpointId left out", 400, "Invalid query parameter: endpointId", "Missing query parameter", "refused request"},
    {"access: beyond one's right", 403, "Permission denied to update the resource control", "Access denied to resource",
     "refused access_beyond_right"},
    {"access: not covered", 403, "Permission denied to access the resource control", "Access denied to resource",
     "refused access_control"},
    {"access: POST by a user", 403, "Access denied", "Unauthorized", "refused role"},
    {"access: one is there", 409, "A resource control is already associated to this resource",
     "A resource control is already applied on this resource", "refused access_exists"},
    {"access: gone", 404, "Unable to find a resource control with the specified identifier inside the database",
     "Object not found inside the database (bucket=resource_control, key=9)", "refused access_gone"},
    {"access: an empty body", 400, "Invalid request payload",
     "Invalid payload: must specify Users, Teams, Public or AdministratorsOnly", "refused payload"},
    {"git: an interval below a minute", 400, "Invalid request payload", "Interval must be at least 1 minute",
     "refused payload"},
    {"git: a webhook that is taken, create", 409, "Webhook ID: u already exists", "A webhook ID already exists",
     "refused webhook_taken"},
    {"git: a webhook that is taken, settings", 409, "Webhook ID already exists", same, "refused webhook_taken"},
    {"git: a reference that is not there", 500, "Unable to clone git repository directory",
     "Unable to clone git repository: reference not found", "failed repository"},
    {"git: credentials that do not open it", 500, "Unable to fetch git repository", "Authentication required",
     "failed repository"},
    {"git: hidden from users", 400, "Stack is not created from git", "Stack source has no git config",
     "refused git_hidden"},
    {"git: settings, hidden", 500, "No Git config in the found stack source", same, "failed git_hidden"},
    {"an image that is only on the host", 500, "failed to pull images of the stack: Error response from daemon: x",
     same, "failed pull"},
    {"what users may not deploy", 500, "stack config file is invalid: bind-mount disabled for non administrator users",
     same, "failed content"},
    {"Docker is down", 500, "Unable to check for name collision", "Cannot connect to the Docker daemon at x",
     "failed docker"},
    {"docker stack deploy in its own words", 500, "services.web.image must be a string\n", same, "failed deployment"},
    {"a deleted user's key", 401, "Invalid JWT token", "Unauthorized", "refused credentials"},
    {"both headers, newest", 401, "API key and auth header are not allowed at the same time", "Unauthorized",
     "refused header_added"},
    {"both headers", 403, "api key and auth header are not allowed at the same time", same, "refused header_added"},
    {"Kubernetes", 400, "Stopping a kubernetes stack is not supported", same, "refused not_supported"},
};

// Beyond those of tests/golden: what a cluster refuses is a deployment that failed, and never nobody's answer.
TEST(WriteCauses, EveryRecordedErrorOfAKubernetesWriteIsKnown) {
    const std::regex write("/api/stacks(?!/create/kubernetes/url).*"); // Mooring never has a server fetch a file
    std::set<std::string> seen;
    for (const char* version : {"2.23.0", "2.39.0", "2.43.0"}) {
        const std::filesystem::path folder =
            std::string(MOORING_SOURCE_DIR "/tests/recordings-kubernetes/portainer-") + version;
        for (const auto& scenario : std::filesystem::directory_iterator(folder)) {
            std::ifstream in(scenario.path());
            for (std::string text; std::getline(in, text);) {
                const Json line = Json::parse(text);
                const Json& answer = line["response"];
                if (line["request"]["method"] == "GET" || answer["status"].get<int>() < 400 || !answer.contains("json"))
                    continue;
                if (!std::regex_match(line["request"]["target"].get<std::string>(), write)) continue;
                const Json& body = answer["json"];
                const std::string means = meaning_of(answer["status"], "application/json",
                                                     text_or_none(body["message"]), text_or_none(body["details"]));
                EXPECT_NE(means, "unknown") << text.substr(0, 600);
                if (body["message"].get<std::string>().contains("eploy")) seen.insert(means);
            }
        }
    }
    EXPECT_TRUE(seen.contains("failed deployment"));
}

TEST(WriteCauses, EveryAnswerThatWasWatchedHasItsMeaning) {
    for (const Watched& row : watched) {
        std::string details = row.details == same ? row.message : row.details;
        if (row.details == same) details[0] = static_cast<char>(std::toupper(details[0]));
        EXPECT_EQ(meaning_of(row.status, "application/json", row.message, details), row.means) << row.sentence;
    }
}

// Whatever it looks like: only the API's own words prove that nothing was done.
TEST(WriteCauses, WhatIsNotInTheTableIsUnknownAndNeverRefused) {
    for (const int status : {300, 302, 400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 502, 503, 504}) {
        EXPECT_EQ(meaning_of(status, "text/html", std::nullopt), "unknown") << status;
        EXPECT_EQ(meaning_of(status, "application/json", "no Route matched with those values"), "unknown") << status;
        EXPECT_EQ(meaning_of(status, "application/json", "Forbidden", ""), "unknown") << status;
        EXPECT_EQ(meaning_of(status, "", std::nullopt), "unknown") << status;
        // The API's words under another type are somebody else's.
        EXPECT_EQ(meaning_of(status, "text/plain", "Invalid request payload", "EOF"), "unknown") << status;
    }
    EXPECT_EQ(meaning_of(408, "application/json", "Invalid request payload", "EOF"), "unknown") << "a backup runs";
    EXPECT_EQ(meaning_of(502, "application/json", "failed to deploy a stack: x", "Failed to deploy a stack: x"),
              "unknown");
    EXPECT_EQ(meaning_of(403, "application/json", "access denied to resource"), "unknown") << "Docker's shape";
    EXPECT_EQ(meaning_of(404, "application/json", "Unable to find a stack", "no such thing"), "unknown");
    EXPECT_EQ(meaning_of(500, "application/json", "internal error", "Internal Server Error"), "unknown");
}

TEST(WriteCauses, OnlyA2xxOfTheApiIsAnAnswer) {
    EXPECT_EQ(meaning_of(200, "application/json", std::nullopt), "answered");
    EXPECT_EQ(meaning_of(201, "application/json; charset=utf-8", std::nullopt), "answered");
    EXPECT_EQ(meaning_of(204, "", std::nullopt), "answered");
    EXPECT_EQ(meaning_of(200, "text/html", std::nullopt), "unknown");
    EXPECT_EQ(meaning_of(202, "application/json", std::nullopt), "unknown");
}

TEST(WriteCauses, EachHasANameAndACure) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(WriteCause::deployment); ++i) {
        const auto cause = static_cast<WriteCause>(i);
        EXPECT_TRUE(names.insert(to_string(cause)).second) << to_string(cause);
        const std::string cure = remedy(cause, {.user = "alice", .stack = "shop", .environment = "prod", .server = {}});
        EXPECT_TRUE(cure.ends_with('.')) << to_string(cause) << ": " << cure;
    }
    EXPECT_EQ(remedy(WriteCause::access_control, {.user = "alice", .stack = "shop", .environment = {}, .server = {}}),
              "Ask an administrator to add alice to Stacks > shop > Access control.");
}

} // namespace
} // namespace mooring::portainer
