// The memory as JSON text: one form, sorted, read strictly. A snapshot holds it too (agent/snapshot).
#pragma once

#include "model/memory.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace mooring::ledger {

// The same memory gives the same bytes.
std::string write_memory(const Memory& memory);

// What write_memory wrote. Everything else is refused with its place: "servers.main.stacks[3].id: not a whole number".
std::expected<Memory, std::string> read_memory(std::string_view text);

} // namespace mooring::ledger
