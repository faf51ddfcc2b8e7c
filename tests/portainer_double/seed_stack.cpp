#include "portainer_double/deploy.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/seed.hpp"
#include "portainer_double/seed_json.hpp"

#include <algorithm>
#include <utility>

namespace portainer_double {
namespace {

void seed_access(World& world, const Stack& stack, const Json& access, const User& creator) {
    if (stack.type == kubernetes_stack || (access.is_string() && access == "none")) return;
    ResourceControl& control = world.add_control(stack, creator);
    if (access.is_null()) return;
    control.users.clear();
    control.administrators_only = access.is_string() && access == "administrators";
    control.open = access.is_string() && access == "public";
    if (!access.is_object()) return;
    for (const Json& user : list(access, "users")) control.users.push_back(user_id(world, user));
    for (const Json& team : list(access, "teams")) control.teams.push_back(team_id(world, team));
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
        if (world.rules().generation == Generation::background) join_source(world, *stack.git);
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
    if (stopped) return;
    Stack running = stack;
    running.file = text(seed, "runs", stack.file);
    running.file_lost = false;
    const bool reachable = std::exchange(world.registry_reachable, true);
    const auto then = std::min(world.now(), stack.updated != 0 ? stack.updated : stack.created);
    const auto clock =
        std::exchange(world.fixed_clock, then - world.clock_offset); // its containers are as old as its last deployment
    DeployRequest request;
    request.by = world.find_user(stack.created_by) != nullptr ? world.find_user(stack.created_by)->id : 1;
    if (stack.git) request.source = "git";
    deploy(world, running, request);
    world.fixed_clock = clock;
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

} // namespace portainer_double
