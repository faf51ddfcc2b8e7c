// The quick reader may only ever say what yaml-cpp would have said: checked over every compose case, over hand-picked
// doubtful lines, and over generated texts that are mutated byte by byte.
#include "yaml/quick.hpp"

#include "base/file.hpp"
#include "unit/yaml/print_tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace mooring::yaml {
namespace {

// Whether the quick reader took the text; if it did, yaml-cpp must say the same.
bool agrees(std::string_view text) {
    const auto quick = parse_quickly(text, {});
    if (!quick) return false;
    const auto slow = parse_with_library(text, {});
    EXPECT_TRUE(slow) << (slow ? "" : slow.error().message) << "\nin:\n" << text;
    if (slow) {
        EXPECT_EQ(print(*quick), print(*slow)) << "in:\n" << text;
    }
    return true;
}

TEST(QuickYaml, SaysWhatTheLibrarySaysOnEveryCaseAndTakesMostOfThem) {
    int all = 0;
    int taken = 0;
    const std::filesystem::path cases = MOORING_SOURCE_DIR "/tests/compose";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cases)) {
        if (entry.path().extension() != ".yaml") continue;
        const auto text = read_file(entry.path(), std::size_t{4} << 20U);
        ASSERT_TRUE(text);
        ++all;
        taken += agrees(*text) ? 1 : 0;
    }
    EXPECT_GT(taken * 2, all) << taken << " of " << all;
}

TEST(QuickYaml, TakesAnOrdinaryComposeFile) {
    EXPECT_TRUE(agrees("# shop\n"
                       "services:\n"
                       "  web:\n"
                       "    image: nginx:1.27   # pinned\n"
                       "    command: [\"sleep\", '3600', 80:80]\n"
                       "    environment:\n"
                       "      A: \"b c\"\n"
                       "      'it''s': 'it''s'\n"
                       "      EMPTY:\n"
                       "    ports:\n"
                       "    - 80:80\n"
                       "    - target: 443\n"
                       "      published: 8443\n"
                       "    -\n"
                       "      target: 1\n"
                       "    deploy: {replicas: 2, labels: {a: b, c: [d]}}\n"
                       "volumes: {}\n"
                       "networks:\n"));
}

TEST(QuickYaml, TakesSeveralDocuments) {
    EXPECT_TRUE(agrees("---\na: 1\n---\n# two\nb:\n  - c\n"));
    EXPECT_FALSE(parse_quickly("a: 1\n---\n", {}));
}

TEST(QuickYaml, LeavesTheDoubtfulToTheLibrary) {
    for (const std::string_view text : {"",
                                        "a",
                                        "a: &x b",
                                        "a: *x",
                                        "a: !!str b",
                                        "<<: {a: b}",
                                        "a: |\n  b",
                                        "a: >-\n  b",
                                        "a: b\n  c",
                                        "a: 'b\n  c'",
                                        "a: \"\\n\"",
                                        "a:\tb",
                                        "a: b: c",
                                        "a: b:",
                                        "? a\n: b",
                                        "a: - b",
                                        "- a\n b",
                                        "a: [b,]",
                                        "a: [,]",
                                        "a: [b",
                                        "a: {b}",
                                        "a: {b: }",
                                        "{a: b}: c",
                                        "[a]: b",
                                        "a: \xC3\xBC",
                                        "a: b\r\n",
                                        "%YAML 1.2\n---\na: b",
                                        "a: b\n...\n",
                                        "--- a: b",
                                        "a: b\na: c",
                                        "a: {b: c, b: d}",
                                        "a : b",
                                        "a: @b",
                                        "a: `b",
                                        "a:\n    b: c\n  d: e",
                                        "a:\n  - b\n c: d",
                                        "- - a\n - b",
                                        "a: [b: c]",
                                        "a: {b?: c}",
                                        "\"a\"b: c",
                                        "a: 'b' c",
                                        "a: 'b'#c",
                                        "a: [b]#c",
                                        "#c",
                                        "a: --- b"}) {
        EXPECT_FALSE(parse_quickly(text, {})) << text;
    }
}

TEST(QuickYaml, LeavesWhatBreaksALimitToTheLibrary) {
    EXPECT_FALSE(parse_quickly("a: [b, c, d]\n", {.expanded_nodes = 4}));
    EXPECT_FALSE(parse_quickly("a: b\n", {.bytes = 3}));
    EXPECT_FALSE(parse_quickly("a: 1\n---\nb: 1\n", {.documents = 1}));
    std::string deep;
    for (std::size_t i = 0; i < 60; ++i) deep += std::string(i, ' ') + "a:\n";
    EXPECT_FALSE(parse_quickly(deep, {}));
    EXPECT_FALSE(parse_quickly("a: " + std::string(5000, '[') + std::string(5000, ']'), {}));
}

// A grammar of lines that is near to what people write and near to what goes wrong.
std::string generate(std::mt19937& random) {
    static constexpr std::array pieces{"a",   "b: c",  "- ",     "- d",       "key:", "\n",   "\n  ",  "\n    ",
                                       "'q'", "\"q\"", "[x, y]", "{k: v}",    ": ",   " #c",  "# c",   ",",
                                       "]",   "}",     "-1",     "1.10",      "~",    "null", "80:80", "\n- ",
                                       "---", "\n---", "?",      "&a",        "*a",   "!t",   "|",     ">",
                                       "%",   "@",     "<<",     "\n  - k: ", "[",    "{",    "\"",    "'",
                                       ":",   " ",     "  ",     "\n\n",      "''",   "- - ", "x:y",   "\n   "};
    std::string text;
    std::uniform_int_distribution<std::size_t> pick(0, pieces.size() - 1);
    std::uniform_int_distribution<int> length(1, 14);
    for (int i = length(random); i > 0; --i) text += pieces.at(pick(random));
    return text;
}

TEST(QuickYaml, SaysWhatTheLibrarySaysOnGeneratedTexts) {
    std::mt19937 random(20261124);
    int taken = 0;
    for (int i = 0; i < 60'000 && !testing::Test::HasFailure(); ++i) taken += agrees(generate(random)) ? 1 : 0;
    EXPECT_GT(taken, 1000);
}

TEST(QuickYaml, SaysWhatTheLibrarySaysOnMutatedFiles) {
    const std::string original = "services:\n  web:\n    image: nginx:1.27 # c\n    command: [\"a b\", 'c', d]\n    "
                                 "environment:\n      A: 'x''y'\n"
                                 "      B:\n    ports:\n    - 80:80\n    - target: 1\n      mode: host\n    deploy: "
                                 "{replicas: 2, l: [a]}\nvolumes:\n  v: {}\n";
    static constexpr std::string_view letters = "ab:-#'\"[]{},&*!|>?%@ \n\n  ";
    std::mt19937 random(7);
    int taken = 0;
    for (int i = 0; i < 60'000 && !testing::Test::HasFailure(); ++i) {
        std::string text = original;
        for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes) {
            const std::size_t at = random() % text.size();
            const char letter = letters[random() % letters.size()];
            switch (random() % 3) {
            case 0:
                text[at] = letter;
                break;
            case 1:
                text.insert(at, 1, letter);
                break;
            default:
                text.erase(at, 1 + random() % 4);
                break;
            }
        }
        taken += agrees(text) ? 1 : 0;
    }
    EXPECT_GT(taken, 10'000);
}

} // namespace
} // namespace mooring::yaml
