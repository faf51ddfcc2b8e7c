#include "portainer_double/authenticate.hpp"
#include "portainer_double/body.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

Answer status(Call& call) {
    return json_answer({{"Version", call.world.shown_version}, {"InstanceID", call.world.instance_id}});
}

Answer version(Call& call) { return json_answer(render_version(call.world)); }

Answer info(Call& call) {
    const bool swarm = std::ranges::any_of(call.world.environments, [&](const Environment& environment) {
        return environment.id == 1 && !call.world.host_of(environment).swarm_id.empty();
    });
    return json_answer({{"platform", swarm ? "Docker Swarm" : "Docker Standalone"}, {"edgeAgents", 0}, {"agents", 0}});
}

Answer settings(Call& call) { return json_answer(render_settings(call.world)); }
// Of all settings only the labels that hide containers have an effect here.
Answer update_server_settings(Call& call) {
    const auto body = Body::read(call.request, settings_payload);
    if (!body) return body.error();
    if (const auto labels = body->env("BlackListedLabels")) call.world.hidden_labels = *labels;
    return json_answer(render_settings(call.world));
}

Answer public_settings(Call& call) { return json_answer(render_public_settings(call.world)); }
Answer empty_list(Call&) { return json_answer(Json::array()); }

// Which environments and groups carry a tag is told with it.
Json render_tag(const World& world, const Tag& tag) {
    Json environments = Json::object();
    for (const Environment& environment : world.environments) {
        if (std::ranges::find(environment.tags, tag.id) != environment.tags.end())
            environments[std::to_string(environment.id)] = true;
    }
    Json groups = Json::object();
    for (const Group& group : world.groups) {
        if (std::ranges::find(group.tags, tag.id) != group.tags.end()) groups[std::to_string(group.id)] = true;
    }
    return {{"ID", tag.id}, {"Name", tag.name}, {"Endpoints", environments}, {"EndpointGroups", groups}};
}

Answer list_tags(Call& call) {
    Json list = Json::array();
    for (const Tag& tag : call.world.tags) list.push_back(render_tag(call.world, tag));
    return json_answer(list);
}

Answer create_tag(Call& call) {
    const auto body = Body::read(call.request, tag_payload);
    if (!body) return body.error();
    const std::string name = body->text("Name");
    if (name.empty()) return invalid_payload("Invalid tag name");
    if (std::ranges::any_of(call.world.tags, [&](const Tag& tag) { return tag.name == name; })) {
        return problem(409, "This name is already associated to a tag", "A tag already exists with this name");
    }
    const Tag& made = call.world.tags.emplace_back(Tag{.id = call.world.take_id("tags"), .name = name});
    return json_answer(render_tag(call.world, made));
}

Answer delete_tag(Call& call) {
    const auto id = route_id(call, 0, "tag identifier");
    if (!id) return id.error();
    if (std::erase_if(call.world.tags, [&](const Tag& tag) { return tag.id == *id; }) == 0)
        return not_in_bucket("Unable to find a tag with the specified identifier inside the database", "tags", *id);
    for (Environment& environment : call.world.environments) std::erase(environment.tags, *id);
    for (Group& group : call.world.groups) std::erase(group.tags, *id);
    return empty_answer(204);
}

Answer roles(Call& call) {
    Json list = Json::array();
    if (!call.world.has_roles) return json_answer(list);
    int id = 0;
    for (const char* name : {"Environment administrator", "Helpdesk", "Standard user", "Read-only user", "Operator"}) {
        list.push_back({{"Id", ++id}, {"Name", name}, {"Description", ""}, {"Priority", id}});
    }
    return json_answer(list);
}

Answer edge_disabled(Call&) { return problem(503, "Edge compute features are disabled"); }

Answer log_in(Call& call) {
    if (auto refused = limit_logins(call.world)) return *refused;
    const auto body = Body::read(call.request, log_in_payload);
    if (!body) return body.error();
    if (body->text("username").empty()) return invalid_payload("Invalid username");
    if (body->text("password").empty()) return invalid_payload("Invalid password");
    const User* user = call.world.find_user(body->text("username"));
    if (user == nullptr || user->password != body->text("password"))
        return problem(422, "Invalid credentials", "Unauthorized");
    const std::string session =
        "eyJhbGciOiJIUzI1NiJ9." + call.world.take_hash() + "." + call.world.take_hash().substr(0, 43);
    call.world.sessions[session] = {.user = user->id, .issued = call.world.now()};
    return json_answer({{"jwt", session}});
}

Answer log_out(Call& call) {
    const std::string_view authorization = call.request.header("authorization");
    if (authorization.starts_with("Bearer ")) call.world.sessions.erase(std::string(authorization.substr(7)));
    return empty_answer(204);
}

constexpr std::array system_table{
    Route{"GET", "/api/system/status", Auth::open, status},
    Route{"GET", "/api/status", Auth::open, status},
    Route{"GET", "/api/system/version", Auth::user, version},
    Route{"GET", "/api/system/info", Auth::user, info},
    Route{"GET", "/api/settings", Auth::administrators, settings},
    Route{"PUT", "/api/settings", Auth::administrators, update_server_settings},
    Route{"GET", "/api/settings/public", Auth::open, public_settings},
    Route{"GET", "/api/registries", Auth::administrators, empty_list},
    Route{"GET", "/api/roles", Auth::administrators, roles},
    Route{"GET", "/api/tags", Auth::user, list_tags},
    Route{"POST", "/api/tags", Auth::administrators, create_tag},
    Route{"DELETE", "/api/tags/{}", Auth::administrators, delete_tag},
    Route{"GET", "/api/custom_templates", Auth::user, empty_list},
    Route{"GET", "/api/edge_stacks", Auth::administrators, edge_disabled},
    Route{"GET", "/api/edge_stacks/{}", Auth::administrators, edge_disabled},
    Route{"POST", "/api/auth", Auth::open, log_in},
    Route{"POST", "/api/auth/logout", Auth::open, log_out},
};

} // namespace

std::span<const Route> system_routes() { return system_table; }

} // namespace portainer_double
