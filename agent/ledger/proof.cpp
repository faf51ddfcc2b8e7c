// Proving the chain: every hash is recomputed from the rows, none that is stored beside them is believed.
#include "ledger/carried.hpp"
#include "ledger/chain.hpp"
#include "ledger/migrations.hpp"
#include "ledger/rows.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace mooring::ledger {
namespace {

using Hashes = std::map<std::int64_t, std::string>; // row id -> hex, recomputed

Hashes recompute(Database& database, std::string_view sql) {
    Hashes hashes;
    Statement query(database, sql);
    while (query.step()) hashes[query.number(0)] = hash_of_text(query.text(1));
    return hashes;
}

StackKey key_at(const Statement& query) {
    return {.server = query.text(0), .environment = query.text(1), .name = query.text(2), .ordinal = query.number(3)};
}

struct SpellRow {
    StackKey stack;
    RunNumber first_run = 0;
    RunNumber last_run = 0; // of an open one: the newest run
    UnixSeconds first_at = 0;
    std::int64_t state = 0;
};

// A stack's first sight must be that of its first spell, unless a checkpoint vouches for it.
struct StackRow {
    StackKey stack;
    RunNumber first_run = 0;
    UnixSeconds first_seen = 0;
};

class Proof {
  public:
    Proof(Database& database, Period period) : database_(database), period_(period) {}

    Verification prove();

  private:
    void load();
    bool beginning_holds();
    bool run_holds(const Statement& query, std::string& previous);
    bool spells_hold(RunNumber number, UnixSeconds started_at);
    bool tail_holds();
    std::string hash_before(RunNumber number);
    bool broken(RunNumber number, std::string problem);

    Database& database_;
    Period period_;
    Verification found_;
    Hashes texts_;
    Hashes states_;
    Hashes checkpoints_;
    std::multimap<RunNumber, SpellRow> starts_;
    std::multimap<RunNumber, StackKey> ends_;
    std::map<StackKey, StackRow> stacks_;
    StackStates now_;
    RunNumber newest_ = 0;
};

bool Proof::broken(RunNumber number, std::string problem) {
    found_.broken = number;
    found_.problem = std::move(problem);
    return false;
}

void Proof::load() {
    newest_ = read_head(database_).number;
    texts_ = recompute(database_, "SELECT id, body FROM texts");
    states_ = recompute(database_, "SELECT id, body FROM states");
    Statement spells(database_, "SELECT k.server, k.environment, k.name, k.ordinal, s.first_run, s.last_run, "
                                "s.first_at, s.state FROM spells s JOIN stacks k ON k.id = s.stack");
    while (spells.step()) {
        SpellRow row{.stack = key_at(spells),
                     .first_run = spells.number(4),
                     .last_run = spells.optional_number(5).value_or(newest_),
                     .first_at = spells.number(6),
                     .state = spells.number(7)};
        ends_.emplace(row.last_run, row.stack);
        starts_.emplace(row.first_run, std::move(row));
    }
    Statement stacks(database_, "SELECT server, environment, name, ordinal, first_run, first_seen FROM stacks");
    while (stacks.step()) {
        const StackKey key = key_at(stacks);
        stacks_[key] = {.stack = key, .first_run = stacks.number(4), .first_seen = stacks.number(5)};
    }
}

// Origin and checkpoints, oldest first; the newest must carry what the rows have.
bool Proof::beginning_holds() {
    found_.origin = read_origin(database_);
    std::string previous;
    Statement query(database_, "SELECT id, last_pruned, last_started_at, pruned_at, run_hash, hash, carried FROM "
                               "checkpoints ORDER BY id");
    std::string carried;
    while (query.step()) {
        Checkpoint checkpoint{.last_pruned = query.number(1),
                              .last_started_at = query.number(2),
                              .pruned_at = query.number(3),
                              .run_hash = to_hex(query.text(4)),
                              .hash = {}};
        carried = to_hex(query.text(6));
        checkpoint.hash = hash_of(checkpoint, previous, carried);
        if (checkpoint.hash != to_hex(query.text(5)))
            return broken(checkpoint.last_pruned + 1, "the checkpoint before it is not what was recorded");
        checkpoints_[query.number(0)] = previous = checkpoint.hash;
        found_.checkpoint = checkpoint;
    }
    if (!found_.checkpoint) return true;
    const RunNumber pruned = found_.checkpoint->last_pruned;
    if (carried == hash_of_carried(database_, pruned)) return true;
    return broken(pruned + 1, "what its checkpoint carries over is not what was recorded");
}

// What a run that has this number must follow; "" if nothing that is left says so.
std::string Proof::hash_before(RunNumber number) {
    Statement query(database_, "SELECT hash FROM runs WHERE number = ?");
    if (query.bind(1, number - 1).step()) return to_hex(query.text(0));
    if (found_.checkpoint) {
        return found_.checkpoint->last_pruned == number - 1 ? found_.checkpoint->run_hash : std::string();
    }
    return number == 1 ? hash_of(found_.origin) : std::string();
}

// Moves the states on to this run.
bool Proof::spells_hold(RunNumber number, UnixSeconds started_at) {
    const bool at_first = number == found_.first;
    if (!at_first) {
        const auto [from, to] = ends_.equal_range(number - 1);
        for (auto one = from; one != to; ++one) now_.remove(one->second);
    }
    const auto from = at_first ? starts_.begin() : starts_.lower_bound(number);
    for (auto one = from; one != starts_.upper_bound(number); ++one) {
        const SpellRow& spell = one->second;
        if (spell.last_run < number) continue;
        if (now_.contains(spell.stack)) return broken(number, "a stack has two states in it");
        if (spell.first_run == number && spell.first_at != started_at)
            return broken(number, "a state says that it began at another time");
        const StackRow& stack = stacks_[spell.stack];
        const bool vouched = found_.checkpoint && stack.first_run <= found_.checkpoint->last_pruned;
        if (!vouched && stack.first_run == number && stack.first_seen != started_at)
            return broken(number, "a stack says that it was first seen at another time");
        if (!vouched && stack.first_run > spell.first_run)
            return broken(number, "a stack says that it was first seen later");
        now_.put(spell.stack, states_[spell.state]);
    }
    return true;
}

bool Proof::run_holds(const Statement& query, std::string& previous) {
    const RunNumber number = query.number(0);
    const RunNumber expected = found_.runs == 0 ? number : found_.last + 1;
    if (found_.runs == 0) {
        found_.first = number;
        previous = hash_before(number);
        if (previous.empty()) return broken(number, "the runs before it are gone, and no checkpoint stands for them");
    }
    if (number != expected) return broken(expected, "it is not there");
    if (!spells_hold(number, query.number(2))) return false;
    const auto checkpoint = query.optional_number(8);
    const auto remarks = query.optional_number(10);
    const std::string hash =
        hash_of(RunFacts{.number = number,
                         .previous = previous,
                         .run_id = query.text(1),
                         .started_at = query.number(2),
                         .finished_at = query.number(3),
                         .next_due = query.optional_number(4),
                         .frame = texts_[query.number(5)],
                         .servers = texts_[query.number(6)],
                         .waivers = texts_[query.number(7)],
                         .remarks = remarks ? std::optional(texts_[*remarks]) : std::nullopt,
                         .stacks = now_.digest(),
                         .checkpoint = checkpoint ? std::optional(checkpoints_[*checkpoint]) : std::nullopt});
    if (hash != to_hex(query.text(9))) return broken(number, "it, or the run before it, is not what was recorded");
    previous = found_.head = hash;
    found_.last = number;
    ++found_.runs;
    return true;
}

// Nothing may speak of runs that are not there.
bool Proof::tail_holds() {
    for (const auto& [first, spell] : starts_) {
        if (first > newest_ || spell.last_run > newest_ || spell.last_run < first)
            return broken(newest_ + 1, "it is not there, but states of it are");
    }
    for (const auto& [key, stack] : stacks_) {
        if (stack.first_run > newest_) return broken(newest_ + 1, "it is not there, but a stack was first seen in it");
    }
    return true;
}

Verification Proof::prove() {
    load();
    if (!beginning_holds() || !tail_holds()) return found_;
    Statement query(database_, "SELECT number, run_id, started_at, finished_at, next_due, frame, servers, waivers, "
                               "checkpoint, hash, " +
                                   remarks_column(database_) +
                                   " FROM runs WHERE number BETWEEN (SELECT min(number) FROM runs WHERE "
                                   "started_at >= ?1 AND started_at < ?2) AND (SELECT max(number) FROM runs WHERE "
                                   "started_at >= ?1 AND started_at < ?2) ORDER BY number");
    query.bind(1, period_.from).bind(2, period_.to);
    std::string previous;
    while (query.step()) {
        if (!run_holds(query, previous)) break;
    }
    return found_;
}

} // namespace

std::string hash_of_carried(Database& database, RunNumber last_pruned) {
    std::vector<CarriedStack> stacks;
    Statement sights(database, "SELECT server, environment, name, ordinal, first_run, first_seen FROM stacks "
                               "WHERE first_run <= ? ORDER BY server, environment, name, ordinal");
    sights.bind(1, last_pruned);
    while (sights.step()) {
        stacks.push_back({.stack = key_at(sights), .first_run = sights.number(4), .first_seen = sights.number(5)});
    }
    std::vector<CarriedSpell> spells;
    Statement carried(database,
                      "SELECT k.server, k.environment, k.name, k.ordinal, s.first_run, s.first_at, t.body "
                      "FROM spells s JOIN stacks k ON k.id = s.stack JOIN states t ON t.id = s.state "
                      "WHERE s.first_run <= ? ORDER BY k.server, k.environment, k.name, k.ordinal, s.first_run");
    carried.bind(1, last_pruned);
    while (carried.step()) {
        spells.push_back({.stack = key_at(carried),
                          .first_run = carried.number(4),
                          .first_at = carried.number(5),
                          .state = hash_of_text(carried.text(6))});
    }
    return hash_of(stacks, spells);
}

Result<Verification> SqliteLedger::verify(Period period) {
    Transaction transaction(*database_, Transaction::Kind::read);
    Verification found;
    if (!database_->failed()) found = Proof(*database_, period).prove();
    if (Result<void> done = transaction.commit(); !done) return while_doing("verifying the ledger", done.error());
    return found;
}

} // namespace mooring::ledger
