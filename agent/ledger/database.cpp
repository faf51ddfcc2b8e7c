#include "ledger/database.hpp"

#include <array>
#include <fmt/format.h>
#include <sqlite3.h>
#include <string>
#include <utility>

namespace mooring::ledger {
namespace {

constexpr int busy_milliseconds = 10'000; // another process holds the writer's lock for milliseconds only

// Percent-encoded for a `file:` URI.
std::string uri_of(const std::filesystem::path& file) {
    std::string out = "file:";
    for (const char c : file.string()) {
        const bool plain = c != '%' && c != '?' && c != '#';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out + "?immutable=1";
}

// What a person can do about a failure.
std::string cure_of(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "Make room on the disk (or raise the limit of its size).";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return "Give this user the right to write the file and its folder.";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "Another process has been writing it for more than 10 s: end that one, or try again.";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "Restore it from a backup.";
    default:
        return "";
    }
}

} // namespace

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Database::open(const std::filesystem::path& file, Open how) {
    file_ = file;
    int flags = how == Open::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    std::string name = file.string();
    if (how == Open::unchanging) {
        flags |= SQLITE_OPEN_URI;
        name = uri_of(file);
    } else if (name.starts_with("file:") || name.starts_with(':')) {
        name = "./" + name; // a file of that name, nothing that SQLite reads more into
    }
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &connection, flags, nullptr);
    connection_.reset(connection);
    if (code != SQLITE_OK) return note_failure(code);
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_timeout(connection, busy_milliseconds);
}

void Database::execute(const std::string& sql) {
    if (failed()) return;
    const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) note_failure(code);
}

std::int64_t Database::number(std::string_view sql) {
    Statement query(*this, sql);
    return query.step() ? query.number(0) : 0;
}

std::string Database::text(std::string_view sql) {
    Statement query(*this, sql);
    return query.step() ? query.text(0) : std::string();
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle()); }
std::int64_t Database::changes() const { return sqlite3_changes64(handle()); }

void Database::note_failure(int code) {
    if (failed()) return;
    const bool damaged = (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
    condition_ = damaged ? Condition::damaged : Condition::unavailable;
    const std::string what = handle() != nullptr ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
    problem_ = Error{.kind = ErrorKind::io,
                     .message = fmt::format("the ledger {}: {}", file_.string(), what),
                     .detail = cure_of(code)};
}

void Database::complain(std::string what) {
    if (failed()) return;
    condition_ = Condition::damaged;
    problem_ = Error{.kind = ErrorKind::io,
                     .message = fmt::format("the ledger {}: {}", file_.string(), what),
                     .detail = cure_of(SQLITE_CORRUPT)};
}

// The file's path against the inode that is open.
void Database::complain_if_moved() {
    if (failed() || handle() == nullptr) return;
    int moved = 0;
    const int code = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (code != SQLITE_OK || moved == 0) return;
    condition_ = Condition::unavailable;
    problem_ =
        Error{.kind = ErrorKind::io,
              .message = fmt::format("the ledger {} was removed or replaced while it was in use", file_.string()),
              .detail = "Put it back in its place, or start Mooring anew with the one that is there."};
}

Result<void> Database::outcome() {
    condition_ = Condition::good;
    if (!problem_) return {};
    return std::unexpected(*std::exchange(problem_, std::nullopt));
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
    if (database.failed()) return;
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    statement_.reset(statement);
    if (code != SQLITE_OK) database.note_failure(code);
}

Statement& Statement::bind(int place, std::int64_t value) {
    if (statement_) sqlite3_bind_int64(statement_.get(), place, value);
    return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
    // A view without data would be NULL.
    const char* data = text.data() == nullptr ? "" : text.data();
    if (statement_) sqlite3_bind_text64(statement_.get(), place, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind_bytes(int place, std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    if (statement_) sqlite3_bind_blob64(statement_.get(), place, data, bytes.size(), SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::bind_null(int place) {
    if (statement_) sqlite3_bind_null(statement_.get(), place);
    return *this;
}

Statement& Statement::bind(int place, const std::optional<std::int64_t>& value) {
    return value ? bind(place, *value) : bind_null(place);
}

bool Statement::step() {
    if (!statement_ || database_.failed()) return false;
    const int code = sqlite3_step(statement_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) database_.note_failure(code);
    return code == SQLITE_ROW;
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() {
    if (statement_) sqlite3_reset(statement_.get());
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::optional<std::int64_t> Statement::optional_number(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
    return number(column);
}

std::string Statement::text(int column) const {
    const void* data = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
    if (kind == Kind::write) database_.complain_if_moved();
    database_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
    open_ = !database_.failed();
}

Transaction::~Transaction() {
    if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
    database_.execute("COMMIT");
    if (!database_.failed()) open_ = false;
    return database_.outcome();
}

namespace {

// A step is never edited once it has been released: a change is a new step.
constexpr std::array steps{
    // 1: everything. Hashes are 32 bytes; times are seconds since 1970, UTC.
    R"sql(
CREATE TABLE origin (at INTEGER NOT NULL, reason TEXT NOT NULL, set_aside TEXT NOT NULL);

-- What many runs share, kept once: servers, waivers, the frame of a run.
CREATE TABLE texts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);

CREATE TABLE runs (
  number INTEGER PRIMARY KEY, run_id TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
  next_due INTEGER, frame INTEGER NOT NULL, servers INTEGER NOT NULL, waivers INTEGER NOT NULL, checkpoint INTEGER,
  hash BLOB NOT NULL);
CREATE INDEX runs_by_time ON runs (started_at);

CREATE TABLE stacks (
  id INTEGER PRIMARY KEY, server TEXT NOT NULL, environment TEXT NOT NULL, name TEXT NOT NULL, ordinal INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, first_run INTEGER NOT NULL, UNIQUE (server, environment, name, ordinal));

-- `face` is the hash of what ends a spell when it changes; `hash` that of the whole body.
CREATE TABLE states (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, face BLOB NOT NULL, verdict TEXT NOT NULL,
  body TEXT NOT NULL);

-- last_run NULL: up to the newest run. `since`: since when the stack has had this verdict.
CREATE TABLE spells (
  stack INTEGER NOT NULL, first_run INTEGER NOT NULL, last_run INTEGER, first_at INTEGER NOT NULL,
  state INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (stack, first_run)) WITHOUT ROWID;
CREATE INDEX spells_by_end ON spells (last_run);

CREATE TABLE checkpoints (
  id INTEGER PRIMARY KEY, last_pruned INTEGER NOT NULL, last_started_at INTEGER NOT NULL, pruned_at INTEGER NOT NULL,
  run_hash BLOB NOT NULL, carried BLOB NOT NULL, hash BLOB NOT NULL);

CREATE TABLE notifications (
  channel TEXT NOT NULL, subject TEXT NOT NULL, topic TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (channel, subject, topic)) WITHOUT ROWID;

-- The memory. A time that is NULL is the server's usual one, so that a run that saw everything again writes one row.
CREATE TABLE memory_servers (
  server TEXT PRIMARY KEY, instance_id TEXT NOT NULL, seen_at INTEGER NOT NULL, server_date INTEGER NOT NULL,
  verified_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE memory_stacks (
  server TEXT NOT NULL, id INTEGER NOT NULL, environment_id INTEGER NOT NULL, environment_name TEXT NOT NULL,
  name TEXT NOT NULL, namespace TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER,
  PRIMARY KEY (server, id)) WITHOUT ROWID;
CREATE TABLE memory_files (
  server TEXT NOT NULL, id INTEGER NOT NULL, record TEXT NOT NULL, content TEXT NOT NULL, desired TEXT NOT NULL,
  settled INTEGER NOT NULL, server_date INTEGER, verified_at INTEGER, PRIMARY KEY (server, id)) WITHOUT ROWID;
CREATE TABLE memory_environments (
  server TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (server, id)) WITHOUT ROWID;
CREATE TABLE memory_selections (
  server TEXT NOT NULL, id INTEGER NOT NULL, environment_group INTEGER NOT NULL, tags TEXT NOT NULL,
  PRIMARY KEY (server, id)) WITHOUT ROWID;
CREATE TABLE memory_absences (
  server TEXT NOT NULL, id INTEGER NOT NULL, environment_id INTEGER NOT NULL, name TEXT NOT NULL,
  first_seen INTEGER NOT NULL, PRIMARY KEY (server, id)) WITHOUT ROWID;
)sql",
    // 2: what a run remarked, NULL for nothing (and for runs of before).
    "ALTER TABLE runs ADD COLUMN remarks INTEGER",
    // 3: what is declared and seen, so that the memory need not grow for ever; names of tags and groups; absences by
    // their
    // place (those of before lack the time at which they were last seen, and count for nothing); the digest of the
    // memory after a run.
    R"sql(
ALTER TABLE memory_servers ADD COLUMN declared_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory_stacks ADD COLUMN older_dropped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory_stacks ADD COLUMN declared_at INTEGER;
ALTER TABLE memory_files ADD COLUMN jobs_seen TEXT NOT NULL DEFAULT '';
ALTER TABLE memory_environments ADD COLUMN seen_at INTEGER;
ALTER TABLE memory_environments ADD COLUMN declared_at INTEGER;
ALTER TABLE memory_environments ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
CREATE TABLE absences_by_place (
  server TEXT NOT NULL, environment_id INTEGER NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (server, environment_id, namespace, name))
  WITHOUT ROWID;
INSERT OR IGNORE INTO absences_by_place SELECT server, environment_id, '', name, first_seen, 0 FROM memory_absences;
DROP TABLE memory_absences;
ALTER TABLE absences_by_place RENAME TO memory_absences;
CREATE TABLE memory_tags (
  server TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (server, id)) WITHOUT ROWID;
CREATE TABLE memory_groups (
  server TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (server, id)) WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN memory BLOB;
)sql",
    // 4: the log of writes, whose newest hash every run carries; and who may write to a server now, which proves
    // nothing.
    R"sql(
CREATE TABLE log (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  hash BLOB NOT NULL);
CREATE TABLE leases (server TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN log BLOB;
)sql",
    // 5: where the manifest lies by which a record was judged last, from the root of that machine. It proves nothing:
    // without it, nothing is removed.
    R"sql(
CREATE TABLE IF NOT EXISTS declared_places (
  server TEXT NOT NULL, instance_id TEXT NOT NULL, id INTEGER NOT NULL, place TEXT NOT NULL,
  PRIMARY KEY (server, instance_id, id)) WITHOUT ROWID;
)sql",
};

} // namespace

std::int64_t newest_schema() { return static_cast<std::int64_t>(steps.size()); }

std::string since_step(Database& database, std::int64_t step, std::string_view column, std::string_view otherwise) {
    return std::string(database.number("PRAGMA user_version") < step ? otherwise : column);
}

bool has_column(Database& database, std::string_view table, std::string_view column) {
    Statement query(database, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
    query.bind(1, table).bind(2, column);
    return query.step();
}

bool has_log(Database& database) { return database.number("PRAGMA user_version") >= 4; }

std::string remarks_column(Database& database) { return since_step(database, 2, "remarks", "NULL"); }

void migrate(Database& database) {
    const std::int64_t have = database.number("PRAGMA user_version");
    if (have == newest_schema()) return;
    for (auto step = static_cast<std::size_t>(have); step < steps.size(); ++step) database.execute(steps.at(step));
    database.execute("PRAGMA application_id = " + std::to_string(application_id));
    database.execute("PRAGMA user_version = " + std::to_string(newest_schema()));
}

} // namespace mooring::ledger
