// How many requests may be under way at one time: first come, first served.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

namespace mooring::net {

class Slots : public std::enable_shared_from_this<Slots> {
  public:
    // Gives its place back when it is destroyed.
    class Slot {
      public:
        explicit Slot(std::shared_ptr<Slots> slots) : slots_(std::move(slots)) {}
        Slot(Slot&&) noexcept = default;
        Slot& operator=(Slot&&) = delete;
        ~Slot() {
            if (slots_) slots_->release();
        }

      private:
        std::shared_ptr<Slots> slots_;
    };

    Slots(boost::asio::any_io_executor executor, unsigned count) : executor_(std::move(executor)), free_(count) {}

    // Waits for a place. Cancellation throws and takes no place.
    boost::asio::awaitable<Slot> acquire();

  private:
    struct Waiter {
        explicit Waiter(const boost::asio::any_io_executor& executor) : timer(executor) {}
        boost::asio::steady_timer timer; // never expires: cancelled when its turn has come
        bool granted = false;
    };

    void release();
    void forget(const std::shared_ptr<Waiter>& waiter);

    boost::asio::any_io_executor executor_;
    unsigned free_;
    std::deque<std::shared_ptr<Waiter>> waiters_;
};

} // namespace mooring::net
