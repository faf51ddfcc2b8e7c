#include "portainer_double/body.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

std::expected<ResourceControl*, Answer> routed_control(Call& call) {
    const auto id = route_id(call, 0, "resource control identifier");
    if (!id) return std::unexpected(id.error());
    ResourceControl* control = call.world.find_resource_control(*id);
    if (control == nullptr) {
        return std::unexpected(
            not_in_bucket("Unable to find a resource control with the specified identifier inside the database",
                          "resource_control", *id));
    }
    return control;
}

void read_access(const Body& body, ResourceControl& control) {
    const std::vector<Id> users = body.ids("Users");
    const std::vector<Id> teams = body.ids("Teams");
    control.users = {users.begin(), users.end()};
    control.teams = {teams.begin(), teams.end()};
    control.open = body.flag("Public");
    control.administrators_only = body.flag("AdministratorsOnly");
}

bool says_something(const Body& body) {
    return body.flag("Public") || body.flag("AdministratorsOnly") || !body.ids("Users").empty() ||
           !body.ids("Teams").empty();
}

// What a regular user may make of a control: public, only themselves, or teams of theirs (§3.9).
bool user_may_set(const Call& call, const Body& body) {
    const std::vector<Id> users = body.ids("Users");
    const std::vector<Id> teams = body.ids("Teams");
    if (body.flag("AdministratorsOnly")) return false;
    if (body.flag("Public")) return true;
    const bool only_self = users.empty() || (users.size() == 1 && users.front() == call.caller.id);
    return only_self && std::ranges::all_of(teams, [&](Id team) {
               return std::ranges::find(call.caller.teams, team) != call.caller.teams.end();
           });
}

Answer create_control(Call& call) {
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    const std::string resource = body->text("ResourceID");
    if (resource.empty()) return invalid_payload("Invalid payload: invalid resource identifier");
    if (!says_something(*body))
        return invalid_payload("Invalid payload: must specify Users, Teams, Public or AdministratorsOnly");
    if (call.world.find_resource_control(resource) != nullptr) {
        return problem(409, "A resource control is already associated to this resource",
                       "A resource control already exists for this resource");
    }
    ResourceControl& made = call.world.controls[resource];
    made.id = call.world.take_id("resource_controls");
    made.resource_id = resource;
    made.type = static_cast<int>(body->number("Type"));
    read_access(*body, made);
    if (const Json* more = body->find("SubResourceIDs"); more != nullptr && more->is_array()) {
        made.sub_resources = more->get<std::vector<std::string>>();
    }
    for (const std::string& sub : made.sub_resources) call.world.sub_resources[sub] = resource;
    return json_answer(render_control(&made));
}

Answer update_control(Call& call) {
    const auto control = routed_control(call);
    if (!control) return control.error();
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    if (!says_something(*body))
        return invalid_payload("Invalid payload: must specify Users, Teams, Public or AdministratorsOnly");
    if (!may_use_resource(call.caller, *control)) {
        return problem(403, "Permission denied to access the resource control", "Access denied to resource");
    }
    if (!call.caller.is_administrator() && !user_may_set(call, *body)) {
        return problem(403, "Permission denied to update the resource control", "Access denied to resource");
    }
    read_access(*body, **control);
    return json_answer(render_control(*control));
}

Answer delete_control(Call& call) {
    const auto control = routed_control(call);
    if (!control) return control.error();
    const std::string resource = (*control)->resource_id;
    std::erase_if(call.world.sub_resources, [&](const auto& entry) { return entry.second == resource; });
    call.world.controls.erase(resource);
    return empty_answer(204);
}

constexpr std::array table{
    Route{"POST", "/api/resource_controls", Auth::administrators, create_control},
    Route{"PUT", "/api/resource_controls/{}", Auth::user, update_control},
    Route{"DELETE", "/api/resource_controls/{}", Auth::administrators, delete_control},
};

} // namespace

std::span<const Route> control_routes() { return table; }

} // namespace portainer_double
