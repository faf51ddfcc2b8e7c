// The checks can fail: whatever a walk is made to say that is not true is reported.
#include "drift/judge.hpp"
#include "walks/check.hpp"
#include "walks/content.hpp"
#include "walks/generate.hpp"
#include "walks/rows.hpp"
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

void summarise(Walk& walk) {
    Report& report = walk.judged.report;
    report.summary = drift::summarise(report.stacks);
    report.exit_code = drift::exit_code(report, {all_verdicts.begin(), all_verdicts.end()}, false);
}

Walk walk_with(const StackResult& result) {
    Walk walk;
    walk.judged.report.stacks.push_back(result);
    summarise(walk);
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
    Walk nothing;
    summarise(nothing);
    EXPECT_EQ(rules_broken(plain_world(), nothing), Rules{"a stack was forgotten"});
    for (const int code : {0, 3, 69, 70, 77}) {
        Walk wrong = walk_with(result_of(Verdict::drifted));
        wrong.judged.report.exit_code = code;
        EXPECT_EQ(rules_broken(drifted_world(), wrong), Rules{"exit"}) << code;
    }
}

TEST(Check, CountsAnewWhatTheSummarySays) {
    Walk walk = walk_with(result_of(Verdict::drifted));
    walk.judged.report.summary.covered = 0;
    walk.judged.report.summary.coverage = 0.5;
    walk.judged.report.summary.score = 1.0;
    EXPECT_EQ(rules_broken(drifted_world(), walk), (Rules{"counts", "coverage", "score"}));
}

Change accepted_change(const char* waiver) {
    Change change;
    change.plane = Plane::content;
    change.waiver = waiver;
    return change;
}

TEST(Check, ReportsWhatNoWaiverAccepts) {
    World world = drifted_world();
    world.waivers.push_back({.path = "content:*"});
    StackResult result = result_of(Verdict::in_sync);
    result.changes.push_back(accepted_change("waiver-0"));
    result.waived = true;
    result.waivers = {"waiver-0"};
    EXPECT_EQ(rules_broken(world, walk_with(result)), Rules{});
    for (const Accepted& other : {Accepted{.path = "record:*"}, Accepted{.stack = "blog"}, Accepted{.server = "branch"},
                                  Accepted{.environment = "nowhere"}}) {
        world.waivers.front() = other;
        EXPECT_TRUE(rules_broken(world, walk_with(result)).contains("false waiver"));
        EXPECT_TRUE(rules_broken(world, walk_with(result)).contains("false in sync"));
    }
    world.waivers.front() = {.force = Force::expired};
    EXPECT_TRUE(rules_broken(world, walk_with(result)).contains("false in sync"));
}

TEST(Check, ReportsWhatAnEarlierRunLeftBehind) {
    Walk walk = walk_with(result_of(Verdict::in_sync));
    walk.later = walk.judged;
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{});
    walk.later->report.stacks.front() = result_of(Verdict::missing);
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"false missing later"});
}

// Who was proven gone stays so for whoever remembers it; and a memory that a fault kept away proves nothing.
TEST(Truth, KnowsWhatTheRunsBeforeCanHaveLearned) {
    World world = plain_world();
    world.remembers = true;
    world.steps.push_back({.kind = StepKind::remove_stack, .target = 11});
    EXPECT_EQ(admissible_later(world, world.declared.front()), std::set<Verdict>{Verdict::deleted});
    world.first_faults.push_back({.kind = "drop", .prefix = "/api/"});
    EXPECT_EQ(admissible_later(world, world.declared.front()), (std::set{Verdict::deleted, Verdict::not_visible}));
}

TEST(Check, ReportsWhatTwoWaysMakeDifferent) {
    Walk walk = walk_with(result_of(Verdict::in_sync));
    walk.compared.push_back({"the snapshot's report", "same", "same"});
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{});
    walk.compared.push_back({"the snapshot's report", "in sync", "drifted"});
    EXPECT_EQ(rules_broken(plain_world(), walk), Rules{"the snapshot's report"});
}

TEST(Check, ReportsAStackThatOnlyLeavesOutWithoutKnowingItsPlace) {
    World world = hidden_world();
    world.start.places.front().open_to = Sharing::others;
    world.declared.front().place = 1;
    world.only.push_back({.kind = "environment", .glob = "lab"});
    Walk nothing;
    summarise(nothing);
    EXPECT_EQ(rules_broken(world, nothing), Rules{"a stack was forgotten"});
    world.start.places.front().open_to = Sharing::reader; // now it is known to be elsewhere
    EXPECT_EQ(rules_broken(world, nothing), Rules{});
}

TEST(Check, ReportsExtraThatIsDeclaredOrNotThere) {
    World world = plain_world();
    world.scope.declared = true;
    Walk walk = walk_with(result_of(Verdict::in_sync));
    StackResult extra = result_of(Verdict::extra);
    extra.where.file.clear();
    extra.id = 11;
    extra.server = "main";
    walk.judged.report.stacks.push_back(extra);
    summarise(walk);
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
    Walk walk = walk_with(result_of(Verdict::drifted));
    walk.lessened.push_back({"environment production", walk_with(result_of(Verdict::denied)).judged});
    EXPECT_EQ(rules_broken(drifted_world(), walk), Rules{});
    walk.lessened.front().seen = walk_with(result_of(Verdict::in_sync)).judged;
    EXPECT_EQ(rules_broken(drifted_world(), walk), Rules{"score rose"});
    walk.lessened.front().seen.report.stacks.clear();
    walk.lessened.front().seen.report.summary = drift::summarise({});
    EXPECT_EQ(rules_broken(drifted_world(), walk), Rules{"denominator"});
}

// On real walks: every verdict that is put in the place of the one that was said is noticed, unless it is right too.
TEST(Check, NoticesEveryVerdictThatIsPutInThePlaceOfAnother) {
    Walker walker;
    std::size_t noticed = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const World world = generate(seed);
        Walk walk = walker.walk(world, false);
        ASSERT_TRUE(check(world, walk).empty()) << seed;
        for (const ExpectedRow& expected : expected_rows(world)) {
            if (world.declared[expected.declaration].by_tag) continue;
            const std::string file = place_of_declaration(expected.declaration).file;
            const auto row = std::ranges::find_if(walk.judged.report.stacks,
                                                  [&](const StackResult& result) { return result.where.file == file; });
            if (row == walk.judged.report.stacks.end()) continue; // nothing is judged with a refused token
            const Verdict said = row->verdict;
            for (const Verdict other : all_verdicts) {
                if (expected.right.contains(other) || other == Verdict::extra) continue;
                row->verdict = other;
                const std::string words = "is called " + std::string(to_string(other));
                const auto about_it = [&](const Violation& one) { return one.what.find(words) != std::string::npos; };
                EXPECT_TRUE(std::ranges::any_of(check(world, walk), about_it)) << seed << ": " << to_string(other);
                ++noticed;
            }
            row->verdict = said;
        }
    }
    EXPECT_GT(noticed, 300U);
}

} // namespace
} // namespace mooring::walks
