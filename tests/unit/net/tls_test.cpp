// TLS and proxies, each against a server of its own.
#include "net/client.hpp"
#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mooring::net {
namespace {

using test::Certificate;
using test::Peer;
using test::RawServer;

void answer_each(Peer& peer) {
    while (!peer.request().empty()) peer.json("{}");
}

class TlsTest : public testing::Test {
  protected:
    TlsTest() { std::ofstream(ca_file_) << authority_.pem(); }
    ~TlsTest() override { std::filesystem::remove(ca_file_); }

    Try<Response> ask(const RawServer& server, Trust trust, std::string_view url = "") {
        return ask_through(server, std::move(trust), url, std::nullopt);
    }

    Try<Response> ask_through(const RawServer& server, Trust trust, std::string_view url, std::optional<Proxy> proxy) {
        ClientSettings settings;
        settings.origin = *parse_origin(url.empty() ? server.url() : url);
        settings.trust = std::move(trust);
        settings.trust.pin = *parse_pin(settings.trust.pin);
        settings.proxy = std::move(proxy);
        settings.token = Secret("ptr_token");
        settings.retries.attempts = 1;
        boost::asio::io_context context(1);
        auto client = Client::make(context.get_executor(), settings);
        if (!client) return trouble(Stage::tls, client.error().message);
        Request request;
        request.target = "/api/x";
        return test::run(context, (*client)->get(std::move(request), nullptr));
    }

    static void expect_untrusted(const Try<Response>& answer, std::string_view why) {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().stage, Stage::tls);
        EXPECT_TRUE(answer.error().message.contains(why)) << answer.error().message;
    }

    Certificate authority_{{.common_name = "Test CA", .alternative_names = "", .authority = true}};
    std::string ca_file_ = testing::TempDir() + "mooring-ca-" + std::to_string(getpid()) + ".pem";
};

TEST_F(TlsTest, TrustsACertificateOfTheGivenAuthority) {
    const Certificate certificate({}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    const auto answer = ask(server, {.ca_file = ca_file_, .pin = ""});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "{}");
}

TEST_F(TlsTest, RefusesAnUnknownAuthorityAndTellsThePin) {
    const Certificate certificate({}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    expect_untrusted(ask(server, {}),
                     "unable to get local issuer certificate (it shows sha256/" + certificate.pin() + ")");
    const Certificate self_signed({});
    RawServer other(answer_each, {.certificate = &self_signed, .socket = ""});
    expect_untrusted(ask(other, {}), "self-signed certificate");
    EXPECT_TRUE(server.requests().empty() && other.requests().empty()) << "no byte of the request, no token";
}

TEST_F(TlsTest, RefusesAnExpiredCertificate) {
    const Certificate certificate({.valid_from = -7200, .valid_until = -3600}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    expect_untrusted(ask(server, {.ca_file = ca_file_, .pin = ""}), "certificate has expired");
}

TEST_F(TlsTest, RefusesACertificateThatIsNotValidYet) {
    const Certificate certificate({.valid_from = 3600, .valid_until = 7200}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    expect_untrusted(ask(server, {.ca_file = ca_file_, .pin = ""}), "certificate is not yet valid");
}

TEST_F(TlsTest, RefusesAnotherName) {
    const Certificate address({.alternative_names = "IP:10.9.9.9,DNS:portainer.example.test"}, &authority_);
    RawServer server(answer_each, {.certificate = &address, .socket = ""});
    expect_untrusted(ask(server, {.ca_file = ca_file_, .pin = ""}), "IP address mismatch");
    const std::string by_name = "https://localhost:" + std::to_string(server.port());
    expect_untrusted(ask(server, {.ca_file = ca_file_, .pin = ""}, by_name), "hostname mismatch");
}

TEST_F(TlsTest, AcceptsItsNameByName) {
    const Certificate certificate({}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    const auto answer =
        ask(server, {.ca_file = ca_file_, .pin = ""}, "https://localhost:" + std::to_string(server.port()));
    EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(TlsTest, APinAloneStandsForChainNameAndDates) {
    const Certificate certificate({.alternative_names = "DNS:other.example.test", .valid_until = -1800});
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    for (const auto& pin : {certificate.pin(), "sha256/" + certificate.pin(), "SHA256:" + certificate.pin()}) {
        const auto answer = ask(server, {.ca_file = "", .pin = pin});
        EXPECT_TRUE(answer) << answer.error().message;
    }
}

TEST_F(TlsTest, AWrongPinIsRefusedBeforeTheTokenIsSent) {
    const Certificate certificate({});
    const Certificate other({});
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    expect_untrusted(ask(server, {.ca_file = "", .pin = other.pin()}),
                     "not the pinned one (it is sha256/" + certificate.pin());
    expect_untrusted(ask(server, {.ca_file = "", .pin = other.pin(), .insecure_skip_verify = true}),
                     "not the pinned one");
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(TlsTest, AuthorityAndPinMustBothHold) {
    const Certificate certificate({}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    EXPECT_TRUE(ask(server, {.ca_file = ca_file_, .pin = certificate.pin()}));
    expect_untrusted(ask(server, {.ca_file = ca_file_, .pin = authority_.pin()}), "not the pinned one");
    const Certificate self_signed({});
    RawServer other(answer_each, {.certificate = &self_signed, .socket = ""});
    expect_untrusted(ask(other, {.ca_file = ca_file_, .pin = self_signed.pin()}), "self-signed certificate");
}

TEST_F(TlsTest, VerifiesNothingOnlyWhenToldSo) {
    const Certificate certificate({.alternative_names = "DNS:other.example.test", .valid_until = -1800});
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    EXPECT_TRUE(ask(server, {.ca_file = "", .pin = "", .insecure_skip_verify = true}));
}

TEST_F(TlsTest, SpeaksNothingOlderThanTls12) {
    const Certificate certificate({}, &authority_);
    RawServer server(answer_each,
                     {.certificate = &certificate, .socket = "", .ipv6 = false, .tls_version = TLS1_1_VERSION});
    const auto answer = ask(server, {.ca_file = ca_file_, .pin = ""});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::tls);
    RawServer twelve(answer_each,
                     {.certificate = &certificate, .socket = "", .ipv6 = false, .tls_version = TLS1_2_VERSION});
    EXPECT_TRUE(ask(twelve, {.ca_file = ca_file_, .pin = ""}));
}

TEST_F(TlsTest, NeverFallsBackToPlainText) {
    RawServer plain([](Peer& peer) { // as Go's server greets TLS on its plain port
        peer.answer(400, "text/plain", "Client sent an HTTP request to an HTTPS server.\n");
        peer.wait_for_the_end();
    });
    const auto answer =
        ask(plain, {.ca_file = ca_file_, .pin = ""}, "https://127.0.0.1:" + std::to_string(plain.port()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::tls) << answer.error().message;
    EXPECT_TRUE(plain.requests().empty());
}

TEST_F(TlsTest, SaysThatACaFileIsUnreadable) {
    RawServer server(answer_each);
    const auto answer = ask(server, {.ca_file = "/nowhere/ca.pem", .pin = ""}, "https://127.0.0.1:1");
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().message.contains("/nowhere/ca.pem"));
}

// What is checked of a host: the name or address that OpenSSL was told, "" where there must be no connection.
std::string checked(const std::string& host, bool skip = false) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    const std::unique_ptr<SSL, decltype(&SSL_free)> connection(SSL_new(context.get()), &SSL_free);
    if (expect_host(connection.get(), host, {.ca_file = "", .pin = "", .insecure_skip_verify = skip})) return {};
    X509_VERIFY_PARAM* checks = SSL_get0_param(connection.get());
    if (const char* name = X509_VERIFY_PARAM_get0_host(checks, 0)) return name;
    char* address = X509_VERIFY_PARAM_get1_ip_asc(checks);
    const std::string text = address == nullptr ? "nothing" : address;
    OPENSSL_free(address);
    return text;
}

TEST(ExpectHost, NoNameCheckMeansNoConnection) {
    using namespace std::string_literals;
    const std::vector<std::pair<std::string, std::string>> table{
        {"portainer.example.test", "portainer.example.test"},
        {"portainer.example.test.", "portainer.example.test"},
        {"my_host", "my_host"},
        {"127.0.0.1", "127.0.0.1"},
        {"127.1", "127.1"}, // a name, as far as certificates go
        {"::1", "0:0:0:0:0:0:0:1"},
        {"fe80::1%1", "FE80:0:0:0:0:0:0:1"},
        {"fe80::1%nosuch0", "FE80:0:0:0:0:0:0:1"},
        {"", ""},
        {".", ""},
        {"..", ""},
        {".example.test", ""}, // OpenSSL: any name below
        {"a..example.test", ""},
        {"example.test..", ""},
        {"example.test\0.evil.test"s, ""},
        {"example.test\0"s, ""},
        {"127.0.0.1\0.evil.test"s, ""},
        {"b\xc3\xbc"
         "cher.example.test",
         ""},
        {"a b", ""},
        {"*.example.test", ""},
        {std::string(300, 'a'), ""},
    };
    for (const auto& [host, expected] : table) {
        EXPECT_EQ(checked(host), expected) << host;
        EXPECT_EQ(checked(host, true).empty(), expected.empty()) << host << ", whatever is trusted";
    }
    EXPECT_EQ(checked("portainer.example.test", true), "nothing") << "switched off by name";
}

TEST_F(TlsTest, TheZoneOfAnAddressDoesNotSwitchItsCheckOff) {
    const Certificate other({.alternative_names = "IP:10.9.9.9"}, &authority_);
    const Certificate own({.alternative_names = "IP:::1"}, &authority_);
    for (const Certificate* certificate : {&other, &own}) {
        RawServer server(answer_each, {.certificate = certificate, .socket = "", .ipv6 = true});
        ClientSettings settings;
        settings.origin = *parse_origin(server.url());
        settings.origin.host = "::1%1";
        settings.trust.ca_file = ca_file_;
        settings.token = Secret("ptr_token");
        settings.retries.attempts = 1;
        boost::asio::io_context context(1);
        auto client = Client::make(context.get_executor(), settings);
        Request request;
        request.target = "/api/x";
        const auto answer = test::run(context, (*client)->get(std::move(request), nullptr));
        if (certificate == &own) {
            EXPECT_TRUE(answer) << answer.error().message;
        } else {
            expect_untrusted(answer, "IP address mismatch");
        }
    }
}

TEST(Pin, IsReadFromHexAndBase64) {
    const std::string hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    EXPECT_EQ(parse_pin("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), hex);
    EXPECT_EQ(parse_pin(hex), hex);
    EXPECT_EQ(
        parse_pin("E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55"),
        hex);
    EXPECT_EQ(parse_pin(""), "");
    for (const auto* text : {"x", "sha256/", "e3b0", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUx",
                             "47DEQpj8HBSa*/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}) {
        EXPECT_FALSE(parse_pin(text)) << text;
    }
}

// A proxy that grants CONNECT and passes bytes on to a server on loopback, whatever host was asked for.
RawServer::Script tunnel_to(std::uint16_t port) {
    return [port](Peer& peer) {
        if (!peer.request().starts_with("CONNECT ")) return;
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        peer.splice_to(port);
    };
}

Proxy proxy_at(std::uint16_t port) {
    return Proxy{.host = "127.0.0.1", .port = port, .authorization = Secret("Basic dTpw")};
}

TEST_F(TlsTest, GoesThroughAProxyWithoutTellingItTheToken) {
    const Certificate certificate({.alternative_names = "DNS:portainer.example.test"}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    RawServer proxy(tunnel_to(server.port()));
    const auto answer = ask_through(server, {.ca_file = ca_file_, .pin = ""}, "https://portainer.example.test:9443",
                                    proxy_at(proxy.port()));
    ASSERT_TRUE(answer) << answer.error().message;
    const std::string connect = proxy.requests().at(0);
    EXPECT_TRUE(connect.starts_with("CONNECT portainer.example.test:9443 HTTP/1.1\r\n"));
    EXPECT_TRUE(connect.contains("\r\nProxy-Authorization: Basic dTpw\r\n"));
    EXPECT_FALSE(connect.contains("ptr_token"));
    EXPECT_FALSE(server.requests().at(0).contains("Proxy-Authorization"));
}

// What a proxy says before the handshake is no answer of the server, however it cuts it.
struct Forgery {
    const char* what;
    std::vector<std::string> segments; // sent one after the other, a moment apart
};

const std::string forged = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";

const std::vector<Forgery>& forgeries() {
    static const std::string granted = "HTTP/1.1 200 Connection established\r\n";
    static const std::vector<Forgery> table{
        {"in one segment", {granted + "\r\n" + forged}},
        {"in two", {granted + "\r\n", forged}},
        {"in two, cut within the forged head", {granted + "\r\n" + forged.substr(0, 9), forged.substr(9)}},
        {"in two, cut within the grant", {granted, "\r\n" + forged}},
        {"after more headers", {granted + "Via: 1.1 proxy\r\nX-Cache: MISS\r\n\r\n" + forged}},
        {"as a chunked body", {granted + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n" + forged}},
        {"as a body of a length", {granted + "Content-Length: 2\r\n\r\n[]" + forged}},
        {"as a body alone", {granted + "Content-Length: " + std::to_string(forged.size()) + "\r\n\r\n" + forged}},
        {"with another 2xx", {"HTTP/1.1 201 Created\r\n\r\n" + forged}},
        {"with 204", {"HTTP/1.1 204 No Content\r\n\r\n" + forged}},
        {"after an interim answer", {"HTTP/1.1 100 Continue\r\n\r\n" + granted + "\r\n" + forged}},
        {"by HTTP/1.0", {"HTTP/1.0 200 OK\r\n\r\n" + forged}},
        {"one byte alone", {granted + "\r\nH", forged.substr(1)}},
    };
    return table;
}

// A proxy that forges, and then leads to the honest server.
RawServer::Script forge(const Forgery& forgery, std::uint16_t port) {
    return [&forgery, port](Peer& peer) {
        if (!peer.request().starts_with("CONNECT ")) return;
        for (const std::string& segment : forgery.segments) {
            peer.send(segment);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        peer.splice_to(port);
    };
}

TEST_F(TlsTest, NeverTakesWhatAProxySaysForTheServersAnswer) {
    const Certificate certificate({.alternative_names = "DNS:portainer.example.test"}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    for (const Forgery& forgery : forgeries()) {
        SCOPED_TRACE(forgery.what);
        RawServer proxy(forge(forgery, server.port()));
        const auto answer = ask_through(server, {.ca_file = ca_file_, .pin = ""}, "https://portainer.example.test:9443",
                                        proxy_at(proxy.port()));
        ASSERT_FALSE(answer) << answer->body;
        const bool at_once = forgery.segments.size() == 1 || !forgery.segments.front().ends_with("\r\n");
        if (at_once) {
            EXPECT_EQ(answer.error().stage, Stage::proxy) << answer.error().message;
            EXPECT_TRUE(answer.error().message.contains("sent bytes before the handshake")) << answer.error().message;
        }
        EXPECT_TRUE(answer.error().stage == Stage::proxy || answer.error().stage == Stage::tls)
            << answer.error().message;
    }
    EXPECT_TRUE(server.requests().empty()) << "no token on a way that somebody tampers with";
}

TEST_F(TlsTest, TakesEvery2xxOfAProxyForAGrant) { // RFC 9110 §9.3.6
    const Certificate certificate({.alternative_names = "DNS:portainer.example.test"}, &authority_);
    RawServer server(answer_each, {.certificate = &certificate, .socket = ""});
    for (const std::string_view head : {"201 Created\r\n", "204 No Content\r\n", "200 OK\r\nContent-Length: 9\r\n",
                                        "200 OK\r\nTransfer-Encoding: chunked\r\n"}) {
        RawServer proxy([&](Peer& peer) {
            peer.request();
            peer.send("HTTP/1.1 " + std::string(head) + "\r\n");
            peer.splice_to(server.port());
        });
        const auto answer = ask_through(server, {.ca_file = ca_file_, .pin = ""}, "https://portainer.example.test:9443",
                                        proxy_at(proxy.port()));
        ASSERT_TRUE(answer) << head << answer.error().message;
        EXPECT_EQ(answer->body, "{}");
    }
}

TEST_F(TlsTest, SaysThatTheProxyRefused) {
    RawServer unused(answer_each);
    RawServer proxy([](Peer& peer) {
        peer.request();
        peer.answer(407, "text/html", "");
    });
    const auto answer = ask_through(unused, {}, "https://portainer.example.test", proxy_at(proxy.port()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::proxy);
    EXPECT_EQ(answer.error().message, "the proxy 127.0.0.1:" + std::to_string(proxy.port()) +
                                          " refused the way to portainer.example.test:443 with 407: it asks for a user "
                                          "and password");
    EXPECT_FALSE(answer.error().message.contains("dTpw"));
}

TEST_F(TlsTest, NamesTheProxyWhereItIsTheProxyThatFails) {
    RawServer unused(answer_each);
    const auto through = [&](std::string host, std::uint16_t port) {
        const auto answer =
            ask_through(unused, {}, "https://portainer.example.test",
                        Proxy{.host = std::move(host), .port = port, .authorization = Secret("Basic x")});
        return answer ? "an answer" : answer.error().message;
    };
    const std::uint16_t closed = test::closed_port();
    EXPECT_EQ(through("127.0.0.1", closed),
              "cannot connect to the proxy 127.0.0.1:" + std::to_string(closed) + ": Connection refused");
    EXPECT_TRUE(through("nosuchhost.invalid", 3128).starts_with("the proxy nosuchhost.invalid:3128: cannot look up "));
    RawServer mute([](Peer& peer) { peer.request(); });
    EXPECT_EQ(through("127.0.0.1", mute.port()),
              "the proxy 127.0.0.1:" + std::to_string(mute.port()) + ": the connection ended without an answer");
}

TEST_F(TlsTest, AsksAPlainProxyWithTheWholeUrl) {
    RawServer proxy(answer_each);
    const auto answer = ask_through(proxy, {}, "http://portainer.example.test/base", proxy_at(proxy.port()));
    ASSERT_TRUE(answer) << answer.error().message;
    const std::string head = proxy.requests().at(0);
    EXPECT_TRUE(head.starts_with("GET http://portainer.example.test/base/api/x HTTP/1.1\r\n")) << head;
    EXPECT_TRUE(head.contains("\r\nHost: portainer.example.test\r\n"));
    EXPECT_TRUE(head.contains("\r\nProxy-Authorization: Basic dTpw\r\n"));
}

} // namespace
} // namespace mooring::net
