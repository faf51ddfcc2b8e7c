#include "model/memory.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

const TimeZones utc{{"UTC", TimeZone::utc()}};

Policy with_window(std::set<WeekDay> days, int from, int until) {
    Policy policy;
    policy.windows = {{.days = std::move(days), .from = from, .until = until, .time_zone = "UTC"}};
    return policy;
}

UnixSeconds at(std::string_view time) { return *parse_utc(time); } // 2026-11-30 is a Monday

TEST(Hold, WithoutWindowOrFreezeNothingIsHeld) { EXPECT_FALSE(hold_of(Policy{}, utc, at("2026-11-30T12:00:00Z"))); }

TEST(Hold, AWindowIsOpenFromItsFirstMinuteToBeforeItsLast) {
    const Policy policy = with_window({WeekDay::monday}, 8 * 60, 10 * 60);
    EXPECT_TRUE(hold_of(policy, utc, at("2026-11-30T07:59:59Z")));
    EXPECT_FALSE(hold_of(policy, utc, at("2026-11-30T08:00:00Z")));
    EXPECT_FALSE(hold_of(policy, utc, at("2026-11-30T09:59:59Z")));
    EXPECT_TRUE(hold_of(policy, utc, at("2026-11-30T10:00:00Z")));
    EXPECT_TRUE(hold_of(policy, utc, at("2026-12-01T09:00:00Z"))); // Tuesday
}

TEST(Hold, AWindowOverMidnightBelongsToTheDayOnWhichItBegins) {
    const Policy policy = with_window({WeekDay::monday}, 22 * 60, 4 * 60);
    EXPECT_FALSE(hold_of(policy, utc, at("2026-11-30T22:00:00Z")));
    EXPECT_FALSE(hold_of(policy, utc, at("2026-12-01T03:59:59Z")));
    EXPECT_TRUE(hold_of(policy, utc, at("2026-12-01T04:00:00Z")));
    EXPECT_TRUE(hold_of(policy, utc, at("2026-11-30T03:00:00Z"))); // that one began on Sunday
    EXPECT_TRUE(hold_of(policy, utc, at("2026-12-01T22:30:00Z")));
}

TEST(Hold, SaysWhenTheNextWindowOpens) {
    Policy policy = with_window({WeekDay::saturday}, 60, 120);
    EXPECT_EQ(hold_of(policy, utc, at("2026-11-30T12:00:00Z"))->until, at("2026-12-05T01:00:00Z"));
    EXPECT_EQ(hold_of(policy, utc, at("2026-12-05T02:00:00Z"))->until, at("2026-12-12T01:00:00Z"));
    policy.windows.push_back(policy.windows[0]);
    policy.windows[1].days = {WeekDay::tuesday};
    EXPECT_EQ(hold_of(policy, utc, at("2026-11-30T12:00:00Z"))->until, at("2026-12-01T01:00:00Z"));
}

TEST(Hold, CountsByTheClockOfTheZoneAlsoOnTheDayThatItChanges) {
    const TimeZones zones = load_time_zones({"Europe/Berlin", "Europe/Nowhere"});
    if (zones.empty()) GTEST_SKIP() << "no time zones on this machine";
    EXPECT_EQ(zones.size(), 1U);
    Policy policy = with_window({}, 4 * 60, 5 * 60);
    policy.windows[0].time_zone = "Europe/Berlin";
    EXPECT_FALSE(hold_of(policy, zones, at("2026-11-30T03:30:00Z")));
    EXPECT_FALSE(hold_of(policy, zones, at("2026-07-01T02:30:00Z")));
    EXPECT_EQ(hold_of(policy, zones, at("2026-03-28T23:00:00Z"))->until,
              at("2026-03-29T02:00:00Z")); // summer time begins
    EXPECT_EQ(hold_of(policy, zones, at("2026-10-24T23:00:00Z"))->until, at("2026-10-25T03:00:00Z")); // and ends
}

TEST(Hold, AZoneThatIsNotKnownIsNeverOpen) {
    Policy policy = with_window({}, 0, 1440);
    const auto hold = hold_of(policy, {}, at("2026-11-30T12:00:00Z"));
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->why, "the time zone UTC is not known here");
    EXPECT_EQ(hold->until, std::nullopt);
}

TEST(Hold, AFreezeStandsAgainstAnOpenWindow) {
    Policy policy = with_window({}, 0, 1440);
    policy.freezes = {{.from = at("2026-12-20"), .until = at("2027-01-04"), .reason = "end of the year"}};
    EXPECT_FALSE(hold_of(policy, utc, at("2026-12-19T23:59:59Z")));
    EXPECT_FALSE(hold_of(policy, utc, at("2027-01-04")));
    const auto hold = hold_of(policy, utc, at("2026-12-24T12:00:00Z"));
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->why, "frozen: end of the year");
    EXPECT_EQ(hold->until, at("2027-01-04"));
}

TEST(Hold, TheZonesThatAreNeededAreThoseThatWindowsName) {
    std::vector<DesiredStack> stacks(3);
    stacks[0].policy = with_window({}, 0, 1440);
    stacks[2].policy = with_window({}, 0, 1440);
    stacks[2].policy.windows[0].time_zone = "Europe/Berlin";
    const std::vector<DesiredScope> scopes{{.windows = {{.time_zone = "Asia/Tokyo"}}}};
    EXPECT_EQ(time_zones_of(stacks, scopes), (std::set<std::string>{"Asia/Tokyo", "Europe/Berlin", "UTC"}));
}

} // namespace
} // namespace mooring
