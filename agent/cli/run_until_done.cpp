#include "cli/run_until_done.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace mooring::cli {

bool run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work) {
    bool interrupted = false;
    std::exception_ptr failure;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int /*number*/) {
        if (error) return;
        interrupted = true;
        io.stop();
    });
    boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& thrown) {
        failure = thrown;
        io.stop();
    });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return interrupted;
}

} // namespace mooring::cli
