#include "serve/door.hpp"

#include "base/clock.hpp"
#include "reconcile/render.hpp"
#include "report/formats.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ranges>

namespace mooring::serve {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(UnixSeconds at) { return at == 0 ? Json() : Json(format_utc(at)); }
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json json_of(const StackView& stack, UnixSeconds now) {
    Json out = report::json_of(stack.result);
    const Count count = stack.count(now);
    const auto difference = stack.difference(now);
    out["since"] = format_utc(count.since);
    out["seenSeconds"] = count.seen;
    out["outOfSyncSince"] = difference ? Json(format_utc(difference->since)) : Json();
    out["outOfSyncSeenSeconds"] = difference ? Json(difference->seen) : Json();
    return out;
}

Json json_of(const ServerView& server) {
    Json out = {{"name", server.name},
                {"url", server.url},
                {"running", server.running},
                {"trigger", server.started_at == 0 ? Json() : Json(to_string(server.trigger))},
                {"startedAt", time_or_null(server.started_at)},
                {"endedAt", time_or_null(server.ended_at)},
                {"succeededAt", time_or_null(server.succeeded_at)},
                {"nextDue", time_or_null(server.next_due)},
                {"failures", server.failures},
                {"problem", text_or_null(server.problem)},
                {"seen", nullptr},
                {"summary", nullptr},
                {"exitCode", nullptr}};
    if (!server.report) return out;
    if (!server.report->servers.empty()) out["seen"] = report::json_of(server.report->servers.front());
    out["summary"] = report::json_of(server.report->summary);
    out["exitCode"] = server.report->exit_code;
    return out;
}

Json json_of(const SourceView& source, const Diagnostics& waivers) {
    Json diagnostics = Json::array();
    for (const Diagnostic& one : source.diagnostics) diagnostics.push_back(report::json_of(one));
    for (const Diagnostic& one : waivers) diagnostics.push_back(report::json_of(one));
    return {{"loaded", source.loaded},
            {"stale", source.stale},
            {"partial", source.partial},
            {"loadedAt", time_or_null(source.loaded_at)},
            {"failingSince", time_or_null(source.failing_since)},
            {"stacks", source.stacks},
            {"diagnostics", std::move(diagnostics)}};
}

Json json_of(const ledger::Spell& spell) {
    Json state = report::json_of(*spell.state);
    return {{"firstRun", spell.first_run},     {"lastRun", spell.last_run},   {"from", format_utc(spell.first_at)},
            {"to", format_utc(spell.last_at)}, {"verdict", state["verdict"]}, {"waived", state["waived"]},
            {"changes", state["changes"]},     {"message", state["message"]}};
}

Json json_of(const ledger::Run& run) {
    Json servers = Json::array();
    for (const ServerResult& server : *run.servers) servers.push_back(server.name);
    return {{"number", run.number},
            {"id", run.run_id},
            {"servers", std::move(servers)},
            {"startedAt", format_utc(run.started_at)},
            {"finishedAt", format_utc(run.finished_at)},
            {"trigger", run.trigger},
            {"partial", run.partial},
            {"exitCode", run.exit_code},
            {"summary", report::json_of(run.summary)},
            {"hash", run.hash}};
}

Json json_of(const Corrected& one) {
    return {{"at", format_utc(one.at)},
            {"name", one.name},
            {"environment", one.environment},
            {"action", one.action},
            {"outcome", to_string(one.outcome)},
            {"message", text_or_null(one.message)},
            {"changes", one.changes}};
}

Json halted_json(const Corrections& corrections) {
    if (!corrections.halted) return {};
    return {{"code", corrections.halted->code},
            {"message", corrections.halted->message},
            {"remedy", text_or_null(corrections.halted->remedy)},
            {"since", time_or_null(corrections.halted_since)}};
}

Json json_of(const std::string& server, const Corrections& corrections) {
    reconcile::Plan plan;
    plan.steps = corrections.steps;
    Json done = Json::array();
    for (const Corrected& one : corrections.done) done.push_back(json_of(one));
    Json under_way;
    if (!corrections.under_way.empty())
        under_way = {{"what", corrections.under_way}, {"since", time_or_null(corrections.under_way_since)}};
    return {{"server", server},
            {"plannedAt", time_or_null(corrections.at)},
            {"halted", halted_json(corrections)},
            {"problem", text_or_null(corrections.problem)},
            {"underWay", std::move(under_way)},
            {"steps", Json::parse(reconcile::to_json(plan))["steps"]},
            {"done", std::move(done)}};
}

bool is_asked_for(const StackView& stack, const std::map<std::string, std::string>& query) {
    const auto asks_for = [&](const char* name, std::string_view value) {
        const auto asked = query.find(name);
        return asked == query.end() || asked->second == value;
    };
    const auto verdict = query.find("verdict");
    return asks_for("server", stack.key.server) && asks_for("environment", stack.key.environment) &&
           (verdict == query.end() || words::is_asked_for(verdict->second, stack.result.verdict));
}

std::string done(const Json& value) { return report::one_line(value) + "\n"; }

} // namespace

std::string_view to_string(Health health) {
    constexpr std::array<std::string_view, 5> words{"waiting", "in_sync", "drift", "blind", "drift_and_blind"};
    return words.at(static_cast<std::size_t>(health));
}

const StackView* find_stack(const Board& board, const StackKey& key) {
    const ServerView* server = board.find(key.server);
    if (server == nullptr) return nullptr;
    const auto found = std::ranges::find(server->stacks, key, &StackView::key);
    return found == server->stacks.end() ? nullptr : &*found;
}

std::string stacks_json(const Board& board, const std::map<std::string, std::string>& query, UnixSeconds now) {
    Json servers = Json::array();
    Json stacks = Json::array();
    for (const ServerView& server : board.servers) {
        servers.push_back(json_of(server));
        for (const StackView& stack : server.stacks) {
            if (is_asked_for(stack, query)) stacks.push_back(json_of(stack, now));
        }
    }
    return done({{"health", to_string(health_of(board))},
                 {"headline", headline(board)},
                 {"summary", report::json_of(overall(board))},
                 {"manifests", json_of(board.source, waiver_remarks(board, now))},
                 {"servers", std::move(servers)},
                 {"stacks", std::move(stacks)}});
}

std::string plan_json(const Board& board, const std::map<std::string, std::string>& query) {
    const auto asked = query.find("server");
    Json servers = Json::array();
    for (const ServerView& server : board.servers) {
        if (server.corrections && (asked == query.end() || asked->second == server.name))
            servers.push_back(json_of(server.name, *server.corrections));
    }
    return done({{"servers", std::move(servers)}});
}

std::string stack_json(const Board& board, const StackKey& key, const std::vector<ledger::Spell>& history,
                       UnixSeconds now) {
    const StackView* stack = find_stack(board, key);
    if (stack == nullptr && history.empty()) return {};
    Json spells = Json::array();
    for (const ledger::Spell& spell : history | std::views::reverse) spells.push_back(json_of(spell));
    return done({{"stack", stack == nullptr ? Json() : json_of(*stack, now)}, {"history", std::move(spells)}});
}

std::string runs_json(const Board& board, const std::vector<ledger::Run>& runs) {
    Json out = Json::array();
    for (const ledger::Run& run : runs) out.push_back(json_of(run));
    Json under_way = Json::array();
    for (const ServerView& server : board.servers) {
        if (!server.running) continue;
        under_way.push_back({{"server", server.name},
                             {"trigger", to_string(server.trigger)},
                             {"startedAt", format_utc(server.started_at)}});
    }
    return done({{"runs", std::move(out)},
                 {"underWay", std::move(under_way)},
                 {"ledger",
                  {{"enabled", board.ledger.enabled},
                   {"problem", text_or_null(board.ledger.problem)},
                   {"errors", board.ledger.errors}}}});
}

std::string status_json(std::string_view status, std::string_view reason) {
    return done({{"status", status}, {"reason", reason.empty() ? Json() : Json(reason)}});
}

} // namespace mooring::serve
