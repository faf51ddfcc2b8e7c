// An entry of the log of writes as canonical bytes, and back. Private to this folder. Its number, time and kind are
// columns of their own.
#pragma once

#include "model/writes.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace mooring::ledger {

// Compact JSON, keys sorted. What tells one stack, server or record from another is kept byte for byte, and an error if
// it is not UTF-8 or longer than 4096 bytes; what is said for people is made printable and cut. Of `intent` and
// `result` only the one that belongs to the entry's kind is kept.
std::expected<std::string, std::string> write_log_entry(const LogEntry& entry);

// What write_log_entry wrote, read strictly; number and time stay 0. The error says what is wrong.
std::expected<LogEntry, std::string> read_log_entry(std::string_view kind, std::string_view body);

} // namespace mooring::ledger
