#include "reconcile/saved_plan.hpp"

#include "base/text.hpp"
#include "reconcile/render.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace mooring::reconcile {
namespace {

using SavedJson = nlohmann::json; // keys sorted, so that two texts of one value are equal

// Everything that a step stands on, as canonical text: two that are equal write the same to the same.
std::string ground_text(const SavedJson& plan, const SavedJson& step) {
    SavedJson out;
    for (const auto* key : {"server", "name", "environment", "parts", "corrections", "notes", "standsOn"})
        out[key] = step.value(key, SavedJson());
    for (const SavedJson& server : plan.value("servers", SavedJson::array())) {
        if (server.value("name", "") != step.value("server", "")) continue;
        for (const auto* key : {"url", "version", "instanceId"})
            out["server." + std::string(key)] = server.value(key, SavedJson());
    }
    for (SavedJson& one : out["corrections"]) one.erase("source"); // lines of files move
    return out.dump(-1, ' ', false, SavedJson::error_handler_t::replace);
}

bool is_to_do(const SavedJson& step) { return step.value("readiness", "") == "to_do"; }

std::string title(const std::string& server, const std::string& name, const std::string& environment) {
    return fmt::format("{} {}/{}", printable(server, 100), printable(name, 100), printable(environment, 100));
}

std::string title_of(const SavedJson& step) {
    return title(step.value("server", "?"), step.value("name", "?"), step.value("environment", "?"));
}

Result<std::vector<std::string>> compare_plans(const SavedJson& saved, const SavedJson& now) {
    std::set<std::string> grounds;
    for (const SavedJson& step : now.at("steps")) {
        if (is_to_do(step)) grounds.insert(ground_text(now, step));
    }
    std::vector<std::string> moved;
    std::set<std::string> known;
    for (const SavedJson& step : saved.at("steps")) {
        if (!is_to_do(step)) continue;
        known.insert(title_of(step));
        if (!grounds.contains(ground_text(saved, step))) moved.push_back(title_of(step));
    }
    for (const SavedJson& step : now.at("steps")) { // what came beside was never confirmed
        if (is_to_do(step) && !known.contains(title_of(step))) moved.push_back(title_of(step));
    }
    return moved;
}

} // namespace

std::string title_of(const Step& step) { return title(step.server, step.name, step.environment); }

Result<std::vector<std::string>> moved_steps(const std::string& saved, const reconcile::Plan& now) {
    const SavedJson before = SavedJson::parse(saved, nullptr, false);
    const bool is_plan = before.is_object() && before.value("kind", SavedJson()) == "Plan" &&
                         before.contains("steps") && before["steps"].is_array() &&
                         before.value("apiVersion", SavedJson()) == "mooring/v1";
    if (!is_plan) return fail(ErrorKind::invalid_input, "it is not a plan that `mooring plan --format json` wrote");
    try {
        return compare_plans(before, SavedJson::parse(reconcile::to_json(now)));
    } catch (const SavedJson::exception&) { // a member of another type than a plan has
        return fail(ErrorKind::invalid_input, "it is not a plan of this version of Mooring");
    }
}

} // namespace mooring::reconcile
