// The memory does not grow for ever, and nothing that somebody declares is lost (design §3.2 "Memory").
#include "unit/match/world.hpp"

#include "match/match.hpp"

#include <gtest/gtest.h>

namespace mooring::match::test {
namespace {

constexpr UnixSeconds day = 24 * 3600;
constexpr EnvironmentId dead = 90;

RememberedEnvironment environment_of(UnixSeconds seen_at, UnixSeconds declared_at) {
    return {.name = "old", .seen_at = seen_at, .declared_at = declared_at};
}

RememberedStack stack_of(StackId id, UnixSeconds seen_at, UnixSeconds declared_at, const std::string& name = "web") {
    RememberedStack stack = remembered(id, name);
    stack.seen_at = seen_at;
    stack.declared_at = declared_at;
    return stack;
}

// A world in which environment 90 answered 404 by its id.
struct Forgetting : World {
    explicit Forgetting(World world) : World(std::move(world)) {
        server.now = noon;
        environment(dead, environment_gone("/api/endpoints/90"));
    }

    ServerMemory forgotten(const ServerMemory& before) const {
        ServerMemory after = before;
        forget(server, declared, before, after);
        return after;
    }
    bool knows(RememberedEnvironment one) const {
        ServerMemory before{.instance_id = "database-1"};
        before.environments[dead] = std::move(one);
        before.selections[dead] = {.group = 1, .tags = {2}};
        const ServerMemory after = forgotten(before);
        EXPECT_EQ(after.environments.contains(dead), after.selections.contains(dead));
        return after.environments.contains(dead);
    }

    Declared declared{.whole = true};
};

TEST(Forget, AnEnvironmentThatAnswers404ThirtyDaysAfterItWasSeenOrDeclared) {
    for (const bool is_user : {false, true}) {
        const Forgetting world(is_user ? user() : administrator());
        EXPECT_TRUE(world.knows(environment_of(noon - 30 * day, noon - 40 * day)));
        EXPECT_TRUE(world.knows(environment_of(noon - 40 * day, noon - 30 * day)));
        EXPECT_FALSE(world.knows(environment_of(noon - 30 * day - 1, noon - 30 * day - 1)));
    }
}

TEST(Forget, NoEnvironmentThatMayStillBeThere) {
    const RememberedEnvironment long_ago = environment_of(noon - 400 * day, noon - 400 * day);
    Forgetting world(user());
    world.environment(dead, denied(Call::environment, Cause::environment, "/api/endpoints/90"));
    EXPECT_TRUE(world.knows(long_ago)) << "it is hidden";
    world.environment(dead, unavailable(Call::environment, "/api/endpoints/90"));
    EXPECT_TRUE(world.knows(long_ago)) << "nobody knows";
    world.server.environments_by_id.clear();
    EXPECT_TRUE(world.knows(long_ago)) << "it was not asked";
    RememberedEnvironment was_gone = long_ago;
    was_gone.gone = true;
    world.environment(dead, denied(Call::environment, Cause::environment, "/api/endpoints/90"));
    EXPECT_TRUE(world.knows(was_gone)) << "it is there again";
}

TEST(Forget, NothingThatIsDeclaredOrThatAnotherRunDeclared) {
    const RememberedEnvironment long_ago = environment_of(noon - 400 * day, noon - 400 * day);
    Forgetting world(administrator());
    EXPECT_FALSE(world.knows(long_ago));
    EXPECT_TRUE(world.knows(environment_of(noon - 400 * day, noon - day))) << "by another run of this ledger";
    world.declared.environments = {dead};
    EXPECT_TRUE(world.knows(long_ago));
    ServerMemory before;
    before.environments[dead] = long_ago;
    EXPECT_EQ(world.forgotten(before).environments.at(dead).declared_at, noon);
    EXPECT_TRUE(world.forgotten(before).environments.at(dead).gone);
}

// --only, manifests that failed to load, an interrupted run: what they do not declare may be declared all the same.
TEST(Forget, NothingByARunThatDoesNotKnowWhatIsDeclared) {
    Forgetting world(administrator());
    world.declared.whole = false;
    EXPECT_TRUE(world.knows(environment_of(noon - 400 * day, noon - 400 * day)));
    ServerMemory before;
    before.stacks[12] = stack_of(12, noon - 400 * day, noon - 400 * day);
    EXPECT_EQ(world.forgotten(before), before);
}

TEST(Forget, TimesThatAreNotKnownBeginNow) {
    const Forgetting world(administrator());
    EXPECT_TRUE(world.knows({.name = "old"})) << "a memory of Mooring 0.1.0";
    ServerMemory before;
    before.stacks[12] = stack_of(12, noon - 400 * day, 0);
    EXPECT_EQ(world.forgotten(before).stacks.at(12).declared_at, noon);
}

TEST(Forget, AStackNinetyDaysAfterItWasSeenOrDeclaredForEveryRole) {
    for (const bool is_user : {false, true}) {
        Forgetting world(is_user ? user() : administrator());
        ServerMemory before;
        before.stacks[1] = stack_of(1, noon - 90 * day - 1, noon - 90 * day - 1, "a");
        before.stacks[2] = stack_of(2, noon - 90 * day, noon - 90 * day - 1, "b");
        before.stacks[3] = stack_of(3, noon - 90 * day - 1, noon - 90 * day, "c");
        before.files[1] = before.files[2] = {};
        const ServerMemory after = world.forgotten(before);
        EXPECT_FALSE(after.stacks.contains(1));
        EXPECT_FALSE(after.files.contains(1));
        EXPECT_TRUE(after.stacks.contains(2));
        EXPECT_TRUE(after.files.contains(2));
        EXPECT_TRUE(after.stacks.contains(3));
        world.declared.stacks = {1};
        EXPECT_TRUE(world.forgotten(before).stacks.contains(1)) << "its 403 is what makes it denied every day";
    }
}

TEST(Forget, APlaceKeepsItsEightYoungestIdsWhichSayThatOlderOnesWereDropped) {
    ServerMemory memory;
    for (StackId id = 1; id <= 8; ++id) memory.stacks[id] = stack_of(id, noon - id, noon);
    memory.stacks[20] = stack_of(20, noon, noon, "other");
    ServerMemory eight = memory;
    keep_youngest(eight);
    EXPECT_EQ(eight, memory);
    memory.stacks[9] = stack_of(9, noon, noon); // the youngest of all
    keep_youngest(memory);
    EXPECT_EQ(memory.stacks.size(), 9U);
    EXPECT_FALSE(memory.stacks.contains(8)) << "seen longest ago";
    for (const auto& [id, stack] : memory.stacks) EXPECT_EQ(stack.older_dropped, id != 20) << id;
    memory.stacks[10] = stack_of(10, noon, noon);
    memory.stacks.erase(1);
    keep_youngest(memory);
    EXPECT_TRUE(memory.stacks.at(10).older_dropped) << "it stays known while the place is";
}

TEST(Forget, PlacesOfOneNameInTwoNamespacesStayApart) {
    ServerMemory memory;
    for (StackId id = 1; id <= 12; ++id) {
        memory.stacks[id] = stack_of(id, noon, noon);
        memory.stacks[id].namespace_ = id % 2 == 0 ? "a" : "b";
    }
    keep_youngest(memory);
    EXPECT_EQ(memory.stacks.size(), 12U);
}

// Only they are asked: from the first run on, whatever the memory holds.
TEST(Forget, OfALargeMemoryEightIdsOfAPlaceAreBelieved) {
    World world = user();
    ServerMemory memory{.instance_id = "database-1"};
    for (StackId id = 1; id <= 300; ++id) memory.stacks[id] = stack_of(id, noon - 1000 + id, noon);
    believe_memory(world.server, memory);
    EXPECT_EQ(world.server.memory.stacks.size(), 8U);
    EXPECT_TRUE(world.server.memory.stacks.contains(300));
    EXPECT_TRUE(world.server.memory.stacks.at(300).older_dropped);
}

TEST(Forget, ACompleteListShowsWhatWasDropped) {
    ServerMemory before;
    for (StackId id = 1; id <= 9; ++id) before.stacks[id] = stack_of(id, noon - id, noon);
    EXPECT_TRUE(Forgetting(user()).forgotten(before).stacks.at(1).older_dropped);
    EXPECT_FALSE(Forgetting(administrator()).forgotten(before).stacks.at(1).older_dropped) << "the others are gone";
}

TEST(Forget, WhatStaysOfAPlaceSaysThatSomeOfItWasForgotten) {
    ServerMemory before;
    before.stacks[1] = stack_of(1, noon - 91 * day, noon - 91 * day);
    before.stacks[2] = stack_of(2, noon - day, noon - day);
    EXPECT_TRUE(Forgetting(user()).forgotten(before).stacks.at(2).older_dropped);
    EXPECT_FALSE(Forgetting(administrator()).forgotten(before).stacks.at(2).older_dropped);
}

// A dead environment is asked for as long as it is remembered, and not because a stack of it is.
TEST(Forget, AForgottenEnvironmentIsNotAskedBecauseOfItsStacks) {
    World world = administrator();
    world.server.now = noon;
    ServerMemory memory{.instance_id = "database-1"};
    memory.stacks[12] = stack_of(12, noon - 31 * day, noon - 31 * day);
    memory.stacks[12].environment_id = dead;
    memory.stacks[12].environment_name = "old";
    believe_memory(world.server, memory);
    EXPECT_FALSE(world.server.memory.environments.contains(dead));
    EXPECT_TRUE(environments_to_ask({}, world.server).empty());
    memory.stacks[12].seen_at = noon - 30 * day;
    believe_memory(world.server, memory);
    EXPECT_EQ(world.server.memory.environments.at(dead).name, "old");
    EXPECT_EQ(environments_to_ask({}, world.server), std::set<EnvironmentId>{dead});
    ServerMemory after = world.server.memory;
    forget(world.server, {}, memory, after);
    EXPECT_FALSE(after.environments.contains(dead)) << "the stack tells its name as long as it is remembered";
}

TEST(Forget, RowsAndScopesDeclareTheirEnvironmentsAndEveryIdOfTheirPlaces) {
    World world = user();
    world.list({record(12)});
    for (const StackId id : {12, 7, 8}) world.remember(stack_of(id, noon, noon));
    world.remember(stack_of(30, noon, noon, "other"));
    world.server.name = "main";
    DesiredStack tied = desired("tied");
    tied.tie = StackTie{.id = 77};
    const std::vector<Row> rows{world.row(), {.stack = &tied, .environment = {.id = 99, .name = {}}}};
    const std::vector<DesiredScope> scopes{{.server = "main", .environments = {{.id = {}, .name = "staging"}}},
                                           {.server = "another", .environments = {{.id = 66, .name = {}}}}};
    const Declared declared = declared_by(rows, scopes, world.server, true);
    EXPECT_EQ(declared.environments, (std::set<EnvironmentId>{production, staging, 99}));
    EXPECT_EQ(declared.stacks, (std::set<StackId>{7, 8, 12, 77}));
}

} // namespace
} // namespace mooring::match::test
