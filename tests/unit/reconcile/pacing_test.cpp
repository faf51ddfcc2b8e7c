// When the agent corrects a stack, and when it leaves it or a whole server alone (reconcile.md §6).
#include "reconcile/pacing.hpp"

#include "unit/reconcile/plan_world.hpp"

#include <array>

namespace mooring::reconcile::test {
namespace {

constexpr UnixSeconds minute = 60;
constexpr UnixSeconds hour = 3600;

// One stack `shop` that the agent would write, its log, and what the recorded runs say of it.
struct PacedWorld {
    PlanWorld world;
    std::vector<LogEntry> log;
    std::string declaration = "keymark1:one";
    std::string user = "deploy";
    History seen{.first = now - 2 * hour};
    WriteLimits limits;
    UnixSeconds at = now;
    Step step;

    PacedWorld() {
        world.record.updated_by = "deploy";
        world.record.created_at = now - 9 * hour;
        world.differs(Subject::content, "services.web.image");
        world.seen.result.changes.back().plane = Plane::content;
    }

    std::int64_t intent(UnixSeconds when, std::string declared = "keymark1:one",
                        std::vector<std::string> changes = {"services.web.image: b becomes a"}) {
        LogEntry entry;
        entry.number = static_cast<std::int64_t>(log.size()) + 1;
        entry.at = when;
        entry.kind = LogKind::intent;
        entry.by = agent_author;
        entry.stack = {.server = "main", .instance_id = "uuid", .environment = 1, .name = "shop", .id = 7};
        entry.intent.action = "update";
        entry.intent.declaration = std::move(declared);
        entry.intent.changes = std::move(changes);
        entry.intent.sent_date = when;
        log.push_back(std::move(entry));
        return log.back().number;
    }
    void outcome(std::int64_t of, PartOutcome what, UnixSeconds when) {
        LogEntry entry = log.at(static_cast<std::size_t>(of - 1));
        entry.number = static_cast<std::int64_t>(log.size()) + 1;
        entry.at = when;
        entry.kind = LogKind::outcome;
        entry.answers = of;
        entry.intent = {};
        entry.result = {.outcome = what, .message = {}, .id = 7, .updated_at = when};
        log.push_back(std::move(entry));
    }
    // An attempt that ended at `when`.
    void attempt(UnixSeconds when, PartOutcome what = PartOutcome::done, std::string declared = "keymark1:one",
                 std::vector<std::string> changes = {"services.web.image: b becomes a"}) {
        outcome(intent(when, std::move(declared), std::move(changes)), what, when);
    }
    void person(LogKind kind, UnixSeconds when) {
        LogEntry entry;
        entry.number = static_cast<std::int64_t>(log.size()) + 1;
        entry.at = when;
        entry.kind = kind;
        entry.by = "alice with mooring resume";
        entry.stack = {.server = "main", .instance_id = "uuid", .environment = 1, .name = "shop", .id = 7};
        log.push_back(std::move(entry));
    }

    Paced pace() {
        step = world.step();
        return pace_of({.step = step,
                        .row = world.input.assessments.front(),
                        .declaration = declaration,
                        .user = user,
                        .seen = seen},
                       log, limits, at);
    }
    // "go", "held backoff", "blocked quarantined".
    std::string said() {
        const Paced paced = pace();
        if (!paced.obstacle) return "go";
        return (paced.obstacle->held ? "held " : "blocked ") + paced.obstacle->code;
    }
};

TEST(Pacing, WhatOnlyTheDeclarationChangedIsWrittenAtOnce) {
    PacedWorld world;
    world.seen.first.reset();
    EXPECT_EQ(world.said(), "go");
}

TEST(Pacing, EachAttemptDoublesTheWaitForTheNext) {
    struct Row {
        std::vector<UnixSeconds> failed; // seconds ago
        std::string expected;
    };
    const std::array rows{
        Row{{}, "go"},
        Row{{59}, "held backoff"},
        Row{{60}, "go"},
        Row{{300, 119}, "held backoff"},
        Row{{300, 120}, "go"},
        Row{{900, 600, 239}, "held backoff"},
        Row{{900, 600, 240}, "go"},
        Row{{2000, 1500, 1000, 479}, "held backoff"},
        Row{{2000, 1500, 1000, 480}, "go"},
        Row{{9000, 8000, 7000, 6000, 5000}, "held daily_limit"},
        Row{{day_seconds, 8000, 7000, 6000, 5000}, "go"}, // the oldest is a day ago
        Row{{-500}, "held backoff"},                      // a clock that was set back frees nothing
    };
    for (const Row& row : rows) {
        PacedWorld world;
        for (const UnixSeconds ago : row.failed) world.attempt(now - ago, PartOutcome::failed);
        EXPECT_EQ(world.said(), row.expected) << row.failed.size() << " attempts";
    }
}

TEST(Pacing, AnotherDeclarationDoesNotWaitButCountsAmongTheFiveOfADay) {
    PacedWorld world;
    world.attempt(now - 1, PartOutcome::failed, "keymark1:two");
    EXPECT_EQ(world.said(), "go");
    for (const UnixSeconds ago : {900, 800, 700, 600}) world.attempt(now - ago, PartOutcome::done, "keymark1:three");
    EXPECT_EQ(world.said(), "held daily_limit");
}

TEST(Pacing, ADeclarationUnderAnotherKeyMayBeTheSame) {
    PacedWorld world;
    world.attempt(now - 1, PartOutcome::failed, "otherkey:two");
    EXPECT_EQ(world.said(), "held backoff") << "a new key must not make everything look declared anew";
}

TEST(Pacing, ARollbackIsNoAttemptAndTheOutageBeforeItStays) {
    PacedWorld world;
    world.attempt(now - 300, PartOutcome::outage);
    world.attempt(now - 290);
    world.log.at(2).intent.action = rollback_word;
    const auto attempts = attempts_of(world.log, "main", 1, "shop");
    ASSERT_EQ(attempts.size(), 1U);
    EXPECT_EQ(attempts[0].outcome, PartOutcome::outage);
    EXPECT_EQ(world.said(), "blocked quarantined");
}

TEST(Pacing, TheAttemptsOfOthersAndOfOtherStacksDoNotCount) {
    PacedWorld world;
    world.attempt(now - 1, PartOutcome::failed);
    for (LogEntry& entry : world.log) entry.by = "alice with mooring apply";
    EXPECT_EQ(world.said(), "go");
    for (LogEntry& entry : world.log) entry.by = agent_author;
    EXPECT_EQ(world.said(), "held backoff");
    for (LogEntry& entry : world.log) entry.stack.environment = 2;
    EXPECT_EQ(world.said(), "go") << "a stack of this name in another environment";
}

TEST(Pacing, ThePartsOfOneStepAreOneAttempt) {
    PacedWorld world;
    const auto first = world.intent(now - 300);
    world.outcome(first, PartOutcome::done, now - 290);
    const auto second = world.intent(now - 290);
    EXPECT_EQ(attempts_of(world.log, "main", 1, "shop").size(), 1U);
    EXPECT_EQ(attempts_of(world.log, "main", 1, "shop")[0].outcome, PartOutcome::unknown) << "it is open";
    world.outcome(second, PartOutcome::done, now - 280);
    EXPECT_EQ(attempts_of(world.log, "main", 1, "shop")[0].outcome, PartOutcome::done);
    world.attempt(now - 200);
    EXPECT_EQ(attempts_of(world.log, "main", 1, "shop").size(), 2U) << "a minute later it is another one";
    world.attempt(now - 195, PartOutcome::done, "keymark1:two");
    EXPECT_EQ(attempts_of(world.log, "main", 1, "shop").size(), 3U);
}

TEST(Pacing, ADifferenceThatComesBackTwiceWithinADayIsQuarantined) {
    PacedWorld world;
    world.attempt(now - 3 * hour);
    EXPECT_EQ(world.said(), "go") << "it came back once";
    world.attempt(now - 2 * hour);
    const Paced paced = world.pace();
    ASSERT_TRUE(paced.quarantine);
    EXPECT_EQ(paced.quarantine->code, "came_back");
    EXPECT_EQ(paced.quarantine->field, "services.web.image");
    EXPECT_EQ(paced.quarantine->desired, "a");
    EXPECT_EQ(paced.quarantine->actual, "b");
    EXPECT_EQ(paced.quarantine->declaration, "keymark1:one");
    EXPECT_NE(paced.obstacle->remedy.find("mooring resume shop"), std::string::npos);
    EXPECT_NE(paced.obstacle->remedy.find("ignore: [{path: \"services.web.image\""), std::string::npos);
    world.log.front().at = now - day_seconds; // more than a day ago
    EXPECT_EQ(world.said(), "go");
}

TEST(Pacing, ADifferenceThatComesBackWithAnotherValueOrAmongOthersCameBackAllTheSame) {
    PacedWorld world;
    world.attempt(now - 3 * hour, PartOutcome::done, "keymark1:one", {"services.web.image: c becomes a"});
    world.attempt(now - 2 * hour, PartOutcome::sent, "keymark1:one",
                  {"env.A: (not there) becomes 1", "services.web.image: d becomes a"});
    EXPECT_EQ(world.said(), "blocked quarantined");
    PacedWorld other;
    other.attempt(now - 3 * hour, PartOutcome::done, "keymark1:one", {"services.web.image_tag: c becomes a"});
    other.attempt(now - 2 * hour, PartOutcome::done, "keymark1:one", {"env.A: (not there) becomes 1"});
    EXPECT_EQ(other.said(), "go") << "other differences were corrected";
}

TEST(Pacing, WhatWasDeclaredAnewDidNotComeBack) {
    PacedWorld world;
    world.attempt(now - 3 * hour, PartOutcome::done, "keymark1:old");
    world.attempt(now - 2 * hour, PartOutcome::done, "keymark1:older");
    EXPECT_EQ(world.said(), "go");
}

TEST(Pacing, ASecretThatComesBackIsQuarantinedWithoutAValue) {
    PacedWorld world;
    world.world.seen.result.changes.clear();
    world.world.differs(Subject::env, "env.PASSWORD", "PASSWORD");
    Change& secret = world.world.seen.result.changes.back();
    secret.secret = true;
    secret.desired = secret.actual = std::nullopt;
    for (const UnixSeconds ago : {3 * hour, 2 * hour})
        world.attempt(now - ago, PartOutcome::done, "keymark1:one", {"env.PASSWORD: differs"});
    const Paced paced = world.pace();
    ASSERT_TRUE(paced.quarantine);
    EXPECT_EQ(paced.quarantine->field, "env.PASSWORD");
    EXPECT_EQ(paced.quarantine->desired + paced.quarantine->actual, "");
}

TEST(Pacing, AStackThatVanishesTwiceIsQuarantined) {
    PacedWorld world;
    world.world.missing().seen.result.changes.clear();
    for (const UnixSeconds ago : {3 * hour, 2 * hour}) {
        world.attempt(now - ago, PartOutcome::done, "keymark1:one", {});
        world.log[world.log.size() - 2].intent.action = "create";
    }
    const Paced paced = world.pace();
    ASSERT_TRUE(paced.quarantine);
    EXPECT_EQ(paced.quarantine->field, "missing");
}

TEST(Pacing, WhatACorrectionLeftIsQuarantinedUnlessItWasInSyncSince) {
    struct Row {
        PartOutcome outcome;
        std::string expected;
    };
    const std::array rows{
        Row{PartOutcome::not_converged, "blocked quarantined"},
        Row{PartOutcome::left_behind, "blocked quarantined"},
        Row{PartOutcome::outage, "blocked quarantined"},
        Row{PartOutcome::stored, "go"},
        Row{PartOutcome::failed, "go"},
        Row{PartOutcome::refused, "go"},
        Row{PartOutcome::skipped, "go"},
        Row{PartOutcome::done, "go"},
        Row{PartOutcome::sent, "go"},
    };
    for (const Row& row : rows) {
        PacedWorld world;
        world.attempt(now - 2 * hour, row.outcome);
        EXPECT_EQ(world.said(), row.expected) << to_string(row.outcome);
        world.seen.in_sync_at = now - hour;
        EXPECT_EQ(world.said(), "go") << to_string(row.outcome) << ", in sync since";
    }
}

TEST(Pacing, AQuarantineEndsWithALookAndWithAnotherDeclarationAlone) {
    PacedWorld world;
    LogEntry entry;
    entry.kind = LogKind::quarantined;
    entry.stack = {.server = "main", .environment = 1, .name = "shop"};
    entry.halt.declaration = "keymark1:one";
    world.log.push_back(entry);
    const auto is_kept = [&](std::string_view declaration) {
        const LogStanding standing = standing_of(world.log);
        return quarantine_of(standing, "main", "shop", declaration) != nullptr;
    };
    EXPECT_TRUE(is_kept("keymark1:one"));
    EXPECT_TRUE(is_kept("otherkey:two")) << "another key says nothing of the declaration";
    EXPECT_FALSE(is_kept("keymark1:two"));
    EXPECT_TRUE(is_kept("keymark1:one")) << "declared back";
    EXPECT_EQ(quarantine_of(standing_of(world.log), "main", "other", "keymark1:one"), nullptr);
    world.person(LogKind::resumed, now);
    EXPECT_FALSE(is_kept("keymark1:one"));
}

TEST(Pacing, WhoeverLookedLetsItBeTriedAnew) {
    PacedWorld world;
    for (const UnixSeconds ago : {5 * hour, 4 * hour}) world.attempt(now - ago);
    ASSERT_EQ(world.said(), "blocked quarantined");
    world.person(LogKind::resumed, now - 1);
    EXPECT_EQ(world.said(), "go");
}

TEST(Pacing, AnotherHandsChangeIsLeftAloneForAnHourAfterItWasFirstSeen) {
    struct Row {
        std::string name;
        std::function<void(PacedWorld&)> set;
        std::string expected;
    };
    const auto by = [](std::string writer) {
        return [writer](PacedWorld& world) { world.world.record.updated_by = writer; };
    };
    const auto only = [](Subject subject, Plane plane) {
        return [=](PacedWorld& world) {
            world.world.seen.result.changes.clear();
            world.world.differs(subject, "services.web");
            world.world.seen.result.changes.back().plane = plane;
        };
    };
    const std::array rows{
        Row{"our own write, declared anew", [](PacedWorld&) {}, "go"},
        Row{"somebody's write", by("anna"), "held human_grace"},
        Row{"never updated, made by somebody",
            [](PacedWorld& w) {
                w.world.record.updated_by = "";
                w.world.record.created_by = "anna";
            },
            "held human_grace"},
        Row{"never updated, made by us",
            [](PacedWorld& w) {
                w.world.record.updated_by = "";
                w.world.record.created_by = "deploy";
            },
            "go"},
        Row{"nobody knows who", by(""), "held human_grace"},
        Row{"who we are is not known",
            [](PacedWorld& w) {
                w.user = "";
                w.world.record.updated_by = "";
            },
            "held human_grace"},
        Row{"a stop", only(Subject::state, Plane::record), "held human_grace"},
        Row{"a container is gone", only(Subject::gone, Plane::runtime), "held human_grace"},
        Row{"a deployment failed", only(Subject::deployment, Plane::runtime), "held human_grace"},
        Row{"a variable of ours", only(Subject::env, Plane::record), "go"},
        Row{"no grace is configured",
            [by](PacedWorld& w) {
                by("anna")(w);
                w.limits.human_grace = std::chrono::seconds(0);
            },
            "go"},
        Row{"missing, never seen", [](PacedWorld& w) { w.world.missing().seen.result.changes.clear(); }, "go"},
        Row{"missing, seen before",
            [](PacedWorld& w) {
                w.world.missing().seen.result.changes.clear();
                w.seen.was_there = true;
            },
            "held human_grace"},
    };
    for (const Row& row : rows) {
        PacedWorld world;
        row.set(world);
        world.seen.first = now - hour + 1;
        EXPECT_EQ(world.said(), row.expected) << row.name;
        world.seen.first.reset();
        EXPECT_EQ(world.said(), row.expected) << row.name << ", seen just now";
        world.seen.first = now - hour;
        EXPECT_EQ(world.said(), "go") << row.name << ", an hour later";
    }
}

TEST(Pacing, WhoeverWritesAgainWhatDifferedBeforeIsLeftAloneForAnHourToo) {
    PacedWorld world;
    world.seen.first = now - 9 * hour;
    world.world.record.updated_at = now - hour + 1;
    EXPECT_EQ(world.said(), "go") << "it was us";
    world.world.record.updated_by = "anna";
    EXPECT_EQ(world.said(), "held human_grace");
    world.world.record.updated_at = now - hour;
    EXPECT_EQ(world.said(), "go");
}

TEST(Pacing, TheAcceptedIsNobodysChange) {
    PacedWorld world;
    world.seen.first.reset();
    world.world.differs(Subject::gone, "services.worker");
    world.world.seen.result.changes.back().plane = Plane::runtime;
    world.world.seen.result.changes.back().waiver = "known";
    EXPECT_EQ(world.said(), "go");
}

TEST(Pacing, NothingIsTriedWithoutTheKeyNorRemovedWithoutANumber) {
    PacedWorld world;
    world.declaration = "";
    EXPECT_EQ(world.said(), "blocked no_key");
    world.declaration = "keymark1:one";
    world.step = world.world.step();
    const auto said = [&] {
        const Paced paced = pace_of({.step = world.step,
                                     .row = world.world.input.assessments.front(),
                                     .declaration = world.declaration,
                                     .user = world.user,
                                     .seen = world.seen},
                                    world.log, world.limits, now);
        return paced.obstacle ? paced.obstacle->code : std::string("go");
    };
    world.step.parts = {{.action = Action::remove}};
    EXPECT_EQ(said(), "removal");
    world.limits.max_removes = 1;
    EXPECT_EQ(said(), "go");
    world.step.parts = {{.action = Action::create}};
    world.step.replaces = "old";
    EXPECT_EQ(said(), "removal") << "what it replaces stays with a person";
}

TEST(Pacing, RemovalsOfADayAreCountedAndWhatIsReplacedStays) {
    PacedWorld world;
    for (const UnixSeconds ago : {25 * hour, 23 * hour, hour}) {
        world.intent(now - ago);
        world.log.back().intent.action = "remove";
    }
    world.intent(now - minute);
    EXPECT_EQ(removed_within_a_day(world.log, "main", now), 2U);
    EXPECT_EQ(removed_within_a_day(world.log, "branch", now), 0U);
    world.log[2].by = "alice with mooring apply";
    EXPECT_EQ(removed_within_a_day(world.log, "main", now), 1U) << "what people remove is not the agent's";

    std::vector<Step> steps(2);
    steps[0] = {.server = "main", .name = "old", .parts = {{.action = Action::remove}}};
    steps[1] = {
        .server = "main", .name = "new", .readiness = Readiness::blocked, .parts = {{.action = Action::create}}};
    keep_what_is_replaced(steps);
    EXPECT_EQ(steps[0].readiness, Readiness::to_do);
    steps[1].replaces = "old";
    keep_what_is_replaced(steps);
    EXPECT_EQ(steps[0].readiness, Readiness::blocked);
    EXPECT_EQ(steps[0].obstacles.front().code, "not_replaced");
}

TEST(Pacing, OverTheLimitOfADayNoStepOfTheServerIsDone) {
    struct Row {
        std::size_t written; // other stacks, within a day
        bool same;           // shop itself was written within the day
        std::size_t most;
        Readiness expected;
    };
    const std::array rows{
        Row{0, false, 1, Readiness::to_do}, Row{1, false, 1, Readiness::blocked}, Row{1, false, 2, Readiness::to_do},
        Row{1, true, 2, Readiness::to_do},  Row{2, true, 2, Readiness::blocked},  Row{0, false, 0, Readiness::blocked},
    };
    for (const Row& row : rows) {
        PacedWorld world;
        for (std::size_t i = 0; i < row.written; ++i) {
            world.attempt(now - hour);
            for (std::size_t last = world.log.size() - 2; last < world.log.size(); ++last)
                world.log[last].stack.name = "other" + std::to_string(i);
        }
        if (row.same) world.attempt(now - hour);
        std::vector<Step> steps{world.world.step()};
        keep_to_limit(steps, world.log, "main", row.most, now);
        EXPECT_EQ(steps[0].readiness, row.expected) << row.written << " of " << row.most;
        keep_to_limit(steps, world.log, "elsewhere", 0, now);
        EXPECT_EQ(steps[0].readiness, row.expected) << "another server's limit";
        std::vector<Step> later{world.world.step()};
        keep_to_limit(later, world.log, "main", 1, now + day_seconds);
        EXPECT_EQ(later[0].readiness, Readiness::to_do) << "a day later";
    }
}

// A server that was trusted an hour ago, with one record that `deploy` wrote.
struct LookWorld {
    std::vector<StackRecord> records;
    std::vector<LogEntry> log;
    ServerLook look;

    LookWorld() {
        StackRecord record;
        record.id = 7;
        record.name = "shop";
        record.environment = 1;
        record.created_by = record.updated_by = "deploy";
        record.created_at = now - 9 * hour;
        record.updated_at = now - 8 * hour;
        records.push_back(record);
        look.server = "main";
        look.instance_id = "UUID";
        look.user = "deploy";
        look.ledger_kept = look.manifests_whole = true;
        look.server_date = look.asked_at = look.answered_at = now;
        trust(now - hour);
    }
    void trust(UnixSeconds when) {
        LogEntry entry;
        entry.number = static_cast<std::int64_t>(log.size()) + 1;
        entry.at = when;
        entry.kind = LogKind::trusted;
        entry.stack = {.server = "main", .instance_id = "uuid"};
        log.push_back(std::move(entry));
    }
    std::int64_t intent(UnixSeconds when, std::optional<StackId> id = 7) {
        LogEntry entry;
        entry.number = static_cast<std::int64_t>(log.size()) + 1;
        entry.at = when;
        entry.kind = LogKind::intent;
        entry.stack = {.server = "main", .instance_id = "uuid", .environment = 1, .name = "shop", .id = id};
        entry.intent.sent_date = when;
        log.push_back(std::move(entry));
        return log.back().number;
    }
    void outcome(std::int64_t of, UnixSeconds when, PartOutcome what, UnixSeconds updated_at) {
        LogEntry entry;
        entry.number = static_cast<std::int64_t>(log.size()) + 1;
        entry.at = when;
        entry.kind = LogKind::outcome;
        entry.stack = log.at(static_cast<std::size_t>(of - 1)).stack;
        entry.answers = of;
        entry.result = {.outcome = what, .message = {}, .id = 7, .updated_at = updated_at};
        log.push_back(std::move(entry));
    }
    std::string said() {
        look.records = records;
        const auto halt = halt_of(look, log);
        if (!halt) return "go";
        return halt->obstacle.code + (halt->record ? ", recorded" : "");
    }
};

TEST(ServerHalt, WithoutALedgerWholeManifestsTrustOrATrueClockNothingIsWritten) {
    struct Row {
        std::string expected;
        std::function<void(LookWorld&)> set;
    };
    const std::array rows{
        Row{"go", [](LookWorld&) {}},
        Row{"no_ledger", [](LookWorld& w) { w.look.ledger_kept = false; }},
        Row{"manifests_unreadable", [](LookWorld& w) { w.look.manifests_whole = false; }},
        Row{"not_trusted", [](LookWorld& w) { w.log.clear(); }},
        Row{"not_trusted", [](LookWorld& w) { w.look.server = "other"; }},
        Row{"other_instance", [](LookWorld& w) { w.look.instance_id = "another"; }},
        Row{"other_instance", [](LookWorld& w) { w.look.instance_id = ""; }},
        Row{"clock_unknown", [](LookWorld& w) { w.look.server_date.reset(); }},
        Row{"go", [](LookWorld& w) { w.look.server_date = now + 120; }},
        Row{"clock_off", [](LookWorld& w) { w.look.server_date = now + 121; }},
        Row{"go", [](LookWorld& w) { w.look.server_date = now - 120; }},
        Row{"clock_off", [](LookWorld& w) { w.look.server_date = now - 121; }},
        Row{"go", [](LookWorld& w) { w.look.answered_at = now + 600, w.look.server_date = now + 300; }},
    };
    for (const Row& row : rows) {
        LookWorld world;
        row.set(world);
        EXPECT_EQ(world.said(), row.expected);
    }
}

TEST(ServerHalt, AWriteByOurUserThatTheLogDoesNotKnowIsASecondWriter) {
    struct Row {
        std::string name;
        std::string expected;
        std::function<void(LookWorld&)> set;
    };
    const auto wrote = [](LookWorld& w, UnixSeconds at) { w.records[0].updated_at = at; };
    const std::array rows{
        Row{"before it was trusted", "go", [=](LookWorld& w) { wrote(w, now - hour); }},
        Row{"since", "two_writers, recorded", [=](LookWorld& w) { wrote(w, now - hour + 1); }},
        Row{"by somebody else", "go",
            [=](LookWorld& w) {
                wrote(w, now - 1);
                w.records[0].updated_by = "anna";
            }},
        Row{"polled by the server", "go",
            [=](LookWorld& w) {
                wrote(w, now - 1);
                w.records[0].auto_update = AutoUpdate{.interval = "5m"};
            }},
        Row{"made, never updated", "two_writers, recorded",
            [=](LookWorld& w) {
                wrote(w, 0);
                w.records[0].created_at = now - 1;
            }},
        Row{"as it was read back", "go",
            [=](LookWorld& w) {
                wrote(w, now - 60);
                w.outcome(w.intent(now - 200), now - 190, PartOutcome::done, now - 60);
            }},
        Row{"while ours was under way", "go",
            [=](LookWorld& w) {
                wrote(w, now - 195);
                w.outcome(w.intent(now - 200), now - 190, PartOutcome::failed, 0);
            }},
        Row{"while another stack was written", "two_writers, recorded",
            [=](LookWorld& w) {
                wrote(w, now - 195);
                w.outcome(w.intent(now - 200, 8), now - 190, PartOutcome::done, now - 195);
                w.log.back().result.id = 8;
            }},
        Row{"after ours had ended", "two_writers, recorded",
            [=](LookWorld& w) {
                wrote(w, now - 60);
                w.outcome(w.intent(now - 200), now - 190, PartOutcome::done, now - 199);
            }},
        Row{"ours is open", "go",
            [=](LookWorld& w) {
                wrote(w, now - 60);
                w.intent(now - 70);
            }},
        Row{"ours is unknown", "go",
            [=](LookWorld& w) {
                wrote(w, now - 60);
                w.outcome(w.intent(now - 70), now - 65, PartOutcome::unknown, 0);
            }},
        Row{"ours that is open came later", "two_writers, recorded",
            [=](LookWorld& w) {
                wrote(w, now - 60);
                w.intent(now - 50);
            }},
        Row{"ours was another stack's", "two_writers, recorded",
            [=](LookWorld& w) {
                wrote(w, now - 60);
                w.intent(now - 70, 8);
            }},
        Row{"an open create in its environment", "go",
            [=](LookWorld& w) {
                wrote(w, 0);
                w.records[0].created_at = now - 60;
                w.intent(now - 61, std::nullopt);
            }},
        Row{"our user is not known", "go",
            [=](LookWorld& w) {
                wrote(w, now - 1);
                w.look.user = "";
            }},
    };
    for (const Row& row : rows) {
        LookWorld world;
        row.set(world);
        EXPECT_EQ(world.said(), row.expected) << row.name;
    }
}

TEST(ServerHalt, ASecondWriterStopsTheServerUntilItIsTrustedAnew) {
    LookWorld world;
    world.records[0].updated_at = now - 60;
    world.look.records = world.records;
    const auto halt = halt_of(world.look, world.log);
    ASSERT_TRUE(halt && halt->record);
    LogEntry entry;
    entry.kind = LogKind::halted;
    entry.at = now;
    entry.stack.server = "main";
    entry.halt = *halt->record;
    world.log.push_back(entry);
    EXPECT_EQ(world.said(), "two_writers") << "recorded once";
    world.records[0].updated_by = "anna";
    EXPECT_EQ(world.said(), "two_writers") << "that it cannot be seen any more changes nothing";
    world.trust(now + 1);
    world.records[0].updated_by = "deploy";
    EXPECT_EQ(world.said(), "go");
}

TEST(Declaration, ADigestCoversWhatIsDeclaredAndNotWhereItStands) {
    const Secret key("01234567890123456789012345678901");
    PlanWorld world;
    DesiredStack stack = world.desired;
    const std::string before = declaration_digest(stack, key);
    EXPECT_EQ(declaration_digest(stack, Secret()), "");
    EXPECT_NE(declaration_digest(stack, Secret("another key of thirty-two bytes!")), before);
    EXPECT_TRUE(may_be_same_declaration(declaration_digest(stack, Secret("another key of thirty-two bytes!")), before));
    stack.where.line = 99;
    EXPECT_EQ(declaration_digest(stack, key), before);
    const std::array<std::function<void(DesiredStack&)>, 8> edits{
        [](DesiredStack& s) { s.source = DesiredContent{.text = "services: {}\n", .file = "compose.yaml"}; },
        [](DesiredStack& s) { s.source = DesiredGit{.url = "https://git.example.test/shop"}; },
        [](DesiredStack& s) { s.env = std::vector{DesiredEnv{.name = "A", .value = Secret("1")}}; },
        [](DesiredStack& s) { s.state = DesiredState::stopped; },
        [](DesiredStack& s) { s.access = DesiredAccess{}; },
        [](DesiredStack& s) { s.ignore.push_back({.path = "services.*", .reason = "known"}); },
        [](DesiredStack& s) { s.allow.insert(Allowance::rerun_jobs); },
        [](DesiredStack& s) { s.jobs.emplace_back("migrate"); },
    };
    for (std::size_t i = 0; i < edits.size(); ++i) {
        DesiredStack edited = world.desired;
        edits[i](edited);
        EXPECT_FALSE(may_be_same_declaration(declaration_digest(edited, key), before)) << i;
    }
    DesiredStack one = world.desired;
    one.env = std::vector{DesiredEnv{.name = "A", .value = Secret("hunter2")}};
    DesiredStack two = one;
    two.env->front().value = Secret("hunter3");
    EXPECT_NE(declaration_digest(one, key), declaration_digest(two, key)) << "a value is part of it";
    EXPECT_EQ(declaration_digest(one, key).find("hunter"), std::string::npos);
}

} // namespace
} // namespace mooring::reconcile::test
