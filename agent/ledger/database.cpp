#include "ledger/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
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

} // namespace mooring::ledger
