#include "report/formats.hpp"

#include "golden.hpp"
#include "report/layout.hpp"
#include "samples.hpp"

#include <fmt/format.h>

namespace mooring::report {
namespace {

bool has_text(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

Report large_report(std::size_t stacks) {
    Report report = shop_report();
    const StackResult drifted = report.stacks[11];
    for (std::size_t i = 0; i < stacks; ++i) {
        report.stacks.push_back(drifted);
        report.stacks.back().name = fmt::format("shop{}", i);
        report.stacks.back().changes[0].actual = fmt::format("nginx:1.{}", i); // each differs in its own way
    }
    report.summary.verdicts[Verdict::drifted] += stacks;
    return report;
}

TEST(MarkdownReport, IsStable) {
    expect_golden("full.md", to_markdown(full_report()));
    expect_golden("shop.md", to_markdown(shop_report()));
}

TEST(MarkdownReport, FitsACommentAndSaysWhatWasCut) {
    const std::string text = to_markdown(large_report(5'000));
    EXPECT_LT(text.size(), 60'000U);
    EXPECT_GT(text.size(), 40'000U); // and uses the room
    EXPECT_TRUE(has_text(text, "**drifted 5001**"));
    EXPECT_TRUE(has_text(text, "**Cut to fit a comment:** not shown are "));
    EXPECT_TRUE(has_text(text, " of 5004 rows, "));
    EXPECT_TRUE(has_text(text, " of 5004 details"));
    EXPECT_FALSE(has_text(to_markdown(shop_report()), "Cut to fit"));
}

TEST(MarkdownReport, EqualDifferencesHaveOneBlockWithEveryName) {
    Report report = large_report(30);
    for (StackResult& stack : report.stacks) {
        if (stack.verdict == Verdict::drifted) stack.changes[0].actual = "nginx:1.25";
    }
    const std::string text = to_markdown(report);
    EXPECT_TRUE(has_text(text, "<b>31 stacks</b> drifted, all in the same way"));
    EXPECT_EQ(count_of(text, "`nginx:1.27` → `nginx:1.25`"), 1U);
    EXPECT_EQ(count_of(text, "`shop29/production`"), 1U); // in the block; the table has a row for each
    EXPECT_EQ(count_of(text, "\n| 🔴 drifted |"), 31U);
}

TEST(MarkdownReport, NamesLeadToPortainer) {
    EXPECT_TRUE(has_text(to_markdown(shop_report()),
                         "| [`shop`](https://portainer.example.test/#!/1/docker/stacks/shop?id=7&type=2&regular=true&"
                         "external=false&orphaned=false) |"));
}

TEST(MarkdownReport, WhatIsCutIsCountedRight) {
    const std::string text = to_markdown(large_report(5'000));
    const std::size_t rows = count_of(text, "\n| 🔴 ") + count_of(text, "\n| 🔒 ") + count_of(text, "\n| 🟡 ");
    EXPECT_TRUE(has_text(text, fmt::format("{} of 5004 rows", 5004 - rows)));
}

TEST(MarkdownReport, OneStackOfManyLongChangesFits) {
    Report report = shop_report();
    StackResult& stack = report.stacks[11];
    const Change change = stack.changes[0];
    stack.changes.assign(400, change);
    for (Change& one : stack.changes) {
        one.path = std::string(3'000, 'p');
        one.desired = std::string(9'000, 'd');
        one.actual = std::string(9'000, 'a');
    }
    const std::string text = to_markdown(report);
    EXPECT_LT(text.size(), 60'000U);
    EXPECT_TRUE(has_text(text, "and 370 more changes"));
}

TEST(MarkdownReport, WrongManifestsSayWhatIsWrongAndNothingThatIsNot) {
    Report report;
    report.mooring_version = "0.1.0";
    report.exit_code = 65;
    report.diagnostics = {
        {.severity = Severity::note, .message = "the manifests were not read"},
        {.severity = Severity::error, .message = "unknown key", .where = {.file = "m.yaml", .line = 4, .column = 3}}};
    const std::string text = to_markdown(report);
    EXPECT_TRUE(text.starts_with("### Mooring: the manifests or the configuration are not valid\n\n"
                                 "Nothing was read · exit 65\n\n"
                                 "- **error** `m.yaml:4:3` unknown key\n\n"))
        << text;
    EXPECT_TRUE(has_text(text, "<details><summary>1 remark</summary>")) << text;
    EXPECT_TRUE(text.ends_with("\n<sub>Mooring 0.1.0, 1970-01-01T00:00:00Z.</sub>\n")) << text;
    EXPECT_FALSE(has_text(text, "in sync 0")) << text;
    EXPECT_TRUE(has_text(to_markdown(empty_report()), "**in sync 0**")) << "nothing declared is an answer";
    EXPECT_FALSE(has_text(to_markdown(empty_report()), "→"));
}

TEST(MarkdownReport, FoldsAreClosed) {
    const std::string text = to_markdown(large_report(5'000));
    EXPECT_EQ(count_of(text, "<details>"), count_of(text, "</details>"));
    EXPECT_GT(count_of(text, "<details>"), 10U);
}

TEST(MarkdownText, ACodeSpanHoldsBackticks) {
    EXPECT_EQ(code_span("nginx:1.27"), "`nginx:1.27`");
    EXPECT_EQ(code_span("a`b"), "``a`b``");
    EXPECT_EQ(code_span("`"), "`` ` ``");
    EXPECT_EQ(code_span("a```b"), "````a```b````");
    EXPECT_EQ(code_span(""), "*(empty)*");
}

TEST(MarkdownText, ACellHoldsNoPipe) {
    EXPECT_EQ(code_cell("a|b\\|c"), "a&#124;b&#92;&#124;c");
    EXPECT_EQ(code_cell("a"), "`a`");
}

TEST(MarkdownText, ProseIsNeverStructure) {
    EXPECT_EQ(prose("<b>&"), "&lt;b&gt;&amp;&#8288;");
    EXPECT_EQ(prose("![x](y)"), "&#33;&#8288;&#91;x&#93;(y)");
    EXPECT_EQ(prose("*a* _b_ `c` ~d~ $e$ \\"), "&#42;a&#42; &#95;b&#95; &#96;c&#96; &#126;d&#126; &#36;e&#36; &#92;");
}

TEST(MarkdownText, ProseCallsNobodyAndLinksNowhere) {
    EXPECT_EQ(prose("@alice #12"), "&#64;&#8288;alice &#35;&#8288;12");
    EXPECT_EQ(prose("https://evil.test"), "https&#58;/&#8288;/evil.test");
    EXPECT_EQ(prose("www.evil.test"), "www&#8288;.evil.test");
    EXPECT_EQ(prose(":tada: note: x"), "&#58;tada: note: x");
    EXPECT_EQ(prose("%\"15.0\" %3"), "&#37;&#8288;\"15.0\" &#37;&#8288;3");
    EXPECT_EQ(prose("50 %alice"), "50 &#37;&#8288;alice");
}

TEST(MarkdownText, TimesAndSharesReadPlainlyAndNothingElseWithAColonDoes) {
    EXPECT_EQ(prose("2026-10-01T09:30:00Z to 09:30, 98 %"), "2026-10-01T09:30:00Z to 09:30, 98 %");
    EXPECT_EQ(prose("98 % (50 %), 3 %; 4 %."), "98 % (50 %), 3 %; 4 %.");
    EXPECT_EQ(prose("10:100:00 :10:00: a10:00 T10:00 10:00:x 10:00:100"),
              "10&#58;100&#58;00 &#58;10&#58;00: a10&#58;00 T10&#58;00 10&#58;00&#58;x 10&#58;00&#58;100");
    EXPECT_EQ(prose("127.0.0.1:80:x"), "127.0.0.1&#58;80&#58;x");
    EXPECT_EQ(prose("1.2.3.4:80:90"), "1.2.3.4&#58;80&#58;90");
}

} // namespace
} // namespace mooring::report
