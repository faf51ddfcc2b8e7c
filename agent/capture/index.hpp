// What an export says about itself.
#pragma once

#include "capture/capture.hpp"

#include <string>
#include <vector>

namespace mooring::capture {

// The name of the list of an export's files; a folder that has it was made by an export.
inline constexpr const char* list_name = ".mooring-export";

// README.md of the folder: what is in it, which secrets are not, what was left out and why.
std::string index_text(const std::vector<Captured>& servers, bool with_secrets);

} // namespace mooring::capture
