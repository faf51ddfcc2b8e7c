// What a file would create and run, and the rule behind a path.
#include "compose/facts.hpp"
#include "unit/compose/compose_support.hpp"

#include <algorithm>

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
    EXPECT_EQ(of_service("deploy: {replicas: -1}").replicas, std::nullopt);
    EXPECT_TRUE(of_service("deploy: {mode: global}").global);
    EXPECT_EQ(of_service("tty: no").mode, "replicated");
    EXPECT_EQ(of_service("deploy: {mode: global}").mode, "global");
    EXPECT_EQ(of_service("deploy: {mode: replicated-job}").mode, "replicated-job");
    EXPECT_EQ(of_service("deploy: {mode: '${MODE}'}").mode, "");
    EXPECT_EQ(of_service("deploy: {mode: vip}").mode, "");
    EXPECT_TRUE(of_service("profiles: [dev]").in_profile);
}

// What a stack has: TAG, R and MODE are set, ODD to what is resolved further, FILE perhaps by another file.
Setting setting(const std::string& name) {
    using Known = Setting::Known;
    if (name == "TAG") return {.value = "1.28"};
    if (name == "R") return {.value = "3"};
    if (name == "MODE") return {.value = "global"};
    if (name == "ODD") return {.value = std::nullopt, .known = Known::unknown};
    return {.value = std::nullopt, .known = name == "FILE" ? Known::likely : Known::yes};
}

TEST(Facts, ReferencesBecomeWhatTheStackHas) {
    struct Case {
        std::string fields, image, replicas; // "?": not known; "~" behind it: by a default that a file may override
    };
    for (const auto& [fields, image, replicas] : {Case{"image: 'x:${TAG}'", "x:1.28", "1"},
                                                  {"image: 'x:$TAG'", "x:1.28", "1"},
                                                  {"image: 'x:${NONE:-2}'", "x:2", "1"},
                                                  {"image: 'x${TAG:+:3}'", "x:3", "1"},
                                                  {"image: 'x:${NONE}'", "?", "1"},
                                                  {"image: 'x:${ODD:-2}'", "?", "1"},
                                                  {"image: 'x:${FILE}'", "?", "1"},
                                                  {"image: 'x:${FILE:-2}'", "x:2~", "1"},
                                                  {"image: 'x:1'", "x:1", "1"},
                                                  {"image: x, scale: '${R}'", "x", "3"},
                                                  {"image: x, deploy: {replicas: '${R}'}", "x", "3"},
                                                  {"image: x, deploy: {replicas: '${NONE:-2}'}", "x", "2"},
                                                  {"image: x, deploy: {replicas: '${FILE:-2}'}", "x", "2~"},
                                                  {"image: x, deploy: {replicas: '${NONE}'}", "x", "?"},
                                                  {"image: x, deploy: {replicas: '${TAG}'}", "x", "?"},
                                                  {"image: x, deploy: {replicas: '${NONE:--1}'}", "x", "?"},
                                                  {"image: x, deploy: {replicas: 4}", "x", "4"}}) {
        ProjectFacts all = facts(load_or_fail("services: {web: {" + fields + "}}"), "shop");
        for (int twice = 0; twice < 2; ++twice) {
            resolve(all, setting);
            const ServiceFacts& web = all.services.at(0);
            EXPECT_EQ(web.image.value_or("?") + (web.image_by_default ? "~" : ""), image) << fields;
            EXPECT_EQ(web.image_unknown, !web.image) << fields;
            const std::string count = web.replicas ? std::to_string(*web.replicas) : "?";
            EXPECT_EQ(count + (web.replicas_by_default ? "~" : ""), replicas) << fields;
            EXPECT_EQ(web.replicas_unknown, !web.replicas) << fields;
        }
    }
    ProjectFacts all = facts(load_or_fail("services: {web: {image: x, deploy: {mode: '${MODE}'}}}"), "shop");
    EXPECT_FALSE(all.services.at(0).global);
    resolve(all, setting);
    EXPECT_TRUE(all.services.at(0).global);
    EXPECT_EQ(all.services.at(0).mode, "global");
    all = facts(load_or_fail("services: {web: {image: x, deploy: {mode: '${NONE}', replicas: -2}}}"), "shop");
    resolve(all, setting);
    EXPECT_EQ(all.services.at(0).mode, "");
    EXPECT_TRUE(all.services.at(0).replicas_unknown);
    all = facts(load_or_fail("services: {web: {image: x, deploy: {mode: '${NONE:-global-job}'}}}"), "shop");
    resolve(all, setting);
    EXPECT_EQ(all.services.at(0).mode, "global-job");
}

TEST(Facts, ProfilesWithReferencesAreLookedUp) {
    ProjectFacts all =
        facts(load_or_fail("services: {a: {image: x, profiles: ['${TAG}']}, "
                           "b: {image: x, profiles: ['${NONE:-dev}']}, c: {image: x, profiles: ['${ODD}']}, "
                           "d: {image: x, profiles: ['${FILE:-dev}']}}"),
              "p");
    const auto started = [&](std::string_view profiles) {
        activate(all, profiles, setting);
        std::string out;
        for (const ServiceFacts& one : all.services) out += one.in_profile ? "-" : one.profile_unknown ? "?" : "+";
        return out;
    };
    EXPECT_EQ(started("dev"), "-+??");
    EXPECT_EQ(started("1.28"), "+-??");
    EXPECT_EQ(started(""), "--??");
    EXPECT_EQ(started("*"), "++++");
}

TEST(Facts, AnEnvFileGivesAValueWithoutItsQuotesAndRemarks) {
    for (const auto& [written, given] : std::vector<std::pair<std::string, std::string>>{{"1.28", "1.28"},
                                                                                         {"\"1.28\"", "1.28"},
                                                                                         {"'1.28'", "1.28"},
                                                                                         {"1.28 # ours", "1.28"},
                                                                                         {"", ""},
                                                                                         {"a#b", "a#b"},
                                                                                         {"'a$b'", "a$b"},
                                                                                         {"$A", "?"},
                                                                                         {"\"${A}\"", "?"},
                                                                                         {"\"a\\n\"", "?"},
                                                                                         {"\"a", "?"},
                                                                                         {"a\nB=2", "?"}}) {
        EXPECT_EQ(as_env_file_gives(written).value_or("?"), given) << written;
    }
}

TEST(Facts, ActiveProfilesAreThoseThatAreNamed) {
    ProjectFacts all = facts(load_or_fail("services: {a: {image: x}, b: {image: x, profiles: [dev, debug]}, "
                                          "c: {image: x, profiles: ['${P}']}, d: {image: x, profiles: []}}"),
                             "p");
    const auto started = [&](std::string_view profiles) {
        activate(all, profiles);
        std::string out;
        for (const ServiceFacts& service : all.services) {
            out += service.in_profile ? "-" : service.profile_unknown ? "?" : "+";
        }
        return out;
    };
    EXPECT_EQ(started(""), "+-?+");
    EXPECT_EQ(started("debug"), "++?+");
    EXPECT_EQ(started("x, dev ,y"), "++?+");
    EXPECT_EQ(started("*"), "++++");
    EXPECT_EQ(started("DEV"), "+-?+");
}

TEST(Facts, AJobIsWhatTheFileCallsOneOrWhatAnotherServiceWaitsFor) {
    EXPECT_FALSE(of_service("restart: no").job);
    EXPECT_TRUE(of_service("x-mooring: {job: true}").job);
    for (const char* other : {"x-mooring: {job: false}", "x-mooring: {job: 'true'}", "x-mooring: {job: [true]}",
                              "x-mooring: true", "x-mooring: ", "x-other: {job: true}", "labels: {x-mooring: a}"}) {
        EXPECT_FALSE(of_service(other).job) << other;
    }
    EXPECT_TRUE(of_service("deploy: {mode: replicated-job}").job);
    EXPECT_TRUE(of_service("deploy: {mode: global-job}").job);
    EXPECT_FALSE(of_service("deploy: {mode: replicated}").job);
    const auto jobs = [](std::string_view waiter) {
        std::string names;
        const auto all =
            facts(load_or_fail("services: {migrate: {image: x}, web: {image: x, " + std::string(waiter) + "}}"), "p");
        for (const ServiceFacts& service : all.services) names += service.job ? service.name : "";
        return names;
    };
    EXPECT_EQ(jobs("depends_on: {migrate: {condition: service_completed_successfully}}"), "migrate");
    EXPECT_EQ(
        jobs("profiles: [debug], depends_on: {migrate: {condition: service_completed_successfully, required: false}}"),
        "migrate");
    EXPECT_EQ(jobs("depends_on: {migrate: {condition: service_started}}"), "");
    EXPECT_EQ(jobs("depends_on: [migrate]"), "");
    EXPECT_EQ(called_jobs(load_or_fail("services: {a: {image: x, x-mooring: {job: true}}, b: {extends: a}}")),
              (std::vector<std::string>{"a", "b"}));
}

TEST(Facts, TellWhatASignOfAServiceIs) {
    for (const char* fields : {"ports: ['80']", "healthcheck: {test: [CMD, 'true']}"}) {
        EXPECT_TRUE(of_service(fields).serves) << fields;
    }
    for (const char* fields : {"tty: no", "healthcheck: {disable: true}", "healthcheck: {test: [NONE]}"}) {
        EXPECT_FALSE(of_service(fields).serves) << fields;
    }
    const auto all = facts(load_or_fail("services: {db: {image: x}, web: {image: x, depends_on: [db]}}"), "p");
    EXPECT_TRUE(all.services[0].needed);
    EXPECT_FALSE(all.services[1].needed);
    EXPECT_EQ(of_service("restart: always").kept_running, "restart: always");
    EXPECT_EQ(of_service("restart: unless-stopped").kept_running, "restart: unless-stopped");
    EXPECT_EQ(of_service("restart: always, deploy: {restart_policy: {condition: none}}").kept_running, "");
    EXPECT_EQ(of_service("deploy: {restart_policy: {condition: any}}").kept_running,
              "deploy.restart_policy.condition: any");
    for (const char* fields : {"restart: on-failure", "restart: '${R}'", "tty: no"}) {
        EXPECT_EQ(of_service(fields).kept_running, "") << fields;
    }
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

// `P_default` is said once, by has_default_network: a section that only sets it up adds no second name.
TEST(Facts, NameTheDefaultNetworkOnce) {
    for (const char* section : {"networks: {default: {driver: bridge}}", "networks: {default: , front: }"}) {
        const auto all = facts(load_or_fail(std::string("services: {a: {image: x}}\n") + section), "shop");
        EXPECT_TRUE(all.has_default_network) << section;
        EXPECT_EQ(std::ranges::count(all.networks, "shop_default"), 0) << section;
    }
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
        {"services.web.devices[/dev/a:/dev/a:rwm]", "services.*.devices[]"},
        {"services.web.gpus", "services.*.gpus"},
        {"include", "include"},
        {"models.llm.context_size", "models.*.context_size"},
    };
    for (const auto& [path, pattern] : rows) {
        const auto rule = explain(path);
        ASSERT_TRUE(rule) << path;
        EXPECT_EQ(rule->pattern, pattern) << path;
        EXPECT_FALSE(rule->form.empty());
        EXPECT_FALSE(rule->reason.empty());
    }
    for (const char* path : {"", "nothing", "services.web.pre_start", "services.web.nothing", "jobs.a.image"}) {
        EXPECT_FALSE(explain(path)) << path;
    }
    for (const char* odd : {"[", "[\"", "a[", "services.[\"a\\", "....", "services.web.ports[]]]"}) explain(odd);
}

} // namespace
} // namespace mooring::compose
