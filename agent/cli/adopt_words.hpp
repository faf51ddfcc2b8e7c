// Which stacks may be adopted, and why not. Pure.
#pragma once

#include "cli/write_log.hpp"
#include "drift/assessment.hpp"

#include <optional>
#include <string>

namespace mooring::cli {

// A row that was named, as far as adopting needs it.
struct Adoption {
    StackResult result;
    WrittenStack stack;                // what the entry will say; without an id where there is no record
    bool whole = false;                // a record was seen, and it is the one that is meant
    Ownership owner = Ownership::none; // by the log
    std::string refused;               // why it cannot be adopted, and the cure; "" if it can
};

// `instance` is the InstanceID that the server said; "" if it did not.
Adoption adoption_of(const drift::Assessment& row, const std::string& instance, const WriteHistory& history,
                     const config::ServerEntry& server);

} // namespace mooring::cli
