#include "portainer_double/body.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace portainer_double {
namespace {

bool wants_snapshot(const Call& call, const char* parameter) { return call.request.parameter(parameter) != "true"; }

std::expected<Environment*, Answer> routed_environment(Call& call) {
    const auto id = route_id(call, 0, "environment identifier");
    if (!id) return std::unexpected(id.error());
    Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return std::unexpected(not_in_bucket(no_environment_message, "endpoints", *id));
    return environment;
}

bool fits_query(const Call& call, const Environment& environment) {
    const std::string_view name = call.request.parameter("name");
    if (!name.empty() && environment.name != name) return false;
    const std::string_view search = call.request.parameter("search");
    if (!search.empty() && environment.name.find(search) == std::string::npos) return false;
    bool named = false;
    bool chosen = false;
    for (const auto& [key, value] : call.request.query) {
        if (key != "endpointIds[]") continue;
        named = true;
        chosen = chosen || value == std::to_string(environment.id);
    }
    return !named || chosen;
}

std::size_t number_or_zero(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Answer list_environments(Call& call) {
    std::vector<const Environment*> shown;
    std::size_t accessible = 0;
    for (const Environment& environment : call.world.environments) {
        if (!may_use_environment(call.caller, call.world, environment)) continue;
        ++accessible;
        if (fits_query(call, environment)) shown.push_back(&environment);
    }
    const std::size_t total = shown.size();
    const std::size_t start =
        std::min(total, std::max<std::size_t>(1, number_or_zero(call.request.parameter("start"))) - 1);
    const std::size_t limit = number_or_zero(call.request.parameter("limit"));
    const std::size_t end = limit == 0 ? total : std::min(total, start + limit);
    Json list = Json::array();
    for (std::size_t i = start; i < end; ++i) {
        list.push_back(render_environment(call.world, *shown[i], EnvironmentView::in_list, call.caller,
                                          wants_snapshot(call, "excludeSnapshots")));
    }
    Answer answer = json_answer(list);
    const std::size_t available =
        call.world.rules().available_is_accessible ? accessible : call.world.environments.size();
    answer.headers = {{"X-Total-Available", std::to_string(available)}, {"X-Total-Count", std::to_string(total)}};
    return answer;
}

Answer inspect_environment(Call& call) {
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    if (!may_use_environment(call.caller, call.world, **environment)) return environment_denied();
    return json_answer(render_environment(call.world, **environment, EnvironmentView::by_id, call.caller,
                                          wants_snapshot(call, "excludeSnapshot")));
}

Answer create_environment(Call& call) {
    const Body form = Body::read_form(call.request);
    const std::string name = form.text("Name");
    if (name.empty()) return invalid_payload("Invalid environment name");
    if (call.world.find_environment(name) != nullptr) return problem(409, "Name is not unique", "Name is not unique");
    Environment& made = call.world.add_environment(name, form.text("URL"));
    made.container_engine = form.text("ContainerEngine");
    return json_answer(render_environment(call.world, made, EnvironmentView::after_write, call.caller, false));
}

Answer update_environment(Call& call) {
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    if (const std::string name = body->text("Name"); !name.empty()) (*environment)->name = name;
    body->read_policies("UserAccessPolicies", (*environment)->users);
    body->read_policies("TeamAccessPolicies", (*environment)->teams);
    if (const Id group = body->number("GroupID"); group != 0) (*environment)->group = group;
    return json_answer(render_environment(call.world, **environment, EnvironmentView::after_write, call.caller, true));
}

Answer update_environment_settings(Call& call) {
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    for (auto& [setting, value] : (*environment)->security) {
        if (body->find(setting) != nullptr) value = body->flag(setting);
    }
    return json_answer(render_environment(call.world, **environment, EnvironmentView::after_write, call.caller, false));
}

Answer delete_environment(Call& call) {
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    call.world.remove_environment((*environment)->id);
    return empty_answer(204);
}

Answer environment_registries(Call& call) {
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    return json_answer(Json::array());
}

constexpr std::array table{
    Route{"GET", "/api/endpoints", Auth::user, list_environments},
    Route{"POST", "/api/endpoints", Auth::administrators, create_environment},
    Route{"GET", "/api/endpoints/{}", Auth::user, inspect_environment},
    Route{"PUT", "/api/endpoints/{}", Auth::administrators, update_environment},
    Route{"DELETE", "/api/endpoints/{}", Auth::administrators, delete_environment},
    Route{"PUT", "/api/endpoints/{}/settings", Auth::administrators, update_environment_settings},
    Route{"GET", "/api/endpoints/{}/registries", Auth::user, environment_registries},
};

} // namespace

std::span<const Route> environment_routes() { return table; }

} // namespace portainer_double
