#include "report/formats.hpp"

#include "golden.hpp"
#include "samples.hpp"

namespace mooring::report {
namespace {

// full_report() with its only stack of this verdict (or the first of them), as XML from its test case on.
std::string case_for(const std::string& name) {
    const std::string text = to_junit(full_report());
    const std::size_t from = text.find("name=\"" + name + "\"");
    if (from == std::string::npos) return {};
    return text.substr(from, text.find("<testcase", from) - from);
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(JUnitReport, IsStable) { expect_golden("full.xml", to_junit(full_report())); }

TEST(JUnitReport, DriftIsAFailure) {
    EXPECT_TRUE(holds(case_for("shop"), "<failure type=\"drifted\""));
    EXPECT_TRUE(holds(case_for("cache"), "<failure type=\"deleted\""));
    EXPECT_TRUE(holds(case_for("forgotten"), "<failure type=\"extra\""));
}

TEST(JUnitReport, WhatCouldNotBeSeenIsAnErrorAndNeverAFailure) {
    EXPECT_TRUE(holds(case_for("billing"), "<error type=\"denied\""));
    EXPECT_TRUE(holds(case_for("audit"), "<error type=\"not_visible\""));
    for (const std::string word : {"orphaned", "unreachable", "pending"})
        EXPECT_TRUE(holds(case_for(word), "<error type=\"" + word + "\"")) << word;
}

TEST(JUnitReport, WaivedAndSuspendedAreSkippedWithTheirReason) {
    EXPECT_TRUE(holds(case_for("legacy"), "<skipped type=\"in_sync\" message=\"in sync (waived): waiver old-nginx: "
                                          "replaced when the proxy moves (owner web@example.org"));
    EXPECT_TRUE(
        holds(case_for("suspended"), "<skipped type=\"suspended\" message=\"suspended: Why it is suspended.\""));
}

TEST(JUnitReport, InSyncPasses) {
    EXPECT_EQ(case_for("web1"), "name=\"web1\"/>\n    ");
    EXPECT_TRUE(holds(case_for("batch"), "<system-out>in sync (runtime not asked)"));
}

TEST(JUnitReport, ARunThatJudgedNothingIsNoEmptyPass) {
    Report report = empty_report();
    report.exit_code = 77;
    report.servers[0].exit_code = 77;
    report.servers[0].error = "The token was refused.";
    const std::string text = to_junit(report);
    EXPECT_TRUE(holds(text, "tests=\"2\" failures=\"0\" errors=\"2\""));
    EXPECT_TRUE(holds(text, "The token was refused."));
}

TEST(JUnitReport, APartialRunIsAnError) {
    Report report = empty_report();
    report.partial = true;
    report.exit_code = 130;
    EXPECT_TRUE(holds(to_junit(report), "<error type=\"exit 130\""));
}

TEST(JUnitReport, AWaiverNeverSkipsWhatCouldNotBeSeen) {
    Report report = full_report();
    for (StackResult& stack : report.stacks) stack.waived = true;
    EXPECT_TRUE(holds(to_junit(report), "<error type=\"denied\""));
}

TEST(JUnitReport, TextIsNeverMarkup) {
    Report report = shop_report();
    report.stacks[0].name = "a\"><failure/><x y='";
    report.stacks[0].verdict = Verdict::error;
    report.stacks[0].message = "]]> <![CDATA[ &amp; \xEF\xBF\xBF \x01";
    const std::string text = to_junit(report);
    EXPECT_TRUE(holds(text, "name=\"a&quot;&gt;&lt;failure/&gt;&lt;x y=&#39;\""));
    EXPECT_TRUE(holds(text, "]]&gt; &lt;![CDATA[ &amp;amp; \xEF\xBF\xBD \\x01"));
}

} // namespace
} // namespace mooring::report
