#include "net/server.hpp"

#include "base/text.hpp"
#include "net/route.hpp"

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
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::string text_of(const ErrorCode& error) { return printable(error.message()); }

// A connection in one of the server's places.
struct Place {
    Socket socket;
    bool reserved = false; // it takes one vital request
    bool left = false;     // it had to make room, and its session is about to end
    std::optional<SteadyClock::time_point> waits_since = SteadyClock::now(); // for its client; nullopt: it is answered
};

} // namespace

struct Server::Core {
    Core(const asio::any_io_executor& executor, const Listen& where, const ServerLimits& bounds, Handler answer)
        : listen(where), limits(bounds), handler(std::move(answer)), acceptor(executor),
          watchdog(std::make_shared<Watchdog>(executor)) {}

    Result<void> open();
    Result<asio::generic::stream_protocol::endpoint> bind_place();
    Result<void> load_certificate();
    static asio::awaitable<void> accept(std::shared_ptr<Core> core);
    static asio::awaitable<void> session(std::shared_ptr<Core> core, std::shared_ptr<Place> place);
    std::size_t taken(bool reserved) const;
    bool evict(bool reserved);
    std::shared_ptr<Place> seat(Socket socket);
    template <typename Stream>
    asio::awaitable<void> serve(Stream& stream, Place& place);
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
    std::vector<std::shared_ptr<Place>> places; // of every session
    bool closed = false;
};

namespace {

std::function<void()> closer(Socket& socket) {
    return [&socket] {
        ErrorCode ignored;
        socket.close(ignored);
    };
}

struct Leaving { // however a coroutine is left
    std::function<void()> then;
    ~Leaving() { then(); }
};

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
        return fail(ErrorKind::invalid_input,
                    fmt::format("`{}` is not an address to listen on", printable(listen.host)));
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
                    text_of(error));
    tls->use_private_key_file(listen.key, asio::ssl::context::pem, error);
    if (error) return fail(ErrorKind::io, fmt::format("cannot use the key {}", printable(listen.key)), text_of(error));
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
    if (error) return fail(ErrorKind::io, fmt::format("cannot listen on {}: {}", shown, text_of(error)));
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
        auto [error, socket] = co_await core->acceptor.async_accept(as_result);
        if (core->closed) co_return;
        if (error) { // no descriptors left: the ones in use will be given back
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
            continue;
        }
        auto place = core->seat(std::move(socket));
        if (place) core->spawn(session(core, std::move(place))); // without one the connection is closed
    }
}

std::size_t Server::Core::taken(bool reserved) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        places, [&](const std::shared_ptr<Place>& one) { return one->reserved == reserved && !one->left; }));
}

// Closes the one that has waited longest for its client, if one waits and has nothing that it could read.
bool Server::Core::evict(bool reserved) {
    std::shared_ptr<Place> longest;
    for (const auto& one : places) {
        ErrorCode gone; // then it has nothing to read, either
        if (one->reserved != reserved || one->left || !one->waits_since || one->socket.available(gone) > 0) continue;
        if (!longest || *one->waits_since < *longest->waits_since) longest = one;
    }
    if (!longest) return false;
    longest->left = true;
    closer(longest->socket)();
    return true;
}

// A place for a new connection: a free one, that of a client that keeps silent, or one of those for what is vital.
// Null: all are busy.
std::shared_ptr<Place> Server::Core::seat(Socket socket) {
    const std::size_t kept = limits.vital == nullptr ? 0 : limits.reserved;
    const bool usual = taken(false) < limits.connections || evict(false);
    if (!usual && taken(true) >= kept && (kept == 0 || !evict(true))) return nullptr;
    places.push_back(std::make_shared<Place>(std::move(socket), !usual));
    return places.back();
}

asio::awaitable<void> Server::Core::session(std::shared_ptr<Core> core, std::shared_ptr<Place> place) {
    const Leaving leaving{[&] { std::erase(core->places, place); }};
    Socket& socket = place->socket;
    if (core->tls) {
        asio::ssl::stream<Socket&> stream(socket, *core->tls);
        bool shaken = false;
        {
            const Watchdog::Watch watch(core->watchdog, SteadyClock::now() + core->limits.head, closer(socket));
            const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
            shaken = !error;
        }
        if (shaken) co_await core->serve(stream, *place);
    } else {
        co_await core->serve(socket, *place);
    }
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
        const auto [error, count] =
            co_await stream.async_read_some(asio::buffer(space.data(), space.size()), as_result);
        if (error) co_return state;
        state = reader.received(count);
        if (first) break; // the clock of a request begins with its first byte: the caller waits on with another one
    }
    co_return state;
}

template <typename Stream>
asio::awaitable<bool> Server::Core::write(Stream& stream, Socket& socket, std::string bytes) {
    const Watchdog::Watch watch(watchdog, SteadyClock::now() + limits.write, closer(socket));
    const auto [error, count] = co_await asio::async_write(stream, asio::buffer(bytes), as_result);
    co_return !error;
}

asio::awaitable<Answered> Server::Core::answer(Received request) {
    try {
        co_return co_await handler(std::move(request));
    } catch (const std::exception&) { // a bug of the handler; it must not end the others' answers
        co_return plain_answer(500);
    }
}

template <typename Stream>
asio::awaitable<void> Server::Core::serve(Stream& stream, Place& place) {
    Socket& socket = place.socket;
    ReadBuffer buffer;
    for (bool first = true; !closed; first = false) {
        place.waits_since = SteadyClock::now();
        RequestReader reader(buffer, limits.headers, limits.body);
        auto state = co_await read(stream, socket, reader, SteadyClock::now() + (first ? limits.head : limits.idle));
        if (state == RequestReader::State::more && !reader.untouched())
            state = co_await read(stream, socket, reader, SteadyClock::now() + limits.head);
        if (state == RequestReader::State::more) co_return;
        place.waits_since.reset();
        const bool refused = state == RequestReader::State::refused;
        const bool busy = !refused && place.reserved && !limits.vital(reader.request());
        bool keep = !refused && !place.reserved && reader.keep_alive();
        Answered out = plain_answer(refused ? reader.refusal() : busy ? 503 : 500);
        bool head_only = false;
        if (!refused && !busy) {
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
std::size_t Server::connections() const { return core_->taken(false) + core_->taken(true); }

bool is_loopback(const std::string& host) {
    ErrorCode error;
    const auto address = asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

} // namespace mooring::net
