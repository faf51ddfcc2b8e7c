// A plan that somebody saved, given to `apply --plan`: whatever the file says, no step of the plan of now is written
// but one that stands in it with everything it stands on.
#include "fuzz/target.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace mooring::fuzz {
namespace {

using nlohmann::json;

reconcile::Step step(std::string name, std::int64_t id) {
    reconcile::Step made;
    made.server = "main";
    made.name = std::move(name);
    made.environment = "production";
    made.where = {.file = "m/shop.yaml", .line = 3};
    made.parts = {{.action = reconcile::Action::update, .pulls = true}};
    made.corrections = {{.path = "services.web.image", .from = "nginx:1.25", .becomes = "nginx:1.27", .where = {}},
                        {.path = "env.DB_PASSWORD", .from = {}, .becomes = {}, .secret = true, .where = {}}};
    made.notes = {"pulls nginx:1.27 (not on the host)"};
    made.ground = {.id = id,
                   .environment = 4,
                   .created_at = 1'795'000'000,
                   .updated_at = 1'795'400'000,
                   .updated_by = "deploy",
                   .status = 1};
    return made;
}

// What apply finds: two steps to do whose names begin with the same hundred letters, and one that is blocked.
const reconcile::Plan& plan_of_now() {
    static const reconcile::Plan plan = [] {
        reconcile::Plan made;
        made.servers = {{.name = "main",
                         .url = "https://portainer.example.test",
                         .version = "2.43.0",
                         .instance_id = "5dd72a1f-939b-494c-861f-23d068846b6a",
                         .identity = {},
                         .problem = {}}};
        made.steps = {step("shop", 7), step(std::string(120, 'n') + "-one", 8), step(std::string(120, 'n') + "-two", 9),
                      step("billing", 10)};
        made.steps.back().readiness = reconcile::Readiness::blocked;
        made.steps.back().obstacles = {
            {.code = "not_adopted", .message = "not made by Mooring", .remedy = {}, .lifted_by = {}}};
        return made;
    }();
    return plan;
}

json without_lines(json corrections) {
    for (json& one : corrections) one.erase("source"); // manifests grow above a step
    return corrections;
}

// Whether the saved plan has this step with all that may not move (reconcile.md §3.4).
bool has(const json& saved, const json& step) {
    return std::ranges::any_of(saved.at("steps"), [&](const json& one) {
        constexpr std::array keys{"server", "name", "environment", "readiness", "parts", "notes", "standsOn"};
        const auto same = [&](const char* key) { return one.contains(key) && one.at(key) == step.at(key); };
        return std::ranges::all_of(keys, same) && one.contains("corrections") &&
               without_lines(one.at("corrections")) == without_lines(step.at("corrections"));
    });
}

} // namespace

void run(std::string_view input) {
    const reconcile::Plan& now = plan_of_now();
    const auto moved = reconcile::moved_steps(std::string(input), now);
    if (!moved) {
        require(is_harmless(moved.error().message), "a problem is one line", moved.error().message);
        return;
    }
    for (const std::string& title : *moved) require(is_harmless(title), "a title is one line", title);
    const json saved = json::parse(input);
    const json found = json::parse(reconcile::to_json(now));
    for (std::size_t i = 0; i < now.steps.size(); ++i) {
        if (now.steps[i].readiness != reconcile::Readiness::to_do) continue;
        if (std::ranges::find(*moved, reconcile::title_of(now.steps[i])) != moved->end()) continue;
        require(has(saved, found.at("steps").at(i)), "what is written was read", now.steps[i].name);
    }
    require(reconcile::moved_steps(reconcile::to_json(now), now).value().empty(), "a plan holds while nothing moves");
}

} // namespace mooring::fuzz
