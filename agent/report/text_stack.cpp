#include "report/text_stack.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/reasons.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::report {
namespace {

constexpr std::string_view arrow = "  ->  "; // always desired -> actual
constexpr std::size_t narrowest = 40;        // below that a terminal breaks lines itself

// `text` padded up to the column `to`, two blanks at least, when it began at `from`.
std::string until(std::string_view text, std::size_t from, std::size_t to) {
    return pad(std::string(text) + "  ", to - from);
}

// Under the changes of a stack that was read whole, "differs in 2 places" is noise; that it has moved is not.
bool changes_say_all(const StackResult& stack) {
    if (stack.verdict != Verdict::drifted && stack.verdict != Verdict::in_sync) return false;
    return !stack.changes.empty() && std::ranges::none_of(stack.changes, [](const Change& change) {
        return change.subject == Subject::environment || change.subject == Subject::name;
    });
}

// What the changes do not say themselves: what a remedy adds to the usual one of a drifted stack
// (drift/sentences_compared).
std::string_view special_cure(std::string_view remedy) {
    constexpr std::string_view usual = "Correct the stack in Portainer, or the manifest.";
    if (!remedy.starts_with(usual)) return {};
    remedy.remove_prefix(usual.size());
    return trim(remedy);
}

} // namespace

Columns columns_for(std::optional<std::size_t> width) {
    Columns columns{.width = width};
    if (!width) return columns;
    columns.width = std::max(*width, narrowest);
    columns.value = std::min(columns.value, std::max<std::size_t>(36, *columns.width / 2));
    return columns;
}

StackText::StackText(const TextOptions& options, bool with_server)
    : options_(options), columns_(columns_for(options.width)), paint_(options.colour), with_server_(with_server) {}

StackText::StackText(const TextOptions& options) : StackText(options, false) {
    columns_.planes = false;
    columns_.path = columns_.plane = 2;
    columns_.value = std::min<std::size_t>(columns_.value - 14, 38);
    columns_.place -= 14;
}

std::string StackText::block(const StackResult& stack) const {
    std::string out = first_line(stack);
    for (const Change& one : stack.changes) out += change(one);
    return out + reasons(stack);
}

std::string StackText::first_line(const StackResult& stack) const {
    const std::string word = words::verdict_label(stack.verdict) + words::qualification(stack);
    std::string name = words::stack_name(stack, with_server_);
    std::string where = place(stack.where);
    std::string between;
    if (columns_.width) {
        const std::size_t room = *columns_.width - columns_.name;
        where = shorten_middle(where, *columns_.width - columns_.plane);
        if (display_width(name) + 2 + display_width(where) > room) between = "\n" + std::string(columns_.plane, ' ');
        name = shorten_middle(name, room);
    }
    if (between.empty() && !where.empty()) name = until(name, columns_.name, columns_.value);
    const bool fits = display_width(word) < columns_.name;
    const std::string start = paint_(ink_of(stack.verdict), word) + (fits ? "" : "\n") +
                              std::string(columns_.name - (fits ? display_width(word) : 0), ' ');
    if (where.empty()) return start + paint_(Ink::strong, name) + "\n";
    return start + paint_(Ink::strong, name) + between + paint_(Ink::faint, where) + "\n";
}

std::string StackText::values(const Change& change, std::optional<std::size_t> room) const {
    if (change.secret && !options_.show_values) return difference(change);
    std::string desired = shown(change.desired);
    std::string actual = shown(change.actual);
    if (room) std::tie(desired, actual) = shorten_pair(desired, actual, *room - std::min(*room, arrow.size()));
    return desired + std::string(arrow) + actual;
}

std::string StackText::change(const Change& change) const {
    std::string plane(columns_.plane, ' ');
    if (columns_.planes) plane += paint_(Ink::faint, until(to_string(change.plane), columns_.plane, columns_.path));
    const std::string path = printable(change.path);
    std::string where = place(change.where);
    std::string waived = change.waiver.empty() ? "" : fmt::format("  waived by {}", printable(change.waiver));
    std::string value = values(change, std::nullopt) + waived;
    const std::string start = until(path, columns_.path, columns_.value);
    const std::size_t value_at = columns_.path + display_width(start);
    if (!where.empty()) value = until(value, value_at, std::max(value_at, columns_.place));
    if (!columns_.width || value_at + display_width(value) + display_width(where) <= *columns_.width)
        return plane + start + value + paint_(Ink::faint, where) + "\n";

    const std::size_t room = *columns_.width - columns_.path;
    where = shorten_middle(where, room / 2);
    const std::size_t for_path = room - (where.empty() ? 0 : display_width(where) + 2);
    value = values(change, room - std::min(room, display_width(waived))) + waived;
    return plane + shorten_middle(path, for_path) + (where.empty() ? "" : "  ") + paint_(Ink::faint, where) + "\n" +
           std::string(columns_.path, ' ') + shorten_middle(value, room) + "\n";
}

std::string StackText::paragraph(Ink ink, std::string_view text) const {
    std::optional<std::size_t> room;
    if (columns_.width) room = *columns_.width - columns_.plane;
    std::string out;
    for (const std::string& line : wrap(text, room)) out += std::string(columns_.plane, ' ') + paint_(ink, line) + "\n";
    return out;
}

std::string StackText::reasons(const StackResult& stack) const {
    std::string out;
    const bool said = changes_say_all(stack);
    for (const Reason& reason : reasons_of(stack)) {
        if (said && reason.kind == Reason::Kind::remedy) {
            const std::string_view cure = special_cure(reason.text);
            if (!cure.empty()) out += paragraph(Ink::plain, cure);
            continue;
        }
        if (said && !is_aside(reason.kind)) continue;
        out += paragraph(is_aside(reason.kind) ? Ink::faint : Ink::plain, reason.text);
    }
    return out;
}

} // namespace mooring::report
