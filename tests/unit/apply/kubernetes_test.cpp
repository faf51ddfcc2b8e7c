// Kubernetes stacks are written as each generation of servers can bear it, and read back object by object
// (kubernetes.md §1, §10).
#include "unit/apply/apply_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::apply {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

std::string config(const std::string& color, const std::string& name = "settings") {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  color: " + color + "\n";
}
std::string deployment(const std::string& image) {
    return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: "
           "web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: "
           "'" +
           image + "'}]\n";
}

class ApplyKubernetes : public testing::TestWithParam<Version> {
  protected:
    static std::string stacks() {
        const auto quoted = nlohmann::json(config("blue") + deployment("local/web:1.0")).dump();
        return R"({"id": 11, "name": "Shop 1!", "environment": "cluster", "type": "kubernetes", "namespace": "shop",
                   "status": "active", "createdBy": "admin", "file": )" +
               quoted + "}";
    }
    ApplyKubernetes()
        : world(GetParam(), stacks(), {},
                R"({"id": 5, "name": "cluster", "type": 5, "namespaces": {"shop": {}, "elsewhere": {}}})") {}

    DesiredStack& declare(std::string name, std::string file) {
        DesiredStack& stack = world.declare(std::move(name), std::move(file));
        stack.environment = EnvironmentRef{.id = {}, .name = "cluster"};
        stack.type = StackType::kubernetes;
        stack.namespace_ = "shop";
        return stack;
    }
    std::string file_of(StackId id) { return world.server().world()->find_stack(id)->file; }

    ApplyWorld world;
};

TEST_P(ApplyKubernetes, AnUpdateKeepsTheNameAndIsDoneOnceTheClusterShowsIt) {
    declare("Shop 1!", config("green") + deployment("local/web:1.1"));
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, Texts{"update Shop 1!: done"}) << applied.text();
    EXPECT_EQ(world.server().world()->find_stack(11)->name, "Shop 1!");
    EXPECT_TRUE(file_of(11).contains("color: green")) << file_of(11);
    EXPECT_TRUE(file_of(11).contains("namespace: \"shop\"")) << "or 2.43 deletes it elsewhere: " << file_of(11);
    EXPECT_TRUE(world.apply().parts.empty()) << "nothing is left to do";
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(ApplyKubernetes, ACreateIsFoundAgainAlthoughItsAnswerTellsNoId) {
    declare("other", config("red", "other"));
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, Texts{"create other: done"}) << applied.text();
    EXPECT_TRUE(world.apply().parts.empty());
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(ApplyKubernetes, TheNameMayStandInAnotherNamespace) {
    declare("Shop 1!", config("red", "other")).namespace_ = "elsewhere";
    EXPECT_EQ(world.apply().parts, Texts{"create Shop 1!: done"});
    EXPECT_TRUE(world.apply().parts.empty());
}

TEST_P(ApplyKubernetes, NothingIsCreatedOverObjectsThatAreThere) {
    declare("other", config("red"));
    const Applied applied = world.apply();
    EXPECT_TRUE(applied.parts.empty()) << applied.text();
    ASSERT_EQ(applied.plan.steps.size(), 1U);
    EXPECT_EQ(applied.plan.steps[0].obstacles.front().code, "would_adopt");
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(ApplyKubernetes, WhatIsAppliedInPartIsNoSuccess) {
    declare("Shop 1!", config("green") + "---\napiVersion: v1\nkind: Nonsense\nmetadata: {name: a}\n");
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    const bool keeps = GetParam() == Version::v2_43_0; // the file of what failed; older servers keep the one of before
    EXPECT_EQ(applied.parts[0], keeps ? "update Shop 1!: stored" : "update Shop 1!: failed");
    EXPECT_EQ(file_of(11).contains("Nonsense"), keeps);
}

TEST_P(ApplyKubernetes, WhatWouldHangAServerIsNeverSent) {
    declare("Shop 1!", config("green") + "---\nkind: [\n");
    EXPECT_TRUE(world.apply().parts.empty());
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(ApplyKubernetes, ARolloutThatFailsDoesNotConverge) {
    declare("Shop 1!", config("blue") + deployment("local/nosuch:1"));
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_EQ(applied.parts[0], "update Shop 1!: not_converged");
}

INSTANTIATE_TEST_SUITE_P(Versions, ApplyKubernetes,
                         testing::Values(Version::v2_23_0, Version::v2_39_0, Version::v2_43_0));

} // namespace
} // namespace mooring::apply
