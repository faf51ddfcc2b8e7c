// Against what `TZ=... date -d` says.
#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

constexpr std::int64_t hour = 3600;

TEST(ZoneRule, SummerTimeBeginsAndEndsAsEuropeHasIt) {
    const auto rule = parse_zone_rule("CET-1CEST,M3.5.0,M10.5.0/3");
    ASSERT_TRUE(rule);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-03-29T00:59:59Z")), hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-03-29T01:00:00Z")), 2 * hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-10-25T00:59:59Z")), 2 * hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-10-25T01:00:00Z")), hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-12-31T23:30:00Z")), hour);
}

TEST(ZoneRule, InTheSouthSummerLastsOverTheNewYear) {
    const auto rule = parse_zone_rule("AEST-10AEDT,M10.1.0,M4.1.0/3");
    ASSERT_TRUE(rule);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2027-01-01T00:00:00Z")), 11 * hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-07-01T00:00:00Z")), 10 * hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-10-03T15:59:59Z")), 10 * hour);
    EXPECT_EQ(offset_by_rule(*rule, *parse_utc("2026-10-03T16:00:00Z")), 11 * hour);
}

TEST(ZoneRule, NamesInBracketsHalfHoursAndDaysOfTheYearAreUnderstood) {
    EXPECT_EQ(offset_by_rule(*parse_zone_rule("<+0545>-5:45"), 0), 5 * hour + 45 * 60);
    EXPECT_EQ(offset_by_rule(*parse_zone_rule("<-03>3"), 0), -3 * hour);
    const auto by_day = parse_zone_rule("AAA0BBB,J60/0,300/0"); // 1 March in every year
    ASSERT_TRUE(by_day);
    EXPECT_EQ(offset_by_rule(*by_day, *parse_utc("2024-02-29T23:59:59Z")), 0);
    EXPECT_EQ(offset_by_rule(*by_day, *parse_utc("2024-03-01T00:00:00Z")), hour);
    EXPECT_EQ(offset_by_rule(*by_day, *parse_utc("2026-03-01T00:00:00Z")), hour);
}

TEST(ZoneRule, WhatIsNotOneIsRefused) {
    for (const std::string_view text : {"", "C", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                                        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "<>0", "CET-999"})
        EXPECT_FALSE(parse_zone_rule(text)) << text;
}

TEST(TimeZone, KnowsPastAndFutureOfAZone) {
    const auto zone = load_time_zone("Europe/Berlin");
    if (!zone && zone.error().kind == ErrorKind::io) GTEST_SKIP() << "no time zones on this machine";
    ASSERT_TRUE(zone) << zone.error().message;
    EXPECT_EQ(zone->offset_at(*parse_utc("1970-06-01T00:00:00Z")), hour); // no summer time then
    EXPECT_EQ(zone->offset_at(*parse_utc("2026-07-01T00:00:00Z")), 2 * hour);
    EXPECT_EQ(zone->offset_at(*parse_utc("2026-11-29T00:00:00Z")), hour);
    EXPECT_EQ(zone->offset_at(*parse_utc("2060-07-01T00:00:00Z")), 2 * hour);
    EXPECT_EQ(TimeZone::utc().offset_at(0), 0);
}

TEST(TimeZone, ANameThatLeadsElsewhereIsNotOne) {
    for (const char* name :
         {"", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/Berln", "Europe/Berlin ", "a\nb"})
        EXPECT_EQ(load_time_zone(name).error().kind, ErrorKind::not_found) << name;
    EXPECT_EQ(load_time_zone("Europe/Berlin", "/nonexistent").error().kind, ErrorKind::io);
    EXPECT_TRUE(load_time_zone("UTC", "/nonexistent"));
}

TEST(TimeZone, BytesThatAreCutOrForeignAreRefused) {
    EXPECT_FALSE(TimeZone::parse(""));
    EXPECT_FALSE(TimeZone::parse(std::string(44, 'x')));
    EXPECT_FALSE(TimeZone::parse("TZif2" + std::string(39, '\xFF')));
    EXPECT_FALSE(TimeZone::parse("TZif2" + std::string(39, '\0')));
}

} // namespace
} // namespace mooring
