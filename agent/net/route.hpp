// One timer for the deadlines of all requests under way: a request costs no timer of its own.
#pragma once

#include "net/message.hpp"
#include "net/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
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

// The way to one origin: what all connections to it have in common, and the header lines of every request that goes it.

// Shared by connections; its addresses are filled on first use.
struct Route {
    boost::asio::any_io_executor executor;
    Origin origin;
    std::optional<Proxy> proxy;
    Trust trust;
    std::shared_ptr<boost::asio::ssl::context> tls; // null for http
    std::size_t most_headers = std::size_t{64} << 10U;
    std::shared_ptr<Watchdog> watchdog;
    std::vector<boost::asio::ip::tcp::endpoint> addresses; // of origin or proxy; empty until looked up
    std::function<void(SSL*)> on_handshake;                // shown every handshake that went through; may be empty
};

// Reads the CA file. Errors: io, invalid_input (a CA file or pin that cannot be used).
Result<std::shared_ptr<Route>> make_route(const boost::asio::any_io_executor& executor, const Origin& origin,
                                          const std::optional<Proxy>& proxy, const Trust& trust,
                                          std::size_t most_headers = std::size_t{64} << 10U);

// What stands before every target: the origin's base path, and through a plain proxy the origin itself. With https the
// tunnel has already led there.
std::string target_base(const Route& route);

// Host, User-Agent, Accept, Accept-Encoding, and a plain proxy's authorization: each with its CRLF. May hold a secret.
std::string header_lines(const Route& route);

// Names to addresses, with a deadline that holds even where the system's resolver does not return.

// The addresses of host and port, in the system's order. Trouble: resolve (no such name), timeout. Written addresses
// are taken as they are. Asio's own resolver cannot be abandoned: its io_context waits for getaddrinfo to return.
boost::asio::awaitable<Try<std::vector<boost::asio::ip::tcp::endpoint>>>
resolve(boost::asio::any_io_executor executor, std::string host, std::uint16_t port, TimePoint deadline);

} // namespace mooring::net
