// The checks can fail: whatever a walk is made to say that is not true is reported.
#include "walks/check.hpp"
#include "walks/content.hpp"
#include "walks/generate.hpp"
#include "walks/stage.hpp"
#include "walks/truth.hpp"
#include "walks/walk.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::walks {
namespace {

// One stack that stands, declared as it is, on a server where the reader may see everything of it.
World plain_world() {
    World world;
    world.remembers = false;
    world.start.clock = 1795500000;
    world.start.places.push_back({.id = 1, .name = "production"});
    world.start.stacks.push_back({.id = 11, .name = "shop", .place = 1, .created = 1795000000});
    world.declared.push_back({.name = "shop", .place = 0, .called = "production"});
    return world;
}

World hidden_world() {
    World world = plain_world();
    world.start.stacks.front().sharing = Sharing::others;
    return world;
}

World drifted_world() {
    World world = plain_world();
    world.start.stacks.front().content.image = 1;
    return world;
}

StackResult result_of(Verdict verdict) {
    StackResult result;
    result.name = "shop";
    result.environment_name = "production";
    result.where.file = "manifests/0.yaml";
    result.verdict = verdict;
    result.message = "because";
    if (verdict == Verdict::in_sync || verdict == Verdict::drifted) result.id = 11;
    if (verdict == Verdict::drifted) result.changes.emplace_back();
    if (verdict == Verdict::missing) {
        result.proof = Proof::complete_list;
        result.exists = false;
    }
    if (verdict == Verdict::denied) result.evidence.push_back({"GET", "/api/stacks/11", 403, "no"});
    return result;
}

Walk walk_with(const StackResult& result) {
    Walk walk;
    walk.judged.report.stacks.push_back(result);
    walk.judged.report.exit_code = result.verdict == Verdict::in_sync ? 0 : 4;
    walk.judged.files = {11};
    return walk;
}

std::set<std::string> rules_broken(const World& world, const Walk& walk) {
    std::set<std::string> rules;
    for (const Violation& violation : check(world, walk)) rules.insert(violation.rule);
    return rules;
}

using Rules = std::set<std::string>;

TEST(Check, IsContentWithWhatIsTrue) {
    EXPECT_EQ(rules_broken(plain_world(), walk_with(result_of(Verdict::in_sync))), Rules{});
    EXPECT_EQ(rules_broken(drifted_world(), walk_with(result_of(Verdict::drifted))), Rules{});
    EXPECT_EQ(rules_broken(hidden_world(), walk_with(result_of(Verdict::denied))), Rules{});
}

TEST(Check, ReportsMissingWithoutAGoneStack) {
    EXPECT_EQ(rules_broken(plain_world(), walk_with(result_of(Verdict::missing))), Rules{"false missing"});
    EXPECT_EQ(rules_broken(hidden_world(), walk_with(result_of(Verdict::missing))), Rules{"false missing"});
    StackResult unproven = result_of(Verdict::missing);
    unproven.proof.reset();
    World gone = plain_world();
    gone.start.stacks.clear();
    gone.start.administrator = true;
    EXPECT_EQ(rules_broken(gone, walk_with(unproven)), Rules{"missing without proof"});
}

TEST(Check, ReportsInSyncOfWhatDiffersOrWasNotRead) {
    EXPECT_EQ(rules_broken(drifted_world(), walk_with(result_of(Verdict::in_sync))), Rules{"false in sync"});
    EXPECT_TRUE(rules_broken(hidden_world(), walk_with(result_of(Verdict::in_sync))).contains("false in sync"));
    Walk unread = walk_with(result_of(Verdict::in_sync));
    unread.judged.files.clear();
    EXPECT_EQ(rules_broken(plain_world(), unread), Rules{"in sync unread"});
    StackResult rest = result_of(Verdict::in_sync);
    rest.unread.emplace_back("runtime");
    EXPECT_EQ(rules_broken(plain_world(), walk_with(rest)), Rules{"in sync with a rest"});
}

TEST(Check, ReportsDriftWhereNothingDiffers) {
    EXPECT_EQ(rules_broken(plain_world(), walk_with(result_of(Verdict::drifted))), Rules{"false drift"});
    World respelt = plain_world();
    respelt.start.stacks.front().content.respelt = true;
    EXPECT_EQ(rules_broken(respelt, walk_with(result_of(Verdict::drifted))), Rules{"false drift"});
}

TEST(Check, ReportsDenialsThatNobodySpoke) {
    StackResult unsaid = result_of(Verdict::denied);
    unsaid.evidence.clear();
    EXPECT_EQ(rules_broken(hidden_world(), walk_with(unsaid)), Rules{"denied without a refusal"});
    EXPECT_EQ(rules_broken(plain_world(), walk_with(result_of(Verdict::denied))), Rules{"false denied"});
}

TEST(Check, ReportsExistenceOfWhatIsGone) {
    World gone = plain_world();
    gone.start.stacks.clear();
    StackResult invented = result_of(Verdict::not_visible);
    invented.exists = true;
    EXPECT_EQ(rules_broken(gone, walk_with(invented)), Rules{"false existence"});
}

TEST(Check, ReportsASecretInAnyOutput) {
    Walk walk = walk_with(result_of(Verdict::in_sync));
    walk.judged.outputs["csv"] = "shop," + secret_value("env", 0) + "\r\n";
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"secret"});
    Walk first = walk_with(result_of(Verdict::in_sync));
    first.first.emplace().outputs["memory"] = std::string("token ") + reader_token;
    EXPECT_EQ(rules_broken(plain_world(), first), Rules{"secret"});
}

TEST(Check, ReportsARequestOtherThanGet) {
    Walk walk = walk_with(result_of(Verdict::in_sync));
    walk.judged.requests["HEAD /api/stacks"] = 1;
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"not a GET"});
}

TEST(Check, ReportsAForgottenStackAndAWrongExit) {
    Walk walk;
    walk.judged.report.exit_code = 0;
    EXPECT_EQ(rules_broken(plain_world(), walk), (Rules{"a stack was forgotten", "exit 0"}));
    Walk refused;
    refused.judged.report.exit_code = 77;
    EXPECT_EQ(rules_broken(plain_world(), refused), Rules{"exit 77"});
}

TEST(Check, ReportsExtraThatIsDeclaredOrNotThere) {
    World world = plain_world();
    world.scope = true;
    Walk walk = walk_with(result_of(Verdict::in_sync));
    StackResult extra = result_of(Verdict::extra);
    extra.where.file.clear();
    extra.id = 11;
    walk.judged.report.stacks.push_back(extra);
    walk.judged.report.exit_code = 2;
    EXPECT_EQ(rules_broken(world, walk), Rules{"false extra"});
    walk.judged.report.stacks.back().id = 99;
    EXPECT_EQ(rules_broken(world, walk), Rules{"false extra"});
}

TEST(Check, ReportsWhatIsNotRepeatable) {
    Walk walk = walk_with(result_of(Verdict::in_sync));
    walk.judged.outputs["json"] = "{}";
    walk.again = walk.judged;
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{});
    walk.again->outputs["json"] = "{ }";
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"not repeatable"});
}

TEST(Check, ReportsAScoreThatRisesWithLessPermission) {
    Walk walk = walk_with(result_of(Verdict::in_sync));
    walk.judged.report.summary.declared = 2;
    walk.judged.report.summary.score = 0.5;
    walk.judged.report.summary.coverage = 1.0;
    Seen less = walk.judged;
    walk.lessened.push_back({"environment production", less});
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{});
    walk.lessened.front().seen.report.summary.score = 1.0;
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"score rose"});
    walk.lessened.front().seen.report.summary.score = 0.5;
    walk.lessened.front().seen.report.summary.declared = 1;
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"denominator"});
}

// On real walks: every verdict that is put in the place of the one that was said is noticed, unless it is right too.
TEST(Check, NoticesEveryVerdictThatIsPutInThePlaceOfAnother) {
    Walker walker;
    std::size_t noticed = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const World world = generate(seed);
        Walk walk = walker.walk(world, false);
        ASSERT_TRUE(check(world, walk).empty()) << seed;
        for (std::size_t i = 0; i < world.declared.size(); ++i) {
            const std::string file = place_of_declaration(i).file;
            const auto row = std::ranges::find_if(walk.judged.report.stacks,
                                                  [&](const StackResult& result) { return result.where.file == file; });
            if (row == walk.judged.report.stacks.end()) continue; // nothing is judged with a refused token
            StackResult& result = *row;
            const Verdict said = result.verdict;
            const std::set<Verdict> right = admissible(world, world.declared[i]);
            for (const Verdict other : all_verdicts) {
                if (right.contains(other) || other == Verdict::extra) continue;
                result.verdict = other;
                EXPECT_FALSE(check(world, walk).empty()) << seed << ": " << to_string(other);
                ++noticed;
            }
            result.verdict = said;
        }
    }
    EXPECT_GT(noticed, 300U);
}

} // namespace
} // namespace mooring::walks
