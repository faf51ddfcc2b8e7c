// What a write took down is put back, once, where the manifest says so and the stack is still as our write left it.
#include "apply/apply.hpp"
#include "apply/readings.hpp"
#include "unit/apply/apply_world.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace mooring::apply {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

constexpr const char* falls = "services:\n  web:\n    image: local/web:1.1\n    command: [\"false\"]\n";

struct Case {
    DesiredStack desired;
    reconcile::Part part{.action = reconcile::Action::update};
    PartOutcome outcome = PartOutcome::outage;
    std::optional<Before> before = Before{.record = {.id = 7, .name = "shop"}, .file = older};
    std::optional<StackRecord> now;
    Running ran = std::set<std::string>{"web"};
    std::string user = "deploy";

    Case() {
        desired.policy.rollback = Rollback::automatic;
        before->record.type = StackType::standalone;
        before->record.status = 1;
        before->record.updated_at = 100;
        before->record.updated_by = "anna";
        now = before->record;
        now->updated_at = 200;
        now->updated_by = "deploy";
    }
    bool put_back() const {
        return may_be_put_back({.desired = desired,
                                .part = part,
                                .outcome = outcome,
                                .before = before,
                                .now = now,
                                .ran = ran,
                                .user = user});
    }
};

TEST(Rollback, OnlyWhatOurOwnWriteTookDownIsPutBack) {
    EXPECT_TRUE(Case().put_back());
    Case kept_record;
    kept_record.now = kept_record.before->record;
    EXPECT_TRUE(kept_record.put_back()) << "older servers leave the record as it was when a deployment fails";

    const std::pair<const char*, void (*)(Case&)> others[]{
        {"the manifest does not ask for it", [](Case& c) { c.desired.policy.rollback = Rollback::never; }},
        {"nothing went down", [](Case& c) { c.outcome = PartOutcome::failed; }},
        {"nobody knows what came of it", [](Case& c) { c.outcome = PartOutcome::unknown; }},
        {"it took the place of a Git source", [](Case& c) { c.part.detaches = true; }},
        {"it is a rollback itself", [](Case& c) { c.part.rolls_back = true; }},
        {"it deployed nothing", [](Case& c) { c.part.action = reconcile::Action::stop; }},
        {"what was there is not known", [](Case& c) { c.before.reset(); }},
        {"what is there is not known", [](Case& c) { c.now.reset(); }},
        {"what ran is not known", [](Case& c) { c.ran.reset(); }},
        {"nothing ran", [](Case& c) { c.ran->clear(); }},
        {"a swarm", [](Case& c) { c.before->record.type = StackType::swarm; }},
        {"a Git stack", [](Case& c) { c.now->git = GitConfig{.url = "https://git.example.test/shop"}; }},
        {"it was stopped", [](Case& c) { c.before->record.status = 2; }},
        {"it is being deployed", [](Case& c) { c.now->status = 3; }},
        {"somebody stopped it", [](Case& c) { c.now->status = 2; }},
        {"somebody else wrote it since", [](Case& c) { c.now->updated_by = "eve"; }},
    };
    for (const auto& [why, change] : others) {
        Case one;
        change(one);
        EXPECT_FALSE(one.put_back()) << why;
    }
}

TEST(Rollback, IsDoneOnceEverythingThatRanRunsAgain) {
    const Running ran = std::set<std::string>{"db", "web"};
    EXPECT_EQ(put_back({}, ran, std::set<std::string>{"db", "web", "new"}).outcome, PartOutcome::done);
    EXPECT_EQ(put_back({}, ran, std::set<std::string>{"db"}).outcome, PartOutcome::outage);
    EXPECT_EQ(put_back({}, ran, std::set<std::string>{"db"}).message, "still not running: web");
    EXPECT_EQ(put_back({}, ran, std::nullopt).outcome, PartOutcome::sent);
}

TEST(Settling, WaitsAtLeastForTheLongestStartPeriodUnlessTheConfigurationSaysHowLong) {
    WriteSettings settings;
    EXPECT_EQ(settle_time(settings, StackType::standalone, {}), std::chrono::minutes(2));
    EXPECT_EQ(settle_time(settings, StackType::swarm, {}), std::chrono::minutes(5));
    EXPECT_EQ(settle_time(settings, StackType::standalone, std::chrono::seconds(300)), std::chrono::seconds(330));
    EXPECT_EQ(settle_time(settings, StackType::swarm, std::chrono::seconds(60)), std::chrono::minutes(5));
    settings.limits.settle = std::chrono::seconds(7);
    EXPECT_EQ(settle_time(settings, StackType::standalone, std::chrono::seconds(300)), std::chrono::seconds(7));
}

TEST(RollbackPart, SaysThatTheRecordsOwnPruneGoesWithIt) {
    StackRecord record;
    EXPECT_EQ(rollback_part(record), (reconcile::Part{.action = reconcile::Action::update, .rolls_back = true}));
    record.option = StackOption{.prune = false};
    EXPECT_FALSE(rollback_part(record).prunes);
    record.option->prune = true;
    EXPECT_TRUE(rollback_part(record).prunes);
}

class RollsBack : public testing::TestWithParam<Version> {
  protected:
    static std::string shop() {
        return R"({"id": 11, "name": "shop", "environment": 1, "access": {"users": ["alice"]}, "createdBy": "alice",
                   "env": [{"name": "A", "value": "1"}], "file": "services:\n  web:\n    image: local/web:1.0\n"})";
    }
    RollsBack() : world(GetParam(), shop()) {
        DesiredStack& stack = world.declare("shop", falls);
        stack.policy.rollback = Rollback::automatic;
        stack.env = std::vector<DesiredEnv>(1);
        stack.env->front().name = "A";
        stack.env->front().value = Secret("2");
    }
    bool runs() {
        const auto inside = world.server().world();
        const auto& containers = inside->host_of(*inside->find_environment("production")).containers;
        return std::ranges::any_of(containers, [](const auto& one) { return one.state == "running"; });
    }
    ApplyWorld world;
};

TEST_P(RollsBack, FileAndVariablesTogetherAndWhatRanRunsAgain) {
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, (Texts{"update shop: outage", "rollback shop: done"})) << applied.text();
    EXPECT_TRUE(runs());
    const auto inside = world.server().world();
    EXPECT_EQ(inside->find_stack(11)->file, older);
    EXPECT_EQ(inside->find_stack(11)->env->at(0).value, "1");
    EXPECT_NE(inside->control_of(*inside->find_stack(11)), nullptr);
    const auto log = world.ledger().log().value();
    ASSERT_EQ(log.size(), 4U);
    EXPECT_EQ(log[2].intent.action, "rollback");
    EXPECT_FALSE(log[2].intent.backup.empty()) << "what is put back is a write like any";
    EXPECT_EQ(log[3].result.outcome, PartOutcome::done);
    EXPECT_TRUE(world.standing().open.empty());
}

TEST_P(RollsBack, NotWithoutBeingAskedFor) {
    world.declared[0].policy.rollback = Rollback::never;
    EXPECT_EQ(world.apply().parts, Texts{"update shop: outage"});
    EXPECT_FALSE(runs());
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(RollsBack, NotWhenWhoIsAskedSaysNo) {
    world.may_roll_back = false;
    EXPECT_EQ(world.apply().parts, Texts{"update shop: outage"});
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(RollsBack, NotOnceSomebodyAskedToEnd) {
    world.on_part = [this](const PartResult&) { world.stopping = true; };
    EXPECT_EQ(world.apply().parts, Texts{"update shop: outage"});
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(RollsBack, OnceAndNotWhatTheRollbackItselfTookDown) {
    world.server().add_fault({.kind = FaultKind::status, .when = When::before, .method = "PUT", .skip = 1, .times = 1});
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 2U) << applied.text();
    EXPECT_EQ(applied.parts[0], "update shop: outage");
    EXPECT_TRUE(applied.parts[1].starts_with("rollback shop: ")) << applied.parts[1];
    EXPECT_NE(applied.parts[1], "rollback shop: done");
    EXPECT_EQ(world.writes(), 2U);
}

TEST_P(RollsBack, NotOverWhatAPersonWroteMeanwhile) {
    world.on_part = [this](const PartResult& result) {
        if (result.outcome != PartOutcome::outage) return;
        auto& stack = *world.server().world()->find_stack(11);
        stack.updated_by = "eve";
        stack.updated += 5;
        stack.file = web;
    };
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 2U) << applied.text();
    EXPECT_TRUE(applied.parts[1].starts_with("rollback shop: skipped: the stack changed since")) << applied.parts[1];
    EXPECT_EQ(world.server().world()->find_stack(11)->file, web);
    EXPECT_EQ(world.writes(), 1U);
}

// What left the file with the write that fell comes back with it; what appeared meanwhile is still not removed.
TEST_P(RollsBack, ThoughAServiceThatLeftTheFileStillHasItsContainerAndTheRecordPrunes) {
    for (const char* service : {"old", "debug"}) {
        ApplyWorld pruning(GetParam(),
                           R"({"id": 11, "name": "shop", "environment": 1, "createdBy": "admin", "file":)"
                           R"("services:\n  web:\n    image: local/web:1.0\n  old:\n    image: local/web:1.0\n"})");
        pruning.server().world()->find_stack(11)->option = portainer_double::StackOption{.prune = true};
        pruning.declare("shop", falls).policy.rollback = Rollback::automatic;
        pruning.on_part = [&](const PartResult& result) {
            if (result.outcome != PartOutcome::outage) return;
            const auto inside = pruning.server().world();
            auto& containers = inside->host_of(*inside->find_environment("production")).containers;
            portainer_double::Container left = containers.front();
            left.id = "a" + left.id.substr(1);
            left.name = std::string("shop-") + service + "-9";
            left.labels["com.docker.compose.service"] = service;
            containers.push_back(left);
            ++inside->revision;
        };
        const Applied applied = pruning.apply();
        ASSERT_EQ(applied.parts.size(), 2U) << applied.text();
        EXPECT_EQ(applied.parts[0], "update shop: outage");
        const bool is_of_before = service == std::string_view("old");
        EXPECT_EQ(applied.parts[1] == "rollback shop: done", is_of_before) << applied.parts[1];
        EXPECT_EQ(applied.parts[1].starts_with("rollback shop: skipped: container shop-debug-9 appeared"),
                  !is_of_before)
            << applied.parts[1];
    }
}

INSTANTIATE_TEST_SUITE_P(Versions, RollsBack,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0));

} // namespace
} // namespace mooring::apply
