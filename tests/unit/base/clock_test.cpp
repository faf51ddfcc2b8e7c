#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

TEST(Clock, WritesAndReadsUtc) {
    EXPECT_EQ(format_utc(1795479542), "2026-11-24T00:19:02Z");
    EXPECT_EQ(parse_utc("2026-11-24T00:19:02Z"), 1795479542);
    EXPECT_EQ(parse_utc("2026-11-24T02:19:02+02:00"), 1795479542);
    EXPECT_EQ(parse_utc("2026-11-24"), 1795478400);
    EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 00:19:02 GMT"), 1795479542);
}

TEST(Clock, RefusesDatesThatAreNone) {
    EXPECT_EQ(parse_utc("2026-02-31"), std::nullopt);
    EXPECT_EQ(parse_utc("tomorrow"), std::nullopt);
    EXPECT_EQ(parse_utc("2026-11-24T00:19:02"), std::nullopt);
    EXPECT_EQ(parse_http_date("yesterday"), std::nullopt);
}

} // namespace
} // namespace mooring
