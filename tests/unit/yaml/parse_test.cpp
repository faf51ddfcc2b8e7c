#include "yaml/node.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace mooring::yaml {
namespace {

Node one(std::string_view text, const Limits& limits = {}) {
    auto documents = parse(text, limits);
    EXPECT_TRUE(documents) << documents.error().message;
    if (!documents || documents->empty()) return {};
    EXPECT_EQ(documents->size(), 1U);
    return std::move(documents->front());
}

Problem refused(std::string_view text, const Limits& limits = {}) {
    auto documents = parse(text, limits);
    EXPECT_FALSE(documents) << text.substr(0, 200);
    return documents ? Problem{} : std::move(documents.error());
}

// "{a: 1, b: [x, y]}" of a tree, to compare it with one look.
std::string show(const Node& node) {
    std::string out;
    switch (node.kind) {
    case Kind::null:
        return "~";
    case Kind::scalar:
        return node.plain ? node.text : "'" + node.text + "'";
    case Kind::sequence:
        for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + show(item);
        return "[" + out + "]";
    case Kind::mapping:
        for (const auto& [key, value] : node.entries) out += (out.empty() ? "" : ", ") + show(key) + ": " + show(value);
        return "{" + out + "}";
    }
    return out;
}

TEST(Yaml, ReadsKindsQuotesAndPlaces) {
    const Node root = one("a: 'x'\nb:\n  - y\n  -\n");
    EXPECT_EQ(show(root), "{a: 'x', b: [y, ~]}");
    EXPECT_EQ(root.mark.line, 1U);
    EXPECT_EQ(root.entries[1].first.mark.line, 2U);
    EXPECT_EQ(root.entries[1].first.mark.column, 1U);
    EXPECT_EQ(root.find("b")->items[0].mark.line, 3U);
    EXPECT_EQ(root.find("b")->items[0].mark.column, 5U);
    EXPECT_EQ(root.find("c"), nullptr);
}

TEST(Yaml, KeepsExplicitTags) {
    const Node root = one("a: !!str 5\nb: !reset []\nc: !override {}\nd: x\n");
    EXPECT_EQ(root.find("a")->tag, "tag:yaml.org,2002:str");
    EXPECT_EQ(root.find("b")->tag, "!reset");
    EXPECT_EQ(root.find("c")->tag, "!override");
    EXPECT_EQ(root.find("d")->tag, "");
    EXPECT_EQ(root.find("b")->kind, Kind::sequence);
}

TEST(Yaml, PlainNullIsNull) {
    EXPECT_EQ(show(one("[~, null, Null, NULL, 'null', nuLL]")), "[~, ~, ~, ~, 'null', nuLL]");
}

TEST(Yaml, ReadsEveryLineEndAndByteOrderMark) {
    EXPECT_EQ(show(one("a: x\r\nb:\r\n  c: y\r\n")), "{a: x, b: {c: y}}");
    EXPECT_EQ(show(one("a: x\rb:\r  c: y\r")), "{a: x, b: {c: y}}");
    EXPECT_EQ(show(one("\xEF\xBB\xBFq: \"a\xEF\xBB\xBF\"\n")), "{q: 'a\xEF\xBB\xBF'}");
    const Node root = one("a: x\r\n\r\nb: y\r\n");
    EXPECT_EQ(root.entries[1].first.mark.line, 3U);
}

TEST(Yaml, RefusesWhatIsNoYamlText) {
    EXPECT_EQ(refused(std::string("a: b\0c", 6)).code, "encoding");
    const Problem control = refused("a: b\nc: \x07\n");
    EXPECT_EQ(control.code, "encoding");
    EXPECT_EQ(control.mark.line, 2U);
    EXPECT_EQ(control.mark.column, 4U);
    EXPECT_EQ(refused("a: caf\xE9\n").mark.column, 7U);
    EXPECT_EQ(refused("a: \xC0\xAF\n").code, "encoding");
    EXPECT_EQ(refused("a: \xED\xA0\x80\n").code, "encoding");
    EXPECT_EQ(refused("a: \xC2\x80\n").code, "encoding");
    EXPECT_EQ(refused("a: \x7F\n").code, "encoding");
    EXPECT_EQ(refused(std::string("\xFF\xFE"
                                  "a\0:\0",
                                  6))
                  .code,
              "encoding");
}

TEST(Yaml, RefusesDuplicateKeysWhateverTheirQuoting) {
    const Problem problem = refused("a: 1\nb:\n  c: 1\n  'c': 2\n");
    EXPECT_EQ(problem.code, "duplicate-key");
    EXPECT_EQ(problem.mark.line, 4U);
    EXPECT_EQ(problem.mark.column, 3U);
    EXPECT_NE(problem.message.find("`c`"), std::string::npos);
    EXPECT_NE(problem.message.find("line 3"), std::string::npos);
    for (const int count : {15, 16, 17, 900, 999, 1000, 5000}) { // each way of looking for them, and where it changes
        std::string wide;
        for (int i = 0; i < count; ++i) wide += fmt::format("k{}: 1\n", i);
        one(wide);
        const Problem twice = refused(wide + "k7: 2\nk3: 2\nk7: 3\n");
        EXPECT_EQ(twice.code, "duplicate-key") << count;
    }
}

TEST(Yaml, ReadsSeveralDocumentsButNotWhatIsLeftOver) {
    EXPECT_EQ(parse("a: 1\n---\nb: 2\n...\n")->size(), 2U);
    EXPECT_EQ(parse("# nothing\n")->size(), 0U);
    EXPECT_EQ(parse("")->size(), 0U);
    EXPECT_EQ(parse("---\n")->size(), 1U);
    EXPECT_EQ(refused("{a: 1}\nb: 2\n").code, "syntax");
    EXPECT_EQ(refused("a: 1\n...\nb: 2\n").code, "syntax");
    EXPECT_EQ(refused("a: 1\n---\nb: 2\n---\nc: 3\n", {.documents = 2}).code, "too-many-documents");
}

TEST(Yaml, ReportsSyntaxErrorsWithTheirPlace) {
    const Problem problem = refused("a:\n  b: c: d\n");
    EXPECT_EQ(problem.code, "syntax");
    EXPECT_EQ(problem.mark.line, 2U);
}

TEST(Yaml, SaysWhatIsWrongInPlainWords) {
    EXPECT_TRUE(refused("a: {b: c\n").message.contains("without its `}`"));
    EXPECT_TRUE(refused("a: [b, c\nd: e\n").message.contains("without its `]`"));
    const Problem tab = refused("a:\n\tb: c\n");
    EXPECT_TRUE(tab.message.starts_with("tabs cannot be used for indentation; use spaces")) << tab.message;
    EXPECT_EQ(tab.mark.line, 2U);
}

TEST(Yaml, AProblemIsPrintableEvenWhereTheLibraryQuotesHalfACharacter) {
    EXPECT_EQ(refused("a: \"\\\xEF\xBB\xBF\"\n").message, "unknown escape character: \\xef");
}

TEST(Yaml, EscapesOfOneLetterAreCharacters) {
    for (const char* text : {"a: \"x\\N\\_y\\_\"\n", "a: !!str \"x\\N\\_y\\_\"\n"}) {
        const Node read = one(text);
        ASSERT_NE(read.find("a"), nullptr) << text;
        EXPECT_EQ(read.find("a")->text, "x\xC2\x85\xC2\xA0y\xC2\xA0") << text;
    }
}

TEST(Yaml, KeepsTheLinesOfFoldedScalars) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"a: >+\n  x\n", "x\n"},
        {"a: >+\n  x\n\n", "x\n\n"},
        {"a: >+\n  x\n  y\n\n\nb: c\n", "x y\n\n\n"},
        {"a: >+\n  x\n  \n# c\nb: c\n", "x\n\n"},
        {"a: >+\n  x\n   y\n\nb: c\n", "x\n y\n\n"},
        {"a: !!str >+\n  x\n\n  y\n\nb: c\n", "x\ny\n\n"},
        {"a: >+ # c\n\n  x\n\n", "\nx\n\n"},
        {"a: |+\n  x\n\n", "x\n\n"},
        {"a: >\n  x\n\n", "x\n"},
        {"a: \"x\\n\"\n\n", "x\n"},
    };
    for (const auto& [text, value] : rows) EXPECT_EQ(one(text).find("a")->text, value) << text;
}

TEST(Yaml, RefusesQuotesThatNeverEnd) {
    for (const char* open : {"a: \"b\n", "a: 'b\n", "a: \"b\\\"\n", "a: 'it''s\n", "a: &x !!str \"b\n", "- \"", "'"}) {
        EXPECT_EQ(refused(open).code, "syntax") << open;
    }
    EXPECT_EQ(show(one("a: \"b\\\"\"\nb: 'it''s'\nc: plain's\n")), "{a: 'b\"', b: 'it's', c: plain's}");
    EXPECT_EQ(show(one("a: 'x'\nb: |\n  \"\n")), "{a: 'x', b: '\"\n'}");
}

TEST(Yaml, RefusesALastKeyWithoutColon) {
    for (const char* wrong : {"a: 'x'\nb\n", "a:\n  - 'x'\nb # c: d\n", "a: !!str x\nhttp://b\n"}) {
        const Problem problem = refused(wrong);
        EXPECT_EQ(problem.code, "syntax") << wrong;
        EXPECT_EQ(problem.mark.column, 1U) << wrong;
    }
    EXPECT_EQ(show(one("a: !!str x\nb:\n")), "{a: x, b: ~}");
    EXPECT_EQ(show(one("a: !!str x\nb:   # c\n")), "{a: x, b: ~}");
    EXPECT_EQ(show(one("? a\n? b\n")), "{a: ~, b: ~}");
    EXPECT_EQ(show(one("{a, b}")), "{a: ~, b: ~}");
}

TEST(Yaml, RefusesDirectivesThatNoDocumentFollows) {
    for (const char* wrong :
         {"a: b\n%\n", "a: b\n%YAML 1.1\n---\nc: d\n", "%YAML 1.1\na: b\n", "a: b\n...\n%TAG ! !x\n"}) {
        EXPECT_EQ(refused(wrong).code, "syntax") << wrong;
    }
    EXPECT_EQ(show(one("# c\n%YAML 1.1\n# d\n---\na: '%b'\n")), "{a: '%b'}");
    EXPECT_EQ(parse("a: b\n...\n%YAML 1.1\n---\nc: d\n")->size(), 2U);
}

TEST(Yaml, WritesOutAliases) {
    EXPECT_EQ(show(one("a: &x [1, &y {k: v}]\nb: *x\nc: [*y, *x]\n")),
              "{a: [1, {k: v}], b: [1, {k: v}], c: [{k: v}, [1, {k: v}]]}");
    EXPECT_EQ(show(one("&k key: &v value\n*v : *k\n")), "{key: value, value: key}");
    EXPECT_EQ(show(one("a: &x 1\nb: &x 2\nc: *x\n")), "{a: 1, b: 2, c: 2}");
    EXPECT_EQ(show(one("- &a {p: &b q, r: *b}\n- *b\n- *a\n")), "[{p: q, r: q}, q, {p: q, r: q}]");
    EXPECT_EQ(refused("a: *nothing\n").code, "syntax");
    EXPECT_EQ(refused("--- &x 1\n--- \na: *x\n").code, "syntax");
}

TEST(Yaml, RefusesAnchorsThatContainThemselves) {
    EXPECT_EQ(refused("a: &x [*x]\n").code, "alias-expansion");
    EXPECT_EQ(refused("&x a: {b: {c: &y [*y]}}\n").code, "alias-expansion");
    EXPECT_EQ(refused("--- &x\nk: {<<: *x}\n").code, "alias-expansion");
}

TEST(Yaml, RefusesAliasBombsBeforeTheyGoOff) {
    std::string bomb = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 60; ++i) bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}]\n", i, i - 1);
    EXPECT_EQ(refused(bomb).code, "alias-expansion");
    std::string texts = "a: &a " + std::string(100'000, 'x') + "\nb: [";
    for (int i = 0; i < 1'000; ++i) texts += "*a, ";
    EXPECT_EQ(refused(texts + "]\n").code, "alias-expansion");
    std::string deep = "a0: &a0 [x]\n";
    for (int i = 1; i < 1'000; ++i) deep += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
    EXPECT_EQ(refused(deep).code, "too-deep");
}

TEST(Yaml, RefusesDeepNestingWithoutRecursing) {
    EXPECT_EQ(refused(std::string(200'000, '[')).code, "too-deep");
    EXPECT_EQ(refused(std::string(200'000, '{')).code, "too-deep");
    std::string block;
    for (int i = 0; i < 100'000; ++i) block += "- ";
    EXPECT_EQ(refused(block).code, "too-deep");
    std::string keys;
    for (int i = 0; i < 100'000; ++i) keys += "? ";
    EXPECT_EQ(refused(keys).code, "too-deep");
    one(std::string(100, '[') + std::string(100, ']'));
    EXPECT_EQ(refused(std::string(101, '[') + std::string(101, ']')).code, "too-deep");
}

TEST(Yaml, RefusesTooManyBytesOrValues) {
    EXPECT_EQ(refused("a: bcd", {.bytes = 5}).code, "too-large");
    EXPECT_EQ(refused("[1, 2, 3]", {.expanded_nodes = 3}).code, "too-large");
    one("[1, 2, 3]", {.expanded_nodes = 4});
}

TEST(Yaml, WritesOutMergeKeys) {
    EXPECT_EQ(show(one("a: &a {k: 1, l: 2}\nb: {<<: *a, k: 3}\n")), "{a: {k: 1, l: 2}, b: {k: 3, l: 2}}");
    EXPECT_EQ(show(one("x: {<<: [{k: 1}, {k: 2, l: 3}]}\n")), "{x: {k: 1, l: 3}}");
    EXPECT_EQ(show(one("x: {<<: {k: {a: 1}}, k: {b: 2}}\n")), "{x: {k: {b: 2}}}");
    EXPECT_EQ(show(one("x: {<<: {<<: {k: 1}, l: 2}}\n")), "{x: {l: 2, k: 1}}");
    EXPECT_EQ(show(one("x: {'<<': 1}\n")), "{x: {'<<': 1}}");
    for (const char* wrong : {"x: {<<: text}\n", "x: {<<: [a]}\n", "x: {<<: }\n", "x: {<<: [[{a: 1}]]}\n"}) {
        EXPECT_EQ(refused(wrong).code, "merge-key") << wrong;
    }
    EXPECT_EQ(refused("x: {<<: {a: 1}, <<: {b: 1}}\n").code, "duplicate-key");
}

TEST(Yaml, RefusesUnknownMajorVersions) {
    EXPECT_EQ(refused("%YAML 3.0\n---\na: b\n").code, "syntax");
    EXPECT_EQ(show(one("%YAML 1.2\n---\na: b\n")), "{a: b}");
}

} // namespace
} // namespace mooring::yaml
