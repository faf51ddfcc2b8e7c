#include "net/message.hpp"

#include <gtest/gtest.h>

namespace mooring::net {
namespace {

const Origin https{.tls = true, .host = "p.example.test", .port = 443, .base_path = "", .socket = ""};
const Origin http{.tls = false, .host = "p.example.test", .port = 80, .base_path = "", .socket = ""};

TEST(Proxy, IsChosenByTheOriginsScheme) {
    const auto of_https = choose_proxy(https, "http://a:3128", "http://b:3128", "");
    ASSERT_TRUE(of_https && *of_https);
    EXPECT_EQ((*of_https)->host, "a");
    EXPECT_EQ((*of_https)->port, 3128);
    const auto of_http = choose_proxy(http, "http://a:3128", "b:8080", "");
    ASSERT_TRUE(of_http && *of_http);
    EXPECT_EQ((*of_http)->host, "b");
    EXPECT_EQ((*of_http)->port, 8080);
}

TEST(Proxy, IsNoneWithoutVariableOrForASocket) {
    EXPECT_FALSE(choose_proxy(https, "", "http://b:3128", "")->has_value());
    Origin unix_origin = http;
    unix_origin.socket = "/run/p.sock";
    EXPECT_FALSE(choose_proxy(unix_origin, "http://a", "http://b", "")->has_value());
}

TEST(Proxy, TakesUserAndPasswordForTheProxyAlone) {
    const auto proxy = choose_proxy(https, "http://al%40ice:p%3Aw@a:3128", "", "");
    ASSERT_TRUE(proxy && *proxy);
    EXPECT_EQ((*proxy)->authorization.reveal(), "Basic YWxAaWNlOnA6dw=="); // al@ice:p:w
}

TEST(Proxy, RefusesOtherKindsWithoutRepeatingThem) {
    for (const auto* value : {"socks5://u:secretsecret@a", "https://u:secretsecret@a", "http://", "http://a:0"}) {
        const auto proxy = choose_proxy(https, value, "", "");
        ASSERT_FALSE(proxy) << value;
        EXPECT_TRUE(proxy.error().message.contains("HTTPS_PROXY"));
        EXPECT_FALSE(proxy.error().message.contains("secret"));
    }
}

struct Case {
    std::string_view no_proxy;
    std::string_view host;
    std::uint16_t port;
    bool bypassed;
};

TEST(NoProxy, ReadsEntriesAsGoDoes) {
    constexpr Case cases[] = {
        {"", "example.test", 443, false},
        {"*", "example.test", 443, true},
        {"example.test", "example.test", 443, true},
        {"example.test", "EXAMPLE.test", 443, true},
        {"example.test", "a.example.test", 443, true},
        {"example.test", "anexample.test", 443, false},
        {".example.test", "a.example.test", 443, true},
        {"*.example.test", "a.example.test", 443, true},
        {".example.test", "example.test", 443, false},
        {"other.test, example.test", "example.test", 443, true},
        {"example.test:8443", "example.test", 8443, true},
        {"example.test:8443", "example.test", 443, false},
        {"10.0.0.0/8", "10.1.2.3", 443, true},
        {"10.0.0.0/8", "11.1.2.3", 443, false},
        {"10.0.0.0/8", "ten.example.test", 443, false},
        {"10.1.2.3", "10.1.2.3", 443, true},
        {"10.1.2.3:443", "10.1.2.3", 443, true},
        {"fd00::/8", "fd12::1", 443, true},
        {"fd00::/8", "fe80::1", 443, false},
        {"fd12::1", "fd12:0::1", 443, true},
        {"[fd12::1]:443", "fd12::1", 443, true},
        {"[fd12::1]:444", "fd12::1", 443, false},
        {"nonsense/99,,", "10.1.2.3", 443, false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(bypasses_proxy(c.no_proxy, c.host, c.port), c.bypassed) << c.no_proxy << " for " << c.host;
    }
}

TEST(NoProxy, NeverSendsLoopbackAway) {
    for (const auto* host : {"localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
        EXPECT_TRUE(bypasses_proxy("", host, 9000)) << host;
    }
}

} // namespace
} // namespace mooring::net
