// The way to a server, step by step, for people whose way does not work: addresses, connection, proxy, certificate.
#pragma once

#include "base/error.hpp"
#include "net/certificate.hpp"
#include "net/message.hpp"
#include "net/origin.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mooring::net {

struct Way {
    Origin origin;
    std::optional<Proxy> proxy;
    Trust trust;
    std::chrono::milliseconds timeout{30000}; // of the whole inspection
};

struct Inspection {
    bool encrypted = false;
    std::string target; // "portainer.example.org:443", "unix:/run/portainer.sock"
    std::string proxy;  // "proxy.example.org:3128"; "" none
    std::string host;   // the name that was looked up: the origin's or the proxy's; "" for a Unix socket
    std::vector<std::string> addresses; // of it; empty when it has none
    std::optional<Trouble> trouble;     // where the way ended, with a certificate of any kind counting as a way through
    std::optional<ShownTls> tls;        // nullopt: no TLS, or no handshake
};

// Goes the way once, as a request would, and takes whatever certificate comes. Nothing is sent inside the connection,
// no token leaves. Errors: io (the CA file).
boost::asio::awaitable<Result<Inspection>> inspect(boost::asio::any_io_executor executor, Way way);

} // namespace mooring::net
