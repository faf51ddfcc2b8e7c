#include "net_write/send_once.hpp"

#include "base/text.hpp"
#include "net/connection.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::net_write {
namespace {

constexpr std::size_t longest_answer = std::size_t{64} << 10U;

std::string request_of(const net::Route& route, const Write& write) {
    std::string out =
        fmt::format("{} {}{} HTTP/1.1\r\n{}Connection: close\r\n{}", write.method, net::target_base(route),
                    write.target, net::header_lines(route), write.headers.reveal());
    if (!write.body.empty()) out += "Content-Type: application/json\r\n";
    out += fmt::format("Content-Length: {}\r\n\r\n", write.body.size());
    out += write.body;
    return out;
}

} // namespace

boost::asio::awaitable<net::Try<net::Response>> send_once(std::shared_ptr<net::Route> route, Write write,
                                                          std::vector<net::Origin> never,
                                                          std::chrono::milliseconds timeout) {
    for (const net::Origin& place : never) {
        if (!net::same_place(place, route->origin)) continue;
        co_return net::trouble(
            net::Stage::connect,
            fmt::format("{} is the address of a Portainer server of the configuration; nothing is ever sent there",
                        printable(route->origin.shown())));
    }
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto connection = co_await net::open_connection(route, deadline);
    if (!connection) co_return std::unexpected(connection.error());
    const Secret request(request_of(*route, write));
    co_return co_await (*connection)->exchange(request.reveal(), longest_answer, nullptr, deadline);
}

} // namespace mooring::net_write
