// What of the memory may be believed (design §3.2 "Memory").
#include "unit/match/world.hpp"

#include <gtest/gtest.h>

namespace mooring::match::test {
namespace {

ServerMemory memory_of(std::vector<RememberedStack> stacks) {
    ServerMemory memory;
    memory.instance_id = "database-1";
    for (RememberedStack& stack : stacks) memory.stacks[stack.id] = std::move(stack);
    return memory;
}

TEST(BelieveMemory, TheSameDatabaseIsBelieved) {
    World world = user();
    believe_memory(world.server, memory_of({remembered(12)}));
    EXPECT_TRUE(world.server.has_memory);
    EXPECT_EQ(world.server.memory.stacks.size(), 1U);
    EXPECT_TRUE(world.server.diagnostics.empty());
}

TEST(BelieveMemory, NoMemoryIsNoRemark) {
    World world = user();
    believe_memory(world.server, {});
    EXPECT_FALSE(world.server.has_memory);
    EXPECT_TRUE(world.server.diagnostics.empty());
}

TEST(BelieveMemory, AnotherDatabaseVoidsAllOfItWithADiagnostic) {
    World world = user();
    world.server.status.value->instance_id = "database-2";
    believe_memory(world.server, memory_of({remembered(12)}));
    EXPECT_FALSE(world.server.has_memory);
    EXPECT_TRUE(world.server.memory.stacks.empty());
    ASSERT_EQ(world.server.diagnostics.size(), 1U);
    EXPECT_EQ(world.server.diagnostics[0].code, "database-changed");
}

TEST(BelieveMemory, ADatabaseThatIsNotKnownVoidsAllOfIt) {
    World world = user();
    world.server.status = {.reply = unavailable(Call::status, "/api/system/status"), .value = std::nullopt};
    believe_memory(world.server, memory_of({remembered(12)}));
    EXPECT_FALSE(world.server.has_memory);
    EXPECT_EQ(world.server.diagnostics.at(0).code, "database-unknown");
}

// Older or younger: after a backup was restored an id can be given to another record.
TEST(BelieveMemory, OneContradictedCreationDateVoidsAllOfIt) {
    for (const UnixSeconds other : {-1000, -1, 1, 1000}) {
        World world = user();
        StackRecord reused = record(12, "other");
        reused.created_at += other;
        world.list({reused});
        believe_memory(world.server, memory_of({remembered(12), remembered(31)}));
        EXPECT_FALSE(world.server.has_memory) << other;
        EXPECT_TRUE(world.server.memory.stacks.empty()) << other;
        EXPECT_EQ(world.server.diagnostics.at(0).code, "older-backup") << other;
    }
}

TEST(BelieveMemory, NameAndEnvironmentBothDifferingVoidsThatRecordAlone) {
    World world = user();
    world.list({record(12, "other", staging)});
    ServerMemory memory = memory_of({remembered(12), remembered(31)});
    memory.files[12] = {};
    believe_memory(world.server, memory);
    EXPECT_TRUE(world.server.has_memory);
    EXPECT_FALSE(world.server.memory.stacks.contains(12));
    EXPECT_FALSE(world.server.memory.files.contains(12));
    EXPECT_TRUE(world.server.memory.stacks.contains(31));
    EXPECT_EQ(world.server.diagnostics.at(0).code, "memory-contradicted");
}

TEST(BelieveMemory, ARecordThatMovedOrWasRenamedIsStillBelieved) {
    World world = user();
    world.list({record(12, "other"), record(31, "web", staging)});
    believe_memory(world.server, memory_of({remembered(12), remembered(31)}));
    EXPECT_EQ(world.server.memory.stacks.size(), 2U);
    EXPECT_TRUE(world.server.diagnostics.empty());
}

} // namespace
} // namespace mooring::match::test
