#include "net/server.hpp"

#include "base/text.hpp"
#include "net/watchdog.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace mooring::net {
namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket; // TCP and Unix alike
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
using ErrorCode = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);

std::string_view reason_phrase(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return status < 500 ? "Refused" : "Internal Server Error";
    }
}

std::string http_date(std::time_t now) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[40]; // NOLINT(modernize-avoid-c-arrays): strftime writes into one
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

std::string head_of(const Answered& answer, bool keep_alive) {
    std::string out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status, reason_phrase(answer.status),
                                  http_date(std::time(nullptr)));
    if (!answer.content_type.empty()) out += fmt::format("Content-Type: {}\r\n", answer.content_type);
    for (const auto& [name, value] : answer.headers) out += fmt::format("{}: {}\r\n", name, value);
    out += fmt::format("Content-Length: {}\r\nConnection: {}\r\n\r\n", answer.body.size(),
                       keep_alive ? "keep-alive" : "close");
    return out;
}

Answered plain(int status) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = fmt::format("{} {}\n", status, reason_phrase(status)),
            .headers = {}};
}

std::string reason(const ErrorCode& error) { return printable(error.message()); }

} // namespace

struct Server::Core {
    Core(const asio::any_io_executor& executor, const Listen& where, const ServerLimits& bounds, Handler answer)
        : listen(where), limits(bounds), handler(std::move(answer)), acceptor(executor),
          watchdog(std::make_shared<Watchdog>(executor)) {}

    Result<void> open();
    Result<asio::generic::stream_protocol::endpoint> bind_place();
    Result<void> load_certificate();
    static asio::awaitable<void> accept(std::shared_ptr<Core> core);
    static asio::awaitable<void> session(std::shared_ptr<Core> core, Socket socket);
    template <typename Stream>
    asio::awaitable<void> serve(Stream& stream, Socket& socket);
    template <typename Stream>
    asio::awaitable<RequestReader::State> read(Stream& stream, Socket& socket, RequestReader& reader,
                                               SteadyClock::time_point deadline);
    template <typename Stream>
    asio::awaitable<bool> write(Stream& stream, Socket& socket, std::string bytes);
    asio::awaitable<Answered> answer(Received request);
    void spawn(asio::awaitable<void> work);

    Listen listen;
    ServerLimits limits;
    Handler handler;
    Acceptor acceptor;
    std::shared_ptr<Watchdog> watchdog;
    std::unique_ptr<asio::ssl::context> tls; // null without
    std::string address;
    std::size_t connections = 0;
    bool closed = false;
};

namespace {

std::function<void()> closer(Socket& socket) {
    return [&socket] {
        ErrorCode ignored;
        socket.close(ignored);
    };
}

} // namespace

Result<asio::generic::stream_protocol::endpoint> Server::Core::bind_place() {
    if (!listen.socket.empty()) {
        struct stat about{};
        // A socket that a process before this one left behind is ours to replace; any other file is not.
        if (::lstat(listen.socket.c_str(), &about) == 0 && S_ISSOCK(about.st_mode)) ::unlink(listen.socket.c_str());
        try {
            return asio::generic::stream_protocol::endpoint(asio::local::stream_protocol::endpoint(listen.socket));
        } catch (const boost::system::system_error&) {
            return fail(ErrorKind::invalid_input, "the path of the Unix socket is too long");
        }
    }
    ErrorCode error;
    const auto host = asio::ip::make_address(listen.host, error);
    if (error)
        return fail(ErrorKind::invalid_input, fmt::format("`{}` is no address to listen on", printable(listen.host)));
    return asio::generic::stream_protocol::endpoint(asio::ip::tcp::endpoint(host, listen.port));
}

Result<void> Server::Core::load_certificate() {
    if (listen.certificate.empty()) return {};
    tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    ErrorCode error;
    tls->use_certificate_chain_file(listen.certificate, error);
    if (error)
        return fail(ErrorKind::io, fmt::format("cannot use the certificate {}", printable(listen.certificate)),
                    reason(error));
    tls->use_private_key_file(listen.key, asio::ssl::context::pem, error);
    if (error) return fail(ErrorKind::io, fmt::format("cannot use the key {}", printable(listen.key)), reason(error));
    return {};
}

Result<void> Server::Core::open() {
    if (auto loaded = load_certificate(); !loaded) return loaded;
    const auto place = bind_place();
    if (!place) return std::unexpected(place.error());
    ErrorCode error;
    acceptor.open(place->protocol(), error);
    if (!error && listen.socket.empty()) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(*place, error);
    if (!error && !listen.socket.empty() && ::chmod(listen.socket.c_str(), 0660) != 0)
        error = ErrorCode(errno, boost::system::system_category());
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    const std::string shown =
        listen.socket.empty() ? fmt::format("{}:{}", printable(listen.host), listen.port) : printable(listen.socket);
    if (error) return fail(ErrorKind::io, fmt::format("cannot listen on {}: {}", shown, reason(error)));
    if (!listen.socket.empty()) {
        address = "unix:" + listen.socket;
        return {};
    }
    asio::ip::tcp::endpoint local;
    const auto bound = acceptor.local_endpoint();
    std::memcpy(local.data(), bound.data(), bound.size());
    const bool v6 = local.address().is_v6();
    address = fmt::format("{}://{}{}{}:{}", tls ? "https" : "http", v6 ? "[" : "", local.address().to_string(),
                          v6 ? "]" : "", local.port());
    return {};
}

void Server::Core::spawn(asio::awaitable<void> work) {
    asio::co_spawn(acceptor.get_executor(), std::move(work), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
}

asio::awaitable<void> Server::Core::accept(std::shared_ptr<Core> core) {
    asio::steady_timer pause(core->acceptor.get_executor());
    while (!core->closed) {
        auto [error, socket] = co_await core->acceptor.async_accept(as_pair);
        if (core->closed) co_return;
        if (error) { // no descriptors left: the ones in use will be given back
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(as_pair);
            continue;
        }
        if (core->connections >= core->limits.connections) continue; // closes it
        core->spawn(session(core, std::move(socket)));
    }
}

asio::awaitable<void> Server::Core::session(std::shared_ptr<Core> core, Socket socket) {
    ++core->connections;
    if (core->tls) {
        asio::ssl::stream<Socket&> stream(socket, *core->tls);
        bool shaken = false;
        {
            const Watchdog::Watch watch(core->watchdog, SteadyClock::now() + core->limits.head, closer(socket));
            const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_pair);
            shaken = !error;
        }
        if (shaken) co_await core->serve(stream, socket);
    } else {
        co_await core->serve(socket, socket);
    }
    --core->connections;
}

// Reads until the request is there, is refused, or the time is up (then State::more).
template <typename Stream>
asio::awaitable<RequestReader::State> Server::Core::read(Stream& stream, Socket& socket, RequestReader& reader,
                                                         SteadyClock::time_point deadline) {
    const Watchdog::Watch watch(watchdog, deadline, closer(socket));
    auto state = reader.received(0);
    bool continued = false;
    while (state == RequestReader::State::more) {
        if (!continued && reader.head_done() && reader.request().expects_continue) {
            continued = true;
            std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            if (!co_await write(stream, socket, std::move(go_on))) co_return state;
        }
        const bool first = reader.untouched();
        const auto space = reader.space();
        const auto [error, count] = co_await stream.async_read_some(asio::buffer(space.data(), space.size()), as_pair);
        if (error) co_return state;
        state = reader.received(count);
        if (first) break; // the clock of a request begins with its first byte: the caller waits on with another one
    }
    co_return state;
}

template <typename Stream>
asio::awaitable<bool> Server::Core::write(Stream& stream, Socket& socket, std::string bytes) {
    const Watchdog::Watch watch(watchdog, SteadyClock::now() + limits.write, closer(socket));
    const auto [error, count] = co_await asio::async_write(stream, asio::buffer(bytes), as_pair);
    co_return !error;
}

asio::awaitable<Answered> Server::Core::answer(Received request) {
    try {
        co_return co_await handler(std::move(request));
    } catch (const std::exception&) { // a bug of the handler; it must not end the others' answers
        co_return plain(500);
    }
}

template <typename Stream>
asio::awaitable<void> Server::Core::serve(Stream& stream, Socket& socket) {
    ReadBuffer buffer;
    for (bool first = true; !closed; first = false) {
        RequestReader reader(buffer, limits.headers, limits.body);
        auto state = co_await read(stream, socket, reader, SteadyClock::now() + (first ? limits.head : limits.idle));
        if (state == RequestReader::State::more && !reader.untouched())
            state = co_await read(stream, socket, reader, SteadyClock::now() + limits.head);
        if (state == RequestReader::State::more) co_return;
        const bool refused = state == RequestReader::State::refused;
        bool keep = !refused && reader.keep_alive();
        Answered out = plain(refused ? reader.refusal() : 500);
        bool head_only = false;
        if (!refused) {
            Received request = reader.take();
            head_only = request.method == "HEAD";
            out = co_await answer(std::move(request));
        }
        keep = keep && !closed;
        std::string bytes = head_of(out, keep);
        if (!head_only) bytes += out.body;
        const bool written = co_await write(stream, socket, std::move(bytes));
        if (!written || !keep) break;
    }
    ErrorCode ignored;
    socket.shutdown(asio::socket_base::shutdown_send, ignored); // what is left unread must not reset the answer
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() {
    core_->closed = true;
    ErrorCode ignored;
    core_->acceptor.close(ignored);
    if (!core_->listen.socket.empty()) ::unlink(core_->listen.socket.c_str());
}

Result<std::unique_ptr<Server>> Server::open(const asio::any_io_executor& executor, const Listen& listen,
                                             const ServerLimits& limits, Handler handler) {
    auto core = std::make_shared<Core>(executor, listen, limits, std::move(handler));
    if (auto opened = core->open(); !opened) return std::unexpected(opened.error());
    core->spawn(Core::accept(core));
    return std::unique_ptr<Server>(new Server(std::move(core)));
}

std::string Server::address() const { return core_->address; }
std::size_t Server::connections() const { return core_->connections; }

bool is_loopback(const std::string& host) {
    ErrorCode error;
    const auto address = asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

} // namespace mooring::net
