// SQLite as this folder uses it: a connection whose first failure is kept, statements, transactions. Private to this
// folder; sqlite3.h stays in the .cpp.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <filesystem>
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

} // namespace mooring::ledger
