// Recording a run: what changed since the run before is written, and the run is chained to it.
#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "ledger/json.hpp"
#include "ledger/rows.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace mooring::ledger {
namespace {

// A spell that holds up to the newest run.
struct OpenSpell {
    std::int64_t stack = 0; // id of the stack's row
    std::string face;       // bytes
    std::string state_hash; // hex
};

std::map<StackKey, OpenSpell> read_open_spells(Database& database) {
    std::map<StackKey, OpenSpell> open;
    Statement query(database, "SELECT k.server, k.environment, k.name, k.ordinal, s.stack, t.face, t.hash "
                              "FROM spells s JOIN stacks k ON k.id = s.stack JOIN states t ON t.id = s.state "
                              "WHERE s.last_run IS NULL");
    while (query.step()) {
        StackKey key{
            .server = query.text(0), .environment = query.text(1), .name = query.text(2), .ordinal = query.number(3)};
        open[std::move(key)] = {.stack = query.number(4), .face = query.text(5), .state_hash = to_hex(query.text(6))};
    }
    return open;
}

std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()}; // NOLINT(*-reinterpret-cast): bytes are bytes
}

std::int64_t intern_stack(Database& database, const StackKey& key, RunNumber run, UnixSeconds now) {
    Statement query(database,
                    "SELECT id FROM stacks WHERE server = ? AND environment = ? AND name = ? AND ordinal = ?");
    query.bind(1, key.server).bind(2, key.environment).bind(3, key.name).bind(4, key.ordinal);
    if (query.step()) return query.number(0);
    Statement(database, "INSERT INTO stacks (server, environment, name, ordinal, first_seen, first_run) "
                        "VALUES (?, ?, ?, ?, ?, ?)")
        .bind(1, key.server)
        .bind(2, key.environment)
        .bind(3, key.name)
        .bind(4, key.ordinal)
        .bind(5, now)
        .bind(6, run)
        .run();
    return database.last_row();
}

std::int64_t intern_state(Database& database, const StackResult& result, std::string_view face, std::string_view body,
                          std::string_view hash) {
    const std::string bytes = from_hex(hash);
    Statement query(database, "SELECT id FROM states WHERE hash = ?");
    if (query.bind_bytes(1, bytes).step()) return query.number(0);
    Statement(database, "INSERT INTO states (hash, face, verdict, body) VALUES (?, ?, ?, ?)")
        .bind_bytes(1, bytes)
        .bind_bytes(2, face)
        .bind(3, to_string(result.verdict))
        .bind(4, body)
        .run();
    return database.last_row();
}

// Since when the stack is what it is (model/memory.hpp): the last spell that says so has the answer, looking past those
// that say nothing about it.
UnixSeconds since_when(Database& database, std::int64_t stack, const Word& word, UnixSeconds now) {
    Statement query(database, "SELECT t.body, s.since FROM spells s JOIN states t ON t.id = s.state "
                              "WHERE s.stack = ? ORDER BY s.first_run DESC");
    query.bind(1, stack);
    while (query.step()) {
        const auto state = read_state(query.text(0));
        const Bond found = state ? bond(word_of(*state), word) : Bond::other;
        if (found == Bond::same) return query.number(1);
        if (found == Bond::other) break;
    }
    return now;
}

// One run on its way into the tables.
class Recording {
  public:
    Recording(Database& database, const NewRun& run)
        : database_(database), run_(run), head_(read_head(database)), open_(read_open_spells(database)) {}

    Recorded record();

  private:
    RunNumber number() const { return head_.number + 1; }
    UnixSeconds now() const { return run_.report.started_at; }
    bool is_about(const std::string& server) const;
    void record_stacks();
    void record_stack(const StackKey& key, const StackResult& result);
    void record_place(const StackResult& result);
    void close_spell(const OpenSpell& spell);
    std::pair<std::int64_t, std::string> text(const std::string& body);
    std::string record_memory();
    Diagnostics remarks() const;
    std::string insert_run(const std::string& memory);

    Database& database_;
    const NewRun& run_;
    Head head_;
    std::map<StackKey, OpenSpell> open_; // those of the run before that this run has not come to yet
    StackStates states_;
    std::map<std::string, std::string> places_; // of manifests, as they were named
    std::size_t new_states_ = 0;
};

void Recording::close_spell(const OpenSpell& spell) {
    Statement(database_, "UPDATE spells SET last_run = ? WHERE stack = ? AND last_run IS NULL")
        .bind(1, head_.number)
        .bind(2, spell.stack)
        .run();
}

void Recording::record_stack(const StackKey& key, const StackResult& result) {
    const Digest face = face_of(result);
    const auto known = open_.find(key);
    if (known != open_.end()) {
        const OpenSpell spell = std::move(known->second);
        open_.erase(known);
        if (spell.face == bytes_of(face)) return states_.put(key, spell.state_hash);
        close_spell(spell);
    }
    ++new_states_;
    const std::string body = write_state(result);
    const std::string hash = hash_of_text(body);
    const std::int64_t stack = intern_stack(database_, key, number(), now());
    const std::int64_t state = intern_state(database_, result, bytes_of(face), body, hash);
    const UnixSeconds since = since_when(database_, stack, word_of(result), now());
    Statement(database_, "INSERT INTO spells (stack, first_run, last_run, first_at, state, since) "
                         "VALUES (?, ?, NULL, ?, ?, ?)")
        .bind(1, stack)
        .bind(2, number())
        .bind(3, now())
        .bind(4, state)
        .bind(5, since)
        .run();
    states_.put(key, hash);
}

bool Recording::is_about(const std::string& server) const {
    return std::ranges::any_of(run_.report.servers, [&](const ServerResult& one) { return one.name == server; });
}

// Also where the spell goes on: a manifest may have moved to another folder without a difference. An undeclared stack's
// `where` is its Scope.
void Recording::record_place(const StackResult& result) {
    const auto server = std::ranges::find(run_.report.servers, result.server, &ServerResult::name);
    const bool declared = result.id && result.verdict != Verdict::extra && !result.where.file.empty();
    if (!declared || server == run_.report.servers.end() || server->instance_id.empty()) return;
    const std::string instance = to_lower(server->instance_id);
    std::string& place = places_[result.where.file];
    if (place.empty()) place = mask_text(real_path(result.where.file).string());
    Statement known(database_, "SELECT 1 FROM declared_places WHERE server = ? AND instance_id = ? AND id = ? AND "
                               "place = ?");
    if (known.bind(1, result.server).bind(2, instance).bind(3, *result.id).bind(4, place).step()) return;
    Statement(database_, "INSERT OR REPLACE INTO declared_places (server, instance_id, id, place) VALUES (?, ?, ?, ?)")
        .bind(1, result.server)
        .bind(2, instance)
        .bind(3, *result.id)
        .bind(4, place)
        .run();
}

void Recording::record_stacks() {
    std::map<StackKey, std::int64_t> seen;
    for (const StackResult& result : run_.report.stacks) {
        StackKey key = key_of(result);
        key.ordinal = seen[key]++;
        record_stack(key, result);
        record_place(result);
    }
    for (const auto& [key, spell] : open_) {
        if (is_about(key.server))
            close_spell(spell); // not judged in this run
        else
            states_.put(key, spell.state_hash); // a run of other servers: what is known of this one stays
    }
}

std::pair<std::int64_t, std::string> Recording::text(const std::string& body) {
    std::string hash = hash_of_text(body);
    const std::int64_t id = intern_text(database_, body, hash);
    return {id, std::move(hash)};
}

// The digests of its servers' memory, in their order. A server that was not judged keeps what is remembered of it.
std::string Recording::record_memory() {
    static const ServerMemory none;
    const auto of = [](const Memory& memory, const std::string& server) -> const ServerMemory* {
        const auto found = memory.servers.find(server);
        return found == memory.servers.end() ? nullptr : &found->second;
    };
    std::string digests;
    for (const ServerResult& server : run_.report.servers) {
        const ServerMemory* before = of(run_.before, server.name);
        const ServerMemory* after = of(run_.memory, server.name);
        digests += after == nullptr
                       ? memory_digest(database_, server.name)
                       : merge_memory_rows(database_, server.name, before == nullptr ? none : *before, *after);
    }
    return digests;
}

Diagnostics Recording::remarks() const {
    Diagnostics all = run_.report.diagnostics;
    if (now() >= head_.started_at) return all;
    all.push_back({.severity = Severity::warning,
                   .code = "clock-went-back",
                   .message = fmt::format("the clock went back: this run began on {}, run {} before it on {}",
                                          format_utc(now()), head_.number, format_utc(head_.started_at)),
                   .suggestion = "check this machine's clock; times of the runs between are not to be relied on"});
    return all;
}

std::string Recording::insert_run(const std::string& memory) {
    const Report& report = run_.report;
    const auto frame = text(write_frame({.mooring_version = report.mooring_version,
                                         .trigger = run_.trigger,
                                         .partial = report.partial,
                                         .exit_code = report.exit_code,
                                         .summary = report.summary}));
    const auto servers = text(write_servers(report.servers));
    const auto waivers = text(write_waivers(run_.waivers));
    std::optional<std::pair<std::int64_t, std::string>> remarks;
    if (const Diagnostics all = this->remarks(); !all.empty()) remarks = text(write_remarks(all));
    const auto checkpoint = newest_checkpoint(database_);
    const std::string log = newest_log_hash(database_);
    std::string hash =
        hash_of(RunFacts{.number = number(),
                         .previous = head_.hash,
                         .run_id = report.run_id,
                         .started_at = report.started_at,
                         .finished_at = report.finished_at,
                         .next_due = run_.next_due,
                         .frame = frame.second,
                         .servers = servers.second,
                         .waivers = waivers.second,
                         .remarks = remarks ? std::optional(remarks->second) : std::nullopt,
                         .stacks = states_.digest(),
                         .checkpoint = checkpoint ? std::optional(checkpoint->checkpoint.hash) : std::nullopt,
                         .memory = memory.empty() ? std::nullopt : std::optional(to_hex(memory)),
                         .log = log.empty() ? std::nullopt : std::optional(to_hex(log))});
    Statement row(database_, "INSERT INTO runs (number, run_id, started_at, finished_at, next_due, frame, servers, "
                             "waivers, checkpoint, hash, remarks, memory, log) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    row.bind(1, number()).bind(2, report.run_id).bind(3, report.started_at).bind(4, report.finished_at);
    row.bind(5, run_.next_due).bind(6, frame.first).bind(7, servers.first).bind(8, waivers.first);
    row.bind(9, checkpoint ? std::optional(checkpoint->id) : std::nullopt).bind_bytes(10, from_hex(hash));
    row.bind(11, remarks ? std::optional(remarks->first) : std::nullopt).bind_bytes(12, memory);
    if (log.empty())
        row.bind_null(13);
    else
        row.bind_bytes(13, log);
    row.run();
    return hash;
}

Recorded Recording::record() {
    record_stacks();
    std::string hash = insert_run(record_memory());
    return {.number = number(), .hash = std::move(hash), .new_states = new_states_};
}

} // namespace

StackKey key_of(const StackResult& result) {
    std::string environment = result.environment_name;
    if (environment.empty()) environment = result.environment_id ? "#" + std::to_string(*result.environment_id) : "?";
    return {.server = result.server, .environment = std::move(environment), .name = result.name};
}

Result<Recorded> SqliteLedger::record_run(const NewRun& run) {
    Transaction transaction(*database_, Transaction::Kind::write);
    Recorded recorded;
    if (!database_->failed()) recorded = Recording(*database_, run).record();
    if (Result<void> done = transaction.commit(); !done) return while_doing("recording the run", done.error());
    return recorded;
}

Result<DeclaredPlaces> SqliteLedger::declared_places() {
    DeclaredPlaces places;
    Transaction transaction(*database_, Transaction::Kind::read);
    if (!database_->failed() && has_column(*database_, "declared_places", "place")) {
        Statement query(*database_, "SELECT server, instance_id, id, place FROM declared_places");
        while (query.step()) places[{query.text(0), query.text(1), query.number(2)}] = query.text(3);
    }
    if (Result<void> done = transaction.commit(); !done)
        return while_doing("reading where manifests lie", done.error());
    return places;
}

} // namespace mooring::ledger
