// `mooring ledger backup FILE`, `prune`, `import FILE`: what keeps the ledger in shape, while an agent runs, too.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_ledger_command();

} // namespace mooring::cli
