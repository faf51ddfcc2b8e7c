// Work on one thread that SIGHUP, SIGINT and SIGTERM end.
#pragma once

#include "cli/progress.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

namespace mooring::cli {

// How work that must not be cut off half way is ended. One thread.
struct Ending {
    bool busy = false;             // a write is under way
    bool asked = false;            // a signal came while it was: nothing further is begun
    std::chrono::seconds grace{5}; // until it is cut off all the same, as by a second signal
};

// Runs `io` until the work has ended or a signal came. Returns 0, or what a process ends with that the signal
// interrupted (129 by SIGHUP unless it is ignored, as under nohup; 130 by SIGINT, 143 by SIGTERM); the work is then
// left where it was, at once or as `ending` says. What the work throws is thrown. Progress ticks meanwhile.
int run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work, Progress& progress,
                   Ending* ending = nullptr);

// After an interrupt: requests are half done, and a name that is being looked up cannot be cancelled. The process is
// about to end, so that the world they live in (its io_context included) is left as it is.
template <typename World>
void leave_behind(std::unique_ptr<World> world) {
    [[maybe_unused]] static const World* left = nullptr; // a leak checker sees that it is meant
    left = world.release();
}

} // namespace mooring::cli
