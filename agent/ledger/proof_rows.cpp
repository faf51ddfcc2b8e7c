#include "ledger/proof_rows.hpp"

#include "ledger/chain.hpp"
#include "ledger/rows.hpp"
#include "ledger/state_json.hpp"

#include <algorithm>
#include <utility>

namespace mooring::ledger {
namespace {

constexpr std::string_view replaced = "\xEF\xBF\xBD"; // stands for bytes that were not UTF-8 when the body was written

struct ProvenState {
    ProvenBody body;
    std::string verdict;
};

std::string problem_of_state(const Statement& row, std::string_view body, const std::string& verdict,
                             std::string_view hash) {
    if (verdict.empty()) return "a state cannot be read";
    if (to_hex(row.text(2)) != hash) return "the hash beside a state is not that of the state";
    if (row.text(3) != verdict) return "the verdict beside a state is not that of the state";
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
        proven.verdict = state ? std::string(to_string(state->verdict)) : std::string();
        proven.body.hash = hash_of_text(body);
        proven.body.problem = problem_of_state(query, body, proven.verdict, proven.body.hash);
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

// By stack and time, so that each spell knows the one before.
void read_spells(Database& database, const std::map<std::int64_t, ProvenState>& states, ProofRows& rows) {
    Statement query(database, "SELECT k.server, k.environment, k.name, k.ordinal, s.first_run, s.last_run, s.first_at, "
                              "s.state, s.since FROM spells s JOIN stacks k ON k.id = s.stack ORDER BY s.stack, "
                              "s.first_run");
    SpellRow before;
    while (query.step()) {
        SpellRow row{.stack = key_at(query),
                     .first_run = query.number(4),
                     .last_run = query.optional_number(5).value_or(rows.newest),
                     .first_at = query.number(6),
                     .state = query.number(7),
                     .since = query.number(8)};
        const auto state = states.find(row.state);
        if (state != states.end()) row.verdict = state->second.verdict;
        StackRow& stack = rows.stacks[row.stack];
        const bool is_first = stack.first_spell == 0;
        if (is_first) stack.first_spell = row.first_run;
        row.right_since = row.first_at;
        if (is_first && stack.vouched) row.right_since = std::nullopt;
        if (!is_first && before.verdict == row.verdict) row.right_since = before.since;
        before = row;
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
