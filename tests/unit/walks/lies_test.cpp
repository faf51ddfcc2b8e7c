// The walks can fail: a Mooring that sees the server through a lie is found out by the first worlds already.
#include "walks/check.hpp"
#include "walks/generate.hpp"
#include "walks/shrink.hpp"
#include "walks/truth.hpp"
#include "walks/walk.hpp"

#include <algorithm>
#include <functional>
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

using Rules = std::set<std::string>;
using Fits = std::function<bool(const World&)>;

// Of the first worlds of a bounded range that may show a lie: the rules that it breaks where the truth breaks none.
// Ends when all that are wanted are broken.
Rules found_out_where(const Fits& fits, const Lies& lies, const Rules& wanted) {
    constexpr std::uint64_t last_seed = 20'000;
    constexpr int most_walks = 120;
    Walker walker;
    Rules rules;
    int walks = 0;
    for (std::uint64_t seed = 1; seed <= last_seed && walks < most_walks; ++seed) {
        const World world = generate(seed);
        if (!world.calm() || !fits(world)) continue;
        ++walks;
        const Rules before = rules;
        for (const Violation& violation : check(world, walker.walk(world, false, lies))) rules.insert(violation.rule);
        if (rules == before) continue;
        EXPECT_TRUE(check(world, walker.walk(world, false)).empty()) << "seed " << seed;
        if (std::ranges::includes(rules, wanted)) break;
    }
    return rules;
}

// In the judged run.
bool has(const World& world, const std::function<bool(const Stack&)>& fits) {
    return std::ranges::any_of(after_steps(world).stacks, fits);
}

Fits where_it_runs(Runs runs) {
    return [runs](const World& world) { return has(world, [&](const Stack& stack) { return stack.runs == runs; }); };
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
    const Lies lies{.labels_run = true};
    const auto updated = found_out_where(where_it_runs(Runs::service_updated), lies, {"false in sync"});
    EXPECT_TRUE(updated.contains("false in sync")) << testing::PrintToString(updated);
    const auto relabelled = found_out_where(where_it_runs(Runs::relabelled), lies, {"false drift"});
    EXPECT_TRUE(relabelled.contains("false drift")) << testing::PrintToString(relabelled);
}

TEST(Walks, FindOutAGitStackThatPassesForAFile) {
    const auto hides = [](const World& world) {
        const State state = after_steps(world);
        return state.hides_git && !state.administrator && has(world, [&](const Stack& stack) {
                   return stack.content.git && lists(state, stack) && stack.status == Status::active;
               });
    };
    const auto rules = found_out_where(hides, {.git_is_a_file = true}, {"false drift"});
    EXPECT_TRUE(rules.contains("false drift")) << testing::PrintToString(rules);
}

TEST(Walks, FindOutADeadUpdateThatPassesForArmed) {
    const auto is_dead = [](const World& world) {
        return has(world, [](const Stack& stack) { return stack.polling == Polling::dead; });
    };
    const auto rules = found_out_where(is_dead, {.all_armed = true}, {"false in sync"});
    EXPECT_TRUE(rules.contains("false in sync")) << testing::PrintToString(rules);
}

TEST(Walks, FindOutAJobThatIsNotListedOnceItHasEnded) {
    const auto has_ended = [](const World& world) {
        return has(world, [](const Stack& stack) { return stack.content.alone && stack.rest == Rest::as_meant; });
    };
    const auto rules = found_out_where(has_ended, {.ends_are_unlisted = true}, {"false drift"});
    EXPECT_TRUE(rules.contains("false drift")) << testing::PrintToString(rules);
}

TEST(Walks, FindOutNamespacesThatAreNotToldApart) {
    const auto two_of_a_name = [](const World& world) {
        const State state = after_steps(world);
        return state.administrator && std::ranges::count(state.stacks, "web", &Stack::name) == 2;
    };
    const auto rules = found_out_where(two_of_a_name, {.no_namespaces = true}, {"false missing"});
    EXPECT_TRUE(rules.contains("false missing")) << testing::PrintToString(rules);
}

TEST(Walks, FindOutAnEnvironmentAddedAnewThatPassesForHidden) {
    const auto is_added_anew = [](const World& world) {
        return std::ranges::count(world.steps, StepKind::readd_place, &Step::kind) > 0;
    };
    const auto rules = found_out_where(is_added_anew, {.gone_is_hidden = true}, {"false denied", "orphan unnamed"});
    EXPECT_TRUE(rules.contains("false denied")) << testing::PrintToString(rules);
    EXPECT_TRUE(rules.contains("orphan unnamed")) << testing::PrintToString(rules);
}

TEST(Walks, FindOutAnAgentThatTakesOneAbsenceForTwo) {
    const auto rules =
        found_out_where([](const World& world) { return world.agent; }, {.one_absence = true}, {"false missing"});
    EXPECT_TRUE(rules.contains("false missing")) << testing::PrintToString(rules);
}

// A Kubernetes stack as `fits` wants it, alone in its namespace and compared with what runs; `administrator`: who
// looks.
Fits in_a_cluster(bool administrator, std::function<bool(const Stack&)> fits) {
    return [administrator, fits](const World& world) {
        const State state = after_steps(world);
        if (state.administrator != administrator || !state.token || !world.waivers.empty()) return false;
        return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
            const bool compared = std::ranges::any_of(world.declared, [&](const Declared& one) {
                return one.name == stack.name && one.runtime && one.kind == Kind::kubernetes && !one.branch;
            });
            return stack.kind == Kind::kubernetes && compared && fits(stack);
        });
    };
}

Rules found_out_in_clusters(const Fits& fits, const Lies& lies, const char* wanted) {
    const Rules rules = found_out_where(fits, lies, {wanted});
    EXPECT_TRUE(rules.contains(wanted)) << testing::PrintToString(rules);
    return rules;
}

TEST(Walks, FindOutARefusedListOfAClusterThatPassesForAnEmptyOne) {
    const auto hidden = [](const Stack& stack) { return (stack.content.pieces & piece::hidden) != 0; };
    found_out_in_clusters(in_a_cluster(false, hidden), {.refused_is_empty = true}, "false drift");
}

TEST(Walks, FindOutAnObjectsHolderThatIsNotRead) {
    const auto orphaned = [](const Stack& stack) {
        return stack.hand == Hand::orphaned ||
               (stack.touch == Touch::orphaned && (stack.content.pieces & stack.touched) != 0);
    };
    found_out_in_clusters(in_a_cluster(true, orphaned), {.nobody_holds = true}, "false in sync");
}

TEST(Walks, FindOutWhatIsBeingDeletedAndPassesForStaying) {
    const auto deleting = [](const Stack& stack) {
        return stack.hand == Hand::deleting ||
               (stack.touch == Touch::deleting && (stack.content.pieces & stack.touched) != 0);
    };
    found_out_in_clusters(in_a_cluster(true, deleting), {.nothing_goes = true}, "false in sync");
}

TEST(Walks, FindOutARolloutThatPassesForDone) {
    const auto unseen = [](const Stack& stack) { return stack.hand == Hand::unseen; };
    found_out_in_clusters(in_a_cluster(true, unseen), {.all_rolled_out = true}, "false in sync");
}

TEST(Walks, FindOutAWriterWhoLosesAnothersMemory) {
    const auto rules = found_out_where([](const World& world) { return world.detours.writers; },
                                       {.careless_writer = true}, {"two writers"});
    EXPECT_TRUE(rules.contains("two writers")) << testing::PrintToString(rules);
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
