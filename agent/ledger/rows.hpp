// Rows that several verbs read or write: the chain's ends, the log of writes, texts, spells. Private to this folder;
// inside transactions, failures are kept by the database.
#pragma once

#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "model/writes.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::ledger {

std::string to_hex(std::string_view bytes); // base/crypto has that of a Digest
std::string from_hex(std::string_view hex); // what the function above wrote

// How this ledger begins.
Origin read_origin(Database& database);
// The newest checkpoint, and its row's id.
struct CheckpointRow {
    std::int64_t id = 0;
    Checkpoint checkpoint;
    std::string carried; // hex
};
std::optional<CheckpointRow> newest_checkpoint(Database& database);

// What a run that is recorded now comes after.
struct Head {
    RunNumber number = 0; // 0: no run yet
    std::string hash;     // hex: of that run, or of the origin
    UnixSeconds started_at = 0;
};
Head read_head(Database& database);

// The log of writes as far as it is proven, each hash recomputed.
struct LogRows {
    std::vector<LogEntry> entries;
    std::set<std::string, std::less<>> hashes; // hex, of these
    std::string head;                          // hex: of the last of them, or of the origin
    std::optional<std::int64_t> broken;        // the first entry that is not what was recorded
    std::string problem;                       // what is wrong with it
};
// Empty for a file of before that is only read.
LogRows read_log_rows(Database& database);
// Bytes; "" while there is no entry.
std::string newest_log_hash(Database& database);

// The id of the row that has this text, which is made if there is none; and the text's hash.
std::int64_t intern_text(Database& database, std::string_view body, std::string_view hash);

// The columns of a spell, for a query over `spells s JOIN stacks k ON k.id = s.stack`; followed by columns of the
// caller's own.
inline constexpr std::string_view spell_columns =
    "k.server, k.environment, k.name, k.ordinal, s.first_run, ifnull(s.last_run, (SELECT max(number) FROM runs)), "
    "s.first_at, s.state, k.first_seen, s.since";
inline constexpr int after_spell_columns = 10;

// Reads spells and shares the states among them.
class SpellReader {
  public:
    explicit SpellReader(Database& database);
    // The spell of the row that `query` stands at; `last_at` stays 0.
    Spell read(const Statement& query);

  private:
    std::shared_ptr<const StackResult> state(std::int64_t id, const StackKey& stack);
    Database& database_;
    Statement body_;
    std::map<std::int64_t, std::shared_ptr<const StackResult>> states_;
};

} // namespace mooring::ledger
