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

bool is_digit(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

bool is_word(std::string_view text, std::size_t at) {
    if (at >= text.size()) return false;
    const char c = text[at];
    return is_digit(text, at) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The colons of "09:30" and "2026-11-25T09:30:00Z" are no emoji's. Returns the length of such a clock time at `at`, 0
// if there is none.
std::size_t clock_time(std::string_view text, std::size_t at) {
    const bool after_date = at > 0 && text[at - 1] == 'T' && at > 1 && is_digit(text, at - 2);
    if (at > 0 && !after_date && (is_word(text, at - 1) || text[at - 1] == ':')) return 0;
    const auto two_digits = [&](std::size_t from) { return is_digit(text, from) && is_digit(text, from + 1); };
    const auto colon = [&](std::size_t where) { return where < text.size() && text[where] == ':'; };
    if (!two_digits(at) || !colon(at + 2) || !two_digits(at + 3)) return 0;
    const std::size_t length = colon(at + 5) && two_digits(at + 6) ? 8 : 5;
    const std::size_t end = at + length + (text.substr(at + length).starts_with('Z') ? 1 : 0);
    return is_word(text, end) || colon(end) ? 0 : length;
}

// "50 %" refers to no milestone.
bool is_share(std::string_view text, std::size_t at) {
    const bool after_number = at > 1 && text[at - 1] == ' ' && is_digit(text, at - 2);
    return text[at] == '%' && after_number &&
           (at + 1 == text.size() || std::string_view(" ,;.)").find(text[at + 1]) != std::string_view::npos);
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
        if (const std::size_t length = clock_time(text, i); length > 0) {
            out += text.substr(i, length);
            i += length - 1;
            continue;
        }
        const bool after_www = c == '.' && out.ends_with("www");
        const bool second_slash = c == '/' && out.ends_with('/');
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += fmt::format("&amp;{}", joiner);
        else if (sigils.find(c) != std::string_view::npos && !is_share(text, i))
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
