// What a part stands on, read again before it is sent: pure (reconcile.md §4, move 1).
#pragma once

#include "model/desired.hpp"
#include "model/stack.hpp"

#include <span>
#include <string>

namespace mooring::apply {

// What of the record is not as it was, for people: "changed since it was planned: updated by anna on ..."; "" if all of
// it is. Everything that a write would send back or take away counts.
std::string moved(const StackRecord& then, const StackRecord& now);

// Whether a record has the name of a stack that is to be created: in normal form, but of Kubernetes letter for letter
// and in the same namespace, where others may have the name, too.
bool is_named_as(const StackRecord& record, const DesiredStack& desired);
// Such a record in that environment: nothing is created beside it; nullptr if there is none.
const StackRecord* of_name(std::span<const StackRecord> list, EnvironmentId environment, const DesiredStack& desired);

} // namespace mooring::apply
