// What is sent and what comes back, as values.
#pragma once

#include "base/clock.hpp"

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

} // namespace mooring::net
