#include "report/sarif.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "report/headline.hpp"
#include "report/json.hpp"
#include "report/reasons.hpp"
#include "report/sarif_rules.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"
#include "words/verdicts.hpp"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace mooring::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view joiner = "\xE2\x81\xA0"; // U+2060: takes no room, and parts what would be syntax

// A plain text message of SARIF gives meaning to `[text](target)` and to `{0}` (§3.11.5, §3.11.6 of the standard);
// values hold both.
std::string message_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool link = c == '(' && out.ends_with(']');
        const bool placeholder = c >= '0' && c <= '9' && out.ends_with('{');
        if (link || placeholder) out += joiner;
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

Json location(const StackResult& stack, const SourceLocation& where) {
    Json out = location(where);
    out["logicalLocations"] = Json::array({{{"name", printable(stack.name)},
                                            {"fullyQualifiedName", words::stack_name(stack, true)},
                                            {"kind", "resource"}}});
    return out;
}

// Makes the results of one run; counts fingerprints, so that two results are never taken for one.
class Results {
  public:
    explicit Results(const Report& report) : report_(report) {}

    Json all() {
        for (const StackResult& stack : report_.stacks) {
            for (const Change& change : stack.changes) add(stack, change);
            if (stack.verdict != Verdict::in_sync && !says_all_by_changes(stack)) add(stack);
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

    static Json result_of(const StackResult& stack, std::string_view rule, words::Standing standing,
                          std::string_view text, const SourceLocation& where) {
        return {{"ruleId", rule},
                {"ruleIndex", rule_index(rule)},
                {"level", words::level_of(standing)},
                {"message", message(text)},
                {"locations", Json::array({location(stack, where)})},
                {"properties",
                 {{"server", printable(stack.server)},
                  {"environment", words::environment_name(stack)},
                  {"stack", printable(stack.name)},
                  {"verdict", to_string(stack.verdict)}}}};
    }

    static void suppress(Json& result, std::string_view why) {
        result["suppressions"] = Json::array({{{"kind", "external"}, {"status", "accepted"}, {"justification", why}}});
    }

    // Code scanning on GitHub reads primaryLocationLineHash alone, and would otherwise make one of the line's text.
    Json fingerprints(const StackResult& stack, std::string_view plane, std::string_view path) {
        const std::string digest = fingerprint(stack, plane, path);
        const std::string counted = fmt::format("{}:{}", digest, ++seen_[digest]);
        return {{"mooringFinding/v1", counted}, {"primaryLocationLineHash", counted}};
    }

    const Report& report_;
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

std::string to_sarif(const Report& report) {
    Json driver{{"name", "Mooring"}, {"version", report.mooring_version}, {"rules", rules()}};
    Json run{{"tool", {{"driver", std::move(driver)}}},
             {"automationDetails", {{"id", "mooring/" + report.run_id}}},
             {"invocations", Json::array({invocation(report)})},
             {"columnKind", "utf16CodeUnits"},
             {"results", Results(report).all()},
             {"properties", summary(report)}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", Json::array({std::move(run)})}};
    return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace mooring::report
