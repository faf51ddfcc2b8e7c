#include "net/client.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

namespace mooring::net {
namespace {

namespace asio = boost::asio;

struct Seen {
    std::vector<int> done;
    std::size_t under_way = 0;
    std::size_t most = 0;
};

asio::awaitable<void> step(asio::io_context& context, Seen& seen, std::size_t i) {
    seen.most = std::max(seen.most, ++seen.under_way);
    co_await asio::post(context, asio::use_awaitable);
    co_await asio::post(context, asio::use_awaitable);
    --seen.under_way;
    seen.done.push_back(static_cast<int>(i));
}

TEST(ForEachBounded, DoesEverythingAndNeverMoreThanAllowedAtOnce) {
    asio::io_context context;
    Seen seen;
    auto all = for_each_bounded(20, 3, [&](std::size_t i) { return step(context, seen, i); });
    asio::co_spawn(context, std::move(all), [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    context.run();
    EXPECT_EQ(seen.done.size(), 20U);
    EXPECT_EQ(seen.most, 3U);
}

TEST(ForEachBounded, NothingToDoEndsAtOnce) {
    asio::io_context context;
    bool ended = false;
    auto none =
        for_each_bounded(0, 3, [](std::size_t) -> asio::awaitable<void> { throw std::logic_error("never called"); });
    asio::co_spawn(context, std::move(none), [&](const std::exception_ptr& failure) { ended = !failure; });
    context.run();
    EXPECT_TRUE(ended);
}

asio::awaitable<void> fail_at_two(asio::io_context& context, Seen& seen, std::size_t i) {
    co_await asio::post(context, asio::use_awaitable);
    if (i == 2) throw std::runtime_error("two");
    seen.done.push_back(static_cast<int>(i));
}

TEST(ForEachBounded, RethrowsAfterTheWorkUnderWayHasEndedAndStartsNoMore) {
    asio::io_context context;
    Seen seen;
    std::exception_ptr failure;
    auto all = for_each_bounded(100, 2, [&](std::size_t i) { return fail_at_two(context, seen, i); });
    asio::co_spawn(context, std::move(all), [&](const std::exception_ptr& how) { failure = how; });
    context.run();
    EXPECT_THROW(std::rethrow_exception(failure), std::runtime_error);
    EXPECT_LT(seen.done.size(), 5U);
}

TEST(ForEachBounded, MayBeDestroyedWhileItWaits) {
    Seen seen;
    {
        asio::io_context context;
        auto all = for_each_bounded(10, 2, [&](std::size_t i) { return step(context, seen, i); });
        asio::co_spawn(context, std::move(all), [](const std::exception_ptr&) {});
        context.run_one();
        context.run_one();
    }
    EXPECT_LT(seen.done.size(), 10U);
}

} // namespace
} // namespace mooring::net
