// Stacks that nobody declares any more, removed from a stand-in server of every generation.
#include "unit/apply/apply_world.hpp"

#include <gtest/gtest.h>

namespace mooring::apply {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

constexpr const char* keeper =
    R"({"id": 11, "name": "keeper", "environment": 1, "createdBy": "alice",
        "file": "services:\n  web:\n    image: local/web:1.1\n"})";

class RemovalFrom : public testing::TestWithParam<Version> {};

// A server with `keeper`, and `cache` that Mooring made and nobody declares any more.
struct Abandoned {
    explicit Abandoned(Version version) : world(version, keeper) {
        world.declare("keeper");
        world.declare("cache");
        EXPECT_EQ(world.apply().parts, Texts{"create cache: done"});
        world.declared.pop_back();
        world.prunes = true;
        before = world.writes();
    }
    bool is_listed() {
        const auto inside = world.server().world();
        return std::ranges::any_of(inside->stacks, [](const auto& one) { return one.second.name == "cache"; });
    }
    std::size_t sent() { return world.writes() - before; }

    ApplyWorld world;
    std::size_t before = 0;
};

TEST_P(RemovalFrom, WhatMooringMadeAndNobodyDeclaresIsRemovedOnce) {
    Abandoned abandoned(GetParam());
    ApplyWorld& world = abandoned.world;
    EXPECT_EQ(world.apply().parts, Texts{"remove cache: done"});
    EXPECT_FALSE(abandoned.is_listed());
    EXPECT_TRUE(world.standing().open.empty());
    EXPECT_EQ(world.apply().plan.steps.size(), 0U);
    EXPECT_EQ(abandoned.sent(), 1U);
    const auto log = world.ledger().log().value();
    EXPECT_FALSE(log[log.size() - 2].intent.backup.empty()) << "what was removed can be brought back";
}

TEST_P(RemovalFrom, WhatChangedSinceThePlanStays) {
    const std::pair<const char*, void (*)(portainer_double::World&)> hands[]{
        {"a container that its file does not have",
         [](portainer_double::World& inside) {
             auto& engine = inside.host_of(*inside.find_environment("production"));
             portainer_double::Container stranger = engine.containers.front();
             stranger.id.front() = stranger.id.front() == 'f' ? 'e' : 'f';
             stranger.name = "cache-debug-1";
             stranger.labels["com.docker.compose.project"] = "cache";
             stranger.labels["com.docker.compose.service"] = "debug";
             engine.containers.push_back(stranger);
         }},
        {"another file",
         [](portainer_double::World& inside) {
             for (auto& [id, stack] : inside.stacks) {
                 if (stack.name == "cache") stack.updated += 5;
             }
         }},
    };
    for (const auto& [what, hand] : hands) {
        Abandoned abandoned(GetParam());
        abandoned.world.between = [&](const reconcile::Plan&) { hand(*abandoned.world.server().world()); };
        const Applied applied = abandoned.world.apply();
        ASSERT_EQ(applied.parts.size(), 1U) << what;
        EXPECT_TRUE(applied.parts[0].starts_with("remove cache: skipped: ")) << what << ": " << applied.text();
        EXPECT_EQ(abandoned.sent(), 0U) << what;
        EXPECT_TRUE(abandoned.is_listed()) << what;
    }
}

TEST_P(RemovalFrom, ALostAnswerIsSettledByReading) {
    for (const When when : {When::before, When::after}) {
        Abandoned abandoned(GetParam());
        ApplyWorld& world = abandoned.world;
        world.server().add_fault({.kind = FaultKind::drop, .when = when, .method = "DELETE", .times = 1});
        const Applied first = world.apply();
        ASSERT_EQ(first.parts.size(), 1U) << first.text();
        EXPECT_EQ(abandoned.sent(), 1U) << "sent once, whatever came back";
        EXPECT_EQ(first.parts[0], when == When::after ? "remove cache: done" : "remove cache: unknown");
        if (when == When::after) continue;
        world.open();
        world.settings.limits.deploy_timeout = std::chrono::seconds(3600);
        EXPECT_EQ(world.apply().plan.steps.front().obstacles.front().code, "unsettled");
        world.settings.limits.deploy_timeout = std::chrono::seconds(1);
        world.clock.shift = std::chrono::hours(2);
        world.server().world()->clock_offset = 7200;
        EXPECT_EQ(world.apply().parts, (Texts{"settled cache: refused", "remove cache: done"}));
    }
}

TEST_P(RemovalFrom, AProcessThatIsKilledLeavesNothingThatTheNextDoesNotSettle) {
    for (const int calls : {0, 1}) {
        Abandoned abandoned(GetParam());
        ApplyWorld& world = abandoned.world;
        world.calls_left = calls;
        EXPECT_EQ(world.apply().parts, Texts{"killed"});
        world.calls_left = -1;
        world.open();
        const bool was_sent = calls == 1;
        world.clock.shift = std::chrono::hours(2);
        world.server().world()->clock_offset = 7200;
        const Applied next = world.apply();
        EXPECT_EQ(next.parts,
                  was_sent ? Texts{"settled cache: done"} : (Texts{"settled cache: refused", "remove cache: done"}))
            << next.text();
        EXPECT_EQ(abandoned.sent(), 1U);
    }
}

TEST_P(RemovalFrom, WhatTakesItsPlaceIsCreatedOnlyOnceItIsGone) {
    Abandoned abandoned(GetParam());
    ApplyWorld& world = abandoned.world;
    world.declare("store").policy.replaces = "cache";
    EXPECT_EQ(world.apply().parts, (Texts{"remove cache: done", "create store: done"}));

    Abandoned refused(GetParam());
    refused.world.declare("store").policy.replaces = "cache";
    refused.world.server().add_fault({.kind = FaultKind::status, .when = When::before, .method = "DELETE", .times = 1});
    const Applied applied = refused.world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_NE(applied.parts[0], "remove cache: done");
    EXPECT_EQ(refused.sent(), 1U) << "nothing takes a place that is not free";
    EXPECT_EQ(applied.skipped.size(), 1U);
}

TEST_P(RemovalFrom, WhatWasNotMadeOrAdoptedStays) {
    ApplyWorld world(GetParam(), std::string(keeper) + R"(,{"id": 12, "name": "other", "environment": 1,
        "file": "services:\n  web:\n    image: local/web:1.1\n"})");
    world.declare("keeper");
    world.prunes = true;
    const Applied applied = world.apply();
    EXPECT_TRUE(applied.parts.empty());
    ASSERT_EQ(applied.plan.steps.size(), 1U);
    EXPECT_EQ(applied.plan.steps[0].obstacles.front().code, "not_adopted");
}

INSTANTIATE_TEST_SUITE_P(Generations, RemovalFrom,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0),
                         [](const auto& version) {
                             return std::string(1, 'v') + std::to_string(static_cast<int>(version.param));
                         });

} // namespace
} // namespace mooring::apply
