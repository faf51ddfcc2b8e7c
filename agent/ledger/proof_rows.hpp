// What proving the chain reads: every row, with what is derived in it recomputed from what the chain covers. Private to
// this folder.
#pragma once

#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "model/since.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::ledger {

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
