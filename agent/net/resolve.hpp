// Names to addresses, with a deadline that holds even where the system's resolver does not return.
#pragma once

#include "net/message.hpp"
#include "net/watchdog.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

namespace mooring::net {

// The addresses of host and port, in the system's order. Trouble: resolve (no such name), timeout. Written addresses
// are taken as they are. Asio's own resolver cannot be abandoned: its io_context waits for getaddrinfo to return.
boost::asio::awaitable<Try<std::vector<boost::asio::ip::tcp::endpoint>>>
resolve(boost::asio::any_io_executor executor, std::string host, std::uint16_t port, TimePoint deadline);

} // namespace mooring::net
