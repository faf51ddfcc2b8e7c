// The walks can fail: a Mooring that sees the server through a lie is found out by the first worlds already.
#include "walks/check.hpp"
#include "walks/generate.hpp"
#include "walks/shrink.hpp"
#include "walks/walk.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::walks {
namespace {

std::set<std::string> found_out(const Lies& lies, std::uint64_t seeds) {
    Walker walker;
    std::set<std::string> rules;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const World world = generate(seed);
        for (const Violation& violation : check(world, walker.walk(world, false, lies))) rules.insert(violation.rule);
    }
    return rules;
}

// Rare worlds, by their seeds.
std::set<std::string> found_out_in(const Lies& lies, std::initializer_list<std::uint64_t> seeds) {
    Walker walker;
    std::set<std::string> rules;
    for (const std::uint64_t seed : seeds) {
        const World world = generate(seed);
        for (const Violation& violation : check(world, walker.walk(world, false, lies))) rules.insert(violation.rule);
    }
    return rules;
}

TEST(Walks, FindNothingWithoutALie) { EXPECT_EQ(found_out({}, 100), std::set<std::string>{}); }

TEST(Walks, FindOutAFilteredListThatPassesForAComplete) {
    EXPECT_TRUE(found_out({.administrator = true}, 100).contains("false missing"));
}

TEST(Walks, FindOutARefusalThatPassesForAnAbsence) {
    EXPECT_TRUE(found_out({.refused_is_gone = true}, 150).contains("false missing"));
}

TEST(Walks, FindOutAFileThatWasNotCompared) {
    EXPECT_TRUE(found_out({.files_agree = true}, 200).contains("false in sync"));
}

TEST(Walks, FindOutARefusedFileThatPassesForRead) {
    const auto rules = found_out({.no_refusals = true}, 200);
    EXPECT_TRUE(rules.contains("false in sync"));
    EXPECT_TRUE(rules.contains("in sync unread"));
}

TEST(Walks, FindOutAnEndThatPassesForRunning) {
    EXPECT_TRUE(found_out({.ends_are_runs = true}, 200).contains("false in sync"));
}

TEST(Walks, FindOutALabelThatPassesForWhatRuns) {
    const auto rules = found_out_in({.labels_run = true}, {207, 1201, 2367});
    EXPECT_TRUE(rules.contains("false in sync"));
    EXPECT_TRUE(rules.contains("false drift"));
}

TEST(Walks, FindOutAGitStackThatPassesForAFile) {
    const auto rules = found_out_in({.git_is_a_file = true}, {1256, 1257, 1417, 1419});
    EXPECT_TRUE(rules.contains("false drift") || rules.contains("wrong verdict")) << testing::PrintToString(rules);
}

// What is left of a failing world is what it fails by.
TEST(Walks, ShrinkAFailingWorldToItsCause) {
    Walker walker;
    const auto fails = [&](const World& world) {
        const auto found = check(world, walker.walk(world, false, {.administrator = true}));
        return std::ranges::any_of(found, [](const Violation& v) { return v.rule == "false missing"; });
    };
    std::uint64_t seed = 1;
    while (seed < 100 && !fails(generate(seed))) ++seed;
    ASSERT_LT(seed, 100U);
    const World small = shrink(generate(seed), fails);
    EXPECT_TRUE(fails(small));
    EXPECT_EQ(small.declared.size(), 1U);
    EXPECT_LE(small.start.stacks.size(), 1U);
    EXPECT_LE(small.start.places.size(), 1U);
    EXPECT_TRUE(small.steps.empty());
}

} // namespace
} // namespace mooring::walks
