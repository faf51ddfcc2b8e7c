// The folder that an export is written into: never one that something else made.
#pragma once

#include "base/error.hpp"
#include "capture/capture.hpp"

#include <filesystem>
#include <vector>

namespace mooring::cli {

// Whether an export may be written there: the folder is not there, or empty, or, with `force`, was made by an export.
// An error (invalid_input, io) says what it is instead.
Result<void> check_export_folder(const std::filesystem::path& folder, bool force);

// Removes what an earlier export wrote there, and writes the files and their list. `is_private`: the folder gets the
// mode 0700.
Result<void> write_export(const std::filesystem::path& folder, const std::vector<capture::File>& files,
                          bool is_private);

} // namespace mooring::cli
