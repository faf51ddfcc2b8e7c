// The files of a folder that a command writes: manifests of an export, and what `mooring init` begins with.
#pragma once

#include "base/error.hpp"
#include "capture/capture.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mooring::cli {

// The folder that an export is written into: never one that something else made.

// Whether an export may be written there: the folder is not there, or empty, or, with `force`, was made by an export.
// An error (invalid_input, io) says what it is instead.
Result<void> check_export_folder(const std::filesystem::path& folder, bool force);

// Removes what an earlier export wrote there, and writes the files and their list. `is_private`: the folder gets the
// mode 0700.
Result<void> write_export(const std::filesystem::path& folder, const std::vector<capture::File>& files,
                          bool is_private);

// What `mooring init` writes. Pure.
struct InitWishes {
    std::string url;
    std::filesystem::path token_file; // as it was given: relative to where the command was started
    std::string pin;                  // "" none
};

// The text of FOLDER/mooring.yaml. `here` is where the command was started: a token file inside the folder is named
// relative to it, any other one absolutely.
std::string first_configuration(const InitWishes& wishes, const std::filesystem::path& folder,
                                const std::filesystem::path& here);

// The text of the first manifest: everything undeclared is shown, and a stack to be copied.
std::string first_manifest();

} // namespace mooring::cli
