// `mooring report`: evidence of a period, from the ledger alone.
#pragma once

#include "cli/command.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_report_command();

} // namespace mooring::cli
