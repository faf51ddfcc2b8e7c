// Numbers, sizes, durations, booleans, sets, maps: each form with what it takes for the same.
#include "unit/compose/compose_support.hpp"

namespace mooring::compose {
namespace {

struct Pair {
    const char* one;
    const char* other;
};

void expect_same(const std::vector<Pair>& rows) {
    for (const auto& [one, other] : rows) EXPECT_EQ(changes(one, other), Paths{}) << one << " / " << other;
}

TEST(Values, ThatAreTheSame) {
    expect_same({
        {"cpus: 2", "cpus: '2.0'"},
        {"cpu_shares: 0x10", "cpu_shares: '16'"},
        {"oom_score_adj: '+5'", "oom_score_adj: 5"},
        {"mem_limit: 1.5g", "mem_limit: 1610612736"},
        {"mem_limit: 1 KiB", "mem_limit: '1024b'"},
        {"mem_limit: 0", "tty: false"},
        {"shm_size: 0b", "cpus: 0"},
        {"stop_grace_period: 1m30s", "stop_grace_period: 90000ms"},
        {"stop_grace_period: 0.5h", "stop_grace_period: 1800s"},
        {"deploy: {update_config: {delay: 0s}}", "deploy: "},
        {"privileged: Yes", "privileged: 'ON'"},
        {"privileged: n", "tty: 'False'"},
        {"deploy: {resources: {limits: {}}, placement: {constraints: []}}", "deploy: {}"},
        {"deploy: {resources: {reservations: {devices: [{count: all, capabilities: [b, a]}]}}}",
         "deploy: {resources: {reservations: {devices: [{capabilities: [a, b], count: '-1'}]}}}"},
        {"healthcheck: {test: [NONE]}", "healthcheck: {disable: 'yes'}"},
        {"healthcheck: {test: x}", "healthcheck: {test: [CMD-SHELL, x]}"},
        {"healthcheck: {}", "logging: {options: {}}"},
        {"build: {}", "build: ."},
        {"build: {context: ., dockerfile: Dockerfile}", "build: ."},
        {"ulimits: {nofile: '5'}", "ulimits: {nofile: {hard: 5, soft: 5}}"},
        {"expose: ['80', 443]", "expose: [443, 80, '443']"},
        {"group_add: [1000, '1000']", "group_add: ['1000']"},
        {"dns: a", "dns: [a, a]"},
        {"tmpfs: /run", "tmpfs: [/run]"},
        {"extra_hosts: ['a:1.1.1.1', 'b=[::1]', 'c:::2']", "extra_hosts: {c: '::2', b: '::1', a: 1.1.1.1}"},
        {"labels: [a, b=]", "labels: {a: , b: ''}"},
        {"labels: {v: 1.0}", "labels: [v=1]"},
        {"environment: {A: 0o17, B: 1e6, C: 2024-01-31}",
         "environment: [A=15, B=1e+06, 'C=2024-01-31 00:00:00 +0000 UTC']"},
        {"environment: [A=1, A=2]", "environment: {A: '2'}"},
        {"sysctls: [a.b]", "sysctls: {a.b: }"},
        {"logging: {options: {a: 1.10}}", "logging: {options: {a: '1.1'}}"},
        {"env_file: a", "env_file: [{path: a, required: 'true'}]"},
        {"networks: []", "networks: {default: }"},
        {"networks: [a, b]", "networks: {b: {priority: 0}, a: {x-note: 1}}"},
        {"depends_on: []", "tty: no"},
        {"pull_policy: if_not_present", "pull_policy: missing"},
        {"restart: 'no'", "restart: no"},
        {"hostname: ''", "user: ''"},
        {"develop: ", "credential_spec: {}"},
        {"pid: ~", "pid: !!null ''"},
        {"pid: ~", "tty: no"},
        {"environment: {A: .inf, B: -.Inf, C: .NaN}", "environment: [A=+Inf, B=-Inf, C=NaN]"},
        {"annotations: {a: true}", "annotations: ['a=true']"},
        {"x-anything: [1, {a: b}]", "tty: no"},
        {"mem_limit: '1e3'", "mem_limit: '1_000'"},
        {"mem_limit: '1e3k'", "mem_limit: 1000k"},
        {"cpu_shares: 1.5", "cpu_shares: 1"},
        {"pids_limit: 0.5", "tty: no"},
        {"healthcheck: {retries: 3.9}", "healthcheck: {retries: '3'}"},
        {"cpu_percent: '50.0'", "cpu_percent: 50"},
        {"cap_add: [a=1, b, a=2]", "cap_add: [b, a=2]"},
        {"dns_opt: [a=1, b, a=2]", "dns_opt: [a=2, b]"},
        {"tmpfs: ['/run:size=1m', '/tmp', '/run:size=2m']", "tmpfs: ['/run:size=2m', '/tmp']"},
        {"devices: ['/dev/a:/dev/x', '/dev/b:/dev/x:r']", "devices: ['/dev/b:/dev/x:r']"},
        {"env_file: [a, b, a]", "env_file: [a, b]"},
        {"env_file: [a, {path: a, required: false}]", "env_file: [{path: a, required: false}]"},
        {"env_file: [./a, 'b/']", "env_file: [x/../a, b]"},
        {"extra_hosts: [a=1.1.1.1, 'a:2.2.2.2']", "extra_hosts: {a: [2.2.2.2, 1.1.1.1]}"},
        {"stop_grace_period: 1d", "stop_grace_period: 24h"},
        {"deploy: {update_config: {delay: 1w2d}}", "deploy: {update_config: {delay: 216h}}"},
        {"devices: [/dev/a]", "devices: [{source: /dev/a, target: /dev/a, permissions: rwm}]"},
        {"devices: ['/dev/a::r']", "devices: ['/dev/a:/dev/a:r']"},
        {"gpus: all", "gpus: [{}]"},
        {"gpus: [{count: ALL}]", "gpus: [{count: '-1'}]"},
        {"label_file: ./a", "label_file: [a]"},
        {"build: ./app/", "build: {context: x/../app}"},
        {"build: {additional_contexts: {a: ./b/}}", "build: {additional_contexts: [a=b]}"},
        {"build: {sbom: yes}", "build: {sbom: 'yes'}"},
        {"umask: 0o22", "umask: 18"},
        {"umask: ~", "tty: no"},
        {"memswap_limit: '-1'", "memswap_limit: -1"},
        {"dns: ''", "tty: no"},
        {"post_start: []", "pre_stop: []"},
        {"provider: {type: p, options: {a: [], b: x}}", "provider: {type: p, options: {b: [x]}}"},
    });
}

TEST(Values, ThatDiffer) {
    const std::vector<std::pair<Pair, Paths>> rows{
        {{"init: false", "tty: false"}, {"init"}},
        {{"attach: false", "tty: false"}, {"attach"}},
        {{"scale: 0", "tty: false"}, {"scale"}},
        {{"memswap_limit: -1", "tty: no"}, {"memswap_limit"}},
        {{"mem_limit: 1000.5", "tty: no"}, {"mem_limit"}},
        {{"deploy: {replicas: 0}", "deploy: {labels: {a: b}}"}, {"deploy.labels", "deploy.replicas"}},
        {{"healthcheck: {test: a, retries: 0}", "healthcheck: {test: a}"}, {"healthcheck.retries"}},
        {{"environment: {A: yes, B: b}", "environment: {A: true, B: b}"}, {"environment.A"}},
        {{"environment: [A, B=b]", "environment: [A=, B=b]"}, {"environment.A"}},
        {{"security_opt: [a, b]", "security_opt: [b, a]"}, {"security_opt"}},
        {{"profiles: [a, b]", "profiles: [b, c]"}, {"profiles[a]", "profiles[c]"}},
        {{"env_file: [a]", "env_file: [{path: a, required: false}]"}, {"env_file"}},
        {{"networks: [default]", "network_mode: host"}, {"network_mode", "networks"}},
        {{"extra_hosts: ['a:1.1.1.1', 'a:2.2.2.2']", "extra_hosts: ['a:1.1.1.1']"}, {"extra_hosts[a=2.2.2.2]"}},
        {{"mem_limit: 1e3", "mem_limit: 1000"}, {"mem_limit"}},
        {{"mem_limit: 1000.5", "mem_limit: 2000.5"}, {"mem_limit"}},
        {{"network_mode: ''", "tty: no"}, {"networks"}},
        {{"links: [a], volumes_from: [a, b], depends_on: {c: {condition: service_healthy}}, ipc: 'service:c'",
          "links: [a], volumes_from: [a, b], depends_on: {c: {condition: service_started}}, ipc: 'service:c'"},
         {"depends_on.c.condition"}},
        {{"links: [a], volumes_from: [a]", "volumes_from: [a]"}, {"depends_on.a.restart", "links"}},
        {{"links: ['${DB:-db}:x']", "links: ['$OTHER']"},
         {"depends_on[\"${DB:-db}\"]", "depends_on[\"${OTHER}\"]", "links[${DB:-db}:x]", "links[${OTHER}]"}},
        {{"deploy: {placement: {constraints: [a=1, a=2]}}", "deploy: {placement: {constraints: [a=2]}}"},
         {"deploy.placement.constraints[a=1]"}},
        {{"build: {dockerfile_inline: x}", "build: ."}, {"build.dockerfile", "build.dockerfile_inline"}},
        {{"build: {args: [A]}", "build: ."}, {"build.args"}},
        {{"deploy: {resources: {limits: {memory: 1g}}}", "mem_limit: 1g"}, {"deploy", "mem_limit"}},
        {{"gpus: all", "gpus: [{count: 1}]"}, {"gpus"}},
        {{"gpus: [{device_ids: []}]", "gpus: all"}, {"gpus"}},
        {{"build: {context: ''}", "build: ."}, {"build.context"}},
        {{"build: {dockerfile: ''}", "build: ."}, {"build.dockerfile"}},
        {{"build: git@h:a/", "build: git@h:a"}, {"build.context"}},
        {{"build: 'https://h//a'", "build: 'https://h/a'"}, {"build.context"}},
        {{"env_file: '${D}/a'", "env_file: './${D}/a'"}, {"env_file"}},
        {{"use_api_socket: true", "tty: no"}, {"use_api_socket"}},
        {{"provider: {type: p}", "tty: no"}, {"networks", "provider"}},
    };
    for (const auto& [pair, expected] : rows) EXPECT_EQ(changes(pair.one, pair.other), expected) << pair.one;
}

TEST(Values, ThatTheFormatDoesNotHaveAreRefused) {
    for (const char* fields : {"user: 1000",
                               "hostname: ~",
                               "hostname: [a]",
                               "privileged: 5",
                               "privileged: maybe",
                               "scale: two",
                               "scale: 1.5",
                               "scale: .inf",
                               "cpus: x",
                               "mem_limit: 5 parsecs",
                               "mem_limit: true",
                               "stop_grace_period: 10",
                               "stop_grace_period: '10'",
                               "stop_grace_period: 1y",
                               "devices: ['/dev/a:/dev/b:r:x']",
                               "gpus: 1",
                               "use_api_socket: 'true'",
                               "build: {sbom: 1}",
                               "post_start: [{user: a}]",
                               "provider: {options: {}}",
                               "models: [a, a]",
                               "oom_score_adj: 2000",
                               "cpu_count: -1",
                               "cgroup: other",
                               "pull_policy: sometimes",
                               "environment: ",
                               "environment: {A: [b]}",
                               "environment: [{A: b}]",
                               "labels: {80: a}",
                               "labels: [5]",
                               "command: [a, 5]",
                               "command: {a: b}",
                               "security_opt: [a, a]",
                               "group_add: [a, a]",
                               "dns: ~",
                               "cap_add: a",
                               "ulimits: {nofile: {soft: 5}}",
                               "depends_on: {db: {}}",
                               "depends_on: {db: {condition: maybe}}",
                               "depends_on: [a, a]",
                               "extra_hosts: [a]",
                               "extra_hosts: ['=1.1.1.1']",
                               "healthcheck: {intervall: 5s}",
                               "healthcheck: {test: 5}",
                               "build: ~",
                               "build: {contxt: .}",
                               "deploy: {resources: {limits: {memory: 512}}}",
                               "blkio_config: {x-note: 1}",
                               "env_file: [{required: true}]",
                               "env_file: {path: a}",
                               "develop: {watch: [{path: a}]}",
                               "extends: {file: a}",
                               "networks: {'a b': }",
                               "logging: {options: {a: true}}",
                               "port: ['80:80']",
                               "cpu_percent: 1.5",
                               "cpu_percent: '1.5'",
                               "blkio_config: {weight: '10'}",
                               "networks: {a: {priority: '1'}}",
                               "ulimits: {n: 1.0}",
                               "storage_opt: {size: 1.5}",
                               "storage_opt: {day: 2024-01-31}",
                               "hostname: !!int a"}) {
        const yaml::Problem problem = problem_of(fields);
        EXPECT_EQ(problem.mark.line, 1U) << fields;
        EXPECT_TRUE(problem.message.contains("services.web")) << problem.message;
    }
}

TEST(Problems, LongListsOfOneLineItemsAreBounded) {
    for (const char* field : {"depends_on", "links", "volumes_from", "env_file"}) {
        std::string list = std::string(field) + ": [";
        for (int i = 0; i < 80000; ++i) list += "s" + std::to_string(i * 7919 % 80000) + ", ";
        EXPECT_EQ(problem_of(list + "]").code, "too-large") << field;
    }
}

TEST(Problems, NameTheKeyAndSuggestTheRightOne) {
    const yaml::Problem unknown = problem_of("healthcheck: {test: a, intervall: 5s}");
    EXPECT_EQ(unknown.code, "unknown-key");
    EXPECT_TRUE(unknown.message.contains("did you mean `interval`?")) << unknown.message;
    EXPECT_TRUE(problem_of("user: 1000").message.contains("put `1000` in quotes"));
    const auto file = load("services:\n  web:\n    image: a\n    ports:\n      - '80:80/xyz'\n");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().mark.line, 5U);
    EXPECT_EQ(file.error().mark.column, 9U);
    EXPECT_EQ(file.error().message, "services.web.ports: the protocol is tcp, udp or sctp, not `xyz`");
}

TEST(Resources, AreComparedWhetherUsedOrNot) {
    const auto at_top = [](std::string_view one, std::string_view other) {
        const std::string services = "services: {web: {image: 'i:1', network_mode: host}}\n";
        return paths(differences(services + std::string(one), services + std::string(other)));
    };
    EXPECT_EQ(at_top("volumes: {a: }", "volumes: {a: {driver_opts: {}}}"), Paths{});
    EXPECT_EQ(at_top("volumes: {a: {external: true}}", "volumes: {a: {external: {name: a}}}"), Paths{});
    EXPECT_EQ(at_top("volumes: {a: {external: yes, name: b}}", "volumes: {a: {external: {name: b}}}"), Paths{});
    EXPECT_EQ(at_top("volumes: {a: {external: false}}", "volumes: {a: }"), Paths{});
    EXPECT_EQ(at_top("volumes: {a: }", ""), Paths{"volumes.a"});
    EXPECT_EQ(at_top("volumes: {a.b: {driver: x}}", "volumes: {a.b: {driver: y}}"), Paths{"volumes[\"a.b\"].driver"});
    EXPECT_EQ(at_top("networks: {default: {x-note: 1}}", ""), Paths{});
    EXPECT_EQ(at_top("networks: {default: {driver: bridge}}", ""), Paths{"networks.default"});
    EXPECT_EQ(at_top("networks: {n: {ipam: {driver: d, options: {a: b}}}}", "networks: {n: {ipam: {driver: d}}}"),
              Paths{})
        << "the loader gives these options to nobody";
    EXPECT_EQ(at_top("networks: {n: {ipam: {config: [{subnet: a, aux_addresses: {x: y, z: w}}]}}}",
                     "networks: {n: {ipam: {config: [{aux_addresses: {z: w, x: y}, subnet: a}]}}}"),
              Paths{});
    EXPECT_EQ(at_top("configs: {c: {content: a}}", "configs: {c: {content: b}}"), Paths{"configs.c.content"});
    EXPECT_EQ(at_top("version: '3'", "version: '2.4'\nx-a: {b: c}"), Paths{});
    EXPECT_EQ(at_top("name: a", ""), Paths{"name"});
    EXPECT_EQ(at_top("include: [a.yaml]", "include: [b.yaml]"), Paths{"include"});
    EXPECT_EQ(at_top("include: []", "x-note: 1"), Paths{});
}

TEST(Resources, ThatCannotBeAreRefused) {
    for (const char* text :
         {"volumes: ", "volumes: []", "volumes: {a: {external: true, driver: x}}",
          "volumes: {a: {name: b, external: {name: c}}}", "configs: {a: }", "configs: {a: {}}",
          "configs: {a: {file: x, content: y}}", "secrets: {a: {content: x}}", "networks: {a: {external: {nam: b}}}",
          "version: 3", "service: {}", "name: 5", "volumes: {'a b': }"}) {
        EXPECT_FALSE(load(std::string("services: {}\n") + text)) << text;
    }
}

} // namespace
} // namespace mooring::compose
