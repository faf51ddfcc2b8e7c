// `mooring check --watch`: what has changed from one run to the next. Pure.
#pragma once

#include "report/format.hpp"

#include <string>

namespace mooring::cli {

// What `after` says otherwise than `before`: stacks with another verdict or other changes, as the report says them now,
// stacks that are no longer in it, servers that failed or answer again. "" if nothing.
std::string changes_between(const Report& before, const Report& after, const report::TextOptions& options);

} // namespace mooring::cli
