// `mooring verify`: proves the ledger's chain, or names the first broken run.
#pragma once

#include "cli/command.hpp"
#include "ledger/entries.hpp"

#include <string>
#include <vector>

namespace mooring::cli {

std::unique_ptr<Command> make_verify_command();

// What was found out, in lines for people.
std::string verification_text(const ledger::Verification& found);
// The same by schema/verification.schema.json. `has`: the hash (or its beginning) that was looked for, "" for none;
// `runs`: those that have it.
std::string verification_json(const ledger::Verification& found, const std::string& has,
                              const std::vector<ledger::Run>& runs);

} // namespace mooring::cli
