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

// A name with a reference stands as it is written: whoever asks fills in the value, or says that it is not known.
TEST(Needs, NamesWhatOthersMadeByItsNameOnTheEngine) {
    const Needs found =
        of("services: {web: {image: a, networks: [front, own], volumes: ['data:/d']}}\n"
           "networks: {front: {external: true, name: proxy}, own: {}, any: {external: true, name: '$N'}}\n"
           "volumes: {data: {external: true}}\nconfigs: {c: {external: true}, own: {content: x}}\n"
           "secrets: {s: {external: true, name: key}}");
    EXPECT_EQ(found.externals, (std::vector<External>{{ExternalKind::network, "${N}"},
                                                      {ExternalKind::network, "proxy"},
                                                      {ExternalKind::volume, "data"},
                                                      {ExternalKind::config, "c"},
                                                      {ExternalKind::secret, "key"}}));
}

TEST(Needs, AnImageWithTheValuesThatItsReferencesWillHave) {
    const auto value = [](const std::string& name) -> std::optional<std::string> {
        if (name == "TAG") return "1.27";
        if (name == "EMPTY") return "";
        return std::nullopt;
    };
    const auto of = [&](std::string_view text) { return with_values(text, value).value_or("not known"); };
    EXPECT_EQ(of("nginx:1"), "nginx:1");
    EXPECT_EQ(of("nginx:${TAG}"), "nginx:1.27");
    EXPECT_EQ(of("${TAG}$TAG"), "1.271.27");
    EXPECT_EQ(of("nginx:${NONE}"), "not known");
    EXPECT_EQ(of("nginx:${NONE:-2}"), "nginx:2");
    EXPECT_EQ(of("nginx:${TAG:-2}"), "nginx:1.27");
    EXPECT_EQ(of("a${EMPTY:-2}${EMPTY-3}"), "a2");
    EXPECT_EQ(of("nginx:${TAG:?say which}"), "nginx:1.27");
    EXPECT_EQ(of("nginx:${NONE?}"), "not known");
    EXPECT_EQ(of("nginx:${NONE:-${TAG}}"), "nginx:1.27");
    EXPECT_EQ(of("nginx:${TAG:-${NONE}}"), "nginx:1.27") << "its default is not looked at";
    EXPECT_EQ(of("nginx:${NONE:-${OTHER}}"), "not known");
    EXPECT_EQ(of("${NONE:-${OTHER:-nginx}:2}"), "nginx:2");
    EXPECT_EQ(of("nginx${TAG:+:3}"), "nginx:3");
    EXPECT_EQ(of("nginx${TAG:+:$TAG}"), "nginx:1.27");
    EXPECT_EQ(of("a${EMPTY:+3}${EMPTY+4}${NONE+5}"), "a4");
    std::string deep = "x";
    for (int i = 0; i < 40; ++i) deep = "${NONE:-" + deep + "}";
    EXPECT_EQ(of(deep), "not known") << "bounded";
    EXPECT_EQ(of("a$$b"), "a$b");
}

TEST(Needs, NamesKeysThatNotEveryLoaderKnows) {
    const auto keys = [](std::string_view text) {
        std::string out;
        for (const NewKey& one : of(text).new_keys)
            out += (out.empty() ? "" : "; ") + one.path + " " + std::string(one.since);
        return out;
    };
    EXPECT_EQ(keys("services: {web: {image: a, hostname: h}}"), "");
    EXPECT_EQ(keys("services: {web: {image: a, umask: '022', pre_start: [{command: c}]}}\njobs: {j: {image: a}}"),
              "jobs ; services.web.pre_start ; services.web.umask ");
    EXPECT_EQ(keys("services: {web: {image: a, networks: {n: {use_service_name_alias: true}}}}\nnetworks: {n: {}}"),
              "services.web.networks.n.use_service_name_alias ");
    EXPECT_EQ(keys("services: {web: {image: a, post_start: [{command: c}]}, m: {provider: {type: model}}}"),
              "services.web.post_start 2.30; services.m.provider 2.36");
    EXPECT_EQ(keys("services: {web: {image: a, labels: {umask: '1'}}}"), "") << "of another place";
}

TEST(Needs, NamesRegistriesThatImagesName) {
    const auto origins = [](std::string image) {
        std::string out;
        for (const ImageOrigin& one : of("services: {web: {image: '" + image + "'}}").origins)
            out += one.registry + " " + one.image;
        return out;
    };
    EXPECT_EQ(origins("ghcr.io/acme/app:2"), "ghcr.io ghcr.io/acme/app:2");
    EXPECT_EQ(origins("registry:5000/app"), "registry:5000 registry:5000/app");
    EXPECT_EQ(origins("localhost/app"), "localhost localhost/app");
    for (const char* hub :
         {"nginx:1.27", "acme/app", "docker.io/acme/app", "nginx@sha256:0011", "${R}/app", "${R}.io/a"})
        EXPECT_EQ(origins(hub), "") << hub;
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
