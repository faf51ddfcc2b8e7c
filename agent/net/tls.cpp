#include "net/tls.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "net/message.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

namespace mooring::net {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t digest_hex_size = 64;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The digest of 44 base64 characters in hex; "" if it is not base64 of 32 bytes.
std::string hex_of_base64(std::string_view text) {
    if (text.size() != 44 || text.back() != '=' || text[42] == '=') return {};
    std::string bytes(33, '\0');
    auto* target = reinterpret_cast<unsigned char*>(bytes.data());            // NOLINT: OpenSSL's byte type
    const auto* source = reinterpret_cast<const unsigned char*>(text.data()); // NOLINT: OpenSSL's byte type
    if (EVP_DecodeBlock(target, source, static_cast<int>(text.size())) != 33) return {};
    Digest digest{};
    std::copy_n(bytes.begin(), digest.size(), digest.begin());
    return to_hex(digest);
}

// SHA-256 of the certificate's SubjectPublicKeyInfo; nullopt without a certificate.
std::optional<Digest> key_digest(const X509* certificate) {
    if (certificate == nullptr) return std::nullopt;
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) return std::nullopt;
    const auto* bytes = reinterpret_cast<const char*>(der); // NOLINT: OpenSSL's byte type
    const Digest digest = sha256(std::string_view(bytes, static_cast<std::size_t>(size)));
    CRYPTO_free(der, "", 0); // OPENSSL_free would write the build's path into the program
    return digest;
}

std::string pin_of(const Digest& digest) { return "sha256/" + to_base64(std::string(digest.begin(), digest.end())); }

bool is_of_a_label(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_address(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

// Where this system keeps its certificates, if OpenSSL's own places (Debian's, in a program that brings OpenSSL along)
// do not exist here and SSL_CERT_FILE and SSL_CERT_DIR do not name others; else empty.
std::string certificates_elsewhere() {
    const auto exists = [](const char* path) { return ::access(path, R_OK) == 0; };
    if (std::getenv(X509_get_default_cert_file_env()) != nullptr ||
        std::getenv(X509_get_default_cert_dir_env()) != nullptr || exists(X509_get_default_cert_file()) ||
        exists(X509_get_default_cert_dir()))
        return {};
    for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"})
        if (exists(path)) return path;
    return {};
}

} // namespace

Result<std::string> parse_pin(std::string_view text) {
    text = trim(text);
    if (text.empty()) return std::string();
    if (to_lower(text.substr(0, 7)) == "sha256/" || to_lower(text.substr(0, 7)) == "sha256:") text.remove_prefix(7);
    if (auto digest = hex_of_base64(text); !digest.empty()) return digest;
    std::string hex = to_lower(text);
    std::erase(hex, ':');
    if (hex.size() == digest_hex_size && std::ranges::all_of(hex, is_hex)) return hex;
    return fail(ErrorKind::invalid_input, "`tls.pin` is not the SHA-256 of a public key",
                "64 hex digits or 44 characters of base64, as in sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

Result<ssl::context> make_tls_context(const Trust& trust) {
    ssl::context context(ssl::context::tls_client);
    boost::system::error_code error;
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    if (!trust.ca_file.empty()) {
        context.load_verify_file(trust.ca_file, error);
        if (error) {
            return fail(ErrorKind::io, fmt::format("cannot read the CA file {}", printable(trust.ca_file)),
                        printable(error.message()));
        }
    } else if (trust.pin.empty() && !trust.insecure_skip_verify) {
        context.set_default_verify_paths(error);
        if (const std::string elsewhere = certificates_elsewhere(); !error && !elsewhere.empty())
            context.load_verify_file(elsewhere, error);
        if (error) return fail(ErrorKind::io, "cannot read this system's certificates", printable(error.message()));
    }
    const bool pin_alone = !trust.pin.empty() && trust.ca_file.empty();
    const bool verify = !trust.insecure_skip_verify && !pin_alone;
    context.set_verify_mode(verify ? ssl::verify_peer : ssl::verify_none, error);
    return context;
}

std::string certified_name(const std::string& host) {
    if (host.contains('\0')) return {}; // C would read the part before it
    boost::system::error_code not_an_address;
    auto address = boost::asio::ip::make_address(host, not_an_address);
    if (!not_an_address) {
        if (address.is_v4()) return address.to_string();
        return boost::asio::ip::address_v6(address.to_v6().to_bytes()).to_string();
    }
    const std::string_view name = host.ends_with('.') ? std::string_view(host).substr(0, host.size() - 1) : host;
    const auto labels = split(name, '.');
    const bool fine = std::ranges::all_of(
        labels, [](std::string_view label) { return !label.empty() && std::ranges::all_of(label, is_of_a_label); });
    return fine ? std::string(name) : std::string();
}

std::optional<std::string> expect_host(SSL* connection, const std::string& host, const Trust& trust) {
    std::string name = certified_name(host);
    if (name.empty()) return fmt::format("{}: no certificate could be for `{}`", said::unchecked, printable(host));
    X509_VERIFY_PARAM* checks = SSL_get0_param(connection);
    if (is_address(name)) {
        if (X509_VERIFY_PARAM_set1_ip_asc(checks, name.c_str()) == 1) return std::nullopt;
        return fmt::format("{}: OpenSSL does not take the address {}", said::unchecked, name);
    }
    // What SSL_set_tlsext_host_name does, without its cast. OpenSSL refuses names that are too long.
    if (SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) != 1) {
        return fmt::format("{}: OpenSSL does not take the name {}", said::unchecked, name);
    }
    SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (trust.insecure_skip_verify || X509_VERIFY_PARAM_set1_host(checks, name.data(), name.size()) == 1) {
        return std::nullopt;
    }
    return fmt::format("{}: OpenSSL does not take the name {}", said::unchecked, name);
}

std::optional<std::string> wrong_key(SSL* connection, const Trust& trust) {
    if (trust.pin.empty()) return std::nullopt;
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(connection), &X509_free);
    const auto digest = key_digest(shown.get());
    if (!digest) return "the server showed no certificate";
    if (to_hex(*digest) == trust.pin) return std::nullopt;
    return fmt::format("{} (it is {})", said::other_key, pin_of(*digest));
}

std::string pin_of_certificate(const X509* certificate) {
    const auto digest = key_digest(certificate);
    return digest ? pin_of(*digest) : std::string();
}

std::string pin_of_leaf(X509_STORE_CTX* verification) {
    return pin_of_certificate(X509_STORE_CTX_get0_cert(verification));
}

std::string handshake_failure(SSL* connection, std::string_view pin, std::string_view otherwise) {
    const long verdict = SSL_get_verify_result(connection);
    if (verdict == X509_V_OK) return printable(otherwise);
    // Behind the word "key" a masker would take the digest for a secret.
    return fmt::format("{}: {}{}", said::untrusted, printable(X509_verify_cert_error_string(verdict)),
                       pin.empty() ? "" : fmt::format(" (it shows {})", pin));
}

} // namespace mooring::net
