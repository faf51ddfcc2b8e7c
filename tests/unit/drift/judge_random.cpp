#include "unit/drift/judge_random.hpp"

#include <array>

namespace mooring::drift::test {
namespace {

constexpr EnvironmentId elsewhere = 9; // never listed

} // namespace

Cause RandomServer::cause() {
    constexpr std::array causes{Cause::environment, Cause::resource_control, Cause::stack_management_disabled,
                                Cause::role, Cause::unknown};
    return causes.at(below(causes.size()));
}

Reply RandomServer::refusal_or_failure(Call call, const std::string& target) {
    return chance(50) ? denied(call, cause(), target) : unavailable(call, target);
}

Answer<Environment> RandomServer::environment(EnvironmentId id) {
    const std::string target = "/api/endpoints/" + std::to_string(id);
    if (chance(30)) {
        const char* name = chance(80) ? "production" : "prod-eu";
        return answered(Call::environment, target, Environment{.id = id, .name = id == production ? name : "other"});
    }
    if (chance(40)) return {.reply = environment_gone(target), .value = std::nullopt};
    return {.reply = refusal_or_failure(Call::environment, target), .value = std::nullopt};
}

Answer<Identity> RandomServer::identity() {
    if (chance(4)) return {.reply = unavailable(Call::identity, "/api/users/me"), .value = std::nullopt};
    const std::int64_t role = chance(70) ? 1 : 2 + below(2);
    return answered(Call::identity, "/api/users/me", Identity{.id = 2, .username = "alice", .role = role});
}

StackRecord RandomServer::some_record() {
    constexpr std::array<StackId, 3> ids{12, 31, 40};
    constexpr std::array names{"web", "web", "WEB", "shop"};
    constexpr std::array<EnvironmentId, 5> places{production, production, production, staging, elsewhere};
    StackRecord made = record(ids.at(below(3)), names.at(below(4)), places.at(below(5)));
    if (chance(10)) made.created_at += 1;
    if (chance(10)) made.type = chance(50) ? StackType::swarm : StackType::kubernetes;
    if (chance(2)) made.type = std::nullopt;
    if (chance(5)) made.workflow_id = 7; // a Git stack whose source this token may not see
    if (made.type == StackType::kubernetes && chance(30)) made.name = "";
    constexpr std::array<std::int64_t, 5> states{2, 3, 4, 5, 99};
    if (chance(15)) made.status = states.at(below(5));
    if (made.status == 3 && chance(60)) made.updated_at = noon - 10;
    return made;
}

std::vector<StackRecord> RandomServer::some_list() {
    std::vector<StackRecord> records;
    if (chance(55)) records.push_back(some_record());
    if (chance(25)) records.push_back(some_record());
    return records;
}

void RandomServer::choose_stack(DesiredStack& stack) {
    if (chance(15)) stack.type = chance(50) ? StackType::swarm : StackType::kubernetes;
    if (chance(30)) stack.state = chance(60) ? DesiredState::running : DesiredState::stopped;
    stack.runtime = chance(75);
    if (chance(10)) stack.source = DesiredGit{.url = "https://git.example.test/a", .path = "compose.yaml"};
    if (chance(5)) stack.tie = StackTie{.id = 12, .created = record(12).created_at + (chance(50) ? 1 : 0)};
    if (chance(3)) stack.suspended = Suspension{.reason = "move", .owner = "web", .until = noon + 1};
    if (chance(4)) {
        DesiredEnv variable;
        variable.name = "KEY";
        variable.unreadable = "secrets/key: permission denied";
        stack.env = std::vector<DesiredEnv>{variable};
    }
    if (chance(6)) {
        stack.access =
            DesiredAccess{.kind = DesiredAccess::Kind::restricted, .users = {}, .teams = {{.id = {}, .name = "web"}}};
    }
    if (chance(30)) stack.environment = EnvironmentRef{.id = production, .name = ""};
    if (chance(8)) stack.environment = EnvironmentRef{.id = std::nullopt, .name = "prodution"};
}

void RandomServer::choose_places(World& world) {
    auto& listed = *world.server.environments.value;
    if (chance(45)) listed.erase(listed.begin());
    if (chance(5) && !listed.empty()) listed.front().name = "prod-eu";
    for (const EnvironmentId id : {production, elsewhere}) {
        const bool is_listed = !listed.empty() && listed.front().id == id;
        if (!is_listed && chance(90)) world.server.environments_by_id[id] = environment(id);
    }
    for (const EnvironmentId id : {production, staging}) {
        if (chance(80)) choose_runtime(world, id);
    }
    if (chance(80)) {
        world.server.teams = answered(Call::teams, "/api/teams", std::vector<NamedId>{{.id = 3, .name = "db"}});
        if (chance(50)) world.server.teams.value->push_back({.id = 4, .name = "web"});
    } else {
        world.server.teams = {.reply = refusal_or_failure(Call::teams, "/api/teams"), .value = std::nullopt};
    }
}

void RandomServer::choose_memory(World& world) {
    ServerMemory memory;
    memory.instance_id = chance(95) ? "database-1" : "database-2";
    if (chance(50)) memory.environments[production].name = "production";
    if (chance(70)) memory.stacks[12] = remembered(12);
    if (chance(20)) memory.stacks[31] = remembered(31);
    if (!memory.stacks.empty() && chance(10)) memory.stacks.begin()->second.older_dropped = true;
    if (chance(20))
        memory.absences.push_back(
            {.environment_id = production, .name = "web", .first_seen = noon - 60, .last_seen = noon - 60});
    if (chance(80)) believe_memory(world.server, memory);
}

void RandomServer::choose_runtime(World& world, EnvironmentId environment) {
    const std::string target = "/api/endpoints/" + std::to_string(environment) + "/docker/x";
    RuntimeFacts& runtime = world.server.runtime[environment];
    if (chance(20)) {
        runtime.containers = {.reply = refusal_or_failure(Call::docker_list, target), .value = std::nullopt};
        runtime.services = {.reply = runtime.containers.reply, .value = std::nullopt};
        if (chance(10)) runtime.containers.reply = environment_gone(target);
        return;
    }
    std::vector<Container> containers;
    if (chance(75)) containers.push_back(running_container());
    runtime.containers = answered(Call::docker_list, target, std::move(containers));
    runtime.services = answered(Call::docker_list, target, std::vector<SwarmService>{});
    runtime.tasks = answered(Call::docker_list, target, std::vector<SwarmTask>{});
}

World RandomServer::world() {
    World world = administrator();
    choose_stack(world.stack);
    world.server.identity_before = identity();
    if (!world.server.identity_before.value) world.role(1); // else nothing is judged
    world.server.identity_after = chance(90) ? world.server.identity_before : identity();
    world.server.identity_after_again = chance(90) ? world.server.identity_after : identity();
    world.list(some_list());
    choose_places(world);
    choose_memory(world);
    if (std::holds_alternative<DesiredGit>(world.stack.source)) world.facts.desired = std::nullopt;
    if (world.facts.desired && chance(5)) world.facts.desired->services[0].replicas = std::nullopt;
    if (world.facts.desired && chance(20)) world.facts.desired->volumes = {"web_data"};
    world.options.absence_in_two_runs = chance(20);
    const bool file_source = std::holds_alternative<DesiredContent>(world.stack.source);
    if (world.stack.type == StackType::kubernetes && file_source) choose_cluster(world);
    return world;
}

Answer<ContentFacts> RandomServer::file() {
    const std::string target = "/api/stacks/12/file";
    if (chance(70)) {
        ContentFacts content;
        content.equal_bytes = chance(70);
        content.skipped = content.equal_bytes && chance(20);
        if (chance(90)) content.actual = one_service();
        if (!content.equal_bytes && chance(60)) {
            content.changes.push_back({.plane = Plane::content, .path = "services.web.image"});
        }
        if (!content.equal_bytes && chance(20)) content.problem = "the server's file does not parse";
        return answered(Call::stack_file, target, std::move(content));
    }
    switch (below(6)) {
    case 0: {
        Reply gone = stack_gone(target);
        gone.call = Call::stack_file;
        return {.reply = gone, .value = std::nullopt};
    }
    case 1: {
        Reply gone = environment_gone(target);
        gone.call = Call::stack_file;
        return {.reply = gone, .value = std::nullopt};
    }
    case 2:
        return {.reply = reply(Call::stack_file, Outcome::file_lost, 500, target), .value = std::nullopt};
    case 3:
        return {.reply = reply(Call::stack_file, Outcome::settings_not_deployed, 409, target), .value = std::nullopt};
    case 4:
        return {.reply = reply(Call::stack_file, Outcome::credentials_refused, 401, target), .value = std::nullopt};
    default:
        return {.reply = refusal_or_failure(Call::stack_file, target), .value = std::nullopt};
    }
}

Answer<StackRecord> RandomServer::by_id(StackId id) {
    const std::string target = "/api/stacks/" + std::to_string(id);
    if (chance(30)) {
        StackRecord made = chance(60) ? record(id) : some_record();
        made.id = id;
        if (chance(20)) made.type = StackType::kubernetes;
        return answered(Call::stack, target, std::move(made));
    }
    if (chance(60)) return {.reply = stack_gone(target), .value = std::nullopt};
    Reply gone = environment_gone(target);
    gone.call = Call::stack;
    return {.reply = chance(20) ? gone : refusal_or_failure(Call::stack, target), .value = std::nullopt};
}

Reply RandomServer::probe(const std::string& target) {
    if (chance(85)) return reply(Call::docker_object, Outcome::object_absent, 404, target);
    if (chance(25)) return ok(Call::docker_object, target);
    if (chance(40)) return denied(Call::docker_object, Cause::name_taken, target);
    return refusal_or_failure(Call::docker_object, target);
}

// A Deployment and a ConfigMap, in the file of a Kubernetes stack.
constexpr const char* objects_text =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n"
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {a: b}\n";

static std::shared_ptr<const kubernetes::File> file_of_objects() {
    static const auto file = std::make_shared<const kubernetes::File>(kubernetes::load(objects_text).value());
    return file;
}

void RandomServer::choose_cluster(World& world) {
    world.facts.objects = file_of_objects();
    for (StackRecord& one : *world.server.list.value) {
        if (chance(80)) one.type = StackType::kubernetes;
    }
}

static std::string object_json(const char* name, const std::string& rest, const std::string& id) {
    return std::string(R"({"metadata":{"name":")") + name +
           R"(","namespace":"default","generation":1,"labels":{"io.portainer.kubernetes.application.stackid":")" + id +
           R"(","io.portainer.kubernetes.application.stack":"web"}},)" + rest + "}";
}

ClusterList RandomServer::some_objects(const ClusterQuestion& question, const std::string& target) {
    ClusterList list;
    list.reply = ok(Call::kubernetes, target);
    const std::string id = chance(90) ? "12" : "31";
    const auto add = [&](const char* name, const std::string& rest) {
        list.items.push_back({.namespace_ = "default",
                              .name = name,
                              .stack_id = id,
                              .deleting = chance(3),
                              .json = object_json(name, rest, id)});
    };
    if (question.kind == "Deployment" && chance(90)) {
        const std::string replicas = chance(90) ? "1" : "3";
        const std::string ready = chance(70) ? replicas : "0";
        const std::string observed = chance(80) ? "1" : "0";
        add("web", R"("spec":{"replicas":)" + replicas + R"(},"status":{"observedGeneration":)" + observed +
                       R"(,"replicas":)" + replicas + R"(,"updatedReplicas":)" + replicas + R"(,"readyReplicas":)" +
                       ready + "}");
    }
    if (question.kind == "ConfigMap" && chance(95)) add("conf", chance(90) ? R"("data":{"a":"b"})" : R"("data":{})");
    return list;
}

void RandomServer::answer_cluster(World& world, const Question& question) {
    using About = ClusterQuestion::About;
    const ClusterQuestion& asked = question.cluster;
    const std::string target = "/api/endpoints/4/kubernetes/" + asked.what;
    match::ClusterFacts& cluster = world.server.runtime[question.environment].cluster;
    const auto failed = [&]() -> Reply {
        if (chance(20)) return denied(Call::kubernetes, chance(50) ? Cause::namespace_ : Cause::kind, target);
        if (chance(10)) return reply(Call::kubernetes, Outcome::not_served, 404, target);
        return refusal_or_failure(Call::kubernetes, target);
    };
    switch (asked.about) {
    case About::list:
        cluster.lists[asked.what] =
            chance(90) ? some_objects(asked, target) : ClusterList{.reply = failed(), .items = {}};
        break;
    case About::namespace_:
        cluster.namespaces[asked.what] = chance(80)   ? ok(Call::kubernetes, target)
                                         : chance(50) ? reply(Call::kubernetes, Outcome::object_absent, 404, target)
                                                      : failed();
        break;
    case About::kinds:
        cluster.kinds[asked.what].reply = failed();
        break;
    case About::groups:
        cluster.groups.reply = failed();
        break;
    case About::holder:
        cluster.holders[asked.id] = by_id(asked.id);
        break;
    }
}

void RandomServer::answer(World& world, const Question& question) {
    const std::string target = "/api/endpoints/" + std::to_string(question.environment) + "/docker/" + question.name;
    NameProbe probed{.kind = question.docker_kind, .name = question.name, .service = question.service, .reply = {}};
    switch (question.kind) {
    case Question::Kind::file:
        world.facts.file = file();
        if (world.facts.objects && world.facts.file.value && chance(90)) {
            world.facts.file.value->actual = std::nullopt;
            world.facts.file.value->objects = world.facts.objects;
        }
        break;
    case Question::Kind::stack_by_id:
        if (world.facts.by_id.reply.asked()) {
            world.facts.older_by_id[question.id] = by_id(question.id);
        } else {
            world.facts.by_id = by_id(question.id);
        }
        break;
    case Question::Kind::docker_object:
        probed.reply = probe(target);
        world.facts.probes.push_back(std::move(probed));
        break;
    case Question::Kind::container:
        probed.reply = probe(target);
        world.facts.container_probes.push_back(std::move(probed));
        break;
    case Question::Kind::environment:
        world.server.environments_by_id[question.environment] = environment(question.environment);
        break;
    case Question::Kind::runtime:
        choose_runtime(world, question.environment);
        break;
    case Question::Kind::list_again: {
        const auto desired = world.facts.desired;
        const auto objects = world.facts.objects;
        world.facts = {};
        world.facts.desired = desired;
        world.facts.objects = objects;
        world.list_again(chance(70) ? *world.server.list.value : some_list());
        if (chance(5)) world.server.list_again = {.reply = unavailable(Call::stacks, "/api/stacks"), .value = {}};
        break;
    }
    case Question::Kind::cluster:
        answer_cluster(world, question);
        break;
    }
}

} // namespace mooring::drift::test
