// What the program ends with (design §3.1); 2, 3 and 4 are the bits of a report.
#pragma once

#include <algorithm>
#include <array>

namespace mooring::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_different = 2;
inline constexpr int exit_went_wrong = 5;    // a write failed, did not converge, is unknown, or took something down
inline constexpr int exit_moved = 6;         // the plan no longer holds
inline constexpr int exit_not_confirmed = 7; // nobody said yes
inline constexpr int exit_usage = 64;
inline constexpr int exit_invalid = 65;
inline constexpr int exit_internal = 70;
inline constexpr int exit_hung_up = 129;     // by SIGHUP
inline constexpr int exit_interrupted = 130; // by SIGINT
inline constexpr int exit_terminated = 143;  // by SIGTERM

// Of two codes that both apply, the one that is returned: 64, 65, 7, 6, 70, 5, 77, 69, 1, 129, 130 or 143,
// then the bits.
constexpr int first_of(int one, int other) {
    constexpr std::array order{64, 65, 7, 6, 70, 5, 77, 69, 1, 129, 130, 143, 4, 3, 2, 0};
    return std::ranges::find(order, one) <= std::ranges::find(order, other) ? one : other;
}

} // namespace mooring::cli
