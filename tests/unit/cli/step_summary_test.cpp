#include "cli/output.hpp"

#include "base/file.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

const Output for_github{.format = report::Format::github, .file = "-"};
const Output for_people{.format = report::Format::text, .file = "-"};

Variables with_summary(const std::string& file) { return Variables({{"GITHUB_STEP_SUMMARY", Secret(file)}}); }

TEST(StepSummary, IsWrittenWhereGithubAsksForIt) {
    EXPECT_EQ(step_summary_file({for_people, for_github}, with_summary("/tmp/summary")), "/tmp/summary");
    EXPECT_EQ(step_summary_file({for_github}, Variables()), "");
    EXPECT_EQ(step_summary_file({for_people}, with_summary("/tmp/summary")), "");
    EXPECT_EQ(step_summary_file({for_github}, with_summary("")), "");
}

TEST(StepSummary, IsAppended) {
    const std::string file = testing::TempDir() + "mooring-step-summary.md";
    std::filesystem::remove(file);
    ASSERT_TRUE(append_step_summary(file, Report()));
    const std::string once = read_file(file, 1U << 20U).value();
    ASSERT_TRUE(append_step_summary(file, Report()));
    EXPECT_TRUE(once.starts_with("### Mooring: "));
    EXPECT_EQ(read_file(file, 1U << 20U).value(), once + once);
    std::filesystem::remove(file);
}

TEST(StepSummary, SaysWhyItCouldNotBeWritten) {
    const auto outcome = append_step_summary("/nonexistent/summary.md", Report());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "cannot write the step's summary to /nonexistent/summary.md");
}

} // namespace
} // namespace mooring::cli
