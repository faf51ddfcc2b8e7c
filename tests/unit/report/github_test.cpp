#include "report/formats.hpp"

#include "golden.hpp"
#include "samples.hpp"

#include <algorithm>

namespace mooring::report {
namespace {

TEST(GithubReport, IsStable) { expect_golden("full.github", to_github(full_report())); }

TEST(GithubReport, EncodesWhatTheRunnerWouldTakeForSyntax) {
    EXPECT_EQ(github_data("50% of a,b:c"), "50%25 of a,b:c");
    EXPECT_EQ(github_property("50% of a,b:c"), "50%25 of a%2Cb%3Ac");
}

TEST(GithubReport, TextNeverBeginsACommandOfItsOwn) {
    Report report = shop_report();
    StackResult& stack = report.stacks[0];
    stack.verdict = Verdict::error;
    stack.name = "x,line=1::oops";
    stack.message = "one\n::stop-commands::t\r\n##[add-mask]x";
    const std::string text = to_github(report);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        ++lines;
        const std::string_view line = std::string_view(text).substr(at);
        EXPECT_TRUE(line.starts_with("::error ") || line.starts_with("::warning ") || line.starts_with("::notice "));
    }
    EXPECT_EQ(lines, 1U + 2U + 3U + 1U); // the broken one, two changes, three others, the headline
    EXPECT_NE(text.find("title=x%2Cline=1%3A%3Aoops/production error::one ::stop-commands"), std::string::npos);
}

TEST(GithubReport, SaysHeadlineAndExitCodeFirst) {
    const std::string text = to_github(shop_report());
    EXPECT_TRUE(text.starts_with("::notice title=Mooring exit 4::drift, and not everything could be seen: in sync 11, "
                                 "drifted 1, deleted 1, denied 1, not visible 1; coverage 80 %25, score 73 %25, "
                                 "runtime read\n"));
}

TEST(GithubReport, TheFirstTenAreTheMostTellingAndTheNoticeCountsTheRest) {
    Report report = full_report();
    const auto shop = std::ranges::find(report.stacks, "shop", &StackResult::name);
    const StackResult drifted = *shop;
    for (int i = 0; i < 40; ++i) report.stacks.insert(report.stacks.begin(), drifted);
    const std::string text = to_github(report);
    const std::size_t first = text.find("::error ");
    EXPECT_TRUE(text.substr(first).starts_with("::error title=server branch::"));
    std::string_view ten = std::string_view(text).substr(first);
    std::size_t end = 0;
    for (int i = 0; i < 10; ++i) end = ten.find('\n', end) + 1;
    ten = ten.substr(0, end);
    for (const std::string_view word : {"bad.yaml,line=4", "gone/production@main missing",
                                        "cache/production@main deleted", "services.web.image", "env.DB_PASSWORD"})
        EXPECT_NE(ten.find(word), std::string_view::npos) << word << "\n" << ten;
    EXPECT_NE(text.find("; GitHub shows 10 of 87 errors, the log has all\n"), std::string::npos)
        << text.substr(0, text.find('\n'));
}

TEST(GithubReport, ManifestsAloneAreAnnotatedAtTheirLines) {
    const std::string text = to_github(full_report().diagnostics, "not valid: 1 error");
    EXPECT_TRUE(text.starts_with("::notice title=Mooring validate::not valid: 1 error\n"
                                 "::error file=manifests/bad.yaml,line=4,col=3,title=Mooring::unknown key"))
        << text;
}

TEST(GithubReport, LinesOfAResultAreToldApartOnOneLine) {
    EXPECT_EQ(to_github(Diagnostics(), "1 stack: 1 error, 0 warnings\nnot valid"),
              "::notice title=Mooring validate::1 stack: 1 error, 0 warnings; not valid\n");
}

TEST(GithubReport, AChangeWithoutAPlaceStandsAtItsManifest) {
    EXPECT_NE(to_github(shop_report())
                  .find("::error file=manifests/shop.yaml,line=3,title=shop/production "
                        "drifted::record env.DB_PASSWORD: differs (secret)\n"),
              std::string::npos);
}

} // namespace
} // namespace mooring::report
