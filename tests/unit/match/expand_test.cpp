// Selectors (design §4) and what must be read before rows can be judged (§3.3).
#include "unit/match/world.hpp"

#include <gtest/gtest.h>

namespace mooring::match::test {
namespace {

World with_tags(World world) {
    world.server.tags = answered(Call::tags, "/api/tags", std::vector<NamedId>{{1, "prod"}, {2, "eu"}});
    world.server.groups =
        answered(Call::groups, "/api/endpoint_groups", std::vector<NamedId>{{1, "Unassigned"}, {3, "edge"}});
    world.server.environments.value->at(0).tags = {1, 2};
    world.server.environments.value->at(1).tags = {1};
    world.server.environments.value->at(1).group = 3;
    world.stack.environment = EnvironmentSelector{.tags = {"prod"}, .group = ""};
    return world;
}

std::vector<Row> rows(const World& world, bool& narrowed) {
    static std::vector<DesiredStack> stacks; // rows point into it
    stacks = {world.stack};
    narrowed = false;
    return expand(stacks, world.server, narrowed);
}

TEST(Expand, ANamedEnvironmentIsOneRowEvenWhenNothingIsKnownOfIt) {
    World world = user();
    world.hide_environments();
    bool narrowed = true;
    ASSERT_EQ(rows(world, narrowed).size(), 1U);
    EXPECT_FALSE(narrowed);
    EXPECT_EQ(rows(world, narrowed)[0].environment.name, "production");
}

TEST(Expand, AnAdministratorsCompleteListNarrowsNothing) {
    const World world = with_tags(administrator());
    bool narrowed = false;
    const std::vector<Row> all = rows(world, narrowed);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_FALSE(narrowed);
    EXPECT_EQ(all[0].environment, (EnvironmentRef{production, "production"}));
    EXPECT_EQ(all[1].environment, (EnvironmentRef{staging, "staging"}));
    EXPECT_FALSE(all[1].selector);
}

TEST(Expand, EveryTagMustBeOnTheEnvironmentAndTheGroupMustFit) {
    World world = with_tags(administrator());
    bool narrowed = false;
    world.stack.environment = EnvironmentSelector{.tags = {"prod", "eu"}, .group = ""};
    ASSERT_EQ(rows(world, narrowed).size(), 1U);
    EXPECT_EQ(rows(world, narrowed)[0].environment.id, production);
    world.stack.environment = EnvironmentSelector{.tags = {"prod"}, .group = "edge"};
    ASSERT_EQ(rows(world, narrowed).size(), 1U);
    EXPECT_EQ(rows(world, narrowed)[0].environment.id, staging);
}

TEST(Expand, AUsersSelectorAddsARowForItself) {
    const World world = with_tags(user());
    bool narrowed = false;
    const std::vector<Row> all = rows(world, narrowed);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_TRUE(narrowed);
    EXPECT_TRUE(all[2].selector);
    EXPECT_EQ(all[2].selector_text, "tags: [prod]");
}

TEST(Expand, AUsersSelectorReachesRememberedEnvironments) {
    World world = with_tags(user());
    world.environment(staging, denied(Call::environment, Cause::environment, "/api/endpoints/5"));
    world.server.memory.environments[staging].name = "staging";
    world.server.memory.selections[staging] = {.group = 3, .tags = {1}};
    world.server.memory.selections[9] = {.group = 1, .tags = {2}};
    bool narrowed = false;
    const std::vector<Row> all = rows(world, narrowed);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].environment, (EnvironmentRef{staging, "staging"}));
}

TEST(Expand, ARememberedEnvironmentThatAnswers404IsSelectedByNobody) {
    World world = with_tags(user());
    world.environment(staging, environment_gone("/api/endpoints/5"));
    world.server.memory.selections[staging] = {.group = 3, .tags = {1}};
    bool narrowed = false;
    EXPECT_EQ(rows(world, narrowed).size(), 2U);
}

TEST(Expand, TagsThatCannotBeReadNarrowForAnAdministratorToo) {
    World world = with_tags(administrator());
    world.server.tags = {.reply = unavailable(Call::tags, "/api/tags"), .value = std::nullopt};
    bool narrowed = false;
    const std::vector<Row> all = rows(world, narrowed);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].selector);
    EXPECT_TRUE(narrowed);
}

TEST(Expand, ASelectorThatReachesNothingDoesNotVanish) {
    World world = with_tags(administrator());
    world.stack.environment = EnvironmentSelector{.tags = {"eu"}, .group = "edge"};
    bool narrowed = false;
    const std::vector<Row> all = rows(world, narrowed);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].selector);
    EXPECT_FALSE(narrowed);
}

TEST(RuntimeNeeds, AreTheEnvironmentsOfListedRecordsByTheTypeThatRuns) {
    World world = user();
    StackRecord swarm = record(13, "web", staging);
    swarm.type = StackType::swarm;
    world.list({record(12), swarm});
    World other = world;
    other.stack.environment = EnvironmentRef{.id = staging, .name = ""};
    const RuntimeNeeds needs = runtime_needs({world.row(), other.row()}, world.server);
    EXPECT_EQ(needs.containers, (std::set<EnvironmentId>{production}));
    EXPECT_EQ(needs.services, (std::set<EnvironmentId>{staging}));
}

TEST(RuntimeNeeds, AnAdministratorsAbsentStackNeedsItToSayWhatWasMadeOutside) {
    World world = administrator();
    EXPECT_EQ(runtime_needs({world.row()}, world.server).containers, (std::set<EnvironmentId>{production}));
    world.role(2);
    EXPECT_TRUE(runtime_needs({world.row()}, world.server).containers.empty());
}

TEST(RuntimeNeeds, RuntimeFalseAndSuspendedStacksNeedNone) {
    World world = in_sync(user());
    world.stack.runtime = false;
    EXPECT_TRUE(runtime_needs({world.row()}, world.server).containers.empty());
    world.stack.runtime = true;
    world.stack.suspended = Suspension{.reason = "migration", .owner = "web", .until = noon + 1};
    EXPECT_TRUE(runtime_needs({world.row()}, world.server).containers.empty());
    world.stack.suspended->until = noon;
    EXPECT_FALSE(runtime_needs({world.row()}, world.server).containers.empty());
}

TEST(Suspension, ThatHasPassedIsADiagnostic) {
    World world = user();
    world.stack.suspended = Suspension{.reason = "migration", .owner = "web", .until = noon};
    ASSERT_EQ(suspension_diagnostics(std::vector{world.stack}, noon).size(), 1U);
    EXPECT_EQ(suspension_diagnostics(std::vector{world.stack}, noon)[0].code, "suspension-expired");
    EXPECT_TRUE(suspension_diagnostics(std::vector{world.stack}, noon - 1).empty());
}

} // namespace
} // namespace mooring::match::test
