// The tables of the ledger, as numbered steps. Private to this folder.
#pragma once

#include "ledger/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mooring::ledger {

// "MOOR": the application_id of the file, so that another SQLite database is never taken for a ledger.
inline constexpr std::int64_t application_id = 0x4D4F4F52;

// The number of the newest step: the user_version of a file that has them all.
std::int64_t newest_schema();

// Takes the steps that the file does not have yet. Inside a transaction.
void migrate(Database& database);

// A column that this step of the migrations adds, or what stands for it in a file of before that is only read.
std::string since_step(Database& database, std::int64_t step, std::string_view column, std::string_view otherwise);

// Whether the file has this column; false for a table that it does not have.
bool has_column(Database& database, std::string_view table, std::string_view column);

// Whether the file has the log of writes; one of before that is only read lacks it.
bool has_log(Database& database);

// The column of `runs` that holds the remarks, or NULL in a file of before that is only read.
std::string remarks_column(Database& database);

} // namespace mooring::ledger
