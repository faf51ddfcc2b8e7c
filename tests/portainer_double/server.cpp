#include "portainer_double/server.hpp"

#include "base/text.hpp"
#include "portainer_double/wire.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace portainer_double {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Socket = asio::generic::stream_protocol::socket;
using TlsStream = asio::ssl::stream<Socket>;

constexpr std::uint64_t largest_body = 64ULL << 20U;
constexpr std::uint64_t endless_bytes = 4ULL << 30U; // even this fault ends

Request to_request(http::request<http::string_body>&& in) {
    Request request;
    request.method = in.method_string();
    request.target = in.target();
    for (const auto& field : in.base()) request.headers.emplace(mooring::to_lower(field.name_string()), field.value());
    request.body = std::move(in.body());
    return request;
}

asio::awaitable<void> wait(int milliseconds) {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(milliseconds));
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await timer.async_wait(token);
}

template <typename Stream>
asio::awaitable<bool> send_text(Stream& stream, const std::string& text) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const auto buffer = asio::buffer(text);
    co_await asio::async_write(stream, buffer, token);
    co_return !error;
}

std::string chunk_head(std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    do {
        text.insert(text.begin(), digits[size % 16]);
        size /= 16;
    } while (size != 0);
    return text + "\r\n";
}

template <typename Stream>
asio::awaitable<bool> send_whole(Stream& stream, const Reply& reply, bool keep_alive) {
    const Framing framing{.chunked = is_chunked(reply.answer), .keep_alive = keep_alive};
    std::string head =
        head_of(reply, framing, http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.answer.status))));
    if (framing.chunked) head += chunk_head(reply.answer.body->size());
    const std::string tail = framing.chunked ? "\r\n0\r\n\r\n" : "";
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(head), asio::buffer(*reply.answer.body),
                                                    asio::buffer(tail)};
    co_await asio::async_write(stream, buffers, token);
    co_return !error && keep_alive;
}

template <typename Stream>
asio::awaitable<void> send_cut(Stream& stream, const Reply& reply) {
    std::string text = head_of(reply, {}, "OK");
    const std::size_t half = reply.answer.body->size() / 2;
    text += reply.answer.body->substr(0, reply.fault->bytes == 0 ? half : reply.fault->bytes);
    co_await send_text(stream, text);
}

template <typename Stream>
asio::awaitable<bool> send_dripping(Stream& stream, const Reply& reply) {
    std::string piece = head_of(reply, {}, "OK");
    bool sent = co_await send_text(stream, piece);
    for (std::size_t i = 0; sent && i < reply.answer.body->size(); ++i) {
        co_await wait(reply.fault->milliseconds);
        piece = (*reply.answer.body)[i];
        sent = co_await send_text(stream, piece);
    }
    co_return sent;
}

template <typename Stream>
asio::awaitable<void> send_endless(Stream& stream, const Reply& reply) {
    const Framing framing{.chunked = true, .keep_alive = true};
    std::string piece = head_of(reply, framing, "OK");
    bool sent = co_await send_text(stream, piece);
    piece = chunk_head(16384) + std::string(16384, ' ') + "\r\n";
    for (std::uint64_t total = 0; sent && total < endless_bytes; total += 16384)
        sent = co_await send_text(stream, piece);
}

// True if the connection may carry another request.
template <typename Stream>
asio::awaitable<bool> send(Stream& stream, const Reply& reply, bool keep_alive) {
    if (!reply.fault || reply.fault->kind == FaultKind::content_type)
        co_return co_await send_whole(stream, reply, keep_alive);
    switch (reply.fault->kind) {
    case FaultKind::latency:
        co_await wait(reply.fault->milliseconds);
        co_return co_await send_whole(stream, reply, keep_alive);
    case FaultKind::truncate:
        co_await send_cut(stream, reply);
        co_return false;
    case FaultKind::endless:
        co_await send_endless(stream, reply);
        co_return false;
    case FaultKind::drip:
        co_return co_await send_dripping(stream, reply);
    default:
        co_return false; // drop
    }
}

template <typename Stream>
asio::awaitable<void> converse(Stream& stream, Service& service, bool is_control) {
    boost::beast::flat_buffer buffer;
    bool open = true;
    while (open) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(largest_body);
        boost::system::error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        co_await http::async_read(stream, buffer, parser, token);
        if (error) co_return;
        const bool keep_alive = parser.keep_alive();
        Request request = to_request(parser.release());
        Reply reply;
        if (is_control) {
            parse_target(request);
            reply.answer = service.control(request);
        } else {
            reply = service.api(std::move(request));
        }
        open = co_await send(stream, reply, keep_alive);
        if (!is_control) service.request_ended();
    }
}

asio::awaitable<void> plain_session(Socket socket, Service& service, bool is_control) {
    co_await converse(socket, service, is_control);
}

asio::awaitable<void> tls_session(Socket socket, asio::ssl::context& tls, Service& service) {
    TlsStream stream(std::move(socket), tls);
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await stream.async_handshake(asio::ssl::stream_base::server, token);
    if (error) co_return;
    co_await converse(stream, service, false);
    co_await stream.async_shutdown(token);
}

struct Address {
    std::string host;
    std::string port;
    std::string unix_path;
};

Address parse_address(const std::string& listen) {
    if (listen.starts_with("unix:")) return {.host = {}, .port = {}, .unix_path = listen.substr(5)};
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("--listen wants HOST:PORT or unix:/path");
    std::string host = listen.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    return {.host = host, .port = listen.substr(colon + 1), .unix_path = {}};
}

} // namespace

class Server::Sockets {
  public:
    explicit Sockets(Service& service) : service_(service), api_(io_), control_(io_), api_unix_(io_) {}

    void open() {
        const Options& options = service_.options;
        if (!options.tls_certificate.empty()) {
            tls_.emplace(asio::ssl::context::tls_server);
            tls_->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
            tls_->use_certificate_chain_file(options.tls_certificate);
            tls_->use_private_key_file(options.tls_key, asio::ssl::context::pem);
        }
        const Address address = parse_address(options.listen);
        if (address.unix_path.empty()) {
            bind(api_, address);
        } else {
            unix_path_ = address.unix_path;
            ::unlink(unix_path_.c_str());
            const asio::local::stream_protocol::endpoint endpoint(unix_path_);
            api_unix_.open();
            api_unix_.bind(endpoint);
            api_unix_.listen();
        }
        bind(control_, parse_address(options.control_listen));
        if (api_.is_open()) asio::co_spawn(io_, accept(api_, false), asio::detached);
        if (api_unix_.is_open()) asio::co_spawn(io_, accept(api_unix_, false), asio::detached);
        asio::co_spawn(io_, accept(control_, true), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }

    ~Sockets() {
        io_.stop();
        if (thread_.joinable()) thread_.join();
        if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
    }

    std::uint16_t port() const { return api_.is_open() ? api_.local_endpoint().port() : std::uint16_t{0}; }
    std::uint16_t control_port() const { return control_.local_endpoint().port(); }

  private:
    Service& service_;
    asio::io_context io_{1};
    std::optional<asio::ssl::context> tls_;
    asio::ip::tcp::acceptor api_;
    asio::ip::tcp::acceptor control_;
    asio::local::stream_protocol::acceptor api_unix_;
    std::string unix_path_;
    std::thread thread_;

    void bind(asio::ip::tcp::acceptor& acceptor, const Address& address) {
        asio::ip::tcp::resolver resolver(io_);
        const asio::ip::tcp::endpoint endpoint = *resolver.resolve(address.host, address.port).begin();
        acceptor.open(endpoint.protocol());
        acceptor.set_option(asio::socket_base::reuse_address(true));
        acceptor.bind(endpoint);
        acceptor.listen();
    }

    template <typename Acceptor>
    asio::awaitable<void> accept(Acceptor& acceptor, bool is_control) {
        while (acceptor.is_open()) {
            Socket socket(io_);
            boost::system::error_code error;
            auto token = asio::redirect_error(asio::use_awaitable, error);
            co_await acceptor.async_accept(socket, token);
            if (error == asio::error::operation_aborted) co_return;
            if (error) {
                co_await wait(10); // out of descriptors: try again
                continue;
            }
            start_session(std::move(socket), is_control);
        }
    }

    void start_session(Socket socket, bool is_control) {
        if (!is_control) service_.connection_opened();
        const asio::generic::stream_protocol protocol = socket.local_endpoint().protocol();
        boost::system::error_code ignored;
        if (protocol.family() != AF_UNIX) socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        if (tls_ && !is_control) {
            asio::co_spawn(io_, tls_session(std::move(socket), *tls_, service_), asio::detached);
        } else {
            asio::co_spawn(io_, plain_session(std::move(socket), service_, is_control), asio::detached);
        }
    }
};

Server::Server(Service& service) : service_(service) {}
Server::~Server() = default;

void Server::start() {
    auto sockets = std::make_unique<Sockets>(service_);
    try {
        sockets->open();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error("cannot listen on " + service_.options.listen + ": " + error.what());
    }
    sockets_ = std::move(sockets);
}

void Server::stop() { sockets_.reset(); }
std::uint16_t Server::port() const { return sockets_->port(); }
std::uint16_t Server::control_port() const { return sockets_->control_port(); }

} // namespace portainer_double
