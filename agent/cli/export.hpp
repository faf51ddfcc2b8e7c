// `mooring export`: what the servers have, as a folder of manifests.
#pragma once

#include "cli/check.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_export_command(MakeApi make_api);

} // namespace mooring::cli
