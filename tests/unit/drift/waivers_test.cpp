#include "drift/judge.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

namespace mooring::drift {
namespace {

using Texts = std::vector<std::string>;

std::vector<StackResult> waived(StackResult result, const std::vector<Waiver>& waivers, UnixSeconds now = 150) {
    std::vector<StackResult> results{std::move(result)};
    apply_waivers(results.front(), waivers, now);
    return results;
}

StackResult drifted() {
    return result_of(Verdict::drifted,
                     {change_of(Plane::content, "services.web.image"), change_of(Plane::record, "env.A")});
}

TEST(Ignore, TakesMatchingChangesAwayCountsAndListsThem) {
    StackResult result = drifted();
    const auto taken = apply_ignore(result, {{.path = "services.*.image", .reason = "pinned elsewhere"}});
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].path, "services.web.image");
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].path, "env.A");
    EXPECT_EQ(result.ignored, 1U);
    EXPECT_EQ(result.notes, (Texts{"ignored content:services.web.image (pinned elsewhere)"}));
}

TEST(Ignore, AGlobIsMatchedAgainstThePathAndAgainstPlaneAndPath) {
    StackResult result = drifted();
    apply_ignore(result, {{.path = "record:*", .reason = "r"}});
    EXPECT_EQ(result.ignored, 1U);
    apply_ignore(result, {{.path = "runtime:services.web.image", .reason = "r"}});
    EXPECT_EQ(result.ignored, 1U);
}

TEST(Ignore, WhatDoesNotRunIsTakenAwayOnlyByARuleThatNamesIt) {
    for (const auto& [path, taken] : {std::pair{"services.web.*", 0U},
                                      {"*", 0U},
                                      {"services.*", 0U},
                                      {"runtime:services.web.*", 1U},
                                      {"services.*.running", 1U}}) {
        StackResult result = result_of(Verdict::drifted, {change_of(Plane::runtime, "services.web.running")});
        apply_ignore(result, {{.path = path, .reason = "r"}});
        EXPECT_EQ(result.ignored, taken) << path;
    }
}

TEST(Waivers, ADriftedResultWhoseEveryChangeIsWaivedIsInSync) {
    const auto results = waived(drifted(), {waiver_of("b", "env.*"), waiver_of("a", "content:services.web.image")});
    EXPECT_EQ(results[0].verdict, Verdict::in_sync);
    EXPECT_TRUE(results[0].waived);
    EXPECT_EQ(results[0].waivers, (Texts{"a", "b"}));
    EXPECT_EQ(results[0].changes.size(), 2U); // still shown
}

TEST(Waivers, OneUnwaivedChangeKeepsItDrifted) {
    const auto results = waived(drifted(), {waiver_of("a", "env.*")});
    EXPECT_EQ(results[0].verdict, Verdict::drifted);
    EXPECT_FALSE(results[0].waived);
    EXPECT_EQ(results[0].changes[1].waiver, "a");
    EXPECT_EQ(results[0].changes[0].waiver, "");
}

TEST(Waivers, HoldFromTheirFirstSecondUntilBeforeTheirLast) {
    for (const auto& [now, holds] : {std::pair{99, false}, {100, true}, {199, true}, {200, false}}) {
        EXPECT_EQ(waived(drifted(), {waiver_of("a", "*")}, now)[0].waived, holds) << now;
    }
}

TEST(Waivers, AreBoundToServerEnvironmentAndStack) {
    for (const std::string_view field : {"server", "environment", "stack"}) {
        Waiver waiver = waiver_of("a", "*");
        (field == "server" ? waiver.server : field == "environment" ? waiver.environment : waiver.stack) = "other*";
        EXPECT_FALSE(waived(drifted(), {waiver})[0].waived) << field;
    }
    Waiver waiver = waiver_of("a", "*");
    waiver.server = "ma?n";
    waiver.environment = "prod*";
    waiver.stack = "shop";
    EXPECT_TRUE(waived(drifted(), {waiver})[0].waived);
}

TEST(Waivers, NeverCoverADeletedStackAndItsReportSaysWhy) {
    for (const std::string path : {"missing", "deleted", "*"}) {
        const auto results = waived(result_of(Verdict::deleted), {waiver_of("a", path)});
        EXPECT_EQ(results[0].verdict, Verdict::deleted);
        EXPECT_FALSE(results[0].waived) << path;
        EXPECT_TRUE(results[0].waivers.empty());
        ASSERT_EQ(results[0].notes.size(), 1U);
        EXPECT_TRUE(results[0].notes[0].starts_with("waiver a does not cover this")) << results[0].notes[0];
    }
    EXPECT_TRUE(waived(result_of(Verdict::deleted), {waiver_of("a", "env.*")})[0].notes.empty());
    EXPECT_TRUE(waived(result_of(Verdict::missing), {waiver_of("a", "missing")})[0].notes.empty());
}

TEST(Waivers, AcceptAMissingOrExtraStackByThatWordAndKeepTheVerdict) {
    for (const Verdict verdict : {Verdict::missing, Verdict::extra}) {
        const std::string word(to_string(verdict));
        const auto results = waived(result_of(verdict), {waiver_of("a", word)});
        EXPECT_EQ(results[0].verdict, verdict);
        EXPECT_TRUE(results[0].waived);
        EXPECT_FALSE(waived(result_of(verdict), {waiver_of("a", "env.*")})[0].waived);
    }
}

TEST(Waivers, NeverAcceptWhatWasNotRead) {
    for (const Verdict verdict : {Verdict::denied, Verdict::not_visible, Verdict::orphaned, Verdict::unreachable,
                                  Verdict::pending, Verdict::error}) {
        const auto results = waived(result_of(verdict, drifted().changes), {waiver_of("a", "*")});
        EXPECT_EQ(results[0].verdict, verdict);
        EXPECT_FALSE(results[0].waived);
        EXPECT_TRUE(sets_blind_bit(results[0]));
        EXPECT_FALSE(sets_drift_bit(results[0])); // the changes that were seen are accepted
    }
}

TEST(Waivers, ADriftedResultWithoutChangesStaysDrifted) {
    EXPECT_EQ(waived(result_of(Verdict::drifted), {waiver_of("a", "*")})[0].verdict, Verdict::drifted);
}

TEST(Waivers, ExpiredNotBegunAndUnusedOnesAreSaid) {
    const auto codes = [](UnixSeconds now, const std::vector<StackResult>& results) {
        Texts out;
        for (const Diagnostic& remark : waiver_diagnostics(results, {waiver_of("a", "*")}, now)) {
            out.push_back(remark.code + " " + remark.where.file);
        }
        return out;
    };
    EXPECT_EQ(codes(200, {}), (Texts{"waiver-expired waivers.yaml"}));
    EXPECT_EQ(codes(50, {}), (Texts{"waiver-not-begun waivers.yaml"}));
    EXPECT_EQ(codes(150, {}), (Texts{"waiver-unused waivers.yaml"}));
    EXPECT_EQ(codes(150, waived(drifted(), {waiver_of("a", "*")})), Texts{});
}

} // namespace
} // namespace mooring::drift
