// A snapshot as JSON text (schema/snapshot.schema.json): one form, read strictly, because a snapshot may come from
// anybody.
#pragma once

#include "base/error.hpp"
#include "snapshot/snapshot.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mooring::snapshot {

// The same snapshot gives the same bytes.
std::string write(const Snapshot& snapshot);

// What write() wrote. Everything else is an error (invalid_input) with its place: "servers[0].stacks[0].value[3].id:
// not a whole number"; so is another version than this one.
Result<Snapshot> read(std::string_view text);

// The same from a file, which is named in the error (invalid_input); larger than 256 MiB is refused.
Result<Snapshot> load(const std::filesystem::path& file);

} // namespace mooring::snapshot
