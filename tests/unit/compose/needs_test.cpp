#include "compose/facts.hpp"

#include <gtest/gtest.h>

namespace mooring::compose {
namespace {

using Texts = std::vector<std::string>;

Needs of(std::string_view text) {
    const auto loaded = load(text);
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    return loaded ? needs(*loaded) : Needs{};
}

Texts references(std::string_view text) {
    Texts out;
    for (const Reference& one : of(text).references) out.push_back(one.name + (one.required ? "!" : ""));
    return out;
}

TEST(Needs, NamesVariablesThatHaveNoDefaultWhereverTheyStand) {
    EXPECT_EQ(references("services: {web: {image: 'a:${TAG}', environment: {A: $PLAIN, B: 'x${C}y$D'}}}"),
              (Texts{"C", "D", "PLAIN", "TAG"}));
    EXPECT_EQ(references("services: {web: {image: 'a:${TAG:-1}${T-2}${P:+3}${Q+4}', command: '$$HOME $$${REAL}'}}"),
              Texts{"REAL"});
    EXPECT_EQ(references("services: {web: {image: 'a:${TAG:?say which}', hostname: '${H?}', labels: {l: '${TAG}'}}}"),
              (Texts{"H!", "TAG!"}));
    EXPECT_EQ(references("services: {web: {image: 'a:${TAG:-${OTHER}}'}}"), Texts{})
        << "asked only if TAG has no value";
    EXPECT_EQ(references("services: {web: {image: a, labels: ['k=$$x']}}"), Texts{});
    EXPECT_EQ(references("services: {web: {image: a, ports: ['${PORT}:80']}}"), Texts{"PORT"}) << "in an identity";
}

TEST(Needs, NamesWhatOthersMadeByItsNameOnTheEngine) {
    const Needs found =
        of("services: {web: {image: a, networks: [front, own], volumes: ['data:/d']}}\n"
           "networks: {front: {external: true, name: proxy}, own: {}, any: {external: true, name: '$N'}}\n"
           "volumes: {data: {external: true}}");
    EXPECT_EQ(found.externals, (std::vector<External>{{.is_network = true, .name = "proxy"}, {.name = "data"}}));
}

TEST(Needs, NamesWhatAnEnvironmentMayForbid) {
    const auto features = [](std::string service) {
        std::string out;
        for (const Restriction& one : of("services: {plain: {image: a}, web: {image: a, " + service + "}}").features)
            out += (out.empty() ? "" : "; ") + std::string(one.feature);
        return out;
    };
    EXPECT_EQ(features("volumes: ['/srv:/s']"), "bind mounts");
    EXPECT_EQ(features("volumes: ['data:/s', '/anon']"), "");
    EXPECT_EQ(features("privileged: true"), "privileged mode");
    EXPECT_EQ(features("privileged: false"), "");
    EXPECT_EQ(features("pid: host"), "the host's namespace of processes");
    EXPECT_EQ(features("devices: ['/dev/a:/dev/a']"), "devices");
    EXPECT_EQ(features("sysctls: {net.core.somaxconn: 1}"), "sysctls");
    EXPECT_EQ(features("cap_drop: [ALL], security_opt: ['no-new-privileges:true']"), "capabilities; security options");
}

} // namespace
} // namespace mooring::compose
