// What the newest checkpoint carries over, as it stands in the rows now. Private to this folder.
#pragma once

#include "ledger/database.hpp"
#include "ledger/entries.hpp"

#include <string>

namespace mooring::ledger {

// Hex. Recomputed from the bodies of the states, so that it proves them.
std::string hash_of_carried(Database& database, RunNumber last_pruned);

} // namespace mooring::ledger
