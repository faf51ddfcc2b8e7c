// extends, several documents, compose's own tags.
#include "unit/compose/compose_support.hpp"

#include <fmt/format.h>

namespace mooring::compose {
namespace {

void expect_same(std::string_view one, std::string_view other) {
    EXPECT_EQ(paths(differences(one, other)), Paths{}) << one;
}

TEST(Extends, MergesTheServiceOfTheSameFile) {
    const auto merged = [](std::string_view base, std::string_view own, std::string_view result) {
        const std::string base_service = fmt::format("services:\n  base: {{image: 'i:1', {}}}\n", base);
        expect_same(base_service + fmt::format("  web: {{extends: base, {}}}\n", own),
                    base_service + fmt::format("  web: {{image: 'i:1', {}}}\n", result));
    };
    merged("environment: {A: 1, B: 2}", "environment: [B=3]", "environment: {A: 1, B: 3}");
    merged("command: [a]", "command: [b]", "command: [b]");
    merged("command: [a]", "command: ", "tty: no");
    merged("cap_add: [A]", "cap_add: [B]", "cap_add: [A, B]");
    merged("dns: a", "dns: [b, a]", "dns: [a, b]");
    merged("depends_on: [x]", "depends_on: {y: {condition: service_healthy}}",
           "depends_on: {x: {condition: service_started}, y: {condition: service_healthy}}");
    merged("networks: [a]", "networks: {b: {aliases: [c]}}", "networks: {a: , b: {aliases: [c]}}");
    merged("build: .", "build: {target: t}", "build: {context: ., target: t}");
    merged("logging: {driver: a, options: {x: y}}", "logging: {driver: b}", "logging: {driver: b}");
    merged("logging: {driver: a, options: {x: y}}", "logging: {options: {z: w}}",
           "logging: {driver: a, options: {x: y, z: w}}");
    merged("healthcheck: {test: a, retries: 1}", "healthcheck: {test: [CMD, b]}",
           "healthcheck: {test: [CMD, b], retries: 1}");
    merged("ulimits: {n: 5}", "ulimits: {n: {soft: 1, hard: 2}}", "ulimits: {n: {soft: 1, hard: 2}}");
    merged("ports: ['80:80']", "ports: ['81:81']", "ports: ['80:80', '81:81']");
    merged("ports: ['80:80']", "ports: !override ['81:81']", "ports: ['81:81']");
    merged("ports: ['80:80'], tty: true", "ports: !reset []", "tty: true");
    merged("hostname: a", "hostname: ", "hostname: a");
    merged("environment: {A: 1}", "environment: {A: }", "environment: {A: }");
    merged("labels: {a: b, c: d}", "labels: {a: }", "labels: {a: '', c: d}");
    merged("extra_hosts: {a: 1.1.1.1}", "extra_hosts: [a=2.2.2.2]", "extra_hosts: {a: [2.2.2.2, 1.1.1.1]}");
    merged("extra_hosts: {a: [1.1.1.1, 3.3.3.3]}", "extra_hosts: {b: 2.2.2.2}",
           "extra_hosts: ['a=1.1.1.1,3.3.3.3', b=2.2.2.2]");
    merged("security_opt: [a, b]", "security_opt: [c, a]", "security_opt: [a, b, c]");
    merged("group_add: [a, 1]", "group_add: [1, a]", "group_add: [a, 1]");
    merged("external_links: [a]", "external_links: [a]", "external_links: [a]");
    merged("label_file: a", "label_file: [b]", "label_file: [a, b]");
    merged("models: [a]", "models: {b: {model_var: M}}", "models: {a: , b: {model_var: M}}");
    merged("labels: {'$A': b}", "labels: [c=d]", "labels: {'$A': b, c: d}");
}

TEST(Extends, FollowsChainsInAnyOrder) {
    expect_same("services: {c: {extends: b, tty: true}, b: {extends: {service: a}}, a: {image: i}}",
                "services: {a: {image: i}, b: {image: i}, c: {image: i, tty: true}}");
}

TEST(Extends, RefusesWhatItCannotFollow) {
    EXPECT_EQ(load("services: {a: {extends: b}, b: {extends: a}}").error().code, "extends");
    EXPECT_EQ(load("services: {a: {extends: a}}").error().code, "extends");
    EXPECT_EQ(load("services: {a: {extends: nobody}}").error().code, "extends");
    EXPECT_FALSE(load("services: {a: {extends: {file: x}}}"));
}

TEST(Extends, OfOtherFilesIsComparedAsWritten) {
    const std::string one = "services: {a: {extends: {file: x.yaml, service: b}, tty: true}}";
    EXPECT_EQ(paths(differences(one, "services: {a: {tty: true}}")), Paths{"services.a.extends"});
    EXPECT_EQ(paths(differences(one, "services: {a: {extends: {file: ./x.yaml, service: b}, tty: true}}")), Paths{});
    EXPECT_EQ(paths(differences(one, "services: {a: {extends: {service: b, file: y.yaml}, tty: true}}")),
              Paths{"services.a.extends.file"});
}

TEST(Extends, CannotGrowWithoutBound) {
    std::string text = "services:\n  s0: {image: i, environment: {";
    for (int i = 0; i < 1000; ++i) text += fmt::format("A{}: x, ", i);
    text += "B: y}}\n";
    for (int i = 1; i < 2000; ++i) text += fmt::format("  s{}: {{extends: s{}}}\n", i, i - 1);
    const auto file = load(text);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, "extends");
}

TEST(Documents, AreLaidOverEachOther) {
    expect_same("services: {a: {image: x, environment: {A: 1}, ports: ['1:1']}}\n---\nservices: {a: {image: y, "
                "environment: [B=2], ports: ['2:2']}, b: {image: z}}\n",
                "services: {a: {image: y, environment: {A: 1, B: 2}, ports: ['1:1', '2:2']}, b: {image: z}}\n");
    expect_same("services: {a: {image: x, tty: true, ports: ['1:1']}}\n---\nservices: {a: {tty: !reset null, ports: "
                "!override ['2:2']}}\n",
                "services: {a: {image: x, ports: ['2:2']}}\n");
    expect_same("services: {}\nnetworks: {n: {ipam: {config: [{subnet: a}]}}}\n---\nnetworks: {n: {ipam: {config: "
                "[{subnet: a, gateway: g}, {subnet: b}]}}}\n",
                "services: {}\nnetworks: {n: {ipam: {config: [{subnet: a, gateway: g}, {subnet: b}]}}}\n");
    expect_same("services: {a: {image: x, gpus: all}}\n---\nservices: {a: {gpus: [{count: 1}]}}\n",
                "services: {a: {image: x, gpus: [{count: all}, {count: 1}]}}\n");
    EXPECT_FALSE(load("services: {a: {image: x, gpus: all}}\n---\nservices: {a: {gpus: all}}\n"));
    EXPECT_FALSE(load("services: {a: {image: x}}\n---\n"));
    EXPECT_FALSE(load("services: {a: {image: x, ports: ['1:1']}}\n---\nservices: {a: {ports: {x: y}}}\n"));
}

TEST(Tags, OfComposeRemoveOrKeep) {
    expect_same("services: {a: {image: x, ports: !reset ['1:1'], dns: [!reset a, b], cap_add: !override [C]}}",
                "services: {a: {image: x, dns: [b], cap_add: [C]}}");
}

TEST(Tags, OfComposeActBeforeMergeKeys) {
    const std::string front = "services: {a: &a {image: x, privileged: true, environment: {A: 1}}, b: {<<: *a, ";
    expect_same(front + "privileged: !reset null, environment: !reset {}}}",
                "services: {a: &a {image: x, privileged: true, environment: {A: 1}}, b: *a}");
    expect_same("x-e: &e {A: 1, B: 2}\nservices: {a: {image: x, environment: {<<: *e, A: !reset 3}}}",
                "services: {a: {image: x, environment: {A: 1, B: 2}}}");
    expect_same("x-e: &e {A: 1, B: !reset 2}\nservices: {a: {image: x, environment: {<<: *e}}}",
                "services: {a: {image: x, environment: {A: 1}}}");
    expect_same("x-e: &e {A: !reset 1}\nx-f: &f {A: 2}\nservices: {a: {image: x, environment: {<<: [*e, *f]}}}",
                "services: {a: {image: x, environment: {A: 2}}}");
    expect_same(front + "privileged: !override false}}",
                "services: {a: {image: x, privileged: true, environment: {A: 1}}, b: {image: x, environment: {A: 1}}}");
    EXPECT_EQ(load("x-e: &e !reset {tty: true}\nservices: {a: {image: x, <<: *e}}").error().code, "merge-key");
    EXPECT_EQ(load("x-e: &e !override {tty: true}\nservices: {a: {image: x, <<: [*e]}}").error().code, "merge-key");
}

} // namespace
} // namespace mooring::compose
