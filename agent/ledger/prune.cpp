// What keeps the file in shape: pruning with a checkpoint, and copies.
#include "base/crypto.hpp"
#include "ledger/carried.hpp"
#include "ledger/chain.hpp"
#include "ledger/rows.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

// The last run of those at the beginning that all started before `before`; 0: none. The newest run is never among
// them.
RunNumber last_to_prune(Database& database, UnixSeconds before) {
    Statement query(database, "SELECT ifnull(min(number), (SELECT max(number) FROM runs)) - 1 FROM runs "
                              "WHERE started_at >= ?");
    return query.bind(1, before).step() ? query.number(0) : 0;
}

void remove_runs(Database& database, RunNumber last) {
    Statement(database, "DELETE FROM spells WHERE last_run <= ?").bind(1, last).run();
    Statement(database, "DELETE FROM runs WHERE number <= ?").bind(1, last).run();
    database.execute("DELETE FROM stacks WHERE id NOT IN (SELECT stack FROM spells);"
                     "DELETE FROM states WHERE id NOT IN (SELECT state FROM spells);"
                     "DELETE FROM texts WHERE id NOT IN (SELECT frame FROM runs UNION SELECT servers FROM runs UNION "
                     "SELECT waivers FROM runs UNION SELECT remarks FROM runs WHERE remarks IS NOT NULL)");
}

void leave_checkpoint(Database& database, Checkpoint checkpoint) {
    const auto before = newest_checkpoint(database);
    const std::string carried = hash_of_carried(database, checkpoint.last_pruned);
    const std::string origin = hash_of(read_origin(database));
    checkpoint.hash = hash_of(checkpoint, before ? before->checkpoint.hash : std::string(), carried, origin);
    Statement(database, "INSERT INTO checkpoints (last_pruned, last_started_at, pruned_at, run_hash, carried, hash) "
                        "VALUES (?, ?, ?, ?, ?, ?)")
        .bind(1, checkpoint.last_pruned)
        .bind(2, checkpoint.last_started_at)
        .bind(3, checkpoint.pruned_at)
        .bind_bytes(4, from_hex(checkpoint.run_hash))
        .bind_bytes(5, from_hex(carried))
        .bind_bytes(6, from_hex(checkpoint.hash))
        .run();
}

// Returns how many runs went.
std::size_t prune_rows(Database& database, UnixSeconds before, UnixSeconds now) {
    const RunNumber last = last_to_prune(database, before);
    Statement query(database, "SELECT started_at, hash, (SELECT count(*) FROM runs WHERE number <= ?1) FROM runs WHERE "
                              "number = ?1");
    if (!query.bind(1, last).step()) return 0;
    const Checkpoint checkpoint{.last_pruned = last,
                                .last_started_at = query.number(0),
                                .pruned_at = now,
                                .run_hash = to_hex(query.text(1)),
                                .hash = {}};
    const auto gone = static_cast<std::size_t>(query.number(2));
    query.reset();
    remove_runs(database, last);
    leave_checkpoint(database, checkpoint);
    return gone;
}

std::unexpected<Error> cannot_write(const fs::path& file, int code) {
    return fail(ErrorKind::io, fmt::format("backing up the ledger: cannot write {}: {}", file.string(),
                                           std::generic_category().message(code)));
}

// An empty file that only this user may read, which SQLite then fills. The file must not be there.
Result<void> make_part_private(const fs::path& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return cannot_write(file, errno);
    ::close(made);
    return {};
}

// On the disk under its name, or gone.
Result<void> publish(const fs::path& from, const fs::path& to) {
    const int written = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = written >= 0 && ::fsync(written) == 0;
    const int code = errno;
    if (written >= 0) ::close(written);
    if (!synced) return cannot_write(from, code);
    if (::link(from.c_str(), to.c_str()) != 0) return cannot_write(to, errno); // unlike rename, never over another
    return {};
}

} // namespace

Result<std::size_t> SqliteLedger::prune(UnixSeconds before, UnixSeconds now) {
    Transaction transaction(*database_, Transaction::Kind::write);
    const std::size_t gone = database_->failed() ? 0 : prune_rows(*database_, before, now);
    if (Result<void> done = transaction.commit(); !done) return while_doing("pruning the ledger", done.error());
    return gone;
}

Result<void> SqliteLedger::back_up(const std::filesystem::path& file) {
    if (std::error_code ignored; fs::exists(fs::symlink_status(file, ignored))) {
        return fail(ErrorKind::io, fmt::format("backing up the ledger: {} is there already", file.string()),
                    "Name a file that does not exist yet.");
    }
    // A name of its own: nothing that lies there is ever replaced.
    const fs::path part = fmt::format("{}.part-{}", file.string(), to_hex(random_bytes(8)));
    std::error_code ignored;
    if (Result<void> made = make_part_private(part); !made) return made;
    Statement(*database_, "VACUUM INTO ?").bind(1, part.string()).run();
    Result<void> done = database_->outcome();
    if (done) done = publish(part, file);
    fs::remove(part, ignored);
    if (!done) return while_doing("backing up the ledger", done.error());
    return {};
}

Result<void> SqliteLedger::settle() {
    database_->execute("PRAGMA busy_timeout = 500");
    database_->text("PRAGMA wal_checkpoint(TRUNCATE)");
    Result<void> done = database_->outcome();
    if (!done) return while_doing("settling the ledger", done.error());
    return done;
}

} // namespace mooring::ledger
