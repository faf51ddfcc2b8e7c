#include "ledger/proof_rows.hpp"

#include "ledger/chain.hpp"
#include "ledger/rows.hpp"
#include "ledger/state_json.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace mooring::ledger {
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

// Since when `row` must stand by the rule (model/since.hpp), of which `before` are the spells of its stack that are
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
