#include "portainer_write/writer.hpp"

#include "net/client.hpp"
#include "portainer/client_settings.hpp"

#include <fmt/format.h>
#include <utility>

namespace mooring::portainer_write {

Result<std::unique_ptr<Writer>> Writer::make(const boost::asio::any_io_executor& executor,
                                             const ServerConnection& server, std::chrono::milliseconds deploy_timeout,
                                             const portainer::Hooks& hooks) {
    auto settings = portainer::client_settings(server, hooks);
    if (!settings) return std::unexpected(settings.error());
    // A token that no header can carry is refused as it is for reading.
    if (auto reader = net::Client::make(executor, *settings); !reader) return portainer::with_cure(reader.error());
    auto route = net::make_route(executor, settings->origin, settings->proxy, settings->trust, server.limits.headers);
    if (!route) return portainer::with_cure(route.error());
    std::unique_ptr<Writer> writer(new Writer());
    writer->server_ = server;
    writer->origin_ = settings->origin;
    writer->route_ = std::move(*route);
    writer->limits_ = {.connect = server.request_timeout, .answer = deploy_timeout, .kept = server.limits.file};
    writer->under_way_ = hooks.under_way;
    return writer;
}

portainer::Awaitable<WriteReply> Writer::create(Create create) {
    auto request = request_for(create);
    co_return co_await send(std::move(request));
}

portainer::Awaitable<WriteReply> Writer::change(Change change, StackRecord record) {
    auto request = request_for(change, record);
    co_return co_await send(std::move(request));
}

portainer::Awaitable<WriteReply> Writer::send(std::expected<Request, Veto> request) {
    if (!request) co_return withheld(request.error());
    auto destination = net_write::Destination::portainer(route_, origin_);
    if (!destination) {
        const net_write::Unanswered refused{.why = destination.error(), .sent = false};
        co_return read_reply(*request, std::unexpected(refused), server_);
    }
    net_write::Write write{.method = request->method,
                           .target = request->target,
                           .body = std::move(request->body),
                           .headers = Secret(fmt::format("X-API-Key: {}\r\n", server_.token.reveal()))};
    const net::UnderWay::Entry entry(under_way_, fmt::format("{} {}", request->method, request->target),
                                     std::chrono::steady_clock::now());
    const auto answer = co_await net_write::send_once(std::move(*destination), std::move(write), limits_);
    co_return read_reply(*request, answer, server_);
}

} // namespace mooring::portainer_write
