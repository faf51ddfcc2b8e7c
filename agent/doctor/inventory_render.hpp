// Inventories as text and JSON. Pure; a variable's value is in neither, nor anything computed from one.
#pragma once

#include "doctor/inventory.hpp"
#include "report/format.hpp"

#include <string>
#include <vector>

namespace mooring::doctor {

// `mooring list`: a table, and below it why something may not be read and what to do.
std::string list_text(const std::vector<ServerInventory>& servers, int exit_code, const report::TextOptions& options);
// The contract of schema/list.schema.json.
std::string list_json(const std::vector<ServerInventory>& servers, int exit_code);

// `mooring show`: every record of one name, then what a check says of it, with all that was asked.
std::string show_text(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      const report::TextOptions& options);
// The contract of schema/show.schema.json.
std::string show_json(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      int exit_code);

} // namespace mooring::doctor
