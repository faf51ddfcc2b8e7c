// How long to wait before the next attempt. Pure: time and chance come in as parameters.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace mooring {

struct Backoff {
    unsigned attempts = 3; // in all; 1: no retry
    std::chrono::milliseconds base{250};
    std::chrono::milliseconds most{5000};              // of one computed wait
    std::chrono::milliseconds retry_after_most{15000}; // a longer Retry-After is cut to this

    friend bool operator==(const Backoff&, const Backoff&) = default;
};

// The wait after the failed attempt number `failed` (1 is the first): base, 2 base, 4 base, ... up to `most`, of which
// the upper half is left to chance, so that clients that failed together do not come back together. `random` is uniform
// in [0, 1).
inline std::chrono::milliseconds backoff_delay(const Backoff& backoff, unsigned failed, double random) {
    const unsigned doublings = std::min(failed == 0 ? 0U : failed - 1, 30U);
    const auto whole = std::min<std::chrono::milliseconds>(backoff.most, backoff.base * (std::int64_t{1} << doublings));
    const double share = 0.5 + 0.5 * std::clamp(random, 0.0, 1.0);
    return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

} // namespace mooring
