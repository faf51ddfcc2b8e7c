#include "drift/judge.hpp"

#include "support/results.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace mooring::drift {
namespace {

const std::set<Verdict> all(all_verdicts.begin(), all_verdicts.end());

Report report_of(std::vector<StackResult> results) {
    Report report;
    report.stacks = std::move(results);
    return report;
}

int code_of(StackResult result, const std::set<Verdict>& fail_on = all) {
    return exit_code(report_of({std::move(result)}), fail_on, false);
}

TEST(Summary, CountsCoverageAndScoreOverDeclaredWithoutSuspended) {
    StackResult accepted = result_of(Verdict::in_sync);
    accepted.waived = true;
    StackResult without_runtime = result_of(Verdict::in_sync);
    without_runtime.runtime_asked = false;
    const Summary summary =
        summarise({result_of(Verdict::in_sync), accepted, without_runtime, result_of(Verdict::drifted),
                   result_of(Verdict::missing), result_of(Verdict::denied), result_of(Verdict::error),
                   result_of(Verdict::pending), result_of(Verdict::suspended), result_of(Verdict::extra)});
    EXPECT_EQ(summary.declared, 9U); // extra is in neither
    EXPECT_EQ(summary.suspended, 1U);
    EXPECT_EQ(summary.covered, 5U);
    EXPECT_EQ(summary.coverage, 5.0 / 8);
    EXPECT_EQ(summary.score, 2.0 / 8);
    EXPECT_EQ(summary.score_with_waivers, 3.0 / 8);
    EXPECT_EQ(summary.in_sync_waived, 1U);
    EXPECT_EQ(summary.in_sync_runtime_not_asked, 1U);
    EXPECT_EQ(summary.verdicts.size(), all_verdicts.size());
    EXPECT_EQ(summary.verdicts.at(Verdict::extra), 1U);
    EXPECT_EQ(summary.verdicts.at(Verdict::orphaned), 0U);
}

TEST(Summary, NothingDeclaredHasNoScore) {
    for (const auto& results :
         {std::vector<StackResult>{}, {result_of(Verdict::suspended), result_of(Verdict::extra)}}) {
        const Summary summary = summarise(results);
        EXPECT_FALSE(summary.coverage || summary.score || summary.score_with_waivers);
    }
}

TEST(Summary, TheScoreCannotRiseByLosingPermission) {
    std::mt19937 random(8);
    for (int round = 0; round < 500; ++round) {
        std::vector<StackResult> results;
        for (unsigned i = 0; i < 1 + random() % 12; ++i) {
            results.push_back(result_of(all_verdicts.at(random() % all_verdicts.size())));
            results.back().waived = random() % 2 == 0;
        }
        const Summary before = summarise(results);
        StackResult& one = results[random() % results.size()];
        if (one.verdict == Verdict::suspended || one.verdict == Verdict::extra) continue; // not judged, not declared
        one = result_of(random() % 2 == 0 ? Verdict::denied : Verdict::not_visible);
        const Summary after = summarise(results);
        EXPECT_LE(after.score, before.score);
        EXPECT_LE(after.score_with_waivers, before.score_with_waivers);
        EXPECT_LE(after.coverage, before.coverage);
    }
}

TEST(Exit, EachVerdictSetsItsBit) {
    EXPECT_EQ(code_of(result_of(Verdict::in_sync)), 0);
    EXPECT_EQ(code_of(result_of(Verdict::suspended)), 0);
    for (const Verdict verdict : {Verdict::drifted, Verdict::missing, Verdict::extra}) {
        EXPECT_EQ(code_of(result_of(verdict)), 2) << to_string(verdict);
    }
    for (const Verdict verdict : {Verdict::denied, Verdict::not_visible, Verdict::orphaned, Verdict::unreachable,
                                  Verdict::pending, Verdict::error}) {
        EXPECT_EQ(code_of(result_of(verdict)), 3) << to_string(verdict);
    }
    EXPECT_EQ(exit_code(report_of({result_of(Verdict::denied), result_of(Verdict::drifted)}), all, false), 4);
    EXPECT_EQ(code_of(result_of(Verdict::deleted)), 4);
}

TEST(Exit, ADeletedStackIsDriftAndBlindButNoChange) {
    EXPECT_EQ(code_of(result_of(Verdict::deleted), {Verdict::deleted}), 4);
    EXPECT_EQ(code_of(result_of(Verdict::deleted), {Verdict::drifted}), 0);
    EXPECT_EQ(code_of(result_of(Verdict::deleted), {Verdict::denied, Verdict::not_visible}), 0);
}

TEST(Summary, ADeletedStackIsDeclaredAndNotCovered) {
    const Summary summary = summarise({result_of(Verdict::in_sync), result_of(Verdict::deleted)});
    EXPECT_EQ(summary.declared, 2U);
    EXPECT_EQ(summary.coverage, 0.5);
    EXPECT_EQ(summary.score, 0.5);
    EXPECT_EQ(summary.verdicts.at(Verdict::deleted), 1U);
}

TEST(Exit, AChangeSeenInAStackReadInPartSetsTheDriftBitToo) {
    EXPECT_EQ(code_of(result_of(Verdict::denied, {change_of(Plane::record, "state")})), 4);
    StackResult accepted = result_of(Verdict::denied, {change_of(Plane::record, "state")});
    accepted.changes[0].waiver = "a";
    EXPECT_EQ(code_of(accepted), 3);
}

TEST(Exit, AWaivedMissingOrExtraSetsNoBit) {
    for (const Verdict verdict : {Verdict::missing, Verdict::extra}) {
        StackResult accepted = result_of(verdict);
        accepted.waived = true;
        EXPECT_EQ(code_of(accepted), 0);
    }
}

TEST(Exit, FailOnNarrowsWhichVerdictsSetBits) {
    EXPECT_EQ(code_of(result_of(Verdict::pending), {Verdict::drifted}), 0);
    EXPECT_EQ(code_of(result_of(Verdict::extra), {Verdict::drifted, Verdict::missing}), 0);
    const StackResult partly = result_of(Verdict::denied, {change_of(Plane::record, "state")});
    EXPECT_EQ(code_of(partly, {Verdict::drifted}), 2); // a change that was seen is drift, whatever else is denied
    EXPECT_EQ(code_of(partly, {Verdict::denied}), 4);
    EXPECT_EQ(code_of(partly, {Verdict::missing}), 0);
}

TEST(Exit, WhereSeveralApplyTheOrderIsThatOfTheTable) {
    Report report = report_of({result_of(Verdict::drifted)});
    report.partial = true;
    EXPECT_EQ(exit_code(report, all, false), 130);
    const auto add_server = [&report](int code) {
        ServerResult server;
        server.exit_code = code;
        report.servers.push_back(server);
    };
    for (const int code : {69, 77, 70}) { // each one goes before those added earlier
        add_server(code);
        EXPECT_EQ(exit_code(report, all, false), code);
    }
    EXPECT_EQ(exit_code(report, all, true), 65);
}

TEST(Exit, OneServerOfSeveralThatIsDownIsNot69) {
    Report report = report_of({result_of(Verdict::unreachable)});
    report.servers.resize(2);
    report.servers[1].exit_code = 69;
    EXPECT_EQ(exit_code(report, all, false), 3);
    report.servers[0].exit_code = 69;
    EXPECT_EQ(exit_code(report, all, false), 69);
}

} // namespace
} // namespace mooring::drift
