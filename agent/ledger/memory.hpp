// The memory as a JSON file with its key beside it: `--remember FILE.json` (FILE.json.key, 0600). A damaged one is an
// error, never an empty memory.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "model/memory.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace mooring::ledger {

struct LoadedMemory {
    Memory memory;
    Secret key;              // 32 bytes; empty when the key file could not be made: then nothing is skipped
    Diagnostics diagnostics; // a key file readable by others, ...
};

// Reads FILE and FILE.key. A file that is not there is an empty memory, and a new key is made; a damaged, too large or
// unreadable one is an error of the kind invalid_input (exit 65). A missing key beside an existing file makes a new key
// and drops the digests, with a diagnostic.
Result<LoadedMemory> load_memory(const std::filesystem::path& file);

// Writes FILE atomically (0600). An error leaves the old file as it was.
Result<void> save_memory(const std::filesystem::path& file, const Memory& memory);
// The same with what a run changed of its servers' memory, from `before` to `after`: what others wrote meanwhile stays.
// Writers of one file wait for each other.
Result<void> update_memory(const std::filesystem::path& file, const Memory& before, const Memory& after);

// What becomes of a server's memory when several runs write it (design §3.2 "Memory"): each brings its own changes, and
// nothing that another one wrote meanwhile is lost. Pure. Private to this folder.

// `now` (what is kept) after a run that read `before` and left `after`. What both changed: whatever was seen or
// declared later counts; an absence that either saw ended has ended; what either still needs is not forgotten. A memory
// of another database (InstanceID) is never mixed in.
ServerMemory merge_memory(const ServerMemory& before, const ServerMemory& after, ServerMemory now);

// The memory as rows. Only what differs from the rows is written. Private to this folder.

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

// What the newest checkpoint carries over, as it stands in the rows now. Private to this folder.

// Hex. Recomputed from the bodies of the states, so that it proves them. It covers the first sight of every stack that
// was seen in runs that were pruned, and its first spell that is left.
std::string hash_of_carried(Database& database, RunNumber last_pruned);
// As the checkpoints of Mooring 0.1.0 have it: spells that go on, without `since`.
std::string hash_of_carried_before(Database& database, RunNumber last_pruned);

} // namespace mooring::ledger
