// The log of writes: what goes in comes out, nothing in it can be edited unseen; and who may write to a server.
#include "sample_runs.hpp"

#include "ledger/json.hpp"
#include "ledger/ledger.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <sys/wait.h>

namespace mooring::ledger {
namespace {

WrittenStack shop() {
    return {.server = "main",
            .instance_id = "A1B2-instance",
            .environment = 4,
            .environment_name = "production",
            .name = "shop",
            .id = 12,
            .created_at = 1'700'000'000};
}

LogEntry intent_entry() {
    LogEntry entry;
    entry.at = first_start;
    entry.kind = LogKind::intent;
    entry.by = "alice with mooring apply";
    entry.stack = shop();
    entry.intent = {.action = "update",
                    .updated_at = 1'700'000'001,
                    .updated_by = "bob",
                    .status = 1,
                    .user = "deploy",
                    .user_id = 7,
                    .declared_at = "manifests/shop.yaml:3",
                    .changes = {"services.web.image: nginx:1.25 becomes nginx:1.27", "env.DB_PASSWORD"},
                    .newest = 11,
                    .sent_date = first_start + 1,
                    .backup = "/var/lib/mooring/backups/shop"};
    return entry;
}

LogEntry outcome_entry(std::int64_t answers, PartOutcome outcome) {
    LogEntry entry;
    entry.at = first_start + 9;
    entry.kind = LogKind::outcome;
    entry.by = "alice with mooring apply";
    entry.stack = shop();
    entry.answers = answers;
    entry.result = {.outcome = outcome,
                    .message = "the server said: caf\xC3\xA9",
                    .id = 12,
                    .created_at = 1'700'000'000,
                    .updated_at = 1'700'000'060,
                    .updated_by = "deploy"};
    return entry;
}

LogEntry plain_entry(LogKind kind) {
    LogEntry entry;
    entry.at = first_start + 20;
    entry.kind = kind;
    entry.by = "bob with mooring adopt";
    entry.stack = shop();
    return entry;
}

class WriteLog : public LedgerTest {
  protected:
    static std::int64_t append(Ledger& ledger, const LogEntry& entry) {
        const auto number = ledger.append(entry);
        if (number) return *number;
        ADD_FAILURE() << number.error().message;
        return -1;
    }
    static std::vector<LogEntry> log_of(Ledger& ledger) {
        auto log = ledger.log();
        if (log) return *std::move(log);
        ADD_FAILURE() << log.error().message;
        return {};
    }
    // Five entries, and a run after the third.
    static void fill(Ledger& ledger) {
        append(ledger, intent_entry());
        append(ledger, outcome_entry(1, PartOutcome::done));
        append(ledger, plain_entry(LogKind::adopted));
        record(ledger, {stack_with("shop", Verdict::in_sync)}, 0);
        append(ledger, plain_entry(LogKind::trusted));
        append(ledger, plain_entry(LogKind::resumed));
    }
};

TEST_F(WriteLog, KeepsEveryFieldOfEveryKind) {
    std::vector<LogEntry> entries{intent_entry(), plain_entry(LogKind::adopted), plain_entry(LogKind::trusted),
                                  plain_entry(LogKind::resumed)};
    LogEntry create = intent_entry();
    create.stack.id.reset();
    create.intent.sent_date.reset();
    create.intent.changes.clear();
    entries.push_back(create);
    create.intent.namespace_ = "shop";
    entries.push_back(create);
    create.intent.place = "/srv/manifests/shop.yaml";
    entries.push_back(create);
    create.intent.sent = std::string(64, 'a');
    entries.push_back(create);
    LogEntry adopted = plain_entry(LogKind::adopted);
    adopted.intent = {.declared_at = "m/b/shop.yaml:3", .place = "/srv/m/b/shop.yaml"};
    entries.push_back(adopted);
    LogEntry corrected = intent_entry();
    corrected.intent.declaration = "0123abcd:ef";
    entries.push_back(corrected);
    for (const LogKind kind : {LogKind::quarantined, LogKind::halted}) {
        entries.push_back(plain_entry(kind));
        entries.back().halt = {.code = "came_back",
                               .message = "services.web.image came back twice",
                               .field = "services.web.image",
                               .desired = "nginx:1.27",
                               .actual = "nginx:1.25",
                               .declaration = "0123abcd:ef"};
    }
    for (int outcome = 0; outcome <= static_cast<int>(PartOutcome::skipped); ++outcome)
        entries.push_back(outcome_entry(5, static_cast<PartOutcome>(outcome)));
    LogEntry gone = outcome_entry(5, PartOutcome::unknown);
    gone.result.id.reset();
    entries.push_back(gone);
    LogEntry outage = outcome_entry(5, PartOutcome::outage);
    outage.result.fell = {"db", "web"};
    entries.push_back(outage);
    {
        const Opened opened = open();
        for (LogEntry& entry : entries) entry.number = append(*opened.ledger, entry);
        EXPECT_EQ(entries.back().number, static_cast<std::int64_t>(entries.size()));
        EXPECT_EQ(log_of(*opened.ledger), entries);
    }
    const Opened again = open({.access = Access::read_only});
    EXPECT_EQ(log_of(*again.ledger), entries) << "by another process as well";
    EXPECT_EQ(proof_of(*again.ledger).log_entries, entries.size());
}

TEST_F(WriteLog, IsEmptyInANewLedgerAndInOneOfBeforeThatIsOnlyRead) {
    {
        const Opened opened = open();
        EXPECT_TRUE(log_of(*opened.ledger).empty());
        record(*opened.ledger, {stack_with("shop", Verdict::in_sync)}, 0);
    }
    edit("DROP TABLE log; DROP TABLE leases; ALTER TABLE runs DROP COLUMN log; PRAGMA user_version = 3");
    const Opened old = open({.access = Access::read_only});
    EXPECT_TRUE(log_of(*old.ledger).empty());
    EXPECT_TRUE(proof_of(*old.ledger).proven());
    const Opened opened = open();
    EXPECT_EQ(append(*opened.ledger, intent_entry()), 1);
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
}

struct LogEdit {
    const char* sql;
    std::int64_t broken;
};

TEST_F(WriteLog, EveryEditNamesTheFirstBrokenEntry) {
    const std::array edits{
        LogEdit{"UPDATE log SET at = at + 1 WHERE number = 3", 3},
        LogEdit{"UPDATE log SET kind = 'resumed' WHERE number = 3", 3},
        LogEdit{"UPDATE log SET body = replace(body, 'shop', 'blog') WHERE number = 2", 2},
        LogEdit{"UPDATE log SET body = replace(body, 'done', 'unknown')", 2},
        LogEdit{"UPDATE log SET body = replace(body, '{', '{ ') WHERE number = 1", 1},
        LogEdit{"UPDATE log SET hash = zeroblob(32) WHERE number = 4", 4},
        LogEdit{"UPDATE log SET hash = zeroblob(32) WHERE number = 5", 5},
        LogEdit{"DELETE FROM log WHERE number = 1", 1},
        LogEdit{"DELETE FROM log WHERE number = 3", 3},
        LogEdit{"DELETE FROM log WHERE number < 4; UPDATE log SET number = number - 3", 1},
        LogEdit{"DELETE FROM log WHERE number = 3; UPDATE log SET number = number - 1 WHERE number > 3", 3},
        LogEdit{"INSERT INTO log SELECT 0, at, kind, body, hash FROM log WHERE number = 1", 1},
        LogEdit{"INSERT INTO log SELECT 6, at, kind, body, hash FROM log WHERE number = 1", 6},
    };
    const Opened opened = open();
    fill(*opened.ledger);
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
    EXPECT_EQ(proof_of(*opened.ledger).log_entries, 5U);
    ASSERT_TRUE(opened.ledger->back_up(folder / "copy.db"));
    for (const LogEdit& one : edits) {
        file = folder / "edited.db";
        std::filesystem::copy_file(folder / "copy.db", file, std::filesystem::copy_options::overwrite_existing);
        edit(one.sql);
        const Opened edited = open({.access = Access::read_only});
        const Verification found = proof_of(*edited.ledger);
        EXPECT_EQ(found.broken_entry, one.broken) << one.sql << ": " << found.problem;
        EXPECT_EQ(found.broken_at(), "entry " + std::to_string(one.broken) + " of the log of writes");
        EXPECT_EQ(found.broken, std::nullopt) << one.sql;
        EXPECT_FALSE(found.proven());
        EXPECT_EQ(found.log_entries, static_cast<std::size_t>(one.broken - 1)) << one.sql;
        EXPECT_EQ(found.runs, 1U) << one.sql << ": the runs are what was recorded";
        const auto log = edited.ledger->log();
        ASSERT_FALSE(log) << one.sql << ": nobody writes by a log that was edited";
        EXPECT_EQ(log.error().kind, ErrorKind::io);
        EXPECT_NE(log.error().message.find("entry " + std::to_string(one.broken)), std::string::npos)
            << log.error().message;
    }
}

// What a chain alone cannot show: that its end was cut off. Every run carries how far the log was.
TEST_F(WriteLog, AnEndThatIsCutOffIsNoticedByTheNextRun) {
    const Opened opened = open();
    fill(*opened.ledger);
    edit("DELETE FROM log WHERE number > 3");
    EXPECT_TRUE(proof_of(*opened.ledger).proven()) << "no run came after them";
    edit("DELETE FROM log WHERE number > 2");
    const Verification found = proof_of(*opened.ledger);
    EXPECT_EQ(found.broken, 1);
    EXPECT_EQ(found.problem, "entries of the log of writes that were there then are gone");
    edit("UPDATE runs SET log = NULL");
    EXPECT_EQ(proof_of(*opened.ledger).broken, 1) << "it is part of the run's hash";
}

TEST_F(WriteLog, FollowsHowTheLedgerBegan) {
    const Opened opened = open();
    append(*opened.ledger, intent_entry());
    edit("UPDATE origin SET at = at + 1");
    EXPECT_EQ(proof_of(*opened.ledger).broken_entry, 1);
}

TEST_F(WriteLog, SurvivesPruningAndIsInBackups) {
    const Opened opened = open();
    fill(*opened.ledger);
    for (int i = 1; i < 5; ++i) record(*opened.ledger, {stack_with("shop", Verdict::in_sync)}, i);
    ASSERT_FALSE(
        opened.ledger->take_lease("main", {.holder = "me", .until = first_start + 90}, first_start)->has_value());
    const std::vector<LogEntry> before = log_of(*opened.ledger);
    ASSERT_EQ(opened.ledger->prune(first_start + 4 * hour, first_start + 9 * hour), 4U);
    EXPECT_EQ(log_of(*opened.ledger), before);
    EXPECT_EQ(proof_of(*opened.ledger).problem, "");
    EXPECT_EQ((*opened.ledger->take_lease("main", {.holder = "you", .until = 9}, first_start))->holder, "me");
    ASSERT_TRUE(opened.ledger->back_up(folder / "copy.db"));
    file = folder / "copy.db";
    const Opened copy = open();
    EXPECT_EQ(log_of(*copy.ledger), before);
    EXPECT_EQ(append(*copy.ledger, intent_entry()), 6);
    EXPECT_EQ(proof_of(*copy.ledger).log_entries, 6U);
}

TEST_F(WriteLog, OfALedgerThatIsSetAsideIsNotBelieved) {
    {
        const Opened opened = open();
        fill(*opened.ledger);
    }
    std::filesystem::resize_file(file, 0);
    const Opened opened = open();
    ASSERT_TRUE(opened.created);
    EXPECT_TRUE(log_of(*opened.ledger).empty());
    EXPECT_EQ(append(*opened.ledger, intent_entry()), 1);
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
}

TEST_F(WriteLog, AReaderCannotWriteAndSaysSo) {
    {
        const Opened opened = open();
    }
    const Opened reader = open({.access = Access::read_only});
    for (const Error& error : {reader.ledger->append(intent_entry()).error(),
                               reader.ledger->take_lease("main", {.holder = "me", .until = 9}, 1).error(),
                               reader.ledger->end_lease("main", "me").error()}) {
        EXPECT_EQ(error.kind, ErrorKind::io);
        EXPECT_NE(error.message.find("readonly"), std::string::npos) << error.message;
    }
}

TEST_F(WriteLog, AFullDiskLeavesNothingOfAnEntryAndTheLedgerUsable) {
    const Opened opened = open({.most_pages = 60});
    std::int64_t written = 0;
    std::optional<Error> error;
    LogEntry entry = intent_entry();
    entry.intent.changes.assign(5, std::string(300, 'x'));
    for (int i = 0; i < 500 && !error; ++i) {
        const auto number = opened.ledger->append(entry);
        if (number) written = *number;
        if (!number) error = number.error();
    }
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, ErrorKind::io);
    EXPECT_NE(error->message.find("writing to the log of writes"), std::string::npos) << error->message;
    EXPECT_NE(error->detail.find("Make room"), std::string::npos);
    EXPECT_EQ(log_of(*opened.ledger).size(), static_cast<std::size_t>(written));
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
    const Opened roomier = open();
    EXPECT_EQ(append(*roomier.ledger, entry), written + 1);
}

TEST_F(WriteLog, TwoHandlesWriteOneChain) {
    const Opened one = open();
    const Opened other = open();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(append(*one.ledger, intent_entry()), 2 * i + 1);
        EXPECT_EQ(append(*other.ledger, outcome_entry(2 * i + 1, PartOutcome::done)), 2 * i + 2);
    }
    EXPECT_EQ(proof_of(*one.ledger).log_entries, 10U);
    EXPECT_EQ(log_of(*one.ledger), log_of(*other.ledger));
}

// What tells one thing from another stays as it is, or is refused; what people read is cut.
TEST_F(WriteLog, CutsWhatPeopleReadAndNothingThatIsCompared) {
    const Opened opened = open();
    LogEntry entry = intent_entry();
    entry.stack.name = "a\tb";
    entry.by = "eve\x1b[31m\nwith";
    entry.intent.changes.assign(5000, std::string(9000, 'c'));
    append(*opened.ledger, entry);
    const LogEntry kept = log_of(*opened.ledger).at(0);
    EXPECT_EQ(kept.stack.name, "a\tb");
    EXPECT_EQ(kept.by.find('\x1b'), std::string::npos);
    EXPECT_EQ(kept.intent.changes.size(), 201U);
    EXPECT_EQ(kept.intent.changes.back(), "and 4800 more");
    for (const std::string& bad : {std::string("caf\xE9"), std::string(4097, 'n')}) {
        for (std::string* place : {&entry.stack.server, &entry.stack.instance_id, &entry.stack.environment_name,
                                   &entry.stack.name, &entry.intent.action, &entry.intent.updated_by}) {
            const std::string good = std::exchange(*place, bad);
            const auto refused = opened.ledger->append(entry);
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().kind, ErrorKind::io);
            *place = good;
        }
    }
    EXPECT_EQ(log_of(*opened.ledger).size(), 1U);
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
}

TEST(LogJson, GarbageIsAnErrorAndNeverACrash) {
    const std::string good = *write_log_entry(intent_entry());
    ASSERT_TRUE(read_log_entry("intent", good));
    EXPECT_FALSE(read_log_entry("outcome", good)) << "it has no result";
    EXPECT_FALSE(read_log_entry("later", good));
    const std::string outcome = *write_log_entry(outcome_entry(1, PartOutcome::done));
    const auto with = [](std::string text, std::string_view from, std::string_view to) {
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    for (const std::string& bad :
         {with(good, "\"id\":12", "\"id\":\"12\""), with(good, "\"id\":12", "\"id\":1.5"), with(good, "\"id\":12,", ""),
          with(good, "\"id\":12", "\"id\":12,\"x\":1"), with(good, "\"by\"", "\"bye\""),
          with(good, "{\"by\"", "{\"more\":1,\"by\""), with(good, "\"changes\":[", "\"changes\":[1,"),
          with(good, "\"stack\":{", "\"stack\":[{"), std::string("null"), std::string("[]"), std::string("7"),
          std::string(), std::string(2U << 20U, ' ')})
        EXPECT_FALSE(read_log_entry("intent", bad)) << bad.substr(0, 300);
    EXPECT_FALSE(read_log_entry("outcome", with(outcome, "\"done\"", "\"perhaps\"")));
    std::mt19937 random(20261129);
    for (int i = 0; i < 20'000; ++i) {
        std::string body = good;
        for (int edits = 0; edits < 3; ++edits) body[random() % body.size()] = static_cast<char>(random() % 256);
        if (i % 2 == 0) body.resize(random() % body.size());
        (void)read_log_entry("intent", body);
        (void)read_log_entry("outcome", body);
    }
}

TEST_F(WriteLog, GarbageInTheFileIsAnErrorOfTheLedger) {
    const Opened opened = open();
    append(*opened.ledger, intent_entry());
    std::mt19937 random(20261130);
    for (int i = 0; i < 300; ++i) {
        std::string hex;
        for (int byte = 0; byte < 40; ++byte) hex += "0123456789abcdef"[random() % 16];
        edit("UPDATE log SET body = x'" + hex + "'");
        ASSERT_FALSE(opened.ledger->log());
        ASSERT_EQ(proof_of(*opened.ledger).broken_entry, 1);
    }
}

TEST_F(WriteLog, OneAtATimeHasALease) {
    const Opened one = open();
    const Opened other = open();
    const auto take = [](Ledger& ledger, const char* holder, UnixSeconds now) {
        const auto has = ledger.take_lease("main", {.holder = holder, .until = now + 60}, now);
        if (!has) return std::string("failed: ") + has.error().message;
        return *has ? (*has)->holder + " until " + std::to_string((*has)->until) : std::string("taken");
    };
    EXPECT_EQ(take(*one.ledger, "apply", 1000), "taken");
    EXPECT_EQ(take(*other.ledger, "agent", 1010), "apply until 1060");
    EXPECT_EQ(take(*one.ledger, "apply", 1020), "taken") << "whoever has it has it for longer";
    EXPECT_EQ(take(*other.ledger, "agent", 1079), "apply until 1080");
    EXPECT_EQ(take(*other.ledger, "agent", 1080), "taken") << "it is over";
    EXPECT_TRUE(one.ledger->end_lease("main", "apply"));
    EXPECT_EQ(take(*one.ledger, "apply", 1081), "agent until 1140") << "nobody ends another's";
    EXPECT_TRUE(other.ledger->end_lease("main", "agent"));
    EXPECT_TRUE(other.ledger->end_lease("main", "agent")) << "twice does no harm";
    EXPECT_EQ(take(*one.ledger, "apply", 1082), "taken");
    const auto elsewhere = other.ledger->take_lease("second", {.holder = "agent", .until = 2000}, 1083);
    EXPECT_FALSE(elsewhere->has_value()) << "each server has its own";
}

TEST_F(WriteLog, OfManyProcessesOneGetsTheLease) {
    {
        const Opened opened = open();
    }
    for (int round = 0; round < 5; ++round) {
        std::array<pid_t, 6> children{};
        for (std::size_t i = 0; i < children.size(); ++i) {
            children[i] = ::fork();
            if (children[i] != 0) continue;
            auto mine = open_ledger(file, {.access = Access::write, .now = first_start});
            if (!mine) ::_exit(2);
            const UnixSeconds now = 1000 * round + 1000;
            const auto has = mine->ledger->take_lease("main", {.holder = std::to_string(i), .until = now + 60}, now);
            ::_exit(!has ? 3 : has->has_value() ? 1 : 0);
        }
        std::array<int, 4> codes{};
        for (const pid_t child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            ++codes.at(static_cast<std::size_t>(WEXITSTATUS(status)));
        }
        EXPECT_EQ(codes, (std::array{1, 5, 0, 0})) << "one took it, five were told, nobody failed";
    }
}

TEST(LeaseHolder, OnlyAProcessOfThisPlaceCanBeFoundGone) {
    EXPECT_FALSE(is_gone(holder_of_this_process("mooring apply"))) << "this one";
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::string own = holder_of_this_process("mooring apply");
    const std::string number = std::to_string(::getpid());
    const auto with = [&](const std::string& process) {
        return std::string(own).replace(own.find(number), number.size(), process);
    };
    EXPECT_TRUE(is_gone(with(std::to_string(child)))) << with(std::to_string(child));
    for (const std::string& other :
         {with("0"), with("-1"), with("x"), with("99999999999999999999"), with(""), with(std::to_string(child)) + "x",
          with(std::to_string(child)).replace(own.find(" on "), 4, " on another-"), std::string(),
          std::string("apply")})
        EXPECT_FALSE(is_gone(other)) << other;
}

} // namespace
} // namespace mooring::ledger
