#include "net/tls.hpp"

#include "base/text.hpp"
#include "net/connection.hpp"
#include "net/route.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <memory>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace mooring::net {
namespace {

template <auto release>
struct Free {
    template <typename T>
    void operator()(T* pointer) const {
        release(pointer);
    }
};
using Bio = std::unique_ptr<BIO, Free<&BIO_free_all>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Free<&X509_STORE_CTX_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<&GENERAL_NAMES_free>>;

std::string text_of(const Bio& bio) {
    std::string text(BIO_ctrl_pending(bio.get()), '\0');
    if (!text.empty()) BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
    return text;
}

std::string name_text(const X509_NAME* name) {
    const Bio bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    return printable(text_of(bio), 200);
}

std::string pem_of(const X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return text_of(bio);
}

UnixSeconds seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
    return ::timegm(&parts);
}

std::string bytes_of(const ASN1_STRING* text) {
    const unsigned char* data = ASN1_STRING_get0_data(text);
    return {data, data + ASN1_STRING_length(text)};
}

std::string address_text(const std::string& bytes) {
    namespace ip = boost::asio::ip;
    if (bytes.size() == 4) {
        ip::address_v4::bytes_type v4{};
        std::ranges::copy(bytes, v4.begin());
        return ip::address_v4(v4).to_string();
    }
    if (bytes.size() != 16) return "?";
    ip::address_v6::bytes_type v6{};
    std::ranges::copy(bytes, v6.begin());
    return ip::address_v6(v6).to_string();
}

std::vector<std::string> alternative_names(const X509* certificate) {
    std::vector<std::string> out;
    const Names names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    for (int i = 0; i < count; ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) out.push_back(printable(bytes_of(name->d.dNSName), 200));
        if (name->type == GEN_IPADD) out.push_back(address_text(bytes_of(name->d.iPAddress)));
    }
    return out;
}

ShownCertificate facts_of(X509* certificate) {
    ShownCertificate out;
    out.subject = name_text(X509_get_subject_name(certificate));
    out.issuer = name_text(X509_get_issuer_name(certificate));
    out.names = alternative_names(certificate);
    out.from = seconds_of(X509_get0_notBefore(certificate));
    out.until = seconds_of(X509_get0_notAfter(certificate));
    out.pin = pin_of_certificate(certificate);
    out.pem = pem_of(certificate);
    out.self_signed = X509_self_signed(certificate, 0) == 1;
    return out;
}

// The chain against the context's authorities; dates and names are told apart from it, so that each is said for itself.
std::string why_untrusted(SSL* connection, X509* certificate) {
    const StoreContext check(X509_STORE_CTX_new());
    X509_STORE* authorities = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(connection));
    if (X509_STORE_CTX_init(check.get(), authorities, certificate, SSL_get_peer_cert_chain(connection)) != 1)
        return "it could not be looked at";
    X509_STORE_CTX_set_default(check.get(), "ssl_server");
    X509_STORE_CTX_set_flags(check.get(), X509_V_FLAG_NO_CHECK_TIME);
    if (X509_verify_cert(check.get()) == 1) return {};
    return printable(X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())));
}

bool is_for(X509* certificate, const std::string& host) {
    const std::string name = certified_name(host);
    if (name.empty()) return false;
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(name, not_an_address);
    if (!not_an_address) return X509_check_ip_asc(certificate, name.c_str(), 0) == 1;
    return X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
}

} // namespace

ShownTls look_at(SSL* connection, const std::string& host) {
    ShownTls out;
    out.version = SSL_get_version(connection);
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(connection);
    const int count = chain == nullptr ? 0 : sk_X509_num(chain);
    for (int i = 0; i < count; ++i) out.chain.push_back(facts_of(sk_X509_value(chain, i)));
    if (count == 0) {
        out.untrusted = "the server showed no certificate";
        return out;
    }
    X509* own = sk_X509_value(chain, 0);
    out.name_matches = is_for(own, host);
    out.untrusted = why_untrusted(connection, own);
    return out;
}

namespace asio = boost::asio;

asio::awaitable<Result<Inspection>> inspect(asio::any_io_executor executor, Way way) {
    Inspection seen;
    seen.encrypted = way.origin.tls;
    seen.target = way.origin.shown();
    if (way.proxy) seen.proxy = way.proxy->shown();
    const TimePoint deadline = std::chrono::steady_clock::now() + way.timeout;

    auto route = std::make_shared<Route>();
    if (way.origin.tls) {
        auto context = make_tls_context(way.trust);
        if (!context) co_return std::unexpected(context.error());
        route->tls = std::make_shared<asio::ssl::context>(std::move(*context));
        route->tls->set_verify_mode(asio::ssl::verify_none);
    }
    route->executor = executor;
    route->origin = way.origin;
    route->proxy = way.proxy;
    route->trust.insecure_skip_verify = true; // what is shown is looked at, not judged
    route->watchdog = std::make_shared<Watchdog>(executor);
    route->on_handshake = [&seen, host = way.origin.host](SSL* connection) { seen.tls = look_at(connection, host); };

    if (way.origin.socket.empty()) {
        seen.host = way.proxy ? way.proxy->host : way.origin.host;
        const std::uint16_t port = way.proxy ? way.proxy->port : way.origin.port;
        auto found = co_await resolve(executor, seen.host, port, deadline);
        if (!found) {
            seen.trouble = way.proxy ? at_proxy(found.error(), *way.proxy) : found.error();
            co_return seen;
        }
        route->addresses = std::move(*found);
        for (const auto& endpoint : route->addresses) seen.addresses.push_back(endpoint.address().to_string());
    }
    auto connection = co_await open_connection(route, deadline);
    if (!connection) seen.trouble = connection.error();
    co_return seen;
}

} // namespace mooring::net
