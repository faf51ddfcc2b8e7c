#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

using std::chrono::milliseconds;
constexpr Backoff backoff{.attempts = 5, .base = milliseconds(100), .most = milliseconds(1000), .retry_after_most = {}};

TEST(Backoff, DoublesUpToItsLimit) {
    EXPECT_EQ(backoff_delay(backoff, 1, 1.0), milliseconds(100));
    EXPECT_EQ(backoff_delay(backoff, 2, 1.0), milliseconds(200));
    EXPECT_EQ(backoff_delay(backoff, 4, 1.0), milliseconds(800));
    EXPECT_EQ(backoff_delay(backoff, 5, 1.0), milliseconds(1000));
    EXPECT_EQ(backoff_delay(backoff, 4000000000U, 1.0), milliseconds(1000));
}

TEST(Backoff, LeavesTheUpperHalfToChance) {
    EXPECT_EQ(backoff_delay(backoff, 1, 0.0), milliseconds(50));
    EXPECT_EQ(backoff_delay(backoff, 1, 0.5), milliseconds(75));
}

TEST(Backoff, TakesChanceOutsideItsRangeForTheNearestEnd) {
    EXPECT_EQ(backoff_delay(backoff, 1, -3.0), milliseconds(50));
    EXPECT_EQ(backoff_delay(backoff, 1, 7.0), milliseconds(100));
}

} // namespace
} // namespace mooring
