#include "contract/client.hpp"

#include "base/text.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <sys/socket.h>

#include <optional>
#include <stdexcept>

namespace contract {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Message = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

struct Url {
    bool tls = false;
    std::string host;
    std::string port;
    std::string base;
};

Url parse_url(const std::string& text) {
    Url url;
    const std::size_t scheme = text.find("://");
    if (scheme == std::string::npos) throw std::runtime_error("not a URL: " + text);
    url.tls = text.substr(0, scheme) == "https";
    const std::size_t start = scheme + 3;
    const std::size_t slash = std::min(text.size(), text.find('/', start));
    const std::string authority = text.substr(start, slash - start);
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
    url.host = has_port ? authority.substr(0, colon) : authority;
    if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
    url.port = has_port ? authority.substr(colon + 1) : (url.tls ? "443" : "80");
    url.base = text.substr(slash);
    if (url.base.ends_with('/')) url.base.pop_back();
    return url;
}

Response to_response(const http::response<http::string_body>& in) {
    Response response;
    response.status = static_cast<int>(in.result_int());
    for (const auto& field : in.base()) response.headers[mooring::to_lower(field.name_string())] = field.value();
    const auto type = response.headers.find("content-type");
    const bool is_json = type != response.headers.end() && type->second.starts_with("application/json");
    if (is_json) {
        Json body = Json::parse(in.body(), nullptr, false);
        if (!body.is_discarded()) response.json = std::move(body);
    }
    if (!response.json) response.text = in.body();
    return response;
}

} // namespace

class Client::Connection {
  public:
    explicit Connection(const std::string& url) : url_(parse_url(url)) {}

    Response exchange(const Exchange& in) {
        Message message;
        message.method_string(in.method);
        message.target(url_.base + in.target);
        message.version(11);
        message.set(http::field::host, url_.host + ":" + url_.port);
        for (const auto& [name, value] : in.headers) message.set(name, value);
        message.body() = in.body;
        if (!in.body.empty() || in.method == "POST" || in.method == "PUT") message.prepare_payload();
        try {
            return attempt(message, in.method == "HEAD");
        } catch (const boost::system::system_error& error) {
            close();
            throw std::runtime_error(in.method + " " + in.target + ": " + error.what());
        }
    }

  private:
    Url url_;
    asio::io_context io_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    std::optional<tcp::socket> socket_;
    std::optional<asio::ssl::stream<tcp::socket&>> secure_;
    boost::beast::flat_buffer buffer_;

    void close() {
        secure_.reset();
        socket_.reset();
        buffer_.clear();
    }

    void open() {
        tcp::resolver resolver(io_);
        socket_.emplace(io_);
        asio::connect(*socket_, resolver.resolve(url_.host, url_.port));
        socket_->set_option(tcp::no_delay(true));
        const timeval limit{.tv_sec = 120, .tv_usec = 0};
        ::setsockopt(socket_->native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (!url_.tls) return;
        secure_.emplace(*socket_, tls_);
        secure_->handshake(asio::ssl::stream_base::client);
    }

    template <typename Stream>
    void round_trip(Stream& stream, Message& message, Parser& parser) {
        http::write(stream, message);
        http::read(stream, buffer_, parser);
    }

    Response attempt(Message& message, bool without_body) {
        if (!socket_) open();
        Parser parser;
        parser.body_limit(64ULL << 20U);
        parser.skip(without_body);
        if (secure_) {
            round_trip(*secure_, message, parser);
        } else {
            round_trip(*socket_, message, parser);
        }
        const bool keep = parser.keep_alive();
        const auto answer = parser.release();
        if (!keep) close();
        return to_response(answer);
    }
};

Client::Client(const std::string& url) : connection_(std::make_unique<Connection>(url)) {}
Client::~Client() = default;

Response Client::send(const Exchange& exchange) { return connection_->exchange(exchange); }

} // namespace contract
