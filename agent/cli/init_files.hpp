// What `mooring init` writes. Pure.
#pragma once

#include <filesystem>
#include <string>

namespace mooring::cli {

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
