#include "base/text.hpp"
#include "portainer_double/body.hpp"
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>

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

// Values of "name[]", none if there is no such parameter; the 400 of one that is no number.
std::expected<std::vector<Id>, Answer> numbers(const Call& call, const std::string& name) {
    std::vector<Id> result;
    for (const std::string_view text : call.request.parameters(name + "[]")) {
        Id id = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (error != std::errc{} || end != text.data() + text.size()) {
            return std::unexpected(problem(400, "Invalid query parameters",
                                           "Unable to parse parameter " + name + ": strconv.Atoi: parsing \"" +
                                               std::string(text) + "\": invalid syntax"));
        }
        result.push_back(id);
    }
    return result;
}

struct EnvironmentQuery {
    std::map<std::string, std::vector<Id>> numbers;
    std::string search;
    std::string_view name;
};

std::expected<EnvironmentQuery, Answer> read_query(const Call& call) {
    EnvironmentQuery query;
    for (const char* name : {"status", "groupIds", "types", "tagIds", "endpointIds", "excludeIds"}) {
        auto values = numbers(call, name);
        if (!values) return std::unexpected(values.error());
        if (!values->empty()) query.numbers[name] = std::move(*values);
    }
    query.search = mooring::to_lower(call.request.parameter("search"));
    query.name = call.request.parameter("name");
    return query;
}

bool has(const std::vector<Id>& ids, Id id) { return std::ranges::find(ids, id) != ids.end(); }

const Group* group_of(const World& world, const Environment& environment) {
    const auto at = std::ranges::find_if(world.groups, [&](const Group& g) { return g.id == environment.group; });
    return at == world.groups.end() ? nullptr : &*at;
}

bool fits_search(const World& world, const Environment& environment, const std::string& search) {
    const auto found_in = [&](std::string_view text) {
        return mooring::to_lower(text).find(search) != std::string::npos;
    };
    const auto found_in_tags = [&](const std::vector<Id>& ids) {
        return std::ranges::any_of(world.tags, [&](const Tag& tag) { return has(ids, tag.id) && found_in(tag.name); });
    };
    if (search.empty() || found_in(environment.name) || found_in(environment.url)) return true;
    if ((environment.status == 1 && search == "up") || (environment.status == 2 && search == "down")) return true;
    const Group* group = group_of(world, environment);
    return found_in_tags(environment.tags) ||
           (group != nullptr && (found_in(group->name) || found_in_tags(group->tags)));
}

bool fits_tags(const Call& call, const Environment& environment, const std::vector<Id>& wanted) {
    const Group* group = group_of(call.world, environment);
    const auto tagged = [&](Id tag) {
        return has(environment.tags, tag) || (group != nullptr && has(group->tags, tag));
    };
    return call.request.parameter("tagsPartialMatch") == "true" ? std::ranges::any_of(wanted, tagged)
                                                                : std::ranges::all_of(wanted, tagged);
}

bool fits_query(const Call& call, const EnvironmentQuery& query, const Environment& environment) {
    const auto among = [&](const char* name, Id value) {
        const auto at = query.numbers.find(name);
        return at == query.numbers.end() || has(at->second, value);
    };
    if (!query.name.empty() && environment.name != query.name) return false;
    if (query.numbers.contains("excludeIds") && has(query.numbers.at("excludeIds"), environment.id)) return false;
    if (query.numbers.contains("tagIds") && !fits_tags(call, environment, query.numbers.at("tagIds"))) return false;
    return among("endpointIds", environment.id) && among("groupIds", environment.group) &&
           among("status", environment.status) && among("types", environment.type) &&
           fits_search(call.world, environment, query.search);
}

void sort_environments(const Call& call, std::vector<const Environment*>& shown) {
    const std::string_view field = call.request.parameter("sort");
    const auto key = [&](const Environment* e) -> std::string {
        if (field == "Name") return e->name;
        const Group* group = group_of(call.world, *e);
        if (field == "Group") return group == nullptr || group->id == 1 ? std::string() : group->name;
        return field == "Status" ? std::to_string(e->status) : std::string();
    };
    if (call.request.parameter("order") == "desc") {
        std::ranges::stable_sort(shown, std::ranges::greater{}, key);
    } else {
        std::ranges::stable_sort(shown, std::ranges::less{}, key);
    }
}

std::size_t number_or_zero(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Answer list_environments(Call& call) {
    const auto query = read_query(call);
    if (!query) return query.error();
    std::vector<const Environment*> shown;
    std::size_t accessible = 0;
    for (const Environment& environment : call.world.environments) {
        if (!may_use_environment(call.caller, call.world, environment)) continue;
        ++accessible;
        if (fits_query(call, *query, environment)) shown.push_back(&environment);
    }
    sort_environments(call, shown);
    const std::size_t total = shown.size();
    const std::size_t limit = number_or_zero(call.request.parameter("limit"));
    const std::size_t first = std::max<std::size_t>(1, number_or_zero(call.request.parameter("start"))) - 1;
    const std::size_t start = limit == 0 ? 0 : std::min(total, first); // without a limit there are no pages
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

// The cluster that the server itself runs in.
Answer create_cluster(Call& call, const std::string& name) {
    Environment& made = call.world.add_environment(name, "https://kubernetes.default.svc");
    made.type = 5;
    made.container_engine.clear();
    call.world.cluster_of(made);
    return json_answer(render_environment(call.world, made, EnvironmentView::after_write, call.caller, false));
}

void read_kubernetes(const Body& body, Environment& changed) {
    const Json* sent = body.find("Kubernetes");
    if (sent == nullptr || !sent->is_object()) return;
    const Json configuration = sent->value("Configuration", Json::object());
    changed.restricts_default = configuration.value("RestrictDefaultNamespace", changed.restricts_default);
}

Answer create_environment(Call& call) {
    const Body form = Body::read_form(call.request);
    const std::string name = form.text("Name");
    if (name.empty()) return invalid_payload("Invalid environment name");
    if (number_or_zero(form.text("EndpointCreationType")) == 0) {
        return invalid_payload(
            "Invalid environment type value. Value must be one of: 1 (Docker environment), 2 (Agent environment), 3 "
            "(Azure environment), 4 (Edge Agent environment) or 5 (Local Kubernetes environment)");
    }
    const std::string engine = form.text("ContainerEngine");
    if (!engine.empty() && engine != "docker" && engine != "podman")
        return invalid_payload("Invalid container engine value. Value must be one of: 'docker' or 'podman'");
    if (call.world.find_environment(name) != nullptr) return problem(409, "Name is not unique");
    if (number_or_zero(form.text("EndpointCreationType")) == 5) return create_cluster(call, name);
    const std::string url = form.text("URL").empty() ? "unix:///var/run/docker.sock" : form.text("URL");
    if (!call.world.host(url).reachable) { // the server looks there first, with the id drawn
        call.world.take_id("endpoints");
        return problem(500, "Unable to initiate communications with environment",
                       "Cannot connect to the Docker daemon at " + url + ". Is the docker daemon running?");
    }
    Environment& made = call.world.add_environment(name, url);
    made.container_engine = engine;
    made.public_url = form.text("PublicURL");
    if (const std::size_t group = number_or_zero(form.text("GroupID")); group != 0) made.group = static_cast<Id>(group);
    return json_answer(render_environment(call.world, made, EnvironmentView::after_write, call.caller, false));
}

Answer update_environment(Call& call) {
    if (const auto id = route_id(call, 0, "environment identifier"); !id) return id.error();
    const auto body = Body::read(call.request, environment_update_payload);
    if (!body) return body.error();
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    Environment& changed = **environment;
    if (body->find("Name") != nullptr) {
        const Environment* same = call.world.find_environment(body->text("Name"));
        if (same != nullptr && same->id != changed.id) return problem(409, "Name is not unique");
        changed.name = body->text("Name");
    }
    if (body->find("URL") != nullptr) changed.url = body->text("URL");
    if (body->find("PublicURL") != nullptr) changed.public_url = body->text("PublicURL");
    if (body->find("GroupID") != nullptr) changed.group = body->number("GroupID");
    if (body->find("TagIDs") != nullptr) changed.tags = body->ids("TagIDs");
    if (const Id status = body->number("Status"); status == 1 || status == 2) changed.status = static_cast<int>(status);
    const Policies before = changed.users;
    body->read_policies("UserAccessPolicies", changed.users);
    body->read_policies("TeamAccessPolicies", changed.teams);
    read_kubernetes(*body, changed);
    if (is_kubernetes(changed)) forget_user_policies(call.world.cluster_of(changed), before, changed.users);
    return json_answer(render_environment(call.world, changed, EnvironmentView::after_write, call.caller, true));
}

Answer update_environment_settings(Call& call) {
    if (const auto id = route_id(call, 0, "environment identifier"); !id) return id.error();
    const auto body = Body::read(call.request, environment_settings_payload);
    if (!body) return body.error();
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    for (auto& [setting, value] : (*environment)->security) {
        if (body->find(setting) != nullptr) value = body->flag(setting);
    }
    return json_answer(render_environment(call.world, **environment, EnvironmentView::after_write, call.caller, false));
}

// Several at once: 204, or 206 with those that are not there.
Answer delete_environments(Call& call) {
    const auto body = Body::read(call.request, environments_delete_payload);
    if (!body) return body.error();
    const Json* sent = body->find("endpoints");
    if (sent == nullptr || !sent->is_array() || sent->empty())
        return invalid_payload("Invalid request payload. You must provide a list of environments to delete");
    Json deleted = Json::array();
    Json errors = Json::array();
    for (const Json& one : *sent) {
        const Id id = one.is_object() ? one.value("id", Id{0}) : 0;
        (call.world.find_environment(id) == nullptr ? errors : deleted).push_back(id);
        call.world.remove_environment(id);
    }
    return errors.empty() ? empty_answer(204) : json_answer({{"deleted", deleted}, {"errors", errors}}, 206);
}

Answer snapshot_environment(Call& call) {
    const auto environment = routed_environment(call);
    if (!environment) return environment.error();
    if (!call.world.host_of(**environment).reachable) (*environment)->status = 2;
    return empty_answer(204);
}

Answer snapshot_environments(Call&) { return empty_answer(204); }
Answer agent_versions(Call&) { return json_answer(Json::array()); }

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

constexpr std::array environments_table{
    Route{"GET", "/api/endpoints/agent_versions", Auth::user, agent_versions},
    Route{"POST", "/api/endpoints/snapshot", Auth::administrators, snapshot_environments},
    Route{"POST", "/api/endpoints/{}/snapshot", Auth::administrators, snapshot_environment},
    Route{"DELETE", "/api/endpoints", Auth::administrators, delete_environments},
    Route{"GET", "/api/endpoints", Auth::user, list_environments},
    Route{"POST", "/api/endpoints", Auth::administrators, create_environment},
    Route{"GET", "/api/endpoints/{}", Auth::user, inspect_environment},
    Route{"PUT", "/api/endpoints/{}", Auth::administrators, update_environment},
    Route{"DELETE", "/api/endpoints/{}", Auth::administrators, delete_environment},
    Route{"PUT", "/api/endpoints/{}/settings", Auth::administrators, update_environment_settings},
    Route{"GET", "/api/endpoints/{}/registries", Auth::user, environment_registries},
};

} // namespace

std::span<const Route> environment_routes() { return environments_table; }

} // namespace portainer_double
