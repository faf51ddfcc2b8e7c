#include "report/wording.hpp"

#include <gtest/gtest.h>

namespace mooring::report {
namespace {

TEST(Shown, MakesBlanksAndAbsenceVisible) {
    EXPECT_EQ(shown("nginx:1.27"), "nginx:1.27");
    EXPECT_EQ(shown(std::nullopt), "(absent)");
    EXPECT_EQ(shown(""), "\"\"");
    EXPECT_EQ(shown("a "), "\"a \"");
    EXPECT_EQ(shown("a\nb"), "\"a\\nb\"");
    EXPECT_EQ(shown("(absent)"), "\"(absent)\"");
    EXPECT_EQ(shown("a\x1b[0m"), "a\\x1b[0m");
}

Evidence probe(std::string target, int status) {
    return {.method = "GET", .target = std::move(target), .status = status, .message = {}};
}

TEST(Tried, GroupsProbesByAnswer) {
    EXPECT_EQ(tried({probe("/api/endpoints/1/docker/containers/a-web-1/json", 404),
                     probe("/api/endpoints/1/docker/containers/a-db-1/json", 404),
                     probe("/api/endpoints/1/docker/networks/a_default", 404),
                     probe("/api/endpoints/1/docker/volumes/a_data", 403)}),
              "Tried: container and network names (404); volume name (403).");
    EXPECT_EQ(tried({probe("/api/stacks/31", 404), probe("/api/endpoints/1/docker/services/a_web", 0)}),
              "Tried: /api/stacks/31 (404); service name (no answer).");
    EXPECT_EQ(tried({}), "");
}

TEST(Remark, JoinsTheSuggestionAsAClauseOrASentence) {
    Diagnostic one{.message = "unknown key `a`", .suggestion = "did you mean `b`?"};
    EXPECT_EQ(remark(one), "unknown key `a`; did you mean `b`?");
    one.suggestion = "Keep the key.";
    EXPECT_EQ(remark(one), "unknown key `a`. Keep the key.");
    one.message += ".";
    EXPECT_EQ(remark(one), "unknown key `a`. Keep the key.");
}

TEST(Place, LeavesOutWhatIsNotKnown) {
    EXPECT_EQ(place({.file = "a.yaml", .line = 3, .column = 7}), "a.yaml:3");
    EXPECT_EQ(place({.file = "a.yaml", .line = 3, .column = 7}, true), "a.yaml:3:7");
    EXPECT_EQ(place({.file = "a.yaml"}), "a.yaml");
    EXPECT_EQ(place({}), "");
}

TEST(ExplainExit, NeverCallsAWaivedOrIgnoredDriftInSync) {
    Report report;
    report.summary.declared = 2;
    report.summary.verdicts[Verdict::in_sync] = 2;
    EXPECT_EQ(explain_exit(report), "all that is declared was read and is in sync");
    report.summary.in_sync_waived = 1;
    EXPECT_EQ(explain_exit(report), "all that is declared was read and is in sync, or its drift is waived");
    report.stacks.emplace_back().ignored = 1;
    EXPECT_EQ(explain_exit(report), "all that is declared was read and is in sync, or its drift is waived or ignored");
    report.summary.in_sync_waived = 0;
    EXPECT_EQ(explain_exit(report), "all that is declared was read and is in sync, or its drift is ignored");
    report.summary.verdicts[Verdict::denied] = 1;
    EXPECT_EQ(explain_exit(report), "what is not in sync is waived or outside --fail-on");
}

TEST(ExplainExit, WhatIsSuspendedWasNotRead) {
    Report report;
    report.summary.declared = report.summary.suspended = 2;
    report.summary.verdicts[Verdict::suspended] = 2;
    EXPECT_EQ(explain_exit(report), "all that is declared is suspended");
}

TEST(ExplainExit, NamesTheServersThatEndedTheRun) {
    Report report;
    report.exit_code = 77;
    report.servers.resize(2);
    report.servers[0].name = "main";
    report.servers[1].name = "branch";
    report.servers[1].exit_code = 77;
    EXPECT_EQ(explain_exit(report), "the credentials were refused by server branch");
    report.exit_code = report.servers[0].exit_code = report.servers[1].exit_code = 69;
    EXPECT_EQ(explain_exit(report), "servers main, branch could not be read (user and list of stacks)");
}

} // namespace
} // namespace mooring::report
