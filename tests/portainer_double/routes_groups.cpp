#include "portainer_double/body.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

Json render_group(const Group& group) {
    return {{"Id", group.id},
            {"Name", group.name},
            {"Description", group.description},
            {"UserAccessPolicies", render_policies(group.users)},
            {"TeamAccessPolicies", render_policies(group.teams)},
            {"TagIds", group.tags},
            {"Labels", nullptr},
            {"AuthorizedUsers", nullptr},
            {"AuthorizedTeams", nullptr}};
}

Answer list_groups(Call& call) {
    Json list = Json::array();
    for (const Group& group : call.world.groups) {
        const bool sees = call.caller.is_administrator() || group.users.contains(call.caller.id) ||
                          std::ranges::any_of(call.caller.teams, [&](Id team) { return group.teams.contains(team); });
        if (sees) list.push_back(render_group(group));
    }
    return json_answer(list);
}

std::expected<Group*, Answer> routed_group(Call& call) {
    const auto id = route_id(call, 0, "environment group identifier");
    if (!id) return std::unexpected(id.error());
    const auto group = std::ranges::find_if(call.world.groups, [&](const Group& g) { return g.id == *id; });
    if (group != call.world.groups.end()) return &*group;
    return std::unexpected(
        not_in_bucket("Unable to find an environment group with the specified identifier inside the database",
                      "endpoint_groups", *id));
}

Answer inspect_group(Call& call) {
    const auto group = routed_group(call);
    return group ? json_answer(render_group(**group)) : group.error();
}

Answer create_group(Call& call) {
    const auto body = Body::read(call.request, group_payload);
    if (!body) return body.error();
    if (body->text("Name").empty()) return invalid_payload("Invalid environment group name");
    Group& made = call.world.groups.emplace_back();
    made.id = call.world.take_id("endpoint_groups");
    made.name = body->text("Name");
    made.description = body->text("Description");
    made.tags = body->ids("TagIDs");
    for (const Id id : body->ids("AssociatedEndpoints")) {
        if (Environment* environment = call.world.find_environment(id); environment != nullptr)
            environment->group = made.id;
    }
    return json_answer(render_group(made));
}

Answer update_group(Call& call) {
    if (const auto id = route_id(call, 0, "environment group identifier"); !id) return id.error();
    const auto body = Body::read(call.request, group_update_payload);
    if (!body) return body.error();
    const auto group = routed_group(call);
    if (!group) return group.error();
    if (const std::string name = body->text("Name"); !name.empty()) (*group)->name = name;
    if (const std::string text = body->text("Description"); !text.empty()) (*group)->description = text;
    if (body->find("TagIDs") != nullptr) (*group)->tags = body->ids("TagIDs");
    body->read_policies("UserAccessPolicies", (*group)->users);
    body->read_policies("TeamAccessPolicies", (*group)->teams);
    return json_answer(render_group(**group));
}

Answer delete_group(Call& call) {
    const auto routed = route_id(call, 0, "environment group identifier");
    if (!routed) return routed.error();
    const Id id = *routed;
    if (id == 1)
        return problem(403, "Unable to remove the default \'Unassigned\' group",
                       "Cannot remove the default environment group");
    if (const auto group = routed_group(call); !group) return group.error();
    for (Environment& environment : call.world.environments) {
        if (environment.group == id) environment.group = 1;
    }
    std::erase_if(call.world.groups, [&](const Group& g) { return g.id == id; });
    return empty_answer(204);
}

// PUT puts an environment into the group, DELETE takes it out.
Answer move_environment(Call& call) {
    if (const auto routed = route_id(call, 0, "environment group identifier"); !routed) return routed.error();
    const auto id = route_id(call, 1, "environment identifier");
    if (!id) return id.error();
    const auto group = routed_group(call);
    if (!group) return group.error();
    Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    environment->group = call.request.method == "PUT" ? (*group)->id : 1;
    return empty_answer(204);
}

constexpr std::array groups_table{
    Route{"GET", "/api/endpoint_groups", Auth::user, list_groups},
    Route{"POST", "/api/endpoint_groups", Auth::administrators, create_group},
    Route{"GET", "/api/endpoint_groups/{}", Auth::administrators, inspect_group},
    Route{"PUT", "/api/endpoint_groups/{}", Auth::administrators, update_group},
    Route{"DELETE", "/api/endpoint_groups/{}", Auth::administrators, delete_group},
    Route{"PUT", "/api/endpoint_groups/{}/endpoints/{}", Auth::administrators, move_environment},
    Route{"DELETE", "/api/endpoint_groups/{}/endpoints/{}", Auth::administrators, move_environment},
};

} // namespace

std::span<const Route> group_routes() { return groups_table; }

} // namespace portainer_double
