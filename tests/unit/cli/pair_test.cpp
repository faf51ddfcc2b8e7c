#include "cli/pair.hpp"

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
    ASSERT_EQ(differences->size(), 1U);
    EXPECT_TRUE(differences->front().actual->contains("hunter2")) << *differences->front().actual;
}

} // namespace
} // namespace mooring::cli
