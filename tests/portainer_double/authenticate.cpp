#include "portainer_double/authenticate.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace portainer_double {
namespace {

// The key, and nullopt for none: an empty header is none, an empty query parameter is a wrong one.
std::optional<std::string> key_of(const Request& request) {
    if (const auto header = request.header("x-api-key"); !header.empty()) return std::string(header);
    for (const auto& [name, value] : request.query) {
        if (mooring::to_lower(name) == "x-api-key") return value;
    }
    return std::nullopt;
}

// Of a query parameter, or of the header with or without "Bearer ".
std::string session_of(const Request& request) {
    if (const auto token = request.parameter("token"); !token.empty()) return std::string(token);
    std::string_view authorization = request.header("authorization");
    if (authorization.starts_with("Bearer ")) authorization.remove_prefix(7);
    return std::string(authorization);
}

// A session from before its user's password or role changed is void.
const User* user_of_session(World& world, const std::string& token) {
    const auto session = world.sessions.find(token);
    if (session == world.sessions.end()) return nullptr;
    const User* user = world.find_user(session->second.user);
    return user == nullptr || user->tokens_valid_from > session->second.issued ? nullptr : user;
}

Answer unauthorised(std::string_view message) { return problem(401, message, "Unauthorized"); }

bool foreign_origin(const Request& request) {
    const std::string_view origin = request.header("origin");
    const std::string_view site = request.header("sec-fetch-site");
    if (!site.empty()) return site != "same-origin" && site != "none";
    if (origin.empty()) return false;
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host");
}

} // namespace

std::optional<Answer> refuse_headers(const World& world, const Request& request) {
    const bool both = !request.header("x-api-key").empty() && !request.header("authorization").empty();
    if (both && world.rules().both_headers_forbidden) {
        return problem(403, "api key and auth header are not allowed at the same time");
    }
    const bool reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
    if (!reads && world.rules().checks_origin && foreign_origin(request)) {
        return text_answer(403, "text/plain; charset=utf-8", "Forbidden\n");
    }
    return std::nullopt;
}

Caller caller_of(const World& world, const User& user) {
    return {.id = user.id, .name = user.name, .role = user.role, .teams = world.teams_of(user.id), .by_token = false};
}

std::expected<Caller, Answer> authenticate(World& world, const Request& request) {
    const auto key = key_of(request);
    const std::string session = session_of(request);
    if (!request.header("x-api-key").empty() && !request.header("authorization").empty()) {
        return std::unexpected(unauthorised("API key and auth header are not allowed at the same time"));
    }
    if (!key && session.empty()) return std::unexpected(unauthorised("A valid authorization token is missing"));
    const User* user = nullptr;
    if (key) {
        const auto token = std::ranges::find_if(world.tokens, [&](const Token& t) { return t.raw == *key; });
        if (token != world.tokens.end()) {
            token->last_used = world.now();
            user = world.find_user(token->user);
        }
    } else {
        user = user_of_session(world, session);
    }
    if (user == nullptr) return std::unexpected(unauthorised("Invalid JWT token"));
    Caller caller = caller_of(world, *user);
    caller.by_token = session.empty();
    return caller;
}

std::optional<Answer> limit_logins(World& world) {
    if (!world.rate_limited) return std::nullopt;
    const UnixSeconds now = world.now();
    std::erase_if(world.recent_logins, [&](UnixSeconds at) { return at + 10 <= now; });
    if (now < world.banned_until) return problem(403, "Access denied", "Access denied to resource");
    world.recent_logins.push_back(now);
    if (world.recent_logins.size() <= 10) return std::nullopt;
    world.banned_until = now + 3600;
    return problem(403, "Access denied", "Access denied to resource");
}

} // namespace portainer_double
