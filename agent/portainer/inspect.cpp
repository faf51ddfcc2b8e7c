#include "portainer/inspect.hpp"

#include "portainer/client_settings.hpp"

#include <utility>

namespace mooring::portainer {

Awaitable<Result<net::Inspection>> inspect(boost::asio::any_io_executor executor, ServerConnection server) {
    const Hooks none;
    auto settings = client_settings(server, none);
    if (!settings) co_return std::unexpected(settings.error());
    net::Way way{.origin = std::move(settings->origin),
                 .proxy = std::move(settings->proxy),
                 .trust = std::move(settings->trust),
                 .timeout = settings->request_timeout};
    auto seen = co_await net::inspect(executor, std::move(way));
    if (!seen) co_return with_cure(seen.error());
    co_return seen;
}

Failure failure_of(net::Stage stage) {
    switch (stage) {
    case net::Stage::resolve:
        return Failure::resolve;
    case net::Stage::connect:
        return Failure::connect;
    case net::Stage::proxy:
        return Failure::proxy;
    case net::Stage::tls:
        return Failure::tls;
    case net::Stage::timeout:
        return Failure::timeout;
    case net::Stage::lost:
        return Failure::lost;
    case net::Stage::too_large:
        return Failure::too_large;
    case net::Stage::not_http:
        return Failure::not_the_api;
    }
    std::unreachable();
}

} // namespace mooring::portainer
