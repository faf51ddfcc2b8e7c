// That no text about a stack repeats what is secret of it.
#include "compare/parts.hpp"
#include "unit/compare/compare_fixture.hpp"

namespace mooring::compare {
namespace {

class KnownSecretsTest : public CompareFixture {
  protected:
    std::string mask(std::string_view text, bool with_file = false) {
        KnownSecrets secrets(stack, &record);
        if (with_file) secrets.learn_file(stack);
        return secrets.mask(text);
    }
};

TEST_F(KnownSecretsTest, ValuesOfManifestAndRecordAreMaskedWhereverTheyStand) {
    stack.env = std::vector{env_of("A", "plain-value"), env_of("B", "shown-value", true)};
    set_env({{"C", "other-value"}, {"B", "what the server has"}});
    EXPECT_EQ(mask("no such thing: plain-value, other-value, shown-value, what the server has"),
              "no such thing: ***, ***, shown-value, what the server has");
}

TEST_F(KnownSecretsTest, WhatPortainerNeedsToCloneIsMaskedToo) {
    DesiredGit git{.url = "https://git.example.test/shop"};
    git.credentials =
        GitCredentials{.username = "deploy", .password = Secret("token-of-git"), .unreadable = {}, .line = 3};
    stack.source = git;
    EXPECT_EQ(mask("remote said: deploy:token-of-git is wrong"), "remote said: deploy:*** is wrong");
}

// Messages are shown on one line, and quote one line of a key or certificate.
TEST_F(KnownSecretsTest, LinesOfASecretOfSeveralLinesAreMasked) {
    set_env({{"PEM", "first line of it\n  second line of it  \r\nshort\n"}});
    EXPECT_EQ(mask("unexpected \"second line of it\" after first line of it"), "unexpected \"***\" after ***");
    EXPECT_EQ(mask("a short one"), "a short one") << "short lines stand in too many texts by chance";
    KnownSecrets secrets(stack, &record);
    EXPECT_TRUE(secrets.stand_in("x second line of it y"));
}

TEST_F(KnownSecretsTest, SecretsOfTheDesiredFileAreLearntWhereverTheyStand) {
    stack.source = DesiredContent{.text = "services: {w: {command: 'redis-server --requirepass filesecret'}}\n"
                                          "configs: {c: {content: 'content of it'}}\n",
                                  .file = "f",
                                  .line = 1};
    EXPECT_EQ(mask("exec filesecret; content of it", true), "exec ***; ***");
    EXPECT_EQ(mask("exec filesecret"), "exec filesecret") << "unless the file is learnt";
}

TEST_F(KnownSecretsTest, WhatAServerSaysIsMaskedByWhatItLooksLike) {
    EXPECT_EQ(mask("DB_PASSWORD: \"x\" is refused, redis://:y@cache, --requirepass z"),
              "DB_PASSWORD: \"***\" is refused, redis://:***@cache, --requirepass ***");
    EXPECT_EQ(mask("password authentication failed for user \"postgres\""),
              "password authentication failed for user \"postgres\"");
}

// What programs in the way of a message make of a value: each spelling is computed by another program here.
TEST_F(KnownSecretsTest, AValueIsKnownInRareSpellings) {
    set_env({{"A", "xY1<zZ2>qQ3&wW4"}, {"B", "one two3 four5+six7"}, {"C", "aa$bb$cc1"}, {"D", "Plain-Secret-99"}});
    for (const char* spelt :
         {R"(xY1\u003czZ2\u003eqQ3\u0026wW4)", "xY1&lt;zZ2&gt;qQ3&amp;wW4", "one+two3+four5%2Bsix7", "aa$$bb$$cc1",
          "506c61696e2d5365637265742d3939", "UGxhaW4tU2VjcmV0LTk5", // base64 of D, and of user:D
          "Plain-Se\ncret-99", "Plain-Secret\t-99"})
        EXPECT_EQ(mask(std::string("it said: ") + spelt + " is wrong"), "it said: *** is wrong") << spelt;
    EXPECT_FALSE(mask("Authorization was dXNlcjpQbGFpbi1TZWNyZXQtOTk=").contains("QbGFpbi1TZWNyZXQtOT"));
    EXPECT_EQ(mask("the plain secret of 99 cannot be read"), "the plain secret of 99 cannot be read");
}

// Between quotes of JSON or of Go's messages, and in an address, a value has other bytes.
TEST_F(KnownSecretsTest, AValueIsKnownInItsOtherSpellings) {
    set_env({{"A", R"(say "x7y8" \\ now)"}, {"B", "p@ss w/rd"}, {"C", "one \"two\"\nthree=four\n"}});
    EXPECT_EQ(mask(R"(bad value "say \"x7y8\" \\\\ now")"), R"(bad value "***")");
    EXPECT_EQ(mask("GET /x/p%40ss%20w%2Frd failed"), "GET /x/*** failed");
    EXPECT_EQ(mask(R"(line "one \"two\"", then three%3Dfour)"), R"(line "***", then ***)");
    EXPECT_EQ(mask("say x7y8 now"), "say x7y8 now");
}

// The word that tells a secret may itself be a value that is masked.
TEST_F(KnownSecretsTest, OneMaskDoesNotHideWhatTheOtherIsToldBy) {
    set_env({{"A", "DB_PASSWORD"}});
    EXPECT_EQ(mask("DB_PASSWORD: \"hunter2\""), "***: \"***\"");
}

TEST_F(KnownSecretsTest, APublicVariableShowsNoSecretThatTheServerHasThere) {
    stack.env = std::vector{env_of("OPTIONS", "--verbose", true)};
    set_env({{"OPTIONS", "--verbose --password hunter2"}});
    EXPECT_EQ(arrow_at(compare().changes, "env.OPTIONS"), "--verbose -> --verbose --password ***");
}

} // namespace
} // namespace mooring::compare
