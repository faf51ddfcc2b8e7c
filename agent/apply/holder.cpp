// Who holds a server's lease while this process writes.
#include "apply/workshop.hpp"

#include "ledger/lease_holder.hpp"

namespace mooring::apply {

std::string holder_of_this_process() { return ledger::holder_of_this_process("mooring apply"); }

bool is_gone(const std::string& holder) { return ledger::is_gone(holder); }

} // namespace mooring::apply
