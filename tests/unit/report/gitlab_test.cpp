#include "report/formats.hpp"

#include "golden.hpp"
#include "random_report.hpp"
#include "samples.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace mooring::report {
namespace {

using Json = nlohmann::json;

TEST(GitlabReport, IsStable) { expect_golden("full.codequality.json", to_gitlab(full_report())); }

// GitLab, Code Quality report format: what it shows needs each of these.
TEST(GitlabReport, EachFindingHasWhatGitlabNeedsAndAFingerprintOfItsOwn) {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        std::set<std::string> fingerprints;
        const Json findings = Json::parse(to_gitlab(random_report(seed).report));
        for (const Json& one : findings) {
            EXPECT_FALSE(one.at("description").get<std::string>().empty());
            EXPECT_TRUE(one.at("check_name").get<std::string>().starts_with("mooring/"));
            EXPECT_TRUE(fingerprints.insert(one.at("fingerprint")).second);
            const std::set<std::string> severities{"info", "minor", "major", "critical", "blocker"};
            EXPECT_TRUE(severities.contains(one.at("severity")));
            EXPECT_FALSE(one.at("location").at("path").get<std::string>().empty());
            EXPECT_GE(one.at("location").at("lines").at("begin").get<int>(), 1);
        }
    }
}

TEST(GitlabReport, WhatIsInSyncWaivedOrSuspendedIsNoFinding) {
    const std::string text = to_gitlab(full_report());
    for (const std::string_view name : {"web1/", "legacy/", "suspended/"})
        EXPECT_EQ(text.find(name), std::string::npos) << name;
    EXPECT_EQ(to_gitlab(empty_report()), "[]\n");
}

TEST(GitlabReport, ManifestsAloneHaveErrorsAndWarnings) {
    const Json findings = Json::parse(to_gitlab(full_report().diagnostics));
    ASSERT_EQ(findings.size(), 1U); // the note is none
    EXPECT_EQ(findings[0]["location"]["path"], "manifests/bad.yaml");
    EXPECT_EQ(findings[0]["location"]["lines"]["begin"], 4);
}

} // namespace
} // namespace mooring::report
