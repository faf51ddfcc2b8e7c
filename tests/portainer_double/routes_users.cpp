#include "portainer_double/authenticate.hpp"
#include "portainer_double/body.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

Answer me(Call& call) {
    Json shown = render_user(*call.world.find_user(call.caller.id));
    shown["forceChangePassword"] = false;
    return json_answer(shown);
}

// Administrators see everybody, team leaders everybody but administrators.
Answer list_users(Call& call) {
    if (!call.caller.is_administrator() && !leads_team(call.world, call.caller.id, 0))
        return problem(403, "Permission denied to access users list");
    Json list = Json::array();
    for (const User& user : call.world.users) {
        if (call.caller.is_administrator() || user.role != administrator) {
            list.push_back({{"Id", user.id}, {"Username", user.name}, {"Role", user.role}});
        }
    }
    return json_answer(list);
}

std::expected<User*, Answer> routed_user(Call& call) {
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return std::unexpected(id.error());
    User* user = call.world.find_user(*id);
    if (user == nullptr) {
        return std::unexpected(
            not_in_bucket("Unable to find a user with the specified identifier inside the database", "users", *id));
    }
    return user;
}

Answer inspect_user(Call& call) {
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    if (!call.caller.is_administrator() && call.caller.id != *id) {
        return problem(403, "Permission denied inspect user", "Access denied to resource");
    }
    const auto user = routed_user(call);
    if (!user) return user.error();
    return json_answer(render_user(**user));
}

Answer create_user(Call& call) {
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    const std::string name = body->text("Username");
    const int role = static_cast<int>(body->number("Role"));
    if (name.empty() || name.find(' ') != std::string::npos)
        return invalid_payload("Invalid username. Must not contain any whitespace");
    if (role != administrator && role != standard_user) {
        return invalid_payload("Invalid role value. Value must be one of: 1 (administrator) or 2 (regular user)");
    }
    if (call.world.find_user(name) != nullptr)
        return problem(409, "Another user with the same username already exists", "User already exists");
    return json_answer(render_user(call.world.add_user(name, role, body->text("Password"))));
}

Answer update_user(Call& call) {
    const auto user = routed_user(call);
    if (!user) return user.error();
    if (!call.caller.is_administrator() && call.caller.id != (*user)->id)
        return problem(403, "Permission denied to update user", "Unauthorized");
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    if (const Id role = body->number("Role"); role != 0) {
        if (!call.caller.is_administrator())
            return problem(403, "Permission denied to update user to administrator role", "Access denied to resource");
        (*user)->role = static_cast<int>(role);
    }
    const std::string name = body->text("Username");
    if (!name.empty() && name != (*user)->name) {
        if (!call.caller.is_administrator())
            return problem(403, "Permission denied. Unable to update username", "Access denied to resource");
        if (call.world.find_user(name) != nullptr)
            return problem(409, "Another user with the same username already exists", "User already exists");
        (*user)->name = name;
    }
    if (const std::string password = body->text("NewPassword"); !password.empty()) (*user)->password = password;
    return json_answer(render_user(**user));
}

Answer delete_user(Call& call) {
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    if (*id == 1) return problem(403, "Cannot remove the initial admin account");
    if (*id == call.caller.id) {
        return problem(403, "Cannot remove your own user account. Contact another administrator",
                       "Cannot remove your own user account. Contact another administrator");
    }
    const auto user = routed_user(call);
    if (!user) return user.error();
    call.world.remove_user(*id);
    return empty_answer(204);
}

Answer user_memberships(Call& call) {
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    if (!call.caller.is_administrator() && call.caller.id != *id) {
        return problem(403, "Permission denied to update user memberships", "Unauthorized");
    }
    Json list = Json::array();
    for (const Membership& m : call.world.memberships) {
        if (m.user == *id) list.push_back({{"Id", m.id}, {"UserID", m.user}, {"TeamID", m.team}, {"Role", m.role}});
    }
    return json_answer(list);
}

Json render_token(const Token& token) {
    return {{"id", token.id},
            {"userId", token.user},
            {"description", token.description},
            {"prefix", token.raw.substr(0, 7)},
            {"dateCreated", token.created},
            {"lastUsed", token.last_used}};
}

Answer mint_token(Call& call) {
    if (auto refused = limit_logins(call.world)) return *refused;
    if (call.caller.by_token) return problem(401, "Auth not supported", "Authentication required");
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    if (body->text("description").empty()) return invalid_payload("Invalid description: cannot be empty");
    const auto user = routed_user(call);
    if (!user) return user.error();
    if ((*user)->id != call.caller.id)
        return problem(403, "Permission denied to create user access token", "Unauthorized");
    if (body->text("password") != (*user)->password)
        return problem(403, "Current password doesn't match",
                       "Current password does not match the password provided. Please try again");
    const Token& token = call.world.add_token((*user)->id, body->text("description"));
    return json_answer({{"rawAPIKey", token.raw}, {"apiKey", render_token(token)}}, call.world.rules().mint_status);
}

Answer list_tokens(Call& call) {
    const auto user = routed_user(call);
    if (!user) return user.error();
    const bool others_user = call.caller.is_administrator() && (*user)->role != administrator;
    if (call.caller.id != (*user)->id && !others_user)
        return problem(403, "Permission denied to get user access tokens", "Unauthorized");
    Json list = Json::array();
    for (const Token& token : call.world.tokens) {
        if (token.user == (*user)->id) list.push_back(render_token(token));
    }
    return json_answer(list);
}

Answer delete_token(Call& call) {
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    const auto key = route_id(call, 1, "api-key identifier");
    if (!key) return key.error();
    if (!call.caller.is_administrator() && call.caller.id != *id)
        return problem(403, "Permission denied to get user access tokens", "Unauthorized");
    const auto user = routed_user(call);
    if (!user) return user.error();
    const auto at = std::ranges::find_if(call.world.tokens, [&](const Token& t) { return t.id == *key; });
    if (at == call.world.tokens.end()) {
        return problem(500, "API Key not found",
                       "Object not found inside the database (bucket=api_key, key=" + std::to_string(*key) + ")");
    }
    if (at->user != *id) return problem(403, "Permission denied to remove api-key", "Unauthorized");
    std::erase_if(call.world.tokens, [&](const Token& t) { return t.id == *key; });
    return empty_answer(204);
}

Answer has_administrator(Call&) { return empty_answer(204); }

Answer create_first_administrator(Call&) {
    return problem(409, "Unable to create administrator user", "An administrator user already exists");
}

constexpr std::array table{
    Route{"GET", "/api/users/me", Auth::user, me},
    Route{"GET", "/api/users/admin/check", Auth::open, has_administrator},
    Route{"POST", "/api/users/admin/init", Auth::open, create_first_administrator},
    Route{"GET", "/api/users", Auth::user, list_users},
    Route{"POST", "/api/users", Auth::administrators, create_user},
    Route{"GET", "/api/users/{}", Auth::user, inspect_user},
    Route{"PUT", "/api/users/{}", Auth::user, update_user},
    Route{"DELETE", "/api/users/{}", Auth::administrators, delete_user},
    Route{"GET", "/api/users/{}/memberships", Auth::user, user_memberships},
    Route{"GET", "/api/users/{}/tokens", Auth::user, list_tokens},
    Route{"POST", "/api/users/{}/tokens", Auth::user, mint_token},
    Route{"DELETE", "/api/users/{}/tokens/{}", Auth::user, delete_token},
};

} // namespace

std::span<const Route> user_routes() { return table; }

} // namespace portainer_double
