#include "net/parallel.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <utility>

namespace mooring::net {
namespace {

namespace asio = boost::asio;

struct Group {
    Group(const asio::any_io_executor& executor, std::size_t all,
          std::function<asio::awaitable<void>(std::size_t)> what)
        : count(all), work(std::move(what)), ended(executor, asio::steady_timer::time_point::max()) {}

    std::size_t next = 0;
    std::size_t count;
    std::size_t running = 0;
    std::exception_ptr failure;
    std::function<asio::awaitable<void>(std::size_t)> work;
    asio::steady_timer ended; // never expires: cancelling it is the signal
};

asio::awaitable<void> worker(std::shared_ptr<Group> group) {
    while (group->next < group->count && !group->failure) {
        const std::size_t mine = group->next++;
        co_await group->work(mine);
    }
}

} // namespace

asio::awaitable<void> for_each_bounded(std::size_t count, std::size_t workers,
                                       std::function<asio::awaitable<void>(std::size_t)> work) {
    const auto executor = co_await asio::this_coro::executor;
    const auto group = std::make_shared<Group>(executor, count, std::move(work));
    group->running = std::min(std::max<std::size_t>(workers, 1), count);
    for (std::size_t i = group->running; i > 0; --i) {
        asio::co_spawn(executor, worker(group), [group](const std::exception_ptr& failure) {
            if (failure && !group->failure) group->failure = failure;
            if (--group->running == 0) group->ended.cancel();
        });
    }
    while (group->running > 0) co_await group->ended.async_wait(asio::as_tuple(asio::use_awaitable));
    if (group->failure) std::rethrow_exception(group->failure);
}

} // namespace mooring::net
