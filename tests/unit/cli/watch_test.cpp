#include "cli/check_run.hpp"

#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

StackResult stack(std::string name, Verdict verdict) {
    StackResult out;
    out.name = std::move(name);
    out.server = "main";
    out.environment_name = "production";
    out.verdict = verdict;
    return out;
}

Report report_of(std::vector<StackResult> stacks) {
    Report report;
    report.servers.resize(1);
    report.servers[0].name = "main";
    report.stacks = std::move(stacks);
    return report;
}

TEST(Watch, SaysNothingWhereNothingHasChanged) {
    const Report one = report_of({stack("shop", Verdict::drifted)});
    Report same = one;
    same.stacks[0].message = "Told in other words.";
    EXPECT_EQ(changes_between(one, same, {}), "");
}

TEST(Watch, SaysWhatHasAnotherVerdictAndWhatItWas) {
    const std::string text =
        changes_between(report_of({stack("shop", Verdict::in_sync), stack("blog", Verdict::in_sync)}),
                        report_of({stack("shop", Verdict::denied), stack("blog", Verdict::in_sync)}), {});
    EXPECT_NE(text.find("DENIED       shop/production\n"), std::string::npos) << text;
    EXPECT_NE(text.find("It was in sync."), std::string::npos) << text;
    EXPECT_EQ(text.find("blog"), std::string::npos) << text;
}

TEST(Watch, SaysAnotherDifferenceAndWhatCameOrWent) {
    Report before = report_of({stack("shop", Verdict::drifted), stack("gone", Verdict::in_sync)});
    Report after = report_of({stack("shop", Verdict::drifted), stack("new", Verdict::missing)});
    after.stacks[0].changes.push_back({.plane = Plane::content,
                                       .path = "services.web.image",
                                       .desired = "a",
                                       .actual = "b",
                                       .secret_digest = {},
                                       .waiver = {},
                                       .where = {}});
    after.servers[0].error = "it does not answer";
    const std::string text = changes_between(before, after, {});
    for (const std::string_view part : {"services.web.image", "MISSING      new/production",
                                        "gone/production is no longer", "server main: it does not answer"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    EXPECT_NE(changes_between(after, before, {}).find("server main answers again"), std::string::npos);
}

TEST(UnifiedDiff, IsWhatDiffWrites) {
    EXPECT_EQ(unified_diff("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
              "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    EXPECT_EQ(unified_diff("a", "1\n", "b", "1\n"), "");
    EXPECT_EQ(unified_diff("a", "", "b", "1\n"), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+1\n");
    EXPECT_EQ(unified_diff("a", "1\n2\n", "b", "2\n"), "--- a\n+++ b\n@@ -1,2 +1,1 @@\n-1\n 2\n");
}

TEST(UnifiedDiff, FarDifferencesAreHunksOfTheirOwn) {
    std::string one;
    for (int i = 0; i < 30; ++i) one += std::to_string(i) + "\n";
    std::string other = one;
    other.replace(other.find("\n2\n"), 3, "\ntwo\n");
    other.replace(other.find("\n25\n"), 4, "\nmany\n");
    const std::string text = unified_diff("a", one, "b", other);
    EXPECT_NE(text.find("@@ -1,6 +1,6 @@\n"), std::string::npos) << text;
    EXPECT_NE(text.find("@@ -23,7 +23,7 @@\n"), std::string::npos) << text;
}

TEST(FileDiff, NoSecretOfFilesOrVariablesIsShown) {
    DesiredStack desired;
    desired.name = "shop";
    desired.server = "main";
    desired.where = {.file = "shop.yaml", .line = 1};
    desired.env.emplace().emplace_back();
    desired.env->front().name = "API";
    desired.env->front().value = Secret("env-desired-value");
    desired.source = DesiredContent{.text = "services:\n  web:\n    image: nginx:1.27\n    environment:\n"
                                            "      DB_PASSWORD: file-desired-secret\n      X: env-desired-value\n"
                                            "configs:\n  c:\n    content: |\n      first private line\n      second\n",
                                    .file = "compose.yaml",
                                    .line = 1};
    StackResult result = stack("shop", Verdict::drifted);
    result.id = 7;
    result.where = desired.where;
    result.changes.push_back({.plane = Plane::content,
                              .path = "services.web.image",
                              .desired = "a",
                              .actual = "b",
                              .secret_digest = {},
                              .waiver = {},
                              .where = {}});
    KeptFiles files;
    files.keep_file("main", 7,
                    "services:\n  web:\n    image: nginx:1.25\n    environment:\n"
                    "      DB_PASSWORD: pw1\n      Y: env-actual-value\n      PIN: 123\n"
                    "configs:\n  c:\n    content: |\n      another private line\n      second\n");
    StackRecord record;
    record.id = 7;
    record.env = {{"API", Secret("env-actual-value")}};
    files.keep_record("main", record);
    Desired all;
    all.stacks.push_back(desired);
    const std::string text = files.diffs(report_of({result}), all);
    EXPECT_TRUE(text.contains("-    image: nginx:1.27\n+    image: nginx:1.25\n") || text.contains("not shown"))
        << text;
    for (const std::string_view secret : {"file-desired-secret", "env-desired-value", "pw1", "env-actual-value", "123",
                                          "first private line", "another private line"})
        EXPECT_FALSE(text.contains(secret)) << secret << "\n" << text;
}

} // namespace
} // namespace mooring::cli
