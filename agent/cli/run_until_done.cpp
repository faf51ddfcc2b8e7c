#include "cli/run_until_done.hpp"

#include "cli/exit_code.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>

namespace mooring::cli {
namespace {

// Until the context is stopped.
boost::asio::awaitable<void> tick(Progress& progress) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor);
    for (;;) {
        timer.expires_after(std::chrono::milliseconds(200));
        co_await timer.async_wait(boost::asio::use_awaitable);
        progress.tick(std::chrono::steady_clock::now());
    }
}

} // namespace

int run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work, Progress& progress) {
    int ended_by = 0;
    std::exception_ptr failure;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int number) {
        if (error) return;
        ended_by = number == SIGTERM ? exit_terminated : exit_interrupted;
        io.stop();
    });
    boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& thrown) {
        failure = thrown;
        io.stop();
    });
    if (progress.under_way()) boost::asio::co_spawn(io, tick(progress), boost::asio::detached);
    io.run();
    if (failure) std::rethrow_exception(failure);
    return ended_by;
}

} // namespace mooring::cli
