// What an API server answers, read within bounds.
#include "kubernetes/live.hpp"

#include <gtest/gtest.h>
#include <string>

namespace mooring::kubernetes {
namespace {

std::string problem_of_json(std::string_view text, const JsonLimits& limits = {}) {
    const auto read = read_json(text, limits);
    return read ? "" : read.error();
}

// The text of the only element of a list.
std::string element(std::string_view text) {
    const auto read = read_json(text);
    return read && read->members.size() == 1 ? read->members.front().value.text : "?";
}

TEST(LiveJson, ANumberIsTheNearestDoubleToWhatIsWritten) {
    EXPECT_EQ(element("[12]"), "12");
    EXPECT_EQ(element("[-7]"), "-7");
    EXPECT_EQ(element("[18446744073709551615]"), "18446744073709551615");
    EXPECT_EQ(element("[0.1]"), "0.1");
    EXPECT_EQ(element("[123456789012345.68]"), "1.2345678901234569e+14");
    EXPECT_EQ(element("[8.41e21]"), "8.41e+21");
    EXPECT_EQ(element("[1.7976931348623157e308]"), "1.7976931348623157e+308");
}

TEST(LiveJson, ANumberThatNoDoubleHoldsIsRefused) {
    EXPECT_EQ(problem_of_json("[1e999]"), "a number in it is out of range");
}

TEST(LiveJson, TextsArriveWholeHoweverLongAndEscapedTheyAre) {
    const std::string longest(100'000, 'x');
    EXPECT_EQ(element("[\"" + longest + "\\u00e9\\n" + longest + "\"]"), longest + "é\n" + longest);
    EXPECT_EQ(element(R"(["\ud83d\ude00 \" \\ \/"])"), "😀 \" \\ /");
}

TEST(LiveJson, OfAKeyThatStandsTwiceTheLaterValueCounts) {
    const auto read = read_json(R"({"b": 1, "a": {"x": 1}, "b": 2})");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->members.size(), 2U);
    EXPECT_EQ(read->members[0].key, "a");
    EXPECT_EQ(read->members[1].value.text, "2");
}

TEST(LiveJson, WhatIsNoJsonIsRefusedWithItsPlace) {
    EXPECT_EQ(problem_of_json(""), "it is not JSON at byte 1");
    EXPECT_EQ(problem_of_json("{\"a\": }"), "it is not JSON at byte 7");
    EXPECT_EQ(problem_of_json("{} {}"), "it is not JSON at byte 4");
    EXPECT_EQ(problem_of_json("{\"a\": 1"), "it is not JSON at byte 8");
    EXPECT_EQ(problem_of_json("[\"\xff\"]").substr(0, 22), "it is not JSON at byte");
    EXPECT_EQ(problem_of_json("[01]").substr(0, 22), "it is not JSON at byte");
    EXPECT_EQ(problem_of_json("[NaN]").substr(0, 22), "it is not JSON at byte");
    EXPECT_EQ(problem_of_json("[1,]").substr(0, 22), "it is not JSON at byte");
    EXPECT_EQ(problem_of_json("[] \n\t"), "");
}

TEST(LiveJson, BoundsHoldBeforeAnythingGrows) {
    EXPECT_EQ(problem_of_json("[[[]]]", {.depth = 3}), "");
    EXPECT_EQ(problem_of_json("[[[]]]", {.depth = 2}), "it is nested more than 2 deep");
    EXPECT_EQ(problem_of_json("[1, 2, 3]", {.values = 3}), "it has more than 3 values");
    EXPECT_EQ(problem_of_json("[1, 2, 3]", {.bytes = 8}), "it has more than 8 bytes");
    EXPECT_EQ(problem_of_json(std::string(100'000, '[')), "it is nested more than 200 deep");
}

} // namespace
} // namespace mooring::kubernetes
