#include "net/slots.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace mooring::net {
namespace asio = boost::asio;

void Slots::release() {
    if (waiters_.empty()) {
        ++free_;
        return;
    }
    const auto next = std::move(waiters_.front()); // the place goes over without being free in between
    waiters_.pop_front();
    next->granted = true;
    next->timer.cancel();
}

void Slots::forget(const std::shared_ptr<Waiter>& waiter) {
    if (waiter->granted) {
        release(); // granted and cancelled at once: the next one gets it
    } else {
        std::erase(waiters_, waiter);
    }
}

asio::awaitable<Slots::Slot> Slots::acquire() {
    const auto self = shared_from_this();
    if (free_ > 0) {
        --free_;
        co_return Slot(self);
    }
    const auto waiter = std::make_shared<Waiter>(executor_);
    waiter->timer.expires_at(asio::steady_timer::time_point::max());
    waiters_.push_back(waiter);
    co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none || !waiter->granted) {
        forget(waiter);
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return Slot(self);
}

} // namespace mooring::net
