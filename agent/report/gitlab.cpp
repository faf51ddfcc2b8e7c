#include "report/formats.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

namespace mooring::report {
namespace {

using Json = nlohmann::ordered_json;

std::string_view severity_of(std::string_view level) {
    return level == "error" ? "critical" : level == "warning" ? "major" : "info";
}

// Collects findings; counts fingerprints, which have to be different.
class Findings {
  public:
    explicit Findings(const Report& report) : nowhere_(place_of_report(report)) {}

    void add(std::string_view rule, std::string_view level, std::string_view text, const SourceLocation& where,
             const std::string& digest) {
        const SourceLocation& at = where.file.empty() ? nowhere_ : where;
        out_.push_back(
            {{"description", text},
             {"check_name", fmt::format("mooring/{}", rule)},
             {"fingerprint", fmt::format("{}-{}", digest, ++seen_[digest])},
             {"severity", severity_of(level)},
             {"location", {{"path", printable(at.file)}, {"lines", {{"begin", std::max<std::size_t>(at.line, 1)}}}}}});
    }

    std::string json() const { return out_.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

  private:
    SourceLocation nowhere_;
    std::map<std::string, std::size_t> seen_;
    Json out_ = Json::array();
};

void add_stack(Findings& findings, const StackResult& stack) {
    const std::string name = words::stack_name(stack, true);
    for (const Change& change : stack.changes) {
        if (!change.waiver.empty()) continue;
        const SourceLocation& where = change.where.file.empty() ? stack.where : change.where;
        findings.add(rule_of(change.plane), "error", fmt::format("{}: {}", name, lone_change_line(change)), where,
                     fingerprint(stack, to_string(change.plane), change.path));
    }
    const words::Standing standing = words::standing_of(stack);
    const bool said_by_changes = stack.verdict == Verdict::drifted && !stack.changes.empty();
    if (standing == words::Standing::good || standing == words::Standing::accepted || said_by_changes) return;
    std::string text = fmt::format("{} {}.", name, words::verdict_words(stack));
    if (const std::string why = all_reasons(stack); !why.empty()) text += " " + why;
    findings.add(rule_of(stack.verdict), words::level_of(standing), text, stack.where, fingerprint(stack, "", ""));
}

void add_remarks(Findings& findings, const Diagnostics& diagnostics) {
    for (const Diagnostic& one : diagnostics) {
        if (one.severity != Severity::note)
            findings.add(manifest_rule, to_string(one.severity), remark(one), one.where, fingerprint(one));
    }
}

} // namespace

std::string to_gitlab(const Diagnostics& diagnostics) {
    Report report;
    report.diagnostics = diagnostics;
    Findings findings(report);
    add_remarks(findings, diagnostics);
    return findings.json();
}

std::string to_gitlab(const Report& report) {
    Findings findings(report);
    for (const ServerResult& server : report.servers) {
        if (server.error.empty()) continue;
        const std::string text = fmt::format("server {}: {}", printable(server.name), printable(server.error, 2000));
        findings.add("server", "error", text, {}, to_hex(sha256("server " + server.name)).substr(0, 32));
    }
    add_remarks(findings, report.diagnostics);
    for (const StackResult& stack : report.stacks) add_stack(findings, stack);
    return findings.json();
}

namespace {

constexpr std::size_t longest_text = 4000; // bytes of one text

std::string encoded(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : printable(text, longest_text)) {
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

// One annotation, and how much it tells: GitHub shows the first ten of a level.
struct Annotation {
    std::string_view word; // error, warning, notice
    int rank = 0;          // within its level: less comes first
    std::string line;
};

constexpr int rank_of_servers = 0; // a whole server, or what is wrong with manifests, explains the rest
constexpr int rank_of_remarks = 1;
constexpr int rank_of_repeats = 100; // a change that another stack's annotation told already

// The order in which reports list verdicts; a drifted stack's own changes come after whole stacks that are missing.
int rank_of(Verdict verdict) {
    if (verdict == Verdict::drifted) return 50;
    return 2 + static_cast<int>(std::ranges::find(listed_verdicts, verdict) - listed_verdicts.begin());
}

class Annotations {
  public:
    explicit Annotations(const Report& report) : report_(report), with_server_(report.servers.size() > 1) {}

    void add(std::string_view word, int rank, const SourceLocation& where, std::string_view title,
             std::string_view text) {
        all_.push_back({word, rank, command(word, where, title, text)});
    }

    void add(const Diagnostic& one) {
        const std::string title = one.server.empty() ? "Mooring" : "server " + printable(one.server);
        add(word_of(to_string(one.severity)), rank_of_remarks, one.where, title, remark(one));
    }

    void add(const StackResult& stack) {
        const std::string name = words::stack_name(stack, with_server_);
        for (const Change& change : stack.changes) add(stack, change, name);
        const bool said_by_changes = stack.verdict == Verdict::drifted && !stack.changes.empty();
        if (stack.verdict == Verdict::in_sync || said_by_changes) return;
        const std::string text =
            words::standing_of(stack) == words::Standing::accepted ? acceptance(report_, stack) : all_reasons(stack);
        add(word_of(words::level_of(words::standing_of(stack))), rank_of(stack.verdict), stack.where,
            fmt::format("{} {}", name, words::verdict_words(stack)), text.empty() ? words::verdict_words(stack) : text);
    }

    // Errors, warnings, notices, the most telling of each first.
    std::string text() {
        std::ranges::stable_sort(all_, {}, [](const Annotation& one) {
            return std::pair(one.word == "error" ? 0 : one.word == "warning" ? 1 : 2, one.rank);
        });
        std::string out;
        for (const Annotation& one : all_) out += one.line;
        return out;
    }

    // "GitHub shows 10 of 31 errors; all are in the log"; "" where it shows all. A step's first ten of a level are
    // shown; the headline is a notice, too.
    std::string hidden() const {
        constexpr std::size_t most_shown = 10;
        std::vector<std::string> parts;
        for (const std::string_view word : {"error", "warning", "notice"}) {
            const auto count = static_cast<std::size_t>(std::ranges::count(all_, word, &Annotation::word));
            const std::size_t room = word == "notice" ? most_shown - 1 : most_shown;
            if (count > room) parts.push_back(fmt::format("{} of {} {}s", room, count, word));
        }
        return parts.empty() ? "" : "; GitHub shows " + join(parts, ", ") + ", the log has all";
    }

  private:
    void add(const StackResult& stack, const Change& change, std::string_view name) {
        const SourceLocation& where = change.where.file.empty() ? stack.where : change.where;
        const std::string line = lone_change_line(change);
        if (!change.waiver.empty()) {
            add("notice", rank_of(Verdict::drifted), where, fmt::format("{} drifted (waived)", name),
                line + ", " + waiver_words(report_, change.waiver));
            return;
        }
        const bool is_repeat = !told_.insert(line).second;
        add("error", is_repeat ? rank_of_repeats : rank_of(Verdict::drifted), where, fmt::format("{} drifted", name),
            line);
    }

    const Report& report_;
    bool with_server_;
    std::set<std::string> told_;
    std::vector<Annotation> all_;
};

} // namespace

std::string github_data(std::string_view text) { return encoded(text, "%\r\n"); }

std::string github_property(std::string_view text) { return encoded(text, "%\r\n:,"); }

std::string to_github(const Report& report) {
    Annotations annotations(report);
    for (const ServerResult& server : report.servers) {
        if (!server.error.empty())
            annotations.add("error", rank_of_servers, {}, "server " + printable(server.name), server.error);
    }
    for (const Diagnostic& one : report.diagnostics) annotations.add(one);
    for (const StackResult& stack : report.stacks) annotations.add(stack);
    return command("notice", {}, fmt::format("Mooring exit {}", report.exit_code),
                   fmt::format("{}: {}{}", explain_exit(report), headline(report), annotations.hidden())) +
           annotations.text();
}

std::string to_github(const Diagnostics& diagnostics, std::string_view result) {
    const Report report;
    Annotations annotations(report);
    for (const Diagnostic& one : diagnostics) annotations.add(one);
    std::string line;
    for (const std::string_view part : split(result, '\n')) line.append(line.empty() ? "" : "; ").append(part);
    return command("notice", {}, "Mooring validate", line + annotations.hidden()) + annotations.text();
}

} // namespace mooring::report
