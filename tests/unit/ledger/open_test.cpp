// What is opened, what is refused, what is set aside, and what a full disk or a folder without rights comes to.
#include "sample_runs.hpp"

#include "base/file.hpp"
#include "ledger/database.hpp"
#include "ledger/ledger.hpp"

#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <sys/wait.h>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

class OpenLedger : public LedgerTest {
  protected:
    static unsigned mode(const fs::path& path) {
        struct stat about{};
        return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0U;
    }
    Error refused(Access access) const {
        auto opened = open_ledger(file, {.access = access, .now = first_start});
        if (!opened) return opened.error();
        ADD_FAILURE() << "was opened";
        return {};
    }
    void damage(std::streamoff at, std::string_view bytes) const {
        std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
        out.seekp(at);
        out << bytes;
        ASSERT_TRUE(out.flush().good());
    }
};

TEST_F(OpenLedger, ANewOneIsPrivateAndHasAKey) {
    const Opened opened = open();
    EXPECT_TRUE(opened.created);
    EXPECT_TRUE(opened.diagnostics.empty());
    record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, 0);
    EXPECT_EQ(opened.ledger->key().reveal().size(), 32U);
    for (const char* suffix : {"", "-wal", "-shm", ".key"}) EXPECT_EQ(mode(file.string() + suffix), 0600U) << suffix;
}

TEST_F(OpenLedger, AReaderMakesNothing) {
    EXPECT_EQ(refused(Access::read_only).kind, ErrorKind::not_found);
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(OpenLedger, AnotherFileIsRefusedAndLeftAlone) {
    ASSERT_TRUE(save_memory(file, memory_seen_at(5)));
    const std::string memory = *read_file(file, 1U << 20U);
    for (const Access access : {Access::write, Access::read_only}) {
        const Error error = refused(access);
        EXPECT_EQ(error.kind, ErrorKind::invalid_input);
        EXPECT_NE(error.message.find("memory file of --remember"), std::string::npos) << error.message;
    }
    EXPECT_EQ(*read_file(file, 1U << 20U), memory);

    file = folder / "foreign.db";
    Database foreign;
    foreign.open(file, Database::Open::write);
    foreign.execute("CREATE TABLE songs (title TEXT)");
    EXPECT_NE(refused(Access::write).message.find("database of another program"), std::string::npos);
    EXPECT_EQ(foreign.number("SELECT count(*) FROM songs"), 0);
}

TEST_F(OpenLedger, ADatabaseThatOnlyClaimsOurIdIsRefusedAndLeftAlone) {
    for (const int version : {0, 1, 3, 4}) {
        file = folder / ("claims-" + std::to_string(version) + ".db");
        {
            Database foreign;
            foreign.open(file, Database::Open::write);
            foreign.execute("CREATE TABLE songs (title TEXT); PRAGMA application_id = " +
                            std::to_string(application_id) + "; PRAGMA user_version = " + std::to_string(version));
        }
        const std::string bytes = *read_file(file, 1U << 20U);
        for (const Access access : {Access::write, Access::read_only})
            EXPECT_EQ(refused(access).kind, ErrorKind::invalid_input) << version;
        EXPECT_EQ(*read_file(file, 1U << 20U), bytes) << version;
    }
}

TEST_F(OpenLedger, OneOfANewerMooringIsRefusedAndLeftAlone) {
    {
        const Opened opened = open();
    }
    Database newer;
    newer.open(file, Database::Open::write);
    newer.execute("PRAGMA user_version = 99");
    newer.close();
    EXPECT_NE(refused(Access::write).message.find("newer Mooring"), std::string::npos);
    EXPECT_NE(refused(Access::read_only).message.find("newer Mooring"), std::string::npos);
}

// What does not begin as a ledger of ours is somebody's file, whatever it is: nothing beside it is made, either.
TEST_F(OpenLedger, AFileThatDoesNotBeginAsALedgerIsRefusedAndLeftAlone) {
    const std::string magic("SQLite format 3\0", 16);
    const std::string head = magic + std::string(52, '\1');
    const std::pair<const char*, std::string> files[]{
        {"not a ledger", "services:\n  web:\n    image: nginx:1.27\n"},
        {"not a ledger", "x"},
        {"not a ledger", std::string(5000, '\0')},
        {"not a ledger", magic.substr(0, 15)},
        {"not a ledger", std::string(30000, '#')},
        {"memory file of --remember", "  {\"kind\": \"Something\"}"},
        {"database of another program", magic},                                   // cut off before it says whose it is
        {"database of another program", head},                                    //
        {"database of another program", head + "GPKG" + std::string(4000, '\1')}, // a damaged one of another program
        {"database of another program", head + "MOO" + std::string(4000, '\1')},
    };
    for (const auto& [why, bytes] : files) {
        ASSERT_TRUE(write_file_atomically(file, bytes, 0644));
        for (const Access access : {Access::write, Access::read_only}) {
            const Error error = refused(access);
            EXPECT_EQ(error.kind, ErrorKind::invalid_input) << bytes.substr(0, 20);
            EXPECT_NE(error.message.find(why), std::string::npos) << error.message;
        }
        EXPECT_EQ(*read_file(file, 1U << 20U), bytes);
        EXPECT_EQ(mode(file), 0644U);
        EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1)
            << "no key, no log, no copy";
    }
    file = folder / "folder";
    fs::create_directory(file);
    EXPECT_NE(refused(Access::write).message.find("not a regular file"), std::string::npos);
    EXPECT_EQ(refused(Access::read_only).kind, ErrorKind::invalid_input);
    file = folder / "pipe";
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    EXPECT_EQ(refused(Access::write).kind, ErrorKind::invalid_input) << "and nobody waits for it";
}

TEST_F(OpenLedger, ADamagedOneIsSetAsideAndTheNewChainSaysSo) {
    const std::string garbage(3000, '#');
    for (const std::streamoff at : {100, 2048}) { // behind the header; pages behind it
        file = folder / ("damaged-at-" + std::to_string(at));
        {
            const Opened opened = open();
            for (int i = 0; i < 30; ++i) record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, i);
        }
        damage(at, garbage);
        const std::string damaged = *read_file(file, 1U << 24U);
        EXPECT_NE(refused(Access::read_only).message.find("damaged"), std::string::npos);

        const Opened opened = open();
        EXPECT_TRUE(opened.created);
        ASSERT_EQ(opened.diagnostics.size(), 1U);
        EXPECT_EQ(opened.diagnostics[0].code, "ledger-set-aside");
        const fs::path aside = file.string() + ".damaged-20260921T141320Z";
        EXPECT_NE(opened.diagnostics[0].message.find(aside.string()), std::string::npos)
            << opened.diagnostics[0].message;
        EXPECT_EQ(*read_file(aside, 1U << 24U), damaged) << "not a byte of it is changed";
        EXPECT_EQ(opened.ledger->memory(), Memory{}) << "nothing of it is believed";
        record(*opened.ledger, {}, 50);
        const Verification found = proof_of(*opened.ledger);
        EXPECT_TRUE(found.proven());
        EXPECT_EQ(found.origin.set_aside, aside.string());
        EXPECT_NE(found.origin.reason, "");
    }
}

TEST_F(OpenLedger, OneThatLostEverythingIsNotTakenForANewOne) {
    {
        const Opened opened = open();
    }
    fs::resize_file(file, 0);
    const Opened opened = open();
    ASSERT_EQ(opened.diagnostics.size(), 1U);
    EXPECT_EQ(opened.diagnostics[0].code, "ledger-set-aside");
}

// Also one that was killed before anything of its log came into the file.
TEST_F(OpenLedger, TheFileSaysWhatItIsFromItsBeginning) {
    const Opened opened = open();
    const std::string bytes = *read_file(file, 1U << 20U);
    ASSERT_GE(bytes.size(), 72U);
    EXPECT_EQ(bytes.substr(68, 4), "MOOR");
}

// SQLite may take a file that is being made for one without tables.
TEST_F(OpenLedger, OneThatWasKilledWhileItWasMadeIsMade) {
    {
        Database begun;
        begun.open(file, Database::Open::write);
        begun.execute(fmt::format("PRAGMA application_id = {}", application_id));
    }
    const Opened opened = open();
    EXPECT_TRUE(opened.created);
    record(*opened.ledger, {}, 0);
    EXPECT_TRUE(proof_of(*opened.ledger).proven());
}

TEST_F(OpenLedger, AfterSettlingTheFileAloneIsTheWholeLedger) {
    const Opened opened = open();
    for (int i = 0; i < 5; ++i) record(*opened.ledger, {stack_with("blog", Verdict::in_sync)}, i);
    ASSERT_TRUE(opened.ledger->settle());
    EXPECT_EQ(fs::file_size(file.string() + "-wal"), 0U);
    const fs::path copy = folder / "copy.db";
    fs::copy_file(file, copy);
    file = copy;
    const Opened copied = open({.access = Access::read_only});
    EXPECT_EQ(proof_of(*copied.ledger).runs, 5U);
    EXPECT_EQ(record(*opened.ledger, {}, 9).number, 6) << "and it goes on";
}

TEST_F(OpenLedger, ABackupReplacesNothing) {
    const Opened opened = open();
    ASSERT_TRUE(write_file_atomically(folder / "copy.db.part", "somebody's", 0600));
    ASSERT_TRUE(opened.ledger->back_up(folder / "copy.db"));
    EXPECT_EQ(*read_file(folder / "copy.db.part", 100), "somebody's");
    EXPECT_FALSE(opened.ledger->back_up(folder / "copy.db"));
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_EQ(entry.path().string().find(".part-"), std::string::npos) << entry.path();
}

TEST_F(OpenLedger, TheSecondAgentOnALedgerIsRefusedAndToldOfTheFirst) {
    {
        const auto first = AgentLock::take(file, first_start);
        ASSERT_TRUE(first) << first.error().message;
        const auto second = AgentLock::take(file, first_start + 5);
        ASSERT_FALSE(second);
        const std::string holder = fmt::format("process {} on ", ::getpid());
        EXPECT_NE(second.error().message.find(holder), std::string::npos) << second.error().message;
        EXPECT_NE(second.error().message.find(format_utc(first_start)), std::string::npos) << second.error().message;
        EXPECT_NE(second.error().detail.find("End that one"), std::string::npos);
        file = folder / "other.db";
        EXPECT_TRUE(AgentLock::take(file, first_start)) << "each ledger has its own";
        file = folder / "ledger.db";
    }
    EXPECT_TRUE(fs::is_empty(folder)) << "whoever ends leaves nothing behind";
    EXPECT_TRUE(AgentLock::take(file, first_start));
}

// kill -9 leaves the file, but no lock.
TEST_F(OpenLedger, TheLockOfAnAgentThatIsGoneIsTakenOver) {
    const pid_t child = ::fork();
    if (child == 0) {
        auto lock = AgentLock::take(file, first_start);
        ::kill(::getpid(), SIGKILL);
        ::_exit(lock ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_TRUE(fs::exists(file.string() + ".lock"));
    const auto lock = AgentLock::take(file, first_start + 9);
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_NE(read_file(file.string() + ".lock", 1000)->find(format_utc(first_start + 9)), std::string::npos);
}

TEST_F(OpenLedger, AFullDiskLosesNothingAndSaysWhatToDo) {
    const Opened opened = open({.most_pages = 60});
    RunNumber recorded = 0;
    std::optional<Error> error;
    for (int i = 0; i < 500 && !error; ++i) {
        const Report report = report_of({drifted("blog", std::string(300, 'x') + std::to_string(i))}, i);
        const Memory memory = memory_seen_at(report.started_at);
        const Memory before = *opened.ledger->memory();
        const auto done = opened.ledger->record_run({.report = report,
                                                     .before = before,
                                                     .memory = memory,
                                                     .waivers = {},
                                                     .trigger = "interval",
                                                     .next_due = {}});
        if (done) recorded = done->number;
        if (!done) error = done.error();
    }
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, ErrorKind::io);
    EXPECT_NE(error->message.find("recording the run: the ledger"), std::string::npos) << error->message;
    EXPECT_NE(error->message.find("full"), std::string::npos) << error->message;
    EXPECT_NE(error->detail.find("Make room"), std::string::npos);
    const Verification found = proof_of(*opened.ledger);
    EXPECT_TRUE(found.proven()) << found.problem;
    EXPECT_EQ(found.last, recorded);
    EXPECT_EQ(opened.ledger->memory(), memory_seen_at(first_start + (recorded - 1) * hour)) << "that of the last run";

    const Opened roomier = open(); // room was made
    EXPECT_EQ(record(*roomier.ledger, {}, 900).number, recorded + 1);
}

// In a process of its own without rights, because tests may run as root. Returns what it printed.
template <typename Act>
std::string without_rights(Act act) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(1);
        const std::string said = act();
        const auto written = ::write(ends[1], said.data(), said.size());
        ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string said;
    std::array<char, 512> buffer{};
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
        said.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return said;
}

TEST_F(OpenLedger, AFileThatMayNotBeWrittenIsNamedWithItsCure) {
    {
        const Opened opened = open();
        record(*opened.ledger, {}, 0);
    }
    const fs::perms write = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    fs::permissions(folder, fs::perms::all & ~write);
    for (const auto& entry : fs::directory_iterator(folder)) fs::permissions(entry.path(), fs::perms::all & ~write);
    const std::string said = without_rights([this] {
        const auto opened = open_ledger(file, {.access = Access::write, .now = first_start});
        return opened ? std::string("opened") : opened.error().message + "|" + opened.error().detail;
    });
    EXPECT_NE(said.find("opening the ledger: the ledger " + file.string()), std::string::npos) << said;
    EXPECT_NE(said.find("right to write"), std::string::npos) << said;
    const std::string read = without_rights([this] { // an auditor's copy
        const auto opened = open_ledger(file, {.access = Access::read_only, .now = first_start});
        if (!opened) return opened.error().message;
        return std::to_string(opened->ledger->verify({})->runs);
    });
    EXPECT_EQ(read, "1");
    fs::permissions(folder, fs::perms::owner_all);
}

} // namespace
} // namespace mooring::ledger
