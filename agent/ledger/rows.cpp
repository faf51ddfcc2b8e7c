#include "ledger/rows.hpp"

#include "ledger/chain.hpp"
#include "ledger/state_json.hpp"

#include <fmt/format.h>

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

Origin read_origin(Database& database) {
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

} // namespace mooring::ledger
