#include "report/formats.hpp"

#include "golden.hpp"
#include "report/layout.hpp"
#include "samples.hpp"

#include <algorithm>

namespace mooring::report {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

TextOptions terminal(std::size_t width, bool colour = false) {
    TextOptions options;
    options.width = width;
    options.colour = colour;
    return options;
}

TEST(TextReport, PrintsTheSampleShop) { expect_golden("shop.txt", to_text(shop_report(), {})); }

TEST(TextReport, PrintsEveryVerdict) { expect_golden("full.txt", to_text(full_report(), {})); }

TEST(TextReport, FitsANarrowTerminal) { expect_golden("full-72.txt", to_text(full_report(), terminal(72))); }

TEST(TextReport, PaintsVerdictsOnATerminal) {
    expect_golden("shop-colour.txt", to_text(shop_report(), terminal(120, true)));
}

TEST(TextReport, IsNeverWiderThanTheTerminal) {
    for (const std::size_t width : {40U, 60U, 80U, 100U, 120U, 200U}) {
        for (const Report& report : {shop_report(), full_report(), empty_report()}) {
            const std::string text = to_text(report, terminal(width));
            for (const std::string_view line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
        }
    }
}

TEST(TextReport, ShowsSecretsOnlyWhenToldTo) {
    const std::string masked = to_text(full_report(), {});
    EXPECT_EQ(masked.find(secret_desired), std::string::npos);
    EXPECT_EQ(masked.find(secret_actual), std::string::npos);
    EXPECT_NE(masked.find("env.DB_PASSWORD             differs (secret)"), std::string::npos);
    TextOptions options;
    options.show_values = true;
    const std::string clear = to_text(full_report(), options);
    EXPECT_NE(clear.find("hunter2-desired  ->  hunter2-actual"), std::string::npos);
}

TEST(TextReport, LetsNoControlCharacterThrough) {
    for (const char c : to_text(full_report(), {})) {
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
    }
}

TEST(TextReport, QuietLeavesOutOnlyWhatIsInSync) {
    TextOptions options;
    options.quiet = true;
    const std::string text = to_text(full_report(), options);
    EXPECT_EQ(text.find("web1/production"), std::string::npos);
    EXPECT_EQ(text.find("in sync (waived)"), std::string::npos);
    EXPECT_NE(text.find("in sync 13 (1 waived, 1 runtime not asked)"), std::string::npos);
    EXPECT_NE(text.find("SUSPENDED"), std::string::npos);
}

// `count` stacks that differ in the same image, after those of the sample shop.
Report alike_report(int count) {
    Report report = shop_report();
    const auto shop = std::ranges::find(report.stacks, "shop", &StackResult::name);
    StackResult one = *shop;
    one.changes.resize(1);
    report.stacks.erase(shop);
    for (int i = 1; i <= count; ++i) {
        one.name = "copy" + std::to_string(i);
        one.id = 100 + i;
        one.changes[0].where.line = static_cast<std::size_t>(i);
        report.stacks.push_back(one);
    }
    report.summary.verdicts[Verdict::drifted] = static_cast<std::size_t>(count);
    return report;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

TEST(TextReport, EqualDifferencesAreSaidOnceWithEveryName) {
    const std::string text = to_text(alike_report(31), {});
    EXPECT_NE(text.find("DRIFTED      31 stacks, all in the same way\n"), std::string::npos);
    EXPECT_EQ(occurrences(text, "nginx:1.27  ->  nginx:1.25"), 1U);
    for (int i = 1; i <= 31; ++i) EXPECT_NE(text.find("copy" + std::to_string(i) + "/production"), std::string::npos);
}

TEST(TextReport, TwoEqualDifferencesStandAlone) {
    EXPECT_EQ(occurrences(to_text(alike_report(2), {}), "nginx:1.27  ->  nginx:1.25"), 2U);
}

TEST(TextReport, WhatHasAnotherDifferenceIsNoPartOfAGroup) {
    Report report = alike_report(4);
    report.stacks.back().changes[0].actual = "nginx:1.24";
    const std::string text = to_text(report, {});
    EXPECT_NE(text.find("3 stacks, all in the same way"), std::string::npos);
    EXPECT_NE(text.find("nginx:1.27  ->  nginx:1.24"), std::string::npos);
}

TEST(TextReport, InSyncButForIgnoredDifferencesIsSaid) {
    Report report = shop_report();
    const auto found = std::ranges::find(report.stacks, Verdict::in_sync, &StackResult::verdict);
    ASSERT_NE(found, report.stacks.end());
    found->ignored = 2;
    found->notes = {"ignored content:services.web.image (renovate)"};
    const std::string text = to_text(report, {});
    EXPECT_NE(text.find("in sync (2 differences ignored)\n             web1/production"), std::string::npos) << text;
    EXPECT_NE(text.find("ignored content:services.web.image (renovate)"), std::string::npos);
    EXPECT_NE(to_markdown(report, 60'000).find("(2 differences ignored)"), std::string::npos);
}

// What somebody added by hand is no drift, and nothing that a reader may miss.
TEST(TextReport, InSyncButForValuesThatNobodyDeclaresIsSaid) {
    Report report = shop_report();
    const auto found = std::ranges::find(report.stacks, Verdict::in_sync, &StackResult::verdict);
    ASSERT_NE(found, report.stacks.end());
    const std::string note = "Deployment/web:spec.template.spec.hostNetwork (true) is declared nowhere; it was set by "
                             "kubectl-edit at 2026-11-30T18:58:46Z";
    found->notes = {note};
    const std::string text = to_text(report, {});
    EXPECT_NE(text.find("in sync (1 value that no file declares)\n             " + found->name + "/production"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("\n               " + note + "\n"), std::string::npos) << text;
    const std::size_t named = text.find(" " + found->name + "/production");
    EXPECT_EQ(text.find(" " + found->name + "/production", named + 1), std::string::npos) << "it is named once";
    TextOptions quiet;
    quiet.quiet = true;
    EXPECT_EQ(to_text(report, quiet).find("no file declares"), std::string::npos);
    const std::string markdown = to_markdown(report, 60'000);
    EXPECT_NE(markdown.find("| 🟢 in sync (1 value that no file declares) |"), std::string::npos) << markdown;
    EXPECT_NE(markdown.find("- **Note:** Deployment/web"), std::string::npos) << markdown;
    const std::string junit = to_junit(report);
    const std::size_t said = junit.find("<system-out>in sync (1 value that no file declares)\n");
    ASSERT_NE(said, std::string::npos) << junit;
    EXPECT_LT(junit.find(note), junit.find("</system-out>", said)) << junit;
    EXPECT_EQ(to_gitlab(report).find("no file declares"), std::string::npos) << "it is no finding";
}

// A first check of a server that nobody has declared anything of.
TEST(TextReport, UndeclaredStacksOfOneScopeAreOneFinding) {
    Report report = shop_report();
    report.stacks.clear();
    StackResult one;
    one.verdict = Verdict::extra;
    one.server = "main";
    one.environment_name = "production";
    one.where = {.file = "manifests/first.yaml", .line = 5, .column = 1};
    one.remedy = "To keep a stack, declare it.";
    for (int i = 1; i <= 50; ++i) {
        one.name = "s" + std::to_string(i);
        one.id = i;
        one.message = "The server has this stack (id " + std::to_string(i) + ").";
        report.stacks.push_back(one);
    }
    report.stacks.back().where.line = 9; // of another Scope
    const std::string text = to_text(report, {});
    EXPECT_NE(text.find("EXTRA        49 stacks\n"), std::string::npos) << text;
    EXPECT_EQ(occurrences(text, "No manifest declares them, and the Scope at manifests/first.yaml:5"), 1U);
    EXPECT_EQ(occurrences(text, "To keep a stack"), 2U);
    EXPECT_EQ(occurrences(text, "The server has this stack"), 1U) << "what is said of one stands beside one alone";
    for (int i = 1; i <= 50; ++i) EXPECT_NE(text.find("s" + std::to_string(i) + "/production"), std::string::npos);
}

TEST(TextReport, TotalsStandAtTheEnd) {
    const std::string text = to_text(shop_report(), {});
    const std::size_t totals = text.find("in sync 11   drifted 1");
    ASSERT_NE(totals, std::string::npos);
    EXPECT_GT(totals, text.find("DRIFTED"));
    EXPECT_EQ(occurrences(text.substr(totals), "\n"), 2U); // the totals and the exit line
}

TEST(TextReport, ALongReportEndsWithTheNamesOfWhatIsWrongAndWhatTheyShare) {
    const std::string text = to_text(full_report(), {});
    const std::string end = text.substr(text.find("in sync      web1"));
    EXPECT_NE(end.find("\nmissing      gone/production@main\n"), std::string::npos) << end;
    EXPECT_NE(end.find("\ndenied       billing/production@main  taken/production@main\n"), std::string::npos) << end;
    const std::string many = to_text(alike_report(200), {});
    EXPECT_NE(many.find("  content services.web.image: nginx:1.27 -> nginx:1.25 in 200 stacks\n"), std::string::npos);
    EXPECT_NE(many.find("and 180 more\n"), std::string::npos);
}

std::string without_blanks(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

TEST(TextReport, ANarrowTerminalNeverCutsAValueAPathOrAPlace) {
    Report report = shop_report();
    const auto shop = std::ranges::find(report.stacks, "shop", &StackResult::name);
    shop->changes[0].desired = "registry.example.org/team/project/frontend:2026.11.29-rc1";
    shop->changes[0].actual = "registry.example.org/team/project/frontend:2026.11.28";
    shop->changes[0].path = "services.a-service-with-a-long-name.image";
    for (const std::size_t width : {40U, 52U, 80U}) {
        const std::string text = to_text(report, terminal(width));
        EXPECT_EQ(text.find("…"), std::string::npos) << text;
        const std::string dense = without_blanks(text);
        EXPECT_NE(dense.find("registry.example.org/team/project/frontend:2026.11.29-rc1->registry.example.org/team/"
                             "project/frontend:2026.11.28"),
                  std::string::npos)
            << text;
        EXPECT_NE(dense.find("services.a-service-with-a-long-name.image"), std::string::npos) << text;
        for (const std::string_view line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
    }
}

TEST(TextReport, NamesAreLinksOnlyWhereTheTerminalCan) {
    EXPECT_EQ(to_text(shop_report(), terminal(100)).find("\x1b]8"), std::string::npos);
    TextOptions options = terminal(100);
    options.links = true;
    const std::string text = to_text(shop_report(), options);
    EXPECT_NE(text.find("\x1b]8;;https://portainer.example.test/#!/1/docker/stacks/shop?id=7&type=2&regular=true&"
                        "external=false&orphaned=false\x1b\\shop/production\x1b]8;;\x1b\\"),
              std::string::npos);
}

TEST(TextReport, SaysThatNothingIsDeclared) {
    const std::string text = to_text(empty_report(), {});
    EXPECT_NE(text.find("in sync 0      coverage –   score –"), std::string::npos);
    EXPECT_NE(text.find("exit 0: nothing is declared"), std::string::npos);
}

TEST(TextReport, NeverCallsRuntimeReadWhenNothingWas) {
    Report report = empty_report();
    StackResult stack;
    stack.verdict = Verdict::unreachable;
    report.stacks.push_back(stack);
    EXPECT_NE(to_text(report, {}).find("runtime not read"), std::string::npos);
}

} // namespace
} // namespace mooring::report
