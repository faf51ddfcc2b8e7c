#include "support/raw_server.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mooring::test {
namespace {

constexpr std::size_t most_head = std::size_t{1} << 20U;

template <typename Address>
void bind_to(int socket, const Address& address) {
    const auto* generic = reinterpret_cast<const sockaddr*>(&address); // NOLINT: the sockets API
    if (::bind(socket, generic, sizeof address) != 0) throw std::runtime_error("bind");
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int listen_on(const RawServer::Options& options) {
    const int family = !options.socket.empty() ? AF_UNIX : options.ipv6 ? AF_INET6 : AF_INET;
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (family == AF_UNIX) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, options.socket.c_str(), sizeof address.sun_path - 1);
        bind_to(socket, address);
    } else if (family == AF_INET6) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_addr = in6addr_loopback;
        bind_to(socket, address);
    } else {
        bind_to(socket, loopback(0));
    }
    if (::listen(socket, 64) != 0) throw std::runtime_error("listen");
    return socket;
}

std::uint16_t port_of(int socket) {
    sockaddr_in6 address{}; // sin_port and sin6_port lie at the same place
    socklen_t size = sizeof address;
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size); // NOLINT: the sockets API
    return ntohs(address.sin6_port);
}

SSL_CTX* make_context(const RawServer::Options& options) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, options.certificate->x509());
    SSL_CTX_use_PrivateKey(context, options.certificate->key());
    if (options.tls_version != 0) {
        SSL_CTX_set_security_level(context, 0); // old versions are refused by the default level
        SSL_CTX_set_min_proto_version(context, options.tls_version);
        SSL_CTX_set_max_proto_version(context, options.tls_version);
    }
    return context;
}

} // namespace

std::size_t Peer::read_some(char* into, std::size_t most) {
    const auto count = tls_ != nullptr ? SSL_read(tls_, into, static_cast<int>(most)) : ::recv(socket_, into, most, 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::string Peer::request() {
    std::array<char, 4096> buffer{};
    auto end = pending_.find("\r\n\r\n");
    while (end == std::string::npos && pending_.size() < most_head) {
        const std::size_t count = read_some(buffer.data(), buffer.size());
        if (count == 0) return {};
        pending_.append(buffer.data(), count);
        end = pending_.find("\r\n\r\n");
    }
    std::string head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    on_request_(head);
    return head;
}

bool Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool Peer::answer(int status, std::string_view content_type, std::string_view body, std::string_view more_headers) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + std::string(content_type) +
                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more_headers) +
                       "\r\n";
    return send(text += body);
}

void Peer::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Peer::wait_for_the_end() {
    std::array<char, 4096> buffer{};
    while (read_some(buffer.data(), buffer.size()) > 0) {
    }
}

void Peer::splice_to(std::uint16_t port) {
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address); // NOLINT: the sockets API
    std::array<char, 16384> buffer{};
    std::array<pollfd, 2> both{pollfd{socket_, POLLIN, 0}, pollfd{other, POLLIN, 0}};
    bool open = ::connect(other, generic, sizeof address) == 0;
    while (open && ::poll(both.data(), both.size(), 10000) > 0) {
        for (std::size_t i = 0; i < both.size(); ++i) {
            if (both[i].revents == 0) continue;
            const auto count = ::recv(both[i].fd, buffer.data(), buffer.size(), 0);
            open = open && count > 0 &&
                   ::send(both[1 - i].fd, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
        }
    }
    ::close(other);
}

RawServer::RawServer(Script script, Options options) : script_(std::move(script)), options_(std::move(options)) {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL, to clients that may be gone
    if (options_.certificate != nullptr) context_ = make_context(options_);
    listener_ = listen_on(options_);
    if (options_.socket.empty()) port_ = port_of(listener_);
    acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
        const std::scoped_lock lock(mutex_);
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    if (context_ != nullptr) SSL_CTX_free(context_);
    if (!options_.socket.empty()) ::unlink(options_.socket.c_str());
}

std::string RawServer::url() const {
    const std::string scheme = options_.certificate != nullptr ? "https" : "http";
    return scheme + (options_.ipv6 ? "://[::1]:" : "://127.0.0.1:") + std::to_string(port_);
}

std::vector<std::string> RawServer::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

void RawServer::accept_all() {
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::size_t number = ++connections_;
        const std::scoped_lock lock(mutex_);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket, number] { serve(socket, number); });
    }
}

void RawServer::serve(int socket, std::size_t number) {
    SSL* tls = nullptr;
    bool ready = true;
    if (context_ != nullptr) {
        tls = SSL_new(context_);
        SSL_set_fd(tls, socket);
        ready = SSL_accept(tls) == 1;
    }
    Peer peer(socket, tls, [this](const std::string& head) {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(head);
    });
    peer.set_number(number);
    if (ready) script_(peer);
    const std::scoped_lock lock(mutex_); // no socket of this number may be opened between these two
    std::erase(sockets_, socket);
    if (tls != nullptr) SSL_free(tls);
    ::close(socket);
}

std::uint16_t closed_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind_to(socket, loopback(0));
    const std::uint16_t port = port_of(socket);
    ::close(socket);
    return port;
}

} // namespace mooring::test
