// Counts, shares, durations and times for people. Pure.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::words {

// "1 stack", "2 stacks".
std::string counted(std::size_t count, std::string_view singular);
// "78 %", rounded down so that only all is 100 %; "–" for null.
std::string percent(const std::optional<double>& share);

// "3 d 4 h", "2 h 5 min", "40 s": a duration in its two largest units.
std::string duration_words(UnixSeconds seconds);
// "a moment", "90 s", "4 min", "3 h", "12 days": how long ago.
std::string age_words(UnixSeconds seconds);
// "40 ms", "1.3 s": how long something took.
std::string took_words(double seconds);

// "2026-10-01 06:00", UTC; "–" for 0.
std::string short_time(UnixSeconds at);
// "2026-11-25 09:00:00 UTC".
std::string time_words(UnixSeconds at);

} // namespace mooring::words
