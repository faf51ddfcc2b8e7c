#include "report/sarif.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "report/headline.hpp"
#include "report/json.hpp"
#include "report/link.hpp"
#include "report/reasons.hpp"
#include "report/sarif_rules.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace mooring::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view word_joiner = "\xE2\x81\xA0"; // U+2060: takes no room, and parts what would be syntax

// A plain text message of SARIF gives meaning to `[text](target)` and to `{0}` (§3.11.5, §3.11.6 of the standard);
// values hold both.
std::string message_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool link = c == '(' && out.ends_with(']');
        const bool placeholder = c >= '0' && c <= '9' && out.ends_with('{');
        if (link || placeholder) out += word_joiner;
        out += c;
    }
    return out;
}

Json message(std::string_view text) { return {{"text", message_text(text)}}; }

// Empty without a file.
Json location(const SourceLocation& where) {
    Json out = Json::object();
    if (where.file.empty()) return out;
    out["physicalLocation"] = {{"artifactLocation", {{"uri", file_uri(where.file)}}}};
    if (where.line > 0) out["physicalLocation"]["region"] = {{"startLine", where.line}};
    return out;
}

Json location(const StackResult& stack, const SourceLocation& where, const SourceLocation& nowhere) {
    Json out = location(where.file.empty() ? nowhere : where);
    out["logicalLocations"] = Json::array({{{"name", printable(stack.name)},
                                            {"fullyQualifiedName", words::stack_name(stack, true)},
                                            {"kind", "resource"}}});
    return out;
}

// Makes the results of one run; counts fingerprints, so that two results are never taken for one.
class Results {
  public:
    explicit Results(const Report& report) : report_(report), nowhere_(place_of_report(report)) {}

    Json all() {
        for (const StackResult& stack : report_.stacks) {
            for (const Change& change : stack.changes) add(stack, change);
            if (stack.verdict != Verdict::in_sync && !says_all_by_changes(stack)) add(stack);
        }
        for (const Diagnostic& one : report_.diagnostics) {
            if (one.severity != Severity::note) add(one);
        }
        return std::move(out_);
    }

  private:
    static bool says_all_by_changes(const StackResult& stack) {
        return stack.verdict == Verdict::drifted && !stack.changes.empty();
    }

    void add(const StackResult& stack, const Change& change) {
        const SourceLocation& where = change.where.file.empty() ? stack.where : change.where;
        const std::string text = fmt::format("{}: {}", words::stack_name(stack, true), lone_change_line(change));
        Json result = result_of(stack, rule_of(change.plane), words::Standing::drift, text, where);
        result["partialFingerprints"] = fingerprints(stack, to_string(change.plane), change.path);
        if (!change.waiver.empty()) suppress(result, waiver_words(report_, change.waiver));
        out_.push_back(std::move(result));
    }

    void add(const StackResult& stack) {
        std::string text = fmt::format("{} {}.", words::stack_name(stack, true), words::verdict_words(stack));
        if (const std::string why = all_reasons(stack); !why.empty()) text += " " + why;
        Json result = result_of(stack, rule_of(stack.verdict), words::standing_of(stack.verdict), text, stack.where);
        result["partialFingerprints"] = fingerprints(stack, "", "");
        if (words::standing_of(stack) == words::Standing::accepted) suppress(result, acceptance(report_, stack));
        out_.push_back(std::move(result));
    }

    void add(const Diagnostic& one) {
        Json result{{"ruleId", manifest_rule},
                    {"ruleIndex", rule_index(manifest_rule)},
                    {"level", to_string(one.severity)},
                    {"message", message(remark(one))},
                    {"locations", Json::array({location(one.where.file.empty() ? nowhere_ : one.where)})}};
        result["partialFingerprints"] = counted(fingerprint(one));
        out_.push_back(std::move(result));
    }

    Json result_of(const StackResult& stack, std::string_view rule, words::Standing standing, std::string_view text,
                   const SourceLocation& where) const {
        const std::string url = stack_url(report_, stack);
        Json out{{"ruleId", rule},
                 {"ruleIndex", rule_index(rule)},
                 {"level", words::level_of(standing)},
                 {"message", message(url.empty() ? std::string(text) : fmt::format("{}\nIn Portainer: {}", text, url))},
                 {"locations", Json::array({location(stack, where, nowhere_)})},
                 {"properties",
                  {{"server", printable(stack.server)},
                   {"environment", words::environment_name(stack)},
                   {"stack", printable(stack.name)},
                   {"verdict", to_string(stack.verdict)}}}};
        if (!url.empty()) out["hostedViewerUri"] = url;
        return out;
    }

    static void suppress(Json& result, std::string_view why) {
        result["suppressions"] = Json::array({{{"kind", "external"}, {"status", "accepted"}, {"justification", why}}});
    }

    // Code scanning on GitHub reads primaryLocationLineHash alone, and would otherwise make one of the line's text.
    Json fingerprints(const StackResult& stack, std::string_view plane, std::string_view path) {
        return counted(fingerprint(stack, plane, path));
    }

    Json counted(const std::string& digest) {
        const std::string once = fmt::format("{}:{}", digest, ++seen_[digest]);
        return {{"mooringFinding/v1", once}, {"primaryLocationLineHash", once}};
    }

    const Report& report_;
    SourceLocation nowhere_; // of what has no place of its own
    std::map<std::string, std::size_t> seen_;
    Json out_ = Json::array();
};

Json notification(std::string_view level, std::string_view text, const SourceLocation& where) {
    Json out{{"level", level}, {"message", message(text)}};
    if (!where.file.empty()) out["locations"] = Json::array({location(where)});
    return out;
}

Json invocation(const Report& report) {
    Json notifications = Json::array();
    for (const ServerResult& server : report.servers) {
        if (server.error.empty()) continue;
        notifications.push_back(
            notification("error", "server " + printable(server.name) + ": " + printable(server.error, 2000), {}));
    }
    for (const Diagnostic& one : report.diagnostics) {
        const std::string about = one.server.empty() ? "" : "server " + printable(one.server) + ": ";
        notifications.push_back(notification(to_string(one.severity), about + remark(one), one.where));
    }
    return {{"executionSuccessful", is_judged(report)},     {"exitCode", report.exit_code},
            {"exitCodeDescription", explain_exit(report)},  {"startTimeUtc", format_utc(report.started_at)},
            {"endTimeUtc", format_utc(report.finished_at)}, {"toolExecutionNotifications", std::move(notifications)}};
}

Json summary(const Report& report) {
    Json verdicts = Json::object();
    for (const Verdict verdict : all_verdicts)
        verdicts[std::string(to_string(verdict))] = count_of(report.summary, verdict);
    return {{"headline", headline(report)}, {"declared", report.summary.declared}, {"verdicts", std::move(verdicts)}};
}

} // namespace

std::string fingerprint(const StackResult& stack, std::string_view plane, std::string_view path) {
    std::string text;
    const std::string environment = words::environment_name(stack);
    for (const std::string_view part :
         {std::string_view(stack.server), std::string_view(environment), std::string_view(stack.name), plane, path}) {
        text += fmt::format("{}:{},", part.size(), part); // lengths, so that no two lists of parts read alike
    }
    return to_hex(sha256(text)).substr(0, 32);
}

std::string fingerprint(const Diagnostic& diagnostic) {
    return to_hex(sha256(diagnostic.where.file + "\n" + diagnostic.code + "\n" + remark(diagnostic))).substr(0, 32);
}

std::string file_uri(std::string_view file) {
    std::string out = file.starts_with('/') ? "file://" : "";
    for (const char c : file) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

namespace {

// A log of one run.
std::string log_of(std::string_view version, std::string_view id, Json invoked, Json results, Json properties) {
    Json driver{{"name", "Mooring"}, {"version", version}, {"rules", rules()}};
    Json run{{"tool", {{"driver", std::move(driver)}}},
             {"automationDetails", {{"id", id}}},
             {"invocations", Json::array({std::move(invoked)})},
             {"columnKind", "utf16CodeUnits"},
             {"results", std::move(results)},
             {"properties", std::move(properties)}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", Json::array({std::move(run)})}};
    return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::string to_sarif(const Report& report) {
    return log_of(report.mooring_version, "mooring/" + report.run_id, invocation(report), Results(report).all(),
                  summary(report));
}

std::string to_sarif(const Diagnostics& diagnostics, std::string_view version) {
    Report report;
    report.diagnostics = diagnostics;
    const auto errors = std::ranges::count(diagnostics, Severity::error, &Diagnostic::severity);
    Json invoked{{"executionSuccessful", true},
                 {"exitCode", errors == 0 ? 0 : 65},
                 {"exitCodeDescription", errors == 0 ? "valid" : "not valid"}};
    return log_of(version, "mooring/validate", std::move(invoked), Results(report).all(), Json::object());
}

} // namespace mooring::report
