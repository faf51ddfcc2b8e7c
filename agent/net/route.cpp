#include "net/route.hpp"

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

namespace mooring::net {

Result<std::shared_ptr<Route>> make_route(const boost::asio::any_io_executor& executor, const Origin& origin,
                                          const std::optional<Proxy>& proxy, const Trust& trust,
                                          std::size_t most_headers) {
    auto route = std::make_shared<Route>();
    if (origin.tls) {
        auto context = make_tls_context(trust);
        if (!context) return std::unexpected(context.error());
        route->tls = std::make_shared<boost::asio::ssl::context>(std::move(*context));
    }
    route->executor = executor;
    route->origin = origin;
    route->proxy = proxy;
    route->trust = trust;
    route->most_headers = most_headers;
    route->watchdog = std::make_shared<Watchdog>(executor);
    return route;
}

std::string target_base(const Route& route) {
    const bool whole = route.proxy && !route.origin.tls;
    return (whole ? "http://" + route.origin.host_header() : std::string()) + route.origin.base_path;
}

std::string header_lines(const Route& route) {
    std::string lines = fmt::format("Host: {}\r\nUser-Agent: mooring\r\nAccept: application/json\r\n"
                                    "Accept-Encoding: identity\r\n",
                                    route.origin.host_header());
    if (route.proxy && !route.origin.tls && !route.proxy->authorization.empty())
        lines += fmt::format("Proxy-Authorization: {}\r\n", route.proxy->authorization.reveal());
    return lines;
}

} // namespace mooring::net
