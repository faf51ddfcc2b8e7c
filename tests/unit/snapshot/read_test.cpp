// The strict reader: what was not written by write() is an error with its place, whatever it is.
#include "world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

namespace mooring::snapshot::test {
namespace {

using Json = nlohmann::json;

std::string value_of(std::size_t stack, std::size_t variable, bool other) {
    return fmt::format("secret-value-{}-{}-{}", stack, variable, other);
}

std::string a_snapshot(std::uint32_t seed = 5) { return write(observe(make_world(seed, value_of)).kept); }

std::string problem(std::string_view text) {
    const auto kept = read(text);
    return kept ? "" : kept.error().message;
}

// Every object and list of a document, with its place.
void walk(const Json& json, const Json::json_pointer& at, std::vector<Json::json_pointer>& out) {
    out.push_back(at);
    if (json.is_object()) {
        for (const auto& [key, member] : json.items()) walk(member, at / key, out);
    } else if (json.is_array() && !json.empty()) {
        walk(json[0], at / std::size_t{0}, out);
    }
}

TEST(SnapshotRead, GivesBackWhatWasWritten) {
    for (std::uint32_t seed = 1; seed < 30; ++seed) {
        const std::string text = a_snapshot(seed);
        const auto kept = read(text);
        ASSERT_TRUE(kept) << kept.error().message;
        EXPECT_EQ(write(*kept), text);
    }
}

// What snapshots of 0.1.0, which came with bug reports, do not have.
const std::set<std::string> added_since_010{
    "workflowId",   "imageId",      "digest",         "labelImage",      "profiles",        "profileUnknown",
    "job",          "keptRunning",  "serves",         "needed",          "jobsSeen",        "any",
    "jobs",         "tie",          "jobsLine",       "images",          "container",       "updateState",
    "imageWritten", "imageUnknown", "imageByDefault", "replicasWritten", "replicasUnknown", "replicasByDefault"};

TEST(SnapshotRead, MissesEveryKeyThatIsTakenAwayUnlessANewerVersionAddedIt) {
    const Json whole = Json::parse(a_snapshot());
    std::vector<Json::json_pointer> places;
    walk(whole, Json::json_pointer(), places);
    ASSERT_GT(places.size(), 150U);
    for (const auto& place : places) {
        if (place.empty() || !whole[place.parent_pointer()].is_object()) continue;
        if (place.to_string().find("/labels/") != std::string::npos) continue; // any or none
        if (place.to_string().starts_with("/memory/servers/")) continue;       // likewise
        Json damaged = whole;
        damaged[place.parent_pointer()].erase(place.back());
        const bool of_container = place.to_string().find("/containers/") != std::string::npos;
        const bool of_service = place.to_string().find("/services/") != std::string::npos;
        const bool optional = added_since_010.contains(place.back()) || (of_container && place.back() == "createdAt") ||
                              (of_service && place.back() == "mode");
        EXPECT_EQ(problem(damaged.dump()).empty(), optional) << place.to_string();
    }
}

TEST(SnapshotRead, RefusesOtherTypesAndUnknownKeysEverywhere) {
    const Json whole = Json::parse(a_snapshot());
    std::vector<Json::json_pointer> places;
    walk(whole, Json::json_pointer(), places);
    for (const auto& place : places) {
        if (place.to_string().find("/labels") != std::string::npos) continue;
        Json damaged = whole;
        damaged[place] = 1.5;
        EXPECT_NE(problem(damaged.dump()), "") << place.to_string();
        if (!whole[place].is_object() || place.to_string() == "/memory/servers") continue;
        damaged = whole;
        damaged[place]["surplus"] = 1;
        EXPECT_NE(problem(damaged.dump()).find("surplus"), std::string::npos) << place.to_string();
    }
}

TEST(SnapshotRead, NamesThePlace) {
    Json damaged = Json::parse(a_snapshot());
    damaged["servers"][0]["stacks"][0]["value"][0]["id"] = "7";
    EXPECT_EQ(problem(damaged.dump()), "servers[0].stacks[0].value[0].id: not a whole number");
    damaged["servers"][0]["stacks"][0]["value"][0]["id"] = 9'007'199'254'740'993;
    EXPECT_EQ(problem(damaged.dump()), "servers[0].stacks[0].value[0].id: a number that is out of range");
}

TEST(SnapshotRead, OtherVersionsAndKindsAreSaidFirst) {
    EXPECT_NE(problem(R"({"apiVersion":"mooring/v2","kind":"Snapshot"})").find("mooring/v2"), std::string::npos);
    EXPECT_EQ(problem(R"({"apiVersion":"mooring/v1","kind":"Report"})"), "kind: not a Snapshot of `mooring observe`");
    EXPECT_EQ(problem("[]"), "not an object");
    EXPECT_EQ(problem(""), "not JSON at byte 1");
    EXPECT_EQ(problem(R"({"kind":"Snapshot","kind":"Snapshot"})"), "duplicate key `kind`");
}

// An answer that is ok has a value and a denied one a cause: what judges relies on it.
TEST(SnapshotRead, HoldsAnswersToTheirPromises) {
    Json damaged = Json::parse(a_snapshot());
    damaged["servers"][0]["identity"][0]["value"] = nullptr;
    EXPECT_NE(problem(damaged.dump()).find("servers[0].identity[0]"), std::string::npos);
    damaged = Json::parse(a_snapshot());
    damaged["servers"][0]["status"][0]["reply"]["outcome"] = "denied";
    EXPECT_NE(problem(damaged.dump()).find("reply.cause"), std::string::npos);
}

TEST(SnapshotRead, EndsAtEveryCut) {
    const std::string text = a_snapshot();
    for (std::size_t end = 0; end + 2 < text.size(); end += 37) EXPECT_NE(problem(text.substr(0, end)), "");
}

// Whatever is read can be judged: no value makes the judge fall over.
TEST(SnapshotRead, AnythingThatIsReadCanBeJudged) {
    std::mt19937 random(7);
    std::size_t judged = 0;
    for (std::uint32_t round = 0; round < 600; ++round) {
        Json changed = Json::parse(a_snapshot(round % 10 + 1));
        std::vector<Json::json_pointer> places;
        walk(changed, Json::json_pointer(), places);
        for (int i = 0; i < 3; ++i) {
            Json& place = changed[places[random() % places.size()]];
            if (place.is_number()) place = static_cast<std::int64_t>(random() % 5) * 1'000'000'000'000'000 - 1;
            if (place.is_string()) place = random() % 2 != 0 ? "" : "production";
            if (place.is_boolean()) place = !place.get<bool>();
            if (place.is_array()) place = Json::array();
        }
        const auto kept = read(changed.dump());
        if (!kept || kept->servers.empty()) continue;
        judge(*kept);
        ++judged;
    }
    EXPECT_GT(judged, 100U);
}

TEST(SnapshotRead, RefusesTimesThatNoClockHolds) {
    for (const std::int64_t at : {std::int64_t{-1}, std::int64_t{9'000'000'001}, std::int64_t{3'999'999'999'999'999}}) {
        Json damaged = Json::parse(a_snapshot());
        damaged["startedAt"] = at;
        EXPECT_NE(problem(damaged.dump()).find("startedAt"), std::string::npos) << at;
    }
}

TEST(SnapshotReplay, WhatWasNotRecordedIsUnreachableAndNeverMissing) {
    Outcome outcome = observe(make_world(5, value_of));
    ServerAnswers& answers = outcome.kept.servers.at(0);
    answers.stacks.clear();
    for (const StackResult& stack : judge(outcome.kept).stacks) EXPECT_EQ(stack.verdict, Verdict::unreachable);
    outcome = observe(make_world(5, value_of));
    for (Texts& texts : outcome.kept.texts) texts.files.clear();
    for (const StackResult& stack : judge(outcome.kept).stacks) EXPECT_NE(stack.verdict, Verdict::in_sync);
}

} // namespace
} // namespace mooring::snapshot::test
