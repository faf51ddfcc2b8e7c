// The ledger that a command reads or keeps: which file, opened, with what is to be said about it.
#pragma once

#include "cli/console.hpp"
#include "cli/settings.hpp"
#include "ledger/ledger.hpp"

namespace mooring::cli {

// Opens the ledger of --ledger, MOORING_LEDGER or the configuration, and prints remarks on standard error if
// it is opened for writing. `format`: receives the setting of that name, if it is wanted. Errors: usage (none is
// named), and those of ledger::open_ledger.
Result<std::unique_ptr<ledger::Ledger>> open_ledger(const SettingFlags& settings, ledger::Access access,
                                                    Console& console, std::string* format = nullptr);

// Message and cure.
std::string sentences_of(const Error& error);

// The exit code of an error: 64 usage, 65 invalid input or no file, 1 otherwise; and says it.
int ledger_failure(Console& console, std::string_view command, const Error& error);

} // namespace mooring::cli
