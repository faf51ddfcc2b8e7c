// Command texts; every row without an operator was asked of Docker's own loader.
#include "compose/text.hpp"

#include "unit/compose/compose_support.hpp"

#include <fmt/format.h>

namespace mooring::compose {
namespace {

using Words = std::vector<std::string>;

std::optional<Words> texts_of(const std::optional<std::vector<Word>>& words) {
    if (!words) return std::nullopt;
    Words texts;
    for (const Word& word : *words) texts.push_back(word.text);
    return texts;
}

TEST(Words, AreSplitAsTheLoaderDoes) {
    const std::vector<std::pair<std::string, Words>> rows{
        {"", {}},
        {" \t\n", {}},
        {"a b", {"a", "b"}},
        {"a  b\n", {"a", "b"}},
        {"sh -c \"echo 'x y'\"", {"sh", "-c", "echo 'x y'"}},
        {R"(echo a\ b '\n' "\q" \\)", {"echo", "a b", "\\n", "q", "\\"}},
        {"a\"b c\"'d'", {"ab cd"}},
        {"'' x \"\"", {"", "x", ""}},
        {"a''b", {"ab"}},
        {"$(date +%s) x", {"$(date +%s)", "x"}},
        {"a$$(b c)d", {"a$(b c)d"}},
        {"`a b` c", {"`a b`", "c"}},
        {"'(' \")\"", {"(", ")"}},
        {"--x='a;b'", {"--x=a;b"}},
        {"caf\xC3\xA9 \\\xC3\xA9", {"caf\xC3\xA9", "\xC3\xA9"}},
    };
    for (const auto& [text, words] : rows) EXPECT_EQ(texts_of(split_words(text)), words) << text;
}

TEST(Words, WithAReferenceOutsideQuotesAreOpen) {
    const std::vector<std::pair<std::string, std::vector<Word>>> rows{
        {"a ${B}", {{"a"}, {"${B}", true}}},
        {"a \"${B}\" '${C}'", {{"a"}, {"${B}"}, {"${C}"}}},
        {"x${B:-y z}w v", {{"x${B:-y z}w", true}, {"v"}}},
        {"\"${A}\"${B}", {{"\"${A}\"${B}", true}}},
        {"${A}\"${B}\"", {{"${A}\"${B}\"", true}}},
        {"\\${A}", {{"\\${A}", true}}},
        {"\"${A:-it's}\"", {{"${A:-it's}", true}}},
        {"$(echo ${A}) b", {{"$(echo ${A})"}, {"b"}}},
        {"a$\"b\"", {{"a$$b"}}},
        {"$$A '$${B}'", {{"$$A"}, {"$${B}"}}},
    };
    for (const auto& [text, words] : rows) EXPECT_EQ(split_words(text), words) << text;
}

TEST(Words, CannotBeSplitWhenSomethingStaysOpen) {
    for (const char* text : {"'a", "\"a", "a\\", "`a", "$(a", "echo (a)", "a)", "'a\" b"}) {
        EXPECT_EQ(split_words(text), std::nullopt) << text;
    }
}

TEST(Words, BehindAnOperatorAreKept) {
    using Open = std::vector<Word>;
    EXPECT_EQ(split_words("run --once; true"), (Open{{"run"}, {"--once;", true}, {"true"}}));
    EXPECT_EQ(split_words("a && b > c"), (Open{{"a"}, {"&&", true}, {"b"}, {">", true}, {"c"}}));
    EXPECT_EQ(split_words("echo a; echo 'b"), (Open{{"echo"}, {"a"}, {"; echo 'b", true}}))
        << "as written where it does not parse";
    EXPECT_EQ(split_words("a | (b)"), (Open{{"a"}, {"| (b)", true}}));
}

TEST(Command, WithAnOperatorIsNoListOfItsWords) {
    EXPECT_EQ(changes("command: a && b", "command: [a, '&&', b]"), Paths{"command"}) << "the loader drops `&& b`";
    EXPECT_EQ(changes("command: a && b", "command: a  &&  b"), Paths{});
}

TEST(Command, ClearedIsNotAbsent) {
    EXPECT_EQ(changes("command: ''", "command: []"), Paths{});
    EXPECT_EQ(changes("command: []", "tty: no"), Paths{"command"});
    EXPECT_EQ(changes("command: ~", "tty: no"), Paths{});
    EXPECT_EQ(changes("entrypoint: a b", "entrypoint: ['a b']"), Paths{"entrypoint"});
}

} // namespace
} // namespace mooring::compose
