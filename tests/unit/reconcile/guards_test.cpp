#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

// 2.43.0 shows an ordinary user that a stack is from Git and not from where; a file put there detaches it.
TEST(PlanGuards, NothingIsWrittenToAGitRecordWhoseSourceIsHidden) {
    for (const Subject subject : {Subject::content, Subject::env, Subject::state, Subject::access, Subject::gone}) {
        PlanWorld world;
        world.record.workflow_id = 3;
        EXPECT_EQ(world.differs(subject).said().substr(0, 7), "blocked") << static_cast<int>(subject);
    }
}

TEST(PlanGuards, NothingStoppedIsStartedOnTheWay) {
    for (const DesiredState state : {DesiredState::stopped, DesiredState::any}) {
        PlanWorld world;
        world.record.status = 2;
        world.desired.state = state;
        EXPECT_EQ(world.differs(Subject::content).said(), "blocked would_start");
        EXPECT_EQ(world.allow(Allowance::start_to_change).said(), "update stop");
    }
}

TEST(PlanGuards, AStoppedStackThatIsToRunIsStartedByItsUpdate) {
    PlanWorld world;
    world.record.status = 2;
    EXPECT_EQ(world.differs(Subject::state).said(), "start");
    EXPECT_EQ(world.differs(Subject::content).said(), "update");
}

TEST(PlanGuards, SavingGitSettingsOfAStoppedStackDoesNotArmItsPolling) {
    PlanWorld world;
    world.from_git().record.status = 2;
    world.desired.state = DesiredState::stopped;
    EXPECT_EQ(world.differs(Subject::auto_update).said(), "settings") << "nothing polls";
    world.record.auto_update = AutoUpdate{.interval = "5m"};
    EXPECT_EQ(world.said(), "blocked would_poll");
    world.record.auto_update.reset();
    world.desired.auto_update = DesiredAutoUpdate{.interval = "5m"};
    EXPECT_EQ(world.said(), "blocked would_poll");
}

TEST(PlanGuards, AFailedStackIsNeverStarted) {
    PlanWorld world;
    world.record.status = 4;
    world.desired.env.emplace();
    EXPECT_EQ(world.differs(Subject::state).said(), "blocked start_refused");
}

TEST(PlanGuards, NothingAcceptedIsUndone) {
    PlanWorld waived;
    waived.differs(Subject::content, "services.web.image").differs(Subject::env);
    waived.seen.result.changes[0].waiver = "renovate";
    EXPECT_EQ(waived.said(), "blocked undoes_accepted");
    EXPECT_EQ(waived.step().obstacles[0].message,
              "deploying would also undo the accepted difference services.web.image (waiver `renovate`)");
    EXPECT_EQ(waived.step().obstacles[0].remedy, "once: --allow shop=overwrite-accepted");
    EXPECT_EQ(waived.allow(Allowance::overwrite_accepted).said(), "update");
    PlanWorld ignored;
    ignored.differs(Subject::env).seen.ignored = {
        {.plane = Plane::runtime, .subject = Subject::image, .path = "services.web.image"}};
    EXPECT_EQ(ignored.said(), "blocked undoes_accepted");
    PlanWorld kept;
    kept.differs(Subject::content).seen.ignored = {{.subject = Subject::env, .path = "env.A"}};
    EXPECT_EQ(kept.said(), "update") << "the recorded value is sent";
    PlanWorld apart;
    apart.differs(Subject::access).seen.ignored = {{.subject = Subject::content, .path = "services.web.image"}};
    EXPECT_EQ(apart.said(), "access") << "nothing is deployed";
}

TEST(PlanGuards, NoVariableIsRemovedThatNobodySaidShouldGo) {
    PlanWorld world;
    world.differs(Subject::env, "env.OLD", "OLD").seen.result.changes[0].desired.reset();
    EXPECT_EQ(world.said(), "blocked would_remove_variables");
    EXPECT_EQ(world.step().obstacles[0].message, "it would remove OLD");
    world.desired.env_strict_written = true;
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanGuards, AValueIsSentOnlyIfItIsKnownAndFits) {
    const auto with = [](DesiredEnv one) {
        PlanWorld world;
        world.desired.env = std::vector{std::move(one)};
        return world.differs(Subject::content).said();
    };
    EXPECT_EQ(with({.name = "A", .value = Secret("1")}), "update");
    EXPECT_EQ(with({.name = "A"}), "blocked opaque_missing");
    EXPECT_EQ(with({.name = "A", .value = Secret(""), .unwritable = "its source is empty"}), "blocked value_unknown");
    EXPECT_EQ(with({.name = "A", .value = Secret("1\n2")}), "blocked value_of_lines");
    PlanWorld opaque;
    opaque.desired.env = std::vector<DesiredEnv>{{.name = "A"}};
    opaque.record.env = {{.name = "A", .value = Secret("kept")}};
    EXPECT_EQ(opaque.differs(Subject::content).said(), "update");
}

// 2.43.0 keeps the new variables with the old file when a deployment fails (portainer-api.md §12).
TEST(PlanGuards, AfterAFailureTheVariablesMustBeDeclaredWhole) {
    PlanWorld world;
    world.record.status = 4;
    EXPECT_EQ(world.differs(Subject::deployment).said(), "blocked variables_not_whole");
    world.desired.env.emplace();
    EXPECT_EQ(world.said(), "update");
    world.desired.env_strict = false;
    EXPECT_EQ(world.said(), "blocked variables_not_whole");
}

TEST(PlanGuards, ARecordWithAnOddNameKeepsItsAccess) {
    PlanWorld world;
    world.record.name = "Shop";
    EXPECT_EQ(world.differs(Subject::content).said(), "blocked odd_name");
    world.record.resource_control = ResourceControl{.id = 4, .users = {2}};
    world.desired.access = DesiredAccess{.kind = DesiredAccess::Kind::everyone};
    EXPECT_EQ(world.said(), "update access");
    world.desired.access->kind = DesiredAccess::Kind::administrators;
    EXPECT_EQ(world.said(), "blocked odd_name") << "what narrows comes first, and the update would lose it again";
    world.desired.access->kind = DesiredAccess::Kind::everyone;
    EXPECT_EQ(world.user().said(), "blocked odd_name");
}

// A stack of which a container is gone, on a server whose records tell nothing of deployments; seen so long ago.
PlanWorld gone_since(UnixSeconds seconds) {
    PlanWorld world;
    world.record.deployment.clear();
    world.differs(Subject::gone);
    world.input.runtime_differs_since = [seconds](const StackResult&) { return std::optional(now - seconds); };
    return world;
}

Container container(UnixSeconds made, std::string status, std::string state = "running") {
    return {.name = "shop-db-1",
            .project = "shop",
            .service = "db",
            .created_at = made,
            .state = std::move(state),
            .status = std::move(status)};
}

// On 2.23 a person's update in flight looks exactly like missing containers.
TEST(PlanGuards, WhatDoesNotRunIsLookedAtTwiceWhereRecordsTellNoDeployments) {
    PlanWorld world = gone_since(299);
    EXPECT_EQ(world.said(), "held seen_once");
    EXPECT_EQ(gone_since(300).said(), "update");
    world.input.runtime_differs_since = {};
    EXPECT_EQ(world.said(), "held seen_once");
    PlanWorld agent;
    agent.differs(Subject::gone).input.by_agent = true;
    agent.input.servers["main"].settings.correct = true;
    agent.desired.policy.mode = PolicyMode::correct;
    EXPECT_EQ(agent.said(), "held seen_once") << "nobody confirms what the agent does";
}

TEST(PlanGuards, WhoeverIsAtWorkIsLeftAloneWhateverElseDiffers) {
    for (const Subject subject : {Subject::content, Subject::env, Subject::env_twice}) {
        PlanWorld world = gone_since(299);
        EXPECT_EQ(world.differs(subject).said(), "held seen_once");
        EXPECT_EQ(gone_since(300).differs(subject).said(), "update");
    }
}

TEST(PlanGuards, AStackThatWasWrittenBetweenTheLooksWaitsAgain) {
    PlanWorld world = gone_since(4000);
    world.record.updated_at = now - 299;
    EXPECT_EQ(world.said(), "held at_work");
    world.record.updated_at = now - 300;
    EXPECT_EQ(world.said(), "update");
    world.facts.list.reply.server_date = now - 1; // by whose clock the record was written
    EXPECT_EQ(world.said(), "held at_work");
    world.record.updated_at = 0;
    world.record.created_at = now - 100;
    EXPECT_EQ(world.said(), "held at_work");
}

TEST(PlanGuards, AContainerThatWasMadeOrTouchedBetweenTheLooksMakesItWaitAgain) {
    const auto of = [](const Container& one) {
        PlanWorld world = gone_since(4000);
        world.facts.runtime[1].containers.value = std::vector{one};
        return world.said();
    };
    EXPECT_EQ(of(container(now - 299, "Up 4 minutes")), "held at_work");
    EXPECT_EQ(of(container(now - 4000, "Up 59 minutes")), "update");
    EXPECT_EQ(of(container(now - 4000, "Up 4 minutes (healthy)")), "held at_work") << "started";
    EXPECT_EQ(of(container(now - 4000, "Exited (137) 10 seconds ago", "exited")), "held at_work") << "stopped";
    EXPECT_EQ(of(container(now - 4000, "Exited (0) 5 minutes ago", "exited")), "update");
    EXPECT_EQ(of(container(now - 4000, "Restarting (1) 3 seconds ago", "restarting")), "update") << "nobody's work";
    Container other = container(now - 10, "Up 10 seconds");
    other.project = "other";
    EXPECT_EQ(of(other), "update");

    PlanWorld loop = gone_since(4000);
    loop.facts.runtime[1].containers.value = std::vector{container(now - 4000, "Up 3 seconds")};
    EXPECT_EQ(loop.said(), "held at_work");
    loop.facts.runtime[1].details["shop-db-1"].value = ContainerDetail{.restart_count = 3};
    EXPECT_EQ(loop.said(), "update") << "its engine starts it again and again";
}

TEST(PlanGuards, AServiceOfASwarmThatWasMadeOrChangedBetweenTheLooksMakesItWaitAgain) {
    const auto of = [](UnixSeconds created, UnixSeconds updated, std::string stack = "shop") {
        PlanWorld world = gone_since(4000);
        world.desired.type = world.record.type.emplace(StackType::swarm);
        world.facts.runtime[1].services.value = std::vector{SwarmService{
            .name = "shop_db", .namespace_ = std::move(stack), .created_at = created, .updated_at = updated}};
        return world.said();
    };
    EXPECT_EQ(of(now - 4000, now - 299), "held at_work") << "somebody scaled it";
    EXPECT_EQ(of(now - 299, 0), "held at_work");
    EXPECT_EQ(of(now - 4000, now - 300), "update");
    EXPECT_EQ(of(now - 10, now - 10, "other"), "update");
}

TEST(PlanGuards, AgesOfContainersAreReadAsTheEngineWritesThem) {
    EXPECT_EQ(age_of_state("Up Less than a second"), 0);
    EXPECT_EQ(age_of_state("Up 1 second"), 1);
    EXPECT_EQ(age_of_state("Up About a minute (unhealthy)"), 60);
    EXPECT_EQ(age_of_state("Exited (0) About an hour ago"), 3600);
    EXPECT_EQ(age_of_state("Exited (143) 2 hours ago"), 7200);
    EXPECT_EQ(age_of_state("Up 3 days (Paused)"), 3 * 86'400);
    EXPECT_EQ(age_of_state("Up 2 weeks"), 14 * 86'400);
    for (const char* unknown : {"", "Created", "Dead", "Up", "Up soon", "Exited (0", "Restarting (1) 3 seconds ago"})
        EXPECT_EQ(age_of_state(unknown), std::nullopt) << unknown;
}

TEST(PlanGuards, AServiceThatLeftTheFileGoesOnlyIfItIsAllowed) {
    PlanWorld world;
    world.differs(Subject::content).seen.deploying.dropped_services = {"old"};
    EXPECT_EQ(world.said(), "blocked drops_services");
    world.allow(Allowance::prune_services);
    EXPECT_EQ(world.said(), "update");
    EXPECT_TRUE(world.step().parts[0].prunes);
    PlanWorld recorded;
    recorded.differs(Subject::content).seen.deploying.dropped_services = {"old"};
    recorded.record.option = StackOption{.prune = true};
    EXPECT_TRUE(recorded.step().parts[0].prunes);
}

// Prune is the record's own, and somebody's container of the project runs that the file lacks.
PlanWorld with_prune(Subject subject) {
    PlanWorld world;
    world.differs(subject).record.option = StackOption{.prune = true};
    world.facts.runtime[1].containers.value =
        std::vector{Container{.name = "shop-web-1", .project = "shop", .service = "web"},
                    Container{.name = "x", .project = "other", .service = "x"}};
    return world;
}

TEST(PlanGuards, PruneTakesNothingThatNoPlanNames) {
    PlanWorld world = with_prune(Subject::content);
    EXPECT_EQ(world.said(), "update");
    EXPECT_TRUE(world.step().parts[0].prunes) << "the plan says what is sent";
    world.facts.runtime[1].containers.value->push_back({.name = "byhand", .project = "shop", .service = "extra"});
    world.seen.runtime_read = false;
    EXPECT_EQ(world.said(), "blocked foreign_service");
    world.seen.runtime_read = true;
    EXPECT_EQ(world.said(), "blocked foreign_service");
    world.allow(Allowance::prune_services);
    EXPECT_EQ(world.said(), "update");
    EXPECT_EQ(world.step().notes, Texts{"removes container byhand"});
    world.desired.allow.clear();
    world.record.option.reset();
    EXPECT_EQ(world.said(), "update");
    EXPECT_FALSE(world.step().parts[0].prunes);
    PlanWorld access = with_prune(Subject::access);
    access.desired.access = DesiredAccess{};
    access.facts.runtime[1].containers.value->push_back({.name = "byhand", .project = "shop", .service = "extra"});
    EXPECT_EQ(access.said(), "access") << "sends no Prune";
}

TEST(PlanGuards, WhatLeftTheFileAndIsNamedIsNoStranger) {
    PlanWorld world = with_prune(Subject::content);
    world.seen.deploying.dropped_services = {"old"};
    world.facts.runtime[1].containers.value->push_back({.name = "shop-old-1", .project = "shop", .service = "old"});
    EXPECT_EQ(world.said(), "update");
    EXPECT_EQ(world.step().notes, Texts{"removes the containers of old: the stack's own setting"});
}

TEST(PlanGuards, PruneOfWhatNobodyReadIsBlocked) {
    PlanWorld unread = with_prune(Subject::content);
    unread.facts.runtime[1].containers.value.reset();
    unread.seen.runtime_read = false;
    EXPECT_EQ(unread.said(), "blocked foreign_service");
    PlanWorld git = with_prune(Subject::env);
    git.from_git().allow(Allowance::redeploy_git);
    git.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("b")}};
    EXPECT_EQ(git.said(), "settings redeploy") << "judging read what runs, and has a difference for each stranger";
    EXPECT_TRUE(git.step().parts[0].prunes && git.step().parts[1].prunes);
    git.seen.runtime_read = false;
    EXPECT_EQ(git.said(), "blocked foreign_service") << "nobody knows the services of its file";
    EXPECT_TRUE(git.step().obstacles[0].remedy.ends_with("; or switch Prune off in Portainer"));
    git.desired.runtime = false;
    EXPECT_TRUE(
        git.step().obstacles[0].remedy.ends_with("; or declare `runtime: true`, or switch Prune off in Portainer"));
    EXPECT_TRUE(git.step().obstacles[0].message.ends_with(", which was not read")) << git.step().obstacles[0].message;
    git.seen.runtime_read = true;
    git.record.additional_files = {"more.yaml"};
    EXPECT_EQ(git.said(), "blocked foreign_service") << "nor those of its additional files";
}

TEST(PlanGuards, PruneOfASwarmLooksAtItsServices) {
    PlanWorld world = with_prune(Subject::content);
    world.desired.type = world.record.type.emplace(StackType::swarm);
    world.facts.runtime[1].services.value = std::vector{SwarmService{.name = "shop_web", .namespace_ = "shop"}};
    EXPECT_EQ(world.said(), "update");
    world.facts.runtime[1].services.value->push_back({.name = "byhand", .namespace_ = "shop"});
    EXPECT_EQ(world.said(), "blocked foreign_service");
}

TEST(PlanGuards, JobsThatRunAgainAreNamedAndTheAgentNeedsLeave) {
    PlanWorld world;
    world.differs(Subject::content).seen.jobs = {"migrate"};
    EXPECT_EQ(world.step().jobs, Texts{"migrate"});
    world.input.by_agent = true;
    world.input.servers["main"].settings.correct = true;
    world.desired.policy.mode = PolicyMode::correct;
    EXPECT_EQ(world.said(), "blocked reruns_jobs");
    EXPECT_EQ(world.allow(Allowance::rerun_jobs).said(), "update");
}

TEST(PlanPreflight, DataIsTouchedOnlyWhereItIsNamed) {
    PlanWorld world;
    world.differs(Subject::content).seen.deploying.data = {"services.db.volumes[/var/lib]"};
    EXPECT_EQ(world.said(), "blocked touches_data");
    world.desired.policy.data = {"services.db.volumes[/var/lib]"};
    EXPECT_EQ(world.said(), "update");
    PlanWorld relative;
    relative.desired.source = DesiredContent{.text = "services: {web: {image: a, volumes: ['./d:/d']}}", .file = "c"};
    EXPECT_EQ(relative.differs(Subject::env).said(), "blocked touches_data");
    PlanWorld stopped;
    stopped.desired.source = DesiredContent{.text = "services: {web: {image: a, volumes: ['/d']}}", .file = "c"};
    stopped.desired.state = DesiredState::stopped;
    EXPECT_EQ(stopped.differs(Subject::state).said(), "blocked touches_data");
}

// A stack of this file, whose variable A is `recorded` and declared as `declared`; "" is not at all.
PlanWorld with_variable(std::string text, const std::string& recorded, const std::string& declared) {
    PlanWorld world;
    world.desired.source = DesiredContent{.text = std::move(text), .file = "c"};
    world.desired.env_strict_written = true;
    world.desired.env.emplace();
    if (!declared.empty()) world.desired.env->push_back({.name = "A", .value = Secret(declared)});
    if (!recorded.empty()) world.record.env = {{.name = "A", .value = Secret(recorded)}};
    world.differs(Subject::env, "env.A");
    return world;
}

TEST(PlanPreflight, DataIsTouchedByWhatAVariableSays) {
    const auto of = [](const char* mount, const char* volume, const char* recorded, const char* declared) {
        return with_variable(std::string("services: {web: {image: a, volumes: [") + mount +
                                 "]}}\nvolumes: {pg: " + volume + "}\n",
                             recorded, declared)
            .said();
    };
    EXPECT_EQ(of("'${A}:/d'", "{}", "/old", "/new"), "blocked touches_data");
    EXPECT_EQ(of("'/srv:/d'", "{}", "/old", "/new"), "update");
    EXPECT_EQ(of("'${A}:/d'", "{}", "/old", "/old"), "update");
    EXPECT_EQ(of("'pg:/d'", "{name: 'pg-${A}'}", "1", "2"), "blocked touches_data");
    EXPECT_EQ(of("'pg:/d'", "{name: '${COMPOSE_PROJECT_NAME}-pg'}", "1", "2"), "update");
    EXPECT_EQ(of("'${A}:/d'", "{}", "/x", "./data"), "blocked touches_data");
    EXPECT_EQ(of("'${B:-./data}:/d'", "{}", "1", "2"), "blocked touches_data") << "in the stack's own folder";
    EXPECT_EQ(of("'${B:-/data}:/d'", "{}", "1", "2"), "update");
    EXPECT_EQ(of("'pg:/d'", "{driver_opts: {type: none, o: bind, device: ./data}}", "1", "2"), "blocked touches_data");
    EXPECT_EQ(of("'pg:/d'", "{driver_opts: {type: none, o: bind, device: /data}}", "1", "2"), "update");
    EXPECT_EQ(of("'${B:-${C:-/data}}:/d'", "{}", "1", "2"), "update");
    EXPECT_EQ(of("'${B:-${C}}:/d'", "{}", "1", "2"), "blocked touches_data") << "nobody knows where";

    PlanWorld named = with_variable("services: {web: {image: a, volumes: ['${A}:/d']}}", "/old", "/new");
    named.desired.policy.data = {"services.web.volumes[/d]"};
    EXPECT_EQ(named.said(), "update");
    PlanWorld twice = with_variable("services: {web: {image: a, volumes: ['${A}:/d']}}", "/new", "/new");
    twice.record.env.push_back({.name = "A", .value = Secret("/old")});
    EXPECT_EQ(twice.said(), "blocked touches_data") << "of two of a name the last one counts";
}

// A Git stack whose variable A changes: the deployed file, as far as it was read, says what that moves.
TEST(PlanPreflight, AVariableOfAGitStackThatMovesDataBlocks) {
    const auto of = [](const char* deployed, const char* declared) {
        PlanWorld world = with_variable("", "/old", declared);
        world.from_git().allow(Allowance::redeploy_git);
        auto file = compose::load(deployed);
        EXPECT_TRUE(file);
        if (file) world.seen.deploying.actual = std::make_shared<const compose::File>(std::move(*file));
        return world;
    };
    const char* mounts = "services: {db: {image: a, volumes: ['${A}:/d']}}";
    PlanWorld world = of(mounts, "/new");
    EXPECT_EQ(world.said(), "blocked touches_data");
    const Step moves = world.step();
    ASSERT_FALSE(moves.obstacles.empty());
    EXPECT_FALSE(moves.obstacles.front().message.contains("/new"));
    world.desired.policy.data = {"services.db.volumes[/d]"};
    EXPECT_EQ(world.said(), "settings redeploy");
    EXPECT_EQ(of(mounts, "/old").said(), "settings redeploy");
    EXPECT_EQ(of("services: {db: {image: a, user: '${A}'}}", "/new").said(), "settings redeploy");
    PlanWorld unread = of(mounts, "/old");
    unread.record.entry_point = "compose.yaml";
    unread.seen.content_read = false;
    EXPECT_EQ(unread.said(), "blocked touches_data");
    PlanWorld more = of(mounts, "/old");
    more.record.additional_files = {"more.yaml"};
    EXPECT_EQ(more.said(), "blocked touches_data") << "the server shows the first file alone";
    const Step beside = more.step();
    ASSERT_FALSE(beside.obstacles.empty());
    EXPECT_TRUE(beside.obstacles.front().message.starts_with("more.yaml"));
    more.desired.policy.data = {"more.yaml"};
    EXPECT_EQ(more.said(), "settings redeploy");
    more.seen.result.changes.clear();
    more.desired.policy.data.clear();
    EXPECT_EQ(more.differs(Subject::commit).said(), "redeploy") << "no variable changes";
}

TEST(PlanPreflight, AFileInThePlaceOfAGitSourceBringsNoMountsThatNobodySaw) {
    PlanWorld world;
    world.differs(Subject::source).differs(Subject::content).allow(Allowance::detach_git);
    world.record.git = GitConfig{.url = "https://git.example.test/shop"};
    EXPECT_EQ(world.said(), "update");
    world.record.additional_files = {"more.yaml"};
    EXPECT_EQ(world.said(), "blocked touches_data");
}

TEST(PlanPreflight, WhatIsReplacedIsHeldAgainstTheValuesToCome) {
    PlanWorld world = with_variable("services: {web: {image: a, volumes: ['${A}:/d']}}", "", "/new");
    const auto replaces = [&](const char* text) {
        auto file = compose::load(text);
        ASSERT_TRUE(file);
        world.seen.deploying.actual = std::make_shared<const compose::File>(std::move(*file));
    };
    replaces("services: {web: {image: a, volumes: ['/old:/d']}}");
    EXPECT_EQ(world.said(), "blocked touches_data");
    EXPECT_EQ(world.step().obstacles.front().message.find("/new"), std::string::npos);
    replaces("services: {web: {image: a, volumes: ['/new:/d']}}");
    EXPECT_EQ(world.said(), "update");
}

// What a Git stack's file, or VOLUME of an image, left without a name is found by no later container.
TEST(PlanPreflight, AStopLooksAtTheVolumesOfWhatRuns) {
    const auto stopped = [](std::vector<Container> containers) {
        PlanWorld world;
        world.from_git().differs(Subject::state).desired.state = DesiredState::stopped;
        world.facts.runtime[1].containers.value = std::move(containers);
        return world;
    };
    const auto db = [](const char* project, std::optional<Texts> unnamed) {
        return Container{
            .name = "shop-db-1", .project = project, .service = "db", .unnamed_volumes = std::move(unnamed)};
    };
    EXPECT_EQ(stopped({}).said(), "stop");
    EXPECT_EQ(stopped({db("shop", Texts{})}).said(), "stop");
    EXPECT_EQ(stopped({db("other", Texts{"/data"})}).said(), "stop");
    PlanWorld world = stopped({db("shop", Texts{"/data"})});
    EXPECT_EQ(world.said(), "blocked touches_data");
    world.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(world.said(), "stop");
    EXPECT_EQ(stopped({db("shop", std::nullopt)}).said(), "blocked volumes_not_known");
    PlanWorld unread = stopped({});
    unread.facts.runtime.clear();
    EXPECT_EQ(unread.said(), "blocked volumes_not_known");
    unread.input.servers["main"].runtime[1].containers.value = std::vector{db("shop", Texts{"/data"})};
    EXPECT_EQ(unread.said(), "blocked touches_data") << "read for the plan alone";
    PlanWorld swarm = stopped({});
    swarm.desired.type = swarm.record.type.emplace(StackType::swarm);
    EXPECT_EQ(swarm.said(), "blocked volumes_not_known");
    auto& services = swarm.facts.runtime[1].services.value.emplace();
    EXPECT_EQ(swarm.said(), "stop");
    services.push_back({.name = "shop_db", .namespace_ = "shop", .unnamed_volumes = {"/data"}});
    EXPECT_EQ(swarm.said(), "blocked touches_data");
    swarm.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(swarm.said(), "stop");
}

TEST(PlanPreflight, AFileThatNeedsOthersOrDoesNotLoadIsNotSent) {
    const auto of = [](std::string text) {
        PlanWorld world;
        world.desired.source = DesiredContent{.text = std::move(text), .file = "c"};
        return world.missing().said();
    };
    EXPECT_EQ(of("services: {web: {image: a}}"), "create");
    EXPECT_EQ(of("services: [a]"), "blocked file_does_not_load");
    EXPECT_EQ(of("services: {web: {build: .}}"), "blocked needs_files");
    EXPECT_EQ(of("services: {web: {image: a, env_file: stack.env}}"), "blocked needs_stack_env");
}

TEST(PlanPreflight, ANameThatAnotherProjectsContainerHasBlocks) {
    PlanWorld world;
    world.desired.source = DesiredContent{.text = "services: {web: {image: a, container_name: w}}", .file = "c"};
    world.facts.runtime[1].containers.value = std::vector{Container{.name = "w", .project = "other"}};
    EXPECT_EQ(world.missing().said(), "blocked name_in_use");
    world.facts.runtime[1].containers.value->front().name = "v";
    EXPECT_EQ(world.said(), "create");
}

TEST(PlanPreflight, ANameAndAPortThatAVariableGivesBlockAndAreNotShown) {
    const auto with = [](const char* key, const char* value, Container other) {
        PlanWorld world = with_variable(std::string("services: {web: {image: a, ") + key + "}}", "1", value);
        other.project = "other";
        world.facts.runtime[1].containers.value = std::vector{std::move(other)};
        return world;
    };
    const Container named{.name = "taken"};
    const Container holding{.name = "x", .ports = {"8080/tcp"}};
    EXPECT_EQ(with("container_name: '${A}'", "taken", named).said(), "blocked name_in_use");
    EXPECT_EQ(with("container_name: '${A}'", "free", named).said(), "update");
    EXPECT_EQ(with("ports: ['${A}:80']", "8080", holding).said(), "blocked port_in_use");
    EXPECT_EQ(with("ports: ['${A}']", "8080:80", holding).said(), "blocked port_in_use");
    EXPECT_EQ(with("ports: ['${A}:80-81']", "8079-8080", holding).said(), "blocked port_in_use");
    EXPECT_EQ(with("ports: [{target: 80, published: '${A}'}]", "8080", holding).said(), "blocked port_in_use");
    EXPECT_EQ(with("ports: ['${A}:80']", "8081", holding).said(), "update");
    EXPECT_FALSE(with("ports: ['${A}:80']", "8080", holding).step().obstacles.front().message.contains("8080"));
    EXPECT_FALSE(with("container_name: '${A}'", "taken", named).step().obstacles.front().message.contains("taken"));
}

TEST(PlanPreflight, APortThatAnotherProjectHoldsBlocks) {
    const auto of = [](const char* port, const char* project, std::vector<std::string> held) {
        PlanWorld world;
        world.desired.source =
            DesiredContent{.text = std::string("services: {web: {image: a, ports: ['") + port + "']}}", .file = "c"};
        world.facts.runtime[1].containers.value =
            std::vector{Container{.name = "x", .project = project, .ports = std::move(held)}};
        return world.missing().said();
    };
    EXPECT_EQ(of("8080:80", "other", {"8080/tcp"}), "blocked port_in_use");
    EXPECT_EQ(of("127.0.0.1:8080:80", "", {"80/tcp", "8080/tcp"}), "blocked port_in_use");
    EXPECT_EQ(of("8080:80/udp", "other", {"8080/udp"}), "blocked port_in_use");
    EXPECT_EQ(of("8080:80", "other", {"8080/udp"}), "create") << "another protocol";
    EXPECT_EQ(of("8080:80", "other", {"8081/tcp"}), "create");
    EXPECT_EQ(of("80", "other", {"80/tcp"}), "create") << "any free port";
    EXPECT_EQ(of("${B:-8080}:80", "other", {"8080/tcp"}), "blocked port_in_use");
    EXPECT_EQ(of("${B:-8081}:80", "other", {"8080/tcp"}), "create");

    PlanWorld own;
    own.desired.source = DesiredContent{.text = "services: {web: {image: a, ports: ['8080:80']}}", .file = "c"};
    own.facts.runtime[1].containers.value =
        std::vector{Container{.name = "x", .project = "shop", .ports = {"8080/tcp"}}};
    EXPECT_EQ(own.differs(Subject::content).said(), "update") << "its own";
    own.facts.runtime[1].services.value =
        std::vector{SwarmService{.name = "s", .namespace_ = "o", .ports = {"8080/tcp"}}};
    EXPECT_EQ(own.said(), "blocked port_in_use") << "a swarm's service";
}

TEST(PlanPermissions, ThreeHandsMustAgree) {
    PlanWorld disabled;
    disabled.differs(Subject::content).input.servers["main"].settings.apply = false;
    EXPECT_EQ(disabled.said(), "blocked not_enabled");
    PlanWorld foreign;
    foreign.differs(Subject::content).owned = Ownership::none;
    EXPECT_EQ(foreign.said(), "blocked not_adopted");
    foreign.desired.adopt = true;
    EXPECT_EQ(foreign.said(), "update");
    PlanWorld agent;
    agent.differs(Subject::content).input.by_agent = true;
    EXPECT_EQ(agent.said(), "blocked agent_not_enabled");
    agent.input.servers["main"].settings.correct = true;
    EXPECT_EQ(agent.said(), "blocked manual");
    agent.desired.policy.mode = PolicyMode::correct;
    EXPECT_EQ(agent.said(), "update");
}

TEST(PlanPermissions, TheServerIsPinned) {
    PlanWorld world;
    world.differs(Subject::content).input.servers["main"].known_instance.clear();
    EXPECT_EQ(world.said(), "blocked not_trusted");
    world.input.servers["main"].settings.instance = "uuid";
    EXPECT_EQ(world.said(), "update");
    world.input.servers["main"].settings.instance = "another";
    EXPECT_EQ(world.said(), "blocked other_instance");
    world.input.servers["main"].settings.instance.clear();
    world.input.servers["main"].known_instance = "another";
    EXPECT_EQ(world.said(), "blocked other_instance");
    EXPECT_NE(world.step().obstacles[0].remedy.find("mooring trust main"), std::string::npos);
    world.input.servers["main"].known_instance = "uuid";
    world.facts.status.value->instance_id.clear();
    EXPECT_EQ(world.said(), "blocked not_trusted") << "it does not say which it is";
}

TEST(PlanPermissions, APortainerThatTwoEntriesMeanIsWrittenThroughNeither) {
    PlanWorld world;
    world.differs(Subject::content).input.servers["main"].same_as = "second";
    EXPECT_EQ(world.said(), "blocked two_entries");
    const std::string message = world.step().obstacles[0].message;
    EXPECT_TRUE(message.contains("`main` and `second`")) << message;
    EXPECT_TRUE(message.contains("copies with one InstanceID"))
        << message << ": a backup of it that was restored elsewhere";
}

TEST(PlanPermissions, WindowsAndFreezesAreAskedForAnyMoment) {
    PlanWorld world;
    world.differs(Subject::content).desired.policy.freezes = {{.from = now + 60, .until = now + 120, .reason = "end"}};
    EXPECT_EQ(world.said(), "update");
    const Step step = world.step();
    EXPECT_EQ(not_now(world.input, step, now + 59), "");
    EXPECT_TRUE(not_now(world.input, step, now + 60).starts_with("frozen: end"))
        << not_now(world.input, step, now + 60);
    EXPECT_EQ(not_now(world.input, step, now + 120), "");
}

TEST(PlanPermissions, AServerThatWentBackToAnOlderBackupIsNotWritten) {
    PlanWorld world;
    world.differs(Subject::content).input.servers["main"].redated = {7};
    EXPECT_EQ(world.said(), "blocked other_instance");
    EXPECT_EQ(world.step().obstacles[0].remedy,
              "look at the whole server, then: mooring check, then mooring trust main --anew");
    world.input.servers["main"].redated.clear();
    world.input.servers["main"].redated_at = now - 86'400;
    EXPECT_EQ(world.said(), "blocked other_instance") << "the memory has taken in what is there since";
    world.input.servers["main"].redated_at = 0;
    const auto of = [&](std::size_t went_back, std::size_t written) {
        world.input.servers["main"].went_back = went_back;
        world.input.servers["main"].written = written;
        return world.said();
    };
    EXPECT_EQ(of(0, 0), "update");
    EXPECT_EQ(of(0, 10), "update");
    EXPECT_EQ(of(2, 10), "update") << "maxShare is 20 %";
    EXPECT_EQ(of(3, 10), "blocked other_instance");
    EXPECT_EQ(of(1, 1), "blocked other_instance");
}

TEST(PlanPermissions, ANameThatMovedToAnotherEnvironmentIsNotFollowed) {
    PlanWorld world;
    world.differs(Subject::content).input.servers["main"].environments = {{"production", 4}, {"staging", 1}};
    EXPECT_EQ(world.said(), "blocked environment_changed");
    world.desired.environment = EnvironmentRef{.id = 1, .name = "production"};
    EXPECT_EQ(world.said(), "update");
    PlanWorld missing;
    missing.missing().input.servers["main"].environments = {{"production", 4}};
    EXPECT_EQ(missing.said(), "blocked environment_changed");
    missing.input.servers["main"].environments = {{"production", 1}, {"spare", 4}};
    EXPECT_EQ(missing.said(), "create");
}

// Before 2.41 a stack is recorded once it is deployed.
TEST(PlanPermissions, ACreateThatALostLedgerMayHaveBegunIsNotBegunAgain) {
    const auto of = [](const char* version, bool kept, bool told) {
        PlanWorld world;
        world.facts.status.value->version = version;
        world.input.servers["main"].ledger_kept = kept;
        StackRecord other = world.record;
        other.name = "other";
        if (!told) other.deployment.clear();
        world.facts.list.value = std::vector{other};
        world.input.servers["main"].claimed = {other.id};
        return world.missing().said();
    };
    EXPECT_EQ(of("2.23.0", false, false), "blocked ledger_new");
    EXPECT_EQ(of("2.23.0", true, false), "create");
    EXPECT_EQ(of("2.39.0", false, false), "blocked ledger_new");
    EXPECT_EQ(of("2.41.0", false, false), "create") << "records of before an upgrade tell nothing, new ones do";
    EXPECT_EQ(of("a build of ours", false, false), "blocked ledger_new");
    EXPECT_EQ(of("a build of ours", false, true), "create");
    PlanWorld empty;
    empty.input.servers["main"].ledger_kept = false;
    EXPECT_EQ(empty.missing().said(), "create") << "2.43, with no record at all";
    empty.facts.status.value->version = "2.23.0";
    EXPECT_EQ(empty.said(), "blocked ledger_new");
    PlanWorld there;
    there.facts.status.value->version = "2.23.0";
    there.input.servers["main"].ledger_kept = false;
    EXPECT_EQ(there.differs(Subject::content).said(), "update") << "what is recorded is changed, not made";
}

TEST(PlanPermissions, WhatIsProtectedIsNeverWritten) {
    PlanWorld world;
    world.differs(Subject::content).input.servers["main"].settings.protect = {"sh*"};
    EXPECT_EQ(world.said(), "blocked protected");
    PlanWorld portainer;
    portainer.desired.source =
        DesiredContent{.text = "services: {p: {image: 'portainer/portainer-ce:2.43.0'}}", .file = "c"};
    EXPECT_EQ(portainer.differs(Subject::content).said(), "blocked protected");
}

// Its image may be called in many ways, and be known only by what runs or by the server's file.
TEST(PlanPermissions, PortainersOwnStacksAreKnownByTheirImages) {
    const auto declared = [](const std::string& image) {
        PlanWorld world;
        world.desired.source = DesiredContent{.text = "services: {p: {image: '" + image + "'}}", .file = "c"};
        world.desired.env = std::vector<DesiredEnv>{{.name = "IMAGE", .value = Secret("portainer/agent")}};
        return world.differs(Subject::content).said();
    };
    for (const char* image :
         {"portainer/agent", "docker.io/portainer/agent:2.43", "${IMAGE}:2",
          "registry-1.docker.io/portainer/portainer-ee:2", "index.docker.io/portainer/agent@sha256:0",
          "registry.example.test:5000/mirror/portainer/agent:2", "portainer/agent:${IMAGE:-2}"})
        EXPECT_EQ(declared(image), "blocked protected") << image;
    for (const char* image : {"other/portainer-agent:2", "portainers/agent", "portainer:2", "x/portainer:5000"})
        EXPECT_EQ(declared(image), "update") << image;
    const auto git = [](auto change) {
        PlanWorld world;
        world.from_git().allow(Allowance::redeploy_git).differs(Subject::git_settings);
        change(world);
        return world.said();
    };
    EXPECT_EQ(git([](PlanWorld&) {}), "settings redeploy");
    EXPECT_EQ(git([](PlanWorld& w) { w.seen.images = {"portainer/agent:${TAG}"}; }), "blocked protected");
    EXPECT_EQ(git([](PlanWorld& w) {
                  w.facts.runtime[1].containers.value = std::vector{
                      Container{.name = "a", .project = "shop", .image = "docker.io/portainer/agent:2.43.0"}};
              }),
              "blocked protected");
    const std::string id = "sha256:" + std::string(64, '0');
    EXPECT_EQ(git([&](PlanWorld& w) {
                  w.host_has({"portainer/agent:2"});
                  w.facts.runtime[1].containers.value =
                      std::vector{Container{.name = "a", .project = "shop", .image = id}};
              }),
              "blocked protected")
        << "Docker shows the id once the tag has moved";
    EXPECT_EQ(git([](PlanWorld& w) {
                  w.desired.type = w.record.type.emplace(StackType::swarm);
                  w.facts.runtime[1].services.value =
                      std::vector{SwarmService{.name = "shop_a", .namespace_ = "shop", .image = "portainer/agent:2"}};
              }),
              "blocked protected");
}

TEST(PlanPermissions, WhatThisProcessRunsInIsProtected) {
    PlanWorld world;
    world.facts.runtime[1].containers.value = std::vector{
        Container{.name = "shop-mooring-1", .project = "shop", .id = "abc"}, Container{.name = "x", .id = "def"}};
    world.differs(Subject::content).input.own_container = "abc";
    EXPECT_EQ(world.said(), "blocked protected");
    world.input.own_container = "def";
    EXPECT_EQ(world.said(), "update") << "another project's";
    world.input.own_container = "";
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanPermissions, WhatHoldsThePortOfPortainerIsProtectedOnItsEngineAlone) {
    const auto of = [](std::string url, std::vector<Container> containers) {
        PlanWorld world;
        world.desired.source = DesiredContent{.text = "services: {p: {image: caddy, ports: ['443:443']}}", .file = "c"};
        world.facts.url = std::move(url);
        world.facts.runtime[1].containers.value = std::move(containers);
        return world.differs(Subject::content).said();
    };
    const Container portainer{.name = "portainer", .image = "portainer/portainer-ce:2.43.0"};
    EXPECT_EQ(of("https://p.example.test", {portainer}), "blocked protected");
    EXPECT_EQ(of("https://p.example.test/base", {portainer}), "blocked protected");
    EXPECT_EQ(of("https://[::1]:443", {portainer}), "blocked protected");
    EXPECT_EQ(of("https://p.example.test:9443", {portainer}), "update") << "another port";
    EXPECT_EQ(of("https://p.example.test", {}), "update") << "another engine";
    EXPECT_EQ(of("http://p.example.test:9000",
                 {portainer, {.name = "shop-p-1", .project = "shop", .image = "caddy", .ports = {"9000/tcp"}}}),
              "blocked protected")
        << "what runs now holds it";
}

TEST(PlanPermissions, AFreezeAndAWindowThatIsShutHold) {
    PlanWorld world;
    world.differs(Subject::content).desired.policy.freezes = {{.from = now - 1, .until = now + 1, .reason = "release"}};
    EXPECT_EQ(world.said(), "held not_now");
    world.desired.policy.freezes[0].until = now;
    EXPECT_EQ(world.said(), "update");
    world.desired.policy.windows = {{.time_zone = "Europe/Berlin"}};
    EXPECT_EQ(world.said(), "held not_now") << "a zone that is not known is never open";
}

TEST(PlanOrder, AStepComesAfterThoseItWaitsForAndWaitsWhileTheyAreNotDone) {
    PlanWorld world;
    world.differs(Subject::content).desired.policy.after = {"base"};
    world.beside("Base", Verdict::drifted); // names are compared as Portainer stores them
    const Plan plan = world.plan();
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(plan.steps[0].name, "Base");
    EXPECT_EQ(plan.steps[1].readiness, Readiness::to_do);
    const auto last = [&] {
        const Plan made = world.plan();
        const Step& step = made.steps.back();
        return step.obstacles.empty() ? std::string(to_string(step.readiness)) : step.obstacles.front().message;
    };
    world.others[0].seen.result.verdict = Verdict::denied;
    EXPECT_EQ(last(), "it comes after Base, which is blocked");
    EXPECT_EQ(world.plan().steps.back().obstacles.front().code, "waits");
    EXPECT_EQ(exit_code(world.plan()), 4);
    world.others[0].seen.result.verdict = Verdict::in_sync;
    EXPECT_EQ(last(), "to_do");
    world.others[0].seen.result.verdict = Verdict::drifted;
    world.others[0].desired.policy.mode = PolicyMode::report;
    EXPECT_EQ(last(), "it comes after Base, which is drifted and only reported");
    world.others[0].in_plan = false;
    EXPECT_EQ(last(), "it comes after Base, which is not part of this plan");
}

// A write sends what it knows, and a member that it does not know may be lost.
TEST(PlanGuards, AFieldOfANewerServerIsNotWrittenOver) {
    PlanWorld world;
    world.record.unknown = R"({"Webhook": "5dd72a1f"})";
    EXPECT_EQ(world.differs(Subject::content).said(), "update") << "that one is sent back";
    world.record.unknown = R"({"Autoscale": {"max": 3}, "Webhook": "5dd72a1f"})";
    EXPECT_EQ(world.said(), "blocked unknown_field");
    PlanWorld access;
    access.record.unknown = R"({"Autoscale": {"max": 3}})";
    EXPECT_EQ(access.differs(Subject::state).said(), "start") << "it writes nothing of the record";
}

} // namespace
} // namespace mooring::reconcile::test
