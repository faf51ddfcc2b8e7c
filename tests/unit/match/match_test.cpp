#include "match/match.hpp"

#include "unit/match/world.hpp"

#include <gtest/gtest.h>

namespace mooring::match::test {
namespace {

Match found(const World& world, int round = 1) {
    const Row row = world.row();
    return match_record(row, resolve_environment(row, world.server), world.server, round);
}

TEST(Match, ARecordBelongsByEnvironmentIdAndNormalisedName) {
    World world = administrator();
    world.stack.name = "My Web!";
    world.list({record(11, "myweb", staging), record(12, "MyWeb", production), record(13, "my-web", production)});
    ASSERT_NE(found(world).record, nullptr);
    EXPECT_EQ(found(world).record->id, 12);
}

TEST(Match, TheTypeIsComparedNotMatched) {
    World world = administrator();
    StackRecord swarm = record(12);
    swarm.type = StackType::swarm;
    world.list({swarm});
    ASSERT_NE(found(world).record, nullptr);
    EXPECT_EQ(found(world).record->id, 12);
}

TEST(Match, OfSeveralRecordsOfOneNameTheOneOfTheDeclaredTypeIsTaken) {
    World world = administrator();
    StackRecord swarm = record(12);
    swarm.type = StackType::swarm;
    world.list({swarm, record(31)});
    ASSERT_NE(found(world).record, nullptr);
    EXPECT_EQ(found(world).record->id, 31);
    world.stack.type = StackType::swarm;
    EXPECT_EQ(found(world).record->id, 12);
}

TEST(Match, SeveralRecordsOfTheDeclaredTypeAreAmbiguous) {
    World world = administrator();
    world.list({record(31, "Web"), record(12, "web")});
    EXPECT_EQ(found(world).record, nullptr);
    ASSERT_EQ(found(world).ambiguous.size(), 2U);
    EXPECT_EQ(found(world).ambiguous[0]->id, 12);
    EXPECT_EQ(found(world).ambiguous[1]->id, 31);
}

TEST(Match, SeveralRecordsOfWhichNoneHasTheDeclaredTypeAreAmbiguous) {
    World world = administrator();
    world.stack.type = StackType::swarm;
    world.list({record(12), record(31)});
    EXPECT_EQ(found(world).ambiguous.size(), 2U);
}

TEST(Match, KubernetesMatchesByExactNameAndNamespace) {
    World world = administrator();
    world.stack.type = StackType::kubernetes;
    world.stack.name = "Web";
    world.stack.namespace_ = "shop";
    StackRecord here = record(12, "Web");
    here.type = StackType::kubernetes;
    here.namespace_ = "shop";
    StackRecord spelt_otherwise = here;
    spelt_otherwise.id = 13;
    spelt_otherwise.name = "web";
    StackRecord elsewhere = here;
    elsewhere.id = 14;
    elsewhere.namespace_ = "billing";
    world.list({elsewhere, spelt_otherwise});
    EXPECT_EQ(found(world).record, nullptr);
    world.list({elsewhere, spelt_otherwise, here});
    ASSERT_NE(found(world).record, nullptr);
    EXPECT_EQ(found(world).record->id, 12);
}

TEST(Match, KubernetesMemoryIsTakenByNamespaceToo) {
    World world = user();
    world.stack.type = StackType::kubernetes;
    world.stack.namespace_ = "shop";
    RememberedStack other = remembered(13);
    other.namespace_ = "billing";
    other.seen_at = noon;
    world.remember(other);
    EXPECT_EQ(found(world).remembered, nullptr);
    RememberedStack own = remembered(12);
    own.namespace_ = "shop";
    world.remember(own);
    ASSERT_NE(found(world).remembered, nullptr);
    EXPECT_EQ(found(world).remembered->id, 12);
}

TEST(Match, TheSecondRoundReadsTheSecondList) {
    World world = administrator();
    world.list_again({record(12)});
    EXPECT_EQ(found(world, 1).record, nullptr);
    EXPECT_NE(found(world, 2).record, nullptr);
}

TEST(Match, OfSeveralMemoriesTheNewestIsTaken) {
    World world = user();
    RememberedStack older = remembered(12);
    older.seen_at = noon - 7200;
    world.remember(older);
    world.remember(remembered(31));
    ASSERT_NE(found(world).remembered, nullptr);
    EXPECT_EQ(found(world).remembered->id, 31);
}

TEST(Match, ARememberedIdListedUnderAnotherNameOrEnvironmentHasMoved) {
    World world = user();
    world.remember(remembered(12));
    world.list({record(12, "shop")});
    ASSERT_NE(found(world).moved, nullptr);
    world.list({record(12, "web", staging)});
    ASSERT_NE(found(world).moved, nullptr);
    EXPECT_EQ(found(world).record, nullptr);
}

TEST(Match, ARecordThatMatchesMakesTheMovedOneAnother) {
    World world = user();
    world.remember(remembered(12));
    world.list({record(12, "shop"), record(31, "web")});
    EXPECT_EQ(found(world).moved, nullptr);
    EXPECT_EQ(found(world).record->id, 31);
}

TEST(Match, AnotherCreationDateIsNotTheRememberedStack) {
    World world = user();
    world.remember(remembered(12));
    StackRecord other = record(12, "shop");
    other.created_at += 1;
    world.list({other});
    EXPECT_EQ(found(world).moved, nullptr);
}

TEST(Match, AnIndexFindsWhatTheWalkFinds) {
    World world = user();
    world.remember(remembered(50));
    std::vector<StackRecord> records;
    for (StackId id = 1; id <= 40; ++id) {
        records.push_back(record(id, "s" + std::to_string(id % 7), id % 3 == 0 ? production : staging));
    }
    world.list(records);
    ServerFacts indexed = world.server;
    index_facts(indexed);
    for (const char* name : {"s0", "s1", "S 6", "web", "absent"}) {
        world.stack.name = name;
        const Row row = world.row();
        const Match walked = match_record(row, resolve_environment(row, world.server), world.server, 1);
        const Match looked_up = match_record(row, resolve_environment(row, indexed), indexed, 1);
        EXPECT_EQ(walked.ambiguous.size(), looked_up.ambiguous.size()) << name;
        EXPECT_EQ(walked.record == nullptr, looked_up.record == nullptr) << name;
        EXPECT_EQ(walked.remembered == nullptr, looked_up.remembered == nullptr) << name;
    }
    EXPECT_NE(find_listed(indexed, 1, 40), nullptr);
    EXPECT_EQ(find_listed(indexed, 1, 41), nullptr);
}

TEST(Match, ClaimsMovedAndAmbiguousRecordsToo) {
    World world = user();
    world.remember(remembered(12));
    world.list({record(12, "shop"), record(31, "db"), record(32, "DB"), record(33, "other")});
    DesiredStack database = desired("db");
    const std::vector<Row> rows{world.row(), Row{.stack = &database, .environment = {.id = production, .name = ""}}};
    EXPECT_EQ(claimed_ids(rows, world.server), (std::set<StackId>{12, 31, 32}));
}

} // namespace
} // namespace mooring::match::test
