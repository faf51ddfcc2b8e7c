// The log of writes, and who may write to a server now.
#include "ledger/log_json.hpp"

#include "ledger/chain.hpp"
#include "ledger/migrations.hpp"
#include "ledger/rows.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <fmt/format.h>
#include <utility>

namespace mooring::ledger {
namespace {

struct Newest {
    std::int64_t number = 0; // 0: no entry yet
    std::string hash;        // hex: of that entry, or of the origin
};

Newest newest_entry(Database& database) {
    Statement query(database, "SELECT number, hash FROM log ORDER BY number DESC LIMIT 1");
    if (query.step()) return {.number = query.number(0), .hash = to_hex(query.text(1))};
    return {.number = 0, .hash = hash_of(read_origin(database))};
}

// Takes the row that `query` stands at, if it follows the ones before; else what is wrong with it.
std::string take_row(LogRows& rows, const Statement& query) {
    const std::string kind = query.text(2);
    const std::string body = query.text(3);
    std::string hash = hash_of(LogFacts{.number = query.number(0),
                                        .previous = rows.head,
                                        .at = query.number(1),
                                        .kind = kind,
                                        .body = hash_of_text(body)});
    if (hash != to_hex(query.text(4))) return "it, or the entry before it, is not what was recorded";
    auto entry = read_log_entry(kind, body);
    if (!entry) return "it cannot be read: " + entry.error();
    entry->number = query.number(0);
    entry->at = query.number(1);
    rows.entries.push_back(*std::move(entry));
    rows.hashes.insert(hash);
    rows.head = std::move(hash);
    return {};
}

void put_entry(Database& database, const LogEntry& entry, const Newest& newest, std::string_view body) {
    const std::string hash = hash_of(LogFacts{.number = newest.number + 1,
                                              .previous = newest.hash,
                                              .at = entry.at,
                                              .kind = to_string(entry.kind),
                                              .body = hash_of_text(body)});
    Statement(database, "INSERT INTO log (number, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)")
        .bind(1, newest.number + 1)
        .bind(2, entry.at)
        .bind(3, to_string(entry.kind))
        .bind(4, body)
        .bind_bytes(5, from_hex(hash))
        .run();
}

constexpr const char* appending = "writing to the log of writes";

} // namespace

LogRows read_log_rows(Database& database) {
    LogRows rows;
    if (!has_log(database)) return rows;
    rows.head = hash_of(read_origin(database));
    Statement query(database, "SELECT number, at, kind, body, hash FROM log ORDER BY number");
    while (query.step()) {
        const auto expected = static_cast<std::int64_t>(rows.entries.size()) + 1;
        rows.problem = query.number(0) == expected ? take_row(rows, query) : "it is not there";
        if (rows.problem.empty()) continue;
        rows.broken = expected;
        break;
    }
    return rows;
}

std::string newest_log_hash(Database& database) {
    Statement query(database, "SELECT hash FROM log ORDER BY number DESC LIMIT 1");
    return query.step() ? query.text(0) : std::string();
}

Result<std::int64_t> SqliteLedger::append(const LogEntry& entry) {
    const auto body = write_log_entry(entry);
    if (!body) {
        return fail(ErrorKind::io, fmt::format("{}: {}", appending, body.error()),
                    "Nothing was written. Give it a shorter name, in UTF-8.");
    }
    Transaction transaction(*database_, Transaction::Kind::write);
    Newest newest;
    if (!database_->failed()) {
        newest = newest_entry(*database_);
        put_entry(*database_, entry, newest, *body);
    }
    if (Result<void> done = transaction.commit(); !done) return while_doing(appending, done.error());
    return newest.number + 1;
}

// What decides about writing is proven whenever it is read.
Result<std::vector<LogEntry>> SqliteLedger::log() {
    Transaction transaction(*database_, Transaction::Kind::read);
    LogRows rows;
    if (!database_->failed()) rows = read_log_rows(*database_);
    if (rows.broken)
        database_->complain(fmt::format("entry {} of the log of writes is broken: {}", *rows.broken, rows.problem));
    if (Result<void> done = transaction.commit(); !done) return while_doing("reading the log of writes", done.error());
    return std::move(rows.entries);
}

Result<std::optional<Lease>> SqliteLedger::take_lease(const std::string& server, const Lease& wanted, UnixSeconds now) {
    Transaction transaction(*database_, Transaction::Kind::write);
    Statement query(*database_, "SELECT holder, until FROM leases WHERE server = ? AND holder <> ? AND until > ?");
    std::optional<Lease> other;
    if (query.bind(1, server).bind(2, wanted.holder).bind(3, now).step())
        other = Lease{.holder = query.text(0), .until = query.number(1)};
    query.reset();
    if (!other) {
        Statement(*database_, "INSERT OR REPLACE INTO leases (server, holder, until) VALUES (?, ?, ?)")
            .bind(1, server)
            .bind(2, wanted.holder)
            .bind(3, wanted.until)
            .run();
    }
    if (Result<void> done = transaction.commit(); !done) return while_doing("taking the right to write", done.error());
    return other;
}

Result<void> SqliteLedger::end_lease(const std::string& server, const std::string& holder) {
    Transaction transaction(*database_, Transaction::Kind::write);
    Statement(*database_, "DELETE FROM leases WHERE server = ? AND holder = ?").bind(1, server).bind(2, holder).run();
    if (Result<void> done = transaction.commit(); !done)
        return while_doing("giving back the right to write", done.error());
    return {};
}

} // namespace mooring::ledger
