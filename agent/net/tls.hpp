// Whom to trust: TLS 1.2 or newer, verified unless that is switched off by name.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <openssl/ssl.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::net {

// See TlsSettings in agent/model/stack.hpp for the meaning of each and of both together.
struct Trust {
    std::string ca_file;
    std::string pin; // 64 hex digits, lower case; "" none (see parse_pin)
    bool insecure_skip_verify = false;
};

// SHA-256 of a public key as 64 lower-case hex digits, from hex (colons allowed) or base64, with or without "sha256/"
// or "sha256:" before it. Error invalid_input: anything else. "" stays "".
Result<std::string> parse_pin(std::string_view text);

// A context with the trust's store. Error io: the CA file cannot be read or holds no certificate.
Result<boost::asio::ssl::context> make_tls_context(const Trust& trust);

// The host as a certificate names it: an address without its zone, a name without the dot that may end it. "" for what
// no certificate could be for (nothing, empty labels, NUL, anything but letters, digits, `-` and `_`): OpenSSL takes
// some of these for "any name" or "any name below".
std::string certified_name(const std::string& host);

// Sets the name that the certificate must be for and that is told to the server (SNI). Returns why it cannot be
// checked: then there must be no connection. nullopt: it will be.
std::optional<std::string> expect_host(SSL* connection, const std::string& host, const Trust& trust);

// After the handshake: what is wrong with the server's key; nullopt if it is the pinned one or none is pinned.
std::optional<std::string> wrong_key(SSL* connection, const Trust& trust);

// The pin of a certificate: "sha256/...", "" of nullptr.
std::string pin_of_certificate(const X509* certificate);

// The pin of the certificate that is being verified, "" if there is none.
std::string pin_of_leaf(X509_STORE_CTX* verification);

// Why the handshake failed, in words: "the certificate is not trusted: certificate has expired", with the pin of the
// key that was shown, for a person who knows that key; `otherwise` where it was not the certificate.
std::string handshake_failure(SSL* connection, std::string_view pin, std::string_view otherwise);

// What a server shows in its TLS handshake, as values, so that a person can be told what to trust and until when.

// Texts are printable.
struct ShownCertificate {
    std::string subject;            // "CN=portainer.example.org"
    std::string issuer;             // likewise
    std::vector<std::string> names; // alternative names: "portainer.example.org", "10.0.0.7"
    UnixSeconds from = 0;           // valid from this second
    UnixSeconds until = 0;          // to this one
    std::string pin;                // "sha256/...": what `tls.pin` takes
    std::string pem;
    bool self_signed = false;
};

struct ShownTls {
    std::string version;                 // "TLSv1.3"
    std::vector<ShownCertificate> chain; // the server's own first; as sent, so the root may not be there
    bool name_matches = false;           // the first certificate is for the host that was asked for
    std::string untrusted;               // why no trusted authority stands behind it, dates aside; "" if one does
};

// After a handshake that was let through whatever the certificate is. `host` is the name or address asked for; the
// authorities are those of the connection's context.
ShownTls look_at(SSL* connection, const std::string& host);

// The way to a server, step by step, for people whose way does not work: addresses, connection, proxy, certificate.
struct Way {
    Origin origin;
    std::optional<Proxy> proxy;
    Trust trust;
    std::chrono::milliseconds timeout{30000}; // of the whole inspection
};

struct Inspection {
    bool encrypted = false;
    std::string target; // "portainer.example.org:443", "unix:/run/portainer.sock"
    std::string proxy;  // "proxy.example.org:3128"; "" none
    std::string host;   // the name that was looked up: the origin's or the proxy's; "" for a Unix socket
    std::vector<std::string> addresses; // of it; empty when it has none
    std::optional<Trouble> trouble;     // where the way ended, with a certificate of any kind counting as a way through
    std::optional<ShownTls> tls;        // nullopt: no TLS, or no handshake
};

// Goes the way once, as a request would, and takes whatever certificate comes. Nothing is sent inside the connection,
// no token leaves. Errors: io (the CA file).
boost::asio::awaitable<Result<Inspection>> inspect(boost::asio::any_io_executor executor, Way way);

} // namespace mooring::net
