#include "report/layout.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

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

StackText::StackText(const TextOptions& options, const Report& report) : StackText(options, report.servers.size() > 1) {
    report_ = &report;
}

StackText::StackText(const TextOptions& options) : StackText(options, false) {
    columns_.planes = false;
    columns_.path = columns_.plane = 2;
    columns_.value = std::min<std::size_t>(columns_.value - 14, 38);
    columns_.place -= 14;
}

std::string StackText::block(const StackResult& stack) const {
    std::string out = first_line(stack);
    for (const Change& one : stack.changes) out += change(one);
    return out + reasons(stack, reasons_of(stack));
}

std::string StackText::name(const StackResult& stack, std::string_view shown) const {
    const std::string painted = paint_(Ink::strong, shown);
    return options_.links && report_ != nullptr ? hyperlink(stack_url(*report_, stack), painted) : painted;
}

std::string StackText::first_line(const StackResult& stack) const {
    const std::string word = words::verdict_label(stack.verdict) + words::qualification(stack);
    const bool fits = display_width(word) < columns_.name;
    const std::string start = paint_(ink_of(stack.verdict), word) + (fits ? "" : "\n") +
                              std::string(columns_.name - (fits ? display_width(word) : 0), ' ');
    const std::string text = words::stack_name(stack, with_server_);
    const std::string where = place(stack.where);
    std::string between;
    if (!where.empty()) between = until(text, columns_.name, columns_.value).substr(text.size());
    const std::size_t used = columns_.name + display_width(text) + display_width(where);
    if (columns_.width && used + between.size() > *columns_.width)
        between.resize(std::min<std::size_t>(between.size(), 2));
    if (!columns_.width || used + between.size() <= *columns_.width)
        return start + name(stack, text) + between + paint_(Ink::faint, where) + "\n";
    std::string out;
    for (const std::string& line : wrap(text, *columns_.width - columns_.name))
        out += (out.empty() ? start : std::string(columns_.name, ' ')) + name(stack, line) + "\n";
    return where.empty() ? out : out + paragraph(Ink::faint, where);
}

std::string StackText::shared(const std::vector<const StackResult*>& stacks) const {
    const StackResult& first = *stacks.front();
    const std::string word = words::verdict_label(first.verdict) + words::qualification(first);
    std::string out = paint_(ink_of(first.verdict), word) + std::string(columns_.name - display_width(word), ' ') +
                      fmt::format("{} stacks{}\n", stacks.size(), first.changes.empty() ? "" : ", all in the same way");
    for (std::size_t i = 0; i < first.changes.size(); ++i) {
        Change one = first.changes[i];
        const bool same_place = std::ranges::all_of(
            stacks, [&](const StackResult* stack) { return place(stack->changes[i].where) == place(one.where); });
        if (!same_place) one.where = {};
        out += change(one);
    }
    return out + reasons(first, reasons_of_all(first));
}

std::string StackText::values(const Change& change) const {
    if (change.secret && !options_.show_values) return difference(change);
    return shown(change.desired) + std::string(arrow) + shown(change.actual);
}

std::string StackText::change(const Change& change) const {
    std::string plane(columns_.plane, ' ');
    if (columns_.planes) plane += paint_(Ink::faint, until(to_string(change.plane), columns_.plane, columns_.path));
    const std::string path = printable(change.path);
    const std::string where = place(change.where);
    const std::string waived = change.waiver.empty() ? "" : fmt::format("  waived by {}", printable(change.waiver));
    std::string value = values(change) + waived;
    const std::string start = until(path, columns_.path, columns_.value);
    const std::size_t value_at = columns_.path + display_width(start);
    if (!where.empty()) value = until(value, value_at, std::max(value_at, columns_.place));
    if (!columns_.width || value_at + display_width(value) + display_width(where) <= *columns_.width)
        return plane + start + value + paint_(Ink::faint, where) + "\n";
    return plane + wrapped(change, waived);
}

// Path, place and values on lines of their own, behind the plane: what a person wants to read is never cut.
std::string StackText::wrapped(const Change& change, std::string_view waived) const {
    const std::size_t room = *columns_.width - columns_.path;
    const std::string margin = "\n" + std::string(columns_.path, ' ');
    const std::string where = place(change.where);
    std::vector<std::string> lines = wrap(printable(change.path), room);
    std::string out = join(lines, margin);
    if (!where.empty() && display_width(lines.back()) + 2 + display_width(where) <= room) {
        out += "  " + paint_(Ink::faint, where);
    } else if (!where.empty()) {
        for (const std::string& line : wrap(where, room)) out += margin + paint_(Ink::faint, line);
    }
    const std::string value = values(change) + std::string(waived);
    if (display_width(value) <= room) return out + margin + value + "\n";
    if (change.secret && !options_.show_values) {
        lines = wrap(value, room);
    } else {
        lines = wrap(shown(change.desired), room);
        constexpr std::string_view before = "-> ";
        std::string sign(before);
        for (const std::string& line : wrap(shown(change.actual), room - before.size())) {
            lines.push_back(sign + line);
            sign = std::string(before.size(), ' ');
        }
        if (!waived.empty()) std::ranges::copy(wrap(trim(waived), room), std::back_inserter(lines));
    }
    return out + margin + join(lines, margin) + "\n";
}

std::string StackText::paragraph(Ink ink, std::string_view text) const {
    std::optional<std::size_t> room;
    if (columns_.width) room = *columns_.width - columns_.plane;
    std::string out;
    for (const std::string& line : wrap(text, room)) out += std::string(columns_.plane, ' ') + paint_(ink, line) + "\n";
    return out;
}

std::string StackText::reasons(const StackResult& stack, const std::vector<Reason>& all) const {
    std::string out;
    const bool said = changes_say_all(stack);
    for (const Reason& reason : all) {
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
