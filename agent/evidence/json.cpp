// The report as JSON: the contract of schema/compliance.schema.json.
#include "evidence/document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mooring::evidence {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(UnixSeconds at) { return at == 0 ? Json() : Json(format_utc(at)); }

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

Json json_of(const std::vector<Evidence>& requests) {
    Json list = Json::array();
    for (const Evidence& one : requests) {
        list.push_back(
            {{"method", one.method}, {"target", one.target}, {"status", one.status}, {"message", one.message}});
    }
    return list;
}

Json json_of(const Change& change) {
    return {{"plane", mooring::to_string(change.plane)},
            {"path", change.path},
            {"desired", change.secret ? Json() : or_null(change.desired)},
            {"actual", change.secret ? Json() : or_null(change.actual)},
            {"secret", change.secret}};
}

Json json_of(const Observer& one) {
    Json identity;
    if (one.server.identity)
        identity = {{"username", one.server.identity->username}, {"role", one.server.identity->role}};
    return {{"server", one.server.name},       {"url", one.server.url},
            {"version", one.server.version},   {"instanceId", one.server.instance_id},
            {"identity", std::move(identity)}, {"listComplete", one.server.list_complete},
            {"error", one.server.error},       {"from", format_utc(one.from)},
            {"to", format_utc(one.to)},        {"runs", one.runs}};
}

Json json_of(const Episode& episode) {
    Json changes = Json::array();
    for (const Change& change : episode.changes) changes.push_back(json_of(change));
    const bool repaired = episode.end == Episode::End::repaired;
    std::string end(to_string(episode.end));
    if (episode.end == Episode::End::not_judged) end = "not_judged";
    return {{"verdict", mooring::to_string(episode.verdict)},
            {"openedAt", format_utc(episode.opened_at)},
            {"openedInRun", episode.opened_in},
            {"end", end},
            {"endedAt", episode.end == Episode::End::open ? Json() : Json(format_utc(episode.ended_at))},
            {"endedInRun", episode.end == Episode::End::open ? Json() : Json(episode.ended_in)},
            {"secondsToRepair", repaired ? Json(episode.ended_at - episode.opened_at) : Json()},
            {"secondsSeen", episode.seen},
            {"latest",
             {{"verdict", mooring::to_string(episode.latest)},
              {"since", format_utc(episode.latest_since)},
              {"secondsSeen", episode.latest_seen}}},
            {"reopened", episode.reopened},
            {"changes", std::move(changes)},
            {"proof", json_of(episode.proof)}};
}

Json json_of(const Unseen& one) {
    return {{"verdict", mooring::to_string(one.state->verdict)},
            {"cause", one.state->cause ? Json(mooring::to_string(*one.state->cause)) : Json()},
            {"from", format_utc(one.from)},
            {"to", one.lasts ? Json() : Json(format_utc(one.to))},
            {"secondsSeen", one.seen},
            {"message", one.state->message},
            {"remedy", one.state->remedy},
            {"evidence", json_of(one.state->evidence)}};
}

Json json_of(const StackReport& stack) {
    Json segments = Json::array();
    for (const Segment& segment : stack.segments) {
        segments.push_back({{"from", format_utc(segment.from)},
                            {"to", format_utc(segment.to)},
                            {"verdict", segment.verdict ? Json(mooring::to_string(*segment.verdict)) : Json()},
                            {"accepted", segment.accepted}});
    }
    Json episodes = Json::array();
    for (const Episode& episode : stack.episodes) episodes.push_back(json_of(episode));
    Json unseen = Json::array();
    for (const Unseen& one : stack.unseen) unseen.push_back(json_of(one));
    return {{"server", stack.key.server},
            {"environment", stack.key.environment},
            {"name", stack.key.name},
            {"ordinal", stack.key.ordinal},
            {"labels", stack.last->labels},
            {"owner", stack.last->owner},
            {"verdict", stack.judged_last ? Json(mooring::to_string(stack.last->verdict)) : Json()},
            {"waived", stack.last->waived},
            {"firstSeen", format_utc(stack.first_seen)},
            {"lastSeen", format_utc(stack.last_seen)},
            {"secondsNotObserved", stack.unobserved},
            {"segments", std::move(segments)},
            {"episodes", std::move(episodes)},
            {"unseen", std::move(unseen)}};
}

Json json_of(const WaiverReport& one, const PeriodAssessment& it) {
    const Waiver& waiver = one.waiver;
    std::string state = waiver_state(one, it);
    std::ranges::replace(state, ' ', '_');
    return {{"name", waiver.name},
            {"server", waiver.server},
            {"environment", waiver.environment},
            {"stack", waiver.stack},
            {"path", waiver.path},
            {"owner", waiver.owner},
            {"approver", waiver.approver},
            {"reason", waiver.reason},
            {"from", format_utc(waiver.from)},
            {"until", format_utc(waiver.until)},
            {"state", state},
            {"usedFor", one.used_for},
            {"usedElsewhere", one.used_elsewhere},
            {"lastUsed", time_or_null(one.last_used)}};
}

Json stack_json(const WrittenStack& stack) {
    const bool of_server = stack.name.empty();
    return {{"server", stack.server},
            {"environment", of_server ? Json() : Json(stack.environment_name)},
            {"name", of_server ? Json() : Json(stack.name)}};
}

Json json_of(const Written& one) {
    Json out = stack_json(one.stack);
    out.update(Json{{"at", format_utc(one.at)},
                    {"action", one.action},
                    {"by", one.by},
                    {"user", one.user},
                    {"changes", one.changes},
                    {"outcome", one.outcome ? Json(to_string(*one.outcome)) : Json()},
                    {"message", one.message}});
    return out;
}

Json json_of(const Kept& one) {
    Json out = stack_json(one.stack);
    out.update(Json{{"code", one.code},
                    {"from", format_utc(one.from)},
                    {"to", time_or_null(one.to)},
                    {"message", one.message},
                    {"endedBy", one.ended_by}});
    return out;
}

Json json_of(const Finding& one) {
    return {{"level", to_string(one.level)},
            {"code", one.code},
            {"subject", one.subject},
            {"text", one.text},
            {"cure", one.cure},
            {"from", format_utc(one.from)},
            {"to", format_utc(one.to)}};
}

Json json_of(const ledger::Verification& proof) {
    Json checkpoint;
    if (proof.checkpoint) {
        checkpoint = {{"lastPrunedRun", proof.checkpoint->last_pruned},
                      {"lastPrunedAt", format_utc(proof.checkpoint->last_started_at)},
                      {"prunedAt", format_utc(proof.checkpoint->pruned_at)},
                      {"hash", proof.checkpoint->hash}};
    }
    return {{"proven", proof.proven()},
            {"runs", proof.runs},
            {"firstRun", proof.first},
            {"lastRun", proof.last},
            {"head", proof.head},
            {"brokenRun", or_null(proof.broken)},
            {"logEntries", proof.log_entries},
            {"brokenEntry", or_null(proof.broken_entry)},
            {"problem", proof.problem},
            {"setAside", proof.origin.set_aside},
            {"origin",
             {{"at", format_utc(proof.origin.at)},
              {"setAside", proof.origin.set_aside},
              {"reason", proof.origin.reason},
              {"proven", proof.proven() && proof.origin_proven}}},
            {"checkpoint", std::move(checkpoint)},
            {"memory", {{"proven", proof.memory_proven}, {"unproven", proof.memory_unproven}}}};
}

Json servers_of(const PeriodObservation& observation) {
    Json servers = Json::array();
    for (const ServerObservation& one : observation.servers) {
        servers.push_back({{"server", one.server},
                           {"secondsObserved", one.observed},
                           {"lastRunAt", time_or_null(one.last_run_at)},
                           {"watched", one.newest == one.last_run && one.last_run != 0}});
    }
    return servers;
}

Json series_of(const PeriodAssessment& it) {
    Json series = Json::array();
    for (const Point& point : it.points) {
        series.push_back({{"at", format_utc(point.at)},
                          {"until", format_utc(point.until)},
                          {"judged", point.judged},
                          {"covered", point.covered},
                          {"inSync", point.in_sync},
                          {"inSyncWaived", point.waived}});
    }
    return series;
}

// A list with one element a line, so that a difference between two reports can be read.
template <typename List, typename ToJson>
std::string lines_of(const List& list, ToJson to_json_of) {
    std::string out = "[";
    for (const auto& one : list) {
        if (out.size() > 1) out += ",";
        out += "\n    " + Json(to_json_of(one)).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return out + (out.size() > 1 ? "\n  ]" : "]");
}

std::string line(const char* key, const std::string& value) { return "  \"" + std::string(key) + "\": " + value; }

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace

std::string to_json(const PeriodAssessment& it) {
    const auto plain = [](const auto& one) { return json_of(one); };
    const auto same = [](const Json& one) { return one; };
    const Json scope = {{"from", format_utc(it.scope.period.from)},
                        {"to", format_utc(it.scope.period.to)},
                        {"server", it.scope.server},
                        {"label", it.scope.label.empty() ? Json() : Json(it.scope.label + "=" + it.scope.label_value)}};
    const Json observed = {{"runs", it.runs},
                           {"partialRuns", it.partial_runs},
                           {"firstRunAt", time_or_null(it.first_run_at)},
                           {"lastRunAt", time_or_null(it.last_run_at)},
                           {"lastRunHash", it.last_hash},
                           {"secondsObserved", it.observation.observed},
                           {"servers", servers_of(it.observation)}};
    const Json means = {{"coverage", or_null(it.means.coverage)},
                        {"score", or_null(it.means.score)},
                        {"scoreWithWaivers", or_null(it.means.score_with_waivers)}};
    const auto gap = [](const Gap& one) {
        return Json{{"server", one.server.empty() ? Json() : Json(one.server)},
                    {"from", format_utc(one.from)},
                    {"to", format_utc(one.to)},
                    {"afterRun", one.after},
                    {"reason", one.unwatched ? "not_watched" : "no_run"}};
    };
    const auto waiver = [&it](const WaiverReport& one) { return json_of(one, it); };
    const auto control = [](const Control& one) {
        return Json{{"id", one.id}, {"title", one.title}, {"statement", one.statement}, {"sections", one.sections}};
    };
    std::string out =
        "{\n" + line("apiVersion", "\"mooring/v1\"") + ",\n" + line("kind", "\"ComplianceReport\"") + ",\n";
    const Json heading = {
        {"title", it.heading.title}, {"organisation", it.heading.organisation}, {"author", it.heading.author}};
    out += line("heading", dumped(heading)) + ",\n";
    out += line("scope", dumped(scope)) + ",\n" + line("observation", dumped(observed)) + ",\n";
    out += line("observers", lines_of(it.observers, plain)) + ",\n" + line("means", dumped(means)) + ",\n";
    out += line("series", lines_of(series_of(it), same)) + ",\n" + line("gaps", lines_of(it.observation.gaps, gap)) +
           ",\n";
    out += line("findings", lines_of(it.findings, plain)) + ",\n" + line("stacks", lines_of(it.stacks, plain)) + ",\n";
    out += line("waivers", lines_of(it.waivers, waiver)) + ",\n" + line("corrections", lines_of(it.written, plain)) +
           ",\n" + line("blocked", lines_of(it.kept, plain)) + ",\n" + line("chain", dumped(json_of(it.verification))) +
           ",\n";
    out += line("catalogue", dumped(Json(it.controls.catalogue))) + ",\n";
    return out + line("controls", lines_of(it.controls.controls, control)) + "\n}\n";
}

} // namespace mooring::evidence
