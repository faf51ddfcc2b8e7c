#include "report/formats.hpp"

#include "golden.hpp"
#include "samples.hpp"
#include "sarif_contract.hpp"

#include <nlohmann/json.hpp>
#include <set>

namespace mooring::report {
namespace {

using Json = nlohmann::json;

Json results_of(const Report& report) { return Json::parse(to_sarif(report))["runs"][0]["results"]; }

// The results about one stack.
std::vector<Json> about(const Report& report, std::string_view stack) {
    std::vector<Json> out;
    for (const Json& result : results_of(report)) {
        if (result.contains("properties") && result["properties"]["stack"] == stack) out.push_back(result);
    }
    return out;
}

TEST(SarifReport, IsStable) { expect_golden("full.sarif", to_sarif(full_report())); }

TEST(SarifReport, HoldsToThePropertiesOfTheStandard) {
    for (const Report& report : {shop_report(), full_report(), empty_report()})
        EXPECT_EQ(sarif_complaints(Json::parse(to_sarif(report))), "");
}

TEST(SarifReport, EveryResultHasAPhysicalLocation) {
    Report extra_alone = shop_report();
    std::erase_if(extra_alone.stacks, [](const StackResult& stack) { return stack.name != "shop"; });
    extra_alone.stacks[0].verdict = Verdict::extra;
    extra_alone.stacks[0].where = {};
    extra_alone.stacks[0].changes.clear();
    ASSERT_EQ(results_of(extra_alone).size(), 1U);
    for (const Report& report : {shop_report(), full_report(), extra_alone}) {
        for (const Json& result : results_of(report))
            EXPECT_FALSE(
                result["locations"].at(0)["physicalLocation"]["artifactLocation"]["uri"].get<std::string>().empty())
                << result.dump(1);
    }
}

TEST(SarifReport, LeadsToTheStackInPortainer) {
    const auto shop = about(shop_report(), "shop");
    const std::string url = shop.at(0).at("hostedViewerUri");
    EXPECT_TRUE(url.starts_with("https://portainer.example.test/#!/1/docker/stacks/shop?id=7&")) << url;
    EXPECT_TRUE(shop[0]["message"]["text"].get<std::string>().ends_with("\nIn Portainer: " + url));
    EXPECT_FALSE(about(full_report(), "gone").at(0).contains("hostedViewerUri"));
}

TEST(SarifReport, ErrorsAndWarningsOfManifestsAreResultsAtTheirLines) {
    for (const std::string& text : {to_sarif(full_report()), to_sarif(full_report().diagnostics, "0.2.0")}) {
        const Json log = Json::parse(text);
        EXPECT_EQ(sarif_complaints(log), "");
        std::size_t found = 0;
        for (const Json& result : log["runs"][0]["results"]) {
            if (result["ruleId"] != "manifest") continue;
            ++found;
            EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "manifests/bad.yaml");
            EXPECT_EQ(result["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
        }
        EXPECT_EQ(found, 1U); // the note is none
    }
}

TEST(SarifContract, FindsWhatIsWrong) {
    Json log = Json::parse(to_sarif(shop_report()));
    log["runs"][0]["results"][0].erase("message");
    log["runs"][0]["results"][1]["levle"] = "error";
    log["runs"][0]["results"][1]["level"] = "fatal";
    log["runs"][0]["results"][2]["ruleId"] = "nonesuch";
    const std::string complaints = sarif_complaints(log);
    for (const std::string_view part : {"no message", "unknown property levle", "level: fatal", "nonesuch"})
        EXPECT_NE(complaints.find(part), std::string::npos) << part << "\n" << complaints;
}

TEST(SarifReport, HasAResultForEachChangeAtItsPlace) {
    const auto results = about(shop_report(), "shop");
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0]["ruleId"], "drifted/content");
    EXPECT_EQ(results[0]["level"], "error");
    EXPECT_EQ(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "shop/compose.yaml");
    EXPECT_EQ(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
    EXPECT_EQ(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "manifests/shop.yaml");
}

TEST(SarifReport, WhatCouldNotBeSeenIsAWarningWithItsRemedy) {
    const auto denied = about(shop_report(), "billing");
    ASSERT_EQ(denied.size(), 1U);
    EXPECT_EQ(denied[0]["level"], "warning");
    EXPECT_NE(denied[0]["message"]["text"].get<std::string>().find("Ask an administrator to add alice"),
              std::string::npos);
    for (const std::string_view word : {"orphaned", "unreachable", "pending"})
        EXPECT_EQ(about(full_report(), word).at(0)["level"], "warning") << word;
}

TEST(SarifReport, AStackReadInPartHasBothItsChangesAndItsVerdict) {
    Report report = shop_report();
    report.stacks[11].verdict = Verdict::denied;
    const auto results = about(report, "shop");
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0]["ruleId"], "drifted/content");
    EXPECT_EQ(results[2]["ruleId"], "denied");
}

TEST(SarifReport, WaiversAreSuppressions) {
    const auto waived = about(full_report(), "legacy");
    ASSERT_EQ(waived.size(), 2U);
    EXPECT_EQ(waived[0]["suppressions"][0]["status"], "accepted");
    EXPECT_NE(waived[0]["suppressions"][0]["justification"].get<std::string>().find("replaced when the proxy moves"),
              std::string::npos);
    EXPECT_FALSE(about(full_report(), "shop")[0].contains("suppressions"));
    EXPECT_TRUE(about(full_report(), "suspended").at(0).contains("suppressions"));
}

TEST(SarifReport, NoFingerprintIsMadeOfAValue) {
    Report report = shop_report();
    const Json before = results_of(report);
    report.stacks[11].changes[0].desired = "nginx:1.28";
    report.stacks[11].changes[0].where.line = 40;
    report.stacks[12].message = "Another message.";
    report.stacks[12].verdict = Verdict::not_visible;
    report.run_id = "another";
    const Json after = results_of(report);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(before[i]["partialFingerprints"], after[i]["partialFingerprints"]);
}

TEST(SarifReport, EachFindingHasItsOwnFingerprint) {
    Report report = full_report();
    report.stacks[11].changes.push_back(report.stacks[11].changes[0]); // the same path twice
    std::set<std::string> seen;
    const Json results = results_of(report);
    for (const Json& result : results) seen.insert(result["partialFingerprints"]["mooringFinding/v1"]);
    EXPECT_EQ(seen.size(), results.size());
}

TEST(SarifReport, FingerprintsDependOnEachPart) {
    StackResult stack = shop_report().stacks[11];
    std::set<std::string> seen{fingerprint(stack, "", ""), fingerprint(stack, "content", ""),
                               fingerprint(stack, "", "content"), fingerprint(stack, "content", "a")};
    stack.name += "x";
    seen.insert(fingerprint(stack, "", ""));
    stack.environment_name += "x";
    seen.insert(fingerprint(stack, "", ""));
    stack.server += "x";
    seen.insert(fingerprint(stack, "", ""));
    EXPECT_EQ(seen.size(), 7U);
    EXPECT_EQ(fingerprint(shop_report().stacks[11], "content", "services.web.image"),
              "56a551afd4ec53e1f7476cbaaf8f24e6");
}

TEST(SarifReport, FilesAreUris) {
    EXPECT_EQ(file_uri("manifests/shop.yaml"), "manifests/shop.yaml");
    EXPECT_EQ(file_uri("a b/c#d?e%.yaml"), "a%20b/c%23d%3Fe%25.yaml");
    EXPECT_EQ(file_uri("/etc/mooring/x.yaml"), "file:///etc/mooring/x.yaml");
    EXPECT_EQ(file_uri("javascript:x"), "javascript%3Ax");
}

TEST(SarifReport, ValuesAreNeitherLinksNorPlaceholders) {
    Report report = shop_report();
    report.stacks[11].changes[0].desired = "[x](http://evil.test) {0}";
    const std::string text = about(report, "shop")[0]["message"]["text"];
    EXPECT_EQ(text.find("]("), std::string::npos);
    EXPECT_EQ(text.find("{0}"), std::string::npos);
}

TEST(SarifReport, SaysTheExitCodeAndWhetherTheRunJudged) {
    const Json invocation = Json::parse(to_sarif(full_report()))["runs"][0]["invocations"][0];
    EXPECT_EQ(invocation["exitCode"], 69);
    EXPECT_EQ(invocation["executionSuccessful"], false);
    EXPECT_EQ(invocation["toolExecutionNotifications"].size(), 3U);
    EXPECT_EQ(Json::parse(to_sarif(shop_report()))["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

} // namespace
} // namespace mooring::report
