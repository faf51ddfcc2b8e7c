#include "compose/facts.hpp"

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
    EXPECT_EQ(settled("$A-$B_1.$c"), "${A}-${B_1}.${c}");
    EXPECT_EQ(settled("$$A $$$B $"), "$$A $$${B} $");
    EXPECT_EQ(settled("${A:-x}$5"), "${A:-x}$5");
    EXPECT_EQ(settled("${A:-$B}"), "${A:-${B}}");
}

TEST(References, LiteralDollarsHaveOneSpelling) {
    const std::pair<const char*, const char*> rows[] = {
        {"$", "$$"},           {"a$", "a$$"},
        {"$(x)", "$$(x)"},     {"^a$|b$", "^a$$|b$$"},
        {"$1", "$$1"},         {"$ A", "$$ A"},
        {"$$$", "$$$$"},       {"$$$(", "$$$$("},
        {"$-", "$$-"},         {"$\xC3\xA9", "$$\xC3\xA9"},
        {"$$$$$1", "$$$$$$1"}, {"$$$A", "$$${A}"},
    };
    for (const auto& [one, other] : rows) EXPECT_EQ(settled(one), settled(other)) << one;
    for (const auto& [one, other] : std::initializer_list<std::pair<const char*, const char*>>{
             {"$1", "1"}, {"$1", "$$$$1"}, {"$$A", "$A"}, {"$${A}", "${A}"}, {"$$$A", "$$A"}, {"$$$$A", "$$A"}}) {
        EXPECT_NE(settled(one), settled(other)) << one;
    }
}

TEST(References, SettledTextsStaySettledAndKeepTheirMeaning) {
    std::vector<std::string> texts{""};
    for (std::size_t i = 0; texts[i].size() < 6; ++i) { // every text of six of these
        for (const char c : {'$', '{', '}', 'A', '1'}) texts.push_back(texts[i] + c);
    }
    for (const std::string& text : texts) {
        ASSERT_EQ(settled(settled(text)), settled(text)) << text;
        ASSERT_EQ(has_reference(settled(text)), has_reference(text)) << text;
        const std::string literal = settled_literal(text);
        ASSERT_FALSE(has_reference(literal)) << text;
        ASSERT_EQ(with_single_dollars(literal), text);
        ASSERT_EQ(settled(literal), literal) << text;
    }
}

TEST(References, StandInKeysOfListEntriesButNotOfMaps) {
    EXPECT_EQ(changes("labels: ['${N}=x', '$${N}=y']", "labels: ['$N=x', '$${N}=y']"), Paths{}) << "two keys, one path";
    EXPECT_EQ(changes("labels: ['${N}=x', '$${N}=y']", "labels: {'${N}': y}"), Paths{"labels[\"${N}\"]"});
    EXPECT_EQ(changes("sysctls: ['a.$N=1']", "sysctls: {'a.${N}': 1}"), Paths{"sysctls[\"a.${N}\"]"});
    EXPECT_EQ(changes("annotations: ['a$$b=1']", "annotations: {a$b: 1}"), Paths{});
    EXPECT_EQ(changes("extra_hosts: ['a$$b=1.1.1.1']", "extra_hosts: {a$b: 1.1.1.1}"), Paths{});
    EXPECT_EQ(changes("post_start: [{command: [a], environment: ['$N=1']}]",
                      "post_start: [{command: [a], environment: {'${N}': 1}}]"),
              Paths{"post_start"});
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
