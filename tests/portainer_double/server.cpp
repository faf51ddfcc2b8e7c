#include "portainer_double/server.hpp"

#include "base/text.hpp"
#include "portainer_double/send.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
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

constexpr std::uint64_t largest_body = 64ULL << 20U;

Request to_request(http::request<http::string_body>&& in) {
    Request request;
    request.method = in.method_string();
    request.target = in.target();
    for (const auto& field : in.base()) request.headers.emplace(mooring::to_lower(field.name_string()), field.value());
    request.body = std::move(in.body());
    return request;
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
                co_await wait_for(10); // out of descriptors: try again
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
