#include "walks/generate.hpp"
#include "walks/shrink.hpp"
#include "walks/truth.hpp"
#include "walks/world_json.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>

namespace mooring::walks {
namespace {

using Verdicts = std::set<Verdict>;

TEST(Generate, GivesTheSameWorldForTheSameSeed) {
    std::set<std::string> all;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const World world = generate(seed);
        EXPECT_EQ(world, generate(seed));
        all.insert(to_json(world));
    }
    EXPECT_EQ(all.size(), 200U);
}

TEST(WorldJson, ReadsWhatItWrote) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const World world = generate(seed);
        EXPECT_EQ(read_world(to_json(world)), world);
    }
    EXPECT_EQ(read_world("{}"), World{});
    EXPECT_THROW(read_world("{"), std::runtime_error);
    EXPECT_THROW(read_world("[]"), std::runtime_error);
}

TEST(Generate, ComesToEveryVersionAndEveryStep) {
    std::set<std::string> versions;
    std::set<StepKind> kinds;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const World one = generate(seed);
        versions.insert(one.version);
        for (const Step& step : one.steps) kinds.insert(step.kind);
    }
    EXPECT_EQ(versions.size(), 4U);
    EXPECT_EQ(kinds.size(), static_cast<std::size_t>(StepKind::take_name) + 1);
}

TEST(Shrink, TakesAwayWhatIsNotNeeded) {
    const World large = generate(3);
    ASSERT_FALSE(large.start.stacks.empty());
    const std::string name = large.start.stacks.front().name;
    const auto has_it = [&](const World& world) {
        return std::ranges::any_of(world.start.stacks, [&](const Stack& stack) { return stack.name == name; });
    };
    const World small = shrink(large, has_it);
    EXPECT_EQ(small.start.stacks.size(), 1U);
    EXPECT_TRUE(small.declared.empty());
    EXPECT_TRUE(small.steps.empty());
    EXPECT_TRUE(small.start.places.empty());
}

// One stack `shop` in `production`, and one declaration of it.
struct Small {
    World world;
    Small() {
        world.start.clock = 1795500000;
        world.start.places.push_back({.id = 1, .name = "production"});
        world.start.stacks.push_back({.id = 11, .name = "shop", .place = 1, .created = 1795000000});
        world.declared.push_back({.name = "shop", .place = 1, .called = "production"});
    }
    Small& without_memory() {
        world.remembers = false;
        return *this;
    }
    Small& shared(Sharing sharing) {
        world.start.stacks.front().sharing = sharing;
        return *this;
    }
    Small& then(StepKind kind, int target = 11, int value = 0) {
        world.steps.push_back({.kind = kind, .target = target, .value = value});
        return *this;
    }
    Verdicts right() const { return admissible(world, world.declared.front()); }
};

TEST(Truth, KnowsWhatAUserMaySee) {
    EXPECT_EQ(Small().right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(Small().then(StepKind::change_image).right(), Verdicts{Verdict::drifted});
    EXPECT_EQ(Small().then(StepKind::respell).right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(Small().then(StepKind::close_place, 1).right(), Verdicts{Verdict::denied});
    EXPECT_EQ(Small().then(StepKind::forbid_management, 1).right(), Verdicts{Verdict::denied});
    EXPECT_EQ(Small().then(StepKind::remove_place, 1).right(), Verdicts{Verdict::orphaned});
    EXPECT_EQ(Small().then(StepKind::disturb, 11, static_cast<int>(Runs::exited)).right(), Verdicts{Verdict::drifted});
}

TEST(Truth, NeverLetsAHiddenStackBeMissing) {
    EXPECT_EQ(Small().then(StepKind::share_stack, 11, static_cast<int>(Sharing::others)).right(),
              Verdicts{Verdict::denied});
    EXPECT_EQ(Small().shared(Sharing::others).without_memory().right(),
              (Verdicts{Verdict::denied, Verdict::not_visible}));
    EXPECT_FALSE(Small().then(StepKind::recreate_stack, 11, 0).right().contains(Verdict::missing));
    EXPECT_FALSE(Small().then(StepKind::restore_backup).right().contains(Verdict::missing));
}

TEST(Truth, LetsMissingBeSaidOfWhatIsProvenGone) {
    EXPECT_EQ(Small().then(StepKind::remove_stack).right(), Verdicts{Verdict::missing});
    EXPECT_EQ(Small().without_memory().then(StepKind::remove_stack).right(), Verdicts{Verdict::not_visible});
    Small administrator;
    administrator.without_memory().then(StepKind::remove_stack).world.start.administrator = true;
    EXPECT_EQ(administrator.right(), Verdicts{Verdict::missing});
    EXPECT_EQ(Small().then(StepKind::remove_stack).then(StepKind::replace_database).right(),
              Verdicts{Verdict::not_visible});
}

} // namespace
} // namespace mooring::walks
