#include "cli/write_log.hpp"

#include "test_console.hpp"

#include <array>
#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

struct Answer {
    const char* wanted;
    const char* typed;
    Confirmed confirmed;
};

TEST(Confirm, TakesTheWordThatIsWantedAndNothingElse) {
    constexpr std::array answers{
        Answer{"y", "y\n", Confirmed::yes},      Answer{"y", " Yes \r\n", Confirmed::yes},
        Answer{"y", "Y", Confirmed::yes},        Answer{"y", "\n", Confirmed::no},
        Answer{"y", "", Confirmed::no},          Answer{"y", "n\n", Confirmed::no},
        Answer{"y", "yes, do\n", Confirmed::no}, Answer{"yes", "yes\n", Confirmed::yes},
        Answer{"yes", "y\n", Confirmed::no},     Answer{"yes", "\nyes\n", Confirmed::no},
    };
    for (const Answer& one : answers) {
        TestConsole test;
        test.console.in_is_terminal = true;
        test.console.err_is_terminal = true;
        test.in.str(one.typed);
        EXPECT_EQ(confirm(test.console, "Do it?", one.wanted), one.confirmed) << one.wanted << ": " << one.typed;
        EXPECT_TRUE(test.err.str().starts_with("Do it? ")) << "standard output stays the answer's";
        EXPECT_EQ(test.out.str(), "");
    }
}

TEST(Confirm, NobodyIsAskedWithoutATerminal) {
    TestConsole piped;
    piped.in.str("y\n");
    piped.console.err_is_terminal = true;
    EXPECT_EQ(confirm(piped.console, "Do it?", "y"), Confirmed::nobody);
    piped.console.in_is_terminal = true;
    piped.console.err_is_terminal = false;
    EXPECT_EQ(confirm(piped.console, "Do it?", "y"), Confirmed::nobody) << "nobody would see the question";
    EXPECT_EQ(piped.err.str() + piped.out.str(), "");
    piped.console.out_is_terminal = true;
    EXPECT_EQ(confirm(piped.console, "Do it?", "y"), Confirmed::yes);
    EXPECT_EQ(piped.out.str(), "Do it? [y/N] ");
}

} // namespace
} // namespace mooring::cli
