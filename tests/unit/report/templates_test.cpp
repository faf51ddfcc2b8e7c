// What pages and the compliance report have in common: escaping, sentences in pieces, sections, lists.
#include "report/layout.hpp"
#include "report/templates.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mooring::report {
namespace {

constexpr const char* hostile_text = "<b> & \"q\" 'a' \x1b[31m \xE2\x80\xAE";

TEST(Templates, WhatStandsInBracesIsEscapedByTheOneFunction) {
    Data data;
    data["text"] = std::string(hostile_text);
    EXPECT_EQ(html_of("<p title=\"{{text}}\">{{text}}</p>", data),
              "<p title=\"" + markup(hostile_text) + "\">" + markup(hostile_text) + "</p>");
    EXPECT_EQ(html_of("{{text}}", data).find_first_of("<>\"'\x1b"), std::string::npos);
    EXPECT_EQ(html_of("{{{text}}}", data), hostile_text) << "markup of our own making";
    data["list"] = list(std::vector<std::string>{"<i>"}, [](const std::string& text) { return Data(text); });
    data["sentence"] = prose_pieces("`<i>` <i>", Breaks::everywhere);
    EXPECT_EQ(html_of("{{#list}}{{.}}{{/list}}{{#sentence}}{{>prose}}{{/sentence}}", data),
              "&lt;i&gt;<code>&lt;i&gt;</code> &lt;i&gt;");
}

TEST(Templates, WhatAValueHoldsIsNoTemplate) {
    Data data;
    data["text"] = "{{secret}} {{{secret}}} {{>prose}}";
    data["secret"] = "hunter2";
    EXPECT_EQ(html_of("{{text}}", data), "{{secret}} {{{secret}}} {{&gt;prose}}");
    data["sentence"] = prose_pieces("`{{secret}}`");
    EXPECT_EQ(html_of("{{#sentence}}{{>prose}}{{/sentence}}", data), "<code>{{secret}}</code>");
}

TEST(Templates, BackticksAreCodeAndLongWordsMayBreak) {
    struct Row {
        const char* text;
        const char* nowhere;
        const char* in_code;
        const char* everywhere;
    };
    for (const Row& row : {
             Row{"", "", "", ""},
             Row{"plain", "plain", "plain", "plain"},
             Row{"a/b", "a/b", "a/b", "a/<wbr>b"},
             Row{"a.", "a.", "a.", "a.<wbr>"},
             Row{"see `a_b`.", "see <code>a_b</code>.", "see <code>a_<wbr>b</code>.",
                 "see <code>a_<wbr>b</code>.<wbr>"},
             Row{"`a``b`", "<code>a</code><code>b</code>", "<code>a</code><code>b</code>",
                 "<code>a</code><code>b</code>"},
             Row{"``", "<code></code>", "<code></code>", "<code></code>"},
             Row{"one ` alone?", "one ` alone?", "one ` alone?", "one ` alone?<wbr>"},
             Row{"`x` and ` y", "<code>x</code> and ` y", "<code>x</code> and ` y", "<code>x</code> and ` y"},
         }) {
        const auto shown = [&](Breaks breaks) {
            Data data;
            data["name"] = prose_pieces(row.text, breaks);
            return html_of("{{#name}}{{>prose}}{{/name}}", data);
        };
        EXPECT_EQ(shown(Breaks::nowhere), row.nowhere);
        EXPECT_EQ(shown(Breaks::in_code), row.in_code);
        EXPECT_EQ(shown(Breaks::everywhere), row.everywhere);
    }
}

TEST(Templates, SectionsAreThereExactlyWhenTheirTextIs) {
    for (const std::string text : {"", "a"}) {
        Data data;
        data["section"] = section(text);
        data["sentence"] = sentence(text);
        data["flag"] = flag(!text.empty());
        EXPECT_EQ(html_of("{{#section}}({{text}}){{/section}}{{^section}}-{{/section}}", data),
                  text.empty() ? "-" : "(a)");
        EXPECT_EQ(
            html_of("{{#sentence}}({{#pieces}}{{>prose}}{{/pieces}}){{/sentence}}{{^sentence}}-{{/sentence}}", data),
            text.empty() ? "-" : "(a)");
        EXPECT_EQ(html_of("{{#flag}}+{{/flag}}{{^flag}}-{{/flag}}", data), text.empty() ? "-" : "+");
    }
}

TEST(Templates, OtherFormsEscapeInTheirOwnWay) {
    Data data;
    data["text"] = "<a>";
    EXPECT_EQ(rendered("{{text}}", data, [](const std::string& text) { return text; }), "<a>");
    EXPECT_EQ(rendered("{{text}}{{>prose}}", data, [](const std::string&) { return std::string("x"); }), "x")
        << "a message has no partials";
}

TEST(Templates, ABrokenOneIsNamed) {
    EXPECT_EQ(template_problem("{{#items}}{{what}}{{/items}}"), "");
    EXPECT_NE(template_problem("{{#items}}{{what}}"), "");
}

} // namespace
} // namespace mooring::report
