// Blocking work on a thread of its own, awaited from the agent's one thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

namespace mooring::serve {

// Runs `work` on the pool and returns what it returns, back on the caller's executor. The cancellation slot is cut:
// Asio would otherwise touch it from two threads (design §11). `T` can be made without arguments.
template <typename T>
boost::asio::awaitable<T> offload(boost::asio::thread_pool& pool, std::function<T()> work) {
    namespace asio = boost::asio;
    auto on_pool = [](std::function<T()> job) -> asio::awaitable<T> { co_return job(); };
    auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
    auto started = asio::co_spawn(pool, on_pool(std::move(work)), token);
    co_return co_await std::move(started);
}

} // namespace mooring::serve
