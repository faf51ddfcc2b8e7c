#include "base/text.hpp"
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

// Administrators see everybody, team leaders everybody but administrators; with an environment, those who may use it.
Answer list_users(Call& call) {
    if (!call.caller.is_administrator() && !leads_team(call.world, call.caller.id, 0))
        return problem(403, "Permission denied to access users list");
    const Id id = query_id(call, "environmentId").value_or(0);
    const Environment* environment = call.world.find_environment(id);
    if (id != 0 && environment == nullptr)
        return internal_not_in_bucket("Unable to retrieve endpoint from the database", id);
    Json list = Json::array();
    for (const User& user : call.world.users) {
        if (!call.caller.is_administrator() && user.role == administrator) continue;
        Caller asked = caller_of(call.world, user);
        asked.role = standard_user; // being an administrator is no policy
        if (environment != nullptr && !may_use_environment(asked, call.world, *environment)) continue;
        list.push_back({{"Id", user.id}, {"Username", user.name}, {"Role", user.role}});
    }
    return json_answer(list);
}

bool is_strong(std::string_view password) { return password.size() >= 12; } // RequiredPasswordLength of the settings

Answer wrong_password(std::string_view message) {
    return problem(403, message, "Current password does not match the password provided. Please try again");
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
    const auto body = Body::read(call.request, user_payload);
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
    if (!is_strong(body->text("Password"))) return problem(400, "Password does not meet the requirements");
    return json_answer(render_user(call.world.add_user(mooring::to_lower(name), role, body->text("Password"))));
}

std::optional<Answer> rename_user(Call& call, const Body& body, User& user) {
    const std::string name = body.text("Username");
    if (name.empty() || name == user.name) return std::nullopt;
    if (!call.caller.is_administrator())
        return problem(403, "Permission denied. Unable to update username", "Access denied to resource");
    const User* same = call.world.find_user(name);
    if (same != nullptr && same->id != user.id)
        return problem(409, "Another user with the same username already exists", "User already exists");
    user.name = name;
    return std::nullopt;
}

std::optional<Answer> change_password(Call& call, const Body& body, User& user) {
    const std::string next = body.text("NewPassword");
    if (next.empty() && !body.text("Password").empty()) {
        return problem(
            400, "Existing password field specified without new password field.",
            call.caller.is_administrator()
                ? "To change the password as an admin, you only need 'newPassword' in your request"
                : "To change the password, you must include both 'password' and 'newPassword' in your request");
    }
    if (next.empty()) return std::nullopt;
    if (!call.caller.is_administrator() && body.text("Password") != user.password)
        return wrong_password("Current password doesn't match. Password left unchanged");
    if (!is_strong(next)) return problem(400, "Password does not meet the minimum strength requirements");
    user.password = next;
    user.tokens_valid_from = call.world.now();
    return std::nullopt;
}

std::optional<Answer> refuse_user_update(const Call& call, const Body& body) {
    if (body.text("Username").find(' ') != std::string::npos)
        return invalid_payload("Invalid username. Must not contain any whitespace");
    const Id role = body.number("Role");
    if (role < 0 || role > 2)
        return invalid_payload("Invalid role value. Value must be one of: 1 (administrator) or 2 (regular user)");
    if (role != 0 && !call.caller.is_administrator())
        return problem(403, "Permission denied to update user to administrator role", "Access denied to resource");
    return std::nullopt;
}

Answer update_user(Call& call) {
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    if (!call.caller.is_administrator() && call.caller.id != *id)
        return problem(403, "Permission denied to update user", "Unauthorized");
    const auto body = Body::read(call.request, user_update_payload);
    if (!body) return body.error();
    if (auto refused = refuse_user_update(call, *body)) return *refused;
    const auto user = routed_user(call);
    if (!user) return user.error();
    User next = **user; // stored only if nothing is refused
    if (auto refused = rename_user(call, *body, next)) return *refused;
    if (auto refused = change_password(call, *body, next)) return *refused;
    if (const Json* theme = body->find("Theme"); theme != nullptr && theme->is_object())
        next.theme = theme->value("color", next.theme);
    if (body->find("UseCache") != nullptr) next.use_cache = body->flag("UseCache");
    if (const Id role = body->number("Role"); role != 0) {
        next.role = static_cast<int>(role);
        next.tokens_valid_from = call.world.now();
    }
    **user = next;
    return json_answer(render_user(next));
}

Answer update_password(Call& call) {
    if (auto refused = limit_logins(call.world)) return *refused;
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    if (!call.caller.is_administrator() && call.caller.id != *id)
        return problem(403, "Permission denied to update user", "Unauthorized");
    const auto body = Body::read(call.request, password_payload);
    if (!body) return body.error();
    if (body->text("Password").empty()) return invalid_payload("Invalid current password");
    if (body->text("NewPassword").empty()) return invalid_payload("Invalid new password");
    const auto user = routed_user(call);
    if (!user) return user.error();
    if (body->text("Password") != (*user)->password) return wrong_password("Current password doesn't match");
    if (!is_strong(body->text("NewPassword")))
        return problem(400, "Password does not meet the minimum strength requirements");
    (*user)->password = body->text("NewPassword");
    (*user)->tokens_valid_from = call.world.now();
    return empty_answer(204);
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
    const auto administrators =
        std::ranges::count_if(call.world.users, [](const User& other) { return other.role == administrator; });
    if ((*user)->role == administrator && administrators < 2) {
        return problem(500, "Cannot remove local administrator user",
                       "Cannot remove the last local administrator account");
    }
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
    const auto body = Body::read(call.request, token_payload);
    if (!body) return body.error();
    const std::string description = body->text("description");
    if (description.empty()) return invalid_payload("Invalid description: cannot be empty");
    if (mooring::trim(description).empty())
        return invalid_payload("Invalid description: cannot contain only whitespaces");
    if (description.size() >= 128) return invalid_payload("Invalid description: cannot be longer than 128 characters");
    const auto id = route_id(call, 0, "user identifier");
    if (!id) return id.error();
    if (*id != call.caller.id) return problem(403, "Permission denied to create user access token", "Unauthorized");
    const auto user = routed_user(call);
    if (!user) return user.error();
    if (body->text("password").empty()) return invalid_payload("Invalid password: cannot be empty");
    if (body->text("password") != (*user)->password) return wrong_password("Current password doesn't match");
    const Token& token = call.world.add_token((*user)->id, description);
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

Answer create_first_administrator(Call& call) {
    const auto body = Body::read(call.request, user_payload);
    if (!body) return body.error();
    if (body->text("Username").empty() || body->text("Username").find(' ') != std::string::npos)
        return invalid_payload("Invalid username. Must not contain any whitespace");
    if (body->text("Password").empty()) return invalid_payload("Invalid password");
    return problem(409, "Unable to create administrator user", "An administrator user already exists");
}

constexpr std::array users_table{
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
    Route{"PUT", "/api/users/{}/passwd", Auth::user, update_password},
    Route{"DELETE", "/api/users/{}/tokens/{}", Auth::user, delete_token},
};

} // namespace

std::span<const Route> user_routes() { return users_table; }

} // namespace portainer_double
