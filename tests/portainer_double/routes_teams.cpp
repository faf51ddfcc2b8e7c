#include "portainer_double/body.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

Json render_membership(const Membership& m) {
    return {{"Id", m.id}, {"UserID", m.user}, {"TeamID", m.team}, {"Role", m.role}};
}

bool manages(const Call& call, Id team) {
    return call.caller.is_administrator() || leads_team(call.world, call.caller.id, team);
}

Answer no_team(Id id) {
    return not_in_bucket("Unable to find a team with the specified identifier inside the database", "teams", id);
}

Answer list_teams(Call& call) {
    Json list = Json::array();
    for (const Team& team : call.world.teams) {
        const bool own = std::ranges::find(call.caller.teams, team.id) != call.caller.teams.end();
        if (call.caller.is_administrator() || own) list.push_back({{"Id", team.id}, {"Name", team.name}});
    }
    return json_answer(list);
}

Answer inspect_team(Call& call) {
    const auto id = route_id(call, 0, "team identifier");
    if (!id) return id.error();
    if (!manages(call, *id)) return problem(403, "Access denied to team", "Access denied to resource");
    const auto team = std::ranges::find_if(call.world.teams, [&](const Team& t) { return t.id == *id; });
    if (team == call.world.teams.end()) return no_team(*id);
    return json_answer({{"Id", team->id}, {"Name", team->name}});
}

Answer create_team(Call& call) {
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    const std::string name = body->text("Name");
    if (name.empty()) return invalid_payload("Invalid team name");
    const bool taken = std::ranges::any_of(call.world.teams, [&](const Team& team) { return team.name == name; });
    if (taken) return problem(409, "A team with the same name already exists", "Team already exists");
    const Team& team = call.world.teams.emplace_back(Team{.id = call.world.take_id("teams"), .name = name});
    for (const Id leader : body->ids("TeamLeaders")) {
        call.world.memberships.push_back(
            {.id = call.world.take_id("memberships"), .user = leader, .team = team.id, .role = 1});
    }
    return json_answer({{"Id", team.id}, {"Name", team.name}});
}

Answer add_member(Call& call) {
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    const Membership made{.id = 0,
                          .user = body->number("UserID"),
                          .team = body->number("TeamID"),
                          .role = static_cast<int>(body->number("Role"))};
    if (!manages(call, made.team))
        return problem(403, "Permission denied to manage team memberships", "Access denied to resource");
    const bool member = std::ranges::any_of(
        call.world.memberships, [&](const Membership& m) { return m.user == made.user && m.team == made.team; });
    if (member)
        return problem(409, "Team membership already registered",
                       "Team membership already exists for this user and team");
    Membership& stored = call.world.memberships.emplace_back(made);
    stored.id = call.world.take_id("memberships");
    return json_answer(render_membership(stored));
}

Answer list_memberships(Call& call) {
    Json list = Json::array();
    for (const Membership& m : call.world.memberships) list.push_back(render_membership(m));
    return json_answer(list);
}

std::expected<Membership*, Answer> routed_membership(Call& call) {
    const auto id = route_id(call, 0, "membership identifier");
    if (!id) return std::unexpected(id.error());
    const auto at = std::ranges::find_if(call.world.memberships, [&](const Membership& m) { return m.id == *id; });
    if (at != call.world.memberships.end()) return &*at;
    return std::unexpected(not_in_bucket(
        "Unable to find a team membership with the specified identifier inside the database", "team_membership", *id));
}

Answer update_member(Call& call) {
    const auto membership = routed_membership(call);
    if (!membership) return membership.error();
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    if (!manages(call, (*membership)->team))
        return problem(403, "Permission denied to update the membership", "Access denied to resource");
    (*membership)->user = body->number("UserID");
    (*membership)->team = body->number("TeamID");
    (*membership)->role = static_cast<int>(body->number("Role"));
    return json_answer(render_membership(**membership));
}

Answer remove_member(Call& call) {
    const auto membership = routed_membership(call);
    if (!membership) return membership.error();
    if (!manages(call, (*membership)->team))
        return problem(403, "Permission denied to delete the membership", "Access denied to resource");
    const Id id = (*membership)->id;
    std::erase_if(call.world.memberships, [&](const Membership& m) { return m.id == id; });
    return empty_answer(204);
}

Answer team_members(Call& call) {
    const auto id = route_id(call, 0, "team identifier");
    if (!id) return id.error();
    if (!manages(call, *id)) return problem(403, "Access denied to team", "Access denied to resource");
    Json list = Json::array();
    for (const Membership& m : call.world.memberships) {
        if (m.team == *id) list.push_back(render_membership(m));
    }
    return json_answer(list);
}

Answer update_team(Call& call) {
    const auto id = route_id(call, 0, "team identifier");
    if (!id) return id.error();
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    const auto team = std::ranges::find_if(call.world.teams, [&](const Team& t) { return t.id == *id; });
    if (team == call.world.teams.end()) return no_team(*id);
    if (const std::string name = body->text("Name"); !name.empty()) team->name = name;
    return json_answer({{"Id", team->id}, {"Name", team->name}});
}

// Access policies that name the team stay, as on the server.
Answer delete_team(Call& call) {
    const auto id = route_id(call, 0, "team identifier");
    if (!id) return id.error();
    if (std::erase_if(call.world.teams, [&](const Team& t) { return t.id == *id; }) == 0) return no_team(*id);
    std::erase_if(call.world.memberships, [&](const Membership& m) { return m.team == *id; });
    return empty_answer(204);
}

constexpr std::array table{
    Route{"GET", "/api/teams", Auth::user, list_teams},
    Route{"POST", "/api/teams", Auth::administrators, create_team},
    Route{"GET", "/api/teams/{}", Auth::team_leaders, inspect_team},
    Route{"PUT", "/api/teams/{}", Auth::administrators, update_team},
    Route{"DELETE", "/api/teams/{}", Auth::administrators, delete_team},
    Route{"GET", "/api/teams/{}/memberships", Auth::team_leaders, team_members},
    Route{"GET", "/api/team_memberships", Auth::team_leaders, list_memberships},
    Route{"POST", "/api/team_memberships", Auth::team_leaders, add_member},
    Route{"PUT", "/api/team_memberships/{}", Auth::team_leaders, update_member},
    Route{"DELETE", "/api/team_memberships/{}", Auth::team_leaders, remove_member},
};

} // namespace

std::span<const Route> team_routes() { return table; }

} // namespace portainer_double
