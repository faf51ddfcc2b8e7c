#include "report/github.hpp"

#include "golden.hpp"
#include "samples.hpp"

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

TEST(GithubReport, SaysHeadlineAndExitCodeLast) {
    const std::string text = to_github(shop_report());
    EXPECT_TRUE(text.ends_with("::notice title=Mooring exit 4::drift, and not everything could be seen: in sync 11, "
                               "drifted 1, deleted 1, denied 1, not visible 1; coverage 80 %25, score 73 %25, "
                               "runtime read\n"));
}

TEST(GithubReport, AChangeWithoutAPlaceStandsAtItsManifest) {
    EXPECT_NE(to_github(shop_report())
                  .find("::error file=manifests/shop.yaml,line=3,title=shop/production "
                        "drifted::record env.DB_PASSWORD: differs (secret)\n"),
              std::string::npos);
}

} // namespace
} // namespace mooring::report
