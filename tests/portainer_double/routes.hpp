// The table of Portainer's routes and what their handlers share.
#pragma once

#include "portainer_double/access.hpp"
#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

struct Call {
    World& world;
    const Request& request;
    Caller caller;
    std::vector<std::string> parameters; // the {}s of the pattern, in order, decoded
};

enum class Auth { open, user, team_leaders, administrators };

struct Route {
    std::string_view method;  // "*" for any
    std::string_view pattern; // "/api/stacks/{}"; a final "*" takes the rest of the path
    Auth auth;
    Answer (*handle)(Call&);
    std::optional<Version> until = std::nullopt; // the last version that has it
};

std::span<const Route> system_routes();
std::span<const Route> user_routes();
std::span<const Route> team_routes();
std::span<const Route> environment_routes();
std::span<const Route> group_routes();
std::span<const Route> stack_read_routes();
std::span<const Route> stack_create_routes();
std::span<const Route> stack_write_routes();
std::span<const Route> stack_state_routes();
std::span<const Route> stack_move_routes();
std::span<const Route> git_routes();
std::span<const Route> control_routes();
std::span<const Route> docker_routes();
std::span<const Route> kube_routes();
std::span<const Route> kube_own_routes();

// The answer of the API port to one request: routing, authentication, handler.
Answer answer_api(World& world, const Request& request);

// A numeric part of the path; the 400 of Go's parser otherwise ("Invalid stack identifier route variable").
std::expected<Id, Answer> route_id(const Call& call, std::size_t index, std::string_view what);
// A numeric query parameter; the 400 of a missing or unreadable one.
std::expected<Id, Answer> query_id(const Call& call, const std::string& name);
// 0 if it is left out; the 400 of an unreadable one.
std::expected<Id, Answer> optional_query_id(const Call& call, const std::string& name);
// 404 "Object not found inside the database (bucket=B, key=N)".
Answer not_in_bucket(std::string_view message, std::string_view bucket, Id id);
// The 500 of an environment that a list is asked to go by.
Answer internal_not_in_bucket(std::string_view message, Id environment);

constexpr std::string_view no_environment_message =
    "Unable to find an environment with the specified identifier inside the database";
constexpr std::string_view no_stack_message =
    "Unable to find a stack with the specified identifier inside the database";

Answer environment_denied();
Answer resource_denied();

// The stack of the path's id, or its 400 or 404.
std::expected<Stack*, Answer> routed_stack(Call& call);
// The answer of a write about a stack: 200 and the record, whose ResourceControl is null (portainer-api.md §10).
Answer written(Call& call, const Stack& stack);

} // namespace portainer_double
