// Who holds a lease: a process that can be told from others, and found gone.
#pragma once

#include "ledger/ledger.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mooring::ledger {

// "mooring apply, process 4711 on web1 (pid:[4026531836])": `who` is the command.
std::string holder_of_this_process(std::string_view who);

// The holder was a process of this machine and of this process's own numbering that is not there any more (kill -9).
// False where that cannot be told: another machine, another container.
bool is_gone(const std::string& holder);

// take_lease, also from a process that was killed: nullopt once it is ours, else who has it. Errors: those of the
// ledger.
Result<std::optional<Lease>> take_lease_over(Ledger& ledger, const std::string& server, const Lease& wanted,
                                             UnixSeconds now);

} // namespace mooring::ledger
