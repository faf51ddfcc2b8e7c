#include "report/text_stack.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::report {
namespace {

constexpr std::string_view arrow = "  ->  "; // always desired -> actual
constexpr std::size_t narrowest = 40;        // below that a terminal breaks lines itself
constexpr std::size_t most_requests = 3;

// `text` padded up to the column `to`, two blanks at least, when it began at `from`.
std::string until(std::string_view text, std::size_t from, std::size_t to) {
    return pad(std::string(text) + "  ", to - from);
}

// A secret says that it differs, on which side it is missing at most, and nothing computed from it (design §2, rule 7).
std::string masked(const Change& change) {
    if (change.desired.has_value() == change.actual.has_value()) return "differs (secret)";
    return change.desired ? "differs (secret): absent on the server" : "differs (secret): not declared";
}

// Requests that failed are what a reader can act on; those that succeeded are in the JSON report.
std::vector<Evidence> failed(const StackResult& stack) {
    std::vector<Evidence> out;
    if (stack.verdict == Verdict::missing || stack.verdict == Verdict::not_visible) return out;
    std::ranges::copy_if(stack.evidence, std::back_inserter(out),
                         [](const Evidence& e) { return e.status == 0 || e.status >= 300; });
    return out;
}

// What was read of a stack that was not read whole is worth a line; of one that was not read at all the message says
// so.
bool read_in_part(const StackResult& stack) {
    if (stack.unread.empty()) return false;
    return !stack.changes.empty() || std::ranges::find(stack.unread, "content") == stack.unread.end();
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

std::string StackText::block(const StackResult& stack) const {
    std::string out = first_line(stack);
    for (const Change& one : stack.changes) out += change(one);
    return out + reasons(stack);
}

std::string StackText::first_line(const StackResult& stack) const {
    const std::string word = label(stack.verdict) + qualification(stack);
    std::string name = stack_name(stack, with_server_);
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
    if (change.secret && !options_.show_values) return masked(change);
    std::string desired = shown(change.desired);
    std::string actual = shown(change.actual);
    if (room) std::tie(desired, actual) = shorten_pair(desired, actual, *room - std::min(*room, arrow.size()));
    return desired + std::string(arrow) + actual;
}

std::string StackText::change(const Change& change) const {
    const std::string plane = std::string(columns_.plane, ' ') +
                              paint_(Ink::faint, until(to_string(change.plane), columns_.plane, columns_.path));
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
    const std::string probes = stack.verdict == Verdict::missing ? "" : tried(stack.probes);
    const std::string message = printable(stack.message, 2000);
    const std::string why = message + (message.empty() || probes.empty() ? "" : " ") + probes;
    if (!why.empty()) out += paragraph(Ink::plain, why);
    if (read_in_part(stack)) out += paragraph(Ink::plain, "Not read: " + printable(join(stack.unread, ", ")) + ".");
    const std::vector<Evidence> requests = failed(stack);
    for (std::size_t i = 0; i < std::min(requests.size(), most_requests); ++i)
        out += paragraph(Ink::faint, request_line(requests[i]));
    if (requests.size() > most_requests)
        out += paragraph(Ink::faint, "and " + counted(requests.size() - most_requests, "more request"));
    if (stack.ignored > 0) out += paragraph(Ink::faint, counted(stack.ignored, "difference") + " ignored by rule.");
    for (const std::string& note : stack.notes) out += paragraph(Ink::faint, printable(note, 2000));
    if (!stack.remedy.empty()) out += paragraph(Ink::plain, printable(stack.remedy, 2000));
    return out;
}

} // namespace mooring::report
