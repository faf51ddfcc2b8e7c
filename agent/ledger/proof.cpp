// Proving the chain: every hash is recomputed from the rows, none that is stored beside them is believed.
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "ledger/json.hpp"
#include "ledger/rows.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace mooring::ledger {
namespace {

std::string select_proved(Database& database) {
    return "SELECT number, run_id, started_at, finished_at, next_due, frame, servers, waivers, checkpoint, hash, " +
           remarks_column(database) + ", " + since_step(database, 3, "memory", "NULL") + ", " +
           since_step(database, 4, "log", "NULL") + " FROM runs ";
}

class Prover {
  public:
    Prover(Database& database, Period period) : database_(database), period_(period) {}

    Verification prove();

  private:
    void prove_runs();
    bool beginning_holds();
    bool carried_holds(const CheckpointRow& newest);
    bool first_run_holds();
    bool run_holds(const Statement& query, std::string& previous);
    std::string hash_of_run(const Statement& query, const std::string& previous, StackStates& states);
    bool texts_hold(RunNumber number, const Statement& query);
    bool spells_hold(RunNumber number, UnixSeconds started_at);
    bool spell_holds(RunNumber number, UnixSeconds started_at, const SpellRow& spell);
    bool tail_holds();
    bool memory_holds();
    bool log_holds(RunNumber number, const Statement& query);
    std::string hash_before(RunNumber number);
    bool broken(RunNumber number, std::string problem);

    Database& database_;
    Period period_;
    Verification found_;
    ProofRows rows_;
    LogRows log_;
    std::map<std::int64_t, std::string> checkpoints_; // hashes, recomputed
    StackStates now_;
};

bool Prover::broken(RunNumber number, std::string problem) {
    found_.broken = number;
    found_.problem = std::move(problem);
    return false;
}

// Origin and checkpoints, oldest first; the newest must carry what the rows have. Those of Mooring 0.1.0 do not cover
// the origin, and are proven without it; that cannot be said of a younger one, whose hash the next run carries.
bool Prover::beginning_holds() {
    found_.origin = read_origin(database_);
    const std::string origin = hash_of(found_.origin);
    std::string previous;
    std::optional<CheckpointRow> newest;
    Statement query(database_, "SELECT id, last_pruned, last_started_at, pruned_at, run_hash, hash, carried FROM "
                               "checkpoints ORDER BY id");
    while (query.step()) {
        CheckpointRow row{.id = query.number(0),
                          .checkpoint = {.last_pruned = query.number(1),
                                         .last_started_at = query.number(2),
                                         .pruned_at = query.number(3),
                                         .run_hash = to_hex(query.text(4)),
                                         .hash = to_hex(query.text(5))},
                          .carried = to_hex(query.text(6))};
        const std::string& hash = row.checkpoint.hash;
        found_.origin_proven = hash == hash_of(row.checkpoint, previous, row.carried, origin);
        if (!found_.origin_proven && hash != hash_of(row.checkpoint, previous, row.carried, std::nullopt))
            return broken(row.checkpoint.last_pruned + 1,
                          "the checkpoint before it, or how the ledger began, is not what was recorded");
        checkpoints_[row.id] = previous = hash;
        found_.checkpoint = row.checkpoint;
        newest = std::move(row);
    }
    return !newest || carried_holds(*newest);
}

bool Prover::carried_holds(const CheckpointRow& newest) {
    const RunNumber pruned = newest.checkpoint.last_pruned;
    const std::string now =
        found_.origin_proven ? hash_of_carried(database_, pruned) : hash_of_carried_before(database_, pruned);
    if (newest.carried == now) return true;
    return broken(pruned + 1, "what its checkpoint carries over is not what was recorded");
}

// What a run that has this number must follow; "" if nothing that is left says so.
std::string Prover::hash_before(RunNumber number) {
    Statement query(database_, "SELECT hash FROM runs WHERE number = ?");
    if (query.bind(1, number - 1).step()) return to_hex(query.text(0));
    if (found_.checkpoint) {
        return found_.checkpoint->last_pruned == number - 1 ? found_.checkpoint->run_hash : std::string();
    }
    return number == 1 ? hash_of(found_.origin) : std::string();
}

bool Prover::texts_hold(RunNumber number, const Statement& query) {
    for (const int column : {5, 6, 7, 10}) {
        const auto id = query.optional_number(column);
        if (id && !rows_.texts[*id].problem.empty()) return broken(number, rows_.texts[*id].problem);
    }
    return true;
}

bool Prover::spell_holds(RunNumber number, UnixSeconds started_at, const SpellRow& spell) {
    if (now_.contains(spell.stack)) return broken(number, "a stack has two states in it");
    if (spell.first_run == number && spell.first_at != started_at)
        return broken(number, "a state says that it began at another time");
    if (!spell.since_holds) return broken(number, "a verdict says that it stands since another time");
    if (const std::string& problem = rows_.states[spell.state].problem; !problem.empty())
        return broken(number, problem);
    const StackRow& stack = rows_.stacks[spell.stack];
    if (!stack.vouched && stack.first_run == number && stack.first_seen != started_at)
        return broken(number, "a stack says that it was first seen at another time");
    if (!stack.vouched && stack.first_run != stack.first_spell)
        return broken(number, "a stack says that it was first seen in another run");
    return true;
}

// Moves the states on to this run.
bool Prover::spells_hold(RunNumber number, UnixSeconds started_at) {
    const bool at_first = number == found_.first;
    if (!at_first) {
        const auto [from, to] = rows_.ends.equal_range(number - 1);
        for (auto one = from; one != to; ++one) now_.remove(one->second);
    }
    const auto from = at_first ? rows_.starts.begin() : rows_.starts.lower_bound(number);
    for (auto one = from; one != rows_.starts.upper_bound(number); ++one) {
        const SpellRow& spell = one->second;
        if (spell.last_run < number) continue;
        if (!spell_holds(number, started_at, spell)) return false;
        now_.put(spell.stack, rows_.states[spell.state].hash);
    }
    return true;
}

std::string Prover::hash_of_run(const Statement& query, const std::string& previous, StackStates& states) {
    const auto checkpoint = query.optional_number(8);
    const auto remarks = query.optional_number(10);
    const std::string memory = to_hex(query.text(11));
    const std::string log = to_hex(query.text(12));
    return hash_of(RunFacts{.number = query.number(0),
                            .previous = previous,
                            .run_id = query.text(1),
                            .started_at = query.number(2),
                            .finished_at = query.number(3),
                            .next_due = query.optional_number(4),
                            .frame = rows_.texts[query.number(5)].hash,
                            .servers = rows_.texts[query.number(6)].hash,
                            .waivers = rows_.texts[query.number(7)].hash,
                            .remarks = remarks ? std::optional(rows_.texts[*remarks].hash) : std::nullopt,
                            .stacks = states.digest(),
                            .checkpoint = checkpoint ? std::optional(checkpoints_[*checkpoint]) : std::nullopt,
                            .memory = memory.empty() ? std::nullopt : std::optional(memory),
                            .log = log.empty() ? std::nullopt : std::optional(log)});
}

// What had been written by then is still in the log of writes; a log that is broken says so itself.
bool Prover::log_holds(RunNumber number, const Statement& query) {
    const std::string log = to_hex(query.text(12));
    if (log.empty() || log_.broken || log_.hashes.contains(log)) return true;
    return broken(number, "entries of the log of writes that were there then are gone");
}

bool Prover::run_holds(const Statement& query, std::string& previous) {
    const RunNumber number = query.number(0);
    const RunNumber expected = found_.runs == 0 ? number : found_.last + 1;
    if (found_.runs == 0) {
        found_.first = number;
        previous = hash_before(number);
        if (previous.empty()) return broken(number, "the runs before it are gone, and no checkpoint stands for them");
    }
    if (number != expected) return broken(expected, "it is not there");
    if (!texts_hold(number, query) || !spells_hold(number, query.number(2))) return false;
    const std::string hash = hash_of_run(query, previous, now_);
    if (hash != to_hex(query.text(9))) return broken(number, "it, or the run before it, is not what was recorded");
    if (!log_holds(number, query)) return false;
    previous = found_.head = hash;
    found_.last = number;
    ++found_.runs;
    return true;
}

// How the ledger began is part of every report, whatever its period: the first run names it.
bool Prover::first_run_holds() {
    Statement query(database_, select_proved(database_) + "WHERE number = 1");
    if (found_.checkpoint || !query.step()) return true;
    StackStates states;
    for (auto one = rows_.starts.begin(); one != rows_.starts.upper_bound(1); ++one)
        states.put(one->second.stack, rows_.states[one->second.state].hash);
    if (hash_of_run(query, hash_of(found_.origin), states) == to_hex(query.text(9))) return true;
    return broken(1, "it, or how the ledger began, is not what was recorded");
}

// Nothing may speak of runs that are not there.
bool Prover::tail_holds() {
    for (const auto& [first, spell] : rows_.starts) {
        if (first > rows_.newest || spell.last_run > rows_.newest)
            return broken(rows_.newest + 1, "it is not there, but states of it are");
        if (spell.last_run < first) return broken(first, "a state ends in it before it began");
    }
    for (const auto& [key, stack] : rows_.stacks) {
        if (stack.first_run > rows_.newest)
            return broken(rows_.newest + 1, "it is not there, but a stack was first seen in it");
    }
    return true;
}

// What the newest run of each server left in its memory is there, and nothing else.
bool Prover::memory_holds() {
    std::set<std::string> told;
    Statement query(database_, select_proved(database_) + "WHERE number >= ? ORDER BY number DESC");
    query.bind(1, found_.first);
    Statement body(database_, "SELECT body FROM texts WHERE id = ?");
    while (query.step()) {
        body.reset();
        const auto servers =
            body.bind(1, query.number(6)).step() ? read_servers(body.text(0)) : std::vector<ServerResult>();
        const std::string digests = query.text(11);
        for (std::size_t i = 0; servers && i < servers->size(); ++i) {
            const std::string& name = servers->at(i).name;
            if (!told.insert(name).second) continue;
            if (digests.empty()) {
                found_.memory_unproven.push_back(name);
            } else if (digests.substr(i * digest_size, digest_size) == memory_digest(database_, name)) {
                found_.memory_proven.push_back(name);
            } else {
                return broken(query.number(0), fmt::format("the memory of server {} is not what it left", name));
            }
        }
    }
    return true;
}

// The whole log of writes, whatever the period; a broken run is told first.
Verification Prover::prove() {
    log_ = read_log_rows(database_);
    found_.log_entries = log_.entries.size();
    prove_runs();
    if (!log_.broken || !found_.proven()) return found_;
    found_.broken_entry = log_.broken;
    found_.problem = log_.problem;
    return found_;
}

void Prover::prove_runs() {
    if (!beginning_holds()) return;
    rows_ = read_proof_rows(database_, found_.checkpoint ? found_.checkpoint->last_pruned : 0);
    if (!tail_holds() || !first_run_holds()) return;
    Statement query(database_, select_proved(database_) +
                                   "WHERE number BETWEEN (SELECT min(number) FROM runs WHERE started_at >= ?1 AND "
                                   "started_at < ?2) AND (SELECT max(number) FROM runs WHERE started_at >= ?1 AND "
                                   "started_at < ?2) ORDER BY number");
    query.bind(1, period_.from).bind(2, period_.to);
    std::string previous;
    while (query.step()) {
        if (!run_holds(query, previous)) return;
    }
    if (found_.runs > 0 && found_.last == rows_.newest) memory_holds();
    std::ranges::sort(found_.memory_proven);
    std::ranges::sort(found_.memory_unproven);
}

std::string hash_of_carried(Database& database, RunNumber last_pruned, bool since) {
    std::vector<CarriedStack> stacks;
    std::vector<CarriedSpell> spells;
    const auto key_at = [](const Statement& row) {
        return StackKey{
            .server = row.text(0), .environment = row.text(1), .name = row.text(2), .ordinal = row.number(3)};
    };
    Statement sights(database, "SELECT server, environment, name, ordinal, first_run, first_seen FROM stacks "
                               "WHERE first_run <= ? ORDER BY server, environment, name, ordinal");
    sights.bind(1, last_pruned);
    while (sights.step()) {
        stacks.push_back({.stack = key_at(sights), .first_run = sights.number(4), .first_seen = sights.number(5)});
    }
    const char* which =
        since ? "k.first_run <= ? AND s.first_run = (SELECT min(first_run) FROM spells WHERE stack = k.id)"
              : "s.first_run <= ?";
    Statement carried(
        database, fmt::format("SELECT k.server, k.environment, k.name, k.ordinal, s.first_run, s.first_at, t.body, "
                              "s.since FROM spells s JOIN stacks k ON k.id = s.stack JOIN states t ON t.id = s.state "
                              "WHERE {} ORDER BY k.server, k.environment, k.name, k.ordinal, s.first_run",
                              which));
    carried.bind(1, last_pruned);
    while (carried.step()) {
        spells.push_back({.stack = key_at(carried),
                          .first_run = carried.number(4),
                          .first_at = carried.number(5),
                          .state = hash_of_text(carried.text(6)),
                          .since = since ? std::optional(carried.number(7)) : std::nullopt});
    }
    return hash_of(stacks, spells);
}

} // namespace

std::string hash_of_carried(Database& database, RunNumber last_pruned) {
    return hash_of_carried(database, last_pruned, true);
}

std::string hash_of_carried_before(Database& database, RunNumber last_pruned) {
    return hash_of_carried(database, last_pruned, false);
}

Result<Verification> SqliteLedger::verify(Period period) {
    Transaction transaction(*database_, Transaction::Kind::read);
    Verification found;
    if (!database_->failed()) found = Prover(*database_, period).prove();
    if (Result<void> done = transaction.commit(); !done) return while_doing("verifying the ledger", done.error());
    return found;
}

} // namespace mooring::ledger
