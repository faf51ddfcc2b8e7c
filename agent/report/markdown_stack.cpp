#include "report/layout.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::report {
namespace {

constexpr std::size_t most_changes = 30;
constexpr std::size_t most_names = 200;   // of stacks of which the same is said
constexpr std::size_t name_width = 80;    // columns
constexpr std::size_t path_width = 100;   // columns
constexpr std::size_t values_width = 160; // both values together
constexpr std::size_t brief_length = 160; // bytes

// Denied has a mark that nothing else has (design §2, rule 2).
std::string_view mark(const StackResult& stack) {
    if (stack.verdict == Verdict::denied) return "🔒";
    switch (words::standing_of(stack)) {
    case words::Standing::good:
        return "🟢";
    case words::Standing::accepted:
        return "⚪";
    case words::Standing::drift:
        return "🔴";
    case words::Standing::blind:
        return "🟡";
    }
    std::unreachable();
}

std::string name_cell(std::string_view name) { return code_cell(shorten_middle(printable(name), name_width)); }

std::string values(const Change& change) {
    if (change.secret) return prose(difference(change));
    const auto [desired, actual] = shorten_pair(shown(change.desired), shown(change.actual), values_width);
    return code_span(desired) + " → " + code_span(actual);
}

std::string change_item(const Change& change) {
    std::string out = fmt::format("- {} {}: {}", to_string(change.plane),
                                  code_span(shorten_middle(printable(change.path), path_width)), values(change));
    if (!change.where.file.empty())
        out += fmt::format(" in {}", code_span(shorten_middle(place(change.where), path_width)));
    if (!change.waiver.empty()) out += ", waived by " + code_span(change.waiver);
    return out + "\n";
}

// A word of ours stands first, so that no line begins with text of others.
std::string reason_item(const Reason& reason) {
    switch (reason.kind) {
    case Reason::Kind::why:
        return "- **Why:** " + prose(reason.text) + "\n";
    case Reason::Kind::request:
        return "- " + code_span(reason.text) + "\n";
    case Reason::Kind::unread:
    case Reason::Kind::ignored:
    case Reason::Kind::note:
        return "- **Note:** " + prose(reason.text) + "\n";
    case Reason::Kind::remedy:
        return "- **To do:** " + prose(reason.text) + "\n";
    }
    std::unreachable();
}

std::string change_items(const std::vector<Change>& changes) {
    std::string out;
    for (std::size_t i = 0; i < std::min(changes.size(), most_changes); ++i) out += change_item(changes[i]);
    if (changes.size() > most_changes)
        out += fmt::format("- and {}\n", words::counted(changes.size() - most_changes, "more change"));
    return out;
}

} // namespace

std::string markdown_table_head(bool with_server) {
    return with_server ? "| verdict | stack | environment | server | why | manifest |\n|---|---|---|---|---|---|\n"
                       : "| verdict | stack | environment | why | manifest |\n|---|---|---|---|---|\n";
}

std::string markdown_row(const StackResult& stack, bool with_server, std::string_view url) {
    std::string out = fmt::format("| {} {} |", mark(stack), words::verdict_words(stack));
    const std::string name = name_cell(stack.name);
    out += fmt::format(" {} | {} |", url.empty() ? name : fmt::format("[{}]({})", name, url),
                       name_cell(words::environment_name(stack)));
    if (with_server) out += fmt::format(" {} |", name_cell(stack.server));
    const std::string where = shorten_middle(place(stack.where), path_width);
    return out + fmt::format(" {} | {} |\n", prose(printable(brief(stack), brief_length)),
                             where.empty() ? "" : code_cell(where));
}

std::string markdown_fold(std::string_view summary) {
    return fmt::format("<details><summary>{}</summary>\n\n", summary);
}

std::string markdown_block(const Report& report, const StackResult& stack, bool with_server) {
    const std::string name = prose(shorten_middle(words::stack_name(stack, with_server), 2 * name_width));
    std::string out = markdown_fold(fmt::format("{} <b>{}</b> {}", mark(stack), name, words::verdict_words(stack)));
    out += change_items(stack.changes);
    for (const Reason& reason : reasons_of(stack)) out += reason_item(reason);
    for (const std::string& waiver : stack.waivers)
        out += "- **Accepted:** " + prose(waiver_words(report, waiver)) + "\n";
    return out + "\n</details>\n\n";
}

std::string markdown_block(const Report& report, const std::vector<const StackResult*>& stacks, bool with_server) {
    const StackResult& first = *stacks.front();
    if (stacks.size() == 1) return markdown_block(report, first, with_server);
    std::string out =
        markdown_fold(fmt::format("{} <b>{} stacks</b> {}{}", mark(first), stacks.size(), words::verdict_words(first),
                                  first.changes.empty() ? "" : ", all in the same way"));
    std::vector<Change> changes = first.changes; // their places are each stack's own
    for (Change& change : changes) change.where = {};
    out += change_items(changes);
    for (const Reason& reason : reasons_of_all(first)) out += reason_item(reason);
    std::vector<std::string> names;
    names.reserve(stacks.size());
    for (const StackResult* stack : stacks)
        names.push_back(code_span(shorten_middle(words::stack_name(*stack, with_server), name_width)));
    return out + "- **Stacks:** " + join(words::with_the_rest_counted(std::move(names), most_names), ", ") +
           "\n\n</details>\n\n";
}

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
