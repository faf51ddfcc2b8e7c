#include "report/markdown_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::report {
namespace {

constexpr std::size_t longest = 2000; // bytes of one text

// U+2060 as an entity: takes no room, and keeps the letters before and behind it from being one word to those programs
// that look for mentions, references and addresses after Markdown was read.
constexpr std::string_view joiner = "&#8288;";

// Characters that are syntax somewhere in the Markdown of GitHub or GitLab (mathematics and emoji included).
constexpr std::string_view syntax = "\\`*_[]|~$:^{}";

// After these a name or number would become a mention or a reference: @alice, #12, !12, %3, a link's //.
constexpr std::string_view sigils = "@#!%";

std::size_t longest_run(std::string_view text, char wanted) {
    std::size_t longest_so_far = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == wanted ? run + 1 : 0;
        longest_so_far = std::max(longest_so_far, run);
    }
    return longest_so_far;
}

// Whether a letter, digit or sign stands there: `:tada:` is an emoji, `Proof: stack` is not.
bool begins_word(std::string_view text, std::size_t at) {
    return at < text.size() && text[at] != ' ' && text[at] != '"';
}

std::string number_entity(char c) { return fmt::format("&#{};", static_cast<int>(c)); }

} // namespace

std::string code_span(std::string_view text) {
    const std::string clean = printable(text, longest);
    if (trim(clean).empty()) return "*(empty)*";
    const std::string fence(longest_run(clean, '`') + 1, '`');
    const std::string_view edge = clean.front() == '`' || clean.back() == '`' ? " " : "";
    return fmt::format("{}{}{}{}{}", fence, edge, clean, edge, fence);
}

std::string prose(std::string_view untrusted) {
    const std::string text = printable(untrusted, longest);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool after_www = c == '.' && out.ends_with("www");
        const bool second_slash = c == '/' && out.ends_with('/');
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += fmt::format("&amp;{}", joiner);
        else if (sigils.find(c) != std::string_view::npos)
            out += number_entity(c).append(joiner);
        else if (after_www || second_slash)
            out.append(joiner) += c;
        else if (syntax.find(c) != std::string_view::npos && (c != ':' || begins_word(text, i + 1)))
            out += number_entity(c);
        else
            out += c;
    }
    return out;
}

std::string code_cell(std::string_view text) {
    return text.find('|') == std::string_view::npos ? code_span(text) : prose(text);
}

} // namespace mooring::report
