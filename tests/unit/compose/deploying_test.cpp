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
    EXPECT_FALSE(footprint(file("services: {web: {image: a}}")).needs_stack_env);
}

} // namespace
} // namespace mooring::compose
