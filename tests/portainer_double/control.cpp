#include "portainer_double/control.hpp"

#include "portainer_double/control_routes.hpp"
#include "portainer_double/service.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <span>
#include <stdexcept>

namespace portainer_double {
namespace {

Answer ok() { return json_answer({{"ok", true}}); }

Answer add_fault(Service& service, const Json& in) {
    const auto kind = parse_fault_kind(in.value("kind", ""));
    if (!kind) throw std::runtime_error("unknown kind of fault");
    const auto when = parse_when(in.value("when", "before"));
    if (!when) throw std::runtime_error("when is before, during or after");
    Fault fault;
    fault.kind = *kind;
    fault.when = *when;
    fault.takes_down = in.value("takesDown", fault.takes_down);
    fault.method = in.value("method", fault.method);
    fault.path_prefix = in.value("path", fault.path_prefix);
    fault.path_suffix = in.value("suffix", fault.path_suffix);
    fault.skip = in.value("skip", fault.skip);
    fault.times = in.value("times", fault.times);
    fault.milliseconds = in.value("milliseconds", fault.milliseconds);
    fault.bytes = in.value("bytes", fault.bytes);
    fault.status = in.value("status", fault.status);
    fault.content_type = in.value("contentType", fault.content_type);
    fault.body = in.value("body", fault.body);
    fault.retry_after = in.value("retryAfter", fault.retry_after);
    service.faults.push_back(std::move(fault));
    return ok();
}

std::string token_of(World& world, const std::string& name) {
    const User* user = world.find_user(name);
    if (user == nullptr) throw std::runtime_error("no user " + name);
    for (const Token& token : world.tokens) {
        if (token.user == user->id) return token.raw;
    }
    return world.add_token(user->id, "meanwhile").raw;
}

Answer clear_faults(Service& service, const Json&) {
    service.faults.clear();
    return ok();
}

// {"before"|"after": {"method","path","suffix","skip"}, and what is done then: "as", "method", "target", "body" of the
// API, or "control", "body" of the control plane.
Answer add_meanwhile(Service& service, const Json& in) {
    if (in.contains("before") == in.contains("after")) throw std::runtime_error("either before or after");
    const Json& at = in.contains("after") ? in["after"] : in["before"];
    Meanwhile plan{.after = in.contains("after"),
                   .method = at.value("method", ""),
                   .path_prefix = at.value("path", ""),
                   .path_suffix = at.value("suffix", ""),
                   .skip = at.value("skip", 0),
                   .request = {},
                   .by_control = in.contains("control")};
    plan.request.method = in.value("method", plan.by_control ? "POST" : "");
    plan.request.target = in.value(plan.by_control ? "control" : "target", "");
    plan.request.body = in.contains("body") ? in["body"].dump() : std::string();
    if (!plan.by_control) plan.request.headers = {{"x-api-key", token_of(service.world, in.value("as", "admin"))}};
    parse_target(plan.request);
    service.meanwhile.push_back(std::move(plan));
    return ok();
}

Answer show_requests(Service& service, const Json&) {
    const RequestCount& counts = service.counts;
    return json_answer({{"total", counts.total},
                        {"connections", counts.connections},
                        {"mostAtOnce", counts.most_at_once},
                        {"routes", counts.by_route}});
}

Answer reset_requests(Service& service, const Json&) {
    service.counts = {};
    return ok();
}

constexpr std::array own_routes{
    ControlRoute{"POST", "/faults", add_fault},          ControlRoute{"DELETE", "/faults", clear_faults},
    ControlRoute{"POST", "/meanwhile", add_meanwhile},   ControlRoute{"GET", "/requests", show_requests},
    ControlRoute{"DELETE", "/requests", reset_requests},
};

std::optional<Answer> answered_by(std::span<const ControlRoute> routes, Service& service, const Request& request) {
    for (const ControlRoute& route : routes) {
        if (route.method != request.method || route.path != request.path) continue;
        const Json in = request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
        if (!in.is_object()) return json_answer({{"error", "the body is not a JSON object"}}, 400);
        try {
            return route.handle(service, in);
        } catch (const std::exception& error) {
            return json_answer({{"error", error.what()}}, 400);
        }
    }
    return std::nullopt;
}

} // namespace

Answer answer_control(Service& service, const Request& request) {
    if (auto answer = answered_by(own_routes, service, request)) return *answer;
    if (auto answer = answered_by(world_routes(), service, request)) return *answer;
    if (auto answer = answered_by(hand_routes(), service, request)) return *answer;
    if (auto answer = answered_by(kube_control_routes(), service, request)) return *answer;
    return json_answer({{"error", "no such control route"}}, 404);
}

} // namespace portainer_double
