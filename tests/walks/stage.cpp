#include "walks/stage.hpp"

#include "portainer_double/seed.hpp"
#include "walks/content.hpp"
#include "walks/stage_runs.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace mooring::walks {
namespace {

using Json = nlohmann::json;

constexpr int administrator_id = 1;
constexpr int reader_id = 2;
constexpr int other_id = 3;
constexpr int team_id = 1;
constexpr int tag_id = 1;

const char* word(Kind kind) {
    switch (kind) {
    case Kind::standalone:
        return "standalone";
    case Kind::swarm:
        return "swarm";
    default:
        return "kubernetes";
    }
}

Json access_of(Sharing sharing) {
    switch (sharing) {
    case Sharing::administrators:
        return "administrators";
    case Sharing::everyone:
        return "public";
    case Sharing::reader:
        return {{"users", {reader_id}}};
    case Sharing::team:
        return {{"teams", {team_id}}};
    case Sharing::others:
        return {{"users", {other_id}}};
    default:
        return "none";
    }
}

// Who enters a cluster enters its namespaces, unless they are closed.
Json namespaces_of(const Place& place, const State& state, const Json& seed) {
    const Json nobody{{"users", {other_id}}};
    Json namespaces = Json::object();
    for (const Stack& stack : state.stacks) {
        if (stack.kind == Kind::kubernetes && stack.place == place.id && !stack.space.empty())
            namespaces[stack.space] = place.closed ? nobody
                                                   : Json{{"users", seed.value("users", Json::array())},
                                                          {"teams", seed.value("teams", Json::array())}};
    }
    return namespaces;
}

Json place_json(const Place& place, const State& state) {
    Json seed{{"id", place.id},
              {"name", place.name},
              {"stackManagement", place.management},
              {"reachable", place.reachable},
              {"swarm", place.kind == Kind::swarm}};
    if (place.kind == Kind::kubernetes) {
        seed["type"] = 5;
        seed["manifest"] = definition_text;
    }
    if (place.tagged) seed["tags"] = {tag_id};
    if (place.open_to == Sharing::reader || place.open_to == Sharing::everyone) seed["users"] = {reader_id};
    if (place.open_to == Sharing::team) seed["teams"] = {team_id};
    if (place.open_to == Sharing::others) seed["users"] = {other_id};
    if (place.kind == Kind::kubernetes) seed["namespaces"] = namespaces_of(place, state, seed);
    return seed;
}

void add_status(const Stack& stack, const State& state, Json& seed) {
    switch (stack.status) {
    case Status::active:
        seed["status"] = "active";
        return;
    case Status::inactive:
        seed["status"] = "inactive";
        return;
    case Status::unknown:
        seed["status"] = 99;
        return;
    case Status::failed: // servers repeat values in their errors
        seed["status"] = "failed";
        seed["deploymentStatus"] = {
            {{"status", 4}, {"time", stack.updated}, {"message", "bad value " + secret_value("env", stack.env)}}};
        return;
    default:
        seed["status"] = "deploying";
        seed["deploymentStatus"] = {
            {{"status", 3}, {"time", state.clock - (stack.status == Status::stuck ? 7200 : 30)}}};
        return;
    }
}

Json stack_json(const Stack& stack, const State& state) {
    Json env{{"DB_PASSWORD", secret_value("env", stack.env)}};
    if (stack.env_extra) env["EXTRA"] = secret_value("extra", 0);
    if (stack.profile) env["COMPOSE_PROFILES"] = "debug";
    Json seed{{"id", stack.id},
              {"name", stack.name},
              {"environment", stack.place},
              {"type", word(stack.kind)},
              {"file", file_text(stack.kind, stack.content)},
              {"env", std::move(env)},
              {"access", access_of(stack.sharing)},
              {"creationDate", stack.created},
              {"updateDate", stack.updated},
              {"fileLost", stack.file_lost},
              {"namespace", stack.space}};
    if (stack.content.git) {
        seed["git"] = {{"url", "https://git.example.test/" + stack.name},
                       {"reference", fmt::format("refs/heads/v{}", stack.content.image)},
                       {"path", "compose.yaml"},
                       {"commit", "72e6c8a8"},
                       {"settingsAhead", stack.git_ahead}};
    }
    if (stack.polling != Polling::none) {
        const bool job = stack.polling == Polling::armed && stack.status == Status::active;
        seed["autoUpdate"] = {{"interval", stack.polling == Polling::webhook ? "" : "12h"},
                              {"webhook", stack.polling == Polling::webhook ? "0f3cd5a9" : ""},
                              {"jobId", job ? "7" : ""}};
    }
    add_status(stack, state, seed);
    if (find_place(state, stack.place) != nullptr) add_runtime(stack, seed);
    return seed;
}

Json seed_of(const State& state) {
    Json seed{{"instanceId", fmt::format("00000000-0000-4000-8000-{:012}", state.database)},
              {"clock", state.clock},
              {"hidesGitSources", state.hides_git},
              {"users",
               {{{"username", "admin"}, {"token", administrator_token}},
                {{"username", "reader"}, {"id", reader_id}, {"role", state.administrator ? "administrator" : "user"}},
                {{"username", "other"}, {"id", other_id}, {"role", "user"}}}},
              {"teams", Json::array({{{"name", "web"}, {"id", team_id}}})},
              {"environments", Json::array()},
              {"stacks", Json::array()},
              {"containers", Json::array()},
              {"nextIds", {{"stacks", state.next_stack}}}};
    if (state.token) seed["users"][1]["token"] = reader_token;
    if (state.in_team) seed["teams"][0]["members"] = {reader_id};
    for (const Place& place : state.places) seed["environments"].push_back(place_json(place, state));
    for (const Stack& stack : state.stacks) seed["stacks"].push_back(stack_json(stack, state));
    add_containers(state, seed["containers"]);
    // A fresh server has an environment 1 of its own.
    if (find_place(state, 1) == nullptr) seed["deleteEnvironments"] = {1};
    return seed;
}

portainer_double::Fault fault_of(const Disturbance& disturbance) {
    using portainer_double::FaultKind;
    portainer_double::Fault fault{.path_prefix = disturbance.prefix,
                                  .path_suffix = disturbance.suffix,
                                  .skip = disturbance.skip,
                                  .times = disturbance.times};
    const auto answers = [&](int status, const char* type, const char* body) {
        fault.status = status;
        fault.content_type = type;
        fault.body = body;
    };
    const std::string& kind = disturbance.kind;
    if (kind == "drop") {
        fault.kind = FaultKind::drop;
    } else if (kind == "truncate") {
        fault.kind = FaultKind::truncate;
        fault.bytes = 7;
    } else if (kind == "redirect") {
        fault.kind = FaultKind::init_timeout;
    } else if (kind == "content_type") {
        fault.kind = FaultKind::content_type;
        fault.content_type = "text/plain";
    } else if (kind == "html") {
        answers(200, "text/html", "<html><body>Log in</body></html>");
    } else if (kind == "half_json") {
        answers(200, "application/json", "[{\"Id\": 1, \"Name\": \"sh");
    } else if (kind == "twice") { // an administrator by the last of two roles, an empty list by the last of two values
        answers(200, "application/json", R"({"Id":2,"Username":"reader","Role":2,"Role":1,"Role":1})");
    } else if (kind == "not_found") { // a proxy's, not the API's
        answers(404, "text/plain", "404 page not found");
    } else if (kind == "throttle") {
        answers(429, "application/json", R"({"message":"slow down"})");
    } else if (kind != "bad_gateway") {
        throw std::runtime_error("no fault " + kind);
    }
    return fault;
}

} // namespace

void stage(portainer_double::Double& server, const World& world, const State& state) {
    const auto version = portainer_double::parse_version(world.version);
    if (!version) throw std::runtime_error("no version " + world.version);
    const std::string seed = seed_of(state).dump();
    const auto locked = server.world();
    const std::uint64_t revision = locked->revision;
    *locked = portainer_double::World(*version);
    locked->tags.push_back({.id = tag_id, .name = tag_name});
    apply_seed(*locked, seed);
    change_hosts(*locked, state);
    change_clusters(*locked, state);
    locked->revision = revision + 1;
}

void disturb(portainer_double::Double& server, const std::vector<Disturbance>& faults) {
    server.clear_faults();
    for (const Disturbance& fault : faults) {
        if (fault.kind != "refused") server.add_fault(fault_of(fault)); // that one nobody answers
    }
}

} // namespace mooring::walks
