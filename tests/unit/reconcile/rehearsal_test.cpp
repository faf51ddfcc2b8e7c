// What is known before the first write: rights of this token's user, values of variables, what others made.
#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

PlanWorld with(std::string file) {
    PlanWorld world;
    world.desired.source = DesiredContent{.text = std::move(file), .file = "compose.yaml"};
    world.differs(Subject::content);
    return world;
}

TEST(PlanRehearsal, WhoMayNotManageStacksWritesNone) {
    PlanWorld world = with("services: {web: {image: a}}");
    world.facts.environments.value->front().stack_management_for_users = false;
    EXPECT_EQ(world.said(), "update") << "administrators may";
    EXPECT_EQ(world.user().said(), "blocked management_forbidden");
    world.facts.environments.value->front().stack_management_for_users = true;
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanRehearsal, WhatTheEnvironmentForbidsUsersIsNotSentWithAUsersToken) {
    PlanWorld world = with("services: {web: {image: a, privileged: true}}");
    world.facts.environments.value->front().forbidden_to_users = {"allowPrivilegedModeForRegularUsers"};
    EXPECT_EQ(world.said(), "update") << "administrators are not bound";
    EXPECT_EQ(world.user().said(), "blocked feature_forbidden");
    PlanWorld other = with("services: {web: {image: a, devices: ['/dev/a']}}");
    other.facts.environments.value->front().forbidden_to_users = {"allowPrivilegedModeForRegularUsers"};
    EXPECT_EQ(other.user().said(), "update");
}

TEST(PlanRehearsal, AVariableThatNewlyHasNoValueBlocks) {
    const auto of = [](std::string file, std::vector<std::string> fresh, bool recorded, bool declared) {
        PlanWorld world = with(std::move(file));
        world.seen.deploying.new_references = std::move(fresh);
        if (recorded) world.record.env = {{.name = "TAG", .value = Secret("1")}};
        if (declared) world.desired.env = std::vector<DesiredEnv>{{.name = "TAG", .value = Secret("2")}};
        return world.said();
    };
    const char* plain = "services: {web: {image: 'a:${TAG}'}}";
    const char* required = "services: {web: {image: 'a:${TAG:?}'}}";
    EXPECT_EQ(of(plain, {"TAG"}, false, false), "blocked variable_without_value");
    EXPECT_EQ(of(plain, {}, false, false), "update") << "the deployed file has it already";
    EXPECT_EQ(of(plain, {"TAG"}, true, false), "update") << "the recorded value is sent back";
    EXPECT_EQ(of(plain, {"TAG"}, false, true), "update");
    EXPECT_EQ(of(required, {}, false, false), "blocked variable_required");
    EXPECT_EQ(of(required, {"TAG"}, false, true), "update");
    EXPECT_EQ(of("services: {web: {image: 'a:${TAG:-1}'}}", {}, false, false), "update");
    EXPECT_EQ(
        of("services: {web: {image: a, hostname: '${COMPOSE_PROJECT_NAME}'}}", {"COMPOSE_PROJECT_NAME"}, false, false),
        "update");

    PlanWorld created = with(plain);
    created.seen.result.changes.clear();
    EXPECT_EQ(created.missing().said(), "blocked variable_without_value");

    PlanWorld loses = with(plain);
    loses.record.env = {{.name = "TAG", .value = Secret("1")}};
    loses.desired.env = std::vector<DesiredEnv>{};
    loses.desired.env_strict = loses.desired.env_strict_written = true;
    EXPECT_EQ(loses.said(), "blocked variable_without_value") << "its value goes with this very write";

    const Step noted = with(plain).step();
    EXPECT_EQ(noted.notes, Texts{"TAG has no value, as now"});
    EXPECT_EQ(noted.images.unknown, Texts{"a:${TAG}"});
}

TEST(PlanRehearsal, WhatASwarmHoldsUnderANameIsNotChanged) {
    PlanWorld world;
    world.desired.type = world.record.type.emplace(StackType::swarm);
    world.differs(Subject::content, "configs.app.labels");
    world.seen.result.changes.back().plane = Plane::content;
    EXPECT_EQ(world.said(), "blocked swarm_content_changed");
    world.seen.result.changes.back().actual.reset();
    EXPECT_EQ(world.said(), "update") << "a new one";
    world.seen.result.changes.back().actual = "b";
    world.desired.type = world.record.type.emplace(StackType::standalone);
    EXPECT_EQ(world.said(), "update");
}

// With variable A as recorded, and as it is to come.
PlanWorld with_variable_now(std::string file, const char* recorded, const char* declared) {
    PlanWorld world;
    world.desired.source = DesiredContent{.text = std::move(file), .file = "compose.yaml"};
    world.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret(declared)}};
    world.record.env = {{.name = "A", .value = Secret(recorded)}};
    world.differs(Subject::env, "env.A");
    return world;
}

TEST(PlanRehearsal, WhatAVariableMakesOfTheFileIsRehearsed) {
    PlanWorld world = with_variable_now("services: {web: {image: a, privileged: '${A}'}}", "false", "true");
    world.facts.environments.value->front().forbidden_to_users = {"allowPrivilegedModeForRegularUsers"};
    EXPECT_EQ(world.said(), "update") << "administrators are not bound";
    EXPECT_EQ(world.user().said(), "blocked feature_forbidden");
    world.desired.env->front().value = Secret("false");
    EXPECT_EQ(world.said(), "update");
    PlanWorld bind = with_variable_now("services: {web: {image: a, volumes: ['${A}:/d']}}", "/x", "/x");
    bind.facts.environments.value->front().forbidden_to_users = {"allowBindMountsForRegularUsers"};
    EXPECT_EQ(bind.user().said(), "blocked feature_forbidden");

    PlanWorld swarm = with_variable_now("services: {web: {image: a, configs: [c]}}\n"
                                        "configs: {c: {external: false, template_driver: '${A}'}}",
                                        "1", "2");
    swarm.desired.type = swarm.record.type.emplace(StackType::swarm);
    EXPECT_EQ(swarm.said(), "blocked swarm_content_changed");
    swarm.desired.env->front().value = Secret("1");
    EXPECT_EQ(swarm.said(), "update");
    PlanWorld named = with_variable_now(
        "services: {web: {image: a, configs: [c]}}\nconfigs: {c: {name: 'c-${A}', content: '${A}'}}", "1", "2");
    named.desired.type = named.record.type.emplace(StackType::swarm);
    EXPECT_EQ(named.said(), "update") << "another one";
}

TEST(PlanRehearsal, WhatAVariableNamesIsNeitherAskedForNorShown) {
    PlanWorld world = with_variable_now("services: {web: {image: a, networks: [front]}}\n"
                                        "networks: {front: {external: true, name: '${A}'}}",
                                        "proxy", "proxy");
    EXPECT_EQ(world.step().notes, Texts{"not known: whether the external network that a variable names exists"});
    EXPECT_EQ(externals_to_ask(world.input, "main"), std::set<Outside>{});
    PlanWorld registry = with_variable_now("services: {web: {image: '${A}/app:2'}}", "one.test", "two.test");
    registry.host_has({"two.test/app:2"});
    EXPECT_EQ(registry.step().notes,
              Texts{"not known: whether the server has credentials for the registry that a variable gives"});
    EXPECT_EQ(registries_to_ask(registry.input, "main"), std::set<EnvironmentId>{1});
    registry.input.servers["main"].registries[1] = Texts{"two.test"};
    EXPECT_EQ(registry.step().notes, Texts{});
    registry.input.servers["main"].registries.clear();
    registry.desired.env->front().value = Secret("one.test");
    registry.host_has({"one.test/app:2"});
    EXPECT_EQ(registry.step().notes, Texts{}) << "images come from there already";
    EXPECT_EQ(registries_to_ask(registry.input, "main"), std::set<EnvironmentId>{});
    PlanWorld volume =
        with_variable_now("services: {web: {image: a, volumes: ['v:/d']}}\nvolumes: {v: {name: '${A}'}}", "v1", "v1");
    volume.seen.result.changes.clear();
    EXPECT_EQ(volume.missing().step().notes,
              Texts{"not known: whether a volume that a variable names exists already and would be used"});
}

TEST(PlanRehearsal, ACreateAsksForANetworkThatOthersMadeInAFileWithoutVolumes) {
    PlanWorld world;
    world.missing().desired.source = DesiredContent{.text = "services: {web: {image: a, networks: [front]}}\n"
                                                            "networks: {front: {external: true, name: proxy}}",
                                                    .file = "c"};
    world.plan();
    const Outside proxy{.environment = 1, .is_network = true, .name = "proxy"};
    EXPECT_EQ(externals_to_ask(world.input, "main"), std::set{proxy});
    world.input.servers["main"].outside[proxy] = false;
    EXPECT_EQ(world.said(), "blocked external_missing");
}

TEST(PlanRehearsal, WhatOthersMadeMustExist) {
    PlanWorld world =
        with("services: {web: {image: a, networks: [front]}}\nnetworks: {front: {external: true, name: proxy}}");
    const Outside proxy{.environment = 1, .is_network = true, .name = "proxy"};
    EXPECT_EQ(world.step().notes, Texts{"not known: whether the external network proxy exists"});
    EXPECT_EQ(externals_to_ask(world.input, "main"), std::set{proxy});
    EXPECT_EQ(externals_to_ask(world.input, "branch"), std::set<Outside>{});
    world.input.servers["main"].outside[proxy] = false;
    EXPECT_EQ(world.said(), "blocked external_missing");
    world.input.servers["main"].outside[proxy] = std::nullopt;
    EXPECT_EQ(world.said(), "update");
    world.input.servers["main"].outside[proxy] = true;
    EXPECT_EQ(world.step().notes, Texts{});
    world.seen.result.verdict = Verdict::in_sync;
    world.plan();
    EXPECT_EQ(externals_to_ask(world.input, "main"), std::set<Outside>{}) << "nothing of it is sent";
}

// They are not asked for: a swarm refuses the deployment where one is not there.
TEST(PlanRehearsal, ConfigsAndSecretsThatOthersMadeAreNamed) {
    PlanWorld world = with("services: {web: {image: a, configs: [app], secrets: [s]}}\n"
                           "configs: {app: {external: true}}\nsecrets: {s: {external: true, name: key}}");
    world.desired.type = world.record.type.emplace(StackType::swarm);
    EXPECT_EQ(world.step().notes, (Texts{"not known: whether the external config app exists",
                                         "not known: whether the external secret key exists"}));
    EXPECT_EQ(externals_to_ask(world.input, "main"), std::set<Outside>{});
}

TEST(PlanRehearsal, AKeyThatNoLoaderKnowsBlocksUnlessItIsDeployed) {
    const char* newer = "services: {web: {image: a, umask: '022'}}";
    PlanWorld world = with(newer);
    EXPECT_EQ(world.said(), "update") << "the deployed file has it already";
    world.seen.deploying.new_keys = {"services.web.umask"};
    EXPECT_EQ(world.said(), "blocked key_too_new");
    world.facts.status.value->version = "2.23.0";
    EXPECT_EQ(world.said(), "blocked key_too_new");
    world.facts.status.value->version = "2.44.0";
    EXPECT_EQ(world.said(), "update") << "nobody knows what its loader knows";
    EXPECT_EQ(world.step().notes,
              Texts{"not known: whether this server knows services.web.umask (newer than Docker Compose 2.40)"});
    PlanWorld created = with(newer);
    created.seen.result.changes.clear();
    EXPECT_EQ(created.missing().said(), "blocked key_too_new");
}

TEST(PlanRehearsal, AKeyThatOldLoadersMayNotKnowIsNoted) {
    PlanWorld world = with("services: {web: {image: a, post_start: [{command: c}]}}");
    world.seen.deploying.new_keys = {"services.web.post_start"};
    EXPECT_EQ(world.step().notes, Texts{}) << "2.43 knows it";
    world.desired.type = world.record.type.emplace(StackType::swarm);
    EXPECT_EQ(world.step().notes.size(), 1U) << "a swarm's loader is another one";
    world.desired.type = world.record.type.emplace(StackType::standalone);
    world.facts.status.value->version = "2.23.0";
    EXPECT_EQ(world.step().notes,
              Texts{"not known: whether this server knows services.web.post_start (Docker Compose 2.30 does)"});
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanRehearsal, ARegistryWithoutCredentialsIsNamed) {
    PlanWorld world = with("services: {web: {image: 'Ghcr.io/acme/app:2'}}");
    world.host_has({"Ghcr.io/acme/app:2"});
    const std::set<EnvironmentId> none;
    world.plan();
    EXPECT_EQ(registries_to_ask(world.input, "main"), none) << "images come from there already";
    EXPECT_EQ(world.step().notes, Texts{});
    world.seen.deploying.new_registries = {"Ghcr.io"};
    EXPECT_EQ(world.step().notes, Texts{"not known: whether the server has credentials for Ghcr.io"});
    EXPECT_EQ(registries_to_ask(world.input, "main"), std::set<EnvironmentId>{1});
    EXPECT_EQ(registries_to_ask(world.input, "branch"), none);
    world.input.servers["main"].registries[1] = Texts{"docker.io", "ghcr.io.example.test"};
    EXPECT_EQ(world.step().notes,
              Texts{"not known: whether Ghcr.io lets anybody pull Ghcr.io/acme/app:2; if it needs credentials, add "
                    "them in Portainer first: Registries"});
    EXPECT_EQ(world.said(), "update");
    world.input.servers["main"].registries[1] = Texts{"https://ghcr.io/acme"};
    EXPECT_EQ(world.step().notes, Texts{});
    world.seen.result.verdict = Verdict::in_sync;
    world.plan();
    EXPECT_EQ(registries_to_ask(world.input, "main"), none) << "nothing of it is sent";
}

} // namespace
} // namespace mooring::reconcile::test
