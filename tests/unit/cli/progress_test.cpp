#include "cli/console.hpp"

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

TEST(Progress, CountsOneStackAsOne) {
    TestConsole test;
    test.console.err_is_terminal = true;
    Progress progress(test.console);
    progress.update(1, 1);
    EXPECT_TRUE(test.err.str().ends_with("reading 1 of 1 stack")) << test.err.str();
}

TEST(Progress, NamesTheSlowestRequestAfterASecond) {
    TestConsole test;
    test.console.err_is_terminal = true;
    test.console.err_width = 60;
    Progress progress(test.console);
    const auto begin = std::chrono::steady_clock::time_point();
    progress.start();
    const net::UnderWay::Entry first(progress.under_way(), "GET /api/stacks/7/file", begin);
    const net::UnderWay::Entry second(progress.under_way(), "GET /api/stacks/8/file", begin);
    progress.tick(begin + std::chrono::milliseconds(900));
    EXPECT_EQ(test.err.str().find("waiting"), std::string::npos);
    progress.tick(begin + std::chrono::milliseconds(2300));
    EXPECT_TRUE(test.err.str().ends_with("reading the servers, waiting 2 s for GET /api/stacks/7/file"))
        << test.err.str();
    test.console.err_width = 30;
    progress.tick(begin + std::chrono::milliseconds(3000));
    EXPECT_NE(test.err.str().find("…"), std::string::npos) << "a wrapped line could not be taken away";
}

TEST(Progress, ARequestThatHasEndedIsNoLongerWaitedFor) {
    TestConsole test;
    test.console.err_is_terminal = true;
    Progress progress(test.console);
    const auto begin = std::chrono::steady_clock::time_point();
    {
        const net::UnderWay::Entry ended(progress.under_way(), "GET /api/stacks", begin);
    }
    progress.tick(begin + std::chrono::seconds(5));
    EXPECT_EQ(test.err.str(), "");
}

TEST(Progress, WhatIsWaitedForStandsWithItsSecondsAndNothingOnceReadingIsOver) {
    TestConsole test;
    test.console.err_is_terminal = true;
    Progress progress(test.console);
    progress.start();
    progress.end_reading();
    EXPECT_TRUE(test.err.str().ends_with("\r\x1b[2K"));
    test.err.str("");
    const net::UnderWay::Entry read(progress.under_way(), "GET /api/stacks", {});
    const auto now = std::chrono::steady_clock::now();
    progress.tick(now + std::chrono::seconds(5));
    EXPECT_EQ(test.err.str(), "") << "reading is over";
    progress.wait_for("a", "shop: update: sent");
    progress.tick(now);
    EXPECT_EQ(test.err.str(), "") << "not for a second";
    progress.tick(now + std::chrono::seconds(8));
    EXPECT_TRUE(test.err.str().ends_with("7 s: shop: update: sent") ||
                test.err.str().ends_with("8 s: shop: update: sent"))
        << test.err.str();
    progress.wait_for("b", "blog: create: sent");
    progress.tick(now + std::chrono::seconds(9));
    EXPECT_TRUE(test.err.str().ends_with("shop: update: sent; 1 more")) << test.err.str();
    progress.hush(true);
    test.err.str("");
    progress.tick(now + std::chrono::seconds(10));
    EXPECT_EQ(test.err.str(), "") << "somebody is asked";
    progress.hush(false);
    progress.waited("a");
    progress.waited("b");
    test.err.str("");
    progress.tick(now + std::chrono::seconds(11));
    EXPECT_EQ(test.err.str(), "");
}

TEST(Progress, NotesNothingWherePiped) {
    TestConsole test;
    const Progress progress(test.console);
    EXPECT_EQ(progress.under_way(), nullptr);
}

} // namespace
} // namespace mooring::cli
