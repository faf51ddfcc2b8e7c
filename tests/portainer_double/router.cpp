#include "portainer_double/routes.hpp"

#include "base/text.hpp"
#include "portainer_double/authenticate.hpp"
#include "portainer_double/settle.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <optional>

namespace portainer_double {
namespace {

using Parts = std::vector<std::string_view>;

// True if the pattern fits; `found` then holds its {}s and *. Walks the pattern in place: this runs for every route.
bool match(std::string_view pattern, const Parts& parts, std::vector<std::string>& found) {
    found.clear();
    for (std::size_t i = 0;; ++i) {
        const std::size_t slash = pattern.find('/');
        const std::string_view wanted = pattern.substr(0, slash);
        if (wanted == "*") {
            std::string rest;
            for (; i < parts.size(); ++i) rest += "/" + std::string(parts[i]);
            found.push_back(rest);
            return true;
        }
        if (i >= parts.size()) return false;
        if (wanted == "{}") {
            if (parts[i].empty()) return false;
            found.push_back(percent_decode(parts[i], false));
        } else if (wanted != parts[i]) {
            return false;
        }
        if (slash == std::string_view::npos) return i + 1 == parts.size();
        pattern.remove_prefix(slash + 1);
    }
}

struct Routed {
    const Route* route = nullptr;
    std::vector<std::string> parameters;
    bool path_known = false; // another method would have fitted
};

Routed find_route(const World& world, const Request& request) {
    Routed routed;
    const Parts parts = mooring::split(request.path, '/');
    for (const auto routes :
         {system_routes(), user_routes(), team_routes(), environment_routes(), group_routes(), stack_read_routes(),
          stack_create_routes(), stack_write_routes(), stack_state_routes(), stack_move_routes(), git_routes(),
          control_routes(), docker_routes(), kube_routes(), kube_own_routes()}) {
        for (const Route& route : routes) {
            if (!match(route.pattern, parts, routed.parameters)) continue;
            routed.path_known = true;
            if (route.method != "*" && route.method != request.method) continue;
            if (route.until && !(world.version <= *route.until)) continue;
            routed.route = &route;
            return routed;
        }
    }
    return routed;
}

bool passes(Auth auth, const Call& call) {
    if (call.caller.is_administrator() || auth == Auth::user) return true;
    return auth == Auth::team_leaders && leads_team(call.world, call.caller.id, 0);
}

Answer never_answered() {
    Answer answer;
    answer.hangs = true;
    return answer;
}

Answer outside_the_api(const Request& request) {
    if (request.path != "/" && request.path != "/index.html") return not_routed();
    return text_answer(
        200, "text/html; charset=utf-8",
        "<!doctype html><html><head><base href=\"/\"><title>Portainer</title></head><body></body></html>\n");
}

} // namespace

Answer answer_api(World& world, const Request& request) {
    if (!request.path.starts_with("/api")) return outside_the_api(request);
    if (auto refused = refuse_headers(world, request)) return *refused;
    const Routed routed = find_route(world, request);
    if (routed.route == nullptr) return routed.path_known ? empty_answer(405) : not_routed();
    if (request.method != "GET") ++world.revision;
    Call call{.world = world, .request = request, .caller = {}, .parameters = routed.parameters};
    if (routed.route->auth != Auth::open) {
        auto caller = authenticate(world, request);
        if (!caller) return caller.error();
        call.caller = *caller;
        if (!passes(routed.route->auth, call)) return problem(403, "Access denied", "Unauthorized");
    }
    if (world.writes_hang && request.method != "GET" && request.method != "HEAD") return never_answered();
    Answer answer = routed.route->handle(call);
    finish_reads(world);
    return answer;
}

std::expected<Id, Answer> route_id(const Call& call, std::size_t index, std::string_view what) {
    const std::string& text = call.parameters.at(index);
    Id id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error == std::errc{} && end == text.data() + text.size()) return id;
    const bool overflow = error == std::errc::result_out_of_range;
    const std::string reason = overflow ? "value out of range" : "invalid syntax";
    return std::unexpected(problem(400, "Invalid " + std::string(what) + " route variable",
                                   "Strconv.Atoi: parsing \"" + text + "\": " + reason));
}

std::expected<Id, Answer> query_id(const Call& call, const std::string& name) {
    const std::string_view text = call.request.parameter(name);
    const std::string message = "Invalid query parameter: " + name;
    if (text.empty()) return std::unexpected(problem(400, message, "Missing query parameter"));
    Id id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error == std::errc{} && end == text.data() + text.size()) return id;
    const bool overflow = error == std::errc::result_out_of_range;
    return std::unexpected(problem(400, message,
                                   "Strconv.Atoi: parsing \"" + std::string(text) +
                                       "\": " + (overflow ? "value out of range" : "invalid syntax")));
}

std::expected<Id, Answer> optional_query_id(const Call& call, const std::string& name) {
    return call.request.parameter(name).empty() ? std::expected<Id, Answer>(0) : query_id(call, name);
}

Answer not_in_bucket(std::string_view message, std::string_view bucket, Id id) {
    // A negative key is shown as the eight bytes of the number, none of which is text.
    std::string key = std::to_string(id);
    if (id < 0) {
        key.clear();
        for (int i = 0; i < 8; ++i) key += "\xEF\xBF\xBD";
    }
    return problem(404, message,
                   "Object not found inside the database (bucket=" + std::string(bucket) + ", key=" + key + ")");
}

Answer internal_not_in_bucket(std::string_view message, Id environment) {
    Answer answer = not_in_bucket(message, "endpoints", environment);
    answer.status = 500;
    return answer;
}

Answer environment_denied() {
    return problem(403, "Permission denied to access environment", "Access denied to environment");
}

Answer resource_denied() { return problem(403, "Access denied to resource"); }

std::expected<Stack*, Answer> routed_stack(Call& call) {
    const auto id = route_id(call, 0, "stack identifier");
    if (!id) return std::unexpected(id.error());
    Stack* stack = call.world.find_stack(*id);
    if (stack == nullptr) return std::unexpected(not_in_bucket(no_stack_message, "stacks", *id));
    return stack;
}

} // namespace portainer_double
