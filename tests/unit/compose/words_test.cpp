// Command texts; every row without an operator was asked of Docker's own loader.
#include "compose/words.hpp"

#include "unit/compose/compose_support.hpp"

#include <fmt/format.h>

namespace mooring::compose {
namespace {

using Words = std::vector<std::string>;

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
        {"a$$(b c)d", {"a$$(b c)d"}},
        {"`a b` c", {"`a b`", "c"}},
        {"'(' \")\"", {"(", ")"}},
        {"--x='a;b'", {"--x=a;b"}},
        {"caf\xC3\xA9 \\\xC3\xA9", {"caf\xC3\xA9", "\xC3\xA9"}},
    };
    for (const auto& [text, words] : rows) EXPECT_EQ(split_words(text), words) << text;
}

TEST(Words, CannotBeSplitWhenSomethingStaysOpen) {
    for (const char* text : {"'a", "\"a", "a\\", "`a", "$(a", "echo (a)", "a)", "'a\" b"}) {
        EXPECT_EQ(split_words(text), std::nullopt) << text;
    }
}

TEST(Words, BehindAnOperatorAreKept) {
    EXPECT_EQ(split_words("run --once; true"), (Words{"run", "--once;", "true"}));
    EXPECT_EQ(split_words("a && b > c"), (Words{"a", "&&", "b", ">", "c"}));
    EXPECT_EQ(split_words("echo a; echo 'b"), (Words{"echo", "a", "; echo 'b"}))
        << "as written where it does not parse";
    EXPECT_EQ(split_words("a | (b)"), (Words{"a", "| (b)"}));
}

TEST(Command, ClearedIsNotAbsent) {
    EXPECT_EQ(changes("command: ''", "command: []"), Paths{});
    EXPECT_EQ(changes("command: []", "tty: no"), Paths{"command"});
    EXPECT_EQ(changes("command: ~", "tty: no"), Paths{});
    EXPECT_EQ(changes("entrypoint: a b", "entrypoint: ['a b']"), Paths{"entrypoint"});
}

} // namespace
} // namespace mooring::compose
