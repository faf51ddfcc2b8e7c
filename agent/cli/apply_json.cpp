// What applying did as JSON (schema `applied`): steps and servers in the plan's order, and no time, so that the same
// writes give the same bytes.
#include "cli/apply_run.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mooring::cli {
namespace {

using Json = nlohmann::ordered_json;
using reconcile::Step;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json told(const std::string& action, const PartResult& result, const std::string& backup) {
    return {{"action", action},
            {"outcome", to_string(result.outcome)},
            {"message", or_null(result.message)},
            {"backup", or_null(backup)}};
}

Json obstacles_of(const Step& step) {
    Json out = Json::array();
    for (const reconcile::Obstacle& one : step.obstacles) {
        out.push_back(
            {{"held", one.held}, {"code", one.code}, {"message", one.message}, {"remedy", or_null(one.remedy)}});
    }
    return out;
}

// "went wrong" as a word of JSON.
std::string word_of(std::string_view result) {
    std::string word(result);
    std::ranges::replace(word, ' ', '_');
    return word;
}

Json planned_servers(const reconcile::Plan& plan) {
    Json out = Json::array();
    for (const reconcile::ServerLine& one : plan.servers) {
        out.push_back({{"name", one.name},
                       {"url", or_null(one.url)},
                       {"version", or_null(one.version)},
                       {"instanceId", or_null(one.instance_id)},
                       {"problem", or_null(one.problem)}});
    }
    return out;
}

// By server and name: several servers settle side by side.
Json settled_of(std::vector<LogEntry> entries) {
    std::ranges::stable_sort(entries, {},
                             [](const LogEntry& one) { return std::pair(one.stack.server, one.stack.name); });
    Json out = Json::array();
    for (const LogEntry& one : entries) {
        out.push_back({{"server", one.stack.server},
                       {"name", one.stack.name},
                       {"outcome", to_string(one.result.outcome)},
                       {"message", or_null(one.result.message)}});
    }
    return out;
}

} // namespace

std::string ApplyRun::to_json(int code) const {
    Json steps = Json::array();
    for (const Step& step : plan_->steps) {
        Json parts = Json::array();
        if (const auto begun = told_.find(&step); begun != told_.end()) {
            for (const Told& one : begun->second) parts.push_back(told(one.action, one.result, one.backup));
        }
        const auto skipped = skipped_.find(&step);
        steps.push_back({{"server", step.server},
                         {"name", step.name},
                         {"environment", step.environment},
                         {"result", word_of(result_of(step))},
                         {"parts", std::move(parts)},
                         {"skipped", skipped == skipped_.end() ? Json() : Json(skipped->second)},
                         {"obstacles", obstacles_of(step)}});
    }
    const Json out{{"apiVersion", "mooring/v1"},          {"kind", "Applied"},
                   {"servers", planned_servers(*plan_)},  {"settled", settled_of(settled_)},
                   {"steps", std::move(steps)},           {"inSync", plan_->in_sync},
                   {"nothingToDo", plan_->nothing_to_do}, {"exitCode", code}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace mooring::cli
