// What a deployment pulls (reconcile.md §3.2), and what is asked for it.
#include "reconcile/render.hpp"
#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

constexpr bool yes = true;
constexpr bool no = false;
const std::optional<bool> unsure;

const ImageToCome web{.written = "nginx:1.27", .on_host = yes};
const ImageToCome lacking{.written = "app:2", .on_host = no};
const ImageToCome pinned{.written = "db@sha256:0", .on_host = yes, .pinned = true};
const ImageToCome unread{.written = "app:2", .on_host = unsure};

// "pulls; note", "app:2 ..." or the code: what comes of it.
std::string said(const PullCase& about) {
    const Pulling pulling = pulling_of(about);
    if (!pulling.code.empty()) return "blocked " + pulling.code;
    return std::string(pulling.pulls ? "pulls; " : "") + words_of(pulling.images);
}

TEST(PlanPulling, AnOlderServerPullsFirstOrNothingIsDone) {
    const auto older = [](std::vector<ImageToCome> images, Pull policy = Pull::unset) {
        return said({.policy = policy, .failure_takes_down = true, .images = std::move(images)});
    };
    EXPECT_EQ(older({web, pinned}), "");
    EXPECT_EQ(older({lacking}), "pulls; pulls app:2 (not on the host)");
    EXPECT_EQ(older({lacking, pinned}), "pulls; pulls app:2 (not on the host)") << "pulling moves no other";
    EXPECT_EQ(older({lacking, web}), "blocked pull_renews");
    EXPECT_EQ(older({lacking, web}, Pull::missing),
              "pulls; pulls app:2 (not on the host; policy.pull: missing); nginx:1.27 may move, too");
    EXPECT_EQ(older({lacking, web}, Pull::always),
              "pulls; pulls its images again (policy.pull: always); app:2, nginx:1.27 may move, too");
    EXPECT_EQ(older({web, unread}), "blocked images_not_known");
    EXPECT_EQ(older({web, unread}, Pull::missing), "blocked images_not_known");
    EXPECT_EQ(older({unread}, Pull::always),
              "pulls; pulls its images again (policy.pull: always); app:2 may move, too");
    EXPECT_NE(pulling_of({.failure_takes_down = true, .images = {lacking, web}}).message.find("also renew nginx:1.27"),
              std::string::npos);
}

TEST(PlanPulling, WhichImagesTheHeadOfABranchNamesIsNotKnown) {
    for (const Pull policy : {Pull::unset, Pull::missing})
        EXPECT_EQ(said({.policy = policy, .failure_takes_down = true, .file_known = false}),
                  "blocked images_not_known");
    EXPECT_EQ(said({.policy = Pull::always, .failure_takes_down = true, .file_known = false}),
              "pulls; pulls its images again (policy.pull: always)");
    EXPECT_EQ(said({.failure_takes_down = false, .file_known = false}), "");
}

TEST(PlanPulling, WhereNothingGoesDownTheEnginePullsAndThePlanSaysSo) {
    for (const bool creates : {yes, no}) {
        const auto of = [&](std::vector<ImageToCome> images) {
            return said({.creates = creates, .failure_takes_down = creates, .images = std::move(images)});
        };
        EXPECT_EQ(of({web}), "");
        EXPECT_EQ(of({lacking, web}), "pulls app:2 (not on the host)");
        EXPECT_EQ(of({unread, web}), "not known: whether the host has app:2");
    }
    EXPECT_EQ(said({.policy = Pull::always, .creates = yes, .images = {web}}), "") << "no create can ask for it";
}

TEST(PlanPulling, TheServersVersionAndItsHostDecide) {
    const auto of = [](std::string version, const Texts& images, Pull pull = Pull::unset) {
        PlanWorld world;
        world.facts.status.value->version = std::move(version);
        world.desired.source =
            DesiredContent{.text = "services: {web: {image: 'docker.io/library/nginx:${TAG}'}, db: {image: 'db:7'}, "
                                   "debug: {image: tools, profiles: [debug]}}",
                           .file = "c"};
        world.desired.env = std::vector<DesiredEnv>{{.name = "TAG", .value = Secret("1.27")}};
        world.desired.policy.pull = pull;
        world.host_has(images).differs(Subject::content);
        const Step step = world.step();
        if (!step.obstacles.empty()) return step.obstacles.front().code;
        return std::string(step.parts.at(0).pulls ? "pulls: " : "") + words_of(step.images);
    };
    for (const char* version : {"2.23.0", "2.33.0-rc1", "2.39.0", "2.42.9", "odd"}) {
        EXPECT_EQ(of(version, {"nginx:1.27", "db:7"}), "") << version;
        EXPECT_EQ(of(version, {"nginx:1.27"}), "pull_renews") << version;
        EXPECT_EQ(
            of(version, {"nginx:1.27"}, Pull::missing),
            "pulls: pulls db:7 (not on the host; policy.pull: missing); docker.io/library/nginx:${TAG} may move, too");
    }
    for (const char* version : {"2.43.0", "2.44.1", "3.0.0"}) {
        EXPECT_EQ(of(version, {"nginx:1.27", "db:7"}), "") << version;
        EXPECT_EQ(of(version, {"nginx:1.27"}), "pulls db:7 (not on the host)") << version;
        EXPECT_EQ(of(version, {"db:7"}, Pull::missing), "pulls docker.io/library/nginx:${TAG} (not on the host)");
    }
}

TEST(PlanPulling, AContainerThatShowsAnImageProvesIt) {
    PlanWorld world;
    world.facts.status.value->version = "2.23.0";
    world.differs(Subject::content).input.servers["main"].images.clear();
    EXPECT_EQ(world.said(), "blocked images_not_known");
    EXPECT_EQ(images_to_ask(world.input, "main"), std::set<EnvironmentId>{1});
    world.facts.runtime[1].containers.value = std::vector{Container{.name = "x", .image = "docker.io/nginx:1.27"}};
    EXPECT_EQ(world.said(), "update");
    EXPECT_EQ(images_to_ask(world.input, "main"), std::set<EnvironmentId>{}) << "what runs says it";
}

TEST(PlanPulling, WhatRunsIsReadWhereJudgingDidNotAsk) {
    PlanWorld world;
    world.differs(Subject::state).plan();
    using Asked = std::set<std::pair<EnvironmentId, DockerKind>>;
    EXPECT_EQ(runtime_to_ask(world.input, "main"), Asked{});
    world.facts.runtime.clear();
    EXPECT_EQ(runtime_to_ask(world.input, "main"), (Asked{{1, DockerKind::container}}));
    world.facts.runtime[1].containers.reply.outcome = Outcome::denied;
    EXPECT_EQ(runtime_to_ask(world.input, "main"), Asked{}) << "it was refused";
    world.desired.type = world.record.type.emplace(StackType::swarm);
    world.plan();
    EXPECT_EQ(runtime_to_ask(world.input, "main"), (Asked{{1, DockerKind::service}}));
    world.desired.policy.mode = PolicyMode::report;
    world.plan();
    EXPECT_EQ(runtime_to_ask(world.input, "main"), Asked{}) << "nothing of it is written";
}

} // namespace
} // namespace mooring::reconcile::test
