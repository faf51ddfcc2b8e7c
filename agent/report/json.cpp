#include "report/formats.hpp"

#include <nlohmann/json.hpp>

namespace mooring::report {
namespace {

using Json = nlohmann::ordered_json;

// Absent values are null, and an empty text is an absent one.
Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

template <typename Word>
Json word_or_null(const std::optional<Word>& value) {
    return value ? Json(to_string(*value)) : Json();
}

Json positive_or_null(std::size_t number) { return number == 0 ? Json() : Json(number); }

Json source(const SourceLocation& where) {
    if (where.file.empty()) return {};
    return {{"file", where.file}, {"line", positive_or_null(where.line)}};
}

Json change_of(const Change& change) {
    const bool clear = !change.secret;
    return {{"plane", to_string(change.plane)},
            {"path", change.path},
            {"desired", clear ? or_null(change.desired) : Json()},
            {"actual", clear ? or_null(change.actual) : Json()},
            {"secret", change.secret},
            {"waived", !change.waiver.empty()},
            {"source", source(change.where)}};
}

Json status_or_null(int status) { return status == 0 ? Json() : Json(status); }

Json evidence_of(const Evidence& evidence) {
    return {{"method", evidence.method},
            {"target", evidence.target},
            {"status", status_or_null(evidence.status)},
            {"message", or_null(evidence.message)}};
}

Json probe_of(const Evidence& probe) { return {{"target", probe.target}, {"status", status_or_null(probe.status)}}; }

template <typename T, typename Make>
Json array_of(const std::vector<T>& values, Make make) {
    Json out = Json::array();
    for (const T& value : values) out.push_back(make(value));
    return out;
}

Json stack_of(const StackResult& stack) {
    return {{"name", stack.name},
            {"environment", {{"id", or_null(stack.environment_id)}, {"name", or_null(stack.environment_name)}}},
            {"server", or_null(stack.server)},
            {"type", word_or_null(stack.type)},
            {"id", or_null(stack.id)},
            {"verdict", to_string(stack.verdict)},
            {"waived", stack.waived},
            {"cause", word_or_null(stack.cause)},
            {"proof", word_or_null(stack.proof)},
            {"exists", or_null(stack.exists)},
            {"unread", stack.unread},
            {"ignored", stack.ignored},
            {"waivers", stack.waivers},
            {"source", source(stack.where)},
            {"changes", array_of(stack.changes, change_of)},
            {"evidence", array_of(stack.evidence, evidence_of)},
            {"probes", array_of(stack.probes, probe_of)},
            {"message", or_null(stack.message)},
            {"remedy", or_null(stack.remedy)},
            {"runtimeAsked", stack.runtime_asked},
            {"notes", stack.notes},
            {"rule", or_null(stack.rule)},
            {"owner", or_null(stack.owner)},
            {"labels", stack.labels}};
}

Json identity_of(const std::optional<Identity>& identity) {
    if (!identity) return {};
    return {{"id", identity->id}, {"username", identity->username}, {"role", identity->role}};
}

Json server_of(const ServerResult& server) {
    return {{"name", server.name},
            {"url", server.url},
            {"version", or_null(server.version)},
            {"instanceId", or_null(server.instance_id)},
            {"identity", identity_of(server.identity)},
            {"listComplete", server.list_complete},
            {"error", or_null(server.error)}};
}

Json run_of(const Report& report) {
    return {{"id", report.run_id},
            {"startedAt", format_utc(report.started_at)},
            {"finishedAt", format_utc(report.finished_at)},
            {"mooring", report.mooring_version},
            {"partial", report.partial},
            {"servers", array_of(report.servers, server_of)}};
}

Json summary_of(const Summary& summary) {
    Json verdicts = Json::object();
    for (const Verdict verdict : all_verdicts) verdicts[std::string(to_string(verdict))] = count_of(summary, verdict);
    return {{"declared", summary.declared},
            {"suspended", summary.suspended},
            {"covered", summary.covered},
            {"coverage", or_null(summary.coverage)},
            {"score", or_null(summary.score)},
            {"scoreWithWaivers", or_null(summary.score_with_waivers)},
            {"verdicts", std::move(verdicts)},
            {"inSyncWaived", summary.in_sync_waived},
            {"inSyncRuntimeNotAsked", summary.in_sync_runtime_not_asked}};
}

// One element a line: a report of thousands of stacks stays readable to line tools, and is never held as one tree.
template <typename T, typename Make>
void append_lines(std::string& out, std::string_view name, const std::vector<T>& values, Make make) {
    out.append(",\n\"").append(name).append("\":[");
    for (const T& value : values) {
        out.append(&value == values.data() ? "\n" : ",\n").append(one_line(make(value)));
    }
    out.append(values.empty() ? "]" : "\n]");
}

} // namespace

std::string one_line(const nlohmann::ordered_json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const StackResult& stack) { return stack_of(stack); }
Json json_of(const ServerResult& server) { return server_of(server); }

Json json_of(const Diagnostic& diagnostic) {
    Json where = source(diagnostic.where);
    if (where.is_object()) where["column"] = positive_or_null(diagnostic.where.column);
    return {{"severity", to_string(diagnostic.severity)},
            {"code", or_null(diagnostic.code)},
            {"message", diagnostic.message},
            {"suggestion", or_null(diagnostic.suggestion)},
            {"server", or_null(diagnostic.server)},
            {"source", std::move(where)}};
}

Json json_of(const Summary& summary) { return summary_of(summary); }

std::string to_json(const Report& report) {
    std::string out = "{\"apiVersion\":\"mooring/v1\",\"kind\":\"Report\"";
    out.append(",\n\"run\":").append(one_line(run_of(report)));
    out.append(",\n\"summary\":").append(one_line(summary_of(report.summary)));
    append_lines(out, "stacks", report.stacks, stack_of);
    append_lines(out, "diagnostics", report.diagnostics, [](const Diagnostic& one) { return json_of(one); });
    out.append(",\n\"exitCode\":").append(std::to_string(report.exit_code)).append("}\n");
    return out;
}

} // namespace mooring::report
