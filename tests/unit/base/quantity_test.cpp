#include "base/text.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

using namespace std::chrono_literals;

TEST(GoDuration, ReadsWhatGoReads) {
    EXPECT_EQ(parse_go_duration("5m"), 5min);
    EXPECT_EQ(parse_go_duration("1h30m"), 90min);
    EXPECT_EQ(parse_go_duration("1d"), std::nullopt);
    EXPECT_EQ(parse_compose_duration("1d12h"), 36h);
    EXPECT_EQ(parse_compose_duration("-1.5w"), -252h);
    EXPECT_EQ(parse_compose_duration("15251w"), std::nullopt) << "more than 292 years";
    EXPECT_EQ(parse_compose_duration("1m"), 1min);
    EXPECT_EQ(parse_go_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_go_duration(".5s"), 500ms);
    EXPECT_EQ(parse_go_duration("1.s"), 1s);
    EXPECT_EQ(parse_go_duration("-2ms"), -2ms);
    EXPECT_EQ(parse_go_duration("+2us"), 2us);
    EXPECT_EQ(parse_go_duration("3\xC2\xB5s"), 3us);
    EXPECT_EQ(parse_go_duration("0"), 0ns);
    EXPECT_EQ(parse_go_duration("9223372036854775807ns")->count(), 9223372036854775807);
}

TEST(GoDuration, RefusesWhatGoRefuses) {
    for (const char* text : {"", "5", "1d", "m", ".s", "-", "5 m", "1h 30m", "9223372036854775808ns", "2562048h"})
        EXPECT_EQ(parse_go_duration(text), std::nullopt) << text;
}

TEST(GoDuration, IsWrittenInItsShortestForm) {
    EXPECT_EQ(format_go_duration(90min), "1h30m");
    EXPECT_EQ(format_go_duration(2500ms), "2s500ms");
    EXPECT_EQ(format_go_duration(0ns), "0s");
    EXPECT_EQ(format_go_duration(-5s), "-5s");
}

TEST(ByteSize, ReadsDockersUnits) {
    EXPECT_EQ(parse_byte_size("512"), 512);
    EXPECT_EQ(parse_byte_size("1k"), 1024);
    EXPECT_EQ(parse_byte_size("1KB"), 1024);
    EXPECT_EQ(parse_byte_size("1KiB"), 1024);
    EXPECT_EQ(parse_byte_size("1.5 GB"), 1610612736);
    EXPECT_EQ(parse_byte_size("7b"), 7);
    EXPECT_EQ(parse_byte_size("1p"), 1LL << 50);
    EXPECT_EQ(parse_byte_size("1e3"), 1000);
    EXPECT_EQ(parse_byte_size("1_000kb"), 1024000);
    EXPECT_EQ(parse_byte_size("+5"), 5);
}

TEST(ByteSize, RefusesEverythingElse) {
    for (const char* text : {"", "b", "1  k", "1x", "1bb", "1kk", "1kbb", "-1k", "1..5k", "99999p", "1__0", "_1", "1_",
                             "++1", "inf", "1e400"})
        EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
}

} // namespace
} // namespace mooring
