#include "net_write/send_once.hpp"

#include "base/text.hpp"
#include "net/connection.hpp"

#include <fmt/format.h>
#include <limits>

namespace mooring::net_write {
namespace {

// Built in one piece: what a growing text leaves behind would not be wiped.
Secret request_of(const net::Route& route, const Write& write) {
    std::string out;
    out.reserve(write.target.size() + write.headers.reveal().size() + write.body.reveal().size() + 4096);
    out += fmt::format("{} {}{} HTTP/1.1\r\n", write.method, net::target_base(route), write.target);
    out += net::header_lines(route);
    out += "Connection: close\r\n";
    out += write.headers.reveal();
    if (!write.body.empty()) out += "Content-Type: application/json\r\n";
    out += fmt::format("Content-Length: {}\r\n\r\n", write.body.reveal().size());
    out += write.body.reveal();
    return Secret(std::move(out));
}

// Keeps the beginning of a body and does not care for the rest.
class Beginning final : public net::BodySink {
  public:
    explicit Beginning(std::size_t most) : most_(most) {}

    bool begin(int /*status*/, std::string_view /*content_type*/) override {
        kept_.clear();
        return true;
    }
    bool write(std::string_view piece) override {
        kept_ += piece.substr(0, most_ - kept_.size());
        return kept_.size() < most_;
    }
    std::string take() { return std::move(kept_); }

  private:
    std::size_t most_;
    std::string kept_;
};

std::unexpected<net::Trouble> not_there(std::string what) { return net::trouble(net::Stage::connect, std::move(what)); }

} // namespace

net::Try<Destination> Destination::elsewhere(std::shared_ptr<net::Route> route,
                                             const std::vector<net::Origin>& portainers) {
    for (const net::Origin& place : portainers) {
        if (!net::same_place(place, route->origin)) continue;
        return not_there(
            fmt::format("{} is the address of a Portainer server of the configuration; nothing is ever sent there",
                        printable(route->origin.shown())));
    }
    return Destination(std::move(route));
}

net::Try<Destination> Destination::portainer(std::shared_ptr<net::Route> route, const net::Origin& server) {
    const net::Origin& origin = route->origin;
    const bool same = net::same_place(origin, server) && origin.tls == server.tls &&
                      origin.base_path == server.base_path && origin.socket == server.socket;
    if (same) return Destination(std::move(route));
    return not_there(fmt::format("{} is not the Portainer server that is written to ({}); nothing was sent",
                                 printable(origin.shown()), printable(server.shown())));
}

boost::asio::awaitable<std::expected<net::Response, Unanswered>> send_once(Destination destination, Write write,
                                                                           Limits limits) {
    const auto route = destination.route();
    auto connection = co_await net::open_connection(route, std::chrono::steady_clock::now() + limits.connect);
    if (!connection) co_return std::unexpected(Unanswered{.why = connection.error(), .sent = false});
    const Secret request = request_of(*route, write);
    Beginning body(limits.kept);
    constexpr auto any_length = std::numeric_limits<std::size_t>::max();
    auto answer = co_await (*connection)
                      ->exchange(request.reveal(), any_length, &body, std::chrono::steady_clock::now() + limits.answer);
    if (!answer) co_return std::unexpected(Unanswered{.why = answer.error(), .sent = true});
    answer->body = body.take();
    co_return std::move(*answer);
}

} // namespace mooring::net_write
