// One timer for the deadlines of all requests under way: a request costs no timer of its own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace mooring::net {

using TimePoint = std::chrono::steady_clock::time_point;

class Watchdog : public std::enable_shared_from_this<Watchdog> {
  public:
    // While it lives, `on_expiry` is called once if the deadline passes. Not to be moved: the watchdog knows its place.
    class Watch {
      public:
        Watch(std::shared_ptr<Watchdog> dog, TimePoint deadline, std::function<void()> on_expiry);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();

        bool expired() const { return expired_; }

      private:
        friend class Watchdog;
        std::shared_ptr<Watchdog> dog_;
        TimePoint deadline_;
        std::function<void()> on_expiry_;
        bool expired_ = false;
    };

    explicit Watchdog(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  private:
    void add(Watch* watch);
    void remove(Watch* watch);
    void sleep_until(TimePoint at);
    void wake();

    boost::asio::steady_timer timer_;
    TimePoint armed_ = TimePoint::max(); // max: nobody sleeps
    std::vector<Watch*> watches_;
};

} // namespace mooring::net
