// The memory as rows. Only what differs from the rows is written. Private to this folder.
#pragma once

#include "ledger/database.hpp"
#include "model/memory.hpp"

namespace mooring::ledger {

// Both inside a transaction; failures are kept by the database.
Memory read_memory_rows(Database& database);
void write_memory_rows(Database& database, const Memory& memory);

} // namespace mooring::ledger
