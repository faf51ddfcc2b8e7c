#include "cli/progress.hpp"

#include "test_console.hpp"

#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

TEST(Progress, IsSilentWherePiped) {
    TestConsole test;
    {
        Progress progress(test.console);
        progress.start();
        progress.update(1, 1);
    }
    EXPECT_EQ(test.err.str(), "");
}

TEST(Progress, IsGoneWhenFinished) {
    TestConsole test;
    test.console.err_is_terminal = true;
    {
        Progress progress(test.console);
        progress.start();
        progress.update(2, 2);
    }
    EXPECT_NE(test.err.str().find("reading 2 of 2 stacks"), std::string::npos);
    EXPECT_TRUE(test.err.str().ends_with("\r\x1b[2K"));
}

} // namespace
} // namespace mooring::cli
