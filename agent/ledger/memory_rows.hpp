// The memory as rows. Only what differs from the rows is written. Private to this folder.
#pragma once

#include "ledger/database.hpp"
#include "model/memory.hpp"

#include <cstddef>
#include <string>

namespace mooring::ledger {

// All inside a transaction; failures are kept by the database.
Memory read_memory_rows(Database& database);
// Of one server; an empty one if nothing is known of it.
ServerMemory read_memory_rows(Database& database, const std::string& server);
void write_memory_rows(Database& database, const Memory& memory);
// What a run changed of one server's memory, from `before` to `after`, into what the rows hold now. Returns the digest.
std::string merge_memory_rows(Database& database, const std::string& server, const ServerMemory& before,
                              const ServerMemory& after);

// What a run carries of a server's memory: SHA-256, as bytes, of what the rows of the server say.
inline constexpr std::size_t digest_size = 32;
std::string digest_of(const ServerMemory& memory);
std::string memory_digest(Database& database, const std::string& server);

} // namespace mooring::ledger
