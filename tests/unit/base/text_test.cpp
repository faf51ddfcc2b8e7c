#include "base/text.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

TEST(Printable, TakesAwayWhatCouldRewriteATerminal) {
    EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1b[31mb");
    EXPECT_EQ(printable("a\r\nb\tc"), "a b c");
    EXPECT_EQ(printable("\xC2\x9B"
                        "x"),
              "\\xc2\\x9bx");
    EXPECT_EQ(printable("\xE2\x80\xAE"
                        "x"),
              "\\xe2\\x80\\xaex");
    EXPECT_EQ(printable("\xFF\xC0\x80"), "\\xff\\xc0\\x80");
    EXPECT_EQ(printable("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(Printable, CutsNeverInsideACharacter) {
    EXPECT_EQ(printable("abcdef", 3), "abc...");
    EXPECT_EQ(printable("ab\xC3\xBC", 3), "ab...");
}

TEST(ClosestMatch, FindsATypoAndNothingFar) {
    const std::vector<std::string> known{"environment", "env", "envStrict"};
    EXPECT_EQ(closest_match("enviroment", known), "environment");
    EXPECT_EQ(closest_match("kubernetes", known), std::nullopt);
    EXPECT_EQ(closest_match("nev", known), "env") << "two letters swapped are one slip";
    EXPECT_EQ(closest_match("nvEstrict", known), "envStrict");
    EXPECT_EQ(closest_match("xxvironment", known), "environment") << "two of eleven";
    EXPECT_EQ(closest_match("xxxxironment", known), "environment") << "a third of twelve";
    EXPECT_EQ(closest_match("xxxxxronment", known), std::nullopt);
    EXPECT_EQ(closest_match("env-strictly", known), "envStrict");
    EXPECT_EQ(suggest("enviroment", known), "did you mean `environment`?");
    EXPECT_EQ(suggest("zzzzzz", known), "known: environment, env, envStrict");
}

TEST(Glob, MatchesTheWholeText) {
    EXPECT_TRUE(glob_matches("shop-*", "shop-web"));
    EXPECT_FALSE(glob_matches("shop-*", "my-shop-web"));
    EXPECT_TRUE(glob_matches("*a*b?c", "xxaxxbbxc"));
    EXPECT_FALSE(glob_matches("", "a"));
    EXPECT_TRUE(glob_matches("*", ""));
}

TEST(Glob, DoesNotBlowUpOnManyStars) { EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*b", std::string(5000, 'a'))); }

TEST(Utf8, RefusesOverlongAndSurrogates) {
    EXPECT_TRUE(is_utf8("\xF0\x9F\x98\x80"));
    EXPECT_FALSE(is_utf8("\xC0\xAF"));
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
    EXPECT_FALSE(is_utf8("\xE2\x82"));
}

} // namespace
} // namespace mooring
