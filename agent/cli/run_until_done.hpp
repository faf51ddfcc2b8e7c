// Work on one thread that SIGINT and SIGTERM end.
#pragma once

#include "cli/progress.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace mooring::cli {

// Runs `io` until the work has ended or a signal came; true: a signal came, and the work is left where it was. What the
// work throws is thrown. Progress ticks meanwhile.
bool run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work, Progress& progress);

} // namespace mooring::cli
