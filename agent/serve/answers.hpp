// The agent's API as JSON (schema/openapi.yaml). Pure.
#pragma once

#include "ledger/entries.hpp"
#include "serve/board.hpp"

#include <map>
#include <string>
#include <vector>

namespace mooring::serve {

// {"summary", "health", "servers", "stacks"}; stacks as in a report, with their counts. Query: server, environment,
// verdict narrow the stacks, not the summary.
std::string stacks_json(const Board& board, const std::map<std::string, std::string>& query, UnixSeconds now);

// {"servers": [...]}: what the agent would do with each, what it did, and why it does not. Query: server.
std::string plan_json(const Board& board, const std::map<std::string, std::string>& query);

// One stack with its history, newest spell first; "" when the board does not show it and the history is empty.
std::string stack_json(const Board& board, const StackKey& key, const std::vector<ledger::Spell>& history,
                       UnixSeconds now);

// {"runs": [...]}, newest first, and what is under way.
std::string runs_json(const Board& board, const std::vector<ledger::Run>& runs);

// {"status": "ok"} and the like: {"status", "reason"}.
std::string status_json(std::string_view status, std::string_view reason);

// The view of a stack; nullptr if the board does not show it.
const StackView* find_stack(const Board& board, const StackKey& key);

// "in_sync", "drift", ...: the word of a board's health in the API.
std::string_view to_string(Health health);

} // namespace mooring::serve
