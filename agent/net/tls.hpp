// Whom to trust: TLS 1.2 or newer, verified unless that is switched off by name.
#pragma once

#include "base/error.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::net {

// See TlsSettings in agent/model/server.hpp for the meaning of each and of both together.
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

} // namespace mooring::net
