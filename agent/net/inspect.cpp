#include "net/inspect.hpp"

#include "net/connection.hpp"
#include "net/resolve.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

namespace mooring::net {
namespace asio = boost::asio;

asio::awaitable<Result<Inspection>> inspect(asio::any_io_executor executor, Way way) {
    Inspection seen;
    seen.encrypted = way.origin.tls;
    seen.target = way.origin.shown();
    if (way.proxy) seen.proxy = way.proxy->shown();
    const TimePoint deadline = std::chrono::steady_clock::now() + way.timeout;

    auto route = std::make_shared<Route>();
    if (way.origin.tls) {
        auto context = make_tls_context(way.trust);
        if (!context) co_return std::unexpected(context.error());
        route->tls = std::make_shared<asio::ssl::context>(std::move(*context));
        route->tls->set_verify_mode(asio::ssl::verify_none);
    }
    route->executor = executor;
    route->origin = way.origin;
    route->proxy = way.proxy;
    route->trust.insecure_skip_verify = true; // what is shown is looked at, not judged
    route->watchdog = std::make_shared<Watchdog>(executor);
    route->on_handshake = [&seen, host = way.origin.host](SSL* connection) { seen.tls = look_at(connection, host); };

    if (way.origin.socket.empty()) {
        seen.host = way.proxy ? way.proxy->host : way.origin.host;
        const std::uint16_t port = way.proxy ? way.proxy->port : way.origin.port;
        auto found = co_await resolve(executor, seen.host, port, deadline);
        if (!found) {
            seen.trouble = way.proxy ? at_proxy(found.error(), *way.proxy) : found.error();
            co_return seen;
        }
        route->addresses = std::move(*found);
        for (const auto& endpoint : route->addresses) seen.addresses.push_back(endpoint.address().to_string());
    }
    auto connection = co_await open_connection(route, deadline);
    if (!connection) seen.trouble = connection.error();
    co_return seen;
}

} // namespace mooring::net
