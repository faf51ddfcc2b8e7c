// What the newest checkpoint carries over, as it stands in the rows now. Private to this folder.
#pragma once

#include "ledger/database.hpp"
#include "ledger/entries.hpp"

#include <string>

namespace mooring::ledger {

// Hex. Recomputed from the bodies of the states, so that it proves them. It covers the first sight of every stack that
// was seen in runs that were pruned, and its first spell that is left.
std::string hash_of_carried(Database& database, RunNumber last_pruned);
// As the checkpoints of Mooring 0.1.0 have it: spells that go on, without `since`.
std::string hash_of_carried_before(Database& database, RunNumber last_pruned);

} // namespace mooring::ledger
