// Windows and freezes: whether a stack may be written now, by the clock on the wall of the zone that is named.
#pragma once

#include "base/time_zone.hpp"
#include "model/desired.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>

namespace mooring {

// Why a stack is not written now although it could be: it will go on by itself.
struct Hold {
    std::string why;                  // "outside its windows", "frozen: end of the year"
    std::optional<UnixSeconds> until; // nullopt: not known
};

// nullopt: no window and no freeze stands against it. Freezes count first. A window whose zone is not in `zones` is
// never open.
std::optional<Hold> hold_of(const Policy& policy, const TimeZones& zones, UnixSeconds now);

// The zones that windows name: what load_time_zones is asked for, once, before a plan is made.
std::set<std::string> time_zones_of(std::span<const DesiredStack> stacks);

} // namespace mooring
