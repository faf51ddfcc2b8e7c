#include "report/gitlab.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "report/reasons.hpp"
#include "report/sarif.hpp"
#include "report/sarif_rules.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

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

} // namespace mooring::report
