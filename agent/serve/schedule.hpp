// When the next run of a server begins, and whether its loop still makes progress. Pure: time and chance come in.
#pragma once

#include <chrono>
#include <span>

namespace mooring::serve {

struct Pace {
    std::chrono::milliseconds interval{300000};
    std::chrono::milliseconds jitter{30000}; // up to this much is added by chance
};

// What came of a run, as far as the next one's time depends on it.
enum class Ending {
    judged,
    no_answer, // nothing was judged, and asking again may help: the server's outage, a lost connection
    refused, // nothing was judged, and only a person can change that: credentials refused, a token that cannot be read
};

// The wait after a run. After a failure the server is asked again sooner, 10 s, 20 s, 40 s ... up to the interval, so
// that a short outage does not blind a whole interval; refused credentials wait the whole interval, because a changed
// token file starts a run by itself. `failures` counts runs in a row without an answer; `random` is in [0, 1).
std::chrono::milliseconds next_wait(const Pace& pace, Ending ending, unsigned failures, double random);

// Where a loop is, for the watchdog.
struct Pulse {
    std::chrono::steady_clock::time_point due; // by when its present step should have ended
};

// Whether every loop makes progress: a step that is late by more than `grace` is stuck.
bool all_alive(std::span<const Pulse> pulses, std::chrono::steady_clock::time_point now,
               std::chrono::steady_clock::duration grace);

} // namespace mooring::serve
