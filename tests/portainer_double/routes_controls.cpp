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
    control.users = body.ids("Users");
    control.teams = body.ids("Teams");
    control.open = body.flag("Public");
    control.administrators_only = body.flag("AdministratorsOnly");
}

std::optional<Answer> refuse_access(const Body& body, std::string_view both) {
    const bool says_something = body.flag("Public") || body.flag("AdministratorsOnly") || !body.ids("Users").empty() ||
                                !body.ids("Teams").empty();
    if (!says_something)
        return invalid_payload("Invalid payload: must specify Users, Teams, Public or AdministratorsOnly");
    if (body.flag("Public") && body.flag("AdministratorsOnly")) return invalid_payload(both);
    return std::nullopt;
}

// What a regular user may make of a control (§3.9): public, themselves alone, or teams of which one is theirs.
bool user_may_set(const Call& call, const Body& body) {
    if (body.flag("Public")) return true;
    if (body.flag("AdministratorsOnly")) return false;
    const std::vector<Id> users = body.ids("Users");
    const std::vector<Id> teams = body.ids("Teams");
    if (users.size() > 1 || (users.size() == 1 && teams.size() == 1)) return false;
    if (users.size() == 1 && users.front() == call.caller.id) return true;
    return std::ranges::any_of(
        teams, [&](Id team) { return std::ranges::find(call.caller.teams, team) != call.caller.teams.end(); });
}

Answer create_control(Call& call) {
    const auto body = Body::read(call.request, control_payload);
    if (!body) return body.error();
    const std::string resource = body->text("ResourceID");
    if (resource.empty()) return invalid_payload("Invalid payload: invalid resource identifier");
    const Id type = body->number("Type");
    if (type <= 0 || type >= 10) {
        return invalid_payload(
            "Invalid payload: Invalid type value. Value must be one of: 1 - container, 2 - service, 3 - volume, 4 - "
            "network, 5 - secret, 6 - stack, 7 - config, 8 - custom template, 9 - azure-container-group");
    }
    if (auto refused =
            refuse_access(*body, "Invalid payload: cannot set both public and administrators only flags to true"))
        return *refused;
    if (call.world.find_resource_control(resource) != nullptr) {
        return problem(409, "A resource control is already associated to this resource",
                       "A resource control is already applied on this resource");
    }
    ResourceControl& made = call.world.controls[resource];
    made.id = call.world.take_id("resource_controls");
    made.resource_id = resource;
    made.type = static_cast<int>(type);
    read_access(*body, made);
    made.sub_resources = body->texts("SubResourceIDs");
    for (const std::string& sub : made.sub_resources.value_or(std::vector<std::string>{}))
        call.world.sub_resources[sub] = resource;
    return json_answer(render_control(&made));
}

Answer update_control(Call& call) {
    if (const auto id = route_id(call, 0, "resource control identifier"); !id) return id.error();
    const auto body = Body::read(call.request, control_update_payload);
    if (!body) return body.error();
    if (auto refused = refuse_access(*body, "Invalid payload: cannot set public and administrators only"))
        return *refused;
    const auto control = routed_control(call);
    if (!control) return control.error();
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

constexpr std::array controls_table{
    Route{"POST", "/api/resource_controls", Auth::administrators, create_control},
    Route{"PUT", "/api/resource_controls/{}", Auth::user, update_control},
    Route{"DELETE", "/api/resource_controls/{}", Auth::administrators, delete_control},
};

} // namespace

std::span<const Route> control_routes() { return controls_table; }

} // namespace portainer_double
