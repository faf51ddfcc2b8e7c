#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

PlanWorld judged(Verdict verdict, std::string rule = {}) {
    PlanWorld world;
    world.seen.result.verdict = verdict;
    world.seen.result.rule = std::move(rule);
    return world;
}

TEST(PlanByVerdict, NothingIsDoneForWhatIsInSyncSuspendedOrOnlyReported) {
    for (const Verdict verdict : {Verdict::in_sync, Verdict::suspended}) {
        EXPECT_TRUE(judged(verdict).plan().steps.empty());
    }
    PlanWorld world;
    world.differs(Subject::content).desired.policy.mode = PolicyMode::report;
    EXPECT_TRUE(world.plan().steps.empty());
    EXPECT_EQ(exit_code(world.plan()), 0);
}

TEST(PlanByVerdict, WhatIsNotKnownIsBlockedAndWhatGoesOnByItselfIsHeld) {
    EXPECT_EQ(judged(Verdict::denied).said(), "blocked denied");
    EXPECT_EQ(judged(Verdict::orphaned).said(), "blocked orphaned");
    EXPECT_EQ(judged(Verdict::unreachable).said(), "blocked unreachable");
    EXPECT_EQ(judged(Verdict::error, "record-not-comparable").said(), "blocked error");
    EXPECT_EQ(judged(Verdict::pending).said(), "held pending");
    PlanWorld hidden = judged(Verdict::denied);
    hidden.seen.result.cause = Cause::git_source;
    EXPECT_EQ(hidden.said(), "blocked git_hidden");
}

TEST(PlanByVerdict, NothingIsPlannedForAServerThatRefusedTheToken) {
    PlanWorld world = judged(Verdict::denied);
    world.input.servers["main"].problem = "the token was refused";
    EXPECT_TRUE(world.plan().steps.empty());
    EXPECT_FALSE(world.plan().complete);
}

TEST(PlanByVerdict, EachErrorHasAWayOutOfItsOwn) {
    EXPECT_EQ(judged(Verdict::error, "ambiguous").said(), "blocked two_records");
    EXPECT_EQ(judged(Verdict::error, "git-settings-not-deployed").from_git().said(), "blocked deploys_the_head");
    EXPECT_EQ(judged(Verdict::error, "git-settings-not-deployed").from_git().allow(Allowance::redeploy_git).said(),
              "redeploy");
    EXPECT_EQ(judged(Verdict::error, "git-settings-not-deployed").from_git().differs(Subject::git_settings).said(),
              "blocked settings_not_as_declared");
    EXPECT_EQ(judged(Verdict::error, "file-lost").said(), "blocked file_lost");
    PlanWorld lost = judged(Verdict::error, "file-lost").allow(Allowance::replace_lost_file);
    EXPECT_EQ(lost.said(), "blocked touches_data") << "what it mounts is not known";
    EXPECT_NE(lost.step().obstacles.front().message.find("docker-compose.yml is lost on the server"),
              std::string::npos);
    lost.desired.policy.data = {"docker-compose.yml"};
    EXPECT_EQ(lost.said(), "update");
    lost.record.entry_point = "compose.yaml";
    EXPECT_EQ(lost.said(), "blocked touches_data") << "by its own name";
    EXPECT_EQ(judged(Verdict::error, "file-lost").from_git().said(), "blocked deploys_the_head");
}

TEST(PlanByVerdict, AQuarantinedStackIsLeftAloneAndSaysWhatCameBack) {
    PlanWorld world;
    world.differs(Subject::content);
    world.input.quarantine = [](const std::string&, const std::string&) {
        return std::optional(
            Quarantine{.field = "services.web.image", .desired = "nginx:1.27", .actual = "nginx:1.25", .since = now});
    };
    const Step step = world.step();
    EXPECT_EQ(step.obstacles.at(0).code, "quarantined");
    EXPECT_NE(step.obstacles.at(0).message.find("services.web.image"), std::string::npos);
    EXPECT_NE(step.obstacles.at(0).message.find("(declared nginx:1.27, found nginx:1.25)"), std::string::npos);
    EXPECT_EQ(step.obstacles.at(0).remedy,
              "find out who changes it, then: mooring resume shop; or accept it: `policy: {ignore: [{path: "
              "\"services.web.image\", reason: ...}]}`");
}

TEST(PlanMissing, AStackThatIsProvenMissingIsCreated) {
    PlanWorld world;
    EXPECT_EQ(world.missing().said(), "create");
    world.desired.access = DesiredAccess{.kind = DesiredAccess::Kind::everyone};
    EXPECT_EQ(world.said(), "create access");
    EXPECT_EQ(exit_code(world.plan()), 2);
}

TEST(PlanMissing, ATiedOneAndOneWhoseEnvironmentIsGoneAreNot) {
    PlanWorld tied;
    tied.missing().desired.tie = StackTie{.id = 5};
    EXPECT_EQ(tied.said(), "blocked tied_gone");
    PlanWorld gone;
    gone.missing().seen.result.proof = Proof::environment_gone;
    EXPECT_EQ(gone.said(), "blocked environment_gone");
}

TEST(PlanMissing, WhatIsTakenOverIsNamedInOneOrder) {
    PlanWorld world;
    world.missing().allow(Allowance::adopt_running);
    for (const auto& [first, second] : {std::pair("shop-a", "shop-b"), std::pair("shop-b", "shop-a")}) {
        world.facts.runtime[1].containers.value =
            std::vector{Container{.name = first, .project = "shop"}, Container{.name = second, .project = "shop"}};
        EXPECT_EQ(world.step().takes_over, (Texts{"shop-a", "shop-b"}));
    }
}

// The server adopts whatever carries the project's label (portainer-api.md §3.3).
TEST(PlanMissing, NothingIsTakenOverThatIsThereInAnyState) {
    PlanWorld world;
    world.missing().facts.runtime[1].containers.value = std::vector{Container{.project = "shop", .state = "exited"}};
    EXPECT_EQ(world.said(), "blocked would_adopt");
    EXPECT_EQ(world.allow(Allowance::adopt_running).said(), "create");
    PlanWorld unread;
    unread.missing().facts.runtime.clear();
    EXPECT_EQ(unread.said(), "blocked engine_not_known");
    EXPECT_EQ(PlanWorld().missing().user().said(), "blocked engine_not_known") << "a user's list may be filtered";
}

TEST(PlanMissing, ARecordOfItsNameOnTheSameEngineOrAnOrphanBlocks) {
    PlanWorld world;
    world.owned = Ownership::none;
    world.missing().facts.environments.value->push_back({.id = 2, .name = "also", .type = 1});
    StackRecord other = world.record;
    other.environment = 2;
    world.facts.list.value = std::vector{other};
    EXPECT_EQ(world.said(), "blocked would_replace") << "whether two environments are one engine is not known";
    world.input.servers["main"].engines = {{1, {.id = "a"}}, {2, {.id = "b"}}};
    EXPECT_EQ(world.said(), "create");
    world.input.servers["main"].engines[2].id = "a";
    EXPECT_EQ(world.said(), "blocked would_replace");
    world.facts.list.value->front().environment = 99;
    EXPECT_EQ(world.said(), "blocked orphan_of_name");
}

TEST(PlanMissing, AnOwnedStackThatNobodyDeclaresAnyMoreLooksRenamed) {
    PlanWorld world;
    world.missing();
    StackRecord old = world.record;
    old.id = 3;
    old.name = "shop-old";
    world.facts.list.value = std::vector{old};
    EXPECT_EQ(world.said(), "blocked looks_renamed");
    world.input.servers["main"].claimed = {3};
    EXPECT_EQ(world.said(), "create") << "another manifest means it, whether --only shows that one or not";
    world.input.servers["main"].claimed.clear();
    world.owned = Ownership::none;
    EXPECT_EQ(world.said(), "create");
}

// One retired manifest without `prune` does not stop every create of its server.
TEST(PlanMissing, OnlyWhatLooksLikeItIsTakenForItsOldName) {
    const auto of = [](const std::string& desired, std::optional<std::string> retired, auto change) {
        PlanWorld world;
        world.missing().desired.source = DesiredContent{.text = desired, .file = "c"};
        StackRecord old = world.record;
        old.id = 3;
        old.name = "former";
        ServerStanding& server = world.input.servers["main"];
        server.undeclared[3] = std::move(retired);
        change(world, old);
        world.facts.list.value = std::vector{old};
        return world.said();
    };
    const auto as_is = [](PlanWorld&, StackRecord&) {};
    const auto elsewhere = [](PlanWorld& world, StackRecord& old) {
        world.facts.environments.value->push_back({.id = 2, .name = "also", .type = 1});
        old.environment = 2;
        world.input.servers["main"].engines = {{1, {.id = "a"}}, {2, {.id = "b"}}};
    };
    const std::string a = "services: {web: {image: a, ports: ['8080:80']}}";
    const std::string b = "services: {db: {image: nginx:1.27, volumes: ['/srv/x:/x'], container_name: w}}";
    EXPECT_EQ(of(a, b, as_is), "create") << "nothing in common";
    EXPECT_EQ(of(a, "services:\n  web: {image: a, ports: ['8080:80/tcp']}\n", as_is), "blocked looks_renamed")
        << "by meaning";
    EXPECT_EQ(of(a, "services: {x: {image: b, ports: ['8080:1']}}", as_is), "blocked looks_renamed") << "a port";
    EXPECT_EQ(of(b, "services: {x: {image: b, container_name: w}}", as_is), "blocked looks_renamed");
    EXPECT_EQ(of(b, "services: {x: {image: b, volumes: ['/srv/x:/y']}}", as_is), "blocked looks_renamed");
    EXPECT_EQ(of(a, std::nullopt, as_is), "blocked looks_renamed") << "not read";
    EXPECT_EQ(of(a, "services: [", as_is), "blocked looks_renamed") << "does not load";
    EXPECT_EQ(of(a, "services: {x: {image: b, ports: ['8080:1']}}", elsewhere), "create") << "another engine's port";
    EXPECT_EQ(of(a, a, elsewhere), "blocked looks_renamed") << "it moved";
    EXPECT_EQ(of(a, b,
                 [&](PlanWorld& world, StackRecord& old) {
                     elsewhere(world, old);
                     old.name = "Shop";
                 }),
              "blocked looks_renamed")
        << "of its name, elsewhere";
    EXPECT_EQ(of(a, a, [](PlanWorld&, StackRecord& old) { old.type = StackType::kubernetes; }), "create");
    const auto from_git = [](std::string url, std::string path) {
        return [url, path](PlanWorld& world, StackRecord& old) {
            world.desired.source = DesiredGit{.url = "https://git.example.test/shop", .path = "compose.yaml"};
            old.git = GitConfig{.url = url, .config_file_path = path};
        };
    };
    EXPECT_EQ(of(a, a, from_git("https://git.example.test/shop.git", "./compose.yaml")), "blocked looks_renamed");
    EXPECT_EQ(of(a, a, from_git("https://git.example.test/shop", "other.yaml")), "create");
    EXPECT_EQ(of(a, a, from_git("https://git.example.test/other", "compose.yaml")), "create");
}

// The missing stack declares A, the retired one has it on record; "" is not at all.
std::string beside_retired(const std::string& desired, const char* declared, const std::string& retired,
                           const char* recorded, bool here = true) {
    PlanWorld world;
    world.missing().desired.source = DesiredContent{.text = desired, .file = "c"};
    world.desired.env.emplace();
    if (*declared != 0) world.desired.env->push_back({.name = "A", .value = Secret(declared)});
    StackRecord old = world.record;
    old.id = 3;
    old.name = "former";
    if (*recorded != 0) old.env = {{.name = "A", .value = Secret(recorded)}};
    ServerStanding& server = world.input.servers["main"];
    server.undeclared[3] = retired;
    if (!here) {
        world.facts.environments.value->push_back({.id = 2, .name = "also", .type = 1});
        old.environment = 2;
        server.engines = {{1, {.id = "a"}}, {2, {.id = "b"}}};
    }
    world.facts.list.value = std::vector{old};
    return world.said();
}

TEST(PlanMissing, WhatVariablesSayMakesItLookRenamed) {
    const std::string renamed = "blocked looks_renamed";
    const auto web = [](const std::string& keys) { return "services: {web: {image: a, " + keys + "}}"; };
    const auto db = [](const std::string& keys) { return "services: {db: {image: b, " + keys + "}}"; };
    EXPECT_EQ(beside_retired(web("ports: ['${A}:80']"), "8080", db("ports: ['8080:1']"), ""), renamed);
    EXPECT_EQ(beside_retired(web("ports: ['8080:80']"), "", db("ports: ['${A}:1']"), "8080"), renamed);
    EXPECT_EQ(beside_retired(web("ports: ['${A}:80']"), "8080", db("ports: ['${A}:1']"), "8080"), renamed);
    EXPECT_EQ(beside_retired(web("ports: ['${A}:80']"), "8080", db("ports: ['${A}:1']"), "8081"), "create")
        << "each has its own value of that name";
    EXPECT_EQ(beside_retired(web("ports: ['${A}:80']"), "8080", db("ports: ['8080:1']"), "", false), "create");
    EXPECT_EQ(beside_retired(web("container_name: '${A}'"), "w", db("container_name: w"), ""), renamed);
    EXPECT_EQ(beside_retired(web("container_name: w"), "", db("container_name: '${A}'"), "v"), "create");
    EXPECT_EQ(beside_retired(web("volumes: ['${A}:/x']"), "/srv/x", db("volumes: ['/srv/x:/y']"), ""), renamed);
    EXPECT_EQ(beside_retired(web("volumes: ['${A}:/x']"), "/srv/y", db("volumes: ['/srv/x:/y']"), ""), "create");
    EXPECT_EQ(beside_retired(web("volumes: ['/srv/x:/x']"), "", db("volumes: ['${A}:/y']"), ""), renamed)
        << "nobody knows which folder that is";
    EXPECT_EQ(beside_retired(web("container_name: w"), "", db("ports: ['${A}:1']"), ""), "create")
        << "a port of whatever number is no name";
    const std::string pg = "\nvolumes: {pg: {name: pg}}";
    EXPECT_EQ(beside_retired(web("container_name: w") + pg, "", db("user: x") + "\nvolumes: {d: {name: '${A}'}}", "pg"),
              renamed);
    EXPECT_EQ(beside_retired(web("container_name: w") + pg, "",
                             db("user: x") + "\nvolumes: {d: {name: pg, external: true}}", ""),
              "create")
        << "what neither made, both may use";
    EXPECT_EQ(beside_retired(web("user: '${A}'"), "1", web("user: '1'"), "", false), renamed) << "by meaning";
    EXPECT_EQ(beside_retired(web("user: '${A}'"), "1", web("user: '${A}'"), "2", false), renamed) << "as written";
    EXPECT_EQ(beside_retired(web("user: '${A}'"), "1", web("user: '2'"), "", false), "create");
    EXPECT_EQ(beside_retired(web("container_name: '${COMPOSE_PROJECT_NAME}-w'"), "", db("container_name: shop-w"), ""),
              renamed);
    EXPECT_EQ(beside_retired(web("container_name: '${COMPOSE_PROJECT_NAME}-w'"), "",
                             db("container_name: '${COMPOSE_PROJECT_NAME}-w'"), ""),
              "create")
        << "of each project its own";
}

TEST(PlanMissing, FilesOfUndeclaredRecordsAreReadOnlyWhereSomethingIsMissing) {
    PlanWorld world;
    world.missing();
    StackRecord old = world.record;
    old.id = 3;
    world.facts.list.value = std::vector{old};
    world.plan();
    EXPECT_EQ(undeclared_to_ask(world.input, "main").size(), 1U);
    EXPECT_EQ(undeclared_to_ask(world.input, "branch").size(), 0U);
    world.input.servers["main"].claimed = {3};
    EXPECT_EQ(undeclared_to_ask(world.input, "main").size(), 0U);
    world.input.servers["main"].claimed.clear();
    world.seen.result.verdict = Verdict::drifted;
    world.recorded = true;
    world.plan();
    EXPECT_EQ(undeclared_to_ask(world.input, "main").size(), 0U);
}

TEST(PlanEngines, AreAskedWhereSomethingDiffersAndInNoCluster) {
    PlanWorld world;
    world.plan();
    EXPECT_EQ(engines_to_ask(world.input, "main"), std::set<EnvironmentId>{1});
    world.record.type = StackType::kubernetes;
    world.plan();
    EXPECT_TRUE(engines_to_ask(world.input, "main").empty());
    world.record.type = StackType::standalone;
    world.seen.result.verdict = Verdict::in_sync;
    world.plan();
    EXPECT_TRUE(engines_to_ask(world.input, "main").empty());
}

TEST(PlanMissing, ValuesThatAreNotKnownAreNotInvented) {
    PlanWorld world;
    world.missing().desired.env = std::vector<DesiredEnv>{{.name = "A"}};
    EXPECT_EQ(world.said(), "blocked value_unknown");
    world.desired.env->front().value = Secret("1");
    EXPECT_EQ(world.said(), "create");
    world.desired.env->front().unwritable = "it is empty";
    EXPECT_EQ(world.said(), "blocked value_unknown");
}

TEST(PlanMissing, CreatingStartsSoThatAStoppedOneNeedsLeave) {
    PlanWorld world;
    world.missing().desired.state = DesiredState::stopped;
    EXPECT_EQ(world.said(), "blocked would_start");
    EXPECT_EQ(world.allow(Allowance::start_to_change).said(), "create stop");
}

TEST(PlanMissing, ASwarmStackNeedsTheIdOfTheSwarm) {
    PlanWorld world;
    world.missing().desired.type = StackType::swarm;
    world.facts.runtime[1].services.value.emplace();
    EXPECT_EQ(world.said(), "blocked no_swarm");
    world.input.servers["main"].engines[1] = {.id = "a", .swarm_id = "s"};
    EXPECT_EQ(world.said(), "create");
}

TEST(PlanMissing, ASourceThatDoesNotSayWhatToDeployIsNotGuessed) {
    PlanWorld world;
    world.missing().desired.source = DesiredGit{.any = true};
    EXPECT_EQ(world.said(), "blocked source_unknown");
    world.desired.source = DesiredGit{.url = "https://git.example.test/shop"};
    EXPECT_EQ(world.said(), "create");
    std::get<DesiredGit>(world.desired.source).credentials = GitCredentials{.unreadable = "secrets/git: not found"};
    EXPECT_EQ(world.said(), "blocked credentials_unreadable");
}

// A user's token can give access to everybody and to itself. For a user nothing is proven missing: this is
// `create-unseen`.
TEST(PlanMissing, AccessThatTheTokenCannotGiveBlocksTheCreate) {
    using Kind = DesiredAccess::Kind;
    const auto said = [](const DesiredAccess& access) {
        PlanWorld world = judged(Verdict::deleted);
        world.user().allow(Allowance::create_unseen).seen.names_free = true;
        world.recorded = false;
        world.input.servers["main"].engines[1] = {.id = "a"};
        world.desired.access = access;
        return world.said();
    };
    EXPECT_EQ(said({.kind = Kind::administrators}), "blocked access_out_of_reach");
    EXPECT_EQ(said({.kind = Kind::restricted, .teams = {{.name = "web"}}}), "blocked access_out_of_reach");
    EXPECT_EQ(said({.kind = Kind::restricted, .users = {{.name = "anna"}}}), "blocked access_out_of_reach");
    EXPECT_EQ(said({.kind = Kind::restricted, .users = {{.name = "deploy"}}}), "create access");
    EXPECT_EQ(said({.kind = Kind::everyone}), "create access");
}

// A hidden stack cannot be excluded: only the names that its containers would have speak. It is users who need it,
// since an administrator's list is complete.
TEST(PlanMissing, WhatMayBeHiddenIsCreatedOnlyWhereItIsAllowedAndEveryNameIsFree) {
    for (const Verdict verdict : {Verdict::deleted, Verdict::not_visible}) {
        PlanWorld world = judged(verdict);
        world.user().recorded = false;
        EXPECT_EQ(world.said(), "blocked may_be_hidden");
        world.allow(Allowance::create_unseen).seen.names_free = true;
        EXPECT_EQ(world.said(), "blocked may_be_hidden") << "whether its engine is a swarm is not known";
        world.input.servers["main"].engines[1] = {.id = "a"};
        EXPECT_EQ(world.said(), "create");
        world.seen.names_free = false;
        EXPECT_EQ(world.said(), "blocked may_be_hidden");
        world.seen.names_free = true;
        world.input.servers["main"].engines[1].swarm_id = "s";
        EXPECT_EQ(world.said(), "blocked may_be_hidden");
        world.input.servers["main"].engines[1].swarm_id.clear();
        world.desired.type = StackType::swarm;
        EXPECT_EQ(world.said(), "blocked may_be_hidden");
    }
}

} // namespace
} // namespace mooring::reconcile::test
