#include "ledger/migrations.hpp"

#include <array>
#include <string>

namespace mooring::ledger {
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
