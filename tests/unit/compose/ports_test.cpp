#include "unit/compose/compose_support.hpp"

namespace mooring::compose {
namespace {

TEST(Ports, ShortAndLongSyntaxAreTheSame) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"'8080:80'", "{target: 80, published: 8080}"},
        {"'127.0.0.1:53:53/udp'", "{target: 53, published: '53', protocol: UDP, host_ip: 127.0.0.1}"},
        {"'[::1]:80:80'", "{host_ip: '::1', published: '80', target: 80}"},
        {"'127.0.0.1::80'", "{host_ip: 127.0.0.1, target: 80}"},
        {"80", "{target: '80'}"},
        {"'8000-8010:80'", "{target: 80, published: 8000-8010}"},
        {"'8000-8000:80'", "'8000:80'"},
        {"'0080:0080/'", "'80:80/tcp'"},
        {"'80:80/udp/tcp'", "'80:80/udp'"},
        {"3000-3002", "3000, 3001, 3002"},
        {"'8000-8001:80-81/udp'", "'8000:80/udp', '8001:81/udp'"},
        {"'${P:-1:2}:80'", "{target: 80, published: '${P:-1:2}'}"},
        {"'8080:${T}'", "{target: '$T', published: '8080'}"},
        {"'${IP}:80:80/${PROTO}'", "{host_ip: '$IP', published: '80', target: 80, protocol: '${PROTO}'}"},
    };
    for (const auto& [one, other] : rows) {
        EXPECT_EQ(changes(std::string("ports: [") + one + "]", std::string("ports: [") + other + "]"), Paths{}) << one;
    }
}

TEST(Ports, OfRangesAreBounded) {
    std::string ranges;
    for (int i = 0; i < 3; ++i) ranges += "'1-65535:1-65535/udp', ";
    EXPECT_TRUE(load(stack_of("ports: [" + ranges + "]")));
    EXPECT_EQ(problem_of("ports: [" + ranges + ranges + "]").code, "too-large");
}

TEST(Ports, AreNamedByWhatTheyBind) {
    const auto added = [](std::string_view port) {
        return changes("ports: ['1:1']", "ports: ['1:1', " + std::string(port) + "]");
    };
    EXPECT_EQ(added("'127.0.0.1:8080:80'"), Paths{"ports[127.0.0.1:8080:80/tcp]"});
    EXPECT_EQ(added("'[::1]:8080:80'"), Paths{"ports[::1:8080:80/tcp]"});
    EXPECT_EQ(added("3000"), Paths{"ports[3000/tcp]"});
    EXPECT_EQ(added("'8000-8010:80/UDP'"), Paths{"ports[8000-8010:80/udp]"});
    EXPECT_EQ(added("'$PORT:80'"), Paths{"ports[${PORT}:80/tcp]"});
    EXPECT_EQ(added("'${ALL:-80:80}'"), Paths{"ports[${ALL:-80:80}]"}) << "one reference is compared as text";
    EXPECT_EQ(added("'1:1/udp'"), Paths{"ports[1:1/udp]"});
}

TEST(Ports, ModeAndNamesLieBelowThePort) {
    EXPECT_EQ(changes("ports: ['1:1']", "ports: [{target: 1, published: 1, mode: host, name: x}]"),
              (Paths{"ports[1:1/tcp].mode", "ports[1:1/tcp].name"}));
    EXPECT_EQ(changes("ports: ['1:1', {target: 1, published: '1', mode: host}]",
                      "ports: [{target: 1, published: 1, mode: host}]"),
              Paths{})
        << "the later of two counts";
}

TEST(Ports, ThatCannotBeAreRefused) {
    for (const char* port : {"'a:80'", "'80:70000'", "'-80:80'", "'80:80/xyz'", "'8000-8002:80-81'", "'81-80'",
                             "'::1:80:80'", "'1.2.3:80:80'", "'localhost:80:80'", "''", "'80:'", "' 80:80'", "true",
                             "1.5", "~", "[80]", "{published: 80}", "'0'"}) {
        EXPECT_EQ(problem_of(std::string("ports: [") + port + "]").mark.line, 1U) << port;
    }
    EXPECT_EQ(problem_of("ports: {80: 80}").code, "wrong-type");
}

} // namespace
} // namespace mooring::compose
