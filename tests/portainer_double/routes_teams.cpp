#include "portainer_double/body.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

Json render_membership(const Membership& m) {
    return {{"Id", m.id}, {"UserID", m.user}, {"TeamID", m.team}, {"Role", m.role}};
}

bool leads(const Call& call, Id team) {
    return std::ranges::any_of(call.world.memberships, [&](const Membership& m) {
        return m.user == call.caller.id && m.role == 1 && (team == 0 || m.team == team);
    });
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
    if (!call.caller.is_administrator() && !leads(call, *id))
        return problem(403, "Access denied to team", "Access denied to resource");
    const auto team = std::ranges::find_if(call.world.teams, [&](const Team& t) { return t.id == *id; });
    if (team == call.world.teams.end())
        return not_in_bucket("Unable to find a team with the specified identifier inside the database", "teams", *id);
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
    if (!call.caller.is_administrator() && !leads(call, made.team))
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
    if (!call.caller.is_administrator() && !leads(call, 0))
        return problem(403, "Permission denied to list team memberships", "Access denied to resource");
    Json list = Json::array();
    for (const Membership& m : call.world.memberships) list.push_back(render_membership(m));
    return json_answer(list);
}

Answer remove_member(Call& call) {
    const auto id = route_id(call, 0, "membership identifier");
    if (!id) return id.error();
    const auto removed = std::erase_if(call.world.memberships, [&](const Membership& m) { return m.id == *id; });
    if (removed == 0)
        return not_in_bucket("Unable to find a team membership with the specified identifier inside the database",
                             "team_membership", *id);
    return empty_answer(204);
}

constexpr std::array table{
    Route{"GET", "/api/teams", Auth::user, list_teams},
    Route{"POST", "/api/teams", Auth::administrators, create_team},
    Route{"GET", "/api/teams/{}", Auth::user, inspect_team},
    Route{"GET", "/api/team_memberships", Auth::user, list_memberships},
    Route{"POST", "/api/team_memberships", Auth::user, add_member},
    Route{"DELETE", "/api/team_memberships/{}", Auth::administrators, remove_member},
};

} // namespace

std::span<const Route> team_routes() { return table; }

} // namespace portainer_double
