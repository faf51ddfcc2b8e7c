#include "compose/facts.hpp"

#include <gtest/gtest.h>

namespace mooring::compose {
namespace {

using Texts = std::vector<std::string>;

File file(std::string_view text) {
    auto loaded = load(text);
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    return std::move(*loaded);
}

TEST(Deploying, NamesKeysAndRegistriesThatTheDeployedFileLacks) {
    const File actual = file("services: {web: {image: ghcr.io/a, umask: '022'}}");
    const File desired =
        file("services: {web: {image: quay.io/a, umask: '027'}, db: {image: ghcr.io/b, pre_start: [{command: c}]}}");
    EXPECT_EQ(deploying(desired, actual).new_keys, Texts{"services.db.pre_start"});
    EXPECT_EQ(deploying(desired, actual).new_registries, Texts{"quay.io"});
    EXPECT_EQ(deploying(actual, actual).new_keys, Texts{});
}

TEST(Deploying, NamesServicesWhoseContainersWouldStay) {
    const auto found =
        deploying(file("services: {web: {image: a}}"), file("services: {web: {image: b}, old: {image: c}}"));
    EXPECT_EQ(found.dropped_services, Texts{"old"});
    EXPECT_EQ(found.data, Texts{});
}

TEST(Deploying, AMountThatIsLostOrComesFromElsewhereTouchesDataAndANewOneDoesNot) {
    const File actual =
        file("services: {db: {image: a, volumes: ['data:/var/lib', './conf:/etc/db', '/gone']}}\nvolumes: {data: {}}");
    EXPECT_EQ(deploying(actual, actual).data, Texts{});
    const File moved = file("services: {db: {image: a, volumes: ['other:/var/lib', './conf:/etc/db:ro', '/new']}}\n"
                            "volumes: {data: {}, other: {}}");
    EXPECT_EQ(deploying(moved, actual).data, (Texts{"services.db.volumes[/gone]", "services.db.volumes[/var/lib]"}));
}

TEST(Deploying, AVolumeThatExistsAndIsDeclaredOtherwiseTouchesData) {
    const File actual = file("services: {db: {image: a}}\nvolumes: {data: {driver: local}, old: {}, same: {}}");
    const File desired = file("services: {db: {image: a}}\nvolumes: {data: {driver: nfs}, same: {}, new: {}}");
    EXPECT_EQ(deploying(desired, actual).data, (Texts{"volumes.data", "volumes.old"}));
}

struct DataRow {
    const char* name;
    const char* actual;
    const char* desired;
    Texts at_risk;
};

TEST(Deploying, WhatIsMountedOverOrTakenFromElsewhereTouchesData) {
    const std::string head = "services:\n  db: {image: a, ";
    const std::string tail = "}\n  data: {image: a, volumes: ['pg:/x']}\nvolumes: {pg: , new: }\n";
    const Texts of_d{"services.db.volumes[/d]"};
    const std::vector<DataRow> rows{
        {"nothing", "volumes: ['pg:/d']", "volumes: ['pg:/d']", {}},
        {"read-only", "volumes: ['pg:/d']", "volumes: ['pg:/d:ro']", {}},
        {"subpath", "volumes: [{type: volume, source: pg, target: /d, volume: {subpath: a}}]",
         "volumes: [{type: volume, source: pg, target: /d, volume: {subpath: b}}]", of_d},
        {"subpath anew", "volumes: ['pg:/d']",
         "volumes: [{type: volume, source: pg, target: /d, volume: {subpath: b}}]", of_d},
        {"bind", "volumes: ['pg:/d']", "volumes: ['/pg:/d']", of_d},
        {"below", "volumes: ['pg:/d']", "volumes: ['pg:/d', 'new:/d/data']", of_d},
        {"below, without a name", "volumes: ['pg:/d']", "volumes: ['pg:/d', '/d/sub/']", of_d},
        {"above", "volumes: ['pg:/d/data']", "volumes: ['pg:/d/data', 'new:/d']", {"services.db.volumes[/d/data]"}},
        {"of the whole", "volumes: ['pg:/d']", "volumes: ['pg:/d', 'new:/']", of_d},
        {"beside", "volumes: ['pg:/d']", "volumes: ['pg:/d', 'new:/data', 'new:/e/d']", {}},
        {"tmpfs at", "volumes: ['pg:/d']", "volumes: ['pg:/d'], tmpfs: [/d]", of_d},
        {"tmpfs with options", "volumes: ['pg:/d']", "volumes: ['pg:/d'], tmpfs: '/d/run:size=1m'", of_d},
        {"tmpfs beside", "volumes: ['pg:/d']", "volumes: ['pg:/d'], tmpfs: [/dd]", {}},
        {"tmpfs as a mount", "volumes: ['pg:/d']", "volumes: ['pg:/d', {type: tmpfs, target: /d/run}]", of_d},
        {"tmpfs holds nothing", "tmpfs: [/d]", "tmpfs: [/d], volumes: ['pg:/d/a']", {}},
        {"as before", "volumes: ['pg:/d', 'new:/d/data']", "volumes: ['pg:/d', 'new:/d/data']", {}},
        {"taken from another", "volumes_from: [data]", "volumes_from: [data]", {}},
        {"taken no more", "volumes_from: [data]", "user: a", {"services.db.volumes_from"}},
        {"taken from elsewhere",
         "volumes_from: [data]",
         "volumes_from: ['container:data']",
         {"services.db.volumes_from"}},
        {"taken anew, beside", "volumes: ['pg:/d']", "volumes: ['pg:/d'], volumes_from: [data]", {}},
        {"taken anew, around",
         "volumes: ['pg:/x/y']",
         "volumes: ['pg:/x/y'], volumes_from: [data]",
         {"services.db.volumes[/x/y]"}},
        {"taken anew, nobody knows what", "volumes: ['pg:/d']", "volumes: ['pg:/d'], volumes_from: ['container:c']",
         of_d},
        {"over what is taken",
         "volumes_from: [data]",
         "volumes_from: [data], volumes: ['new:/x']",
         {"services.db.volumes_from"}},
    };
    for (const DataRow& row : rows) {
        const File actual = file(head + row.actual + tail);
        const File desired = file(head + row.desired + tail);
        EXPECT_EQ(deploying(desired, actual).data, row.at_risk) << row.name;
    }
}

TEST(Deploying, AServiceThatGoesLeavesItsVolumesToWhoeverHasThem) {
    const auto of = [](const char* mount, const char* desired) {
        const std::string end = "\nvolumes: {pg: , new: }\n";
        return deploying(
                   file(std::string("services:\n") + desired + end),
                   file("services:\n  web: {image: a}\n  db: {image: a, volumes: [" + std::string(mount) + "]}" + end))
            .data;
    };
    const Texts lost{"services.db.volumes[/d]"};
    EXPECT_EQ(of("'pg:/d'", "  web: {image: a}\n  base: {image: a, volumes: ['pg:/d']}"), Texts{}) << "a new name";
    EXPECT_EQ(of("'pg:/d'", "  web: {image: a}\n  base: {image: a, volumes: ['new:/d']}"), lost);
    EXPECT_EQ(of("'pg:/d'", "  web: {image: a}\n  base: {image: a, volumes: ['pg:/e']}"), lost);
    EXPECT_EQ(of("'/d'", "  web: {image: a}\n  base: {image: a, volumes: ['/d']}"), lost) << "it has no name";
    EXPECT_EQ(of("'/srv:/d'", "  web: {image: a}"), Texts{}) << "the host keeps it";
}

// Variables as recorded and as they will be, all of one letter: "A=/old B=2".
ValueOf values(const std::string& text) {
    return [text](const std::string& name) -> std::optional<std::string> {
        const std::size_t at = (" " + text).find(" " + name + "=");
        if (at == std::string::npos) return std::nullopt;
        const std::size_t begin = at + name.size() + 1;
        return text.substr(begin, text.find(' ', begin) - begin);
    };
}

TEST(DataAtRisk, IsThatOfTheFilesWithTheValuesOfTheirVariables) {
    struct Row {
        const char* name;
        const char* mount;
        const char* volume;
        const char* recorded;
        const char* to_come;
        Texts at_risk;
    };
    const Texts of_d{"services.db.volumes[/d]"};
    const std::vector<Row> rows{
        {"bind", "'${A}:/d'", "{}", "A=/old", "A=/new", of_d},
        {"bind as it was", "'${A}:/d'", "{}", "A=/old", "A=/old", {}},
        {"written without braces", "'$A/x:/d'", "{}", "A=/old", "A=/new", of_d},
        {"another variable", "'${A}:/d'", "{}", "A=/old B=1", "A=/old B=2", {}},
        {"default given up", "'${A:-/old}:/d'", "{}", "", "A=/new", of_d},
        {"default written out", "'${A:-/old}:/d'", "{}", "", "A=/old", {}},
        {"long form", "{type: bind, source: '${A}', target: /d}", "{}", "A=/old", "A=/new", of_d},
        {"a volume in place of a bind", "'${A}:/d'", "{}", "A=/old", "A=pg", of_d},
        {"quotes of the env file", "'${A}:/d'", "{}", "A='/old'", "A=/old", {}},
        {"no value any more", "'/srv${A}:/d'", "{}", "A=/old", "", of_d},
        {"name", "'pg:/d'", "{name: 'pg-${A}'}", "A=1", "A=2", {"volumes.pg"}},
        {"name as it was", "'pg:/d'", "{name: 'pg-${A}'}", "A=1", "A=1", {}},
        {"external", "'pg:/d'", "{external: true, name: '${A}'}", "A=1", "A=2", {"volumes.pg"}},
        {"flips", "'pg:/d'", "{external: '${A}', name: pg}", "A=true", "A=false", {"volumes.pg"}},
        {"device", "'pg:/d'", "{driver_opts: {o: bind, type: none, device: '${A}'}}", "A=/a", "A=/b", {"volumes.pg"}},
        {"options", "'pg:/d'", "{driver_opts: {o: 'addr=${A},rw'}}", "A=1.2.3.4", "A=1.2.3.5", {"volumes.pg"}},
        {"driver", "'pg:/d'", "{driver: '${A}'}", "A=local", "A=nfs", {"volumes.pg"}},
        {"subpath", "{type: volume, source: pg, target: /d, volume: {subpath: '${A}'}}", "{}", "A=a", "A=b", of_d},
        {"target", "'pg:${A}'", "{}", "A=/secret", "A=/other", {"services.db.volumes"}},
        {"source of the short form as a whole", "'${A}'", "{}", "A=pg:/d", "A=new:/d", {"services.db.volumes"}},
        {"a dollar stays a dollar", "'/a$$A:/d'", "{}", "A=1", "A=2", {}},
    };
    for (const Row& row : rows) {
        const File both = file(std::string("services: {db: {image: a, volumes: [") + row.mount +
                               "]}}\nvolumes: {pg: " + row.volume + ", new: }\n");
        EXPECT_EQ(data_at_risk(both, values(row.to_come), both, values(row.recorded)), row.at_risk) << row.name;
    }
}

TEST(DataAtRisk, HoldsALiteralAgainstAVariable) {
    const File literal = file("services: {db: {image: a, volumes: ['/srv/x:/d']}}");
    const File variable = file("services: {db: {image: a, volumes: ['${A}:/d']}}");
    EXPECT_EQ(data_at_risk(variable, values("A=/srv/x"), literal, values("")), Texts{});
    EXPECT_EQ(data_at_risk(variable, values("A=/srv/y"), literal, values("")), Texts{"services.db.volumes[/d]"});
    EXPECT_EQ(data_at_risk(literal, values(""), variable, values("A=/srv/x")), Texts{});
    const auto replaced = deploying(variable, literal).actual;
    ASSERT_TRUE(replaced);
    EXPECT_EQ(data_at_risk(variable, values("A=/srv/y"), *replaced, values("")), Texts{"services.db.volumes[/d]"});
}

TEST(Footprint, IsThatOfTheFileWithTheValuesOfItsVariables) {
    const File one =
        file("services: {web: {image: a, container_name: '${N}', ports: ['${P}:80', '${Q:-9000}:90',\n"
             "  '7000:70'], volumes: ['${D}:/d', '${E:-./e}:/e', '${U}:/u']}}\n"
             "volumes: {l: {driver_opts: {type: none, o: bind, device: ./l}}, n: {name: 'n${U}'},\n"
             "  a: {driver: local, driver_opts: {o: bind, device: '${D}'}}, t: {driver_opts: {device: tmp}}}");
    const auto found = footprint(one, values("N=w P=8080-8081 D=data"));
    EXPECT_EQ(found.claims, (Texts{"bind ${U}", "container w", "port 7000/tcp", "port 8080-8081/tcp", "port 9000/tcp",
                                   "volume n${U}"}));
    EXPECT_EQ(found.by_variable, (Texts{"container w", "port 8080-8081/tcp", "port 9000/tcp"}));
    EXPECT_EQ(found.relative_binds, (Texts{"services.web.volumes[/e]", "volumes.a", "volumes.l"}));
    EXPECT_EQ(found.unresolved, (Texts{"services.web.volumes[/u]", "volumes.n"}));
    EXPECT_EQ(footprint(one, values("U=/x D=./data")).unresolved, Texts{});
    EXPECT_EQ(footprint(one, values("U=/x D=./data")).relative_binds,
              (Texts{"services.web.volumes[/d]", "services.web.volumes[/e]", "volumes.a", "volumes.l"}));
    EXPECT_EQ(footprint(one).by_variable, Texts{});
    // A value that refers to another variable is not known: its default is not what the engine gets.
    EXPECT_EQ(footprint(one, values("U=/x D=/d E=$OTHER/e")).unresolved, Texts{"services.web.volumes[/e]"});
}

TEST(Footprint, TellsWhatNoTwoStacksCanHave) {
    const auto found =
        footprint(file("services: {web: {image: a, container_name: w, ports: ['8080:80', '127.0.0.1:53:53/udp', 90],\n"
                       "  volumes: ['/srv/x:/x', 'named:/y']}}\nvolumes: {named: {}}"));
    EXPECT_EQ(found.claims, (Texts{"bind /srv/x", "container w", "port 53/udp", "port 8080/tcp"}));
}

TEST(Footprint, TellsRelativeBindsAndVolumesWithoutAName) {
    const auto found =
        footprint(file("services: {web: {image: a, volumes: ['./d:/d', '~/k:/k', '/anon', '/srv:/s']}}"));
    EXPECT_EQ(found.relative_binds, (Texts{"services.web.volumes[/d]", "services.web.volumes[/k]"}));
    EXPECT_EQ(found.anonymous_volumes, Texts{"services.web.volumes[/anon]"});
}

TEST(Footprint, TellsTheLongestTimeInWhichAServiceMayBeStarting) {
    const auto of = [](std::string_view text) { return footprint(file(text)).start_period; };
    EXPECT_EQ(of("services: {web: {image: a}}"), std::chrono::seconds(0));
    EXPECT_EQ(of("services: {web: {image: a, healthcheck: {test: x, start_period: 90s}},\n"
                 "           db: {image: a, healthcheck: {test: x, start_period: 2m30s}}}"),
              std::chrono::seconds(150));
    EXPECT_EQ(of("services: {web: {image: a, healthcheck: {test: x, start_period: 500ms}}}"), std::chrono::seconds(1));
    EXPECT_EQ(of("services: {web: {image: a, healthcheck: {test: x, start_period: 9000h}}}"), std::chrono::hours(1));
    EXPECT_EQ(of("services: {web: {image: a, healthcheck: {test: x, start_period: '${P}'}}}"), std::chrono::seconds(0));
}

TEST(Footprint, NamesWhatATextAloneCannotBring) {
    const auto found = footprint(
        file("services:\n  web: {image: a, build: ., env_file: [a.env]}\n  db: {image: a, env_file: stack.env}\n"
             "configs: {c: {file: ./c}, e: {external: true}}\nsecrets: {s: {file: ./s}}"));
    EXPECT_EQ(found.needs_files, (Texts{"configs.c", "secrets.s", "services.web.build", "services.web.env_file"}));
    EXPECT_TRUE(found.needs_stack_env);
    const auto of = [](const char* key) {
        return footprint(file(std::string("services: {web: {image: a, ") + key + "}}")).needs_files;
    };
    EXPECT_EQ(of("label_file: [a.labels]"), Texts{"services.web.label_file"});
    EXPECT_EQ(of("label_file: a.labels"), Texts{"services.web.label_file"});
    EXPECT_EQ(of("labels: [a]"), Texts{});
    EXPECT_EQ(of("credential_spec: {file: a.json}"), Texts{"services.web.credential_spec"});
    EXPECT_EQ(of("credential_spec: {config: a}"), Texts{});
    EXPECT_EQ(of("security_opt: ['no-new-privileges:true', 'seccomp:a.json']"), Texts{"services.web.security_opt"});
    EXPECT_EQ(of("security_opt: ['seccomp=./a.json']"), Texts{"services.web.security_opt"});
    EXPECT_EQ(of("security_opt: ['seccomp:unconfined', 'apparmor=a']"), Texts{});
    EXPECT_FALSE(footprint(file("services: {web: {image: a}}")).needs_stack_env);
}

} // namespace
} // namespace mooring::compose
