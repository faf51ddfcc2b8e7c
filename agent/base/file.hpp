// Files, read with a limit and written whole or not at all.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace mooring {

// The bytes of a regular file of at most `most` bytes. Errors: not_found, io (permission, a folder, a device), limit.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most);

// Writes a neighbour, syncs it and renames it over `path`: a reader sees the old file or the new one. `mode` are the
// permission bits of the result. On failure the old file is untouched and the neighbour is gone.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

} // namespace mooring
