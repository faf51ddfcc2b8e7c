// How the memory file of `--remember` becomes the memory of a ledger.
#pragma once

#include "ledger/ledger.hpp"

#include <filesystem>

namespace mooring::ledger {

// A ledger that is new takes over the memory of `file`, which is only read; the notes say so ("memory-taken-over"). One
// that is not has a memory of its own, which stays ("memory-not-used"). Digests are left behind: they were made with
// the other file's key, so that every file is read once more. Errors: a damaged memory (invalid_input), io.
Result<Diagnostics> take_over_memory(Ledger& ledger, bool is_new, const std::filesystem::path& file);

} // namespace mooring::ledger
