// Work side by side on one thread, bounded: the one async helper that observe needs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>

namespace mooring::net {

// Runs work(0), ..., work(count - 1), at most `workers` of them under way at once, on the executor of the calling
// coroutine (one thread), and ends when all have ended. The first exception is rethrown then; no further work is
// started after one. If the caller is destroyed while it waits, the work under way is destroyed with its executor.
boost::asio::awaitable<void> for_each_bounded(std::size_t count, std::size_t workers,
                                              std::function<boost::asio::awaitable<void>(std::size_t)> work);

} // namespace mooring::net
