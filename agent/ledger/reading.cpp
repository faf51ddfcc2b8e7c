// Reading runs, spells, the memory and notifications back.
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "ledger/json.hpp"
#include "ledger/rows.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace mooring::ledger {
namespace {

// Texts decoded once for all runs that share them.
template <typename T, typename Decode>
class Shared {
  public:
    Shared(Database& database, Decode decode)
        : database_(database), body_(database, "SELECT body FROM texts WHERE id = ?"), decode_(decode) {}

    std::shared_ptr<const T> get(std::int64_t id) {
        std::shared_ptr<const T>& known = values_[id];
        if (known) return known;
        auto value = std::make_shared<T>();
        body_.reset();
        if (body_.bind(1, id).step()) {
            auto read = decode_(body_.text(0));
            if (!read) database_.complain(read.error());
            if (read) *value = *std::move(read);
        } else {
            database_.complain("a run has lost its texts");
        }
        known = std::move(value);
        return known;
    }

  private:
    Database& database_;
    Statement body_;
    Decode decode_;
    std::map<std::int64_t, std::shared_ptr<const T>> values_;
};

// The run before a pruned or first one has no row: its hash stands in the checkpoint or the origin.
std::string hash_before(Database& database, RunNumber number) {
    Statement query(database, "SELECT hash FROM runs WHERE number = ?");
    if (query.bind(1, number - 1).step()) return to_hex(query.text(0));
    const auto checkpoint = newest_checkpoint(database);
    return checkpoint ? checkpoint->checkpoint.run_hash : hash_of(read_origin(database));
}

// Runs in the order of their numbers.
std::vector<Run> read_runs(Database& database, Statement& query) {
    Shared<Frame, decltype(&read_frame)> frames(database, read_frame);
    Shared<std::vector<ServerResult>, decltype(&read_servers)> servers(database, read_servers);
    Shared<std::vector<Waiver>, decltype(&read_waivers)> waivers(database, read_waivers);
    Shared<Diagnostics, decltype(&read_remarks)> remarks(database, read_remarks);
    const auto none = std::make_shared<const Diagnostics>();
    std::vector<Run> runs;
    while (query.step()) {
        const auto made = query.optional_number(9);
        const auto frame = frames.get(query.number(5));
        Run run{.number = query.number(0),
                .run_id = query.text(1),
                .started_at = query.number(2),
                .finished_at = query.number(3),
                .mooring_version = frame->mooring_version,
                .trigger = frame->trigger,
                .next_due = query.optional_number(4),
                .partial = frame->partial,
                .exit_code = frame->exit_code,
                .summary = frame->summary,
                .servers = servers.get(query.number(6)),
                .waivers = waivers.get(query.number(7)),
                .remarks = made ? remarks.get(*made) : none,
                .previous = {},
                .hash = to_hex(query.text(8))};
        const bool follows = !runs.empty() && runs.back().number == run.number - 1;
        run.previous = follows ? runs.back().hash : hash_before(database, run.number);
        runs.push_back(std::move(run));
    }
    return runs;
}

std::string select_runs(Database& database) {
    return "SELECT number, run_id, started_at, finished_at, next_due, frame, servers, waivers, hash, " +
           remarks_column(database) + " FROM runs ";
}

// The runs of a period by number; nullopt: it has none.
struct Span {
    RunNumber first = 0;
    RunNumber last = 0;
};
std::optional<Span> span_of(Database& database, Period period) {
    Statement query(database, "SELECT min(number), max(number) FROM runs WHERE started_at >= ? AND started_at < ?");
    query.bind(1, period.from).bind(2, period.to);
    if (!query.step() || !query.optional_number(0)) return std::nullopt;
    return Span{.first = query.number(0), .last = query.number(1)};
}

// `condition` chooses among the spells of `span`; `bind` gives its values from place 3 on.
template <typename Bind>
std::vector<Spell> read_spells(Database& database, Period period, std::string_view condition, Bind bind) {
    const auto span = span_of(database, period);
    std::vector<Spell> spells;
    if (!span) return spells;
    std::string sql = "SELECT " + std::string(spell_columns) +
                      ", r.started_at FROM spells s JOIN stacks k ON k.id = s.stack JOIN runs r ON r.number = "
                      "ifnull(s.last_run, (SELECT max(number) FROM runs)) WHERE s.first_run <= ? AND "
                      "(s.last_run IS NULL OR s.last_run >= ?)";
    sql += condition;
    sql += " ORDER BY k.server, k.environment, k.name, k.ordinal, s.first_run";
    Statement query(database, sql);
    query.bind(1, span->last).bind(2, span->first);
    bind(query);
    SpellReader reader(database);
    while (query.step()) {
        spells.push_back(reader.read(query));
        spells.back().last_at = query.number(after_spell_columns);
    }
    return spells;
}

// What `read` returns, from one snapshot, or what failed.
template <typename Read>
auto in_snapshot(Database& database, const char* what, Read read) -> Result<decltype(read())> {
    Transaction transaction(database, Transaction::Kind::read);
    auto value = read();
    if (Result<void> done = transaction.commit(); !done) return while_doing(what, done.error());
    return value;
}

constexpr const char* reading = "reading the ledger";
constexpr const char* reading_memory = "reading the ledger's memory";

} // namespace

SqliteLedger::SqliteLedger(std::unique_ptr<Database> database, Secret key)
    : database_(std::move(database)), key_(std::move(key)) {}

Result<std::vector<Run>> SqliteLedger::runs(Period period) {
    return in_snapshot(*database_, reading, [&] {
        Statement query(*database_,
                        select_runs(*database_) + "WHERE started_at >= ? AND started_at < ? ORDER BY number");
        query.bind(1, period.from).bind(2, period.to);
        return read_runs(*database_, query);
    });
}

Result<std::vector<Run>> SqliteLedger::newest_runs(std::size_t most, std::int64_t before) {
    return in_snapshot(*database_, reading, [&] {
        Statement query(*database_, select_runs(*database_) + "WHERE number < ? ORDER BY number DESC LIMIT ?");
        query.bind(1, before == 0 ? std::numeric_limits<std::int64_t>::max() : before);
        query.bind(2, static_cast<std::int64_t>(most));
        return read_runs(*database_, query);
    });
}

Result<std::map<std::string, Sighting>> SqliteLedger::sightings() {
    return in_snapshot(*database_, reading, [&] {
        std::map<std::string, Sighting> all;
        Shared<std::vector<ServerResult>, decltype(&read_servers)> servers(*database_, read_servers);
        Statement told(
            *database_,
            "SELECT servers, min(started_at), max(started_at) FROM runs GROUP BY servers ORDER BY min(number)");
        while (told.step()) {
            for (const ServerResult& one : *servers.get(told.number(0))) {
                if (one.instance_id.empty()) continue;
                Sighting& sighting = all[one.name];
                if (sighting.first_instance.empty()) {
                    sighting.first_instance = one.instance_id;
                    sighting.first_at = told.number(1);
                }
                UnixSeconds& last = sighting.last_at[one.instance_id];
                last = std::max(last, told.number(2));
            }
        }
        Shared<Diagnostics, decltype(&read_remarks)> remarks(*database_, read_remarks);
        const std::string column = remarks_column(*database_);
        Statement remarked(*database_, "SELECT " + column + ", max(started_at) FROM runs WHERE " + column +
                                           " IS NOT NULL GROUP BY " + column);
        while (remarked.step()) {
            for (const Diagnostic& one : *remarks.get(remarked.number(0))) {
                if (one.code != older_backup_remark) continue;
                UnixSeconds& at = all[one.server].older_backup_at;
                at = std::max(at, remarked.number(1));
            }
        }
        return all;
    });
}

Result<std::vector<Current>> SqliteLedger::current() {
    return in_snapshot(*database_, reading, [&] {
        std::vector<Current> all;
        const RunNumber newest = read_head(*database_).number;
        Statement query(*database_,
                        "SELECT " + std::string(spell_columns) +
                            ", r.started_at FROM stacks k JOIN spells s ON s.stack = k.id AND s.first_run = "
                            "(SELECT max(first_run) FROM spells WHERE stack = k.id) JOIN runs r ON r.number = "
                            "ifnull(s.last_run, (SELECT max(number) FROM runs)) "
                            "ORDER BY k.server, k.environment, k.name, k.ordinal");
        SpellReader reader(*database_);
        while (query.step()) {
            Current one{.spell = reader.read(query), .first_seen = query.number(8), .since = query.number(9)};
            one.spell.last_at = query.number(after_spell_columns);
            one.in_last_run = one.spell.last_run == newest;
            all.push_back(std::move(one));
        }
        return all;
    });
}

Result<std::vector<Spell>> SqliteLedger::spells(Period period) {
    return in_snapshot(*database_, reading, [&] { return read_spells(*database_, period, "", [](Statement&) {}); });
}

Result<std::vector<Spell>> SqliteLedger::history(const StackKey& stack, Period period) {
    return in_snapshot(*database_, reading, [&] {
        return read_spells(*database_, period,
                           " AND k.server = ? AND k.environment = ? AND k.name = ? AND k.ordinal = ?",
                           [&stack](Statement& query) {
                               query.bind(3, stack.server).bind(4, stack.environment).bind(5, stack.name);
                               query.bind(6, stack.ordinal);
                           });
    });
}

Result<Memory> SqliteLedger::memory() {
    return in_snapshot(*database_, reading_memory, [&] { return read_memory_rows(*database_); });
}

Result<ServerMemory> SqliteLedger::memory_of(const std::string& server) {
    return in_snapshot(*database_, reading_memory, [&] { return read_memory_rows(*database_, server); });
}

Result<void> SqliteLedger::replace_memory(const Memory& memory) {
    Transaction transaction(*database_, Transaction::Kind::write);
    write_memory_rows(*database_, memory);
    if (Result<void> done = transaction.commit(); !done) return while_doing("taking over the memory", done.error());
    return {};
}

Result<std::vector<Notification>> SqliteLedger::notifications() {
    return in_snapshot(*database_, reading, [&] {
        std::vector<Notification> all;
        Statement query(*database_, "SELECT channel, subject, topic, state, at FROM notifications "
                                    "ORDER BY channel, subject, topic");
        while (query.step()) {
            all.push_back({.channel = query.text(0),
                           .subject = query.text(1),
                           .topic = query.text(2),
                           .state = query.text(3),
                           .at = query.number(4)});
        }
        return all;
    });
}

Result<void> SqliteLedger::record_notifications(std::span<const Notification> sent) {
    Transaction transaction(*database_, Transaction::Kind::write);
    Statement row(*database_, "INSERT OR REPLACE INTO notifications VALUES (?, ?, ?, ?, ?)");
    for (const Notification& one : sent) {
        row.bind(1, one.channel).bind(2, one.subject).bind(3, one.topic).bind(4, one.state).bind(5, one.at);
        row.run();
    }
    if (Result<void> done = transaction.commit(); !done) return while_doing("recording notifications", done.error());
    return {};
}

} // namespace mooring::ledger
