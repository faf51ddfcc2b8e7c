#include "report/markdown_stack.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/markdown_text.hpp"
#include "report/reasons.hpp"
#include "report/wording.hpp"
#include "words/amounts.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

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
    std::string out = markdown_fold(fmt::format("{} <b>{} stacks</b> {}, all in the same way", mark(first),
                                                stacks.size(), words::verdict_words(first)));
    std::vector<Change> changes = first.changes; // their places are each stack's own
    for (Change& change : changes) change.where = {};
    out += change_items(changes);
    for (const Reason& reason : reasons_of(first)) {
        if (reason.kind != Reason::Kind::why) out += reason_item(reason);
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(stacks.size(), most_names); ++i)
        names.push_back(code_span(shorten_middle(words::stack_name(*stacks[i], with_server), name_width)));
    if (stacks.size() > most_names) names.push_back(fmt::format("and {} more", stacks.size() - most_names));
    return out + "- **Stacks:** " + join(names, ", ") + "\n\n</details>\n\n";
}

} // namespace mooring::report
