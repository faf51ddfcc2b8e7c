// Creates in clusters whose answer was lost: what is found again without an id, and what stays blocked. Names are
// unique nowhere there: neither in a namespace, nor in a cluster, nor in a server (kubernetes.md §1.1).
#include "unit/apply/apply_world.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::apply {
namespace {

using namespace test;

std::string objects_of(const std::string& color) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  color: " + color + "\n";
}

// `web` stands in the namespace `shop` of the cluster `second`, and is declared for that of the cluster `first`.
class CutCreate : public testing::TestWithParam<Version> {
  protected:
    static std::string stacks() {
        return R"({"id": 11, "name": "web", "environment": "second", "type": "kubernetes", "namespace": "shop",
                   "status": "active", "createdBy": "admin", "file": )" +
               nlohmann::json(objects_of("blue")).dump() + "}";
    }
    CutCreate()
        : world(GetParam(), stacks(), {},
                R"({"id": 5, "name": "first", "type": 5, "namespaces": {"shop": {}, "elsewhere": {}}},
                   {"id": 6, "name": "second", "type": 5, "namespaces": {"shop": {}}})") {
        declare("first", "green");
    }
    void declare(const char* environment, const std::string& color) {
        DesiredStack& stack = world.declare("web", objects_of(color));
        stack.environment = EnvironmentRef{.id = {}, .name = environment};
        stack.type = StackType::kubernetes;
        stack.namespace_ = "shop";
    }
    // What the next create comes to; its answer is lost.
    void lose_the_answer(When when) {
        world.server().clear_faults();
        world.server().add_fault({.kind = FaultKind::drop, .when = when, .method = "POST", .times = 1});
    }
    // Somebody with the same token makes a stack of the name somewhere.
    void make_by_hand(const char* environment, const std::string& name_space) {
        const auto inside = world.server().world();
        portainer_double::Stack other = *inside->find_stack(11);
        other.id = 99;
        other.environment = inside->find_environment(environment)->id;
        other.kubernetes_namespace = name_space;
        other.created = other.updated = inside->now();
        inside->stacks.emplace(other.id, other);
    }
    std::size_t of_name() {
        const auto inside = world.server().world();
        return static_cast<std::size_t>(
            std::ranges::count_if(inside->stacks, [](const auto& one) { return one.second.name == "web"; }));
    }
    static std::string obstacle_of(const Applied& applied) {
        for (const reconcile::Step& step : applied.plan.steps) {
            if (!step.obstacles.empty()) return step.obstacles.front().code;
        }
        return applied.parts.empty() ? "" : applied.parts.front();
    }
    void hours_later(int hours) {
        world.server().clear_faults();
        world.open();
        world.clock.shift += std::chrono::hours(hours);
        world.server().world()->clock_offset += hours * 3600;
    }

    ApplyWorld world;
};

TEST_P(CutCreate, TheNameInAnotherClusterIsAnotherStack) {
    EXPECT_EQ(world.apply().parts, std::vector<std::string>{"create web: done"});
    EXPECT_EQ(of_name(), 2U);
    EXPECT_TRUE(world.apply().parts.empty()) << "nothing is left to do";
    world.declared.clear();
    declare("second", "red");
    EXPECT_EQ(world.apply().parts, std::vector<std::string>{"update web: done"});
    const auto inside = world.server().world();
    EXPECT_TRUE(inside->find_stack(11)->file.contains("red"));
    for (const auto& [id, stack] : inside->stacks) {
        const bool first = stack.name == "web" && id != 11;
        EXPECT_TRUE(!first || stack.file.contains("green")) << stack.file;
    }
}

TEST_P(CutCreate, WhatWasMadeIsFoundAgainByNameNamespaceAndCluster) {
    lose_the_answer(When::after);
    EXPECT_EQ(world.apply().parts, std::vector<std::string>{"create web: done"});
    EXPECT_EQ(of_name(), 2U);
    hours_later(2);
    EXPECT_TRUE(world.apply().parts.empty());
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(CutCreate, AKilledProcessFindsItAgain) {
    world.calls_left = 1; // it was sent
    EXPECT_EQ(world.apply().parts, std::vector<std::string>{"killed"});
    world.calls_left = -1;
    hours_later(2);
    Applied later = world.apply();
    if (later.parts.empty()) later = world.apply(); // 2.43 was still deploying it
    EXPECT_EQ(later.parts, std::vector<std::string>{"settled web: sent"});
    EXPECT_EQ(of_name(), 2U);
    EXPECT_EQ(world.writes(), 1U);
}

// Objects could be on their way, and the list of a cluster says nothing of what was never deployed.
TEST_P(CutCreate, WhatNobodySeesStaysBlocked) {
    lose_the_answer(When::before);
    EXPECT_EQ(world.apply().parts, std::vector<std::string>{"create web: unknown"});
    for (const int hours : {0, 2, 48}) {
        hours_later(hours);
        EXPECT_EQ(obstacle_of(world.apply()), "unsettled") << hours;
    }
    EXPECT_EQ(world.writes(), 1U) << "nothing is sent a second time";
    EXPECT_EQ(of_name(), 1U);
}

TEST_P(CutCreate, AnotherNamespacesOrClustersStackIsNotTakenForIt) {
    for (const auto& [environment, name_space] :
         {std::pair<const char*, const char*>{"first", "elsewhere"}, {"first", ""}, {"second", "shop"}}) {
        lose_the_answer(When::before);
        world.apply();
        make_by_hand(environment, name_space);
        hours_later(2);
        EXPECT_EQ(obstacle_of(world.apply()), "unsettled") << environment << "/" << name_space;
        world.server().world()->stacks.erase(99);
    }
    EXPECT_EQ(world.writes(), 1U);
    make_by_hand("first", "shop"); // the same user's, in its place, since: it is what was sent
    EXPECT_EQ(world.apply().parts.at(0), "settled web: sent");
}

INSTANTIATE_TEST_SUITE_P(Versions, CutCreate,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0));

} // namespace
} // namespace mooring::apply
