#include "contract/compare.hpp"

#include "contract/noise.hpp"
#include "contract/replay.hpp"
#include "portainer_double/double.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace contract;

namespace {

Response answer(const char* json, int status = 200) {
    return {.status = status, .headers = {{"content-type", "application/json"}}, .json = Json::parse(json), .text = {}};
}

std::size_t differences(const char* recorded, const char* actual) {
    Names names;
    return compare(answer(recorded), answer(actual), names).size();
}

} // namespace

TEST(Compare, StatusContentTypeAndBodyCount) {
    Names names;
    const Response recorded = answer("[]");
    EXPECT_TRUE(compare(recorded, recorded, names).empty());
    EXPECT_EQ(compare(recorded, answer("[]", 403), names).size(), 1U);
    Response html = recorded;
    html.headers["content-type"] = "text/html";
    EXPECT_EQ(compare(recorded, html, names).size(), 1U);
    Response text = recorded;
    text.json.reset();
    EXPECT_EQ(compare(recorded, text, names).size(), 1U);
}

TEST(Compare, ShapeAndValuesCount) {
    EXPECT_EQ(differences(R"({"a":1})", R"({"a":1})"), 0U);
    EXPECT_EQ(differences(R"({"a":1})", R"({"a":2})"), 1U);
    EXPECT_EQ(differences(R"({"a":1})", R"({})"), 1U);
    EXPECT_EQ(differences(R"({})", R"({"a":1})"), 1U);
    EXPECT_EQ(differences(R"({"a":null})", R"({"a":[]})"), 1U);
    EXPECT_EQ(differences(R"([1,2])", R"([1])"), 1U);
    EXPECT_EQ(differences(R"([1,2])", R"([2,1])"), 2U); // order counts
}

TEST(Compare, TimesAreZeroOrNot) {
    EXPECT_EQ(differences(R"({"UpdateDate":5})", R"({"UpdateDate":9})"), 0U);
    EXPECT_EQ(differences(R"({"UpdateDate":0})", R"({"UpdateDate":9})"), 1U);
}

TEST(Compare, AServersNamesStandForTheSameThroughout) {
    Names names;
    const Response recorded = answer(R"([{"ImageID":"sha256:aaaaaaaaaaaa"},{"ImageID":"sha256:aaaaaaaaaaaa"}])");
    EXPECT_TRUE(
        compare(recorded, answer(R"([{"ImageID":"sha256:bbbbbbbbbbbb"},{"ImageID":"sha256:bbbbbbbbbbbb"}])"), names)
            .empty());
    EXPECT_FALSE(
        compare(recorded, answer(R"([{"ImageID":"sha256:bbbbbbbbbbbb"},{"ImageID":"sha256:cccccccccccc"}])"), names)
            .empty());
    EXPECT_EQ(names.translate("/images/sha256:aaaaaaaaaaaa/json"), "/images/sha256:bbbbbbbbbbbb/json");
    const Response other =
        answer(R"({"ImageID":"sha256:dddddddddddd"})"); // a second recorded name for the same actual one
    EXPECT_FALSE(compare(other, answer(R"({"ImageID":"sha256:bbbbbbbbbbbb"})"), names).empty());
}

TEST(Compare, TheWordsOfComposeAreApartPortainersAreNot) {
    EXPECT_EQ(
        differences(R"({"message":"failed to deploy a stack: x"})", R"({"message":"failed to deploy a stack: y"})"),
        0U);
    EXPECT_EQ(differences(R"({"message":"failed to deploy a stack: x"})", R"({"message":"Failed to deploy stack"})"),
              1U);
    EXPECT_EQ(differences(R"({"message":"Access denied"})", R"({"message":"Access denied to resource"})"), 1U);
}

TEST(Compare, NamesThatAClusterDrawsAreNoDifferenceAndOtherNamesAre) {
    EXPECT_EQ(differences(R"({"metadata":{"name":"web-6949744fc5-qdznk"}})",
                          R"({"metadata":{"name":"web-7bcd4f5g6h-xxzzk"}})"),
              0U);
    EXPECT_EQ(differences(R"({"metadata":{"name":"web"}})", R"({"metadata":{"name":"shop"}})"), 1U);
    EXPECT_EQ(differences(R"({"message":"User \"portainer-sa-user-5cfba3db-00e5-48d2-98ff-e686aeb71aeb-2\" cannot"})",
                          R"({"message":"User \"portainer-sa-user-00000000-0000-4000-8000-000000000000-2\" cannot"})"),
              0U);
    EXPECT_EQ(differences(R"({"message":"User \"portainer-sa-user-5cfba3db-00e5-48d2-98ff-e686aeb71aeb-2\" cannot"})",
                          R"({"message":"User \"portainer-sa-user-00000000-0000-4000-8000-000000000000-3\" cannot"})"),
              1U);
}

TEST(Compare, WhatWasLeftOutWhenItWasRecordedIsNotCompared) {
    EXPECT_EQ(differences(R"({"metadata":{}})", R"({"metadata":{"managedFields":[]}})"), 0U);
    EXPECT_EQ(differences(R"({"metadata":{"managedFields":[{"manager":"portainer"}]}})",
                          R"({"metadata":{"managedFields":[{"manager":"kubectl"}]}})"),
              1U);
    EXPECT_EQ(differences(R"({"metadata":{"managedFields":[]}})", R"({"metadata":{}})"), 1U);
}

TEST(Compare, IdsOfRecordsCountOnTheDouble) {
    EXPECT_EQ(differences(R"({"Id":7,"ProjectPath":"/data/compose/7"})", R"({"Id":8,"ProjectPath":"/data/compose/8"})"),
              2U);
    Names names;
    EXPECT_TRUE(compare(answer(R"({"Id":7,"ProjectPath":"/data/compose/7"})"),
                        answer(R"({"Id":8,"ProjectPath":"/data/compose/8"})"), names, {.exact_ids = false})
                    .empty());
}

// The comparison would be worth nothing if any server passed: another version's walk must show its differences.
TEST(Contract, TellsTheVersionsApart) {
    const Walk walk = read_walk(MOORING_SOURCE_DIR "/tests/recordings/portainer-2.23.0");
    portainer_double::Double server({.version = portainer_double::Version::v2_39_0});
    server.start();
    Client client(server.url());
    DoubleStage stage(server.control_url());
    const Exclusions none;
    Replay replay(client, stage, none, {.admin_password = "portainer-double-password"});
    std::set<std::string> different;
    replay.run(walk, [&](const LineResult& result) {
        if (!result.differences.empty()) different.insert(result.line->scenario);
    });
    for (const char* scenario :
         {"01-identity", "03-environments", "04-create", "05-read-matrix", "10-update", "12-git"}) {
        EXPECT_TRUE(different.contains(scenario)) << scenario;
    }
}

TEST(Exclusions, AreAtMostThreeInAHundred) {
    std::size_t lines = 0;
    for (const auto& folder : find_walks(MOORING_SOURCE_DIR "/tests/recordings")) {
        for (const Scenario& scenario : read_walk(folder).scenarios) lines += scenario.lines.size();
    }
    EXPECT_EQ(lines, 2582U);
    EXPECT_LE(Exclusions(MOORING_SOURCE_DIR "/tests/contract/exclusions.txt").size() * 100, lines * 3);
}
