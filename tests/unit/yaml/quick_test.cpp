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
bool agrees_quickly(std::string_view text) {
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
        taken += agrees_quickly(*text) ? 1 : 0;
    }
    EXPECT_GT(taken * 2, all) << taken << " of " << all;
}

TEST(QuickYaml, TakesAnOrdinaryComposeFile) {
    EXPECT_TRUE(agrees_quickly("# shop\n"
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
    EXPECT_TRUE(agrees_quickly("---\na: 1\n---\n# two\nb:\n  - c\n"));
    EXPECT_FALSE(parse_quickly("a: 1\n---\n", {}));
}

TEST(QuickYaml, TakesWhatPeopleWriteBesides) {
    for (const std::string_view text :
         {"a: &x {b: c}\nd: *x\n", "a: --b=1 --c\nd: [--e, -f]\n--g: h\n", "a: &x\n  b: c\nd:\n  <<: *x\n  e: f\n",
          "a: &x\n  b: c\ny: &y\n  b: d\n  e: f\nd:\n  <<: [*x, *y]\n  e: g\n", "a: &x\n  - b\nc: &y [*x, *x]\nd: *y\n",
          "a: &x b\nc: &x d\ne: [*x , *x]\nf: {g: *x}\n", "a:\n  - &x b\n  - *x\n  - &y\n    c: *x\n  - *y # d\n",
          "a: &x ~\nb: &y ''\nc: [*x, *y]\n", "a: &x b\n---\na: &x c\nb: *x\n", "a: {<<: {b: c}, d: e}\n",
          "<<: {a: b}\nc: d\n", "<<: []\na: b\n", "a: |\n  b\n   c\n\n  # d\n\n\n# e\nf: |- # g\n h\n",
          "a: >\n  b\n  c\n\n\n  d\ne: >-\n    f\n    g\n", "a:\n- |\n  b: c\n- >-\n  - d\n- e: |\n    f\n  g: h\n",
          "a: |\n  #!/bin/sh\n  echo \"b\" ; exit  \nc: d\n", "a: |\n  ---\n  b\n---\nc: |\n  d\n",
          "caf\xC3\xA9: {\xC3\xBC: '\xE2\x82\xAC', c: d}  # \xC3\xA4\n\xF0\x9F\x90\xB3: [\xC3\xB6, e]\n",
          "a: \"b\\n\\t\\\"\\\\\"\n\"c\\\"\": [\"\\\\\", d]\n"}) {
        EXPECT_TRUE(agrees_quickly(text)) << text;
    }
}

// What a text holds and what it stands for are counted apart: a bomb is the library's to refuse.
TEST(QuickYaml, LeavesAliasesThatWouldGrowToTheLibrary) {
    const std::string bomb =
        "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n";
    EXPECT_TRUE(agrees_quickly(bomb));
    EXPECT_FALSE(parse_quickly(bomb, {.expanded_nodes = 200}));
    EXPECT_FALSE(parse_quickly("a: &x " + std::string(50, 'b') + "\nc: [*x, *x]\n", {.bytes = 150}));
    EXPECT_FALSE(parse_quickly("a: &x [[b]]\nc: " + std::string(38, '[') + "*x" + std::string(38, ']') + "\n", {}));
    EXPECT_TRUE(parse_quickly("a: &x [[b]]\nc: " + std::string(36, '[') + "*x" + std::string(36, ']') + "\n", {}));
}

TEST(QuickYaml, LeavesTheDoubtfulToTheLibrary) {
    for (const std::string_view text : {"",
                                        "a",
                                        "a: *x",
                                        "a: &x *x",
                                        "a: &x\nb: *x",
                                        "a: &x\n- b",
                                        "a: &x [*x]",
                                        "a: &x\n  b: *x",
                                        "&a b: c",
                                        "a: &x b\n*x : c",
                                        "a: &x b\nc: {*x : d}",
                                        "a: &x b\nc: *x d",
                                        "a: &x. b",
                                        "- &x |\n  b\n",
                                        "a: !!str b",
                                        "<<: a",
                                        "<<: [a]",
                                        "a: |\n  b",
                                        "a: >-\n  b",
                                        "a: |+\n  b\n",
                                        "a: |2\n   b\n",
                                        "a: |\n\n  b\n",
                                        "a: |\n  b\n   \n",
                                        "a: >\n  b\n   c\n",
                                        "a: |\nb: c\n",
                                        "a: |\n",
                                        "a: |x\n  b\n",
                                        "a: |\n   b\n  c\n",
                                        "a: b\n  c",
                                        "a: 'b\n  c'",
                                        "a: \"\\x41\"",
                                        "a: \"\\",
                                        "a: \"b\\\"",
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
                                        "a: \xC3",
                                        "a: \xC2\x85",
                                        "a: \xE2\x80\xA8",
                                        "\xEF\xBB\xBF"
                                        "a: b",
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
    static constexpr std::array pieces{
        "a: &a ",   "- &a ",   "*a\n",   "d: *a", "<<: *a",    "|\n  e\n", "f: >-\n    g\n",
        "\xC3\xBC", "\"\\n\"", "a",      "b: c",  "- ",        "- d",      "key:",
        "\n",       "\n  ",    "\n    ", "'q'",   "\"q\"",     "[x, y]",   "{k: v}",
        ": ",       " #c",     "# c",    ",",     "]",         "}",        "-1",
        "--",       "--h",     "1.10",   "~",     "null",      "80:80",    "\n- ",
        "---",      "\n---",   "?",      "&a",    "*a",        "!t",       "|",
        ">",        "%",       "@",      "<<",    "\n  - k: ", "[",        "{",
        "\"",       "'",       ":",      " ",     "  ",        "\n\n",     "''",
        "- - ",     "x:y",     "\n   "};
    std::string text;
    std::uniform_int_distribution<std::size_t> pick(0, pieces.size() - 1);
    std::uniform_int_distribution<int> length(1, 14);
    for (int i = length(random); i > 0; --i) text += pieces.at(pick(random));
    return text;
}

TEST(QuickYaml, SaysWhatTheLibrarySaysOnGeneratedTexts) {
    std::mt19937 random(20261124);
    int taken = 0;
    for (int i = 0; i < 60'000 && !testing::Test::HasFailure(); ++i) taken += agrees_quickly(generate(random)) ? 1 : 0;
    EXPECT_GT(taken, 1000);
}

TEST(QuickYaml, SaysWhatTheLibrarySaysOnMutatedFiles) {
    const std::string original = "x-a: &a\n  b: \"c\\n\"\n  d: &d [1, \xC3\xBC]\nx-e:\n  <<: *a\n  f: *d\n  g: |\n    "
                                 "h\n\n    # i\n  j: >-\n    k\n    l\n"
                                 "services:\n  web:\n    image: nginx:1.27 # c\n    command: [\"a b\", 'c', d]\n    "
                                 "environment:\n      A: 'x''y'\n"
                                 "      B:\n    ports:\n    - 80:80\n    - target: 1\n      mode: host\n    deploy: "
                                 "{replicas: 2, l: [a]}\nvolumes:\n  v: {}\n";
    static constexpr std::string_view letters = "ab:-#'\"[]{},&*!|>?%@\\ \n\n  ";
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
        taken += agrees_quickly(text) ? 1 : 0;
    }
    EXPECT_GT(taken, 10'000);
}

} // namespace
} // namespace mooring::yaml
