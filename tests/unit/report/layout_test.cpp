#include "report/layout.hpp"

#include <gtest/gtest.h>

namespace mooring::report {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
    EXPECT_EQ(display_width("shop"), 4U);
    EXPECT_EQ(display_width("größe"), 5U);
    EXPECT_EQ(display_width("e\xCC\x81"), 1U); // e and a combining acute
    EXPECT_EQ(display_width("店铺"), 4U);
    EXPECT_EQ(display_width("🚀"), 2U);
    EXPECT_EQ(display_width("\xFF"), 1U);
    EXPECT_EQ(display_width("…–"), 2U);
}

TEST(ShortenMiddle, KeepsBothEnds) {
    EXPECT_EQ(shorten_middle("services.web.image", 18), "services.web.image");
    EXPECT_EQ(shorten_middle("services.web.image", 9), "serv…mage");
    EXPECT_EQ(shorten_middle("店铺店铺", 5), "店…铺");
    EXPECT_EQ(shorten_middle("abc", 0), "");
}

TEST(ShortenPair, KeepsTheDifferenceInSight) {
    const std::string same(100, 'x');
    const auto [one, other] = shorten_pair(same + "1" + same, same + "2" + same, 40);
    EXPECT_NE(one.find('1'), std::string::npos);
    EXPECT_NE(other.find('2'), std::string::npos);
    EXPECT_LE(display_width(one) + display_width(other), 40U);
}

TEST(ShortenPair, GivesUnusedRoomToTheLongerOne) {
    const auto [one, other] = shorten_pair("a", std::string(100, 'b'), 40);
    EXPECT_EQ(one, "a");
    EXPECT_EQ(display_width(other), 39U);
    const auto [long_one, short_other] = shorten_pair(std::string(100, 'b'), "a", 40);
    EXPECT_EQ(display_width(long_one), 39U);
    EXPECT_EQ(short_other, "a");
}

TEST(Wrap, BreaksAtBlanksAndWordsThatAreTooLong) {
    EXPECT_EQ(wrap("one two three", 8), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(wrap("one two three", std::nullopt), (std::vector<std::string>{"one two three"}));
    EXPECT_EQ(wrap("a unbreakable b", 4), (std::vector<std::string>{"a", "unbr", "eaka", "ble", "b"}));
}

} // namespace
} // namespace mooring::report
