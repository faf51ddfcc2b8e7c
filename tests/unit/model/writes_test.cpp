// What the log of writes says now: whose a stack is, what keeps it, which server is meant.
#include "model/writes.hpp"

#include <array>
#include <gtest/gtest.h>

namespace mooring {
namespace {

struct Log {
    std::vector<LogEntry> entries;

    LogEntry& add(LogKind kind, const std::string& name, std::optional<StackId> id = std::nullopt,
                  const std::string& server = "main") {
        LogEntry entry;
        entry.number = static_cast<std::int64_t>(entries.size()) + 1;
        entry.kind = kind;
        entry.stack = {.server = server,
                       .instance_id = "aaaa",
                       .environment = 4,
                       .environment_name = "production",
                       .name = name,
                       .id = id,
                       .created_at = 100};
        return entries.emplace_back(entry);
    }
    std::int64_t intent(const std::string& name, std::optional<StackId> id = std::nullopt,
                        const std::string& server = "main") {
        LogEntry& entry = add(LogKind::intent, name, id, server);
        entry.intent.action = id ? "update" : "create";
        return entry.number;
    }
    void outcome(std::int64_t of, PartOutcome outcome, std::optional<StackId> id = std::nullopt,
                 UnixSeconds created_at = 100) {
        const LogEntry about = entries.at(static_cast<std::size_t>(of - 1));
        LogEntry& entry = add(LogKind::outcome, about.stack.name, about.stack.id, about.stack.server);
        entry.answers = of;
        entry.result = {.outcome = outcome, .message = "said", .id = id, .created_at = created_at};
    }
    LogStanding standing() const { return standing_of(entries); }
};

StackRecord record(StackId id, UnixSeconds created_at = 100) {
    StackRecord stack;
    stack.id = id;
    stack.created_at = created_at;
    return stack;
}

constexpr std::array all_outcomes{PartOutcome::done,          PartOutcome::sent,    PartOutcome::stored,
                                  PartOutcome::refused,       PartOutcome::failed,  PartOutcome::outage,
                                  PartOutcome::not_converged, PartOutcome::unknown, PartOutcome::twice,
                                  PartOutcome::left_behind,   PartOutcome::skipped};

TEST(LogStanding, AnIntentIsOpenUntilItsOutcome) {
    Log log;
    const auto first = log.intent("shop", 5);
    const auto second = log.intent("blog", 6);
    EXPECT_EQ(log.standing().open.size(), 2U);
    EXPECT_EQ(log.standing().kept_by("main", "shop")->number, first);
    log.outcome(first, PartOutcome::done, 5);
    const LogStanding standing = log.standing();
    ASSERT_EQ(standing.open.size(), 1U);
    EXPECT_EQ(standing.open[0].number, second);
    EXPECT_EQ(standing.kept_by("main", "shop"), nullptr);
    EXPECT_NE(standing.kept_by("main", "blog"), nullptr);
    EXPECT_EQ(standing.kept_by("other", "blog"), nullptr) << "another server's stack of that name";
}

TEST(LogStanding, UnknownAndTwiceWaitForAPersonAndNothingElseDoes) {
    for (const PartOutcome outcome : all_outcomes) {
        Log log;
        log.outcome(log.intent("shop", 5), outcome, 5);
        const LogStanding standing = log.standing();
        EXPECT_TRUE(standing.open.empty()) << to_string(outcome);
        const bool waits = outcome == PartOutcome::unknown || outcome == PartOutcome::twice;
        EXPECT_EQ(standing.to_look_at.size(), waits ? 1U : 0U) << to_string(outcome);
        const LogEntry* kept = standing.kept_by("main", "shop");
        ASSERT_EQ(kept != nullptr, waits) << to_string(outcome);
        if (kept == nullptr) continue;
        EXPECT_EQ(kept->result.outcome, outcome) << "the intent carries what came of it";
    }
}

TEST(LogStanding, ALaterOutcomeDoesNotFreeWhatIsUnknown) {
    Log log;
    const auto first = log.intent("shop", 5);
    log.outcome(first, PartOutcome::unknown, 5);
    log.outcome(first, PartOutcome::done, 5);
    EXPECT_NE(log.standing().kept_by("main", "shop"), nullptr);
}

TEST(LogStanding, AnOutcomeOfNothingChangesNothing) {
    Log log;
    log.outcome(log.intent("shop"), PartOutcome::done, 7);
    LogEntry stray = log.entries.back();
    stray.answers = 99;
    stray.result.id = 8;
    log.entries.push_back(stray);
    EXPECT_EQ(log.standing().owned.size(), 1U);
}

TEST(LogStanding, AResumedStackIsFreeAndOnlyThatOne) {
    Log log;
    log.outcome(log.intent("shop", 5), PartOutcome::unknown, 5);
    log.intent("shop", 5);
    log.outcome(log.intent("blog", 6), PartOutcome::twice, 6);
    log.outcome(log.intent("shop", 5, "other"), PartOutcome::unknown, 5);
    log.add(LogKind::resumed, "shop");
    const LogStanding standing = log.standing();
    EXPECT_EQ(standing.kept_by("main", "shop"), nullptr);
    EXPECT_TRUE(standing.open.empty());
    EXPECT_NE(standing.kept_by("main", "blog"), nullptr);
    EXPECT_NE(standing.kept_by("other", "shop"), nullptr);
    const auto again = log.intent("shop", 5);
    EXPECT_EQ(log.standing().kept_by("main", "shop")->number, again) << "what comes later keeps it again";
}

TEST(LogStanding, ACreatedStackIsOwnedByWhatTheOutcomeSays) {
    for (const PartOutcome outcome : all_outcomes) {
        Log log;
        const auto create = log.intent("shop");
        EXPECT_EQ(log.standing().owner("main", "aaaa", record(7)), Ownership::none) << "nothing came of it yet";
        log.outcome(create, outcome, 7, 300);
        const LogStanding standing = log.standing();
        EXPECT_EQ(standing.owner("main", "aaaa", record(7, 300)),
                  needs_a_look(outcome) ? Ownership::none : Ownership::created)
            << to_string(outcome);
        EXPECT_EQ(standing.owner("main", "aaaa", record(7, 301)), Ownership::none) << "its id was given again";
        EXPECT_EQ(standing.owner("main", "aaaa", record(8, 300)), Ownership::none);
        EXPECT_EQ(standing.owner("other", "aaaa", record(7, 300)), Ownership::none);
        EXPECT_EQ(standing.owner("main", "bbbb", record(7, 300)), Ownership::none);
    }
}

TEST(LogStanding, TheNewestWriteSaysWhichManifestDeclaresAnOwnedStack) {
    Log log;
    const auto write = [&](std::optional<StackId> id, const char* file, PartOutcome outcome, const char* action) {
        const auto number = log.intent("shop", id);
        Intent& intent = log.entries.back().intent;
        intent.action = action;
        intent.place = std::string("/m/") + file;
        intent.declared_at = *file == '\0' ? "" : std::string(file) + ":3";
        log.outcome(number, outcome, 7);
        return log.standing().owned_as("main", "aaaa", record(7)).place;
    };
    EXPECT_EQ(write(std::nullopt, "a", PartOutcome::done, "create"), "/m/a");
    EXPECT_EQ(log.standing().owned_as("main", "aaaa", record(7)).declared_at, "a:3");
    EXPECT_EQ(write(7, "b", PartOutcome::not_converged, "update"), "/m/b");
    EXPECT_EQ(write(7, "c", PartOutcome::skipped, "update"), "/m/b") << "nothing was sent";
    EXPECT_EQ(write(7, "d", PartOutcome::refused, "remove"), "/m/b") << "that is the Scope's";
    EXPECT_EQ(write(7, "", PartOutcome::done, "update"), "/m/b") << "no manifest wrote it";
    EXPECT_EQ(write(8, "e", PartOutcome::done, "update"), "/m/b") << "another record";
}

TEST(LogStanding, AnAdoptionSaysWhichManifestDeclaresTheStack) {
    Log log;
    LogEntry entry;
    entry.kind = LogKind::adopted;
    entry.stack = {.server = "main", .instance_id = "aaaa", .environment = 4, .name = "shop"};
    entry.stack.id = 7;
    entry.stack.created_at = record(7).created_at;
    entry.intent = {.declared_at = "b/shop.yaml:1", .place = "/m/b/shop.yaml"};
    log.entries.push_back(entry);
    const Owned owned = log.standing().owned_as("main", "aaaa", record(7));
    EXPECT_EQ(owned.how, Ownership::adopted);
    EXPECT_EQ(owned.place, "/m/b/shop.yaml");
    EXPECT_EQ(owned.declared_at, "b/shop.yaml:1");
}

TEST(LogStanding, AnUpdateOwnsNothingAndACreateWithoutARecordNeither) {
    Log log;
    log.outcome(log.intent("shop", 5), PartOutcome::done, 5);
    log.outcome(log.intent("blog"), PartOutcome::refused);
    EXPECT_TRUE(log.standing().owned.empty());
}

TEST(LogStanding, AnAdoptedStackIsOwnedWhateverTheCaseOfTheInstance) {
    Log log;
    log.add(LogKind::adopted, "shop", 5).stack.instance_id = "AAAA-bbbb";
    log.add(LogKind::adopted, "blog");
    const LogStanding standing = log.standing();
    EXPECT_EQ(standing.owner("main", "aaaa-BBBB", record(5)), Ownership::adopted);
    EXPECT_EQ(standing.owner("main", "aaaa-bbbc", record(5)), Ownership::none);
    EXPECT_EQ(standing.owned.size(), 1U) << "without an id there is nothing to own";
}

TEST(LogStanding, TheInstanceThatWasTrustedLastIsMeant) {
    Log log;
    log.add(LogKind::trusted, "").stack.instance_id = "one";
    log.add(LogKind::trusted, "", {}, "other").stack.instance_id = "three";
    log.add(LogKind::trusted, "").stack.instance_id = "two";
    EXPECT_EQ(log.standing().trusted, (std::map<std::string, std::string>{{"main", "two"}, {"other", "three"}}));
}

TEST(LogStanding, TheFirstWriteTiesTheServerUntilAPersonTrustsAnother) {
    Log log;
    EXPECT_EQ(log.standing().instance_of("main"), "");
    log.add(LogKind::resumed, "shop").stack.instance_id = "zero";
    log.add(LogKind::adopted, "shop", 5).stack.instance_id = "one";
    log.intent("blog", 6);
    EXPECT_EQ(log.standing().instance_of("main"), "one");
    EXPECT_EQ(log.standing().instance_of("other"), "");
    log.add(LogKind::trusted, "").stack.instance_id = "two";
    EXPECT_EQ(log.standing().instance_of("main"), "two");
}

TEST(LogStanding, NamesOfEnvironmentsAndDatesOfRecordsAreKnownFromWhatWasWritten) {
    Log log;
    log.intent("shop", 5);
    log.add(LogKind::adopted, "blog", 6).stack.environment = 9;
    log.outcome(log.intent("new"), PartOutcome::done, 8, 200);
    const LogStanding standing = log.standing();
    EXPECT_EQ(standing.environments.at("main"), (std::map<std::string, EnvironmentId>{{"production", 4}}));
    EXPECT_EQ(standing.dates.at({"main", "aaaa", 5}), 100);
    EXPECT_EQ(standing.dates.at({"main", "aaaa", 8}), 200);
    EXPECT_EQ(standing.dates.size(), 3U);
    log.add(LogKind::trusted, "");
    EXPECT_TRUE(log.standing().environments.empty());
    EXPECT_TRUE(log.standing().dates.empty());
    log.add(LogKind::adopted, "blog", 6).stack.environment = 9;
    EXPECT_EQ(log.standing().environments.at("main").at("production"), 9);
}

TEST(LogStanding, AQuarantineStandsUntilAPersonLookedAndTheNewestSpeaks) {
    Log log;
    log.add(LogKind::quarantined, "shop").halt.field = "services.web.image";
    log.add(LogKind::quarantined, "other");
    log.add(LogKind::quarantined, "shop").halt.field = "state";
    ASSERT_EQ(log.standing().quarantined.size(), 2U);
    EXPECT_EQ(log.standing().quarantined[1].halt.field, "state");
    log.add(LogKind::trusted, "");
    EXPECT_EQ(log.standing().quarantined.size(), 2U) << "trusting a server is no look at a stack";
    log.add(LogKind::resumed, "shop");
    ASSERT_EQ(log.standing().quarantined.size(), 1U);
    EXPECT_EQ(log.standing().quarantined[0].stack.name, "other");
}

TEST(LogStanding, AHaltedServerWritesAgainOnceItIsTrustedAnewAndOnlyThatOne) {
    Log log;
    log.add(LogKind::trusted, "");
    log.add(LogKind::halted, "").halt.code = "two_writers";
    log.add(LogKind::halted, "", {}, "other");
    log.add(LogKind::resumed, "shop");
    EXPECT_EQ(log.standing().halted.size(), 2U);
    log.add(LogKind::trusted, "").at = 77;
    EXPECT_EQ(log.standing().halted.size(), 1U);
    EXPECT_TRUE(log.standing().halted.contains("other"));
    EXPECT_EQ(log.standing().trusted_at.at("main"), 77);
}

TEST(WriteWords, EveryWordIsReadBack) {
    for (const PartOutcome outcome : all_outcomes) EXPECT_EQ(parse_part_outcome(to_string(outcome)), outcome);
    for (const LogKind kind : {LogKind::intent, LogKind::outcome, LogKind::adopted, LogKind::trusted, LogKind::resumed,
                               LogKind::quarantined, LogKind::halted})
        EXPECT_EQ(parse_log_kind(to_string(kind)), kind);
    EXPECT_EQ(parse_part_outcome("perhaps"), std::nullopt);
    EXPECT_EQ(parse_log_kind(""), std::nullopt);
}

} // namespace
} // namespace mooring
