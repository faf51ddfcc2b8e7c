#include "net/connection.hpp"

#include "base/text.hpp"
#include "net/route.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

namespace mooring::net {
namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket; // TCP and Unix alike
using Endpoint = asio::generic::stream_protocol::endpoint;
using ErrorCode = boost::system::error_code;
constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);

class SocketConnection final : public Connection {
  public:
    explicit SocketConnection(std::shared_ptr<Route> route) : route_(std::move(route)), socket_(route_->executor) {}

    asio::awaitable<Try<void>> open(TimePoint deadline);
    asio::awaitable<Try<Response>> exchange(std::string_view head_and_body, std::size_t most, BodySink* sink,
                                            TimePoint deadline) override;
    bool reusable() const override { return reusable_; }

  private:
    asio::awaitable<Try<void>> connect_any(TimePoint deadline);
    asio::awaitable<Try<void>> connect_one(Endpoint endpoint, TimePoint deadline);
    asio::awaitable<Try<void>> tunnel(TimePoint deadline);
    asio::awaitable<Try<void>> handshake(TimePoint deadline);

    // Sends `out`, feeds `reader` until it is done. An empty error: done or failed, ask the reader.
    template <typename Stream>
    asio::awaitable<ErrorCode> converse(Stream& stream, std::string_view out, ResponseReader& reader);
    template <typename Stream>
    asio::awaitable<Try<Response>> ask(Stream& stream, std::string_view out, ResponseReader& reader,
                                       TimePoint deadline);

    // Whom the socket connects to, for messages.
    std::string next_stop() const {
        return printable(route_->proxy ? std::string(said::the_proxy) + route_->proxy->shown()
                                       : route_->origin.shown());
    }
    void remember(const asio::ip::tcp::endpoint& answered);

    // Closing is what ends a pending operation, TLS included.
    std::function<void()> closer() {
        return [this] {
            ErrorCode ignored;
            socket_.close(ignored);
        };
    }

    std::shared_ptr<Route> route_;
    Socket socket_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
    ReadBuffer buffer_;    // of the stream that requests go over: never of the words with a proxy before TLS
    std::string seen_pin_; // of the key that the server showed
    bool reusable_ = true;
};

// An operation was aborted: by us because a deadline passed, or by whoever cancelled the whole coroutine.
asio::awaitable<void> throw_if_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

std::string reason(const ErrorCode& error) { return printable(error.message()); }

std::unexpected<Trouble> too_slow(std::string_view doing) {
    return trouble(Stage::timeout, fmt::format("no answer in time ({})", doing));
}

asio::awaitable<Try<void>> SocketConnection::connect_one(Endpoint endpoint, TimePoint deadline) {
    ErrorCode error;
    socket_.close(error);
    socket_ = Socket(route_->executor);
    {
        const Watchdog::Watch watch(route_->watchdog, deadline, closer());
        const auto [failure] = co_await socket_.async_connect(endpoint, as_pair);
        co_await throw_if_cancelled();
        if (watch.expired()) co_return too_slow("connecting to " + next_stop());
        if (failure) co_return trouble(Stage::connect, reason(failure));
    }
    if (route_->origin.socket.empty()) socket_.set_option(asio::ip::tcp::no_delay(true), error);
    co_return Try<void>();
}

// One address after the other; each gets its share of the time that is left, so that one that swallows packets does not
// use up what the next one needs.
asio::awaitable<Try<void>> SocketConnection::connect_any(TimePoint deadline) {
    if (!route_->origin.socket.empty()) {
        const Endpoint endpoint{asio::local::stream_protocol::endpoint(route_->origin.socket)};
        auto connected = co_await connect_one(endpoint, deadline);
        if (!connected && connected.error().stage == Stage::connect) {
            connected.error().message =
                fmt::format("cannot connect to {}: {}", printable(route_->origin.shown()), connected.error().message);
        }
        co_return connected;
    }
    const std::string host = route_->proxy ? route_->proxy->host : route_->origin.host;
    const std::uint16_t port = route_->proxy ? route_->proxy->port : route_->origin.port;
    if (route_->addresses.empty()) {
        auto found = co_await resolve(route_->executor, host, port, deadline);
        if (!found) co_return std::unexpected(route_->proxy ? at_proxy(found.error(), *route_->proxy) : found.error());
        route_->addresses = std::move(*found);
    }
    const auto addresses = route_->addresses; // another connection may empty the list meanwhile
    Try<void> last = trouble(Stage::connect, "no address");
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto now = std::chrono::steady_clock::now();
        const auto share = (deadline - now) / static_cast<std::int64_t>(addresses.size() - i);
        const Endpoint endpoint{addresses[i]};
        last = co_await connect_one(endpoint, now + share);
        if (last) {
            remember(addresses[i]);
            co_return last;
        }
    }
    route_->addresses.clear(); // the name may stand for others by now
    if (last.error().stage == Stage::connect) {
        last = trouble(Stage::connect, fmt::format("cannot connect to {}: {}", next_stop(), last.error().message));
    }
    co_return last;
}

// The address that answered comes first from now on: one that is dead costs its share of the time once, and not in
// every connection.
void SocketConnection::remember(const asio::ip::tcp::endpoint& answered) {
    auto& known = route_->addresses;
    const auto found = std::ranges::find(known, answered);
    if (found != known.end()) std::rotate(known.begin(), found, found + 1);
}

asio::awaitable<Try<void>> SocketConnection::tunnel(TimePoint deadline) {
    const auto& proxy = *route_->proxy;
    const std::string target = route_->origin.shown();
    std::string out = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", target, target);
    if (!proxy.authorization.empty()) out += fmt::format("Proxy-Authorization: {}\r\n", proxy.authorization.reveal());
    out += "\r\n";
    const ReadLimits limits{.headers = route_->most_headers, .body = 0, .kept_body = 0};
    ReadBuffer plain; // what a proxy says must never be read as the server's answer
    ResponseReader reader(plain, limits, nullptr, ResponseReader::Body::none);
    auto answer = co_await ask(socket_, out, reader, deadline);
    const Secret wiped(std::move(out));
    if (!answer) {
        if (answer.error().stage != Stage::timeout) answer.error().stage = Stage::proxy;
        co_return std::unexpected(at_proxy(answer.error(), proxy));
    }
    const auto complain = [&](std::string_view what) {
        return trouble(Stage::proxy, fmt::format("{}{} {}", said::the_proxy, printable(proxy.shown()), what));
    };
    if (answer->status / 100 != 2) { // RFC 9110 §9.3.6: every 2xx grants, and none has a body
        const std::string hint = answer->status == 407 ? fmt::format(": {}", said::wants_password) : "";
        co_return complain(fmt::format("refused the way to {} with {}{}", printable(target), answer->status, hint));
    }
    // The server speaks only after our side of the handshake: what is here already is the proxy's own.
    if (plain.used != 0) co_return complain(said::tampered);
    co_return Try<void>();
}

asio::awaitable<Try<void>> SocketConnection::handshake(TimePoint deadline) {
    tls_.emplace(socket_, *route_->tls);
    SSL* native = tls_->native_handle();
    const std::string where = printable(route_->origin.shown());
    if (const auto unchecked = expect_host(native, route_->origin.host, route_->trust)) {
        co_return trouble(Stage::tls, fmt::format("no TLS with {}: {}", where, *unchecked));
    }
    ErrorCode error;
    tls_->set_verify_callback(
        [this](bool trusted, asio::ssl::verify_context& context) {
            if (!trusted) seen_pin_ = pin_of_leaf(context.native_handle());
            return trusted;
        },
        error);
    const Watchdog::Watch watch(route_->watchdog, deadline, closer());
    const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_pair);
    co_await throw_if_cancelled();
    if (watch.expired()) co_return too_slow("TLS handshake with " + route_->origin.shown());
    if (failure) {
        const auto why = handshake_failure(native, seen_pin_, failure.message());
        co_return trouble(Stage::tls, fmt::format("no TLS with {}: {}", where, why));
    }
    if (route_->on_handshake) route_->on_handshake(native);
    if (const auto wrong = wrong_key(native, route_->trust)) {
        co_return trouble(Stage::tls, fmt::format("no TLS with {}: {}", where, *wrong));
    }
    co_return Try<void>();
}

asio::awaitable<Try<void>> SocketConnection::open(TimePoint deadline) {
    auto done = co_await connect_any(deadline);
    if (done && route_->proxy && route_->tls) done = co_await tunnel(deadline);
    if (done && route_->tls) done = co_await handshake(deadline);
    co_return done;
}

template <typename Stream>
asio::awaitable<ErrorCode> SocketConnection::converse(Stream& stream, std::string_view out, ResponseReader& reader) {
    const auto [failure, written] = co_await asio::async_write(stream, asio::buffer(out), as_pair);
    if (failure) co_return failure;
    for (;;) {
        const auto space = reader.space();
        const auto [error, count] = co_await stream.async_read_some(asio::buffer(space.data(), space.size()), as_pair);
        if (error == asio::error::eof) {
            reader.closed();
            co_return ErrorCode();
        }
        if (error) co_return error;
        if (reader.received(count) != ResponseReader::State::more) co_return ErrorCode();
    }
}

template <typename Stream>
asio::awaitable<Try<Response>> SocketConnection::ask(Stream& stream, std::string_view out, ResponseReader& reader,
                                                     TimePoint deadline) {
    const Watchdog::Watch watch(route_->watchdog, deadline, closer());
    const auto error = co_await converse(stream, out, reader);
    if (error) {
        co_await throw_if_cancelled();
        if (watch.expired()) co_return too_slow("waiting for " + route_->origin.shown());
        co_return trouble(Stage::lost, fmt::format("the connection was lost: {}", reason(error)), reader.untouched());
    }
    if (const auto failure = reader.failure()) co_return std::unexpected(*failure);
    co_return reader.take();
}

asio::awaitable<Try<Response>> SocketConnection::exchange(std::string_view head_and_body, std::size_t most,
                                                          BodySink* sink, TimePoint deadline) {
    reusable_ = false; // until the answer was read to its end
    const ReadLimits limits{.headers = route_->most_headers, .body = most};
    ResponseReader reader(buffer_, limits, sink, ResponseReader::Body::read);
    Try<Response> answer;
    if (tls_) {
        answer = co_await ask(*tls_, head_and_body, reader, deadline);
    } else {
        answer = co_await ask(socket_, head_and_body, reader, deadline);
    }
    reusable_ = answer.has_value() && reader.reusable();
    co_return answer;
}

} // namespace

Trouble at_proxy(Trouble trouble, const Proxy& proxy) {
    trouble.message = fmt::format("{}{}: {}", said::the_proxy, printable(proxy.shown()), trouble.message);
    return trouble;
}

asio::awaitable<Try<std::unique_ptr<Connection>>> open_connection(std::shared_ptr<Route> route, TimePoint deadline) {
    auto connection = std::make_unique<SocketConnection>(std::move(route));
    auto opened = co_await connection->open(deadline);
    if (!opened) co_return std::unexpected(opened.error());
    co_return connection;
}

Watchdog::Watch::Watch(std::shared_ptr<Watchdog> dog, TimePoint deadline, std::function<void()> on_expiry)
    : dog_(std::move(dog)), deadline_(deadline), on_expiry_(std::move(on_expiry)) {
    dog_->add(this);
}

Watchdog::Watch::~Watch() { dog_->remove(this); }

void Watchdog::add(Watch* watch) {
    watches_.push_back(watch);
    if (watch->deadline_ < armed_) sleep_until(watch->deadline_);
}

void Watchdog::remove(Watch* watch) {
    std::erase(watches_, watch);
    if (!watches_.empty()) return; // a timer that is too early only looks around and sleeps on
    armed_ = TimePoint::max();
    timer_.cancel(); // so that the io_context may run out of work
}

void Watchdog::sleep_until(TimePoint at) {
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        if (const auto self = weak.lock()) self->wake();
    });
}

void Watchdog::wake() {
    if (armed_ == TimePoint::max()) return; // cancelled after it had fired
    armed_ = TimePoint::max();
    const auto now = std::chrono::steady_clock::now();
    std::vector<Watch*> due; // on_expiry closes sockets, whose handlers run later: watches_ stays as it is meanwhile
    std::ranges::copy_if(watches_, std::back_inserter(due),
                         [&](const Watch* watch) { return !watch->expired_ && watch->deadline_ <= now; });
    for (Watch* watch : due) {
        watch->expired_ = true;
        watch->on_expiry_();
    }
    TimePoint next = TimePoint::max();
    for (const Watch* watch : watches_) {
        if (!watch->expired_) next = std::min(next, watch->deadline_);
    }
    if (next != TimePoint::max()) sleep_until(next);
}

} // namespace mooring::net
