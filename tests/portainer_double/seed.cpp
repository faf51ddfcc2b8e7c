#include "portainer_double/seed.hpp"

#include "portainer_double/host.hpp"
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/seed_json.hpp"

namespace portainer_double {

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
    if (is_kubernetes(*environment)) {
        environment->container_engine.clear();
        if (!seed.contains("url")) environment->url = "https://kubernetes-" + std::to_string(id) + ".default.svc";
        seed_cluster(world, *environment, seed);
    }
    environment->group = number<Id>(seed, "group", 1);
    environment->status = number(seed, "status", 1);
    for (const Json& tag : list(seed, "tags")) environment->tags.push_back(tag.get<Id>());
    for (const Json& user : list(seed, "users")) environment->users.emplace(user_id(world, user), 0);
    for (const Json& team : list(seed, "teams")) environment->teams.emplace(team_id(world, team), 0);
    if (seed.contains("stackManagement"))
        environment->security["allowStackManagementForRegularUsers"] = seed["stackManagement"].get<bool>();
    for (const auto& [setting, value] : entries(seed, "security")) environment->security[setting] = value.get<bool>();
    Host& host = world.host_of(*environment);
    host.reachable = seed.value("reachable", true);
    if (seed.value("swarm", false)) make_swarm(world, host, text(seed, "swarmId"));
}

void apply_seed(World& world, const std::string& seed_text) {
    const Json seed = Json::parse(seed_text, nullptr, false);
    if (!seed.is_object()) wrong("not a JSON object");
    try {
        if (seed.contains("instanceId")) world.instance_id = text(seed, "instanceId");
        if (seed.contains("clock")) world.fixed_clock = seed["clock"].get<UnixSeconds>();
        world.registry_reachable = seed.value("registryReachable", true);
        world.rate_limited = seed.value("rateLimited", false);
        world.hides_git_sources = seed.value("hidesGitSources", world.hides_git_sources);
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
