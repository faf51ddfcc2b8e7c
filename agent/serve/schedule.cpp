#include "serve/schedule.hpp"

#include "base/backoff.hpp"

#include <algorithm>

namespace mooring::serve {

std::chrono::milliseconds next_wait(const Pace& pace, Ending ending, unsigned failures, double random) {
    if (ending == Ending::no_answer) {
        Backoff backoff;
        backoff.base = std::chrono::seconds(10);
        backoff.most = std::max(pace.interval, backoff.base);
        return std::min(backoff_delay(backoff, failures, random), pace.interval);
    }
    const double part = static_cast<double>(pace.jitter.count()) * std::clamp(random, 0.0, 1.0);
    return pace.interval + std::chrono::milliseconds(static_cast<std::int64_t>(part));
}

bool all_alive(std::span<const Pulse> pulses, std::chrono::steady_clock::time_point now,
               std::chrono::steady_clock::duration grace) {
    return std::ranges::all_of(pulses,
                               [&](const Pulse& pulse) { return now <= pulse.due || now - pulse.due <= grace; });
}

} // namespace mooring::serve
