#include "net/origin.hpp"

#include <gtest/gtest.h>

namespace mooring::net {
namespace {

TEST(Origin, TakesTheUsualPortOfTheScheme) {
    const auto https = parse_origin("https://portainer.example.test");
    ASSERT_TRUE(https);
    EXPECT_TRUE(https->tls);
    EXPECT_EQ(https->port, 443);
    EXPECT_EQ(https->host_header(), "portainer.example.test");
    const auto http = parse_origin("HTTP://h:9000/");
    ASSERT_TRUE(http);
    EXPECT_FALSE(http->tls);
    EXPECT_EQ(http->host_header(), "h:9000");
    EXPECT_EQ(http->base_path, "");
}

TEST(Origin, KeepsTheBasePathWithoutSlashesAndApi) {
    EXPECT_EQ(parse_origin("https://h/portainer//")->base_path, "/portainer");
    EXPECT_EQ(parse_origin("https://h/a/b/api/")->base_path, "/a/b");
    EXPECT_EQ(parse_origin("https://h/api")->base_path, "");
}

TEST(Origin, UnderstandsIpv6) {
    const auto origin = parse_origin("https://[fd00::1]:9443/x");
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->host, "fd00::1");
    EXPECT_EQ(origin->host_header(), "[fd00::1]:9443");
    EXPECT_EQ(origin->shown(), "[fd00::1]:9443");
}

TEST(Origin, UnderstandsUnixSockets) {
    for (const auto* url : {"unix:/run/p.sock", "unix:///run/p.sock", "http+unix://%2Frun%2Fp.sock"}) {
        const auto origin = parse_origin(url);
        ASSERT_TRUE(origin) << url;
        EXPECT_EQ(origin->socket, "/run/p.sock") << url;
        EXPECT_EQ(origin->host_header(), "localhost");
    }
    EXPECT_EQ(parse_origin("http+unix://%2Frun%2Fp.sock/base")->base_path, "/base");
}

TEST(Origin, RefusesWhatIsNoOrigin) {
    for (const auto* url : {"", "portainer.example.test:9443", "ftp://h", "https://", "https://h:0", "https://h:99999",
                            "https://h/?a=b", "https://h/#x", "unix:relative", "https://h h", "https://h\r\nX: y"}) {
        const auto origin = parse_origin(url);
        ASSERT_FALSE(origin) << url;
        EXPECT_EQ(origin.error().kind, ErrorKind::invalid_input);
        EXPECT_FALSE(origin.error().detail.empty());
    }
}

TEST(Origin, NeverRepeatsAPassword) {
    const auto origin = parse_origin("https://alice:hunter2hunter2@h");
    ASSERT_FALSE(origin);
    EXPECT_FALSE((origin.error().message + origin.error().detail).contains("hunter2"));
}

} // namespace
} // namespace mooring::net
