#include "portainer_double/seed.hpp"

#include "portainer_double/deploy.hpp"
#include "portainer_double/host.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace portainer_double {
namespace {

[[noreturn]] void wrong(const std::string& what) { throw std::runtime_error("seed: " + what); }

std::string text(const Json& object, const char* key, const std::string& otherwise = {}) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : otherwise;
}

template <typename Value>
Value number(const Json& object, const char* key, Value otherwise) {
    const auto at = object.find(key);
    return at != object.end() && at->is_number() ? at->get<Value>() : otherwise;
}

Json list(const Json& object, const char* key) {
    const auto at = object.find(key);
    return at == object.end() ? Json::array() : *at;
}

std::map<std::string, Json> entries(const Json& object, const char* key) {
    std::map<std::string, Json> result;
    const auto at = object.find(key);
    if (at == object.end()) return result;
    for (const auto& [name, value] : at->items()) result.emplace(name, value);
    return result;
}

// An explicit id, which also moves the counter past it; otherwise the next one.
Id chosen_id(World& world, const std::string& bucket, const Json& seed) {
    const Id wanted = number<Id>(seed, "id", 0);
    if (wanted == 0) return world.take_id(bucket);
    world.next_ids[bucket] = std::max(world.next_ids[bucket], wanted);
    return wanted;
}

Id user_id(World& world, const Json& name) {
    if (name.is_number_integer()) return name.get<Id>();
    const User* user = world.find_user(name.get<std::string>());
    if (user == nullptr) wrong("no user " + name.dump());
    return user->id;
}

Id team_id(World& world, const Json& name) {
    if (name.is_number_integer()) return name.get<Id>();
    const auto at =
        std::ranges::find_if(world.teams, [&](const Team& team) { return team.name == name.get<std::string>(); });
    if (at == world.teams.end()) wrong("no team " + name.dump());
    return at->id;
}

Id environment_id(World& world, const Json& name) {
    if (name.is_null()) return 1;
    if (name.is_number_integer()) return name.get<Id>(); // may be gone: an orphan
    const Environment* environment = world.find_environment(name.get<std::string>());
    if (environment == nullptr) wrong("no environment " + name.dump());
    return environment->id;
}

void seed_access(World& world, const Stack& stack, const Json& access, const User& creator) {
    if (stack.type == kubernetes_stack || (access.is_string() && access == "none")) return;
    ResourceControl& control = world.add_control(stack, creator);
    if (access.is_null()) return;
    control.users.clear();
    control.administrators_only = access.is_string() && access == "administrators";
    control.open = access.is_string() && access == "public";
    if (!access.is_object()) return;
    for (const Json& user : list(access, "users")) control.users.insert(user_id(world, user));
    for (const Json& team : list(access, "teams")) control.teams.insert(team_id(world, team));
}

std::optional<std::vector<EnvVar>> seed_env(const Json& env) {
    if (env.is_null()) return std::nullopt;
    std::vector<EnvVar> result;
    if (env.is_array()) {
        for (const Json& item : env) result.push_back({.name = text(item, "name"), .value = text(item, "value")});
    } else {
        for (const auto& [name, value] : env.items())
            result.push_back({.name = name, .value = value.get<std::string>()});
    }
    return result;
}

void seed_git(World& world, Stack& stack, const Json& seed) {
    if (seed.contains("git")) {
        const Json& git = seed["git"];
        stack.git = GitConfig{.url = text(git, "url"),
                              .reference = text(git, "reference"),
                              .path = text(git, "path", "docker-compose.yml"),
                              .commit = text(git, "commit", world.take_hash().substr(0, 40)),
                              .deployed_reference = text(git, "reference"),
                              .username = text(git, "username"),
                              .authentication = git.contains("username"),
                              .skip_verify = git.value("skipVerify", false)};
        stack.entry_point = stack.git->path;
        stack.git_settings_ahead = git.value("settingsAhead", false);
    }
    if (!seed.contains("autoUpdate")) return;
    const Json& update = seed["autoUpdate"];
    stack.auto_update = AutoUpdate{.interval = text(update, "interval"),
                                   .webhook = text(update, "webhook"),
                                   .job_id = text(update, "jobId", std::to_string(world.take_id("jobs")))};
}

void seed_deployments(const World& world, Stack& stack, const Json& seed) {
    for (const Json& step : list(seed, "deploymentStatus")) {
        stack.deployments.push_back({.status = number(step, "status", active),
                                     .time = number<UnixSeconds>(step, "time", world.now()),
                                     .message = text(step, "message")});
    }
    if (!stack.deployments.empty() || world.rules().generation != Generation::background) return;
    stack.deployments.push_back(
        {.status = deploying, .time = stack.updated != 0 ? stack.updated : stack.created, .message = {}});
    stack.deployments.push_back({.status = stack.status, .time = stack.deployments.back().time, .message = {}});
}

int status_of(const Json& seed) {
    const auto at = seed.find("status");
    if (at == seed.end()) return active;
    if (at->is_number_integer()) return at->get<int>();
    if (*at == "active") return active;
    if (*at == "inactive") return inactive;
    if (*at == "deploying") return deploying;
    if (*at == "failed") return failed;
    wrong("unknown status " + at->dump());
}

int type_of(const Json& seed) {
    const std::string type = text(seed, "type", "standalone");
    if (type == "swarm") return swarm_stack;
    if (type == "standalone") return compose_stack;
    if (type == "kubernetes") return kubernetes_stack;
    wrong("unknown type " + type);
}

// What runs: the file brought up, unless the stack is stopped, its "runs" names another file, or is false.
void seed_runtime(World& world, const Stack& stack, const Json& seed) {
    const bool stopped = stack.status == inactive || (seed.contains("runs") && seed["runs"] == false);
    if (stopped || stack.type == kubernetes_stack) return;
    Stack running = stack;
    running.file = text(seed, "runs", stack.file);
    running.file_lost = false;
    const bool reachable = std::exchange(world.registry_reachable, true);
    deploy(world, running, {});
    world.registry_reachable = reachable;
    if (!seed.contains("containers")) return;
    for (const auto& [service, change] : seed["containers"].items()) {
        Json one = change;
        one["environment"] = stack.environment;
        one["project"] = project_name(stack);
        one["service"] = service;
        set_container_state(world, one);
    }
}

} // namespace

void seed_user(World& world, const Json& seed) {
    const std::string name = text(seed, "username", text(seed, "name"));
    if (name.empty()) wrong("a user without username");
    User* user = world.find_user(name);
    if (user == nullptr) {
        user = &world.users.emplace_back();
        user->id = chosen_id(world, "users", seed);
        user->name = name;
        user->role = standard_user;
    }
    const std::string role = text(seed, "role");
    if (!role.empty()) user->role = role == "administrator" ? administrator : standard_user;
    if (seed.contains("roleNumber")) user->role = seed["roleNumber"].get<int>(); // Business Edition's 3
    user->password = text(seed, "password", user->password);
    if (seed.contains("token")) world.add_token(user->id, "seed", text(seed, "token"));
}

void seed_team(World& world, const Json& seed) {
    const Id id = chosen_id(world, "teams", seed);
    world.teams.push_back({.id = id, .name = text(seed, "name")});
    for (const auto& [key, role] : {std::pair{"leaders", 1}, std::pair{"members", 2}}) {
        for (const Json& user : list(seed, key)) {
            world.memberships.push_back(
                {.id = world.take_id("memberships"), .user = user_id(world, user), .team = id, .role = role});
        }
    }
}

void seed_environment(World& world, const Json& seed) {
    const Id id = chosen_id(world, "endpoints", seed);
    Environment* environment = world.find_environment(id);
    if (environment == nullptr) {
        environment = &world.environments.emplace_back();
        environment->id = id;
        environment->url = text(seed, "url", "tcp://docker-" + std::to_string(id) + ":2375");
        environment->container_engine = "docker";
        environment->security = default_security(world.version);
    }
    environment->name = text(seed, "name", "environment-" + std::to_string(id));
    environment->type = number(seed, "type", 1);
    environment->group = number<Id>(seed, "group", 1);
    environment->status = number(seed, "status", 1);
    for (const Json& tag : list(seed, "tags")) environment->tags.push_back(tag.get<Id>());
    for (const Json& user : list(seed, "users")) environment->users.insert(user_id(world, user));
    for (const Json& team : list(seed, "teams")) environment->teams.insert(team_id(world, team));
    if (seed.contains("stackManagement"))
        environment->security["allowStackManagementForRegularUsers"] = seed["stackManagement"].get<bool>();
    for (const auto& [setting, value] : entries(seed, "security")) environment->security[setting] = value.get<bool>();
    Host& host = world.host_of(*environment);
    host.reachable = seed.value("reachable", true);
    if (seed.value("swarm", false)) make_swarm(world, host, text(seed, "swarmId"));
}

Stack& seed_stack(World& world, const Json& seed) {
    const User* creator = world.find_user(text(seed, "createdBy", "admin"));
    if (creator == nullptr) wrong("no user " + text(seed, "createdBy"));
    const Id id = chosen_id(world, "stacks", seed);
    Stack& stack = world.stacks[id];
    stack.id = id;
    stack.type = type_of(seed);
    const std::string name = text(seed, "name");
    stack.name = stack.type == kubernetes_stack || seed.value("exactName", false) ? name : normalise_name(name);
    stack.environment = environment_id(world, seed.value("environment", Json(nullptr)));
    stack.kubernetes_namespace = text(seed, "namespace");
    const Environment* environment = world.find_environment(stack.environment);
    if (stack.type == swarm_stack && environment != nullptr)
        stack.swarm_id = text(seed, "swarmId", world.host_of(*environment).swarm_id);
    stack.status = status_of(seed);
    stack.created = number<UnixSeconds>(seed, "creationDate", world.now() - 86400);
    stack.updated = number<UnixSeconds>(seed, "updateDate", 0);
    stack.created_by = creator->name;
    stack.updated_by = text(seed, "updatedBy");
    stack.env = seed_env(seed.value("env", Json::array()));
    stack.file = text(seed, "file", "services:\n  web:\n    image: local/web:1.0\n");
    stack.file_lost = seed.value("fileLost", false);
    seed_git(world, stack, seed);
    seed_deployments(world, stack, seed);
    seed_access(world, stack, seed.value("access", Json(nullptr)), *creator);
    seed_runtime(world, stack, seed);
    return stack;
}

void apply_seed(World& world, const std::string& seed_text) {
    const Json seed = Json::parse(seed_text, nullptr, false);
    if (!seed.is_object()) wrong("not a JSON object");
    try {
        if (seed.contains("instanceId")) world.instance_id = text(seed, "instanceId");
        if (seed.contains("clock")) world.fixed_clock = seed["clock"].get<UnixSeconds>();
        world.registry_reachable = seed.value("registryReachable", true);
        world.rate_limited = seed.value("rateLimited", false);
        if (seed.contains("settle")) {
            const Json& settle = seed["settle"];
            world.settle.when = settle.is_string() ? Settle::When::manually : Settle::When::after_reads;
            if (settle.is_number_integer()) world.settle.reads = settle.get<int>();
        }
        for (const Json& user : list(seed, "users")) seed_user(world, user);
        for (const Json& team : list(seed, "teams")) seed_team(world, team);
        for (const Json& environment : list(seed, "environments")) seed_environment(world, environment);
        for (const Json& stack : list(seed, "stacks")) seed_stack(world, stack);
        for (const Json& container : list(seed, "containers")) seed_container(world, container);
        if (seed.contains("generate")) generate_stacks(world, seed["generate"]);
        for (const auto& [bucket, id] : entries(seed, "nextIds")) world.next_ids[bucket] = id.get<Id>() - 1;
        for (const Json& id : list(seed, "deleteEnvironments")) world.remove_environment(environment_id(world, id));
        for (const Json& user : list(seed, "deleteUsers")) world.remove_user(user_id(world, user));
    } catch (const Json::exception& error) {
        wrong(error.what());
    }
}

} // namespace portainer_double
