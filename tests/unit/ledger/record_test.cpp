// What the ledger remembers of runs, and what a run costs it.
#include "base/file.hpp"
#include "ledger/json.hpp"
#include "sample_runs.hpp"

#include <fstream>
#include <iterator>

namespace mooring::ledger {
namespace {

using Record = LedgerTest;

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string all_bytes(const std::filesystem::path& folder) {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) all += bytes_of(entry.path());
    return all;
}

TEST_F(Record, WhichDatabaseAServerHadIsKnownFromItsRuns) {
    const Opened opened = open();
    EXPECT_TRUE(opened.ledger->sightings()->empty());
    const auto run = [&](const char* instance, UnixSeconds hours, bool restored) {
        Report report = report_of({}, hours);
        report.servers[0].instance_id = instance;
        if (restored)
            report.diagnostics.push_back({.code = std::string(older_backup_remark), .message = "m", .server = "main"});
        const Memory memory = memory_seen_at(report.started_at);
        const Memory before = *opened.ledger->memory();
        ASSERT_TRUE(opened.ledger->record_run({.report = report,
                                               .before = before,
                                               .memory = memory,
                                               .waivers = {},
                                               .trigger = "check",
                                               .next_due = std::nullopt}));
    };
    run("", 0, false);
    run("one", 1, false);
    run("two", 2, true);
    run("one", 3, false);
    const auto sightings = opened.ledger->sightings();
    ASSERT_TRUE(sightings);
    const Sighting& seen = sightings->at("main");
    EXPECT_EQ(seen.first_instance, "one");
    EXPECT_EQ(seen.first_at, first_start + hour);
    EXPECT_EQ(seen.last_at,
              (std::map<std::string, UnixSeconds>{{"one", first_start + 3 * hour}, {"two", first_start + 2 * hour}}));
    EXPECT_EQ(seen.older_backup_at, first_start + 2 * hour);
}

TEST_F(Record, RunsComeBackAsTheyWere) {
    Waiver waiver{.name = "old",
                  .server = "*",
                  .environment = "*",
                  .stack = "blog",
                  .path = "*",
                  .owner = "me",
                  .reason = "soon",
                  .approver = "boss",
                  .from = 5,
                  .until = 9,
                  .where = {.file = "w.yaml", .line = 3}};
    const Opened opened = open();
    EXPECT_TRUE(opened.created);
    record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, 0, std::span(&waiver, 1));
    const auto runs = opened.ledger->runs({});
    ASSERT_TRUE(runs);
    ASSERT_EQ(runs->size(), 1U);
    const auto& run = runs->front();
    EXPECT_EQ(run.number, 1);
    EXPECT_EQ(run.run_id, "run-0");
    EXPECT_EQ(run.started_at, first_start);
    EXPECT_EQ(run.finished_at, first_start + 5);
    EXPECT_EQ(run.mooring_version, "1.2.3");
    EXPECT_EQ(run.trigger, "check");
    EXPECT_EQ(run.next_due, first_start + hour);
    EXPECT_EQ(run.summary.declared, 1U);
    EXPECT_EQ(run.summary.verdicts.at(Verdict::in_sync), 1U);
    ASSERT_EQ(run.servers->size(), 1U);
    EXPECT_EQ(run.servers->front().identity->username, "mooring");
    ASSERT_EQ(run.waivers->size(), 1U);
    EXPECT_EQ(run.waivers->front().approver, "boss");
    EXPECT_EQ(run.waivers->front().where.line, 3U);
    EXPECT_EQ(run.hash.size(), 64U);
}

StackResult broken(std::string name, std::string state) {
    StackResult result = stack_with(std::move(name), Verdict::drifted);
    result.changes.push_back({.plane = Plane::runtime,
                              .path = "services.web.containers[web-1].state",
                              .desired = "running",
                              .actual = std::move(state)});
    return result;
}

TEST_F(Record, WhatOnlyCountsOnIsNoNewState) {
    const Opened opened = open();
    EXPECT_EQ(record(*opened.ledger, {broken("blog", "restarting (7 times)")}, 0).new_states, 1U);
    EXPECT_EQ(record(*opened.ledger, {broken("blog", "restarting (9 times)")}, 1).new_states, 0U);
    EXPECT_EQ(record(*opened.ledger, {broken("blog", "exited (1)")}, 2).new_states, 1U);
    EXPECT_EQ(opened.ledger->spells({})->at(0).state->changes.at(0).actual, "restarting (7 times)");
    StackResult lost = stack_with("blog", Verdict::unreachable);
    for (const auto& [port, is_new] : {std::pair("53422", 1U), std::pair("40001", 0U)}) {
        lost.message = std::string("read tcp 10.0.0.3:") + port + "->10.0.0.9:9001: connection reset";
        EXPECT_EQ(record(*opened.ledger, {lost}, is_new == 1U ? 3 : 4).new_states, is_new) << port;
    }
    const auto proof = opened.ledger->verify({});
    EXPECT_TRUE(proof && proof->proven()) << proof->problem;
}

TEST_F(Record, AFaceOfAnOlderMooringStaysProven) {
    {
        const Opened opened = open();
        record(*opened.ledger, {broken("blog", "restarting (7 times)")}, 0);
    }
    const Digest old = face_of(broken("blog", "restarting (7 times)"), Faces::of_0_1_0);
    ASSERT_NE(old, face_of(broken("blog", "restarting (7 times)")));
    edit("UPDATE states SET face = x'" + to_hex(old) + "'");
    const Opened again = open();
    const auto proof = again.ledger->verify({});
    EXPECT_TRUE(proof && proof->proven()) << proof->problem;
}

TEST_F(Record, AStateThatStaysIsOneSpellAndOneThatChangesAnother) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    EXPECT_EQ(record(ledger, {stack_with("blog", Verdict::in_sync)}, 0).new_states, 1U);
    EXPECT_EQ(record(ledger, {stack_with("blog", Verdict::in_sync)}, 1).new_states, 0U);
    EXPECT_EQ(record(ledger, {drifted("blog", "nginx:1.25")}, 2).new_states, 1U);
    EXPECT_EQ(record(ledger, {drifted("blog", "nginx:1.26")}, 3).new_states, 1U);
    const auto spells = ledger.history({.server = "main", .environment = "production", .name = "blog"}, {});
    ASSERT_TRUE(spells);
    ASSERT_EQ(spells->size(), 3U);
    EXPECT_EQ(spells->at(0).first_run, 1);
    EXPECT_EQ(spells->at(0).last_run, 2);
    EXPECT_EQ(spells->at(0).last_at, first_start + hour);
    EXPECT_EQ(spells->at(0).state->verdict, Verdict::in_sync);
    EXPECT_EQ(spells->at(2).first_at, first_start + 3 * hour);
    EXPECT_EQ(spells->at(2).state->changes.at(0).actual, "nginx:1.26");
    EXPECT_EQ(spells->at(2).state->labels.at("team"), "web");
    const auto current = ledger.current();
    ASSERT_TRUE(current);
    ASSERT_EQ(current->size(), 1U);
    EXPECT_EQ(current->at(0).first_seen, first_start);
    EXPECT_EQ(current->at(0).since, first_start + 2 * hour) << "drifted since run 3, whatever differs";
    EXPECT_TRUE(current->at(0).in_last_run);
}

// From the root, so that another run finds it from wherever it stands; also where nothing else changes.
TEST_F(Record, TheManifestByWhichAStackWasJudgedLastIsNotedWhole) {
    const auto judged = [](Verdict verdict, const char* file) {
        StackResult one = stack_with("shop", verdict);
        one.id = 7;
        one.where = {.file = file, .line = 1};
        return one;
    };
    const std::string here = std::filesystem::weakly_canonical(std::filesystem::current_path()).string();
    const Opened opened = open();
    const auto place = [&] { return *opened.ledger->declared_places(); };
    record(*opened.ledger, {judged(Verdict::in_sync, "m/b/shop.yaml")}, 0);
    EXPECT_EQ(place(), (DeclaredPlaces{{{"main", "instance", 7}, here + "/m/b/shop.yaml"}}));
    record(*opened.ledger, {judged(Verdict::in_sync, "/srv/m/../shop.yaml")}, 1);
    EXPECT_EQ(place(), (DeclaredPlaces{{{"main", "instance", 7}, "/srv/shop.yaml"}}));
    record(*opened.ledger, {judged(Verdict::extra, "m/a/scope.yaml")}, 2);
    EXPECT_EQ(place(), (DeclaredPlaces{{{"main", "instance", 7}, "/srv/shop.yaml"}})) << "that is the Scope's";
}

TEST_F(Record, OtherEvidenceEndsNoSpell) {
    const Opened opened = open();
    StackResult blog = stack_with("blog", Verdict::in_sync);
    record(*opened.ledger, {blog}, 0);
    blog.evidence.push_back({.method = "GET", .target = "/api/stacks/1/file", .status = 200, .message = {}});
    blog.notes.emplace_back("the file was not read again: its record is unchanged");
    blog.where.line = 7;
    EXPECT_EQ(record(*opened.ledger, {blog}, 1).new_states, 0U);
}

TEST_F(Record, AStackThatWasNotJudgedHasNoStateInThatRun) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    record(ledger, {drifted("blog", "x"), stack_with("shop", Verdict::in_sync)}, 0);
    record(ledger, {stack_with("shop", Verdict::in_sync)}, 1);
    const auto between = ledger.current();
    ASSERT_TRUE(between);
    EXPECT_FALSE(between->at(0).in_last_run);
    record(ledger, {drifted("blog", "x"), stack_with("shop", Verdict::in_sync)}, 2);
    const auto spells = ledger.history({.server = "main", .environment = "production", .name = "blog"}, {});
    ASSERT_TRUE(spells);
    ASSERT_EQ(spells->size(), 2U);
    EXPECT_EQ(spells->at(0).last_run, 1);
    EXPECT_EQ(spells->at(1).first_run, 3);
    EXPECT_EQ(ledger.current()->at(0).since, first_start) << "not being judged ends no drift";
    EXPECT_EQ(ledger.spells({.from = first_start + hour, .to = first_start + 2 * hour})->size(), 1U);
    EXPECT_TRUE(proof_of(ledger).proven());
}

TEST_F(Record, ARunOfAnotherServerEndsNoSpell) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    StackResult other = drifted("till", "x");
    other.server = "branch";
    const auto record_branch = [&](std::vector<StackResult> stacks, UnixSeconds hours) {
        Report report = report_of(std::move(stacks), hours);
        report.servers.front().name = "branch";
        const Memory memory;
        return ledger.record_run({.report = report, .before = memory, .memory = memory, .trigger = "interval"})
            ->new_states;
    };
    record(ledger, {stack_with("blog", Verdict::in_sync)}, 0);
    EXPECT_EQ(record_branch({other}, 1), 1U);
    EXPECT_EQ(record(ledger, {stack_with("blog", Verdict::in_sync)}, 2).new_states, 0U);
    EXPECT_EQ(record_branch({other}, 3), 0U);
    EXPECT_EQ(ledger.history({.server = "main", .environment = "production", .name = "blog"}, {})->size(), 1U);
    record_branch({}, 4);
    const auto spells = ledger.history({.server = "branch", .environment = "production", .name = "till"}, {});
    ASSERT_EQ(spells->size(), 1U);
    EXPECT_EQ(spells->at(0).last_run, 4) << "its own server's run, which did not judge it, ends it";
    EXPECT_TRUE(proof_of(ledger).proven());
}

TEST_F(Record, ARunThatIsOlderThanTheNewestRemarksThatTheClockWentBack) {
    const Opened opened = open();
    record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, 5);
    record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, 5);
    EXPECT_TRUE(opened.ledger->newest_runs(1)->at(0).remarks->empty()) << "the same second is not older";
    record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, 4);
    const auto remarks = opened.ledger->newest_runs(1)->at(0).remarks;
    ASSERT_EQ(remarks->size(), 1U);
    EXPECT_EQ(remarks->at(0).code, "clock-went-back");
    EXPECT_EQ(remarks->at(0).severity, Severity::warning);
    EXPECT_NE(remarks->at(0).message.find("run 2 before it on " + format_utc(first_start + 5 * hour)),
              std::string::npos)
        << remarks->at(0).message;
    EXPECT_EQ(proof_of(*opened.ledger).runs, 3U);
}

TEST_F(Record, RowsOfOneNameStayApart) {
    const Opened opened = open();
    StackResult first = stack_with("blog", Verdict::extra);
    first.id = 12;
    StackResult second = stack_with("blog", Verdict::extra);
    second.id = 31;
    record(*opened.ledger, {first, second}, 0);
    EXPECT_EQ(record(*opened.ledger, {first, second}, 1).new_states, 0U);
    const auto current = opened.ledger->current();
    ASSERT_TRUE(current);
    ASSERT_EQ(current->size(), 2U);
    EXPECT_EQ(current->at(0).spell.state->id, 12);
    EXPECT_EQ(current->at(1).spell.state->id, 31);
    EXPECT_EQ(current->at(1).spell.stack.ordinal, 1);
}

TEST_F(Record, AnUnknownEnvironmentIsCalledByItsId) {
    StackResult blog = stack_with("blog", Verdict::denied, "");
    EXPECT_EQ(key_of(blog).environment, "#4");
    blog.environment_id.reset();
    EXPECT_EQ(key_of(blog).environment, "?");
}

TEST_F(Record, NoValueOfASecretIsKeptOnlyThatItChanged) {
    const Opened opened = open();
    StackResult blog = drifted("blog", "hunter2");
    blog.changes[0].desired = "correct horse";
    blog.changes[0].secret = true;
    blog.changes[0].secret_digest = "d1";
    record(*opened.ledger, {blog}, 0);
    blog.changes[0].actual = "hunter3";
    EXPECT_EQ(record(*opened.ledger, {blog}, 1).new_states, 0U) << "values decide nothing";
    blog.changes[0].secret_digest = "d2";
    EXPECT_EQ(record(*opened.ledger, {blog}, 2).new_states, 1U);
    const std::string stored = all_bytes(folder);
    for (const char* secret : {"hunter2", "hunter3", "correct horse"}) {
        EXPECT_EQ(stored.find(secret), std::string::npos) << secret;
    }
    const auto current = opened.ledger->current();
    ASSERT_TRUE(current);
    const Change& change = current->at(0).spell.state->changes.at(0);
    EXPECT_TRUE(change.secret);
    EXPECT_EQ(change.actual, "");
    EXPECT_EQ(change.secret_digest, "") << "digests do not leave the ledger";
}

TEST_F(Record, TheMemoryComesBackWholeAfterEveryRun) {
    const Opened opened = open();
    for (UnixSeconds hours = 0; hours < 3; ++hours) {
        record(*opened.ledger, {}, hours);
        EXPECT_EQ(opened.ledger->memory(), memory_seen_at(first_start + hours * hour));
    }
    Memory other = memory_seen_at(first_start + 9 * hour);
    ServerMemory& server = other.servers["main"];
    server.stacks[2].seen_at = 5; // gone since
    server.files.erase(1);
    server.files[2].verified_at = 17;
    server.selections.erase(5);
    server.stacks[3].declared_at = 8;
    server.tags = {{2, "prod"}};
    server.groups = {{1, "Unassigned"}};
    server.stacks[3].older_dropped = true;
    server.files[2].jobs_seen = {"migrate", "seed"};
    server.environments[5] = {.name = "staging", .seen_at = 6, .declared_at = 7, .gone = true};
    server.absences = {{.environment_id = 4, .name = "gone", .first_seen = 3, .last_seen = 4},
                       {.environment_id = 4, .namespace_ = "web", .name = "gone", .first_seen = 3}};
    other.servers["second"].instance_id = "another";
    ASSERT_TRUE(opened.ledger->replace_memory(other));
    EXPECT_EQ(opened.ledger->memory(), other);
    ASSERT_TRUE(opened.ledger->replace_memory({}));
    EXPECT_EQ(opened.ledger->memory(), Memory{});
}

TEST_F(Record, ARunOf500StacksInWhichNothingChangedWritesAFewKilobytes) {
    const Opened opened = open();
    std::vector<StackResult> stacks;
    stacks.reserve(500);
    for (int i = 0; i < 500; ++i) stacks.push_back(stack_with("stack" + std::to_string(i), Verdict::in_sync));
    const auto record_at = [&](UnixSeconds hours) {
        const Report report = report_of(stacks, hours);
        const Memory memory = memory_seen_at(report.started_at, 500);
        const Memory before = *opened.ledger->memory();
        return opened.ledger->record_run({.report = report,
                                          .before = before,
                                          .memory = memory,
                                          .waivers = {},
                                          .trigger = "interval",
                                          .next_due = {}});
    };
    ASSERT_TRUE(record_at(0));
    const std::filesystem::path log = file.string() + "-wal";
    const auto before = std::filesystem::file_size(log);
    for (UnixSeconds hours = 1; hours <= 10; ++hours) ASSERT_TRUE(record_at(hours));
    const auto written = std::filesystem::file_size(log) - before;
    EXPECT_LE(written / 10, 16U << 10U);
    RecordProperty("bytes_a_run", static_cast<int>(written / 10));
}

TEST_F(Record, NotificationsKeepTheNewestOfEachKind) {
    const Opened opened = open();
    const std::vector<Notification> sent{
        {.channel = "chat", .subject = "main/production/blog", .topic = "drift", .state = "opened", .at = 1},
        {.channel = "chat", .subject = "main/production/blog", .topic = "access", .state = "lost", .at = 2}};
    ASSERT_TRUE(opened.ledger->record_notifications(sent));
    const Notification resolved{
        .channel = "chat", .subject = "main/production/blog", .topic = "drift", .state = "resolved", .at = 3};
    ASSERT_TRUE(opened.ledger->record_notifications(std::span(&resolved, 1)));
    const auto all = opened.ledger->notifications();
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, (std::vector<Notification>{sent[1], resolved}));
}

TEST_F(Record, TwoWritersAndAReaderShareTheFile) {
    const Opened one = open();
    const Opened other = open();
    EXPECT_FALSE(other.created);
    const Opened reader = open({.access = Access::read_only});
    record(*one.ledger, {stack_with("blog", Verdict::in_sync)}, 0);
    EXPECT_EQ(record(*other.ledger, {stack_with("blog", Verdict::in_sync)}, 1).number, 2);
    EXPECT_EQ(record(*one.ledger, {drifted("blog", "x")}, 2).number, 3);
    EXPECT_EQ(reader.ledger->runs({})->size(), 3U);
    EXPECT_EQ(reader.ledger->newest_runs(1)->at(0).number, 3);
    EXPECT_TRUE(proof_of(*reader.ledger).proven());
}

} // namespace
} // namespace mooring::ledger
