// `mooring verify`: proves the ledger's chain, or names the first broken run.
#pragma once

#include "cli/command.hpp"
#include "ledger/entries.hpp"

#include <string>

namespace mooring::cli {

std::unique_ptr<Command> make_verify_command();

// What was found out, in lines for people.
std::string verification_text(const ledger::Verification& found);

} // namespace mooring::cli
