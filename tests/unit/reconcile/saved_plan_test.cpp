// A saved plan is written only while everything that it stands on is as it was.
#include "reconcile/render.hpp"

#include "unit/reconcile/plan_world.hpp"

#include <span>

namespace mooring::reconcile::test {
namespace {

PlanWorld drifted() {
    PlanWorld world;
    world.differs(Subject::content, "services.web.image");
    world.record.updated_at = now - 500;
    return world;
}

Texts moved(const std::string& saved, PlanWorld& world) { return moved_steps(saved, world.plan()).value(); }

TEST(SavedPlan, HoldsWhileNothingItStandsOnMoves) {
    PlanWorld world = drifted();
    const std::string saved = to_json(world.plan());
    EXPECT_EQ(moved(saved, world), Texts{});
    world.seen.result.changes[0].where.line = 99; // the manifest grew above it
    world.desired.where.line = 7;
    EXPECT_EQ(moved(saved, world), Texts{});
}

TEST(SavedPlan, MovesWithTheRecordTheServerTheDifferencesAndTheParts) {
    const std::pair<const char*, void (*)(PlanWorld&)> changes[]{
        {"a person's update", [](PlanWorld& w) { w.record.updated_at = now - 1; }},
        {"another hand", [](PlanWorld& w) { w.record.updated_by = "eve"; }},
        {"another record", [](PlanWorld& w) { w.record.id = 8; }},
        {"made anew", [](PlanWorld& w) { w.record.created_at = now - 2; }},
        {"another value", [](PlanWorld& w) { w.seen.result.changes[0].desired = "c"; }},
        {"one more difference", [](PlanWorld& w) { w.differs(Subject::content, "services.db"); }},
        {"one more part", [](PlanWorld& w) { w.differs(Subject::access, "access"); }},
        {"pulling", [](PlanWorld& w) { w.desired.policy.pull = Pull::always; }},
        {"another version", [](PlanWorld& w) { w.facts.status.value->version = "2.44.0"; }},
        {"another address", [](PlanWorld& w) { w.facts.url = "https://other.example.test"; }},
        {"blocked by now", [](PlanWorld& w) { w.owned = Ownership::none; }},
        {"in sync by now", [](PlanWorld& w) { w.seen.result.verdict = Verdict::in_sync; }},
    };
    for (const auto& [what, change] : changes) {
        PlanWorld world = drifted();
        const std::string saved = to_json(world.plan());
        change(world);
        EXPECT_EQ(moved(saved, world), Texts{"main shop/production"}) << what;
    }
}

TEST(SavedPlan, WhatIsCutForTheEyeIsComparedWhole) {
    PlanWorld world = drifted();
    Change& change = world.seen.result.changes[0];
    change.whole_desired = std::string(90'000, 'a') + "b";
    const std::string saved = to_json(world.plan());
    EXPECT_EQ(moved(saved, world), Texts{});
    change.whole_desired.back() = 'c';
    EXPECT_EQ(moved(saved, world), Texts{"main shop/production"});
    change.whole_desired = std::string(90'000, 'a') + "b";
    change.whole_actual = "two\nlines";
    const std::string of_lines = to_json(world.plan());
    change.whole_actual = "two \nlines";
    EXPECT_EQ(moved(of_lines, world), Texts{"main shop/production"});
}

TEST(SavedPlan, WhatIsHiddenForAValueInItIsToldMasked) {
    PlanWorld world = drifted();
    Change& change = world.seen.result.changes[0];
    change = {.subject = Subject::content,
              .path = "services.job",
              .desired = "",
              .secret = true,
              .whole_desired = R"({"image":"a:***"})"};
    const std::string saved = to_json(world.plan());
    EXPECT_NE(to_text(world.plan()).find(R"(services.job  nothing  becomes  {"image":"a:***"})"), std::string::npos)
        << to_text(world.plan());
    change.whole_desired = R"({"image":"a:***","privileged":true})";
    EXPECT_EQ(moved(saved, world), Texts{"main shop/production"});
}

TEST(SavedPlan, WhatReplacesAFileThatNobodyReadIsToldWhole) {
    PlanWorld world = drifted();
    world.seen.result.changes = {{.subject = Subject::env, .path = "env.A", .desired = "a"}};
    world.seen.content_read = false;
    const std::string saved = to_json(world.plan());
    ASSERT_EQ(moved(saved, world), Texts{});
    world.desired.source =
        DesiredContent{.text = "services: {web: {image: 'nginx:1.27', privileged: true}}", .file = "compose.yaml"};
    EXPECT_EQ(moved(saved, world), Texts{"main shop/production"});
}

TEST(SavedPlan, WhatWasAcceptedAndIsOverwrittenIsComparedToo) {
    PlanWorld world = drifted();
    world.seen.ignored = {
        {.plane = Plane::content, .subject = Subject::content, .path = "services.web.user", .desired = "1000"}};
    ASSERT_EQ(world.said(), "blocked undoes_accepted");
    world.allow(Allowance::overwrite_accepted);
    const std::string saved = to_json(world.plan());
    EXPECT_NE(to_text(world.plan()).find("services.web.user"), std::string::npos);
    ASSERT_EQ(moved(saved, world), Texts{});
    world.seen.ignored[0].desired = "root";
    EXPECT_EQ(moved(saved, world), Texts{"main shop/production"});
}

using Turn = std::pair<const char*, void (*)(PlanWorld&)>;

// The plan of a create that holds, and no longer after each of these.
void expect_moves(const PlanWorld& made, std::span<const Turn> turns) {
    for (const auto& [what, turn] : turns) {
        PlanWorld world = made;
        ASSERT_EQ(world.said(), "create") << what;
        const std::string saved = to_json(world.plan());
        ASSERT_EQ(moved(saved, world), Texts{}) << what;
        turn(world);
        ASSERT_EQ(world.said(), "create") << what;
        EXPECT_EQ(moved(saved, world), Texts{"main shop/production"}) << what;
    }
}

void declare(PlanWorld& world, const std::string& service, const std::string& rest = "") {
    world.desired.source =
        DesiredContent{.text = "services: {web: {image: 'nginx:1.27'" + service + "}}\n" + rest, .file = "c"};
}

PlanWorld to_be_made() {
    PlanWorld world;
    world.missing().desired.env =
        std::vector<DesiredEnv>{{.name = "COLOR", .value = Secret("green"), .is_public = true}};
    declare(world, "");
    return world;
}

TEST(SavedPlan, ACreateIsTiedToEverythingThatItMakes) {
    constexpr Turn turns[]{
        {"privileged", [](PlanWorld& w) { declare(w, ", privileged: true"); }},
        {"the host's processes", [](PlanWorld& w) { declare(w, ", pid: host"); }},
        {"the host's files", [](PlanWorld& w) { declare(w, ", volumes: ['/:/host']"); }},
        {"a port", [](PlanWorld& w) { declare(w, ", ports: ['2375:2375']"); }},
        {"a long command", [](PlanWorld& w) { declare(w, ", command: [sh, -c, " + std::string(900, 'a') + "]"); }},
        {"one more service", [](PlanWorld& w) { declare(w, "}, job: {image: 'a:latest'"); }},
        {"a network", [](PlanWorld& w) { declare(w, "", "networks: {n: {driver_opts: {a: b}}}"); }},
        {"a public value", [](PlanWorld& w) { w.desired.env->front().value = Secret("red"); }},
        {"no longer public", [](PlanWorld& w) { w.desired.env->front().is_public = false; }},
    };
    expect_moves(to_be_made(), turns);
    PlanWorld hidden = to_be_made();
    hidden.desired.env->front().is_public = false;
    declare(hidden, ", labels: [green-house]"); // short values are not looked for in files
    EXPECT_NE(to_text(hidden.plan()).find("green-house"), std::string::npos) << to_text(hidden.plan());
    hidden.desired.env->front().value = Secret("green-house");
    EXPECT_EQ(to_json(hidden.plan()).find("green-house"), std::string::npos) << to_json(hidden.plan());
}

DesiredGit& git_of(PlanWorld& world) { return std::get<DesiredGit>(world.desired.source); }

TEST(SavedPlan, ACreateFromGitIsTiedToWhereItComesFrom) {
    constexpr Turn turns[]{
        {"url", [](PlanWorld& w) { git_of(w).url = "https://git.evil.test/x"; }},
        {"reference", [](PlanWorld& w) { git_of(w).reference = "refs/heads/other"; }},
        {"path", [](PlanWorld& w) { git_of(w).path = "other.yml"; }},
        {"additional files", [](PlanWorld& w) { git_of(w).additional_files = {"more.yml"}; }},
        {"certificates", [](PlanWorld& w) { git_of(w).tls_skip_verify = true; }},
        {"credentials", [](PlanWorld& w) { git_of(w).credentials = {.username = "u", .password = Secret("p")}; }},
        {"polling", [](PlanWorld& w) { w.desired.auto_update = DesiredAutoUpdate{.interval = "5m"}; }},
        {"a webhook", [](PlanWorld& w) { w.desired.auto_update = DesiredAutoUpdate{.webhook = true}; }},
    };
    PlanWorld world;
    world.missing().desired.source = DesiredGit{.url = "https://git.example.test/shop", .path = "docker-compose.yml"};
    expect_moves(world, turns);
    const std::string text = to_text(world.plan());
    EXPECT_NE(text.find("git.url        https://git.example.test/shop\n"), std::string::npos) << text;
    EXPECT_NE(text.find("git.reference  (default branch)\n"), std::string::npos) << text;
    git_of(world).credentials = {.username = "u", .password = Secret("hidden-password")};
    EXPECT_EQ(to_json(world.plan()).find("hidden-password"), std::string::npos);
}

TEST(SavedPlan, ACreateInAClusterIsTiedToEachObject) {
    const auto pod = [](const std::string& spec) {
        return DesiredContent{.text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
                                      "spec: {containers: [{name: web, image: a}]" +
                                      spec + "}\n",
                              .file = "objects.yaml"};
    };
    PlanWorld world;
    world.missing().desired.type = StackType::kubernetes;
    world.desired.namespace_ = "shop";
    world.input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "shop"}].emplace();
    for (const char* spec : {", hostPID: true", ", hostNetwork: true", ", volumes: [{name: h, hostPath: {path: /}}]"}) {
        world.desired.source = pod("");
        ASSERT_EQ(world.said(), "create");
        const std::string saved = to_json(world.plan());
        ASSERT_EQ(moved(saved, world), Texts{});
        world.desired.source = pod(spec);
        EXPECT_EQ(moved(saved, world), Texts{"main shop/production"}) << spec;
    }
}

TEST(SavedPlan, WhatCameBesideWasNeverRead) {
    PlanWorld world;
    world.seen.result.verdict = Verdict::in_sync;
    const std::string saved = to_json(world.plan());
    PlanWorld later = drifted();
    EXPECT_EQ(moved(saved, later), Texts{"main shop/production"});
}

TEST(SavedPlan, WhatCameBesideUnderTheSameTitleWasNotReadEither) {
    PlanWorld world = drifted();
    const Plan before = world.plan();
    Plan later = before;
    later.steps.push_back(later.steps.front()); // in clusters a name stands once a namespace
    later.steps.back().ground.id = 8;
    EXPECT_EQ(moved_steps(to_json(before), later).value(), Texts{"main shop/production"});
    EXPECT_EQ(moved_steps(to_json(later), before).value(), Texts{"main shop/production"});
}

TEST(SavedPlan, WhatIsDeeperThanAnyPlanIsAnErrorAndNeverACrash) {
    PlanWorld world = drifted();
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    const std::string text =
        R"({"kind": "Plan", "apiVersion": "mooring/v1", "steps": [{"readiness": "to_do", "notes": )" + deep + "}]}";
    EXPECT_FALSE(moved_steps(text, world.plan()));
}

TEST(SavedPlan, AnotherTextIsAnErrorAndNeverACrash) {
    PlanWorld world = drifted();
    const Plan plan = world.plan();
    for (const char* text :
         {"", "{", "null", "[]", "7", R"({"kind": "Plan"})",
          R"({"kind": "Plan", "apiVersion": "mooring/v1", "steps": 4})",
          R"({"kind": "Plan", "apiVersion": "mooring/v2", "steps": []})",
          R"({"kind": "Plan", "apiVersion": "mooring/v1", "steps": [4]})",
          R"({"kind": "Plan", "apiVersion": "mooring/v1", "steps": [{"readiness": 4}]})",
          R"({"kind": "Plan", "apiVersion": "mooring/v1", "servers": 4, "steps": [{"readiness": "to_do"}]})",
          R"({"kind": "Plan", "apiVersion": "mooring/v1", "steps": [{"readiness": "to_do", "corrections": [1]}]})"}) {
        EXPECT_FALSE(moved_steps(text, plan)) << text;
    }
}

} // namespace
} // namespace mooring::reconcile::test
