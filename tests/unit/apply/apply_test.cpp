// Plans that are written to a stand-in server of every generation, and what comes of them when answers are lost, people
// work meanwhile and processes end.
#include "apply/apply.hpp"
#include "unit/apply/apply_world.hpp"

#include <gtest/gtest.h>

namespace mooring::apply {
namespace {

using namespace test;

constexpr const char* shop =
    R"({"id": 11, "name": "shop", "environment": 1, "access": {"users": ["alice"]}, "createdBy": "alice",
        "env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}, {"name": "B", "value": "3"}],
        "file": "services:\n  web:\n    image: local/web:1.0\n"})";

std::vector<std::string> readiness(const reconcile::Plan& plan) {
    std::vector<std::string> out;
    for (const reconcile::Step& step : plan.steps) {
        out.push_back(step.name + " " + std::string(reconcile::to_string(step.readiness)) +
                      (step.obstacles.empty() ? "" : " " + step.obstacles.front().code));
    }
    return out;
}
using Texts = std::vector<std::string>;

// Somebody's container of that project: "cache-web-9". Its likeness runs in `production`.
void run_beside(portainer_double::World& inside, const std::string& project, const std::string& service,
                const std::string& environment = "production") {
    auto& engine = inside.host_of(*inside.find_environment(environment));
    portainer_double::Container stranger = inside.host_of(*inside.find_environment("production")).containers.front();
    stranger.id = std::string(service == "web" ? "a" : "b") + stranger.id.substr(1);
    stranger.name = project + "-" + service + "-9";
    stranger.labels["com.docker.compose.project"] = project;
    stranger.labels["com.docker.compose.service"] = service;
    engine.containers.push_back(stranger);
    ++inside.revision;
}

class Apply : public testing::TestWithParam<Version> {
  protected:
    bool newest() const { return GetParam() == Version::v2_43_0; }
};

TEST_P(Apply, AnUpdateKeepsWhatItDoesNotChangeAndThePlanAfterwardsIsEmpty) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop");
    EXPECT_EQ(world.apply().parts, Texts{"update shop: done"});
    const auto inside = world.server().world();
    const auto* stack = inside->find_stack(11);
    EXPECT_EQ(stack->file, web);
    ASSERT_EQ(stack->env->size(), 3U);
    EXPECT_EQ(stack->env->at(2).value, "3");
    EXPECT_NE(inside->control_of(*stack), nullptr);
}

TEST_P(Apply, AfterEveryKindOfStepNothingIsLeftToDo) {
    ApplyWorld world(GetParam(), std::string(shop) +
                                     R"(,{"id": 12, "name": "worker", "environment": 1, "status": "inactive",
                                          "file": "services:\n  web:\n    image: local/web:1.1\n"},
                                         {"id": 13, "name": "media", "environment": 1, "env": {"COLOR": "red"},
                                          "file": "services:\n  web:\n    image: local/web:1.1\n"})");
    world.declare("shop");
    world.declare("worker");
    DesiredStack& media = world.declare("media");
    media.env = std::vector<DesiredEnv>(1);
    media.env->front().name = "COLOR";
    media.env->front().value = Secret("green");
    media.access = DesiredAccess{.kind = DesiredAccess::Kind::restricted,
                                 .users = {{.id = {}, .name = "alice"}},
                                 .teams = {{.id = {}, .name = "web"}}};
    world.declare("cache").access = DesiredAccess{.kind = DesiredAccess::Kind::everyone, .users = {}, .teams = {}};
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, (Texts{"create cache: done", "access cache: done", "update media: done",
                                    "access media: done", "update shop: done", "start worker: done"}))
        << applied.text();
    const Applied again = world.apply();
    EXPECT_EQ(again.plan.steps.size(), 0U) << again.text();
    EXPECT_EQ(again.plan.in_sync, 4U);
    const LogStanding standing = world.standing();
    EXPECT_TRUE(standing.open.empty());
    EXPECT_EQ(standing.owned.size(), 1U) << "what it created is owned";
}

TEST_P(Apply, StoppedAndGitStacksAreWrittenByTheirOwnParts) {
    ApplyWorld world(GetParam(), std::string(shop) +
                                     R"(,{"id": 12, "name": "source", "environment": 1, "env": {"COLOR": "red"},
             "git": {"url": "https://git.example.test/source", "reference": "refs/heads/main", "username": "robot"}})");
    {
        const auto inside = world.server().world();
        auto& repository = inside->repositories.emplace_back();
        repository.url = "https://git.example.test/source";
        repository.references = {{"refs/heads/main", "b2"}, {"refs/heads/next", "c3"}};
        repository.files = {{"docker-compose.yml", web}};
    }
    world.declare("shop", older).state = DesiredState::stopped;
    DesiredStack& source = world.declare("source");
    source.source =
        DesiredGit{.url = "https://git.example.test/source", .reference = "next", .path = "docker-compose.yml"};
    source.env = std::vector<DesiredEnv>(1);
    source.env->front().name = "COLOR";
    source.env->front().value = Secret("green");
    source.allow = {Allowance::redeploy_git};
    source.policy.pull = Pull::always; // older servers know no other way to fail without harm
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, (Texts{"stop shop: done", "settings source: done", "redeploy source: done"}))
        << applied.text();
    const auto inside = world.server().world();
    const auto* stack = inside->find_stack(12);
    EXPECT_EQ(stack->env->at(0).value, "green");
    EXPECT_EQ(stack->git->commit, "c3");
    EXPECT_EQ(stack->git->username, "robot");
}

TEST_P(Apply, WhatAPersonDidSinceThePlanIsNotUndone) {
    const std::pair<const char*, void (*)(portainer_double::Stack&)> hands[]{
        {"another file",
         [](portainer_double::Stack& s) {
             s.file = "services: {}\n";
             s.updated += 5;
             s.updated_by = "eve";
         }},
        {"another value", [](portainer_double::Stack& s) { s.env->at(0).value = "9"; }},
        {"a stop", [](portainer_double::Stack& s) { s.status = 2; }},
    };
    for (const auto& [what, hand] : hands) {
        ApplyWorld world(GetParam(), shop);
        world.declare("shop");
        world.between = [&](const reconcile::Plan&) { hand(*world.server().world()->find_stack(11)); };
        const Applied applied = world.apply();
        ASSERT_EQ(applied.parts.size(), 1U) << what;
        EXPECT_TRUE(applied.parts[0].starts_with("update shop: skipped: ")) << what << ": " << applied.text();
        EXPECT_EQ(world.writes(), 0U) << what;
        EXPECT_TRUE(world.ledger().log().value().empty()) << what;
    }
}

TEST_P(Apply, AStackOfThatNameSinceThePlanKeepsACreateBack) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop", older);
    world.declare("cache");
    world.between = [&](const reconcile::Plan&) {
        const auto inside = world.server().world();
        auto copy = *inside->find_stack(11);
        copy.id = 40;
        copy.name = "cache";
        inside->stacks[40] = copy;
    };
    EXPECT_TRUE(world.apply().parts.at(0).starts_with("create cache: skipped: a stack of this name appeared"));
    EXPECT_EQ(world.writes(), 0U);
}

// Its id and its name stay when somebody edits an environment's URL.
TEST_P(Apply, AnotherEngineSinceThePlanKeepsAnUpdateBack) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop");
    world.between = [&](const reconcile::Plan&) {
        world.server().world()->find_environment(1)->url = "tcp://10.9.9.9:2375";
    };
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_TRUE(applied.parts[0].starts_with("update shop: skipped: environment 1 leads to another engine"))
        << applied.text();
    EXPECT_EQ(world.writes(), 0U);
}

// A question may stand for an hour.
TEST_P(Apply, ContainersOfThatProjectSinceThePlanKeepACreateBack) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop", older);
    world.declare("cache");
    world.between = [&](const reconcile::Plan&) { run_beside(*world.server().world(), "cache", "web"); };
    const Applied applied = world.apply();
    EXPECT_TRUE(applied.parts.at(0).starts_with("create cache: skipped: container cache-web-9 appeared"))
        << applied.text();
    EXPECT_EQ(world.writes(), 0U);
    world.between = {};
    EXPECT_EQ(readiness(world.apply().plan), Texts{"cache blocked would_adopt"});
    world.declared.back().allow = {Allowance::adopt_running};
    world.between = [&](const reconcile::Plan& plan) {
        EXPECT_EQ(plan.steps.at(0).takes_over, Texts{"cache-web-9"});
        run_beside(*world.server().world(), "cache", "db");
    };
    EXPECT_TRUE(world.apply().parts.at(0).starts_with("create cache: skipped: container cache-db-9 appeared"))
        << "only what the plan named";
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(Apply, AnEnvironmentThatIsCalledOtherwiseByNowIsNotWritten) {
    for (const bool swapped : {true, false}) {
        ApplyWorld world(GetParam(), shop, {}, R"({"id": 2, "name": "staging"})");
        world.declare("shop");
        world.declare("cache");
        world.between = [&](const reconcile::Plan&) {
            const auto inside = world.server().world();
            inside->find_environment("production")->name = "former";
            if (swapped) inside->find_environment("staging")->name = "production";
        };
        const Applied applied = world.apply();
        const std::string why =
            "skipped: environment 1 was called production when it was planned, and is called former now";
        EXPECT_EQ(applied.parts, (Texts{"create cache: " + why, "update shop: " + why})) << applied.text();
        EXPECT_EQ(world.writes(), 0U);
    }
}

TEST_P(Apply, ADeploymentThatPrunesRemovesNothingThatAppearedSinceThePlan) {
    ApplyWorld world(GetParam(), shop);
    world.server().world()->find_stack(11)->option = portainer_double::StackOption{.prune = true};
    world.declare("shop").runtime = false;
    world.between = [&](const reconcile::Plan&) { run_beside(*world.server().world(), "shop", "debug"); };
    const Applied applied = world.apply();
    EXPECT_TRUE(applied.parts.at(0).starts_with("update shop: skipped: container shop-debug-9 appeared"))
        << applied.text();
    EXPECT_EQ(world.writes(), 0U);
    world.server().world()->find_stack(11)->option.reset();
    world.between = {};
    EXPECT_TRUE(world.apply().parts.at(0).starts_with("update shop: ")) << "nothing is pruned";
    EXPECT_GT(world.writes(), 0U);
}

TEST_P(Apply, OfASwarmStackThatPrunesContainersOfAComposeProjectStayAndDoNotCount) {
    for (const bool service : {false, true}) {
        ApplyWorld world(GetParam(),
                         std::string(shop) + R"(,{"id": 12, "name": "crowd", "environment": 2, "type": "swarm",
                             "file": "services:\n  web:\n    image: local/web:1.0\n"})",
                         {}, R"({"id": 2, "name": "cluster", "swarm": true})");
        world.server().world()->find_stack(12)->option = portainer_double::StackOption{.prune = true};
        DesiredStack& stack = world.declare("crowd");
        stack.type = StackType::swarm;
        stack.environment = EnvironmentRef{.id = {}, .name = "cluster"};
        run_beside(*world.server().world(), "crowd", "debug", "cluster");
        world.between = [&](const reconcile::Plan&) {
            if (!service) return;
            const auto inside = world.server().world();
            auto& services = inside->host_of(*inside->find_environment("cluster")).services;
            portainer_double::SwarmService stranger = services.front();
            stranger.id = "z" + stranger.id.substr(1);
            stranger.name = "crowd_debug";
            services.push_back(stranger);
            ++inside->revision;
        };
        const Applied applied = world.apply();
        ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
        EXPECT_EQ(applied.parts[0].starts_with("update crowd: skipped: service crowd_debug appeared"), service)
            << applied.parts[0];
        EXPECT_EQ(applied.parts[0] == "update crowd: done", !service) << applied.parts[0];
    }
}

TEST(SameEngine, NodesOfOneSwarmAnswerInTurnAndNoOtherEngineDoes) {
    const auto engine = [](std::string id, std::string swarm) {
        Engine made;
        made.id = std::move(id);
        made.swarm_id = std::move(swarm);
        return made;
    };
    EXPECT_TRUE(is_same_engine(engine("a", ""), engine("a", "")));
    EXPECT_TRUE(is_same_engine(engine("a", "s"), engine("b", "s"))) << "another manager of the swarm";
    EXPECT_FALSE(is_same_engine(engine("a", ""), engine("b", "")));
    EXPECT_FALSE(is_same_engine(engine("a", "s"), engine("a", ""))) << "it left its swarm";
    EXPECT_FALSE(is_same_engine(engine("a", ""), engine("a", "s")));
    EXPECT_FALSE(is_same_engine(engine("a", "s"), engine("a", "t")));
    EXPECT_TRUE(has_no_lasting_id(engine("a", ""), engine("b", ""), engine("c", ""))) << "Podman";
    EXPECT_FALSE(has_no_lasting_id(engine("a", ""), engine("b", ""), engine("b", ""))) << "another engine";
    EXPECT_FALSE(has_no_lasting_id(engine("a", ""), engine("b", ""), engine("a", ""))) << "two answer in turn";
    EXPECT_FALSE(has_no_lasting_id(engine("a", "s"), engine("b", "t"), engine("c", "u"))) << "swarms have lasting ids";
}

TEST_P(Apply, WindowsAndFreezesAreThoseOfTheMomentOfWriting) {
    ApplyWorld world(GetParam(), shop);
    DesiredStack& shop = world.declare("shop");
    const UnixSeconds now = world.clock.unix_seconds();
    shop.policy.freezes = {{.from = now + 3600, .until = now + 7200, .reason = "year end"}};
    world.between = [&](const reconcile::Plan&) { world.clock.shift += std::chrono::seconds(3700); };
    const Applied applied = world.apply();
    ASSERT_EQ(applied.skipped.size(), 1U) << applied.text();
    EXPECT_TRUE(applied.skipped[0].starts_with("shop skipped: not_now: frozen: year end")) << applied.text();
    EXPECT_EQ(world.writes(), 0U);
    EXPECT_TRUE(world.ledger().log().value().empty());
}

// What was started for a change is stopped again, whatever time it is by then; what is another write waits.
TEST_P(Apply, AFreezeThatBeginsWithinAStepLetsItEndWhatItBegan) {
    ApplyWorld world(GetParam(), R"({"id": 11, "name": "shop", "environment": 1, "status": "inactive",
                                     "file": "services:\n  web:\n    image: local/web:1.0\n"})");
    DesiredStack& shop = world.declare("shop");
    shop.state = DesiredState::stopped;
    shop.allow = {Allowance::start_to_change};
    const UnixSeconds now = world.clock.unix_seconds();
    shop.policy.freezes = {{.from = now + 3600, .until = now + 7200, .reason = "year end"}};
    world.on_part = [&](const PartResult&) { world.clock.shift = std::chrono::seconds(3700); };
    EXPECT_EQ(world.apply().parts, (Texts{"update shop: done", "stop shop: done"}));
}

TEST_P(Apply, AnotherDatabaseIsNotWritten) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop");
    world.declare("worker");
    world.between = [&](const reconcile::Plan&) { world.server().world()->instance_id = "another"; };
    const Applied applied = world.apply();
    EXPECT_TRUE(applied.parts.at(0).contains("skipped: the server has changed since it was planned")) << applied.text();
    EXPECT_EQ(applied.skipped.size(), 1U) << "nothing more is sent to it";
    EXPECT_EQ(world.writes(), 0U);
}

// An answer that is lost before, during or after the work: whatever was done is known in the end, and nothing is done
// twice.
TEST_P(Apply, AServerRestoredFromABackupIsNotWrittenUntilItIsTrustedAnew) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop");
    const auto before = *world.server().world()->find_stack(11);
    EXPECT_EQ(world.apply().parts, Texts{"update shop: done"});
    *world.server().world()->find_stack(11) = before;
    EXPECT_EQ(readiness(world.apply().plan), Texts{"shop blocked other_instance"});
    LogEntry trusted;
    trusted.kind = LogKind::trusted;
    trusted.by = "alice";
    trusted.stack = {.server = "main", .instance_id = "5dd72a1f-939b-494c-861f-23d068846b6a"};
    ASSERT_TRUE(world.ledger().append(trusted).has_value());
    if (GetParam() != Version::v2_43_0) { // what runs is not of the file: somebody may be at work
        EXPECT_EQ(readiness(world.apply().plan), Texts{"shop held seen_once"});
        world.seen_before = true;
        EXPECT_EQ(readiness(world.apply().plan), Texts{"shop held at_work"});
        world.clock.shift = std::chrono::hours(2);
        world.server().world()->clock_offset = 7200;
    }
    EXPECT_EQ(world.apply().parts, Texts{"update shop: done"});
}

TEST_P(Apply, ALostAnswerIsSettledByReading) {
    for (const When when : {When::before, When::during, When::after}) {
        for (const FaultKind kind : {FaultKind::drop, FaultKind::status}) {
            ApplyWorld world(GetParam(), shop);
            world.declare("shop");
            world.server().add_fault({.kind = kind, .when = when, .method = "PUT", .times = 1});
            const Applied first = world.apply();
            ASSERT_EQ(first.parts.size(), 1U);
            EXPECT_EQ(world.writes(), 1U) << "sent once, whatever came back";
            world.server().clear_faults();
            world.open();
            if (first.parts[0] == "update shop: done") {
                EXPECT_EQ(world.apply().plan.in_sync, 1U);
                continue;
            }
            EXPECT_EQ(first.parts[0], "update shop: unknown") << first.text();
            world.settings.limits.deploy_timeout = std::chrono::seconds(3600);
            const Applied second = world.apply();
            EXPECT_EQ(world.writes(), 1U) << "nothing is sent while it may still be under way: " << second.text();
            EXPECT_EQ(readiness(second.plan), Texts{"shop blocked unsettled"});
            if (when == When::during) continue; // the double's deployment ends only when it is told to
            world.settings.limits.deploy_timeout = std::chrono::seconds(1);
            world.clock.shift = std::chrono::hours(2);
            world.server().world()->clock_offset = 7200;
            const Applied third = world.apply();
            EXPECT_TRUE(world.standing().open.empty()) << third.text();
            EXPECT_EQ(third.parts, (Texts{"settled shop: refused", "update shop: done"}));
        }
    }
}

TEST_P(Apply, ACreateWhoseAnswerIsLostIsNeverSentTwice) {
    for (const When when : {When::before, When::during, When::after}) {
        ApplyWorld world(GetParam(), shop);
        world.declare("shop", older);
        world.declare("cache");
        world.server().add_fault({.kind = FaultKind::drop, .when = when, .method = "POST", .times = 1});
        world.settings.limits.deploy_timeout = std::chrono::seconds(1);
        const Applied first = world.apply();
        const bool known = first.parts.at(0) == "create cache: done";
        EXPECT_TRUE(known || first.parts[0] == "create cache: unknown") << first.text();
        // 2.39.0 stores a new record without its author, so that nobody can tell whose it is.
        EXPECT_EQ(known, when == When::after && GetParam() != Version::v2_39_0) << first.text();
        for (int i = 0; i < 3; ++i) { // three more runs, each as a process that starts again
            world.open();
            const Applied again = world.apply();
            EXPECT_EQ(world.writes(), 1U) << again.text();
            EXPECT_TRUE(std::ranges::none_of(again.plan.steps, [](const reconcile::Step& step) {
                return step.readiness == reconcile::Readiness::to_do;
            })) << again.text();
        }
    }
}

TEST_P(Apply, ADeploymentThatFailsSaysWhetherSomethingWentDown) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop", "services:\n  web:\n    image: local/nosuch:1\n");
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U);
    const auto inside = world.server().world();
    const auto& containers = inside->host_of(*inside->find_environment("production")).containers;
    const bool runs =
        std::ranges::any_of(containers, [](const portainer_double::Container& one) { return one.state == "running"; });
    EXPECT_EQ(applied.parts[0], runs ? "update shop: failed" : "update shop: outage");
    EXPECT_TRUE(world.standing().open.empty());
}

TEST_P(Apply, ASwarmWhoseTasksStartAnewIsNotDone) {
    for (const bool fails : {false, true}) {
        ApplyWorld world(GetParam(),
                         R"({"id": 12, "name": "shop", "environment": 2, "type": "swarm",
                             "file": "services:\n  web:\n    image: local/web:1.0\n"})",
                         {}, R"({"id": 2, "name": "cluster", "swarm": true})");
        const std::string file = std::string(web) + (fails ? "    command: [\"false\"]\n" : "");
        DesiredStack& stack = world.declare("shop", file);
        stack.type = StackType::swarm;
        stack.environment = EnvironmentRef{.id = {}, .name = "cluster"};
        std::string said;
        world.on_part = [&](const PartResult& result) { said = result.message; };
        const Texts expected{fails ? "update shop: not_converged" : "update shop: done"};
        const Applied applied = world.apply();
        EXPECT_EQ(applied.parts, expected) << applied.text();
        EXPECT_EQ(said.contains("started anew again and again"), fails) << said;
    }
}

TEST_P(Apply, AStackThatCreatesTwiceIsTouchedNoMore) {
    if (!newest()) GTEST_SKIP() << "older servers let one of two through";
    for (const char* who : {"ptr_admin", "ptr_alice"}) {
        ApplyWorld world(GetParam(), shop);
        world.declare("shop", older);
        world.declare("cache");
        portainer_double::Request rival;
        rival.method = "POST";
        rival.target = "/api/stacks/create/standalone/string?endpointId=1";
        rival.headers = {{"x-api-key", who}};
        rival.body = R"({"Name": "cache", "StackFileContent": "services:\n  web:\n    image: local/web:1.0\n"})";
        world.server().world()->unseen_creates = 2;
        world.server().add_meanwhile(
            {.after = false, .method = "POST", .path_prefix = "/api/stacks/create", .request = rival});
        EXPECT_EQ(world.apply().parts, Texts{"create cache: twice"});
        const std::size_t sent = world.writes();
        EXPECT_EQ(readiness(world.apply().plan), Texts{"cache blocked unsettled"});
        EXPECT_EQ(world.writes(), sent);
    }
}

// Another process wrote after this one had planned, and its answer was lost: on a server that shows a stack only once
// it is deployed, nothing but the ledger knows of it.
TEST_P(Apply, WhatAnotherProcessLeftOpenSinceThePlanIsNotSentAgain) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop", older);
    world.declare("cache");
    world.between = [&](const reconcile::Plan&) {
        LogEntry other;
        other.at = world.clock.unix_seconds();
        other.by = "another with mooring apply";
        other.stack = {.server = "main",
                       .instance_id = world.settings.instance,
                       .environment = 1,
                       .environment_name = "production",
                       .name = "cache",
                       .id = {}};
        other.intent = {.action = "create", .user = "admin", .newest = 11};
        ASSERT_TRUE(world.ledger().append(other));
    };
    const Applied applied = world.apply();
    EXPECT_EQ(world.writes(), 0U) << applied.text();
    ASSERT_EQ(applied.skipped.size(), 1U);
    EXPECT_TRUE(applied.skipped[0].contains("nobody knows yet what came of the create")) << applied.skipped[0];
}

TEST_P(Apply, WhatAnotherProcessIsDoingRightNowIsNotSettled) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop", older);
    LogEntry doing;
    doing.at = world.clock.unix_seconds();
    doing.stack = {.server = "main",
                   .instance_id = world.settings.instance,
                   .environment = 1,
                   .environment_name = "production",
                   .name = "shop",
                   .id = 11,
                   .created_at = world.server().world()->find_stack(11)->created};
    doing.intent = {.action = "update", .updated_at = 1, .user = "admin"};
    world.server().world()->find_stack(11)->updated_by = "admin";
    world.server().world()->find_stack(11)->updated = 5;
    ASSERT_TRUE(world.ledger().append(doing));
    const UnixSeconds now = world.clock.unix_seconds();
    ASSERT_FALSE(world.ledger().take_lease("main", {.holder = "another", .until = now + 60}, now).value());
    (void)world.apply();
    EXPECT_EQ(world.standing().open.size(), 1U);
    ASSERT_TRUE(world.ledger().end_lease("main", "another"));
    EXPECT_EQ(world.apply().parts, Texts{"settled shop: sent"});
    EXPECT_TRUE(world.standing().open.empty());
}

TEST_P(Apply, TwoProcessesDoNotWriteToOneServer) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop");
    const UnixSeconds now = world.clock.unix_seconds();
    // By its name, and by what it is: another configuration may call it otherwise.
    for (const char* name : {"main", "instance 5dd72a1f-939b-494c-861f-23d068846b6a"}) {
        ASSERT_FALSE(world.ledger().take_lease(name, {.holder = "another", .until = now + 60}, now).value()) << name;
        const Applied applied = world.apply();
        EXPECT_EQ(world.writes(), 0U) << name;
        ASSERT_EQ(applied.skipped.size(), 1U) << name;
        EXPECT_TRUE(applied.skipped[0].contains("another writes to this server")) << name;
        ASSERT_TRUE(world.ledger().end_lease(name, "another").has_value());
    }
}

TEST_P(Apply, WithoutABackupNothingIsOverwritten) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop");
    std::filesystem::create_directories(world.backups() / ".git");
    EXPECT_TRUE(world.apply().parts.at(0).contains("skipped: backups hold secrets"));
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(Apply, WhatComesAfterAStackThatWasNotDoneWaits) {
    ApplyWorld world(GetParam(), shop);
    world.declare("shop", "services:\n  web:\n    image: local/nosuch:1\n");
    world.declare("cache").policy.after = {"shop"};
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_EQ(applied.skipped.size(), 1U);
    EXPECT_EQ(world.writes(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Generations, Apply,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0),
                         [](const auto& version) {
                             return std::string(1, 'v') + std::to_string(static_cast<int>(version.param));
                         });

} // namespace
} // namespace mooring::apply
