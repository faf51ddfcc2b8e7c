// The key of keyed digests, in a file of its own (0600) beside what it belongs to. Private to this folder.
#pragma once

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <string_view>

namespace mooring::ledger {

struct LoadedKey {
    Secret key;              // 32 bytes; empty when it could not be read or made: then nothing is skipped
    bool is_new = false;     // it was made just now, or could not be: digests made with another mean nothing
    Diagnostics diagnostics; // codes "NOUN-key-new", "NOUN-key-readable", "NOUN-key-unusable"
};

// FILE.key
std::filesystem::path key_path(const std::filesystem::path& file);

// Reads it, or makes one where there is none; `expected` says that one should have been there. `noun` is what it
// belongs to: "memory", "ledger". A key of the wrong length is an error (invalid_input).
Result<LoadedKey> load_key(const std::filesystem::path& path, std::string_view noun, bool expected);
// The same, never making one.
Result<LoadedKey> read_key(const std::filesystem::path& path, std::string_view noun);

// A warning about a file.
Diagnostic remark(const std::filesystem::path& about, std::string code, std::string message, std::string cure);

} // namespace mooring::ledger
