#include "base/clock.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace mooring {
namespace {

TEST(Clock, WritesAndReadsUtc) {
    EXPECT_EQ(format_utc(1795479542), "2026-11-24T00:19:02Z");
    EXPECT_EQ(parse_utc("2026-11-24T00:19:02Z"), 1795479542);
    EXPECT_EQ(parse_utc("2026-11-24T02:19:02+02:00"), 1795479542);
    EXPECT_EQ(parse_utc("2026-11-24"), 1795478400);
    EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 00:19:02 GMT"), 1795479542);
}

TEST(Clock, ReadsTheDateOfAnAnswerInEveryMonthAndInOtherForms) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
    EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
    for (UnixSeconds at = 1; at < 2'000'000'000; at += 11 * 86400 + 3661) {
        const std::string date = format_utc(at);
        constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
        const std::string month(months.substr(3 * (std::stoul(date.substr(5, 2)) - 1), 3));
        const std::string written =
            "Mon, " + date.substr(8, 2) + " " + month + " " + date.substr(0, 4) + " " + date.substr(11, 8) + " GMT";
        EXPECT_EQ(parse_http_date(written), at) << written; // the name of the day is not compared with the date
    }
    EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 0:19:02 GMT"), 1795479542);
}

TEST(Clock, RefusesDatesThatAreNone) {
    for (const auto* const wrong :
         {"Tue, 31 Feb 2026 00:19:02 GMT", "Xyz, 24 Nov 2026 00:19:02 GMT", "Tue, 24 Nob 2026 00:19:02 GMT",
          "Tue, -4 Nov 2026 00:19:02 GMT", "Tue, 24 Nov 2026 24:19:02 GMT", "Tue, 24 Nov 2026 00:60:02 GMT",
          "Tue, 24 Nov 2026 00:19:02 UTC", "Tue, 24 Nov 2026 00:19:02 GMTx"}) {
        EXPECT_EQ(parse_http_date(wrong), std::nullopt) << wrong;
    }
    EXPECT_EQ(parse_utc("2026-02-31"), std::nullopt);
    EXPECT_EQ(parse_utc("tomorrow"), std::nullopt);
    EXPECT_EQ(parse_utc("2026-11-24T00:19:02"), std::nullopt);
    EXPECT_EQ(parse_http_date("yesterday"), std::nullopt);
}

} // namespace
} // namespace mooring
