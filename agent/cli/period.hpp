// `--from` and `--to`: a period as the command line writes it.
#pragma once

#include "base/error.hpp"
#include "ledger/entries.hpp"

#include <string>

namespace mooring::cli {

// Dates ("2026-10-01", its first second in UTC) or RFC 3339 times; "" leaves that side open. `to` is exclusive. Errors
// (usage): not a date, an end that is not after the beginning.
Result<ledger::Period> parse_period(const std::string& from, const std::string& to);

} // namespace mooring::cli
