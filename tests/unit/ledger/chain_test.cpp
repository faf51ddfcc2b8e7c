// The chain: what proves it, what breaks it, what pruning leaves of it.
#include "sample_runs.hpp"

#include "base/file.hpp"
#include "ledger/database.hpp"

#include <array>

namespace mooring::ledger {
namespace {

class Chain : public LedgerTest {
  protected:
    // Ten runs: `shop` never changes, `blog` drifts and is mended, `wiki` comes in run 4 and goes after run 7.
    void fill(Ledger& ledger) {
        for (UnixSeconds hours = 0; hours < 10; ++hours) {
            std::vector<StackResult> stacks{hours % 4 < 2 ? stack_with("blog", Verdict::in_sync) : drifted("blog", "x"),
                                            stack_with("shop", Verdict::in_sync)};
            if (hours >= 3 && hours < 7) stacks.push_back(stack_with("wiki", Verdict::in_sync));
            record(ledger, std::move(stacks), hours);
        }
    }
    static Period from_hour(UnixSeconds from, UnixSeconds to) {
        return {.from = first_start + from * hour, .to = first_start + to * hour};
    }
};

TEST_F(Chain, IsProvenWholeAndInPart) {
    const Opened opened = open();
    fill(*opened.ledger);
    const Verification whole = proof_of(*opened.ledger);
    EXPECT_EQ(whole.problem, "");
    EXPECT_EQ(whole.runs, 10U);
    EXPECT_EQ(whole.first, 1);
    EXPECT_EQ(whole.last, 10);
    EXPECT_EQ(whole.head, opened.ledger->newest_runs(1)->at(0).hash);
    const Verification part = proof_of(*opened.ledger, from_hour(4, 8));
    EXPECT_EQ(part.problem, "");
    EXPECT_EQ(part.runs, 4U);
    EXPECT_EQ(part.first, 5);
    EXPECT_EQ(part.last, 8);
    EXPECT_EQ(proof_of(*opened.ledger, from_hour(40, 80)).runs, 0U);
}

TEST_F(Chain, TheSameRunsGiveTheSameHashes) {
    const Opened opened = open();
    fill(*opened.ledger);
    const std::string head = proof_of(*opened.ledger).head;
    file = folder / "second.db";
    const Opened second = open();
    fill(*second.ledger);
    EXPECT_EQ(proof_of(*second.ledger).head, head);
}

struct Edit {
    const char* what;
    const char* sql;
    RunNumber broken;
};

TEST_F(Chain, EveryEditNamesTheFirstBrokenRun) {
    const std::array edits{
        Edit{"a run's time", "UPDATE runs SET finished_at = finished_at + 1 WHERE number = 4", 4},
        Edit{"a run's beginning", "UPDATE runs SET started_at = started_at + 1 WHERE number = 4", 4},
        Edit{"a run's id", "UPDATE runs SET run_id = 'x' WHERE number = 4", 4},
        Edit{"when the next run was due", "UPDATE runs SET next_due = NULL WHERE number = 4", 4},
        Edit{"a run's hash", "UPDATE runs SET hash = zeroblob(32) WHERE number = 4", 4},
        Edit{"a run goes", "DELETE FROM runs WHERE number = 4", 4},
        Edit{"the first run goes", "DELETE FROM runs WHERE number = 1", 2},
        Edit{"the last run goes",
             "DELETE FROM runs WHERE number = 10; UPDATE spells SET last_run = 9 WHERE last_run > 9", 10},
        Edit{"a text", "UPDATE texts SET body = replace(body, '1.2.3', '1.2.4')", 1},
        Edit{"a server's role", "UPDATE texts SET body = replace(body, '\"role\":2', '\"role\":1')", 1},
        Edit{"drift becomes in sync", "UPDATE states SET body = replace(body, 'drifted', 'in_sync')", 3},
        Edit{"another state", "UPDATE spells SET state = 1 WHERE first_run = 3", 3},
        Edit{"drift begins later", "UPDATE spells SET first_run = 4, first_at = first_at + 3600 WHERE first_run = 3",
             3},
        Edit{"drift ends earlier", "UPDATE spells SET last_run = 3 WHERE first_run = 3", 4},
        Edit{"drift goes", "DELETE FROM spells WHERE first_run = 3", 3},
        Edit{"a stack's name", "UPDATE stacks SET name = 'other' WHERE name = 'wiki'", 4},
        Edit{"a stack's first sight", "UPDATE stacks SET first_seen = first_seen - 1 WHERE name = 'wiki'", 4},
        Edit{"a spell's beginning", "UPDATE spells SET first_at = first_at - 1 WHERE first_run = 3", 3},
        Edit{"a stack more",
             "INSERT INTO spells SELECT stack, 9, 9, first_at, state, since FROM spells WHERE first_run = 4", 9},
        Edit{"how the chain begins", "UPDATE origin SET reason = 'x'", 1},
        Edit{"when the chain begins", "UPDATE origin SET at = at + 1", 1},
        Edit{"the verdict beside a state", "UPDATE states SET verdict = 'in_sync' WHERE verdict = 'drifted'", 3},
        Edit{"the face beside a state", "UPDATE states SET face = zeroblob(32) WHERE verdict = 'drifted'", 3},
        Edit{"the hash beside a state", "UPDATE states SET hash = zeroblob(32) WHERE verdict = 'drifted'", 3},
        Edit{"the hash beside a text",
             "UPDATE texts SET hash = zeroblob(32) WHERE id = (SELECT frame FROM runs WHERE number = 4)", 4},
        Edit{"since when a verdict stands", "UPDATE spells SET since = since - 1 WHERE first_run = 3", 3},
        Edit{"since when the first verdict stands",
             "UPDATE spells SET since = since + 1 WHERE first_run = 4 AND state = 1", 4},
        Edit{"a state twice, which changes no digest",
             "INSERT INTO spells SELECT stack, 5, 6, first_at + 4 * 3600, state, since FROM spells WHERE last_run IS "
             "NULL "
             "AND first_run = 1",
             5},
        Edit{"a first sight in a later run",
             "UPDATE stacks SET first_run = 5, first_seen = first_seen + 4 * 3600 WHERE name = 'shop'", 1},
        Edit{"a first sight in an earlier run",
             "UPDATE stacks SET first_run = 1, first_seen = first_seen - 3 * 3600 WHERE name = 'wiki'", 4},
        Edit{"the digest of a memory", "UPDATE runs SET memory = zeroblob(32) WHERE number = 4", 4},
        Edit{"no digest of a memory", "UPDATE runs SET memory = NULL WHERE number = 4", 4},
    };
    const Opened opened = open();
    fill(*opened.ledger);
    ASSERT_TRUE(opened.ledger->back_up(folder / "copy.db"));
    for (const Edit& one : edits) {
        file = folder / "edited.db";
        std::filesystem::copy_file(folder / "copy.db", file, std::filesystem::copy_options::overwrite_existing);
        edit(one.sql);
        const Opened edited = open({.access = Access::read_only});
        const Verification found = proof_of(*edited.ledger);
        if (std::string_view(one.what) == "the last run goes") {
            EXPECT_EQ(found.last, 9) << "only the hash of the last run, kept elsewhere, shows that";
            EXPECT_EQ(found.broken, 9) << "or the memory, unless it is put back as well";
            continue;
        }
        EXPECT_EQ(found.broken, one.broken) << one.what << ": " << found.problem;
        EXPECT_FALSE(found.proven()) << one.what;
        EXPECT_EQ(found.runs, one.broken == 2 ? 0U : static_cast<std::size_t>(one.broken - 1)) << one.what;
    }
}

// Every row of the memory is what the newest run left: a false one could be turned into a false `missing`.
TEST_F(Chain, EveryEditOfTheMemoryIsNoticed) {
    const std::array edits{
        "UPDATE memory_stacks SET name = 'other' WHERE id = 2",
        "UPDATE memory_stacks SET created_at = created_at + 1 WHERE id = 2",
        "UPDATE memory_stacks SET seen_at = 5 WHERE id = 2",
        "UPDATE memory_stacks SET declared_at = 5 WHERE id = 2",
        "UPDATE memory_stacks SET older_dropped = 1 WHERE id = 2",
        "DELETE FROM memory_stacks WHERE id = 2",
        "INSERT INTO memory_stacks SELECT server, 9, environment_id, environment_name, name, namespace, "
        "created_at, seen_at, older_dropped, declared_at FROM memory_stacks WHERE id = 1",
        "UPDATE memory_files SET desired = content WHERE id = 1",
        "UPDATE memory_files SET jobs_seen = 'migrate' WHERE id = 1",
        "UPDATE memory_files SET settled = 0 WHERE id = 1",
        "DELETE FROM memory_files",
        "UPDATE memory_environments SET name = 'x' WHERE id = 4",
        "UPDATE memory_environments SET gone = 1 WHERE id = 4",
        "UPDATE memory_environments SET seen_at = 1 WHERE id = 4",
        "UPDATE memory_selections SET tags = '2' WHERE id = 4",
        "INSERT INTO memory_tags VALUES ('main', 1, 'prod')",
        "INSERT INTO memory_groups VALUES ('main', 1, 'prod')",
        "INSERT INTO memory_absences VALUES ('main', 4, '', 'blog', 1, 2)",
        "UPDATE memory_servers SET instance_id = 'other'",
        "UPDATE memory_servers SET seen_at = seen_at + 1",
        "DELETE FROM memory_servers"};
    const Opened opened = open();
    fill(*opened.ledger);
    EXPECT_EQ(proof_of(*opened.ledger).memory_proven, std::vector<std::string>{"main"});
    ASSERT_TRUE(opened.ledger->back_up(folder / "copy.db"));
    for (const char* sql : edits) {
        file = folder / "edited.db";
        std::filesystem::copy_file(folder / "copy.db", file, std::filesystem::copy_options::overwrite_existing);
        edit(sql);
        const Opened edited = open({.access = Access::read_only});
        const Verification found = proof_of(*edited.ledger);
        EXPECT_EQ(found.broken, 10) << sql;
        EXPECT_EQ(found.runs, 10U) << sql << ": the runs are what was recorded";
        EXPECT_EQ(found.problem, "the memory of server main is not what it left") << sql;
        EXPECT_TRUE(proof_of(*edited.ledger, from_hour(2, 5)).proven()) << sql << ": it is not that of older runs";
    }
}

TEST_F(Chain, NothingSpeaksOfRunsThatAreNotThereOrEndsBeforeItBegins) {
    const Opened opened = open();
    fill(*opened.ledger);
    edit("INSERT INTO spells SELECT stack, 9, 8, first_at + 5 * 3600, state, since FROM spells WHERE first_run = 4");
    Verification found = proof_of(*opened.ledger);
    EXPECT_EQ(found.broken, 9);
    EXPECT_EQ(found.problem, "a state ends in it before it began");
    edit("DELETE FROM spells WHERE last_run < first_run; UPDATE spells SET last_run = 11 WHERE first_run = 4");
    found = proof_of(*opened.ledger);
    EXPECT_EQ(found.broken, 11);
    EXPECT_EQ(found.problem, "it is not there, but states of it are");
}

// How the ledger began is part of every report: also of a period that the first run is not in.
TEST_F(Chain, TheOriginIsProvenWithEveryPeriodAndAfterEveryPruning) {
    const Opened opened = open();
    fill(*opened.ledger);
    edit("UPDATE origin SET reason = 'x', set_aside = 'y'");
    EXPECT_EQ(proof_of(*opened.ledger, from_hour(4, 8)).broken, 1);
    edit("UPDATE origin SET reason = '', set_aside = ''");
    EXPECT_TRUE(proof_of(*opened.ledger, from_hour(4, 8)).proven());
    for (const UnixSeconds hours : {3, 6}) {
        ASSERT_TRUE(opened.ledger->prune(first_start + hours * hour, first_start + 20 * hour));
        EXPECT_TRUE(proof_of(*opened.ledger).proven());
        EXPECT_TRUE(proof_of(*opened.ledger).origin_proven);
        edit("UPDATE origin SET set_aside = 'y'");
        EXPECT_EQ(proof_of(*opened.ledger).broken, 4) << "the first run that follows a checkpoint";
        EXPECT_EQ(proof_of(*opened.ledger).problem,
                  "the checkpoint before it, or how the ledger began, is not what was recorded");
        edit("UPDATE origin SET set_aside = ''");
    }
}

// Whether a carried spell goes on over the checkpoint or the row of one verdict began before it.
TEST_F(Chain, ACheckpointProvesSinceWhenVerdictsStand) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    record(ledger, {drifted("blog", "x"), stack_with("shop", Verdict::in_sync)}, 0);
    record(ledger, {drifted("blog", "x"), stack_with("shop", Verdict::in_sync)}, 1);
    record(ledger, {stack_with("shop", Verdict::in_sync)}, 2);
    record(ledger, {drifted("blog", "y"), stack_with("shop", Verdict::in_sync)}, 3);
    record(ledger, {drifted("blog", "z"), stack_with("shop", Verdict::in_sync)}, 4);
    EXPECT_EQ(ledger.current()->at(0).since, first_start) << "not being judged ends no drift";
    EXPECT_EQ(ledger.prune(first_start + 3 * hour, first_start + 9 * hour), 3U);
    EXPECT_EQ(proof_of(ledger).problem, "");
    EXPECT_EQ(ledger.current()->at(0).since, first_start);
    for (const char* sql : {"UPDATE spells SET since = since + 3600 WHERE first_run = 4",
                            "UPDATE spells SET since = since + 3600 WHERE first_run = 1"}) {
        ASSERT_TRUE(ledger.back_up(folder / "kept.db"));
        edit(sql);
        EXPECT_EQ(proof_of(ledger).broken, 4) << sql;
        EXPECT_EQ(proof_of(ledger).problem, "what its checkpoint carries over is not what was recorded");
        edit(std::string(sql).replace(std::string_view(sql).find('+'), 1, "-"));
        std::filesystem::remove(folder / "kept.db");
    }
    edit("UPDATE spells SET since = first_at WHERE first_run = 5");
    EXPECT_EQ(proof_of(ledger).broken, 5);
}

TEST_F(Chain, ACheckpointVouchesForTheRunsThatItStandsForAlone) {
    const Opened opened = open();
    fill(*opened.ledger);
    ASSERT_TRUE(opened.ledger->prune(first_start + 4 * hour, first_start + 20 * hour));
    edit("DELETE FROM runs WHERE number = 5");
    const Verification found = proof_of(*opened.ledger);
    EXPECT_EQ(found.broken, 6);
    EXPECT_EQ(found.problem, "the runs before it are gone, and no checkpoint stands for them");
}

// A state may hold bytes that were not UTF-8: they are replaced in what is kept, and were not in what made its face.
TEST_F(Chain, AStateWithBytesThatAreNotTextIsProven) {
    const Opened opened = open();
    record(*opened.ledger, {drifted("blog", "caf\xE9")}, 0);
    EXPECT_EQ(proof_of(*opened.ledger).problem, "");
}

TEST_F(Chain, CarriesWhatARunRemarkedAndNoticesWhenThatIsEdited) {
    const Opened opened = open();
    Report report = report_of({stack_with("shop", Verdict::in_sync)}, 0);
    report.diagnostics = {{.severity = Severity::note, .code = "narrowed", .message = "a selector", .server = "main"},
                          {.severity = Severity::error,
                           .code = "unknown-key",
                           .message = "unknown key `x`",
                           .suggestion = "delete it",
                           .where = {.file = "shop.yaml", .line = 3, .column = 7}}};
    const Memory memory = memory_seen_at(first_start);
    ASSERT_TRUE(opened.ledger->record_run({.report = report, .before = memory, .memory = memory, .trigger = "check"}));
    report = report_of({stack_with("shop", Verdict::in_sync)}, 1);
    report.diagnostics.resize(70, {.severity = Severity::warning, .code = "w", .message = std::string(900, 'm')});
    ASSERT_TRUE(opened.ledger->record_run({.report = report, .before = memory, .memory = memory, .trigger = "check"}));
    const auto runs = *opened.ledger->runs({});
    ASSERT_EQ(runs.at(0).remarks->size(), 2U);
    EXPECT_EQ(runs.at(0).remarks->at(0).code, "unknown-key") << "errors first";
    EXPECT_EQ(runs.at(0).remarks->at(0).where.line, 3U);
    EXPECT_EQ(runs.at(0).remarks->at(1).server, "main");
    ASSERT_EQ(runs.at(1).remarks->size(), 51U);
    EXPECT_LE(runs.at(1).remarks->front().message.size(), 510U);
    EXPECT_EQ(runs.at(1).remarks->back().message, "and 20 more remarks");
    EXPECT_EQ(proof_of(*opened.ledger).runs, 2U);
    edit("UPDATE runs SET remarks = NULL WHERE number = 2");
    EXPECT_EQ(proof_of(*opened.ledger).broken, 2);
    edit("UPDATE texts SET body = replace(body, 'shop.yaml', 'blog.yaml')");
    EXPECT_EQ(proof_of(*opened.ledger).broken, 1);
}

// Dumps of ledgers that Mooring 0.1.0 wrote (sqlite3 .dump): eight runs, the second one pruned after the fifth.
TEST_F(Chain, OfAnOlderMooringIsProvenAndGoesOn) {
    for (const char* dump : {"ledger-0.1.0.sql", "ledger-0.1.0-pruned.sql"}) {
        file = folder / (std::string(dump) + ".db");
        edit(*read_file(std::filesystem::path(MOORING_SOURCE_DIR) / "tests/unit/ledger/old" / dump, 1U << 20U));
        const bool pruned = std::string_view(dump).find("pruned") != std::string_view::npos;
        const std::string head = pruned ? "aa7132f39da97dcbc0b3ffa6a02aba213e9ae7fb55e656953957be5deb5c3522"
                                        : "226ec2168aa939c3b5c74252f7db8b0a52bca1142ada191058511a6c08d7fedf";
        const Memory remembered = [&] {
            const Opened old = open({.access = Access::read_only}); // not brought up to date
            const Verification found = proof_of(*old.ledger);
            EXPECT_EQ(found.problem, "");
            EXPECT_EQ(found.runs, pruned ? 5U : 8U);
            EXPECT_EQ(found.head, head);
            EXPECT_EQ(found.origin_proven, !pruned) << "its checkpoint does not cover it";
            EXPECT_EQ(found.memory_unproven, std::vector<std::string>{"main"});
            return *old.ledger->memory();
        }();
        EXPECT_EQ(remembered.servers.at("main").stacks.at(2).seen_at, first_start + 7 * hour);
        EXPECT_EQ(remembered.servers.at("main").environments.at(4).name, "production");
        EXPECT_EQ(remembered.servers.at("main").absences.at(0).last_seen, 0);
        const Opened opened = open();
        EXPECT_EQ(*opened.ledger->memory(), remembered);
        EXPECT_EQ(record(*opened.ledger, {stack_with("shop", Verdict::in_sync)}, 8).new_states, 0U);
        EXPECT_EQ(proof_of(*opened.ledger).runs, pruned ? 6U : 9U);
        EXPECT_EQ(proof_of(*opened.ledger).memory_proven, std::vector<std::string>{"main"});
        EXPECT_EQ(opened.ledger->prune(first_start + 5 * hour, first_start + 12 * hour), pruned ? 2U : 5U);
        const Verification after = proof_of(*opened.ledger);
        EXPECT_EQ(after.problem, "");
        EXPECT_TRUE(after.origin_proven) << "by the new checkpoint";
        edit("UPDATE origin SET at = at + 1");
        EXPECT_FALSE(proof_of(*opened.ledger).proven());
    }
}

TEST_F(Chain, StaysProvableWhenPruned) {
    const Opened opened = open();
    fill(*opened.ledger);
    const std::string head = proof_of(*opened.ledger).head;
    const auto gone = opened.ledger->prune(first_start + 4 * hour, first_start + 20 * hour);
    EXPECT_EQ(gone, 4U);
    const Verification found = proof_of(*opened.ledger);
    EXPECT_EQ(found.problem, "");
    EXPECT_EQ(found.first, 5);
    EXPECT_EQ(found.runs, 6U);
    EXPECT_EQ(found.head, head);
    ASSERT_TRUE(found.checkpoint);
    EXPECT_EQ(found.checkpoint->last_pruned, 4);
    EXPECT_EQ(found.checkpoint->last_started_at, first_start + 3 * hour);
    EXPECT_EQ(opened.ledger->runs({})->at(0).previous, found.checkpoint->run_hash);
    const auto shop = opened.ledger->history({.server = "main", .environment = "production", .name = "shop"}, {});
    EXPECT_EQ(shop->at(0).first_run, 1) << "what goes on keeps its beginning";
    EXPECT_EQ(opened.ledger->current()->at(1).first_seen, first_start);

    record(*opened.ledger, {stack_with("shop", Verdict::in_sync)}, 30);
    EXPECT_EQ(opened.ledger->prune(first_start + 6 * hour, first_start + 31 * hour), 2U);
    EXPECT_EQ(opened.ledger->prune(first_start + 6 * hour, first_start + 32 * hour), 0U);
    record(*opened.ledger, {stack_with("shop", Verdict::in_sync)}, 33);
    const Verification again = proof_of(*opened.ledger);
    EXPECT_EQ(again.problem, "");
    EXPECT_EQ(again.checkpoint->last_pruned, 6);
    EXPECT_EQ(again.last, 12);
}

TEST_F(Chain, NeverLosesItsNewestRun) {
    const Opened opened = open();
    EXPECT_EQ(opened.ledger->prune(first_start + 90 * hour, first_start + 90 * hour), 0U);
    fill(*opened.ledger);
    EXPECT_EQ(opened.ledger->prune(first_start + 90 * hour, first_start + 90 * hour), 9U);
    const Verification found = proof_of(*opened.ledger);
    EXPECT_TRUE(found.proven()) << found.problem;
    EXPECT_EQ(found.first, 10);
    record(*opened.ledger, {stack_with("shop", Verdict::in_sync)}, 91);
    EXPECT_EQ(proof_of(*opened.ledger).last, 11);
}

TEST_F(Chain, EditsOfWhatACheckpointCarriesAreFound) {
    const Opened opened = open();
    fill(*opened.ledger);
    ASSERT_TRUE(opened.ledger->prune(first_start + 4 * hour, first_start + 20 * hour));
    ASSERT_TRUE(opened.ledger->back_up(folder / "copy.db"));
    for (const char* sql : {"UPDATE stacks SET first_seen = first_seen - 9 WHERE name = 'shop'",
                            "UPDATE spells SET first_at = first_at - 9 WHERE first_run = 1",
                            "UPDATE checkpoints SET run_hash = zeroblob(32)", "UPDATE checkpoints SET last_pruned = 3",
                            "UPDATE checkpoints SET pruned_at = 3", "DELETE FROM checkpoints"}) {
        file = folder / "edited.db";
        std::filesystem::copy_file(folder / "copy.db", file, std::filesystem::copy_options::overwrite_existing);
        edit(sql);
        const Opened edited = open({.access = Access::read_only});
        EXPECT_FALSE(proof_of(*edited.ledger).proven()) << sql;
    }
}

TEST_F(Chain, ABackupIsTheSameLedgerAndCarriesNoKey) {
    const Opened opened = open();
    fill(*opened.ledger);
    const std::filesystem::path copy = folder / "copy.db";
    ASSERT_TRUE(opened.ledger->back_up(copy));
    EXPECT_EQ(std::filesystem::status(copy).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db.key"));
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db.part"));
    const auto again = opened.ledger->back_up(copy);
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("is there already"), std::string::npos);

    file = copy;
    const Opened restored = open();
    EXPECT_FALSE(restored.created);
    ASSERT_EQ(restored.diagnostics.size(), 1U);
    EXPECT_EQ(restored.diagnostics[0].code, "ledger-key-new");
    EXPECT_EQ(proof_of(*restored.ledger).head, proof_of(*opened.ledger).head);
    EXPECT_EQ(restored.ledger->memory(), memory_seen_at(first_start + 9 * hour));
    EXPECT_TRUE(proof_of(*restored.ledger).proven()) << "digests made with another key are equal to none, and stay";
    EXPECT_EQ(record(*restored.ledger, {}, 11).number, 11);
}

} // namespace
} // namespace mooring::ledger
