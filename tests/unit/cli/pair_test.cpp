#include "cli/commands.hpp"

#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

// design §4: "`mooring diff` prints the files it was given".
TEST(Diff, ShowsWhatLooksSecretBecauseItsReaderGaveBothFiles) {
    PairTexts texts;
    texts.desired = "services: {}\n";
    texts.actual = "services:\n  db:\n    image: x\n    environment: {DB_PASSWORD: hunter2}\n";
    const auto differences = compare_pair(texts);
    ASSERT_TRUE(differences);
    ASSERT_EQ(differences->changes.size(), 1U);
    EXPECT_TRUE(differences->changes.front().actual->contains("hunter2")) << *differences->changes.front().actual;
}

TEST(Diff, NamesTheSideThatLooksResolvedUntilItIsUndone) {
    PairTexts texts;
    texts.desired = "services: {web: {image: a, volumes: ['./d:/d']}}\n";
    texts.actual = "name: shop\nservices: {web: {image: a, volumes: ['/srv/shop/d:/d']}}\n"
                   "networks: {default: {name: shop_default}}\n";
    const auto plain = compare_pair(texts);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->resolved, "actual");
    EXPECT_EQ(plain->changes.size(), 3U);
    texts.resolved_names = true;
    const auto undone = compare_pair(texts);
    ASSERT_TRUE(undone);
    EXPECT_TRUE(undone->changes.empty());
    EXPECT_EQ(undone->resolved, "");
}

} // namespace
} // namespace mooring::cli
