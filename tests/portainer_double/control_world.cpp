#include "portainer_double/control_routes.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/held.hpp"
#include "portainer_double/host.hpp"
#include "portainer_double/seed.hpp"
#include "portainer_double/settle.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace portainer_double {
namespace {

Answer done() { return json_answer({{"ok", true}}); }

// "new": another InstanceID, nothing in it. "backup": the same InstanceID, ids counted back, what came after `stack`
// gone.
Answer change_database(Service& service, const Json& in) {
    World& world = service.world;
    const std::string kind = in.value("kind", "");
    if (kind == "new") {
        world.new_database();
        if (in.contains("seed")) apply_seed(world, in["seed"].dump());
        return done();
    }
    if (kind == "instance") { // the same records under another InstanceID
        world.instance_id = in.value("instanceId", "00000000-0000-4000-8000-000000000000");
        return done();
    }
    if (kind != "backup") throw std::runtime_error("kind is new, instance or backup");
    const Id last = in.value("stack", Id{0});
    std::vector<Id> gone;
    for (const auto& [id, stack] : world.stacks) {
        if (id > last) gone.push_back(id);
    }
    for (const Id id : gone) world.remove_stack(id);
    world.next_ids["stacks"] = last;
    return done();
}

Answer change_clock(Service& service, const Json& in) {
    service.world.clock_offset = in.value("offset", service.world.clock_offset);
    if (in.contains("fixed")) service.world.fixed_clock = in["fixed"].get<UnixSeconds>();
    return done();
}

Answer settle(Service& service, const Json& in) {
    if (in.contains("policy")) {
        const Json& policy = in["policy"];
        service.world.settle.when = policy.is_string() ? Settle::When::manually : Settle::When::after_reads;
        if (policy.is_number_integer()) service.world.settle.reads = policy.get<int>();
        return done();
    }
    settle_deployments(service.world, in.value("stack", Id{0}), in.value("except", std::set<Id>{}));
    release_held(service.world, in.value("stack", Id{0}));
    return done();
}

Answer set_stack(Service& service, const Json& in) {
    Stack* stack = service.world.find_stack(in.value("id", Id{0}));
    if (stack == nullptr) throw std::runtime_error("no such stack");
    stack->status = in.value("status", stack->status);
    stack->name = in.value("name", stack->name);
    stack->environment = in.value("environment", stack->environment);
    stack->created = in.value("creationDate", stack->created);
    stack->updated = in.value("updateDate", stack->updated);
    stack->updated_by = in.value("updatedBy", stack->updated_by);
    stack->file = in.value("file", stack->file);
    stack->file_lost = in.value("fileLost", stack->file_lost);
    stack->git_settings_ahead = in.value("gitSettingsAhead", stack->git_settings_ahead);
    if (in.contains("message"))
        stack->deployments.push_back(
            {.status = stack->status, .time = service.world.now(), .message = in["message"].get<std::string>()});
    return done();
}

Answer remove(Service& service, const Json& in) {
    if (in.contains("stack")) service.world.remove_stack(in["stack"].get<Id>());
    if (in.contains("environment")) service.world.remove_environment(in["environment"].get<Id>());
    if (in.contains("user")) service.world.remove_user(in["user"].get<Id>());
    if (in.contains("token"))
        std::erase_if(service.world.tokens,
                      [&](const Token& token) { return token.raw == in["token"].get<std::string>(); });
    return done();
}

Answer change_user(Service& service, const Json& in) {
    seed_user(service.world, in);
    return done();
}

// {"environment":1,"users":[2],"teams":[]} or {"stack":7,"users":[],"public":false,"none":true}: access as it shall be.
Answer change_access(Service& service, const Json& in) {
    World& world = service.world;
    const auto users = in.value("users", std::vector<Id>{});
    const auto teams = in.value("teams", std::vector<Id>{});
    if (in.contains("environment")) {
        Environment* environment = world.find_environment(in["environment"].get<Id>());
        if (environment == nullptr) throw std::runtime_error("no such environment");
        environment->users.clear();
        environment->teams.clear();
        for (const Id user : users) environment->users.emplace(user, 0);
        for (const Id team : teams) environment->teams.emplace(team, 0);
        if (in.contains("stackManagement"))
            environment->security["allowStackManagementForRegularUsers"] = in["stackManagement"].get<bool>();
        return done();
    }
    const Stack* stack = world.find_stack(in.value("stack", Id{0}));
    if (stack == nullptr) throw std::runtime_error("no such stack");
    const std::string key = std::to_string(stack->environment) + "_" + stack->name;
    if (in.value("none", false)) {
        world.controls.erase(key);
        return done();
    }
    if (!world.controls.contains(key)) world.add_control(*stack, *world.find_user(Id{1}));
    ResourceControl& control = world.controls[key];
    control.users = users;
    control.teams = teams;
    control.open = in.value("public", false);
    control.administrators_only = in.value("administrators", false);
    return done();
}

Answer add_stack(Service& service, const Json& in) { return json_answer({{"id", seed_stack(service.world, in).id}}); }

Answer add_environment(Service& service, const Json& in) {
    seed_environment(service.world, in);
    return done();
}

Answer add_container(Service& service, const Json& in) {
    seed_container(service.world, in);
    return done();
}

Answer change_container(Service& service, const Json& in) {
    set_container_state(service.world, in);
    return done();
}

Answer change_host(Service& service, const Json& in) {
    Host& host = service.world.host(in.value("url", ""));
    host.reachable = in.value("reachable", host.reachable);
    if (in.value("swarm", false)) make_swarm(service.world, host, in.value("swarmId", ""));
    if (!in.value("swarm", true)) leave_swarm(host);
    return done();
}

Answer add_outcome(Service& service, const Json& in) {
    service.world.outcomes.push_back(
        {.stack = in.value("stack", ""), .error = in.value("error", ""), .times = in.value("times", 1)});
    return done();
}

Answer add_repository(Service& service, const Json& in) {
    auto& known = service.world.repositories;
    const std::string url = in.value("url", "");
    const auto at = std::ranges::find(known, url, &GitRepository::url);
    GitRepository& repository = at == known.end() ? known.emplace_back() : *at;
    repository.url = url;
    repository.references = in.value("references", std::map<std::string, std::string>{});
    repository.files = in.value("files", std::map<std::string, std::string>{});
    return done();
}

// The log-in limiter: on or off, or as if it had just been tripped.
Answer change_limiter(Service& service, const Json& in) {
    service.world.rate_limited = in.value("on", false) || in.value("banned", false);
    service.world.banned_until = in.value("banned", false) ? service.world.now() + 3600 : 0;
    return done();
}

Answer change_registry(Service& service, const Json& in) {
    service.world.registry_reachable = in.value("reachable", service.world.registry_reachable);
    for (const std::string& image : in.value("newer", std::vector<std::string>{}))
        service.world.newer_images.insert(familiar_name(image));
    return done();
}

// The id that the next record of a bucket gets, if it is free; "changed": it would have got another one.
Answer set_next_id(Service& service, const Json& in) {
    Id& last = service.world.next_ids[in.value("bucket", "")];
    const Id next = in.value("next", Id{0});
    const bool changed = next > 0 && last != next - 1;
    if (changed) last = next - 1;
    return json_answer({{"changed", changed}});
}

Answer show_version(Service& service, const Json& in) {
    service.world.shown_version = in.value("shown", service.world.shown_version);
    service.world.has_roles = in.value("roles", service.world.has_roles);
    service.world.hides_git_sources = in.value("hidesGitSources", service.world.hides_git_sources);
    return done();
}

// Creates that are sent at once: so many of the next do not see a record of their name.
Answer overlap_creates(Service& service, const Json& in) {
    service.world.unseen_creates = in.value("times", 1);
    return done();
}

// The interval of a stack's AutoUpdate has passed. 400 where nothing polls.
Answer poll(Service& service, const Json& in) {
    Stack* stack = service.world.find_stack(in.value("stack", Id{0}));
    const bool armed = stack != nullptr && stack->git && stack->auto_update && !stack->auto_update->job_id.empty();
    if (!armed) throw std::runtime_error("nothing polls for this stack");
    deploy_from_git(service.world, *stack);
    return done();
}

// A write waits for its own lock: none is answered any more until a restart.
Answer hang_writes(Service& service, const Json& in) {
    service.world.writes_hang = in.value("writes", true);
    return done();
}

// kill -9, and it is back.
Answer restart_server(Service& service, const Json&) {
    restart(service.world);
    return done();
}

constexpr std::array routes{
    ControlRoute{"POST", "/database", change_database},
    ControlRoute{"POST", "/clock", change_clock},
    ControlRoute{"POST", "/settle", settle},
    ControlRoute{"POST", "/stack", set_stack},
    ControlRoute{"POST", "/stacks", add_stack},
    ControlRoute{"POST", "/remove", remove},
    ControlRoute{"POST", "/users", change_user},
    ControlRoute{"POST", "/access", change_access},
    ControlRoute{"POST", "/environments", add_environment},
    ControlRoute{"POST", "/containers", add_container},
    ControlRoute{"POST", "/container", change_container},
    ControlRoute{"POST", "/hosts", change_host},
    ControlRoute{"POST", "/outcomes", add_outcome},
    ControlRoute{"POST", "/repositories", add_repository},
    ControlRoute{"POST", "/registry", change_registry},
    ControlRoute{"POST", "/limiter", change_limiter},
    ControlRoute{"POST", "/ids", set_next_id},
    ControlRoute{"POST", "/version", show_version},
    ControlRoute{"POST", "/overlap", overlap_creates},
    ControlRoute{"POST", "/poll", poll},
    ControlRoute{"POST", "/hang", hang_writes},
    ControlRoute{"POST", "/restart", restart_server},
};

} // namespace

std::span<const ControlRoute> world_routes() { return routes; }

} // namespace portainer_double
