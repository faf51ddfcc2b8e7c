#include "unit/match/world.hpp"

namespace mooring::match::test {

Reply reply(Call call, Outcome outcome, int status, std::string target, std::string message) {
    Reply made;
    made.call = call;
    made.outcome = outcome;
    made.status = status;
    made.target = std::move(target);
    made.message = std::move(message);
    made.server_date = noon;
    return made;
}

Reply ok(Call call, std::string target) { return reply(call, Outcome::ok, 200, std::move(target)); }

Reply denied(Call call, Cause cause, std::string target) {
    Reply made = reply(call, Outcome::denied, 403, std::move(target), "Access denied to resource");
    made.cause = cause;
    return made;
}

Reply stack_gone(std::string target) {
    return reply(Call::stack, Outcome::stack_gone, 404, std::move(target),
                 "Unable to find a stack with the specified identifier inside the database");
}

Reply environment_gone(std::string target) {
    return reply(Call::environment, Outcome::environment_gone, 404, std::move(target),
                 "Unable to find an environment with the specified identifier inside the database");
}

Reply unavailable(Call call, std::string target) {
    Reply made = reply(call, Outcome::unavailable, 502, std::move(target), "Bad Gateway");
    made.failure = Failure::refused;
    return made;
}

StackRecord record(StackId id, std::string name, EnvironmentId environment) {
    StackRecord made;
    made.id = id;
    made.name = std::move(name);
    made.type = StackType::standalone;
    made.environment = environment;
    made.status = static_cast<std::int64_t>(StackStatus::active);
    made.created_at = noon - 86400 - id;
    return made;
}

RememberedStack remembered(StackId id, std::string name, EnvironmentId environment) {
    return {.id = id,
            .environment_id = environment,
            .environment_name = environment == production ? "production" : "staging",
            .name = std::move(name),
            .created_at = noon - 86400 - id,
            .seen_at = noon - 3600,
            .namespace_ = {}};
}

compose::ProjectFacts one_service(const std::string& service) {
    compose::ServiceFacts facts;
    facts.name = service;
    facts.image = "local/web:1.0";
    facts.replicas = 1;
    facts.uses_default_network = true;
    compose::ProjectFacts project;
    project.services.push_back(facts);
    project.has_default_network = true;
    return project;
}

Container running_container(std::string project, std::string service) {
    Container made;
    made.name = project + "-" + service + "-1";
    made.project = std::move(project);
    made.service = std::move(service);
    made.number = 1;
    made.image = "local/web:1.0";
    made.state = "running";
    made.status = "Up 5 minutes";
    return made;
}

DesiredStack desired(std::string name) {
    DesiredStack stack;
    stack.name = std::move(name);
    stack.server = "main";
    stack.environment = EnvironmentRef{.id = std::nullopt, .name = "production"};
    stack.source = DesiredContent{.text = "services: {web: {image: 'local/web:1.0'}}\n", .file = "web/compose.yaml"};
    stack.where = {.file = "manifests/web.yaml", .line = 1, .column = 1};
    return stack;
}

Row World::row() const {
    Row made;
    made.stack = &stack;
    if (const auto* environment = std::get_if<EnvironmentRef>(&stack.environment)) made.environment = *environment;
    return made;
}

void World::role(std::int64_t role) {
    const Identity identity{.id = 2, .username = role == 1 ? "admin" : "alice", .role = role};
    server.identity_before = answered(Call::identity, "/api/users/me", identity);
    server.identity_after = server.identity_before;
    server.identity_after_again = server.identity_before;
}

void World::list(std::vector<StackRecord> records) {
    server.list = answered(Call::stacks, "/api/stacks", std::move(records));
}

void World::list_again(std::vector<StackRecord> records) {
    server.list_again = answered(Call::stacks, "/api/stacks", std::move(records));
    facts.round = 2;
}

void World::remember(RememberedStack memory) {
    server.has_memory = true;
    server.memory.environments.try_emplace(memory.environment_id, memory.environment_name);
    server.memory.stacks[memory.id] = std::move(memory);
}

void World::by_id(StackRecord record) {
    const std::string target = "/api/stacks/" + std::to_string(record.id);
    facts.by_id = answered(Call::stack, target, std::move(record));
}

void World::by_id(Reply reply) { facts.by_id = {.reply = std::move(reply), .value = std::nullopt}; }

void World::environment(EnvironmentId id, Reply reply) {
    std::erase_if(*server.environments.value, [&](const Environment& known) { return known.id == id; });
    server.environments_by_id[id] = {.reply = std::move(reply), .value = std::nullopt};
}

void World::hide_environments() { server.environments.value->clear(); }

void World::file_equal() {
    ContentFacts content;
    content.equal_bytes = true;
    content.actual = one_service();
    facts.file = answered(Call::stack_file, "/api/stacks/12/file", std::move(content));
}

void World::file(Reply reply) { facts.file = {.reply = std::move(reply), .value = std::nullopt}; }

void World::runs(std::vector<Container> containers, EnvironmentId environment) {
    server.runtime[environment].containers =
        answered(Call::docker_list, "/api/endpoints/" + std::to_string(environment) + "/docker/containers/json?all=1",
                 std::move(containers));
}

void World::runs(Reply reply, EnvironmentId environment) {
    server.runtime[environment].containers = {.reply = std::move(reply), .value = std::nullopt};
}

void World::probe(DockerKind kind, const std::string& name, Outcome outcome, const std::string& service) {
    const std::string target = "/api/endpoints/4/docker/" + std::string(to_string(kind)) + "s/" + name;
    Reply made = reply(Call::docker_object, outcome, 404, target);
    if (outcome == Outcome::ok) made.status = 200;
    if (outcome == Outcome::unavailable) made.status = 502;
    if (outcome == Outcome::denied) made = denied(Call::docker_object, Cause::name_taken, target);
    facts.probes.push_back({.kind = kind, .name = name, .service = service, .reply = std::move(made)});
}

void World::container(const std::string& name, Reply reply) {
    facts.container_probes.push_back(
        {.kind = DockerKind::container, .name = name, .service = "web", .reply = std::move(reply)});
}

World administrator() {
    World world;
    world.server.name = "main";
    world.server.now = noon;
    world.server.status =
        answered(Call::status, "/api/system/status", ServerStatus{.version = "2.43.0", .instance_id = "database-1"});
    world.server.environments = answered(
        Call::environments, "/api/endpoints?excludeSnapshots=true",
        std::vector<Environment>{{.id = production, .name = "production"}, {.id = staging, .name = "staging"}});
    world.facts.desired = one_service();
    world.role(1);
    world.list({});
    return world;
}

World user() {
    World world = administrator();
    world.role(2);
    return world;
}

World in_sync(World world) {
    world.list({record(12)});
    world.file_equal();
    world.runs({running_container()});
    return world;
}

} // namespace mooring::match::test
