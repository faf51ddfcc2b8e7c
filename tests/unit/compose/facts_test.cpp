// What a file would create and run, and the rule behind a path.
#include "unit/compose/compose_support.hpp"

namespace mooring::compose {
namespace {

ServiceFacts of_service(std::string_view fields) {
    const auto all = facts(load_or_fail(stack_of(fields)), "shop");
    EXPECT_EQ(all.services.size(), 1U);
    return all.services.empty() ? ServiceFacts{} : all.services.front();
}

TEST(Facts, NameWhatIsPredictable) {
    EXPECT_EQ(of_service("container_name: c1").container_name, "c1");
    EXPECT_EQ(of_service("tty: no").container_name, std::nullopt);
    const ServiceFacts symbolic = of_service("container_name: '${NAME}'");
    EXPECT_EQ(symbolic.container_name, std::nullopt);
    EXPECT_TRUE(symbolic.container_name_symbolic);
    EXPECT_EQ(of_service("tty: no").image, "i:1");
    EXPECT_EQ(facts(load_or_fail("services: {a: {image: 'x:$TAG'}}"), "p").services[0].image, std::nullopt);
    EXPECT_EQ(facts(load_or_fail("services:\n  a:\n    build: .\n"), "p").services[0].line, 2U);
}

TEST(Facts, CountWhatShouldRun) {
    EXPECT_EQ(of_service("tty: no").replicas, 1);
    EXPECT_EQ(of_service("scale: 3, deploy: {replicas: 2}").replicas, 3);
    EXPECT_EQ(of_service("deploy: {replicas: '2'}").replicas, 2);
    EXPECT_EQ(of_service("deploy: {replicas: 0}").replicas, 0);
    EXPECT_EQ(of_service("scale: '$N'").replicas, std::nullopt);
    EXPECT_TRUE(of_service("deploy: {mode: global}").global);
    EXPECT_TRUE(of_service("profiles: [dev]").in_profile);
}

TEST(Facts, SayThatIncludedFilesMayAddServices) {
    EXPECT_TRUE(facts(load_or_fail("include: [other.yaml]\nservices: {web: {image: a}}\n"), "p").more_files);
    EXPECT_FALSE(facts(load_or_fail("services: {web: {image: a}}\n"), "p").more_files);
}

TEST(Facts, TellOneShotServices) {
    for (const char* fields : {"tty: no", "restart: no", "restart: on-failure", "restart: 'on-failure:3'",
                               "restart: always, deploy: {restart_policy: {condition: none}}"}) {
        EXPECT_FALSE(of_service(fields).restarts) << fields;
    }
    for (const char* fields : {"restart: always", "restart: unless-stopped", "restart: '${R}'",
                               "deploy: {restart_policy: {condition: any}}"}) {
        EXPECT_TRUE(of_service(fields).restarts) << fields;
    }
    EXPECT_TRUE(of_service("restart: no").restarts_in_swarm);
    EXPECT_FALSE(of_service("deploy: {restart_policy: {condition: on-failure}}").restarts_in_swarm);
}

TEST(Facts, NameNetworksAndVolumesAsTheyAreOnTheHost) {
    const auto all = facts(load_or_fail("services: {a: {image: x}}\nnetworks: {front: , ext: {external: true}, named: "
                                        "{name: n1}, var: {name: '${N}'}}\n"
                                        "volumes: {data: , other: {external: {name: o}}, named: {name: v1}}\n"),
                           "shop");
    EXPECT_EQ(all.networks, (Paths{"shop_front", "n1"}));
    EXPECT_EQ(all.volumes, (Paths{"shop_data", "v1"}));
    EXPECT_TRUE(all.has_default_network);
    EXPECT_FALSE(
        facts(load_or_fail("services: {a: {image: x, networks: [n]}}\nnetworks: {n: }"), "p").has_default_network);
    EXPECT_FALSE(facts(load_or_fail("services: {a: {image: x, network_mode: host}}"), "p").has_default_network);
    const auto renamed = facts(load_or_fail("services: {a: {image: x}}\nnetworks: {default: {name: mine}}"), "p");
    EXPECT_FALSE(renamed.has_default_network);
    EXPECT_EQ(renamed.networks, Paths{"mine"});
    EXPECT_TRUE(facts(load_or_fail("services: {a: {image: x}}\nnetworks: {default: {driver: bridge}}"), "p")
                    .has_default_network);
}

TEST(Explain, FindsTheRuleOfAPath) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"services.web.ports[8080:80/tcp]", "services.*.ports[]"},
        {"services.web.ports", "services.*.ports"},
        {"services.web.ports[127.0.0.1:8080:80/tcp].mode", "services.*.ports[].mode"},
        {"services[\"web.front\"].image", "services.*.image"},
        {"services.web.labels[\"traefik.enable\"]", "services.*.labels"},
        {"services.web.environment.A", "services.*.environment"},
        {"services.web.volumes[/data].bind.propagation", "services.*.volumes[].bind.propagation"},
        {"services.web.cap_add[NET_ADMIN]", "services.*.cap_add"},
        {"services.web.deploy.resources.limits.memory", "services.*.deploy.resources.limits.memory"},
        {"networks.front.driver", "networks.*.driver"},
        {"services.web", "services.*"},
        {"name", "name"},
        {"x-note", "x-*"},
        {"services.web.x-note", "x-*"},
        {"services.x-web", "services.*"},
        {"services.web.labels.x-a", "services.*.labels"},
    };
    for (const auto& [path, pattern] : rows) {
        const auto rule = explain(path);
        ASSERT_TRUE(rule) << path;
        EXPECT_EQ(rule->pattern, pattern) << path;
        EXPECT_FALSE(rule->form.empty());
        EXPECT_FALSE(rule->reason.empty());
    }
    for (const char* path : {"", "nothing", "services.web.gpus", "services.web.nothing", "include"}) {
        EXPECT_FALSE(explain(path)) << path;
    }
    for (const char* odd : {"[", "[\"", "a[", "services.[\"a\\", "....", "services.web.ports[]]]"}) explain(odd);
}

} // namespace
} // namespace mooring::compose
