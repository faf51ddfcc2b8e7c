#include "portainer_double/compose.hpp"

#include <gtest/gtest.h>

using namespace portainer_double;

TEST(DoubleCompose, InterpolatesWithTheLastValueOfAName) {
    const std::vector<EnvVar> env{{"A", "1"}, {"A", "2"}, {"EMPTY", ""}};
    EXPECT_EQ(interpolate("${A} $A ${B} ${B:-x} ${B-y} ${EMPTY:-z} ${EMPTY-w} $$A", env), "2 2  x y z  $A");
    EXPECT_EQ(interpolate("a$", env), "a$");
}

TEST(DoubleCompose, ReadsWhatWouldRun) {
    const auto project = read_compose(R"(
x-common: &common {image: "local/web:1.0", labels: [team=web]}
services:
  web:
    <<: *common
    command: sleep 3600
    container_name: front
    deploy: {replicas: 2}
    volumes: ["data:/data:ro", "/srv:/srv"]
volumes:
  data: {name: chosen}
networks:
  default: {external: true, name: host}
)",
                                      {});
    ASSERT_TRUE(project);
    const ServicePlan& web = project->services.at(0);
    EXPECT_EQ(web.image, "local/web:1.0");
    EXPECT_EQ(web.command, (std::vector<std::string>{"sleep", "3600"}));
    EXPECT_EQ(web.replicas, 2);
    EXPECT_EQ(web.labels.at("team"), "web");
    EXPECT_EQ(web.mounts.at(0).volume, "data");
    EXPECT_FALSE(web.mounts.at(0).writable);
    EXPECT_TRUE(web.restricted.contains("bind-mount"));
    EXPECT_EQ(project->volumes.at("data").name, "chosen");
    EXPECT_TRUE(project->networks.at("default").external);
}

TEST(DoubleCompose, RefusesWhatComposeRefuses) {
    using Kind = ContentProblem::Kind;
    const auto kind = [](const std::string& text) { return read_compose(text, {}).error().kind; };
    EXPECT_EQ(kind("services: ["), Kind::syntax);
    EXPECT_EQ(kind(" "), Kind::empty);
    EXPECT_EQ(kind("services:\n  web: {image: a, colour: blue}\n"), Kind::unknown_key);
    EXPECT_EQ(kind("colour: blue\n"), Kind::unknown_key);
    EXPECT_EQ(kind("services:\n  web: {command: x}\n"), Kind::other);
    EXPECT_EQ(kind("- a\n"), Kind::other);
    EXPECT_TRUE(read_compose("x-anything: 1\nservices:\n  web: {image: a, x-more: 1}\n", {}));
}
