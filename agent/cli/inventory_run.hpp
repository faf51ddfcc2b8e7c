// What `mooring list` and `mooring show` have in common: every server is read as a check would read it.
#pragma once

#include "cli/check.hpp"
#include "inventory/inventory.hpp"
#include "manifest/config.hpp"

#include <functional>
#include <vector>

namespace mooring::cli {

struct Inventories {
    std::vector<inventory::ServerInventory> servers; // those that were read to the end
    int exit_code = 0;                               // 0, 69, 70, 77 of the servers, 129, 130 or 143 interrupted
};

// Reads all servers side by side; `wanted` narrows the stacks. An error (invalid_input, io): settings that no
// connection can be made of.
Result<Inventories> take_inventories(const config::Config& config, const MakeApi& make_api,
                                     const std::function<bool(const StackRecord&)>& wanted, Console& console);

} // namespace mooring::cli
