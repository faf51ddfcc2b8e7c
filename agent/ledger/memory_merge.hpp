// What becomes of a server's memory when several runs write it (design §3.2 "Memory"): each brings its own changes, and
// nothing that another one wrote meanwhile is lost. Pure. Private to this folder.
#pragma once

#include "model/memory.hpp"

namespace mooring::ledger {

// `now` (what is kept) after a run that read `before` and left `after`. What both changed: whatever was seen or
// declared later counts; an absence that either saw ended has ended; what either still needs is not forgotten. A memory
// of another database (InstanceID) is never mixed in.
ServerMemory merge_memory(const ServerMemory& before, const ServerMemory& after, ServerMemory now);

} // namespace mooring::ledger
