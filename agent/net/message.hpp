// What is sent and what comes back, as values.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::net {

struct Response {
    int status = 0;
    std::string content_type;        // as sent; "" if there was none
    std::string location;            // of a redirect, which is never followed
    std::string retry_after;         // as sent
    std::optional<UnixSeconds> date; // the Date header
    std::string body;                // unless the sink took it
};

// A read. There is no other request here: whatever changes something is net_write's.
struct Request {
    std::string target;                       // "/api/stacks": path and query, without the origin's base path
    std::size_t most = std::size_t{4} << 20U; // bytes of body the sink may get
    // Says of a 408, 429 or 5xx answer that asking again would not change it; nullptr: always asks again.
    bool (*settled)(const Response&) = nullptr;
};

// Takes a body as it arrives, so that a long list never lies in memory as a whole.
class BodySink {
  public:
    BodySink() = default;
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;
    virtual ~BodySink() = default;
    // Called once the headers of an attempt are there, before any write; anything kept from an earlier attempt is void.
    // False: the body is not for this sink and goes to Response::body, of which at most 64 KiB are kept.
    virtual bool begin(int status, std::string_view content_type) = 0;
    // False: enough was seen; the rest is not read and the connection is given up. That is no failure of the exchange.
    virtual bool write(std::string_view piece) = 0;
};

// Words of messages by which a remedy knows what went wrong (portainer/remedy.cpp).
namespace said {
inline constexpr std::string_view the_proxy = "the proxy "; // HOST:PORT follows
inline constexpr std::string_view wants_password = "it asks for a user and password";
inline constexpr std::string_view tampered = "sent bytes before the handshake";
inline constexpr std::string_view untrusted = "the certificate is not trusted";
inline constexpr std::string_view other_key = "the server's key is not the pinned one";
inline constexpr std::string_view unchecked = "the server's name cannot be checked";
inline constexpr std::string_view encoded = "something between encodes answers";
inline constexpr std::string_view is_tls = "the answer is TLS, not HTTP";
inline constexpr std::string_view is_http2 = "the answer is HTTP/2, which Mooring does not speak";
} // namespace said

// Where an exchange failed.
enum class Stage {
    resolve,   // the name has no address
    connect,   // refused, no route
    proxy,     // the proxy refused the tunnel or tampered with it
    tls,       // handshake or certificate
    timeout,   // the request's or the run's deadline
    lost,      // the connection ended before the answer did
    too_large, // a limit on headers or body
    not_http,  // what came back is not HTTP
};

struct Trouble {
    Stage stage = Stage::lost;
    std::string message;    // one printable sentence without secrets: "cannot connect to example.test:443: refused"
    bool untouched = false; // lost before one byte of an answer came: a kept connection had gone stale
};

template <typename T>
using Try = std::expected<T, Trouble>;

inline std::unexpected<Trouble> trouble(Stage stage, std::string message, bool untouched = false) {
    return std::unexpected(Trouble{.stage = stage, .message = std::move(message), .untouched = untouched});
}

// Where a server is: its URL, taken apart and checked once.
struct Origin {
    bool tls = false;
    std::string host; // a name or an address, IPv6 without brackets; "localhost" for a Unix socket
    std::uint16_t port = 0;
    std::string base_path; // "" or "/portainer": stands before every target
    std::string socket;    // path of a Unix socket; "" for TCP

    // "example.test", "example.test:8443", "[::1]:9443": the Host header.
    std::string host_header() const;
    // "example.test:443", "unix:/run/portainer.sock": what messages name.
    std::string shown() const;
};

// https://host[:port][/base], http://..., unix:/path, unix:///path or http+unix://%2Fpath%2Fto.sock[/base]. A base path
// loses its trailing slashes and a trailing "/api", which people copy along. Error invalid_input: anything else; a
// user part, query or fragment is refused without being repeated.
Result<Origin> parse_origin(std::string_view url);

// Whether both lead to the same listener: host (whatever its case) and port, or the same socket. Neither the
// scheme nor the base path makes another one of it.
bool same_place(const Origin& one, const Origin& other);

// 1 to 65535, digits only; nullopt otherwise.
std::optional<std::uint16_t> parse_port(std::string_view digits);

// Which requests go through a proxy: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, given as values. Pure.
struct Proxy {
    std::string host;
    std::uint16_t port = 0;
    Secret authorization; // the value of Proxy-Authorization; empty: none

    std::string shown() const; // "proxy.example.test:3128": what messages name
};

// The proxy for this origin; nullopt: none is set, or it is not to be used. https:// origins take `https_proxy`,
// http:// origins `http_proxy`. Error invalid_input, without repeating the value: a proxy that is not http://host:port.
Result<std::optional<Proxy>> choose_proxy(const Origin& origin, std::string_view https_proxy,
                                          std::string_view http_proxy, std::string_view no_proxy);

// Whether NO_PROXY takes the host out, as Go reads it: entries separated by commas; `*` is everything; "example.test"
// means it and everything below, ".example.test" only what is below; addresses and networks (10.0.0.0/8) for hosts
// given as addresses; ":port" narrows an entry. localhost and loopback addresses never go through a proxy.
bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

} // namespace mooring::net
