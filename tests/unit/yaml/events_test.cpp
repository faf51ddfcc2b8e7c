// What libyaml's events give must be what yaml-cpp's give: over every compose case, over generated texts of everything
// that YAML has, and over texts put together from pieces that are near to what goes wrong.
#include "yaml/parts.hpp"

#include "base/file.hpp"
#include "unit/yaml/known_faults.hpp"
#include "unit/yaml/print_tree.hpp"
#include "yaml/quick.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <string>

namespace mooring::yaml {
namespace {

std::string said(const std::expected<std::vector<Node>, Problem>& read) {
    return read ? print(*read) : read.error().code + ": " + read.error().message;
}

int taken_quickly = 0; // by agrees()

// Whether libyaml took the text; if both did, they say the same, and so does the quick reader if it took it.
bool agrees(std::string_view text) {
    const auto events = parse_events(text, {});
    if (const auto quick = parse_quickly(text, {})) {
        ++taken_quickly;
        EXPECT_TRUE(events) << "in:\n" << text;
        if (events) {
            EXPECT_EQ(print(*quick), said(*events)) << "in:\n" << text;
        }
    }
    if (!events) return false;
    const auto library = parse_with_library(text, {});
    const bool is_refused_by_library = !library && library.error().code == "syntax";
    if (!is_refused_by_library) {
        EXPECT_EQ(said(*events), said(library)) << "in:\n" << text;
    }
    return events->has_value();
}

TEST(YamlEvents, SayWhatTheLibrarySaysOnEveryCase) {
    int all = 0;
    int taken = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(MOORING_SOURCE_DIR "/tests/compose")) {
        if (entry.path().extension() != ".yaml" || entry.path().string().contains("/invalid/")) continue;
        const auto text = read_file(entry.path(), std::size_t{4} << 20U);
        ASSERT_TRUE(text);
        ++all;
        taken += agrees(*text) ? 1 : 0;
    }
    std::cout << taken << " of " << all << " compose cases are read from events\n";
    EXPECT_GT(taken * 100, all * 99);
}

TEST(YamlEvents, RefuseNothingThatTheLibraryReadsOnItsOwn) {
    for (const auto& entry : std::filesystem::directory_iterator(MOORING_SOURCE_DIR "/tests/compose/invalid")) {
        if (entry.path().extension() != ".yaml") continue;
        const auto text = read_file(entry.path(), std::size_t{4} << 20U);
        ASSERT_TRUE(text);
        const auto events = parse_events(*text, {});
        if (events && !*events) {
            EXPECT_EQ(said(*events), said(parse_with_library(*text, {}))) << entry.path();
        }
    }
}

TEST(YamlEvents, ReadWhatTheQuickReaderLeaves) {
    for (const std::string_view text : {"a: &x {b: c}\nd: *x\n",
                                        "a: &x\n  b: c\nd:\n  <<: *x\n  e: f\n",
                                        "a: &x b\nc: [*x, *x]\n",
                                        "a: !!str 5\nb: !reset []\nc: ! d\n",
                                        "a: |\n  b\n   c\n\nd: |-\n  e\nf: |+\n  g\n\n\n",
                                        "a: >\n  b\n  c\n\n  d\n",
                                        "a: >-\n  b\n    c\n  d\n",
                                        "a: |2\n    b\n   c\n",
                                        "a: \"b\\n\\x41\\u00e9\\\n   c\n\n  d\"\n",
                                        "a: 'b\n  c\n\n  d'\n",
                                        "a: b\n  c\n  # d\n",
                                        "caf\xC3\xA9: \xC3\xBC  # \xE2\x82\xAC\nb: [\xF0\x9F\x90\xB3, c]\n",
                                        "a: [b,\n  c,\n]\nd: {e: f,\n  g: h}\n",
                                        "? a\n: b\n",
                                        "--- !x\na: b\n...\n---\nc\n",
                                        "%YAML 1.1\n---\na: b\n",
                                        "a: !!null ''\nb: !!null\nc: ~\nd:\n",
                                        "a:\r\n  - b\r\n",
                                        "a: &x\nb: *x\n",
                                        "- - a\n  - b\n- - c\n",
                                        "&a b: *a\n"}) {
        EXPECT_TRUE(agrees(text)) << text;
    }
}

// Each is right by YAML 1.2 and as Docker's loader reads it; yaml-cpp refuses it or drops a part.
TEST(YamlEvents, ReadWhatTheLibraryGetsWrong) {
    const std::vector<std::pair<std::string_view, std::string_view>> table{
        {"- &n |\n  # no\n  x\n", "1:1[ 1:3 quoted <# no\nx\n> } \n"},
        {"- !t |-\n  x\n- b\n", "1:1[ 1:3 quoted <x> !t3:3 plain <b> } \n"},
        {"a: 'b\n\n\n'\n", "1:1{ 1:1 plain <a> = 1:4 quoted <b\n\n> } \n"},
        {"a: \"b\n  \n\n  c\"\n", "1:1{ 1:1 plain <a> = 1:4 quoted <b\n\nc> } \n"},
    };
    for (const auto& [text, tree] : table) {
        const auto events = parse_events(text, {});
        ASSERT_TRUE(events && *events) << text;
        EXPECT_EQ(print(**events), tree) << text;
        EXPECT_TRUE(is_lost_on_yaml_cpp(text)) << text;
        EXPECT_EQ(said(parse_compose(text)), tree) << text;
    }
}

TEST(YamlEvents, LeaveWhatIsBrokenToTheLibrarysWords) {
    for (const std::string_view text :
         {"a: [b\n", "a: b: c\n", "a:\n  - b\n c\n", "a: *nowhere\n", "a: 'b\n", "\t- a\n", "a: @b\n", "a: \xFF\n"}) {
        EXPECT_FALSE(parse_events(text, {})) << text;
        EXPECT_EQ(said(parse_compose(text)), said(parse(text))) << text;
    }
}

// Docker's loader takes the colon for a part of the word; of the readers here none does.
TEST(YamlEvents, AColonJustBeforeABracketIsRefusedForDocker) {
    for (const std::string_view text :
         {"a: {A:}\n", "a: [b, A:]\n", "a: {A:, b: c}\n", "a: {b: c,\n  A:}\n", "a: {b: {\xC3\xBC:}}\n"}) {
        const auto read = parse_compose(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, "syntax") << text;
        EXPECT_TRUE(read.error().message.starts_with("a colon stands just before a bracket")) << text;
        EXPECT_GT(read.error().mark.column, 3U) << text;
    }
    for (const std::string_view text : {"a: {A: }\n", "a: {\"A\":}\n", "a: {A:b}\n", "a: [b:c]\n", "a: '{A:}'\n",
                                        "a: b:}\n", "# {A:}\na: b\n", "a: |\n  {A:}\n", "a: [c:/d, 80:80]\n"})
        EXPECT_TRUE(parse_compose(text)) << text;
}

// What people's editors count, and what the messages always counted: bytes of a line.
TEST(YamlEvents, CountColumnsInBytes) {
    const std::string text = "\xC3\xBC: {\xE2\x82\xAC: &a b, \xF0\x9F\x90\xB3: *a}\n\xC3\xA9: c\n";
    ASSERT_TRUE(parse_events(text, {}));
    EXPECT_EQ(said(*parse_events(text, {})), said(parse_with_library(text, {})));
}

TEST(YamlEvents, StopAtTheLimitsAsTheLibraryDoes) {
    const auto same = [](std::string_view text, const Limits& limits) {
        const auto events = parse_events(text, limits);
        ASSERT_TRUE(events) << text;
        ASSERT_FALSE(*events) << text;
        EXPECT_EQ(said(*events), said(parse_with_library(text, limits)));
    };
    same("a: &x [b, c]\nd: [*x, *x, *x]\n", {.expanded_nodes = 9});
    same("a: &x bbbbbbbbbbbb\nd: [*x, *x, *x]\n", {.bytes = 40});
    same("a: &x [[b]]\nd: [[*x]]\n", {.depth = 3});
    same("a\n--- b\n--- c\n", {.documents = 2});
    same("a: {b: c, b: d}\n", {});
    same("a: &x [*x]\n", {});
    same("<<: a\n", {});
    same("a: " + std::string(500, '[') + std::string(500, ']'), {});
}

// A text of everything that YAML has, well-formed nearly always.
class Writer {
  public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::string document() {
        std::string out = one_of({"", "", "---\n", "# top\n"});
        mapping(0, out);
        return out;
    }

  private:
    bool chance(unsigned of) { return random_() % of == 0; }
    std::string one_of(std::initializer_list<const char*> texts) { return *(texts.begin() + random_() % texts.size()); }

    std::string comment() { return chance(6) ? one_of({" # c", "  # d: e", " #", " # \xC3\xA9"}) : std::string{}; }
    std::string word() {
        return one_of({"a", "b c", "1.10", "~", "null", "\xC3\xBC", "x: y", "80:80", "yes", "-1", "a#b",
                       "\xF0\x9F\x90\xB3", "c:/d", "", "*", "e\tf", "- g", "k  l"});
    }
    std::string name() {
        return one_of({"a", "b", "c", "d", "e", "\xC3\xA9", "f g", "'h'", "\"i\""}) + std::to_string(random_() % 90);
    }

    std::string property() {
        if (chance(5)) return "&n" + std::to_string(anchors_++) + " ";
        return chance(12) ? one_of({"!!str ", "!t ", "! "}) : std::string{};
    }

    std::string quoted(std::size_t indent) {
        const std::string fold = "\n" + std::string(indent + 1 + random_() % 3, ' ');
        if (chance(2))
            return "'" + one_of({"a", "it''s", "", " b ", "\xC3\xBC", "#"}) + (chance(4) ? fold + "c" : "") + "'";
        return "\"" + one_of({"a", "\\n", "\\x41\\u00e9", "\\\"", "\\\\", " b ", "\\t\\e", ""}) +
               (chance(4) ? one_of({"", "\\"}) + fold + one_of({"c", "\n"}) + "d" : "") + "\"";
    }

    std::string plain(std::size_t indent) {
        std::string text =
            one_of({"a", "b c", "1.10", "~", "\xC3\xBC", "80:80", "yes", "-1", "a#b", "null", "0x1F", "${A:-b}"});
        if (chance(10)) text += "\n" + std::string(indent + 1 + random_() % 3, ' ') + "more";
        return text;
    }

    std::string block_scalar(std::size_t indent) {
        std::string out = one_of({"|", ">", "|-", ">-", "|+", ">+", "|2"});
        const std::string margin(out == "|2" ? indent + 2 : indent + 1 + random_() % 3, ' ');
        out += comment() + "\n";
        for (std::size_t i = 1 + random_() % 4; i > 0; --i) {
            if (chance(5)) out += "\n";
            out += margin + (chance(6) && i < 3 ? one_of({" ", "  "}) : std::string{}) +
                   one_of({"a", "b c", "# no", "- d", "\xC3\xBC", "k: v", "'"}) + "\n";
        }
        if (chance(5)) out += "\n";
        return out;
    }

    std::string flow(std::size_t depth, std::size_t indent) {
        const std::string gap = chance(6) ? "\n" + std::string(indent + 1, ' ') : one_of({"", " "});
        if (depth > 2 || chance(2)) return chance(2) ? quoted(indent) : one_of({"a", "b", "1", "~", "\xC3\xBC"});
        std::string out;
        const bool list = chance(2);
        for (std::size_t i = random_() % 3; i > 0; --i) {
            if (!out.empty()) out += "," + gap;
            out += list ? flow(depth + 1, indent) : name() + ": " + flow(depth + 1, indent);
        }
        return (list ? "[" : "{") + out + (list ? "]" : "}");
    }

    // What follows `key:` or `-`, its line end included.
    void value(std::size_t indent, bool in_list, std::string& out) { // NOLINT(misc-no-recursion)
        const auto kind = random_() % (indent > 8 ? 5 : 9);
        if (kind == 0 && anchors_ > 0 && chance(2)) {
            out += " *n" + std::to_string(random_() % anchors_) + comment() + "\n";
        } else if (kind <= 1) {
            out += " " + property() + plain(indent) + comment() + "\n";
        } else if (kind == 2) {
            out += " " + property() + quoted(indent) + comment() + "\n";
        } else if (kind == 3) {
            out += " " + property() + flow(0, indent) + comment() + "\n";
        } else if (kind == 4) {
            out += " " + (in_list ? "" : property()) + block_scalar(indent); // yaml-cpp wants it behind the property
        } else if (kind <= 6) {
            out += std::string(chance(4) ? " " + property() : "") + comment() + "\n";
            mapping(indent + 1 + random_() % 3, out);
        } else {
            out += std::string(chance(4) ? " " + property() : "") + comment() + "\n";
            list(indent + (in_list || chance(2) ? 1 + random_() % 3 : 0), out);
        }
    }

    void mapping(std::size_t indent, std::string& out) { // NOLINT(misc-no-recursion)
        for (std::size_t i = 1 + random_() % 4; i > 0; --i) {
            if (chance(8)) out += std::string(random_() % 4, ' ') + "# between\n";
            if (chance(12)) out += "\n";
            out += std::string(indent, ' ');
            if (chance(15) && anchors_ > 0)
                out += "<<: *n" + std::to_string(random_() % anchors_) + "\n";
            else {
                out += name() + ":";
                value(indent, false, out);
            }
        }
    }

    void list(std::size_t indent, std::string& out) { // NOLINT(misc-no-recursion)
        for (std::size_t i = 1 + random_() % 3; i > 0; --i) {
            out += std::string(indent, ' ') + "-";
            value(indent, true, out);
        }
    }

    std::mt19937 random_;
    std::size_t anchors_ = 0;
};

TEST(YamlEvents, SayWhatTheLibrarySaysOnGeneratedTexts) {
    int taken = 0;
    taken_quickly = 0;
    for (unsigned seed = 0; seed < 20'000 && !testing::Test::HasFailure(); ++seed)
        taken += agrees(Writer(seed).document()) ? 1 : 0;
    std::cout << taken << " of 20000, " << taken_quickly << " quickly\n";
    EXPECT_GT(taken, 5'000);
}

TEST(YamlEvents, SayWhatTheLibrarySaysOnPieces) {
    static constexpr std::array pieces{"a",      "b: c",      "- ",     "- d",    "key:",   "\n",       "\n  ",
                                       "\n    ", "'q'",       "\"q\"",  "[x, y]", "{k: v}", ": ",       " #c",
                                       "# c",    ",",         "]",      "}",      "-1",     "~",        "&a ",
                                       "*a",     "!t ",       "!!str ", "|",      ">",      "|-\n  ",   ">+\n  ",
                                       "<<: *a", "\n  - k: ", "[",      "{",      "\"",     "'",        ":",
                                       " ",      "\n\n",      "''",     "- - ",   "\\n",    "\xC3\xBC", "\t",
                                       "---\n",  "\n...\n",   "%",      "@",      "x:y"};
    std::mt19937 random(20261129);
    int taken = 0;
    for (int i = 0; i < 60'000 && !testing::Test::HasFailure(); ++i) {
        std::string text;
        for (std::size_t count = 1 + random() % 12; count > 0; --count) text += pieces.at(random() % pieces.size());
        text += "\n";
        if (!is_lost_on_yaml_cpp(text)) taken += agrees(text) ? 1 : 0;
    }
    std::cout << taken << " of 60000\n";
    EXPECT_GT(taken, 5'000);
}

} // namespace
} // namespace mooring::yaml
