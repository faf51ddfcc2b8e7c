// Work on one thread that SIGINT and SIGTERM end.
#pragma once

#include "cli/progress.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>

namespace mooring::cli {

// Runs `io` until the work has ended or a signal came. Returns 0, or what a process ends with that the signal
// interrupted (130 by SIGINT, 143 by SIGTERM); the work is then left where it was. What the work throws is thrown.
// Progress ticks meanwhile.
int run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work, Progress& progress);

// After an interrupt: requests are half done, and a name that is being looked up cannot be cancelled. The process is
// about to end, so that the world they live in (its io_context included) is left as it is.
template <typename World>
void leave_behind(std::unique_ptr<World> world) {
    [[maybe_unused]] static const World* left = nullptr; // a leak checker sees that it is meant
    left = world.release();
}

} // namespace mooring::cli
