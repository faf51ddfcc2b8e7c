#include "net/message.hpp"

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

TEST(Origin, SaysWhatToWriteForWhatPeopleCopyAndForget) {
    const std::vector<std::tuple<std::string_view, std::string_view, std::string_view>> table{
        {"https://h:9443/#!/2/docker/stacks", "is that of a page, copied from the browser", "write https://h:9443"},
        {"https://h:9443/#!/home", "is that of a page, copied from the browser", "write https://h:9443"},
        {"https://h/portainer/#!/auth?x=y", "is that of a page, copied from the browser", "write https://h/portainer"},
        {"https://h/#", "is that of a page, copied from the browser", "write https://h"},
        {"https://h/?returnUrl=%2F", "holds a query", "leave out everything from `?` on: https://h/"},
        {"portainer.example.test:9443", "lacks its scheme", "write https://portainer.example.test:9443"},
        {"portainer.example.test", "lacks its scheme", "write https://portainer.example.test"},
        {"10.0.0.7:9443/", "lacks its scheme", "write https://10.0.0.7:9443/"},
        {"//h:9443", "lacks its scheme", "write https://h:9443"},
        {"https://b\xc3\xbc"
         "cher.example.test",
         "has letters outside ASCII in its host", "write the host in its xn-- form"},
        {"https://b%C3%BCcher.example.test", "has letters outside ASCII in its host",
         "write the host in its xn-- form"},
    };
    for (const auto& [url, why, cure] : table) {
        const auto origin = parse_origin(url);
        ASSERT_FALSE(origin) << url;
        EXPECT_EQ(origin.error().message, "the address " + std::string(why)) << url;
        EXPECT_TRUE(origin.error().detail.starts_with(cure)) << origin.error().detail;
    }
    EXPECT_TRUE(parse_origin("https://xn--bcher-kva.example.test"));
    EXPECT_EQ(parse_origin("HTTPS://h")->port, 443);
}

TEST(Origin, NeverRepeatsWhatMayBeSecret) {
    for (const std::string_view url : {"https://h/?token=hunter2", "https://me:hunter2@h/#!/home", "me:hunter2@h:9443",
                                       "h:9443?token=hunter2", "https://h/#hunter2"}) {
        const auto origin = parse_origin(url);
        ASSERT_FALSE(origin) << url;
        EXPECT_FALSE((origin.error().message + origin.error().detail).contains("hunter2")) << url;
    }
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
