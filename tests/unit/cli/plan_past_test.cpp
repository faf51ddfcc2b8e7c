// What the ledger says of a server before a plan: which one it is, which environments are meant, since when what runs
// differs. What the newest run saw proves nothing: it is what somebody may have changed.
#include "base/file.hpp"
#include "cli/plan_run.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mooring::cli {
namespace {

constexpr UnixSeconds day = 86'400;

struct Past {
    PlanPast past;
    std::vector<LogEntry> log;
    std::vector<ledger::Spell> spells;
    drift::ServerFacts facts;

    Past() {
        facts.name = "main";
        facts.status.value = ServerStatus{.version = "2.43.0", .instance_id = "one"};
        facts.list.value.emplace();
    }
    Past& note(LogKind kind, UnixSeconds at, std::string instance = "one", EnvironmentId environment = 1) {
        LogEntry entry{.number = static_cast<std::int64_t>(log.size()) + 1, .at = at, .kind = kind};
        entry.stack = {.server = "main", .instance_id = std::move(instance)};
        if (kind != LogKind::trusted) {
            entry.stack.environment = environment;
            entry.stack.environment_name = "production";
            entry.stack.name = "shop";
            entry.stack.id = 7;
            entry.stack.created_at = 100;
        }
        log.push_back(entry);
        return *this;
    }
    StackResult& spell(UnixSeconds from, UnixSeconds to, EnvironmentId environment = 1,
                       std::string environment_name = "production") {
        StackResult state;
        state.name = "shop";
        state.server = "main";
        state.environment_id = environment;
        state.environment_name = environment_name;
        state.id = 7;
        state.verdict = Verdict::in_sync;
        auto shared = std::make_shared<StackResult>(state);
        spells.push_back({.stack = ledger::key_of(state),
                          .first_run = static_cast<std::int64_t>(spells.size()) + 1,
                          .last_run = static_cast<std::int64_t>(spells.size()) + 1,
                          .first_at = from,
                          .last_at = to,
                          .state = shared});
        return *shared;
    }
    void take() {
        take_spells(past, spells);
        take_log(past, log);
    }
    std::string instance() {
        take();
        return known_instance(past, "main");
    }
    std::map<std::string, EnvironmentId> environments(const ServerMemory* memory = nullptr) {
        take();
        return environments_of(past, memory, "main");
    }
    reconcile::ServerStanding standing(const ServerMemory* memory = nullptr) {
        take();
        reconcile::ServerStanding standing;
        standing.facts = &facts;
        take_standing(standing, past, memory, 10 * day);
        return standing;
    }
};

// A check that ignored or waived every difference agreed with nothing.
TEST(PlanPastOwnership, InSyncButForWhatWasTakenAwayMakesNoStackMoorings) {
    const auto owns = [](auto take_away) {
        Past world;
        take_away(world.spell(0, day));
        world.take();
        return !world.past.in_sync.empty();
    };
    EXPECT_TRUE(owns([](StackResult&) {}));
    EXPECT_FALSE(owns([](StackResult& state) { state.ignored = 1; }));
    EXPECT_FALSE(owns([](StackResult& state) { state.waived = true; }));
    EXPECT_FALSE(owns([](StackResult& state) { state.waivers = {"renovate"}; }));
    EXPECT_FALSE(owns([](StackResult& state) { state.verdict = Verdict::drifted; }));
    EXPECT_FALSE(owns([](StackResult& state) { state.id.reset(); }));
}

using Ids = std::map<std::string, EnvironmentId>;

TEST(KnownInstance, IsWhatWasFirstWrittenOrSeenAndNeverWhatTheNewestRunSaw) {
    EXPECT_EQ(Past().instance(), "");
    Past seen;
    seen.past.sightings["main"] = {
        .first_at = day, .first_instance = "one", .last_at = {{"one", day}, {"two", 2 * day}}};
    EXPECT_EQ(seen.instance(), "one");
    EXPECT_EQ(known_instance(seen.past, "renamed"), "") << "another name in the configuration is another server";
    for (const LogKind kind : {LogKind::intent, LogKind::adopted}) {
        Past written;
        written.past.sightings["main"] = {.first_at = day, .first_instance = "zero"};
        written.note(kind, 1).note(kind, 2, "two");
        EXPECT_EQ(written.instance(), "one") << to_string(kind);
        EXPECT_EQ(written.note(LogKind::trusted, 3, "two").instance(), "two") << "a person said so";
    }
}

TEST(KnownEnvironments, AreThoseThatANameHadFirst) {
    Past swapped;
    swapped.spell(1, 5, 1, "production");
    swapped.spell(1, 5, 2, "staging");
    swapped.spell(6, 7, 2, "production");
    swapped.spell(6, 7, 1, "staging");
    EXPECT_EQ(swapped.environments(), (Ids{{"production", 1}, {"staging", 2}}));
    Past before = swapped;
    EXPECT_EQ(before.note(LogKind::trusted, 5).environments(), (Ids{{"production", 1}, {"staging", 2}}))
        << "what a person trusted is what the newest run before had seen";
    Past after = swapped;
    after.spell(9, 9, 1, "production");
    EXPECT_EQ(after.note(LogKind::trusted, 8).environments(), (Ids{{"production", 2}, {"staging", 1}}));
    Past later;
    later.spell(3, 4, 1);
    later.spell(5, 6, 2);
    EXPECT_EQ(later.note(LogKind::trusted, 2).environments(), (Ids{{"production", 1}}))
        << "nothing was seen until then";
}

TEST(KnownEnvironments, WhatWasWrittenCountsMoreThanWhatWasSeen) {
    Past past;
    past.spell(1, 9, 2);
    past.note(LogKind::intent, 3, "one", 1).note(LogKind::adopted, 4, "one", 3);
    EXPECT_EQ(past.environments(), (Ids{{"production", 1}}));
    EXPECT_EQ(past.note(LogKind::trusted, 5).environments(), (Ids{{"production", 2}}));
}

TEST(KnownEnvironments, TheMemorySpeaksOfNamesThatNothingElseKnows) {
    ServerMemory memory;
    memory.environments = {{4, {.name = "production", .seen_at = 20}},
                           {5, {.name = "spare", .seen_at = 20}},
                           {6, {.name = "gone", .seen_at = 20, .gone = true}}};
    Past past;
    past.spell(1, 2, 1);
    EXPECT_EQ(past.environments(&memory), (Ids{{"production", 1}, {"spare", 5}}));
    EXPECT_EQ(past.note(LogKind::trusted, 20).environments(&memory), (Ids{{"production", 1}, {"spare", 5}}));
}

TEST(ServerStanding, ADateThatIsAnotherIsKeptInMindUntilAPersonHasLooked) {
    StackRecord record;
    record.id = 7;
    record.created_at = 100;
    Past past;
    past.facts.list.value->push_back(record);
    past.note(LogKind::intent, 1);
    EXPECT_TRUE(past.standing().redated.empty());
    past.facts.list.value->front().created_at = 99;
    EXPECT_EQ(past.standing().redated, std::set<StackId>{7});
    past.facts.status.value->instance_id = "two";
    EXPECT_TRUE(past.standing().redated.empty()) << "another database has another stack 7";
    past.facts.status.value->instance_id = "one";
    EXPECT_TRUE(past.note(LogKind::trusted, 2).standing().redated.empty());

    Past remembered;
    ServerMemory memory;
    memory.stacks[7] = {.id = 7, .created_at = 100, .seen_at = 50};
    remembered.facts.redated = {7};
    EXPECT_EQ(remembered.standing(&memory).redated, std::set<StackId>{7});
    EXPECT_EQ(remembered.note(LogKind::trusted, 60).standing(&memory).redated, std::set<StackId>{7})
        << "restored since: a run takes it in, and then a person says that it is meant";
    remembered.past.sightings["main"].older_backup_at = 60;
    EXPECT_EQ(remembered.standing(&memory).redated_at, 0);
    remembered.past.sightings["main"].older_backup_at = 61;
    EXPECT_EQ(remembered.standing(&memory).redated_at, 61) << "a run found it, and took in what is there";
}

TEST(ServerStanding, ALedgerIsKeptOnceItIsOlderThanAnyCreateOrTrusted) {
    EXPECT_FALSE(Past().standing().ledger_kept);
    Past seen;
    seen.past.sightings["main"].first_at = 10 * day - 3599;
    EXPECT_FALSE(seen.standing().ledger_kept);
    seen.past.sightings["main"].first_at = 10 * day - 3600;
    EXPECT_TRUE(seen.standing().ledger_kept);
    EXPECT_TRUE(Past().note(LogKind::trusted, 10 * day).standing().ledger_kept);
    EXPECT_FALSE(Past().note(LogKind::intent, 1).standing().ledger_kept);
}

TEST(OnePortainer, BehindTwoEntriesIsFoundByAddressAndByInstance) {
    config::Config config;
    for (const char* name : {"main", "second"}) {
        config::ServerEntry entry;
        entry.server.name = name;
        entry.server.url = std::string("https://") + name + ".example.test";
        config.servers.push_back(entry);
    }
    PlanPast past;
    const auto same = [&](const std::map<std::string, std::string>& instances) {
        return same_portainer(config, past, "main", instances);
    };
    EXPECT_EQ(same({{"main", "one"}}), "");
    EXPECT_EQ(same({{"main", "one"}, {"second", "ONE"}}), "second");
    EXPECT_EQ(same({{"main", "one"}, {"second", "two"}}), "");
    config.servers[1].write.instance = "One";
    EXPECT_EQ(same({{"main", "one"}}), "second") << "it was not asked: what it is pinned to counts";
    EXPECT_EQ(same({{"main", "one"}, {"second", "two"}}), "") << "what answers counts more";
    config.servers[1].write.instance.clear();
    past.sightings["second"].last_at = {{"one", 5}, {"two", 9}};
    EXPECT_EQ(same({{"main", "one"}}), "");
    past.sightings["second"].last_at["one"] = 10;
    EXPECT_EQ(same({{"main", "one"}}), "second") << "as an earlier run saw it";
    past.sightings.clear();
    config.servers[1].server.url = "https://main.example.test/";
    EXPECT_EQ(same({}), "second");
    EXPECT_EQ(same_portainer(config, past, "away", {}), "");
}

struct Elsewhere {
    PlanPast past;
    Owned owned{.how = Ownership::adopted};
    std::string here = std::filesystem::weakly_canonical(std::filesystem::current_path()).string();

    // "": nothing stands against it.
    std::string said(const char* folder = "m/a") {
        const auto other = declared_elsewhere(past, owned, "main", "ONE", 7, folder);
        if (!other) return "";
        return (other->uncertain ? "unknown " : "elsewhere ") + other->file;
    }
};

TEST(DeclaredElsewhere, WhatNoPlaceIsKnownOfMayBeDeclaredAnywhere) {
    Elsewhere world;
    EXPECT_EQ(world.said(), "unknown ");
    world.past.declared_places[{"main", "one", 8}] = world.here + "/m/a/shop.yaml";
    EXPECT_EQ(world.said(), "unknown ") << "another record";
    world.past.judged_by[{"main", 7}] = {1, "blog.yaml"};
    EXPECT_EQ(world.said(), "unknown blog.yaml") << "typed in a folder that nobody knows any more";
    world.past.declared_places[{"main", "one", 7}] = world.here + "/m/a/shop.yaml";
    EXPECT_EQ(world.said(), "") << "a younger run noted it whole";
}

TEST(DeclaredElsewhere, ThePlaceCountsFromWhereverOneStands) {
    Elsewhere world;
    world.owned.place = world.here + "/m/b/blog.yaml";
    world.owned.declared_at = "blog.yaml:1";
    EXPECT_EQ(world.said(), "elsewhere blog.yaml");
    EXPECT_EQ(world.said("m/b"), "");
    EXPECT_EQ(world.said("m"), "");
    world.owned.place = world.here + "/m/a/blog.yaml";
    EXPECT_EQ(world.said(), "");
    world.past.declared_places[{"main", "one", 7}] = world.here + "/m/b/blog.yaml";
    EXPECT_EQ(world.said(), "elsewhere " + world.here + "/m/b/blog.yaml") << "it moved, and was checked there";
}

TEST(DeclaredElsewhere, WhatAnOlderMooringTypedHoldsWhereItIsFound) {
    Elsewhere world;
    world.owned.place = world.here + "/m/a/shop.yaml";
    world.past.judged_by[{"main", 7}] = {1, "m/a/shop.yaml"};
    EXPECT_EQ(world.said(), "") << "the file that is gone is the one that wrote it";
    world.past.judged_by[{"main", 7}] = {1, "shop.yaml"};
    EXPECT_EQ(world.said(), "unknown shop.yaml");
}

Change stopped(std::string service, std::string actual = "exited (0)") {
    Change change;
    change.plane = Plane::runtime;
    change.path = "services." + std::move(service);
    change.desired = "running";
    change.actual = std::move(actual);
    return change;
}

TEST(RuntimeDiffersSince, TheSameStackTheSameEnvironmentTheSameDifference) {
    Past past;
    StackResult& old = past.spell(10, 20);
    old.verdict = Verdict::drifted;
    old.changes = {stopped("web"), stopped("db")};
    past.take();
    StackResult now = old;
    EXPECT_EQ(runtime_differs_since(past.past, now), 10);
    now.changes.pop_back();
    EXPECT_EQ(runtime_differs_since(past.past, now), 10) << "one of them runs again";
    now.changes = {stopped("job")};
    EXPECT_EQ(runtime_differs_since(past.past, now), std::nullopt) << "that one was not seen before";
    now.changes = {stopped("web", "exited (1)")};
    EXPECT_EQ(runtime_differs_since(past.past, now), std::nullopt);
    now = old;
    now.environment_id = 2;
    now.environment_name = "staging";
    EXPECT_EQ(runtime_differs_since(past.past, now), std::nullopt) << "a stack of this name in another environment";
    now = old;
    now.id = 8;
    EXPECT_EQ(runtime_differs_since(past.past, now), std::nullopt) << "another record of this name";
    past.spell(21, 22);
    Past again;
    again.spells = past.spells;
    again.take();
    EXPECT_EQ(runtime_differs_since(again.past, old), std::nullopt) << "it ran in between";
}

// Record 7 after an update that kept the backup `kept/1` and took down `web`, as it is now and as the backup has it.
struct AfterOutage {
    Past world;
    Restoring back{.server = "main", .record = {}, .file = "was", .folder = "./kept/1"};
    StackRecord record;
    std::string instance = "ONE", file = "sent";

    AfterOutage() {
        world.past.key = Secret("key");
        record.id = 7;
        record.created_at = 100;
        back.record = record;
        back.record.env = {{.name = "A", .value = Secret("1")}};
        record.env = {{.name = "A", .value = Secret("2")}};
        record.updated_at = 500;
        record.updated_by = "deploy";
        wrote("kept/1", PartOutcome::outage);
    }
    std::string digest(const std::string& text) const { return to_hex(hmac_sha256("key", text)); }
    LogEntry& intent() { return world.log.front(); }
    PartResult& result() { return world.log.back().result; }
    void wrote(const std::string& backup, PartOutcome outcome, const std::string& action = "update") {
        world.note(LogKind::intent, 10);
        world.log.back().intent.action = action;
        world.log.back().intent.backup = backup;
        world.log.back().intent.sent = deployed_digest(world.past.key, digest("sent"), record.env);
        world.note(LogKind::outcome, 20);
        world.log.back().answers = world.log.back().number - 1;
        result() = {.outcome = outcome,
                    .message = {},
                    .id = 7,
                    .created_at = 100,
                    .updated_at = 500,
                    .updated_by = "deploy",
                    .fell = {"web"}};
    }
    bool is_ours() {
        world.take();
        const auto fell = fell_by_own_write(world.past, back, instance, record, file.empty() ? file : digest(file));
        return fell == std::set<std::string>{"web"};
    }
};

TEST(FellByOwnWrite, OnlyTheNewestWriteThatTookItDownAndThatNobodyFollowed) {
    const auto ours = [](auto change) {
        AfterOutage world;
        change(world);
        return world.is_ours();
    };
    using W = AfterOutage&;
    EXPECT_TRUE(ours([](W) {}));
    EXPECT_TRUE(ours([](W w) { w.wrote("kept/2", PartOutcome::skipped); })) << "nothing was sent";
    EXPECT_TRUE(ours([](W w) {
        w.file = "was";
        w.record.env = w.back.record.env;
    })) << "the server kept what was there before";
    const std::vector<std::pair<const char*, void (*)(W)>> unproven{
        {"somebody wrote since", [](W w) { w.record.updated_at = 501; }},
        {"by another hand", [](W w) { w.record.updated_by = "anna"; }},
        {"within the same second: the file", [](W w) { w.file = "another"; }},
        {"the file was not read", [](W w) { w.file = ""; }},
        {"within the same second: a variable", [](W w) { w.record.env.front().value = Secret("3"); }},
        {"half of what was there before", [](W w) { w.file = "was"; }},
        {"another record", [](W w) { w.record.created_at = 101; }},
        {"the backup is another record's", [](W w) { w.back.record.created_at = 101; }},
        {"another database", [](W w) { w.instance = "two"; }},
        {"another server", [](W w) { w.back.server = "other"; }},
        {"another backup", [](W w) { w.back.folder = "kept/0"; }},
        {"no backup", [](W w) { w.intent().intent.backup.clear(); }},
        {"a log of before", [](W w) { w.intent().intent.sent.clear(); }},
        {"no names", [](W w) { w.result().fell.clear(); }},
        {"no key", [](W w) { w.world.past.key = Secret(); }},
        {"a write of ours since", [](W w) { w.wrote("kept/2", PartOutcome::done, "access"); }},
        {"another outage since", [](W w) { w.wrote("kept/2", PartOutcome::outage); }},
        {"put back, and that fell, too", [](W w) { w.intent().intent.action = "rollback"; }},
        {"one of which nobody knows what came of it", [](W w) { w.world.note(LogKind::intent, 30); }},
        {"it failed, and what ran still runs", [](W w) { w.result().outcome = PartOutcome::failed; }},
        {"it was stored", [](W w) { w.result().outcome = PartOutcome::stored; }},
        {"it did not converge", [](W w) { w.result().outcome = PartOutcome::not_converged; }},
    };
    for (const auto& [why, change] : unproven) EXPECT_FALSE(ours(change)) << why;
}

TEST(JudgedInSync, CountsOnlyOfTheDatabaseThatAnswers) {
    StackRecord record;
    record.id = 7;
    record.created_at = 100;
    ServerMemory memory;
    memory.stacks[7] = {.id = 7, .created_at = 100};
    Past past;
    past.spell(10, 20);
    past.take();
    EXPECT_TRUE(was_in_sync(past.past, &memory, "main", "one", record));
    EXPECT_FALSE(was_in_sync(past.past, nullptr, "main", "one", record));
    EXPECT_FALSE(was_in_sync(past.past, &memory, "other", "one", record));
    past.past.sightings["main"].last_at = {{"ONE", 20}, {"two", 30}};
    EXPECT_FALSE(was_in_sync(past.past, &memory, "main", "two", record)) << "stack 7 of one was";
    past.past.sightings["main"].last_at = {{"ONE", 20}, {"two", 9}};
    EXPECT_TRUE(was_in_sync(past.past, &memory, "main", "one", record));
    past.past.sightings["main"].older_backup_at = 21;
    EXPECT_FALSE(was_in_sync(past.past, &memory, "main", "one", record)) << "before the backup was restored";
}

} // namespace
} // namespace mooring::cli
