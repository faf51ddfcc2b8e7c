// What a look at the way to a server sees, each against a server of its own.
#include "net/tls.hpp"

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

void listen_to(Peer& peer) { peer.request(); }

class InspectTest : public testing::Test {
  protected:
    static Result<Inspection> look(const std::string& url, Trust trust = {}, std::optional<Proxy> proxy = {}) {
        boost::asio::io_context context(1);
        auto work = inspect(context.get_executor(), {.origin = *parse_origin(url),
                                                     .proxy = std::move(proxy),
                                                     .trust = std::move(trust),
                                                     .timeout = std::chrono::seconds(20)});
        return test::run(context, std::move(work));
    }

    static ShownTls shown(const Certificate& certificate, Trust trust = {}) {
        RawServer server(listen_to, {.certificate = &certificate, .socket = ""});
        const auto seen = look(server.url(), std::move(trust));
        EXPECT_TRUE(server.requests().empty()) << "nothing is sent";
        if (!seen || seen->trouble || !seen->tls) {
            ADD_FAILURE() << "no handshake";
            return {};
        }
        return *seen->tls;
    }

    static std::string file_of(const Certificate& certificate) {
        const std::string file = testing::TempDir() + "mooring-inspect-" + std::to_string(getpid()) + ".pem";
        std::ofstream(file) << certificate.pem();
        return file;
    }
};

TEST_F(InspectTest, TellsWhatACertificateSays) {
    const Certificate certificate({.common_name = "portainer.test", .valid_until = 86400 * 30});
    const ShownTls tls = shown(certificate);
    ASSERT_EQ(tls.chain.size(), 1U);
    const ShownCertificate& own = tls.chain.front();
    EXPECT_EQ(own.subject, "CN=portainer.test");
    EXPECT_EQ(own.names, (std::vector<std::string>{"127.0.0.1", "localhost"}));
    EXPECT_EQ(own.pin, "sha256/" + certificate.pin());
    EXPECT_EQ(own.pem, certificate.pem());
    EXPECT_TRUE(own.self_signed);
    EXPECT_NEAR(static_cast<double>(own.until - own.from), 86400 * 30 + 3600, 5);
    EXPECT_TRUE(tls.version.starts_with("TLSv1.")) << tls.version;
    EXPECT_TRUE(tls.name_matches);
    EXPECT_TRUE(tls.untrusted.contains("self-signed")) << tls.untrusted;
}

TEST_F(InspectTest, ASelfSignedCertificateIsItsOwnAuthority) {
    const Certificate certificate({});
    EXPECT_EQ(shown(certificate, {.ca_file = file_of(certificate), .pin = ""}).untrusted, "");
}

TEST_F(InspectTest, DatesAndNamesAreToldApartFromTrust) {
    const Certificate expired({.alternative_names = "DNS:other.test", .valid_from = -7200, .valid_until = -3600});
    const ShownTls tls = shown(expired, {.ca_file = file_of(expired), .pin = ""});
    EXPECT_EQ(tls.untrusted, "");
    EXPECT_FALSE(tls.name_matches);
    EXPECT_LT(tls.chain.at(0).until, ::time(nullptr));
}

TEST_F(InspectTest, AnotherPinDoesNotHideTheCertificate) {
    const Certificate certificate({});
    EXPECT_EQ(shown(certificate, {.ca_file = "", .pin = std::string(64, 'a')}).chain.size(), 1U);
}

TEST_F(InspectTest, TellsWhereTheWayEnds) {
    const auto refused = look("https://127.0.0.1:" + std::to_string(test::closed_port()));
    ASSERT_TRUE(refused && refused->trouble);
    EXPECT_EQ(refused->trouble->stage, Stage::connect);
    EXPECT_EQ(refused->addresses, std::vector<std::string>{"127.0.0.1"});

    RawServer plain([](Peer& peer) { peer.answer(400, "text/plain", "no TLS here"); });
    const auto no_tls = look("https://127.0.0.1:" + std::to_string(plain.port()));
    ASSERT_TRUE(no_tls && no_tls->trouble);
    EXPECT_EQ(no_tls->trouble->stage, Stage::tls);

    const auto no_proxy = look("https://portainer.example.test", {},
                               Proxy{.host = "127.0.0.1", .port = test::closed_port(), .authorization = {}});
    ASSERT_TRUE(no_proxy && no_proxy->trouble);
    EXPECT_EQ(no_proxy->trouble->stage, Stage::connect);
    EXPECT_TRUE(no_proxy->proxy.starts_with("127.0.0.1:"));
}

TEST_F(InspectTest, AProxyThatSpeaksBeforeTheHandshakeIsTheEndOfTheWay) {
    RawServer proxy([](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        peer.wait_for_the_end();
    });
    const auto seen = look("https://portainer.example.test", {},
                           Proxy{.host = "127.0.0.1", .port = proxy.port(), .authorization = {}});
    ASSERT_TRUE(seen && seen->trouble);
    EXPECT_EQ(seen->trouble->stage, Stage::proxy);
    EXPECT_TRUE(seen->trouble->message.ends_with(said::tampered)) << seen->trouble->message;
    EXPECT_FALSE(seen->tls);
}

TEST_F(InspectTest, ACaFileThatIsNotThereIsAnErrorOfTheSettings) {
    const auto seen = look("https://127.0.0.1:1", {.ca_file = "/nowhere/ca.pem", .pin = ""});
    ASSERT_FALSE(seen);
    EXPECT_TRUE(seen.error().message.contains("/nowhere/ca.pem"));
}

} // namespace
} // namespace mooring::net
