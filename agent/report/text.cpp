#include "report/formats.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::report {
namespace {

constexpr std::size_t piped_width = 100;         // of the flowing list of names, where there is no terminal
constexpr std::size_t names_column = 13;         // where names begin behind a word
constexpr std::ptrdiff_t lines_of_a_screen = 24; // a longer list of stacks is summed up below it

// A piece of a flowing line, painted after it has found its place.
struct Piece {
    std::string text;
    Ink ink = Ink::plain;
};

// Pieces side by side, `gap` blanks apart, on as many lines as `width` asks for, each indented by `indent`.
std::string flow(const std::vector<Piece>& pieces, std::size_t gap, std::size_t indent,
                 std::optional<std::size_t> width, const Paint& paint) {
    std::string out;
    std::size_t used = 0;
    std::optional<std::size_t> room;
    if (width) room = *width - std::min(*width, indent);
    for (const Piece& piece : pieces) {
        for (const std::string& line : wrap(piece.text, room)) {
            const std::size_t columns = display_width(line);
            const bool follows = used > 0 && (!room || used + gap + columns <= *room);
            if (used > 0)
                out += follows ? std::string(gap, ' ') : "\n" + std::string(indent, ' ');
            else
                out += std::string(indent, ' ');
            out += paint(piece.ink, line);
            used = follows ? used + gap + columns : columns;
        }
    }
    return out + "\n";
}

std::string server_lines(const ServerResult& server, const Paint& paint, std::optional<std::size_t> width) {
    std::vector<Piece> pieces{{printable(server.name), Ink::strong}, {printable(server.url)}};
    if (!server.version.empty()) pieces.push_back({printable(server.version)});
    if (server.identity) {
        pieces.push_back({"as " + words::observer_words(server)});
    }
    std::string out = flow(pieces, 2, 0, width, paint);
    if (!server.error.empty()) out += flow({{printable(server.error, 2000), Ink::broken}}, 1, 2, width, paint);
    return out;
}

std::string headline(const Report& report, const Paint& paint, std::optional<std::size_t> width) {
    std::vector<Piece> counts;
    for (const Verdict verdict : headline_verdicts(report.summary))
        counts.push_back({count_words(report.summary, verdict), ink_of(verdict)});
    std::vector<Piece> shares;
    for (const std::string& words : share_words(report))
        shares.push_back({words, words.ends_with("with waivers") ? Ink::plain : Ink::strong});

    std::string out = flow(counts, 3, 2, width, paint);
    const std::string rest = flow(shares, 3, 2, width, paint);
    const std::size_t columns = display_width(flow(counts, 3, 2, width, Paint(false))) - 1;
    const std::size_t more = display_width(flow(shares, 3, 6, width, Paint(false))) - 1;
    if (width && columns + more > *width) return out + rest;
    out.back() = ' '; // on one line: six blanks between counts and shares
    return out + std::string(3, ' ') + rest;
}

std::vector<const StackResult*> with_verdict(const Report& report, Verdict verdict) {
    std::vector<const StackResult*> out;
    for (const StackResult& stack : report.stacks) {
        if (stack.verdict == verdict) out.push_back(&stack);
    }
    return out;
}

// When a whole server could not be read, its line says why and what to do, once for all of its stacks.
bool is_said_of_the_server(const Report& report, const StackResult& stack) {
    if (stack.verdict != Verdict::unreachable && stack.cause != Cause::credentials) return false;
    const auto server = std::ranges::find(report.servers, stack.server, &ServerResult::name);
    return server != report.servers.end() && server->exit_code != 0;
}

// Names behind a word in front, on as many lines as they need.
std::string names_behind(std::string_view word, Ink ink, const std::vector<Piece>& names, const Paint& paint,
                         std::optional<std::size_t> width) {
    const std::string listed =
        flow(names, 2, names_column, std::max<std::size_t>(width.value_or(piped_width), 40), paint);
    if (display_width(word) >= names_column) return paint(ink, word) + "\n" + listed;
    return paint(ink, word) + listed.substr(display_width(word));
}

// In sync, but with something that a reader must see: what a waiver or an ignore rule took away, or what somebody set
// beside what is declared.
bool says_more(const StackResult& stack) {
    return stack.waived || stack.ignored > 0 || words::undeclared_values(stack) > 0;
}

// The names of in_sync stacks with this qualification, flowing behind (or, where it is long, below) its word.
std::string in_sync_names(const std::vector<const StackResult*>& stacks, std::string_view qualified, const Paint& paint,
                          std::optional<std::size_t> width, bool with_server) {
    std::vector<Piece> names;
    for (const StackResult* stack : stacks) {
        if (!says_more(*stack) && words::qualification(*stack) == qualified)
            names.push_back({words::stack_name(*stack, with_server)});
    }
    if (names.empty()) return {};
    return names_behind("in sync" + std::string(qualified), Ink::good, names, paint, width);
}

std::string in_sync_part(const Report& report, const StackText& text, const Paint& paint, const TextOptions& options) {
    const bool with_server = report.servers.size() > 1;
    const std::vector<const StackResult*> stacks = with_verdict(report, Verdict::in_sync);
    std::string out;
    for (const StackResult* stack : stacks) {
        if (says_more(*stack)) out += text.block(*stack);
    }
    out += in_sync_names(stacks, " (runtime not asked)", paint, options.width, with_server);
    return out + in_sync_names(stacks, "", paint, options.width, with_server);
}

// Stacks of which the same is said: what differs once, then their names.
std::string group_part(const std::vector<const StackResult*>& stacks, const StackText& text, const Paint& paint,
                       std::optional<std::size_t> width, bool with_server) {
    std::vector<Piece> names;
    for (const StackResult* stack : stacks) names.push_back({words::stack_name(*stack, with_server), Ink::strong});
    return text.shared(stacks) + names_behind("", Ink::plain, names, paint, width);
}

std::string stacks_part(const Report& report, const Paint& paint, const TextOptions& options) {
    const StackText text(options, report);
    const bool with_server = report.servers.size() > 1;
    std::string out;
    for (const Verdict verdict : listed_verdicts) {
        for (const auto& stacks : alike(with_verdict(report, verdict))) {
            const StackResult& first = *stacks.front();
            if (stacks.size() > 1)
                out += group_part(stacks, text, paint, columns_for(options.width).width, with_server);
            else
                out += is_said_of_the_server(report, first) ? text.first_line(first) : text.block(first);
        }
    }
    return options.quiet ? out : out + in_sync_part(report, text, paint, options);
}

// What is wrong by name, and what many have in common: for who sees the end of a long report alone.
std::string once_more(const Report& report, const Paint& paint, std::optional<std::size_t> width) {
    constexpr std::size_t most_names = 20;
    constexpr std::size_t most_shared = 5;
    std::string out;
    const std::vector<SharedChange> shared = shared_changes(report);
    for (std::size_t i = 0; i < std::min(shared.size(), most_shared); ++i)
        out += flow({{fmt::format("{} in {} stacks", shared[i].line, shared[i].stacks)}}, 1, 2, width, paint);
    for (const Verdict verdict : listed_verdicts) {
        const std::vector<const StackResult*> stacks = with_verdict(report, verdict);
        std::vector<Piece> names;
        for (const StackResult* stack : stacks) {
            if (names.size() == most_names) break;
            names.push_back({words::stack_name(*stack, report.servers.size() > 1)});
        }
        if (stacks.size() > most_names) names.push_back({fmt::format("and {} more", stacks.size() - most_names)});
        if (!names.empty()) out += names_behind(words::verdict_words(verdict), ink_of(verdict), names, paint, width);
    }
    return out;
}

Ink ink_of_severity(Severity severity) {
    return severity == Severity::error ? Ink::broken : severity == Severity::warning ? Ink::drift : Ink::faint;
}

} // namespace

std::string diagnostics_text(const Diagnostics& diagnostics, const TextOptions& options) {
    constexpr std::size_t indent = 9;
    const Paint paint(options.colour);
    std::string out;
    for (const Diagnostic& one : diagnostics) {
        const std::string_view word = to_string(one.severity);
        std::string text = place(one.where, true);
        if (text.empty()) text = printable(one.server);
        text += (text.empty() ? "" : ": ") + remark(one);
        const std::string lines = flow({{text}}, 1, indent, columns_for(options.width).width, paint);
        out += paint(ink_of_severity(one.severity), word) + lines.substr(word.size());
    }
    return out;
}

std::string to_text(const Report& report, const TextOptions& options) {
    const Paint paint(options.colour);
    const std::optional<std::size_t> width = columns_for(options.width).width;
    std::string out;
    for (const ServerResult& server : report.servers) out += server_lines(server, paint, width);
    const bool has_changes =
        std::ranges::any_of(report.stacks, [](const auto& stack) { return !stack.changes.empty(); });
    if (has_changes) out += "  " + paint(Ink::faint, "changes: desired -> actual") + "\n";
    if (!out.empty()) out += "\n";

    const std::string listed = stacks_part(report, paint, options);
    if (!listed.empty()) out += listed + "\n";
    const std::string remarks = diagnostics_text(report.diagnostics, options);
    if (!remarks.empty()) out += remarks + "\n";
    if (std::ranges::count(listed, '\n') > lines_of_a_screen) out += once_more(report, paint, width) + "\n";
    const std::string closing = fmt::format("exit {}: {}", report.exit_code, explain_exit(report));
    return out + headline(report, paint, width) +
           flow({{closing, report.exit_code == 0 ? Ink::good : Ink::strong}}, 1, 0, width, paint);
}

} // namespace mooring::report
