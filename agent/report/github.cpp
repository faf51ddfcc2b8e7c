#include "report/github.hpp"

#include "base/text.hpp"
#include "report/headline.hpp"
#include "report/reasons.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

#include <fmt/format.h>

namespace mooring::report {
namespace {

constexpr std::size_t longest = 4000; // bytes of one text

std::string encoded(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : printable(text, longest)) {
        if (special.find(c) == std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string command(std::string_view word, const SourceLocation& where, std::string_view title, std::string_view text) {
    std::string out = "::" + std::string(word) + " ";
    if (!where.file.empty()) {
        out += "file=" + github_property(where.file) + ",";
        if (where.line > 0) out += fmt::format("line={},", where.line);
        if (where.line > 0 && where.column > 0) out += fmt::format("col={},", where.column);
    }
    return out + "title=" + github_property(title) + "::" + github_data(text) + "\n";
}

// The runner's word for a level.
std::string_view word_of(std::string_view level) { return level == "note" ? "notice" : level; }

std::string of_change(const Report& report, const StackResult& stack, const Change& change, std::string_view name) {
    const SourceLocation& where = change.where.file.empty() ? stack.where : change.where;
    const std::string line = lone_change_line(change);
    if (change.waiver.empty()) return command("error", where, fmt::format("{} drifted", name), line);
    return command("notice", where, fmt::format("{} drifted (waived)", name),
                   line + ", " + waiver_words(report, change.waiver));
}

std::string of_stack(const Report& report, const StackResult& stack, bool with_server) {
    const std::string name = words::stack_name(stack, with_server);
    std::string out;
    for (const Change& change : stack.changes) out += of_change(report, stack, change, name);
    const bool said_by_changes = stack.verdict == Verdict::drifted && !stack.changes.empty();
    if (stack.verdict == Verdict::in_sync || said_by_changes) return out;
    std::string text;
    if (words::standing_of(stack) == words::Standing::accepted)
        text = acceptance(report, stack);
    else
        text = all_reasons(stack);
    return out + command(word_of(words::level_of(words::standing_of(stack))), stack.where,
                         fmt::format("{} {}", name, words::verdict_words(stack)),
                         text.empty() ? words::verdict_words(stack) : text);
}

} // namespace

std::string github_data(std::string_view text) { return encoded(text, "%\r\n"); }

std::string github_property(std::string_view text) { return encoded(text, "%\r\n:,"); }

std::string to_github(const Report& report) {
    std::string out;
    for (const ServerResult& server : report.servers) {
        if (!server.error.empty()) out += command("error", {}, "server " + printable(server.name), server.error);
    }
    for (const StackResult& stack : report.stacks) out += of_stack(report, stack, report.servers.size() > 1);
    for (const Diagnostic& one : report.diagnostics) {
        const std::string title = one.server.empty() ? "Mooring" : "server " + printable(one.server);
        out += command(word_of(to_string(one.severity)), one.where, title, remark(one));
    }
    return out + command("notice", {}, fmt::format("Mooring exit {}", report.exit_code),
                         fmt::format("{}: {}", explain_exit(report), headline(report)));
}

} // namespace mooring::report
