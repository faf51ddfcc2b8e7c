// Several runs write one memory: nothing that one of them wrote is lost by another (design §3.2 "Memory").
#include "sample_runs.hpp"

#include "base/file.hpp"
#include "ledger/database.hpp"

#include <algorithm>
#include <latch>
#include <thread>

namespace mooring::ledger {
namespace {

RememberedStack stack(StackId id, UnixSeconds seen_at, UnixSeconds declared_at = 0) {
    return {.id = id,
            .environment_id = 4,
            .name = "s" + std::to_string(id),
            .seen_at = seen_at,
            .declared_at = declared_at};
}

RememberedAbsence absence(std::string name, UnixSeconds first, UnixSeconds last) {
    return {.environment_id = 4, .name = std::move(name), .first_seen = first, .last_seen = last};
}

ServerMemory memory_of(std::vector<RememberedStack> stacks, std::vector<RememberedAbsence> absences = {},
                       std::string instance = "instance") {
    ServerMemory out{.instance_id = std::move(instance)};
    for (RememberedStack& one : stacks) out.stacks[one.id] = std::move(one);
    out.absences = std::move(absences);
    return out;
}

TEST(MergeMemory, WithoutAnotherWriterIsWhatTheRunLeft) {
    const ServerMemory before = memory_of({stack(1, 5), stack(2, 5)}, {absence("x", 1, 5)});
    const ServerMemory after = memory_of({stack(2, 9)}, {absence("y", 9, 9)});
    EXPECT_EQ(merge_memory(before, after, before), after);
    EXPECT_EQ(merge_memory({}, after, {}), after);
    EXPECT_EQ(merge_memory(before, before, after), after) << "a run that changed nothing";
}

TEST(MergeMemory, NeitherForgetsWhatTheOtherSaw) {
    const ServerMemory before = memory_of({stack(1, 5)});
    const ServerMemory ours = memory_of({stack(1, 5), stack(2, 9)});
    const ServerMemory theirs = memory_of({stack(1, 8), stack(3, 8)});
    EXPECT_EQ(merge_memory(before, ours, theirs), memory_of({stack(1, 8), stack(2, 9), stack(3, 8)}));
    EXPECT_EQ(merge_memory(before, memory_of({}), theirs), theirs) << "what was seen again meanwhile stays";
    EXPECT_EQ(merge_memory(before, theirs, memory_of({})), theirs) << "what is seen or declared now comes back";
    EXPECT_EQ(merge_memory(before, memory_of({stack(1, 5)}), memory_of({})), memory_of({})) << "what is not, does not";
}

TEST(MergeMemory, OfOneRowTheLaterSightCountsAndEveryDeclaration) {
    RememberedStack ours = stack(1, 9, 5);
    ours.name = "ours";
    RememberedStack theirs = stack(1, 8, 8);
    theirs.name = "theirs";
    theirs.older_dropped = true;
    RememberedStack both = ours;
    both.declared_at = 8;
    both.older_dropped = true;
    EXPECT_EQ(merge_memory(memory_of({stack(1, 5)}), memory_of({ours}), memory_of({theirs})), memory_of({both}));
    EXPECT_EQ(merge_memory(memory_of({stack(1, 5)}), memory_of({theirs}), memory_of({ours})), memory_of({both}));
}

TEST(MergeMemory, AnEndedAbsenceIsNotRevived) {
    const ServerMemory before = memory_of({}, {absence("x", 1, 5)});
    const ServerMemory goes_on = memory_of({}, {absence("x", 1, 9)});
    const ServerMemory ended = memory_of({});
    EXPECT_EQ(merge_memory(before, goes_on, ended), ended) << "they saw its end";
    EXPECT_EQ(merge_memory(before, before, ended), ended);
    EXPECT_EQ(merge_memory(before, ended, goes_on), ended) << "this run saw its end";
    const ServerMemory anew = memory_of({}, {absence("x", 8, 8)});
    EXPECT_EQ(merge_memory(before, goes_on, anew), memory_of({}, {absence("x", 8, 9)})) << "the later beginning";
    EXPECT_EQ(merge_memory(memory_of({}), memory_of({}, {absence("x", 9, 9)}), anew),
              memory_of({}, {absence("x", 9, 9)}));
}

TEST(MergeMemory, AbsencesOfOneNameInTwoNamespacesStayApart) {
    RememberedAbsence web = absence("x", 1, 5);
    web.namespace_ = "web";
    const ServerMemory before = memory_of({}, {absence("x", 1, 5), web});
    EXPECT_EQ(merge_memory(before, memory_of({}, {web}), memory_of({}, {absence("x", 1, 7), web})),
              memory_of({}, {web}));
}

TEST(MergeMemory, AnEnvironmentIsGoneOnlyIfNobodySawItSince) {
    const auto with = [](RememberedEnvironment environment) {
        ServerMemory out = memory_of({});
        out.environments[4] = std::move(environment);
        return out;
    };
    const ServerMemory before = with({.name = "a", .seen_at = 5, .declared_at = 5});
    const ServerMemory gone = with({.name = "a", .seen_at = 5, .declared_at = 9, .gone = true});
    const ServerMemory seen = with({.name = "b", .seen_at = 8, .declared_at = 5});
    const ServerMemory both = with({.name = "b", .seen_at = 8, .declared_at = 9});
    EXPECT_EQ(merge_memory(before, gone, seen), both);
    EXPECT_EQ(merge_memory(before, seen, gone), both);
}

TEST(MergeMemory, AFileIsTheOneThatWasReadLaterAndItsJobsAreThoseOfBoth) {
    const auto with = [](std::string content, UnixSeconds verified, std::vector<std::string> jobs) {
        ServerMemory out = memory_of({stack(1, 5)});
        out.files[1] = {.content_digest = std::move(content), .verified_at = verified, .jobs_seen = std::move(jobs)};
        return out;
    };
    const ServerMemory before = with("c", 1, {});
    EXPECT_EQ(merge_memory(before, with("c", 9, {"a", "b"}), with("c", 8, {"b", "c"})), with("c", 9, {"a", "b", "c"}));
    EXPECT_EQ(merge_memory(before, with("d", 8, {"a"}), with("c", 9, {"b"})), with("c", 9, {"b"}));
}

TEST(MergeMemory, NeverMixesTwoDatabases) {
    const ServerMemory before = memory_of({stack(1, 5)}, {}, "old");
    const ServerMemory changed = memory_of({stack(1, 6)}, {}, "old");
    const ServerMemory fresh = memory_of({stack(7, 9)}, {}, "new");
    const ServerMemory fresher = memory_of({stack(8, 10)}, {}, "new");
    EXPECT_EQ(merge_memory(before, fresh, changed), fresh) << "this run saw the new one";
    EXPECT_EQ(merge_memory(before, changed, fresh), fresh) << "they did, meanwhile";
    EXPECT_EQ(merge_memory(before, fresh, fresher), memory_of({stack(7, 9), stack(8, 10)}, {}, "new")) << "both did";
    const ServerMemory third = memory_of({stack(3, 11)}, {}, "third");
    EXPECT_EQ(merge_memory(before, fresh, third), third);
    EXPECT_EQ(merge_memory(before, third, fresh), third);
}

// Two writers on one file, each with a connection of its own, as an agent and checks are two processes: what each run
// learns and ends stays, whoever records first. 1,000 runs.
class TwoWriters : public LedgerTest {
  protected:
    // What the runs of one writer do to their server: run `i` sees stack `first + 2 i`, sees the end of the absence of
    // the run before, and begins its own.
    static ServerMemory after_run(ServerMemory memory, StackId id, UnixSeconds at) {
        memory.instance_id = "instance";
        memory.stacks[id] = stack(id, at);
        std::erase_if(memory.absences,
                      [id](const RememberedAbsence& one) { return one.name == std::to_string(id - 2); });
        memory.absences.push_back(absence(std::to_string(id), at, at));
        return memory;
    }

    void write(const std::string& server, StackId first, int runs, std::latch& start) const {
        auto opened = open_ledger(file, {.now = first_start});
        ASSERT_TRUE(opened) << opened.error().message;
        start.arrive_and_wait();
        for (int i = 0; i < runs; ++i) {
            Memory before;
            before.servers[server] = *opened->ledger->memory_of(server);
            std::this_thread::sleep_for(std::chrono::microseconds(i % 7 * 100)); // the run
            Report report = report_of({}, i);
            report.servers.front().name = server;
            Memory after;
            after.servers[server] = after_run(before.servers[server], first + 2 * i, report.started_at);
            const auto done = opened->ledger->record_run(
                {.report = report, .before = before, .memory = after, .trigger = "interval"});
            ASSERT_TRUE(done) << done.error().message;
        }
    }
};

TEST_F(TwoWriters, OfTwoServersDoNotTouchEachOther) {
    open();
    constexpr int runs = 500;
    std::latch start(2);
    std::jthread agent([&] { write("a", 1, runs, start); });
    std::jthread check([&] { write("b", 2, runs, start); });
    agent.join();
    check.join();
    const Opened opened = open();
    const Memory memory = *opened.ledger->memory();
    for (const auto& [server, first] : {std::pair("a", 1), std::pair("b", 2)}) {
        ServerMemory expected;
        for (int i = 0; i < runs; ++i) expected = after_run(expected, first + 2 * i, first_start + i * hour);
        EXPECT_EQ(memory.servers.at(server), expected);
    }
    const Verification found = proof_of(*opened.ledger);
    EXPECT_EQ(found.problem, "");
    EXPECT_EQ(found.runs, 1000U);
    EXPECT_EQ(found.memory_proven, (std::vector<std::string>{"a", "b"}));
}

TEST_F(TwoWriters, OfOneServerLoseNothingAndReviveNothing) {
    open();
    constexpr int runs = 100;
    std::latch start(2);
    std::jthread agent([&] { write("main", 1, runs, start); });
    std::jthread check([&] { write("main", 2, runs, start); });
    agent.join();
    check.join();
    const Opened opened = open();
    const ServerMemory memory = *opened.ledger->memory_of("main");
    EXPECT_EQ(memory.stacks.size(), 2U * runs);
    std::vector<std::string> absent;
    for (const RememberedAbsence& one : memory.absences) absent.push_back(one.name);
    EXPECT_EQ(absent, (std::vector{std::to_string(2 * runs - 1), std::to_string(2 * runs)}));
    EXPECT_EQ(proof_of(*opened.ledger).problem, "");
}

TEST_F(TwoWriters, OfOneMemoryFileLoseNothing) {
    const std::filesystem::path json = folder / "memory.json";
    ASSERT_TRUE(load_memory(json)); // makes the key
    constexpr int runs = 60;
    const auto write = [&](const std::string& server, StackId first) {
        for (int i = 0; i < runs; ++i) {
            const Memory before = load_memory(json)->memory;
            Memory after = before;
            std::this_thread::sleep_for(std::chrono::microseconds(i % 7 * 100));
            after.servers[server] = after_run(after.servers[server], first + 2 * i, i);
            after.servers.erase(server == "a" ? "b" : "a"); // a run knows its own server alone
            ASSERT_TRUE(update_memory(json, before, after));
        }
    };
    std::jthread agent([&] { write("a", 1); });
    std::jthread check([&] { write("b", 2); });
    agent.join();
    check.join();
    const auto loaded = load_memory(json);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->memory.servers.at("a").stacks.size(), std::size_t{runs});
    EXPECT_EQ(loaded->memory.servers.at("b").stacks.size(), std::size_t{runs});
}

TEST_F(TwoWriters, ARunThatWasNotRecordedLeavesNothing) {
    const Opened opened = open();
    record(*opened.ledger, {}, 0);
    const Memory before = *opened.ledger->memory();
    Report report = report_of({}, 1);
    report.servers.front().name = "another";
    ASSERT_TRUE(opened.ledger->record_run({.report = report, .before = {}, .memory = {}, .trigger = "interval"}));
    EXPECT_EQ(*opened.ledger->memory(), before) << "a server that did not answer is not forgotten, nor made";
}

// Ledgers that there are carry these digests: the bytes they are made of must not change.
TEST(MemoryDigest, IsThatOfTheLedgersThatThereAre) {
    ServerMemory memory;
    memory.instance_id = "instance";
    memory.stacks[12] = {.id = 12,
                         .environment_id = 4,
                         .environment_name = "production",
                         .name = "shop",
                         .created_at = 5,
                         .seen_at = 6,
                         .namespace_ = "ns",
                         .older_dropped = true,
                         .declared_at = 7};
    memory.files[12] = {.record_digest = std::string(64, 'a'),
                        .content_digest = std::string(64, 'b'),
                        .desired_digest = {},
                        .server_date = 8,
                        .verified_at = 9,
                        .settled = true,
                        .jobs_seen = {"x", "y"}};
    memory.environments[4] = {.name = "production", .seen_at = 10, .declared_at = 11, .gone = false};
    memory.selections[4] = {.group = 2, .tags = {7, 8}};
    memory.tags[7] = "eu";
    memory.groups[2] = "web";
    memory.absences = {{.environment_id = 4, .namespace_ = {}, .name = "cache", .first_seen = 13, .last_seen = 14}};
    const std::string bytes = digest_of(memory);
    Digest digest{};
    ASSERT_EQ(bytes.size(), digest.size());
    std::ranges::copy(bytes, digest.begin());
    EXPECT_EQ(to_hex(digest), "7ebba6570f58a96edac393d5852ad7cd0da1b42b071640abff1d552bef0e03fa");
}

} // namespace
} // namespace mooring::ledger
