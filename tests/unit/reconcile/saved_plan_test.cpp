// A saved plan is written only while everything that it stands on is as it was.
#include "reconcile/render.hpp"

#include "unit/reconcile/plan_world.hpp"

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
