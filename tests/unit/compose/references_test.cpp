#include "compose/references.hpp"

#include "unit/compose/compose_support.hpp"

namespace mooring::compose {
namespace {

TEST(References, AreToldFromLiteralDollars) {
    for (const char* text : {"$A", "a${B}", "${A:-x}", "$$$A", "x $_y"}) EXPECT_TRUE(has_reference(text)) << text;
    for (const char* text : {"", "a", "$", "$$", "$$A", "$5", "a$", "$$$$B", "$ A", "$-"}) {
        EXPECT_FALSE(has_reference(text)) << text;
    }
}

TEST(References, WithoutBracesGetThem) {
    EXPECT_EQ(with_braces("$A-$B_1.$c"), "${A}-${B_1}.${c}");
    EXPECT_EQ(with_braces("$$A $$$B $"), "$$A $$${B} $");
    EXPECT_EQ(with_braces("${A:-x}$5"), "${A:-x}$5");
    EXPECT_EQ(with_braces("${A:-$B}"), "${A:-${B}}");
}

TEST(References, AreOnePieceWhenTextIsSplit) {
    using Parts = std::vector<std::string_view>;
    EXPECT_EQ(split_outside("${P:-80}:80", ':'), (Parts{"${P:-80}", "80"}));
    EXPECT_EQ(split_outside("a:${B:-${C:-d}}:e", ':'), (Parts{"a", "${B:-${C:-d}}", "e"}));
    EXPECT_EQ(split_outside("$${a:b}", ':'), (Parts{"$${a", "b}"}));
    EXPECT_EQ(split_outside("a:${b:c", ':'), (Parts{"a", "${b:c"}));
    EXPECT_EQ(split_outside("", ':'), (Parts{""}));
    EXPECT_TRUE(is_one_reference("${A:-${B}}"));
    EXPECT_FALSE(is_one_reference("${A}${B}"));
    EXPECT_FALSE(is_one_reference("${A}b"));
    EXPECT_FALSE(is_one_reference("${A"));
}

TEST(References, StaySymbolicInEveryKindOfField) {
    EXPECT_EQ(changes("scale: $N", "scale: '${N}'"), Paths{});
    EXPECT_EQ(changes("scale: '${N:-2}'", "scale: 2"), Paths{"scale"});
    EXPECT_EQ(changes("privileged: '${P:-false}'", "tty: false"), Paths{"privileged"});
    EXPECT_EQ(changes("mem_limit: '${M}'", "mem_limit: '$M'"), Paths{});
    EXPECT_EQ(changes("pull_policy: '${P}'", "pull_policy: always"), Paths{"pull_policy"});
    EXPECT_EQ(changes("ulimits: {nofile: '$N'}", "ulimits: {nofile: {soft: '$N', hard: '$N'}}"), Paths{});
    EXPECT_EQ(changes("labels: {'$A': b}", "labels: {'${A}': b}"), (Paths{"labels[\"$A\"]", "labels[\"${A}\"]"}))
        << "never inside keys";
    EXPECT_EQ(changes("environment: [A=$B]", "environment: {A: '${B}'}"), Paths{});
}

} // namespace
} // namespace mooring::compose
