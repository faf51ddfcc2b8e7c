// Small rules of remembering, private to this folder.
#pragma once

#include "drift/facts.hpp"

namespace mooring::drift {

// Whether the record's times all lie at least 60 s before the server's Date, so that another write cannot hide behind
// the same second. CreationDate counts like UpdateDate, which is 0 until the first update.
bool is_settled(const StackRecord& record, UnixSeconds server_date);

// Whether an absence was seen again recently enough to be the same one.
inline bool still_counts(const RememberedAbsence& absence, UnixSeconds now, std::chrono::seconds most_apart) {
    return now >= absence.last_seen && now - absence.last_seen <= most_apart.count();
}

// How long an environment that is gone is remembered after it was last seen or declared.
inline constexpr UnixSeconds environment_kept = UnixSeconds{30} * 24 * 3600;

// Whether the environment of a remembered stack is known, and asked, by the stack alone: one that is gone for so long
// is forgotten although its stacks are not.
inline bool tells_of_environment(const RememberedStack& stack, UnixSeconds now) {
    return now - stack.seen_at <= environment_kept;
}

} // namespace mooring::drift
