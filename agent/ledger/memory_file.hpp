// The memory as a JSON file with its key beside it: `--remember FILE.json` (FILE.json.key, 0600). A damaged one is an
// error, never an empty memory.
#pragma once

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "model/memory.hpp"

#include <filesystem>

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

} // namespace mooring::ledger
