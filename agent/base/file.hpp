// Files, read with a limit and written whole or not at all; digests and random bytes of OpenSSL.
#pragma once

#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace mooring {

// The bytes of a regular file of at most `most` bytes. Errors: not_found, io (permission, a folder, a device), limit.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most);

// Writes a neighbour, syncs it and renames it over `path`: a reader sees the old file or the new one. `mode` without
// the umask are the permission bits of the result. On failure the old file is untouched and the neighbour is gone.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

// From the root, without links, as far as that can be said; "" is the folder where this process stands. A file need not
// be there.
std::filesystem::path real_path(const std::filesystem::path& file);

// Digests and random bytes, over OpenSSL.
using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
// HMAC-SHA-256, for digests of what may hold secrets: without the key file nothing can be guessed from them (design
// §3.3, §8).
Digest hmac_sha256(std::string_view key, std::string_view bytes);
std::string to_hex(const Digest& digest);
std::string to_base64(std::string_view bytes);
// Cryptographically random bytes; ends the program if the system has none to give.
std::string random_bytes(std::size_t count);

} // namespace mooring
