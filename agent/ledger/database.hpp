// The record in SQLite: a connection whose first failure is kept, statements, transactions, the ledger itself.
// Private to this folder; sqlite3.h stays in the .cpp.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "ledger/entries.hpp"
#include "ledger/ledger.hpp"
#include "model/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mooring::ledger {

class Database;

// A prepared statement. Binding counts from 1, columns from 0, as in SQLite. After a failure of its database it does
// nothing and has no rows; the failure is told by Database::outcome().
class Statement {
  public:
    Statement(Database& database, std::string_view sql);

    Statement& bind(int place, std::int64_t value);
    Statement& bind(int place, std::string_view text);
    Statement& bind_bytes(int place, std::string_view bytes);
    Statement& bind_null(int place);
    // nullopt is NULL.
    Statement& bind(int place, const std::optional<std::int64_t>& value);

    // The next row; false: there is none, or a failure.
    bool step();
    // Runs it to its end and makes it ready to be bound anew.
    void run();
    void reset();

    std::int64_t number(int column) const;
    std::optional<std::int64_t> optional_number(int column) const;
    std::string text(int column) const; // bytes, too

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

enum class Condition {
    good,
    damaged,     // not a database, or pages that contradict each other
    unavailable, // locked, unreadable, full, ...
};

class Database {
  public:
    enum class Open { read_only, unchanging, write }; // unchanging: read-only, and nobody else writes it

    Database() = default;
    // Opens or, for write, makes FILE. A failure is kept like every other one.
    void open(const std::filesystem::path& file, Open how);
    void close() { connection_.reset(); }

    // Statements without results, separated by semicolons.
    void execute(const std::string& sql);
    // The first column of the first row of a query; 0 or "" without one.
    std::int64_t number(std::string_view sql);
    std::string text(std::string_view sql);
    std::int64_t last_row() const;
    std::int64_t changes() const; // rows that the last statement changed

    bool failed() const { return problem_.has_value(); }
    Condition condition() const { return condition_; }
    // What failed first since the last call, with the file's name and the cure; afterwards the database is usable
    // again.
    Result<void> outcome();
    // A failure that SQLite does not know of: rows that contradict what they must be.
    void complain(std::string what);
    // A failure if the file was removed, renamed or replaced since it was opened: what is written to it is lost then.
    void complain_if_moved();

    sqlite3* handle() const { return connection_.get(); }
    void note_failure(int code);

  private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> connection_;
    std::optional<Error> problem_;
    Condition condition_ = Condition::good;
};

// BEGIN ... COMMIT. Rolled back unless committed.
class Transaction {
  public:
    enum class Kind { read, write }; // write takes the writer's lock at once
    Transaction(Database& database, Kind kind);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    // The outcome of everything since the beginning; nothing is written if anything failed.
    Result<void> commit();

  private:
    Database& database_;
    bool open_ = false;
};

// The tables of the ledger, as numbered steps. Private to this folder.

// "MOOR": the application_id of the file, so that another SQLite database is never taken for a ledger.
inline constexpr std::int64_t application_id = 0x4D4F4F52;

// The number of the newest step: the user_version of a file that has them all.
std::int64_t newest_schema();

// Takes the steps that the file does not have yet. Inside a transaction.
void migrate(Database& database);

// A column that this step of the migrations adds, or what stands for it in a file of before that is only read.
std::string since_step(Database& database, std::int64_t step, std::string_view column, std::string_view otherwise);

// Whether the file has this column; false for a table that it does not have.
bool has_column(Database& database, std::string_view table, std::string_view column);

// Whether the file has the log of writes; one of before that is only read lacks it.
bool has_log(Database& database);

// The column of `runs` that holds the remarks, or NULL in a file of before that is only read.
std::string remarks_column(Database& database);

// The ledger in SQLite: which verb is done where. Private to this folder; open.cpp makes it.
class SqliteLedger final : public Ledger {
  public:
    SqliteLedger(std::unique_ptr<Database> database, Secret key);

    Result<Recorded> record_run(const NewRun& run) override; // record.cpp
    Result<DeclaredPlaces> declared_places() override;

    Result<Memory> memory() override;
    Result<ServerMemory> memory_of(const std::string& server) override;
    Result<void> replace_memory(const Memory& memory) override;
    const Secret& key() const override { return key_; }

    Result<std::vector<Run>> runs(Period period) override; // reading.cpp
    using Ledger::newest_runs;
    Result<std::vector<Run>> newest_runs(std::size_t most, std::int64_t before) override;
    Result<std::map<std::string, Sighting>> sightings() override;
    Result<std::vector<Current>> current() override;
    Result<Counts> counts() override; // prune.cpp
    Result<std::vector<Spell>> spells(Period period) override;
    Result<std::vector<Spell>> history(const StackKey& stack, Period period) override;

    Result<std::vector<Notification>> notifications() override;
    Result<void> record_notifications(std::span<const Notification> sent) override;

    Result<std::int64_t> append(const LogEntry& entry) override; // log.cpp
    Result<std::vector<LogEntry>> log() override;
    Result<std::optional<Lease>> take_lease(const std::string& server, const Lease& wanted, UnixSeconds now) override;
    Result<void> end_lease(const std::string& server, const std::string& holder) override;

    Result<Verification> verify(Period period) override;                     // proof.cpp
    Result<std::size_t> prune(UnixSeconds before, UnixSeconds now) override; // prune.cpp
    Result<void> back_up(const std::filesystem::path& file) override;        // prune.cpp
    Result<void> settle() override;                                          // prune.cpp

  private:
    std::unique_ptr<Database> database_;
    Secret key_;
};

// How the memory file of `--remember` becomes the memory of a ledger.

// A ledger that is new takes over the memory of `file`, which is only read; the notes say so ("memory-taken-over"). One
// that is not has a memory of its own, which stays ("memory-not-used"). Digests are left behind: they were made with
// the other file's key, so that every file is read once more. Errors: a damaged memory (invalid_input), io.
Result<Diagnostics> take_over_memory(Ledger& ledger, bool is_new, const std::filesystem::path& file);

// The memory as a JSON file with its key beside it: `--remember FILE.json` (FILE.json.key, 0600). A damaged one is an
// error, never an empty memory.
struct LoadedMemory {
    Memory memory;
    Secret key;              // 32 bytes; empty when the key file could not be made: then nothing is skipped
    Diagnostics diagnostics; // a key file readable by others, ...
};

// Reads FILE and FILE.key. A file that is not there is an empty memory, and a new key is made; a damaged, too large or
// unreadable one is an error of the kind invalid_input (exit 65). A missing key beside an existing file makes a new key
// and drops the digests, with a diagnostic.
Result<LoadedMemory> load_memory(const std::filesystem::path& file);

// Writes FILE atomically (0600). An error leaves the old file as it was.
Result<void> save_memory(const std::filesystem::path& file, const Memory& memory);
// The same with what a run changed of its servers' memory, from `before` to `after`: what others wrote meanwhile stays.
// Writers of one file wait for each other.
Result<void> update_memory(const std::filesystem::path& file, const Memory& before, const Memory& after);

// What becomes of a server's memory when several runs write it (design §3.2 "Memory"): each brings its own changes, and
// nothing that another one wrote meanwhile is lost. Pure. Private to this folder.

// `now` (what is kept) after a run that read `before` and left `after`. What both changed: whatever was seen or
// declared later counts; an absence that either saw ended has ended; what either still needs is not forgotten. A memory
// of another database (InstanceID) is never mixed in.
ServerMemory merge_memory(const ServerMemory& before, const ServerMemory& after, ServerMemory now);

// The memory as rows. Only what differs from the rows is written. Private to this folder.

// All inside a transaction; failures are kept by the database.
Memory read_memory_rows(Database& database);
// Of one server; an empty one if nothing is known of it.
ServerMemory read_memory_rows(Database& database, const std::string& server);
void write_memory_rows(Database& database, const Memory& memory);
// What a run changed of one server's memory, from `before` to `after`, into what the rows hold now. Returns the digest.
std::string merge_memory_rows(Database& database, const std::string& server, const ServerMemory& before,
                              const ServerMemory& after);

// What a run carries of a server's memory: SHA-256, as bytes, of what the rows of the server say.
inline constexpr std::size_t digest_size = 32;
std::string digest_of(const ServerMemory& memory);
std::string memory_digest(Database& database, const std::string& server);

// What the newest checkpoint carries over, as it stands in the rows now. Private to this folder.

// Hex. Recomputed from the bodies of the states, so that it proves them. It covers the first sight of every stack that
// was seen in runs that were pruned, and its first spell that is left.
std::string hash_of_carried(Database& database, RunNumber last_pruned);
// As the checkpoints of Mooring 0.1.0 have it: spells that go on, without `since`.
std::string hash_of_carried_before(Database& database, RunNumber last_pruned);

} // namespace mooring::ledger
