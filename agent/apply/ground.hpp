// What a part stands on, read again before it is sent: pure (reconcile.md §4, move 1).
#pragma once

#include "model/stack.hpp"

#include <span>
#include <string>

namespace mooring::apply {

// What of the record is not as it was, for people: "changed since it was planned: updated by anna on ..."; "" if all of
// it is. Everything that a write would send back or take away counts.
std::string moved(const StackRecord& then, const StackRecord& now);

// Whether a record of this name, in normal form, stands in that environment: nothing is created beside it.
const StackRecord* of_name(std::span<const StackRecord> list, EnvironmentId environment, std::string_view name);

} // namespace mooring::apply
