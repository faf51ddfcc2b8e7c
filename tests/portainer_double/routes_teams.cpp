#include "base/text.hpp"
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

// A user's teams come in the order of their memberships.
std::vector<const Team*> visible_teams(const Call& call, bool only_led) {
    std::vector<const Team*> shown;
    const auto add = [&](Id id) {
        const auto team = std::ranges::find_if(call.world.teams, [&](const Team& t) { return t.id == id; });
        if (team != call.world.teams.end()) shown.push_back(&*team);
    };
    if (call.caller.is_administrator() || only_led) {
        for (const Team& team : call.world.teams) {
            if (!only_led || leads_team(call.world, call.caller.id, team.id)) add(team.id);
        }
    } else {
        for (const Id id : call.caller.teams) add(id);
    }
    return shown;
}

Answer list_teams(Call& call) {
    const bool only_led = call.request.parameter("onlyLedTeams") == "true";
    const Id id = query_id(call, "environmentId").value_or(0);
    const Environment* environment = call.world.find_environment(id);
    if (id != 0 && environment == nullptr)
        return internal_not_in_bucket("Unable to retrieve endpoint from the database", id);
    Json list = Json::array();
    for (const Team* team : visible_teams(call, only_led)) {
        const Caller member{.id = 0, .name = {}, .role = standard_user, .teams = {team->id}, .by_token = false};
        if (environment != nullptr && !may_use_environment(member, call.world, *environment)) continue;
        list.push_back({{"Id", team->id}, {"Name", team->name}});
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
    const auto body = Body::read(call.request, team_payload);
    if (!body) return body.error();
    const std::string name = body->text("Name");
    if (name.empty()) return invalid_payload("Invalid team name");
    const bool taken = std::ranges::any_of(
        call.world.teams, [&](const Team& team) { return mooring::to_lower(team.name) == mooring::to_lower(name); });
    if (taken) return problem(409, "A team with the same name already exists", "Team already exists");
    const Team& team = call.world.teams.emplace_back(Team{.id = call.world.take_id("teams"), .name = name});
    for (const Id leader : body->ids("TeamLeaders")) {
        call.world.memberships.push_back(
            {.id = call.world.take_id("memberships"), .user = leader, .team = team.id, .role = 1});
    }
    return json_answer({{"Id", team.id}, {"Name", team.name}});
}

std::optional<Answer> refuse_membership(const Body& body) {
    if (body.number("UserID") == 0) return invalid_payload("Invalid UserID");
    if (body.number("TeamID") == 0) return invalid_payload("Invalid TeamID");
    const Id role = body.number("Role");
    if (role == 1 || role == 2) return std::nullopt;
    return invalid_payload("Invalid role value. Value must be one of: 1 (leader) or 2 (member)");
}

Answer add_member(Call& call) {
    const auto body = Body::read(call.request, membership_payload);
    if (!body) return body.error();
    if (auto refused = refuse_membership(*body)) return *refused;
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
    if (const auto id = route_id(call, 0, "membership identifier"); !id) return id.error();
    const auto body = Body::read(call.request, membership_update_payload);
    if (!body) return body.error();
    if (auto refused = refuse_membership(*body)) return *refused;
    const auto membership = routed_membership(call);
    if (!membership) return membership.error();
    if (!manages(call, (*membership)->team) || !manages(call, body->number("TeamID")))
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
    const auto body = Body::read(call.request, team_update_payload);
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

constexpr std::array teams_table{
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

std::span<const Route> team_routes() { return teams_table; }

} // namespace portainer_double
