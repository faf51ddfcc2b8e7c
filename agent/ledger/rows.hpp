// Rows that several verbs read or write: the chain's ends, the log of writes, texts, spells. Private to this folder;
// inside transactions, failures are kept by the database.
#pragma once

#include "base/text.hpp"
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "model/fields.hpp"
#include "model/memory.hpp"
#include "model/writes.hpp"

#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::ledger {

std::string to_hex(std::string_view bytes); // base/crypto has that of a Digest
std::string from_hex(std::string_view hex); // what the function above wrote

// How this ledger begins.
LedgerStart read_origin(Database& database);
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

// Visitors of model/fields.hpp: values as rows of a table, whose columns are called like the fields. Private to this
// folder.

// Stands for "the server's usual time": NULL in a row. A run that saw everything again then changes one row.
inline constexpr UnixSeconds usual = std::numeric_limits<UnixSeconds>::min();

inline std::optional<std::int64_t> or_null(UnixSeconds at) {
    return at == usual ? std::nullopt : std::optional<std::int64_t>(at);
}

inline std::string list_text(const std::vector<std::int64_t>& tags) { return fmt::format("{}", fmt::join(tags, " ")); }
inline std::string list_text(const std::vector<std::string>& names) { return join(names, "\n"); }

inline void read_list(const std::string& text, std::vector<std::int64_t>& tags) {
    if (text.empty()) return;
    for (const std::string_view word : split(text, ' ')) {
        std::int64_t tag = 0;
        if (std::from_chars(word.data(), word.data() + word.size(), tag).ec == std::errc{}) tags.push_back(tag);
    }
}
inline void read_list(const std::string& text, std::vector<std::string>& names) {
    if (text.empty()) return;
    for (const std::string_view name : split(text, '\n')) names.emplace_back(name);
}

// "environmentId" -> "environment_id"; `group` is a word of SQL.
inline std::string column_of(std::string_view name) {
    if (name == "group") return "environment_group";
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            (out += '_') += static_cast<char>(c - 'A' + 'a');
        else
            out += c;
    }
    return out;
}

// The columns of a table in the order of the fields. `selected`: what stands for those that a file of an older Mooring,
// which is only read, does not have.
class Columns {
  public:
    Columns(Database& database, std::string_view table) : database_(database), table_(table) {}

    void operator()(std::string_view name, const auto& /*value*/) { add(column_of(name), ""); }
    void digest(std::string_view name, const auto& /*value*/) { add(column_of(name), ""); }
    void added(std::string_view name, const std::int64_t& /*value*/) { add(column_of(name), "NULL"); }
    void added(std::string_view name, const bool& /*value*/) { add(column_of(name), "0"); }
    void added(std::string_view name, const auto& /*text*/) { add(column_of(name), "''"); }

    std::vector<std::string> names;
    std::vector<std::string> selected;

  private:
    void add(std::string column, std::string_view otherwise) {
        const bool there = otherwise.empty() || has_column(database_, table_, column);
        selected.emplace_back(there ? column : std::string(otherwise));
        names.push_back(std::move(column));
    }

    Database& database_;
    std::string_view table_;
};

template <typename T>
Columns columns_of(Database& database, std::string_view table) {
    Columns columns(database, table);
    T value{};
    row_fields(columns, value);
    return columns;
}

// The fields of one row, from a column on.
class RowFields {
  public:
    RowFields(Statement& row, int column, UnixSeconds null) : row_(row), column_(column), null_(null) {}

    void operator()(std::string_view /*name*/, std::string& value) { value = row_.text(column_++); }
    void operator()(std::string_view /*name*/, bool& value) { value = row_.number(column_++) != 0; }
    void operator()(std::string_view /*name*/, std::int64_t& value) {
        value = row_.optional_number(column_++).value_or(null_);
    }
    template <typename T>
    void operator()(std::string_view /*name*/, std::vector<T>& values) {
        read_list(row_.text(column_++), values);
    }
    void added(std::string_view name, auto& value) { (*this)(name, value); }
    void digest(std::string_view name, auto& value) { (*this)(name, value); }

  private:
    Statement& row_;
    int column_;
    UnixSeconds null_; // what NULL stands for
};

// Binds the fields of one row, from a place on.
class BoundFields {
  public:
    BoundFields(Statement& row, int place) : row_(row), place_(place) {}

    void operator()(std::string_view /*name*/, const std::string& value) { row_.bind(place_++, value); }
    void operator()(std::string_view /*name*/, const bool& value) { row_.bind(place_++, std::int64_t{value}); }
    void operator()(std::string_view /*name*/, const std::int64_t& value) { row_.bind(place_++, or_null(value)); }
    template <typename T>
    void operator()(std::string_view /*name*/, const std::vector<T>& values) {
        row_.bind(place_++, list_text(values));
    }
    void added(std::string_view name, const auto& value) { (*this)(name, value); }
    void digest(std::string_view name, const auto& value) { (*this)(name, value); }

  private:
    Statement& row_;
    int place_;
};

// What proving the chain reads: every row, with what is derived in it recomputed from what the chain covers. Private to
// this folder.

// A text or a state: its recomputed hash, and what its row says otherwise about it; "" when nothing.
struct ProvenBody {
    std::string hash; // hex
    std::string problem;
};

struct SpellRow {
    StackKey stack;
    RunNumber first_run = 0;
    RunNumber last_run = 0; // of an open one: the newest run
    UnixSeconds first_at = 0;
    std::int64_t state = 0;
    UnixSeconds since = 0;
    std::optional<Word> word; // of its state's body; nullopt: that cannot be read
    bool since_holds = true;  // `since` is what follows from the spells before it, or a checkpoint vouches for it
};

// A stack's first sight must be that of its first spell, unless a checkpoint vouches for it.
struct StackRow {
    RunNumber first_run = 0;
    UnixSeconds first_seen = 0;
    RunNumber first_spell = 0; // 0: it has none
    bool vouched = false;
};

struct ProofRows {
    RunNumber newest = 0;
    std::map<std::int64_t, ProvenBody> texts;  // by id
    std::map<std::int64_t, ProvenBody> states; // by id
    std::multimap<RunNumber, SpellRow> starts; // by first run
    std::multimap<RunNumber, StackKey> ends;   // by last run
    std::map<StackKey, StackRow> stacks;
};

// `last_pruned`: what the newest checkpoint vouches for; 0 without one.
ProofRows read_proof_rows(Database& database, RunNumber last_pruned);

} // namespace mooring::ledger
