#include "model/desired.hpp"

#include <gtest/gtest.h>
#include <set>

namespace mooring {
namespace {

TEST(Allowance, EveryOneHasANameOfItsOwnAndIsFoundByIt) {
    std::set<std::string_view> names;
    for (const Allowance allowance : all_allowances) {
        names.insert(to_string(allowance));
        EXPECT_EQ(parse_allowance(to_string(allowance)), allowance);
    }
    EXPECT_EQ(names.size(), all_allowances.size());
    EXPECT_EQ(all_allowances.back(), Allowance::rerun_jobs); // the last one: none is left out of the list
    EXPECT_EQ(static_cast<std::size_t>(Allowance::rerun_jobs) + 1, all_allowances.size());
    EXPECT_EQ(allowance_names().size(), all_allowances.size());
}

TEST(Allowance, AnotherSpellingAllowsNothing) {
    for (const std::string_view word : {"", "all", "*", "redeploy_git", "Redeploy-Git", "redeploy-git ", "create"})
        EXPECT_EQ(parse_allowance(word), std::nullopt) << word;
}

TEST(WriteSettings, NothingIsWrittenUnlessItIsSaid) {
    const WriteSettings settings;
    EXPECT_FALSE(settings.apply);
    EXPECT_FALSE(settings.correct);
    EXPECT_EQ(settings.limits.max_removes, 0U);
    EXPECT_FALSE(DesiredScope{}.prune);
    const DesiredStack stack;
    EXPECT_EQ(stack.policy.mode, PolicyMode::manual);
    EXPECT_EQ(stack.policy.pull, Pull::unset);
    EXPECT_EQ(stack.policy.rollback, Rollback::never);
    EXPECT_TRUE(stack.allow.empty());
    EXPECT_FALSE(stack.adopt.has_value());
    EXPECT_FALSE(stack.env_strict_written);
}

} // namespace
} // namespace mooring
