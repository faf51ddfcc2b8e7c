// Putting back what a write took down (reconcile.md §4, "Rollback"): file and variables together, once, as a part of
// its own. Only a standalone stack with a file of its own can be put back so.
#pragma once

#include "apply/aftermath.hpp"

#include <string>

namespace mooring::apply {

// What is known once a part has an outcome. Everything outlives the call.
struct Fallen {
    const DesiredStack& desired;
    const reconcile::Part& part;
    PartOutcome outcome = PartOutcome::unknown;
    const std::optional<Before>& before;
    const std::optional<StackRecord>& now; // as it was read after the write
    const Running& ran;                    // before it
    const std::string& user;               // whose token wrote
};

// Whether what ran before is put back: the manifest says so, something that ran does not run any more, and the record
// is still as our own write left it, or as it was before. Pure.
bool may_be_put_back(const Fallen& fallen);

// The part that puts it back; never itself rolled back.
reconcile::Part rollback_part();

// What becomes of a rollback that the record shows: done if everything that ran before runs. Pure.
PartResult put_back(PartResult written, const Running& ran, const Running& runs);

} // namespace mooring::apply
