#include "report/formats.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
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

namespace {

using Json = nlohmann::ordered_json;

struct VerdictRule {
    std::string_view id;
    words::Standing standing;
    std::string_view name;
    std::string_view text;
    std::string_view help;
};

// What a verdict means is said in design §3.1; these are its words for somebody who meets it in a list of findings.
constexpr std::array all_rules{
    VerdictRule{
        "drifted/record", words::Standing::drift, "RecordDrifted",
        "Portainer's record of the stack differs from the manifest.",
        "Change the stack in Portainer, or the manifest, so that they agree; or accept the difference with a Waiver."},
    VerdictRule{
        "drifted/content", words::Standing::drift, "ContentDrifted",
        "The file that Portainer holds differs from the declared one.",
        "Deploy the declared file again, or take the change over into it; or accept the difference with a Waiver."},
    VerdictRule{"drifted/runtime", words::Standing::drift, "RuntimeDrifted",
                "What runs is not what the stack's file says.",
                "Look at the stack's containers or services in Portainer, and redeploy the stack if they should run."},
    VerdictRule{"drifted/git", words::Standing::drift, "GitDrifted",
                "The Git settings or the deployed commit differ from the manifest.",
                "Correct the stack's Git settings in Portainer or in the manifest, and pull and redeploy."},
    VerdictRule{"drifted", words::Standing::drift, "Drifted", "The stack differs from its manifest.",
                "Make the stack and its manifest agree; or accept the difference with a Waiver."},
    VerdictRule{"missing", words::Standing::drift, "Missing", "The stack is declared and proven to be absent.",
                "Create the stack, or remove it from the manifests."},
    VerdictRule{
        "deleted", words::Standing::drift, "Deleted",
        "The stack that was seen is deleted. Whether a hidden one took its place cannot be seen with this token.",
        "Ask an administrator whether it was made anew, or check once with an administrator's token. If it was not, "
        "create the stack, or remove it from the manifests."},
    VerdictRule{"extra", words::Standing::drift, "Extra",
                "The stack exists in a managed environment and is declared nowhere.",
                "Declare the stack, remove it, or except its name in the Scope."},
    VerdictRule{"denied", words::Standing::blind, "Denied",
                "The server refused to show the stack: nothing is known of its drift.",
                "Give the token's user the access that the finding names. Until then the stack is neither in sync nor "
                "missing."},
    VerdictRule{"not_visible", words::Standing::blind, "NotVisible",
                "The stack is not in the list that this user may see, which proves nothing.",
                "Use a token that may see the stack, or an administrator's, whose list is complete."},
    VerdictRule{"orphaned", words::Standing::blind, "Orphaned", "The stack's record is there, its environment is gone.",
                "Remove the record in Portainer, or associate it with an environment that exists."},
    VerdictRule{"unreachable", words::Standing::blind, "Unreachable", "The server or the environment did not answer.",
                "See the request and its answer in the finding; run again when the server can be reached."},
    VerdictRule{"pending", words::Standing::blind, "Pending",
                "The stack is being deployed, or it is missing from the list for the first time.",
                "Run again when the deployment has ended."},
    VerdictRule{"error", words::Standing::blind, "Error", "The stack was read and cannot be compared.",
                "The finding says what is wrong: the file, the manifest or an ambiguous name."},
    VerdictRule{"suspended", words::Standing::accepted, "Suspended",
                "The manifest suspends the stack: it is not judged.",
                "Remove `suspended` from the manifest when its reason has gone."},
    VerdictRule{manifest_rule, words::Standing::drift, "Manifest",
                "The manifests or the configuration are not as they should be.",
                "The finding says what is wrong in which line. `mooring validate` finds the same without a server."},
};

} // namespace

std::string_view rule_of(Plane plane) {
    switch (plane) {
    case Plane::record:
        return "drifted/record";
    case Plane::content:
        return "drifted/content";
    case Plane::runtime:
        return "drifted/runtime";
    case Plane::git:
        return "drifted/git";
    }
    std::unreachable();
}

std::string_view rule_of(Verdict verdict) { return to_string(verdict); }

std::size_t rule_index(std::string_view rule) {
    return static_cast<std::size_t>(std::ranges::find(all_rules, rule, &VerdictRule::id) - all_rules.begin());
}

Json rules() {
    Json out = Json::array();
    for (const VerdictRule& rule : all_rules) {
        out.push_back({{"id", rule.id},
                       {"name", rule.name},
                       {"shortDescription", {{"text", rule.text}}},
                       {"fullDescription", {{"text", rule.text}}},
                       {"help", {{"text", rule.help}}},
                       {"defaultConfiguration", {{"level", words::level_of(rule.standing)}}},
                       {"properties",
                        {{"tags", Json::array({rule.standing == words::Standing::drift ? "drift" : "visibility"})}}}});
    }
    return out;
}

} // namespace mooring::report
