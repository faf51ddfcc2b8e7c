// What a step says beside its parts, as values, and what is done of a stack in part (reconcile.md §1, §3.1).
#include "base/text.hpp"
#include "reconcile/render.hpp"
#include "unit/reconcile/plan_world.hpp"

#include <nlohmann/json.hpp>

namespace mooring::reconcile::test {
namespace {

constexpr const char* with_volumes =
    "services: {db: {image: 'a', volumes: ['data:/d']}}\n"
    "volumes: {data: , named: {name: elsewhere}, theirs: {external: true}, odd: {name: '${X:-x}'}}";

PlanWorld to_be_created() {
    PlanWorld world;
    world.missing().desired.source = DesiredContent{.text = with_volumes, .file = "c"};
    return world;
}

TEST(PlanTold, TheVolumesThatACreateMayFindAreAskedByTheirNamesOnTheEngine) {
    PlanWorld world = to_be_created();
    world.plan();
    EXPECT_EQ(externals_to_ask(world.input, "main"),
              (std::set<Outside>{{1, false, "elsewhere"}, {1, false, "shop_data"}, {1, false, "theirs"}}));
    world.desired.type = StackType::swarm; // whose volumes lie on its nodes
    world.plan();
    EXPECT_EQ(externals_to_ask(world.input, "main"), (std::set<Outside>{{1, false, "theirs"}}));
    PlanWorld drifted = to_be_created();
    drifted.recorded = true;
    drifted.seen.result.verdict = Verdict::drifted;
    drifted.differs(Subject::content).plan();
    EXPECT_EQ(externals_to_ask(drifted.input, "main"), (std::set<Outside>{{1, false, "theirs"}}));
}

TEST(PlanTold, ACreateListsTheVolumesThatExistAndWhatIsNotKnown) {
    PlanWorld world = to_be_created();
    world.input.servers["main"].outside = {
        {{1, false, "shop_data"}, true}, {{1, false, "elsewhere"}, std::nullopt}, {{1, false, "theirs"}, true}};
    const Step step = world.step();
    EXPECT_EQ(step.volumes_used, Texts{"shop_data"});
    EXPECT_EQ(step.proof, Proof::complete_list);
    EXPECT_EQ(step.notes, (Texts{"not known: whether a volume that a variable names exists already and would be used",
                                 "not known: whether a volume elsewhere exists, and would be used"}));
}

TEST(PlanTold, VariablesSayWhereTheyComeFromAndHowManyAreKept) {
    PlanWorld world;
    world.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("new"), .from = "secrets/a"},
                                                {.name = "B", .value = Secret("new")},
                                                {.name = "C", .value = Secret("same")}};
    for (const char* name : {"A", "C", "C", "D"}) world.record.env.push_back({.name = name, .value = Secret("same")});
    world.desired.env_strict_written = true;
    world.seen.result.changes = {
        {.subject = Subject::env, .path = "env.A", .desired = "", .actual = "", .secret = true},
        {.subject = Subject::env, .path = "env.B", .desired = "", .secret = true},
        {.subject = Subject::env, .path = "env.D", .actual = "", .secret = true}};
    Step step = world.step();
    ASSERT_EQ(step.corrections.size(), 3U);
    EXPECT_EQ(step.variables_kept, 2U) << "C twice";
    const std::string text = to_text(world.plan());
    EXPECT_NE(text.find("env.A  set from secrets/a\n"), std::string::npos) << text;
    EXPECT_NE(text.find("env.B  is new (secret)\n"), std::string::npos) << text;
    EXPECT_NE(text.find("env.D  goes (secret); 2 variables kept\n"), std::string::npos) << text;
    world.seen.result.changes = {{.subject = Subject::state, .path = "state", .desired = "running", .actual = "x"}};
    EXPECT_EQ(world.step().variables_kept, std::nullopt) << "starting sends none";
    world.seen.result.changes.front().subject = Subject::content;
    EXPECT_EQ(world.step().variables_kept, 4U);
    EXPECT_NE(to_text(world.plan()).find("               4 variables kept\n"), std::string::npos);
}

TEST(PlanTold, APlanThatWasSavedMovesWithWhatItSays) {
    PlanWorld world = to_be_created();
    world.input.servers["main"].outside = {{{1, false, "shop_data"}, false}, {{1, false, "elsewhere"}, false}};
    const std::string saved = to_json(world.plan());
    EXPECT_EQ(moved_steps(saved, world.plan()).value(), Texts{});
    world.input.servers["main"].outside[{1, false, "shop_data"}] = true;
    EXPECT_EQ(moved_steps(saved, world.plan()).value(), Texts{"main shop/production"}) << "it would be used";
}

// "access | blocked update", as the steps of the plan come.
std::string in_part(PlanWorld& world) {
    world.input.partial = true;
    Texts out;
    for (const Step& step : world.plan().steps) {
        std::string one = step.readiness == Readiness::to_do ? "" : std::string(to_string(step.readiness)) + " ";
        for (const Part& part : step.parts)
            one += std::string(to_string(part)) + (&part == &step.parts.back() ? "" : " ");
        out.push_back(one + (step.in_part ? " in part" : ""));
    }
    return join(out, " | ");
}

PlanWorld with_access() {
    PlanWorld world;
    world.differs(Subject::access, "access").desired.access = DesiredAccess{};
    world.record.resource_control = ResourceControl{.id = 3};
    return world;
}

TEST(PlanInPart, AccessIsSetWhereWhatIsBlockedIsAboutDeployingAlone) {
    const std::pair<const char*, void (*)(PlanWorld&)> blocked[]{
        {"data", [](PlanWorld& w) { w.differs(Subject::content).seen.deploying.data = {"services.db.volumes[/d]"}; }},
        {"drops_services", [](PlanWorld& w) { w.differs(Subject::content).seen.deploying.dropped_services = {"x"}; }},
        {"stopped",
         [](PlanWorld& w) { w.differs(Subject::content).desired.state = DesiredState::any, w.record.status = 2; }},
        {"needs_a_person", [](PlanWorld& w) { w.differs(Subject::content).differs(Subject::troubled); }},
    };
    for (const auto& [what, put] : blocked) {
        PlanWorld world = with_access();
        put(world);
        EXPECT_EQ(in_part(world), "blocked update | access in part") << what;
        for (const Step& step : world.plan().steps) {
            const bool about_access = !step.corrections.empty() && step.corrections[0].subject == Subject::access;
            EXPECT_EQ(step.in_part, about_access) << what;
        }
        world.input.partial = false;
        EXPECT_EQ(world.plan().steps.size(), 1U) << "nobody asked for it";
    }
}

TEST(PlanInPart, NothingIsDoneOfAStackThatIsBlockedAsAWhole) {
    const std::pair<const char*, void (*)(PlanWorld&)> blocked[]{
        {"not_adopted", [](PlanWorld& w) { w.owned = Ownership::none; }},
        {"protected", [](PlanWorld& w) { w.input.servers["main"].settings.protect = {"shop"}; }},
        {"not_enabled", [](PlanWorld& w) { w.input.servers["main"].settings.apply = false; }},
        {"frozen", [](PlanWorld& w) { w.desired.policy.freezes = {{.until = now + 1, .reason = "audit"}}; }},
        {"unknown_field", [](PlanWorld& w) { w.record.unknown = R"({"New": 1})"; }},
        {"not_in_place", [](PlanWorld& w) { w.differs(Subject::type); }},
        {"unsettled",
         [](PlanWorld& w) {
             w.input.unsettled = [](const auto&, const auto&) { return std::optional<std::string>("x"); };
         }},
        {"git", [](PlanWorld& w) { w.from_git().differs(Subject::git_url); }},
    };
    for (const auto& [what, put] : blocked) {
        PlanWorld world = with_access();
        world.differs(Subject::content).seen.deploying.data = {"services.db.volumes[/d]"};
        put(world);
        EXPECT_EQ(in_part(world).find("in part"), std::string::npos) << what << ": " << in_part(world);
    }
    PlanWorld out_of_reach = with_access().user();
    out_of_reach.differs(Subject::content).seen.deploying.data = {"x"};
    EXPECT_EQ(in_part(out_of_reach), "blocked update access");
}

TEST(PlanInPart, WhatComesAfterTheStackWaitsForTheRest) {
    PlanWorld world = with_access();
    world.differs(Subject::content).seen.deploying.data = {"services.db.volumes[/d]"};
    PlanWorld::Other& later = world.beside("later", Verdict::drifted);
    later.desired.policy.after = {"shop"};
    later.desired.access.reset();
    later.seen.deploying.data.clear();
    later.seen.result.changes = {{.subject = Subject::content, .path = "x"}};
    EXPECT_EQ(in_part(world), "blocked update | access in part | held update");
}

} // namespace
} // namespace mooring::reconcile::test
