// The way to one origin: what all connections to it have in common, and the header lines of every request that goes it.
#pragma once

#include "net/origin.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"
#include "net/watchdog.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mooring::net {

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

} // namespace mooring::net
