// The agent corrects a stand-in server: run after run in this process, with a ledger on the disk and short waits.
#include "cli/apply_run.hpp"
#include "unit/apply/correcting_world.hpp"

namespace mooring::cli {
namespace {

using namespace test;

class Correct : public testing::TestWithParam<Version> {};

TEST_P(Correct, WhatIsDeclaredAnewIsWrittenReadBackAndInSyncAfterwards) {
    CorrectingWorld world(GetParam());
    world.declare();
    world.trust();
    EXPECT_EQ(world.run(), Texts{"shop done"}) << world.said();
    EXPECT_TRUE(world.wrote);
    EXPECT_EQ(world.file_of(11), newer);
    ASSERT_EQ(world.shown.done.size(), 1U);
    EXPECT_EQ(world.shown.done[0].action, "update");
    EXPECT_EQ(world.shown.outcomes.at(PartOutcome::done), 1U);
    const auto log = world.log();
    EXPECT_EQ(log.at(1).by, "the agent");
    EXPECT_NE(log.at(1).intent.declaration, "");
    EXPECT_EQ(world.run(), Texts{});
    EXPECT_FALSE(world.wrote);
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(Correct, NothingIsWrittenBeforeTheServerIsTrustedAndItSaysSoOnce) {
    CorrectingWorld world(GetParam());
    world.declare();
    EXPECT_EQ(world.run(), (Texts{"halted not_trusted", "shop blocked not_trusted"}));
    EXPECT_EQ(world.run(), (Texts{"halted not_trusted", "shop blocked not_trusted"}));
    EXPECT_EQ(world.writes(), 0U);
    const std::string said = world.said();
    EXPECT_NE(said.find("mooring trust main"), std::string::npos);
    EXPECT_EQ(said.find("mooring trust main"), said.rfind("mooring trust main"));
    world.trust();
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

INSTANTIATE_TEST_SUITE_P(EveryGeneration, Correct,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0));

TEST(CorrectOnly, WhatItsPolicyTheServerAndTheRunAllow) {
    struct Row {
        std::string name;
        std::function<void(CorrectingWorld&)> set;
        Texts expected;
    };
    const std::vector<Row> rows{
        {"manual", [](CorrectingWorld& w) { w.declared[0].policy.mode = PolicyMode::manual; }, {}},
        {"report", [](CorrectingWorld& w) { w.declared[0].policy.mode = PolicyMode::report; }, {}},
        {"the agent may not",
         [](CorrectingWorld& w) { w.entry.write.correct = false; },
         {"shop blocked agent_not_enabled"}},
        {"nobody may", [](CorrectingWorld& w) { w.entry.write.apply = false; }, {"shop blocked not_enabled"}},
        {"not adopted", [](CorrectingWorld& w) { w.declared[0].adopt = false; }, {"shop blocked not_adopted"}},
        {"protected", [](CorrectingWorld& w) { w.entry.write.protect = {"sh*"}; }, {"shop blocked protected"}},
        {"stale manifests",
         [](CorrectingWorld& w) { w.manifests_whole = false; },
         {"halted manifests_unreadable", "shop blocked manifests_unreadable"}},
        {"no record of the run",
         [](CorrectingWorld& w) { w.recorded = false; },
         {"halted no_ledger", "shop blocked no_ledger"}},
        {"over the limit", [](CorrectingWorld& w) { w.entry.write.limits.max_changes = 0; }, {"shop blocked too_many"}},
        {"clock",
         [](CorrectingWorld& w) { w.clock.shift += std::chrono::seconds(300); },
         {"halted clock_off", "shop blocked clock_off"}},
        {"another database",
         [](CorrectingWorld& w) {
             w.server().world()->instance_id = "other";
             w.entry.write.instance = "other";
         },
         {"halted other_instance", "shop blocked other_instance"}},
        {"asked to end", [](CorrectingWorld& w) { w.stopping = true; }, {}},
        {"read again", [](CorrectingWorld& w) { w.superseded = true; }, {}},
    };
    for (const Row& row : rows) {
        CorrectingWorld world;
        world.declare();
        world.trust();
        row.set(world);
        EXPECT_EQ(world.run(), row.expected) << row.name;
        EXPECT_EQ(world.writes(), 0U) << row.name;
    }
}

TEST(CorrectOnly, AnotherHandsChangeWaitsAnHourAlsoAcrossARestart) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    ASSERT_EQ(world.run(), Texts{"shop done"});
    ASSERT_EQ(world.run(), Texts{});
    world.pass(std::chrono::hours(2));
    world.set_file("services:\n  web:\n    image: local/web:1.0\n", "anna");
    EXPECT_EQ(world.run(), Texts{"shop held human_grace"});
    world.pass(std::chrono::minutes(59));
    world.restart();
    EXPECT_EQ(world.run(), Texts{"shop held human_grace"});
    EXPECT_EQ(world.writes(), 1U);
    world.pass(std::chrono::minutes(2));
    EXPECT_EQ(world.run(), Texts{"shop done"}) << world.said();
    EXPECT_EQ(world.file_of(11), newer);
}

TEST(CorrectOnly, ADifferenceThatComesBackTwiceIsQuarantinedUntilAPersonHasLooked) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    world.entry.write.limits.human_grace = std::chrono::seconds(0);
    ASSERT_EQ(world.run(), Texts{"shop done"});
    for (int again = 0; again < 2; ++again) {
        world.pass(std::chrono::hours(1));
        world.set_file("services:\n  web:\n    image: local/web:1.0\n", "anna");
        EXPECT_EQ(world.run(), again == 0 ? Texts{"shop done"} : Texts{"shop blocked quarantined"});
    }
    EXPECT_EQ(world.count(LogKind::quarantined), 1U);
    EXPECT_EQ(world.shown.quarantined(), 1U);
    world.restart();
    world.pass(std::chrono::hours(48));
    EXPECT_EQ(world.run(), Texts{"shop blocked quarantined"}) << "time alone lifts nothing";
    EXPECT_EQ(world.count(LogKind::quarantined), 1U) << "it is noted once";
    EXPECT_EQ(world.writes(), 2U);
    world.resume();
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, AnotherDeclarationLiftsAQuarantine) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    world.entry.write.limits.human_grace = std::chrono::seconds(0);
    for (int i = 0; i < 3; ++i) {
        world.run();
        world.pass(std::chrono::hours(1));
        world.set_file("services:\n  web:\n    image: local/web:1.0\n", "anna");
    }
    ASSERT_EQ(world.run(), Texts{"shop blocked quarantined"});
    std::get<DesiredContent>(world.declared[0].source).text = "services:\n  web:\n    image: local/web:1.2\n";
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, AFailedWriteIsTriedAgainAfterAMinuteAndNotBefore) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    world.server().add_fault(
        {.method = "PUT",
         .times = 1,
         .status = 403,
         .content_type = "application/json",
         .body = R"({"message": "Access denied to resource", "details": "Access denied to resource"})"});
    const Texts first = world.run();
    ASSERT_EQ(first.size(), 1U) << world.said();
    EXPECT_NE(first[0], "shop done");
    EXPECT_EQ(world.run(), Texts{"shop held backoff"});
    world.pass(std::chrono::seconds(61));
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, ASecondWriterWithThisTokenStopsTheServerUntilItIsTrustedAnew) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    ASSERT_EQ(world.run(), Texts{"shop done"});
    world.pass(std::chrono::hours(1));
    world.set_file("services:\n  web:\n    image: local/web:1.0\n", "robot");
    EXPECT_EQ(world.run(), (Texts{"halted two_writers", "shop blocked two_writers"}));
    EXPECT_EQ(world.count(LogKind::halted), 1U);
    EXPECT_TRUE(world.shown.two_writers());
    world.restart();
    EXPECT_EQ(world.run(), (Texts{"halted two_writers", "shop blocked two_writers"}));
    EXPECT_EQ(world.count(LogKind::halted), 1U);
    EXPECT_EQ(world.writes(), 1U);
    world.pass(std::chrono::hours(1));
    world.trust();
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, AnotherProcessThatWritesIsLeftAlone) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    auto other = std::move(ledger::open_ledger(world.ledger_file(), {.now = 1}).value().ledger);
    const ledger::Lease lease{.holder = "mooring apply, elsewhere", .until = world.clock.unix_seconds() + 60};
    ASSERT_TRUE(other->take_lease("main", lease, world.clock.unix_seconds()).has_value());
    EXPECT_EQ(world.run(), Texts{});
    EXPECT_EQ(world.writes(), 0U);
    EXPECT_FALSE(world.wrote);
    EXPECT_NE(world.said().find("mooring apply, elsewhere writes to this server"), std::string::npos) << world.said();
}

TEST(CorrectOnly, WhatComesAfterAHeldStackWaitsForIt) {
    CorrectingWorld world(Version::v2_43_0, std::string(stacks) + R"(,{"id": 12, "name": "worker", "environment": 1,
        "createdBy": "anna", "file": "services:\n  web:\n    image: local/web:1.0\n"})");
    world.declare("worker");
    world.declare("shop").policy.after = {"worker"};
    world.trust();
    EXPECT_EQ(world.run(), (Texts{"worker held human_grace", "shop held waits"}));
    EXPECT_EQ(world.writes(), 0U);
}

TEST(CorrectOnly, AnOpenIntentIsSettledByReadingBeforeAnythingElse) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    LogEntry intent;
    intent.at = world.clock.unix_seconds();
    intent.kind = LogKind::intent;
    intent.by = "the agent";
    intent.stack = {.server = "main",
                    .instance_id = uuid,
                    .environment = 1,
                    .environment_name = "production",
                    .name = "shop",
                    .id = 11};
    intent.stack.created_at = world.server().world()->find_stack(11)->created;
    intent.intent.action = "update";
    intent.intent.user = "robot";
    intent.intent.sent_date = intent.at;
    world.append(intent);
    world.set_file(newer, "robot");
    const Texts said = world.run(); // what runs is still of before: it is looked at again
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.front(), "shop sent") << world.said();
    EXPECT_EQ(world.writes(), 0U);
}

// Made by the agent, then declared no more.
void forsake(CorrectingWorld& world, std::initializer_list<std::string> names) {
    world.prunes = true;
    world.entry.write.limits.max_changes = 9;
    for (const std::string& name : names) world.declare(name);
    world.trust();
    world.run();
    std::erase_if(world.declared, [&](const DesiredStack& one) { return one.name != "shop"; });
}

TEST_P(Correct, WhatNobodyDeclaresAnyMoreGoesOnlyWhereANumberAllowsItAndAfterItsTime) {
    CorrectingWorld world(GetParam());
    world.declare();
    world.entry.write.limits.max_removes = 1;
    forsake(world, {"cache"});
    ASSERT_EQ(world.server().world()->stacks.size(), 2U) << world.said();
    EXPECT_EQ(world.run(), Texts{"cache held seen_too_shortly"}) << "one run called it extra";
    world.pass(std::chrono::hours(2));
    EXPECT_EQ(world.run(), Texts{"cache held seen_too_shortly"}) << "two further ones must";
    EXPECT_EQ(world.run(), Texts{"cache done"}) << world.said();
    EXPECT_EQ(world.server().world()->stacks.size(), 1U);
    EXPECT_EQ(world.log().back().stack.name, "cache");
    EXPECT_EQ(world.run(), Texts{});
}

TEST(CorrectOnly, MoreThanMayGoInADayIsNone) {
    CorrectingWorld world;
    world.declare();
    world.entry.write.limits.max_removes = 1;
    forsake(world, {"cache", "store"});
    for (int further = 0; further < 2; ++further) world.run();
    world.pass(std::chrono::hours(2));
    EXPECT_EQ(world.run(), (Texts{"cache blocked max_removes", "store blocked max_removes"}));
    EXPECT_EQ(world.server().world()->stacks.size(), 3U);
    world.entry.write.limits.max_removes = 2;
    EXPECT_EQ(world.run(), (Texts{"cache done", "store done"})) << world.said();

    CorrectingWorld none;
    none.declare();
    forsake(none, {"cache"});
    for (int further = 0; further < 2; ++further) none.run();
    none.pass(std::chrono::hours(2));
    EXPECT_EQ(none.run(), Texts{}) << "without a number nothing goes";
    EXPECT_EQ(none.server().world()->stacks.size(), 2U);
}

TEST(CorrectOnly, AStackThatAPersonWroteLastIsLeftTheirsForAWhileBeforeItGoes) {
    CorrectingWorld world;
    world.declare();
    world.entry.write.limits.max_removes = 1;
    forsake(world, {"cache"});
    for (int further = 0; further < 2; ++further) world.run();
    world.pass(std::chrono::hours(2));
    for (auto& [id, stack] : world.server().world()->stacks) {
        if (stack.name == "cache") stack.updated = world.server().world()->now(), stack.updated_by = "anna";
    }
    EXPECT_EQ(world.run(), Texts{"cache held human_grace"});
    world.pass(std::chrono::hours(2));
    EXPECT_EQ(world.run(), Texts{"cache done"}) << world.said();
}

ledger::Spell spell(Verdict verdict, UnixSeconds first, UnixSeconds last, std::string actual = "b") {
    auto state = std::make_shared<StackResult>();
    state->verdict = verdict;
    if (verdict == Verdict::drifted)
        state->changes.push_back({.path = "services.web.image", .desired = "a", .actual = std::move(actual)});
    ledger::Spell out;
    out.first_at = first;
    out.last_at = last;
    out.state = std::move(state);
    return out;
}

TEST(Seen, TheFirstRunThatSawTheVeryDifferencesOfNowCounts) {
    struct Row {
        std::vector<ledger::Spell> history;
        std::optional<UnixSeconds> first;
    };
    using V = Verdict;
    const std::vector<Row> rows{
        {{}, std::nullopt},
        {{spell(V::drifted, 10, 20)}, 10},
        {{spell(V::drifted, 10, 20), spell(V::unreachable, 30, 30), spell(V::drifted, 40, 50)}, 10},
        {{spell(V::drifted, 10, 20), spell(V::in_sync, 30, 30), spell(V::drifted, 40, 50)}, 40},
        {{spell(V::drifted, 10, 20, "c"), spell(V::drifted, 40, 50)}, 40},
        {{spell(V::drifted, 10, 20), spell(V::drifted, 25, 30, "c"), spell(V::drifted, 40, 50)}, 40},
        {{spell(V::drifted, 10, 20), spell(V::missing, 40, 50)}, 40},
    };
    for (const Row& row : rows) EXPECT_EQ(seen_of(row.history).first, row.first) << row.history.size();
    const std::vector<ledger::Spell> was{spell(V::in_sync, 1, 7), spell(V::missing, 10, 20)};
    EXPECT_EQ(seen_of(was).in_sync_at, 7);
    EXPECT_TRUE(seen_of(was).was_there);
    const std::vector<ledger::Spell> never{spell(V::missing, 10, 20)};
    EXPECT_FALSE(seen_of(never).was_there);
}

} // namespace
} // namespace mooring::cli
