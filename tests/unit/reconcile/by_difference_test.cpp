#include "unit/reconcile/plan_world.hpp"

#include <algorithm>

namespace mooring::reconcile::test {
namespace {

struct Line {
    Subject subject;
    std::string file;    // of a file stack
    std::string git;     // of a Git stack
    std::string allowed; // of a Git stack with redeploy-git
};

// reconcile.md §3.1: reference, path and files are what a redeployment follows.
TEST(PlanByDifference, HowACertificateIsCheckedRedeploysNothing) {
    PlanWorld world;
    EXPECT_EQ(world.from_git().differs(Subject::git_settings, "git.tlsSkipVerify").said(), "settings");
    EXPECT_EQ(world.differs(Subject::git_settings, "git.path").said(), "settings redeploy");
}

TEST(PlanByDifference, ADeclaredCommitThatRunsIsNotGivenUpForTheHead) {
    for (const Subject subject : {Subject::env, Subject::gone, Subject::git_settings}) {
        PlanWorld world;
        world.from_git().allow(Allowance::redeploy_git).differs(subject, "git.reference");
        EXPECT_TRUE(world.said().ends_with("redeploy")) << world.said();
        std::get<DesiredGit>(world.desired.source).commit = "aaa";
        EXPECT_EQ(world.said(), "blocked deploys_the_head");
        world.differs(Subject::commit);
        EXPECT_TRUE(world.said().ends_with("redeploy")) << "it may be the head: " << world.said();
    }
}

// reconcile.md §3.1, the rows of `drifted`.
TEST(PlanByDifference, EachSubjectHasItsPartOrItsReason) {
    const std::vector<Line> table{
        {Subject::type, "blocked not_in_place", "blocked not_in_place", "blocked not_in_place"},
        {Subject::environment, "blocked not_in_place", "blocked not_in_place", "blocked not_in_place"},
        {Subject::name, "blocked not_in_place", "blocked not_in_place", "blocked not_in_place"},
        {Subject::git_url, "blocked other_repository", "blocked other_repository", "blocked other_repository"},
        {Subject::git_settings, "blocked no_git", "settings redeploy", "settings redeploy"},
        {Subject::auto_update, "blocked no_git", "settings", "settings"},
        {Subject::polling, "blocked no_git", "settings", "settings"},
        {Subject::commit, "", "blocked deploys_the_head", "redeploy"},
        {Subject::content, "update", "", ""},
        {Subject::env, "update", "blocked deploys_the_head", "settings redeploy"},
        {Subject::env_twice, "update", "blocked deploys_the_head", "settings redeploy"},
        {Subject::state, "start", "start", "start"},
        {Subject::access, "access", "access", "access"},
        {Subject::deployment, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::gone, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::not_started, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::ended_kept, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::image, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::too_many, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::scaled, "update", "blocked deploys_the_head", "redeploy"},
        {Subject::short_of, "blocked nothing_fits", "blocked nothing_fits", "blocked nothing_fits"},
        {Subject::ended, "blocked needs_a_person", "blocked needs_a_person", "blocked needs_a_person"},
        {Subject::troubled, "blocked needs_a_person", "blocked needs_a_person", "blocked needs_a_person"},
        {Subject::tasks, "blocked needs_a_person", "blocked needs_a_person", "blocked needs_a_person"},
        {Subject::update, "blocked needs_a_person", "blocked needs_a_person", "blocked needs_a_person"},
        {Subject::job, "blocked needs_a_person", "blocked needs_a_person", "blocked needs_a_person"},
        {Subject::unwanted, "blocked runs_unasked", "blocked runs_unasked", "blocked runs_unasked"},
        {Subject::foreign, "blocked foreign_service", "blocked foreign_service", "blocked foreign_service"},
    };
    for (const Line& line : table) {
        const std::string where = "subject " + std::to_string(static_cast<int>(line.subject));
        if (!line.file.empty()) {
            EXPECT_EQ(PlanWorld().differs(line.subject).said(), line.file) << where;
        }
        if (!line.git.empty()) {
            EXPECT_EQ(PlanWorld().from_git().differs(line.subject).said(), line.git) << where;
        }
        if (!line.allowed.empty()) {
            EXPECT_EQ(PlanWorld().from_git().allow(Allowance::redeploy_git).differs(line.subject).said(), line.allowed)
                << where;
        }
    }
}

// `web` ended after a write of Mooring's own took it down, and `mooring restore` is asked to put it back.
struct Restored : PlanWorld {
    std::set<std::string> fell{"web"};
    bool restores = true;
    Restored() {
        differs(Subject::content, "services.web.command")
            .differs(Subject::ended, "services.web.containers[a].state", "web");
        seen.content_digest = "the server's";
        input.puts_back = [this](const std::string& server, const StackRecord& one, const std::string& digest) {
            const bool known = server == "main" && one.id == 7 && digest == "the server's";
            return known && restores ? std::optional(PutBack{"kept/1", fell}) : std::nullopt;
        };
    }
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;
    ~Restored() = default;
    Change& ended() { return seen.result.changes.back(); }
};

TEST(PlanByDifference, WhatMooringsOwnWriteTookDownIsPutBackByItsBackupAlone) {
    Restored back;
    const Step step = back.step();
    EXPECT_TRUE(step.obstacles.empty());
    ASSERT_EQ(step.parts.size(), 1U);
    EXPECT_EQ(step.parts[0].action, Action::update);
    EXPECT_NE(std::ranges::find(step.notes, "puts back what Mooring's own write took down: web"), step.notes.end());

    using W = Restored&;
    const std::vector<std::tuple<const char*, std::string, void (*)(W)>> table{
        {"one that goes up and down", "update",
         [](W w) {
             w.ended().subject = Subject::troubled;
             w.ended().actual = "restarting (7 times)";
         }},
        {"one that is ill", "update",
         [](W w) {
             w.ended().subject = Subject::troubled;
             w.ended().actual = "unhealthy";
         }},
        {"the server kept what was there", "update",
         [](W w) { w.seen.result.changes.erase(w.seen.result.changes.begin()); }},
        {"its deployment failed", "update",
         [](W w) {
             w.record.status = 4;
             w.desired.env.emplace();
             w.desired.env_strict = true;
         }},
        {"nothing is restored", "blocked needs_a_person", [](W w) { w.restores = false; }},
        {"nothing proves it", "blocked needs_a_person", [](W w) { w.fell.clear(); }},
        {"another service fell", "blocked needs_a_person", [](W w) { w.fell = {"db"}; }},
        {"another one ended, too", "blocked needs_a_person",
         [](W w) { w.differs(Subject::ended, "services.db", "db"); }},
        {"somebody paused it", "blocked needs_a_person",
         [](W w) {
             w.ended().subject = Subject::troubled;
             w.ended().actual = "paused";
         }},
        {"a swarm's tasks", "blocked needs_a_person", [](W w) { w.ended().subject = Subject::tasks; }},
        {"a job", "blocked needs_a_person", [](W w) { w.ended().subject = Subject::job; }},
        {"a swarm", "blocked needs_a_person", [](W w) { w.record.type = w.desired.type = StackType::swarm; }},
        {"somebody stopped it", "blocked needs_a_person", [](W w) { w.record.status = 2; }},
        {"not ours", "blocked not_adopted", [](W w) { w.owned = Ownership::none; }},
    };
    for (const auto& [why, said, change] : table) {
        Restored world;
        change(world);
        EXPECT_EQ(world.said(), said) << why;
    }
    Restored unproven;
    unproven.fell.clear();
    const std::string remedy = unproven.step().obstacles.front().remedy;
    EXPECT_NE(remedy.find("put the text of kept/1/compose.yaml there and the variables of kept/1/record.json (`env`)"),
              std::string::npos)
        << remedy;
}

TEST(PlanByDifference, AFileOverGitIsADetachingThatMustBeAllowed) {
    PlanWorld world;
    world.record.git = GitConfig{.url = "u"};
    EXPECT_EQ(world.differs(Subject::source).said(), "blocked detaches_git");
    world.allow(Allowance::detach_git);
    EXPECT_EQ(world.said(), "update");
    EXPECT_TRUE(world.step().parts.at(0).detaches);
    PlanWorld back;
    back.desired.source = DesiredGit{.url = "u"};
    EXPECT_EQ(back.differs(Subject::source).said(), "blocked file_to_git");
}

TEST(PlanByDifference, OneWritePerActionWhateverAsksForIt) {
    PlanWorld world;
    world.differs(Subject::content).differs(Subject::env).differs(Subject::gone).differs(Subject::access);
    EXPECT_EQ(world.said(), "update access");
    EXPECT_EQ(world.step().corrections.size(), 4U);
    EXPECT_EQ(world.step().corrections[0].becomes, "a");
}

TEST(PlanByDifference, WhatIsAcceptedByAWaiverAsksForNothing) {
    PlanWorld world;
    world.differs(Subject::access).differs(Subject::env);
    world.seen.result.changes[1].waiver = "renovate";
    EXPECT_EQ(world.said(), "access");
}

TEST(PlanByDifference, AccessThatNarrowsComesFirst) {
    PlanWorld world;
    world.differs(Subject::access).differs(Subject::content);
    world.desired.access = DesiredAccess{.kind = DesiredAccess::Kind::administrators};
    world.record.resource_control = ResourceControl{.id = 4, .is_public = true};
    EXPECT_EQ(world.said(), "access update");
    world.desired.access->kind = DesiredAccess::Kind::everyone;
    EXPECT_EQ(world.said(), "update access");
    const auto restricted = [&](std::vector<std::int64_t> have, std::vector<Principal> declared) {
        world.record.resource_control = ResourceControl{.id = 4, .users = std::move(have)};
        world.desired.access = DesiredAccess{.kind = DesiredAccess::Kind::restricted, .users = std::move(declared)};
        return world.said();
    };
    EXPECT_EQ(restricted({2}, {{.id = 2}, {.id = 3}}), "update access") << "nobody loses it";
    EXPECT_EQ(restricted({2, 3}, {{.id = 2}}), "access update");
    EXPECT_EQ(restricted({2}, {{.name = "anna"}}), "access update") << "2 may be somebody else";
    world.facts.users.value = std::vector<NamedId>{{.id = 2, .name = "anna"}, {.id = 3, .name = "berta"}};
    EXPECT_EQ(restricted({2}, {{.name = "Anna"}, {.name = "berta"}}), "update access") << "nobody loses it";
    EXPECT_EQ(restricted({2, 3}, {{.name = "anna"}}), "access update");
    EXPECT_EQ(restricted({1}, {{.name = "deploy"}, {.name = "anna"}}), "update access") << "the token's own user";
    world.facts.users.value->push_back({.id = 4, .name = "ANNA"});
    EXPECT_EQ(restricted({2}, {{.name = "anna"}}), "access update") << "which of two is not known";
    EXPECT_EQ(restricted({}, {{.id = 2}}), "update access") << "it was the administrators' alone";
}

TEST(PlanByDifference, WidenedForATeamByItsNameComesLast) {
    PlanWorld world;
    world.differs(Subject::access).differs(Subject::content);
    world.record.resource_control = ResourceControl{.id = 4, .users = {1}, .teams = {5}};
    world.desired.access = DesiredAccess{.kind = DesiredAccess::Kind::restricted,
                                         .users = {{.name = "deploy"}, {.name = "anna"}},
                                         .teams = {{.name = "web"}}};
    world.facts.teams.value = std::vector<NamedId>{{.id = 5, .name = "web"}};
    EXPECT_EQ(world.said(), "update access");
    world.facts.teams.value->front().id = 6;
    EXPECT_EQ(world.said(), "access update");
}

// It would end in 403, and be planned again for ever; what stands beside it is not sent either.
TEST(PlanByDifference, AccessThatAUsersTokenCannotGiveBlocks) {
    using Kind = DesiredAccess::Kind;
    const auto said = [](const DesiredAccess& access, bool controlled = true) {
        PlanWorld world;
        world.user().differs(Subject::access).differs(Subject::content);
        if (controlled) world.record.resource_control = ResourceControl{.id = 4, .users = {1}};
        world.desired.access = access;
        return world.said();
    };
    EXPECT_EQ(said({.kind = Kind::restricted, .users = {{.name = "deploy"}}, .teams = {{.name = "web"}}}),
              "blocked access_out_of_reach");
    EXPECT_EQ(said({.kind = Kind::restricted, .users = {{.name = "anna"}}}), "blocked access_out_of_reach");
    EXPECT_EQ(said({.kind = Kind::administrators}), "blocked access_out_of_reach");
    EXPECT_EQ(said({.kind = Kind::restricted, .users = {{.name = "Deploy"}}}), "update access");
    EXPECT_EQ(said({.kind = Kind::everyone}), "update access");
    EXPECT_EQ(said({.kind = Kind::everyone}, false), "blocked access_out_of_reach") << "POST is an administrator's";
}

TEST(PlanByDifference, ADeploymentThatIsStuckNeedsTheServerRestarted) {
    PlanWorld world;
    world.record.status = 3;
    EXPECT_EQ(world.differs(Subject::deployment).said(), "blocked deployment_stuck");
    EXPECT_EQ(world.step().obstacles[0].remedy, "restart Portainer");
}

TEST(PlanByDifference, WhatRunsThoughItIsStoppedMustBeStartedFirst) {
    PlanWorld world;
    world.record.status = 2;
    world.desired.state = DesiredState::stopped;
    EXPECT_EQ(world.differs(Subject::unwanted).said(), "blocked runs_though_stopped");
    PlanWorld running;
    running.desired.state = DesiredState::stopped;
    running.differs(Subject::state).differs(Subject::unwanted);
    EXPECT_EQ(running.said(), "stop");
}

TEST(PlanByDifference, PollingStartsAgainOnlyForAnActiveStack) {
    PlanWorld world;
    world.from_git().record.status = 4;
    EXPECT_EQ(world.differs(Subject::polling).said(), "blocked not_settled");
}

} // namespace
} // namespace mooring::reconcile::test
