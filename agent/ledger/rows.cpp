#include "ledger/rows.hpp"

#include "ledger/entries.hpp"
#include "ledger/json.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
#include <utility>

namespace mooring::ledger {

std::string to_hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char byte : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
    return out;
}

std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return out;
}

LedgerStart read_origin(Database& database) {
    Statement query(database, "SELECT at, reason, set_aside FROM origin");
    if (!query.step()) {
        database.complain("it does not say how it begins");
        return {};
    }
    return {.at = query.number(0), .reason = query.text(1), .set_aside = query.text(2)};
}

std::optional<CheckpointRow> newest_checkpoint(Database& database) {
    Statement query(database, "SELECT id, last_pruned, last_started_at, pruned_at, run_hash, hash, carried FROM "
                              "checkpoints ORDER BY id DESC LIMIT 1");
    if (!query.step()) return std::nullopt;
    return CheckpointRow{.id = query.number(0),
                         .checkpoint = {.last_pruned = query.number(1),
                                        .last_started_at = query.number(2),
                                        .pruned_at = query.number(3),
                                        .run_hash = to_hex(query.text(4)),
                                        .hash = to_hex(query.text(5))},
                         .carried = to_hex(query.text(6))};
}

Head read_head(Database& database) {
    Statement query(database, "SELECT number, hash, started_at FROM runs ORDER BY number DESC LIMIT 1");
    if (query.step()) return {.number = query.number(0), .hash = to_hex(query.text(1)), .started_at = query.number(2)};
    return {.number = 0, .hash = hash_of(read_origin(database))};
}

std::int64_t intern_text(Database& database, std::string_view body, std::string_view hash) {
    const std::string bytes = from_hex(hash);
    Statement query(database, "SELECT id FROM texts WHERE hash = ?");
    if (query.bind_bytes(1, bytes).step()) return query.number(0);
    Statement(database, "INSERT INTO texts (hash, body) VALUES (?, ?)").bind_bytes(1, bytes).bind(2, body).run();
    return database.last_row();
}

SpellReader::SpellReader(Database& database)
    : database_(database), body_(database, "SELECT body FROM states WHERE id = ?") {}

std::shared_ptr<const StackResult> SpellReader::state(std::int64_t id, const StackKey& stack) {
    std::shared_ptr<const StackResult>& known = states_[id];
    // Several stacks can have the same state, but a state carries its stack's name.
    if (known && known->server == stack.server && known->name == stack.name) return known;
    auto state = std::make_shared<StackResult>();
    body_.reset();
    if (body_.bind(1, id).step()) {
        auto read = read_state(body_.text(0));
        if (!read) database_.complain(read.error());
        if (read) *state = *std::move(read);
    } else {
        database_.complain("a spell has no state");
    }
    state->server = stack.server;
    state->name = stack.name;
    known = state;
    return known;
}

Spell SpellReader::read(const Statement& query) {
    StackKey stack{
        .server = query.text(0), .environment = query.text(1), .name = query.text(2), .ordinal = query.number(3)};
    auto known = state(query.number(7), stack);
    return {.stack = std::move(stack),
            .first_run = query.number(4),
            .last_run = query.number(5),
            .first_at = query.number(6),
            .last_at = 0,
            .state = std::move(known)};
}

namespace {

constexpr std::string_view replaced = "\xEF\xBF\xBD"; // stands for bytes that were not UTF-8 when the body was written

struct ProvenState {
    ProvenBody body;
    std::optional<Word> word; // nullopt: the body cannot be read
};

std::string problem_of_state(const Statement& row, std::string_view body, const std::optional<Word>& word,
                             std::string_view hash) {
    if (!word) return "a state cannot be read";
    if (to_hex(row.text(2)) != hash) return "the hash beside a state is not that of the state";
    if (row.text(3) != to_string(word->verdict)) return "the verdict beside a state is not that of the state";
    if (body.find(replaced) != std::string_view::npos) return {}; // the face was made of the bytes themselves
    const auto is = [&](Faces faces) {
        const auto face = face_of_body(body, faces);
        return face && row.text(4) == std::string(face->begin(), face->end());
    };
    return is(Faces::lasting) || is(Faces::of_0_1_0) ? std::string()
                                                     : "the digest beside a state is not that of the state";
}

std::map<std::int64_t, ProvenState> read_states(Database& database) {
    std::map<std::int64_t, ProvenState> states;
    Statement query(database, "SELECT id, body, hash, verdict, face FROM states");
    while (query.step()) {
        const std::string body = query.text(1);
        const auto state = read_state(body);
        ProvenState& proven = states[query.number(0)];
        if (state) proven.word = word_of(*state);
        proven.body.hash = hash_of_text(body);
        proven.body.problem = problem_of_state(query, body, proven.word, proven.body.hash);
    }
    return states;
}

void read_texts(Database& database, ProofRows& rows) {
    Statement query(database, "SELECT id, body, hash FROM texts");
    while (query.step()) {
        ProvenBody& text = rows.texts[query.number(0)];
        text.hash = hash_of_text(query.text(1));
        if (to_hex(query.text(2)) != text.hash) text.problem = "the hash beside a text is not that of the text";
    }
}

StackKey key_at(const Statement& query) {
    return {.server = query.text(0), .environment = query.text(1), .name = query.text(2), .ordinal = query.number(3)};
}

void read_stacks(Database& database, RunNumber last_pruned, ProofRows& rows) {
    Statement query(database, "SELECT server, environment, name, ordinal, first_run, first_seen FROM stacks");
    while (query.step()) {
        const RunNumber first = query.number(4);
        rows.stacks[key_at(query)] = {
            .first_run = first, .first_seen = query.number(5), .first_spell = 0, .vouched = first <= last_pruned};
    }
}

// Since when `row` must stand by the rule (model/memory.hpp), of which `before` are the spells of its stack that are
// left; nullopt: none of them says anything about it.
std::optional<UnixSeconds> began(const std::vector<SpellRow>& before, const SpellRow& row) {
    for (const SpellRow& one : before | std::views::reverse) {
        const Bond found = one.word && row.word ? bond(*one.word, *row.word) : Bond::other;
        if (found == Bond::same) return one.since;
        if (found == Bond::other) return row.first_at;
    }
    return std::nullopt;
}

// As Mooring up to 0.1.0 counted, whose rows stay: an unbroken row of spells with one verdict.
UnixSeconds began_by_0_1_0(const std::vector<SpellRow>& before, const SpellRow& row) {
    const bool same =
        !before.empty() && before.back().word && row.word && before.back().word->verdict == row.word->verdict;
    return same ? before.back().since : row.first_at;
}

// `pruned`: the stack was judged in runs that are gone. A checkpoint vouches for its first row that is left; what comes
// after it may have begun before, if nothing that is left speaks against it.
bool since_holds(const std::vector<SpellRow>& before, const SpellRow& row, bool pruned) {
    if (row.since == began_by_0_1_0(before, row)) return true;
    const auto right = began(before, row);
    if (right || !pruned) return row.since == right.value_or(row.first_at);
    return before.empty() || row.since <= before.front().first_at;
}

// By stack and time, so that each spell knows those before.
void read_spells(Database& database, const std::map<std::int64_t, ProvenState>& states, ProofRows& rows) {
    Statement query(database, "SELECT k.server, k.environment, k.name, k.ordinal, s.first_run, s.last_run, s.first_at, "
                              "s.state, s.since FROM spells s JOIN stacks k ON k.id = s.stack ORDER BY s.stack, "
                              "s.first_run");
    std::vector<SpellRow> before; // of the same stack
    while (query.step()) {
        SpellRow row{.stack = key_at(query),
                     .first_run = query.number(4),
                     .last_run = query.optional_number(5).value_or(rows.newest),
                     .first_at = query.number(6),
                     .state = query.number(7),
                     .since = query.number(8),
                     .word = {}};
        const auto state = states.find(row.state);
        if (state != states.end()) row.word = state->second.word;
        StackRow& stack = rows.stacks[row.stack];
        if (stack.first_spell == 0) {
            stack.first_spell = row.first_run;
            before.clear();
        }
        row.since_holds = since_holds(before, row, stack.vouched);
        before.push_back(row);
        rows.ends.emplace(row.last_run, row.stack);
        rows.starts.emplace(row.first_run, std::move(row));
    }
}

} // namespace

ProofRows read_proof_rows(Database& database, RunNumber last_pruned) {
    ProofRows rows;
    rows.newest = read_head(database).number;
    read_texts(database, rows);
    const auto states = read_states(database);
    for (const auto& [id, state] : states) rows.states[id] = state.body;
    read_stacks(database, last_pruned, rows);
    read_spells(database, states, rows);
    return rows;
}

} // namespace mooring::ledger
