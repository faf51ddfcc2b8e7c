#include "unit/portainer_double/asking.hpp"

#include "base/file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

using namespace portainer_double;
using namespace portainer_double::test;

TEST(Seed, TheExampleOfTheReadmeIsAWorld) {
    const std::string readme =
        mooring::read_file(MOORING_SOURCE_DIR "/tests/portainer_double/README.md", 1U << 20U).value();
    const std::size_t start = readme.find("```json\n") + 8;
    std::string seed = readme.substr(start, readme.find("```", start) - start);
    seed.replace(seed.find("10000"), 5, "10");
    Asking asking(Version::v2_43_0, seed);
    EXPECT_EQ(asking.get("/api/stacks").json->size(), 11U);
    EXPECT_EQ((*asking.get("/api/stacks/12", "alice").json)["Name"], "shop");
    const auto containers = *asking.get("/api/endpoints/1/docker/containers/shop-web-1/json", "alice").json;
    EXPECT_EQ(containers["State"]["Status"], "exited");
}

TEST(Seed, SaysWhatItCannotRead) {
    const auto error = [](const std::string& seed) -> std::string {
        try {
            const Double server({.seed = seed});
            return {};
        } catch (const std::runtime_error& problem) {
            return problem.what();
        }
    };
    EXPECT_EQ(error("[]"), "seed: not a JSON object");
    EXPECT_EQ(error(R"({"stacks": [{"name": "a", "environment": "nowhere"}]})"), "seed: no environment \"nowhere\"");
    EXPECT_EQ(error(R"({"stacks": [{"name": "a", "status": "asleep"}]})"), "seed: unknown status \"asleep\"");
}

TEST(Seed, AStackInAnEnvironmentThatIsGoneIsAnOrphan) {
    Asking asking(
        Version::v2_39_0,
        R"({"users": [{"username": "admin", "token": "ptr_admin"}], "stacks": [{"name": "a", "environment": 42}]})");
    EXPECT_EQ((*asking.get("/api/stacks").json)[0]["EndpointId"], 42);
}

TEST(Seed, WhatRunsMayDifferFromTheFile) {
    Asking asking(Version::v2_39_0, R"({"users": [{"username": "admin", "token": "ptr_admin"}], "stacks": [
        {"name": "a", "file": "services: {web: {image: 'nginx:1.27'}}", "runs": "services: {web: {image: 'nginx:1.25'}}"},
        {"name": "b", "runs": false}, {"name": "c", "status": "inactive"}]})");
    const auto containers = *asking.get("/api/endpoints/1/docker/containers/json?all=1").json;
    ASSERT_EQ(containers.size(), 1U);
    EXPECT_EQ(containers[0]["Image"], "nginx:1.25");
}
