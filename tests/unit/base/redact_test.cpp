#include "base/secret.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

const Secret token("ptr_abcdefghijklmnopqrstuvwxyz0123456789+/=");

TEST(Redact, TakesOutTheWholeSecret) {
    EXPECT_EQ(redact("bad key ptr_abcdefghijklmnopqrstuvwxyz0123456789+/= given", token), "bad key *** given");
}

TEST(Redact, TakesOutPiecesOfEightBytes) {
    EXPECT_EQ(redact("...hijklmno...", token), "...***...");
    EXPECT_EQ(redact("starts with ptr_abcd", token), "starts with ***");
}

TEST(Redact, LeavesShorterLikenessAlone) {
    EXPECT_EQ(redact("ptr_ abc xyz", token), "ptr_ abc xyz");
    EXPECT_EQ(redact("", token), "");
}

TEST(Redact, TakesOutAShortSecretAsAWhole) {
    EXPECT_EQ(redact("key is abc.", Secret("abc")), "key is ***.");
    EXPECT_EQ(redact("key is ab.", Secret("abc")), "key is ab.");
}

TEST(Redact, ItsMaskMakesNoSecretWholeAgain) {
    EXPECT_EQ(redact("say *xx", Secret("*x")), "***"); // "say ***x" would hold it
    EXPECT_EQ(redact("say xx*", Secret("x*")), "***");
}

// What two secrets share would cut the second into pieces that nothing tells any more.
TEST(Redact, WholeSecretsAreTakenOutBeforeStretchesOfOthers) {
    const std::vector<Secret> secrets{Secret("hunter2-inline-Zq9"), Secret("tok-inline-77Qw"),
                                      Secret("tok-inline-77Qw-long")};
    EXPECT_EQ(redact("near tok-inline-77Qw, hunter2-inline-Zq9 and tok-inline-77Qw-long", secrets),
              "near ***, *** and ***");
    EXPECT_EQ(redact("a stretch: -inline-", secrets), "a stretch: ***");
}

TEST(Redact, WithoutSecretChangesNothing) { EXPECT_EQ(redact("text", Secret()), "text"); }

} // namespace
} // namespace mooring
