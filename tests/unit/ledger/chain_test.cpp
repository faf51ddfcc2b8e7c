// The chain: what proves it, what breaks it, what pruning leaves of it.
#include "sample_runs.hpp"

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
    // What somebody with a database editor could do.
    void edit(const std::string& sql) const {
        Database database;
        database.open(file, Database::Open::write);
        database.execute(sql);
        const Result<void> done = database.outcome();
        ASSERT_TRUE(done) << done.error().message;
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
            EXPECT_TRUE(found.proven() && found.last == 9)
                << "only the hash of the last run, kept elsewhere, shows that";
            continue;
        }
        EXPECT_EQ(found.broken, one.broken) << one.what << ": " << found.problem;
        EXPECT_FALSE(found.proven()) << one.what;
        EXPECT_EQ(found.runs, one.broken == 2 ? 0U : static_cast<std::size_t>(one.broken - 1)) << one.what;
    }
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
    ASSERT_TRUE(opened.ledger->record_run({.report = report, .memory = memory, .trigger = "check"}));
    report = report_of({stack_with("shop", Verdict::in_sync)}, 1);
    report.diagnostics.resize(70, {.severity = Severity::warning, .code = "w", .message = std::string(900, 'm')});
    ASSERT_TRUE(opened.ledger->record_run({.report = report, .memory = memory, .trigger = "check"}));
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

TEST_F(Chain, OfAnOlderMooringIsProvenAndGoesOn) {
    {
        const Opened opened = open();
        fill(*opened.ledger); // without remarks, as they were not recorded then
    }
    edit("ALTER TABLE runs DROP COLUMN remarks; PRAGMA user_version = 1");
    {
        const Opened old = open({.access = Access::read_only});
        EXPECT_EQ(proof_of(*old.ledger).runs, 10U);
        EXPECT_TRUE(old.ledger->runs({})->at(9).remarks->empty());
    }
    const Opened opened = open();
    Report report = report_of({stack_with("shop", Verdict::in_sync)}, 11);
    report.diagnostics = {{.code = "stale-manifests", .message = "the manifests cannot be read"}};
    const Memory memory = memory_seen_at(first_start);
    ASSERT_TRUE(opened.ledger->record_run({.report = report, .memory = memory, .trigger = "check"}));
    EXPECT_EQ(proof_of(*opened.ledger).runs, 11U);
    EXPECT_EQ(opened.ledger->newest_runs(1)->at(0).remarks->at(0).code, "stale-manifests");
    ASSERT_TRUE(opened.ledger->prune(first_start + 5 * hour, first_start + 12 * hour));
    EXPECT_EQ(opened.ledger->newest_runs(1)->at(0).remarks->size(), 1U);
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
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
    Memory memory = memory_seen_at(first_start + 9 * hour);
    memory.servers["main"].files.clear(); // digests of another key
    EXPECT_EQ(restored.ledger->memory(), memory);
    EXPECT_EQ(record(*restored.ledger, {}, 11).number, 11);
}

} // namespace
} // namespace mooring::ledger
