#include "reconcile/case.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {

std::string_view to_string(Action action) {
    constexpr std::array<std::string_view, 8> words{"create", "update", "redeploy", "settings",
                                                    "start",  "stop",   "access",   "remove"};
    return words.at(static_cast<std::size_t>(action));
}

std::string_view to_string(const Part& part) { return part.rolls_back ? rollback_word : to_string(part.action); }

std::string_view to_string(Readiness readiness) {
    constexpr std::array<std::string_view, 3> words{"to_do", "held", "blocked"};
    return words.at(static_cast<std::size_t>(readiness));
}

std::string way_out_of_quarantine(const std::string& name, const std::string& field) {
    return fmt::format("find out who changes it, then: mooring resume {}; or accept it: `policy: {{ignore: [{{path: "
                       "\"{}\", reason: ...}}]}}`",
                       printable(name, 100), printable(field, 200));
}

bool ServerStanding::shares_engine(EnvironmentId one, std::optional<EnvironmentId> other) const {
    if (!other || one == *other) return true;
    const auto left = engines.find(one);
    const auto right = engines.find(*other);
    if (left == engines.end() || right == engines.end() || left->second.id.empty() || right->second.id.empty())
        return true;
    const bool one_swarm = !left->second.swarm_id.empty() && left->second.swarm_id == right->second.swarm_id;
    return one_swarm || left->second.id == right->second.id;
}

std::optional<bool> ServerStanding::manages_swarm(std::optional<EnvironmentId> environment) const {
    const auto found = environment ? engines.find(*environment) : engines.end();
    if (found == engines.end() || found->second.id.empty()) return std::nullopt;
    return !found->second.swarm_id.empty();
}

std::string ServerStanding::swarm_id(std::optional<EnvironmentId> environment) const {
    if (!environment) return {};
    const auto found = engines.find(*environment);
    return found == engines.end() ? std::string() : found->second.swarm_id;
}

const match::RuntimeFacts* Case::engine() const {
    const auto environment = record() != nullptr ? std::optional(record()->environment) : result().environment_id;
    if (!environment) return nullptr;
    const auto found = server.facts->runtime.find(*environment);
    return found == server.facts->runtime.end() ? nullptr : &found->second;
}

bool Case::narrows_access() const {
    if (!desired.access || record() == nullptr || !record()->resource_control) return false;
    const ResourceControl& control = *record()->resource_control;
    using Kind = DesiredAccess::Kind;
    if (control.is_public) return desired.access->kind != Kind::everyone;
    if (control.users.empty() && control.teams.empty()) return false; // administrators alone: nobody loses it
    if (desired.access->kind != Kind::restricted) return desired.access->kind == Kind::administrators;
    const auto stays = [](const std::vector<Principal>& declared) {
        return [&declared](std::int64_t id) {
            return std::ranges::any_of(declared, [id](const Principal& one) { return one.id == id; });
        };
    };
    // Names are not resolved here: who is declared by name may be somebody else.
    return !std::ranges::all_of(control.users, stays(desired.access->users)) ||
           !std::ranges::all_of(control.teams, stays(desired.access->teams));
}

bool Case::runs_portainer() const {
    if (!file) return false;
    const auto services = compose::facts(*file, {}).services;
    return std::ranges::any_of(services, [](const compose::ServiceFacts& service) {
        return service.image && service.image->starts_with("portainer/");
    });
}

bool Case::allows(Allowance allowance) const {
    if (desired.allow.contains(allowance)) return true;
    const auto now = input.allowed.find(desired.name);
    return now != input.allowed.end() && now->second.contains(allowance);
}

const Change* Case::differs(std::span<const Subject> subjects) const {
    const auto found = std::ranges::find_if(seen.result.changes, [&](const Change& change) {
        return change.waiver.empty() && std::ranges::find(subjects, change.subject) != subjects.end();
    });
    return found == seen.result.changes.end() ? nullptr : &*found;
}

Part& need(Step& step, Action action) {
    const auto found = std::ranges::find(step.parts, action, &Part::action);
    if (found != step.parts.end()) return *found;
    return step.parts.emplace_back(Part{.action = action});
}

bool has(const Step& step, Action action) {
    return std::ranges::find(step.parts, action, &Part::action) != step.parts.end();
}

bool deploys(const Step& step) {
    return has(step, Action::create) || has(step, Action::update) || has(step, Action::redeploy);
}

bool sends_file(const Step& step) { return has(step, Action::create) || has(step, Action::update); }

void block(Step& step, std::string code, std::string message, std::string remedy) {
    step.obstacles.push_back(
        {.code = std::move(code), .message = std::move(message), .remedy = std::move(remedy), .lifted_by = {}});
}

void hold(Step& step, std::string code, std::string message) {
    step.obstacles.push_back(
        {.held = true, .code = std::move(code), .message = std::move(message), .remedy = {}, .lifted_by = {}});
}

std::string allow_line(const DesiredStack& stack, Allowance allowance) {
    return fmt::format("--allow {}={}", printable(stack.name, 100), to_string(allowance));
}

bool unless_allowed(const Case& c, Step& step, Allowance allowance, std::string code, std::string message) {
    if (c.allows(allowance)) return true;
    step.obstacles.push_back({.code = std::move(code),
                              .message = std::move(message),
                              .remedy = "once: " + allow_line(c.desired, allowance),
                              .lifted_by = allowance});
    return false;
}

} // namespace mooring::reconcile
