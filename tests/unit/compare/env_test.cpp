#include "unit/compare/compare_fixture.hpp"

#include "base/file.hpp"

#include <random>

namespace mooring::compare {
namespace {

class CompareEnv : public CompareFixture {};

TEST_F(CompareEnv, WithoutEnvInTheManifestNothingIsCompared) {
    set_env({{"A", "1"}, {"A", "2"}});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareEnv, ComparesByNameAndValueAndShowsNoSecret) {
    stack.env = std::vector{env_of("A", "one"), env_of("B", "two"), env_of("C", "three")};
    set_env({{"C", "three"}, {"B", "zwei"}, {"A", "one"}});
    const Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"record:env.B"}));
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_EQ(found.changes[0].desired, ""); // there, and hidden
    EXPECT_EQ(found.changes[0].actual, "");
    EXPECT_EQ(found.changes[0].where.line, 7U);
}

TEST_F(CompareEnv, ShowsPublicValuesAndWithShowValuesAllOfThem) {
    stack.env = std::vector{env_of("LANG", "en", true), env_of("B", "two")};
    set_env({{"LANG", "de"}, {"B", "zwei"}});
    Comparison found = compare();
    EXPECT_FALSE(find_change(found.changes, "env.LANG")->secret);
    EXPECT_EQ(arrow_at(found.changes, "env.LANG"), "en -> de");
    EXPECT_EQ(arrow_at(found.changes, "env.B"), " -> ");
    options.show_values = true;
    found = compare();
    EXPECT_TRUE(find_change(found.changes, "env.B")->secret);
    EXPECT_EQ(arrow_at(found.changes, "env.B"), "two -> zwei");
}

TEST_F(CompareEnv, OneDifferenceOfASecretIsToldFromTheNextByAKeyedDigestAlone) {
    stack.env = std::vector{env_of("B", "two"), env_of("LANG", "en", true)};
    const auto digest_when = [this](const char* actual) {
        set_env({{"B", actual}, {"LANG", "de"}});
        const Comparison found = compare();
        EXPECT_EQ(find_change(found.changes, "env.LANG")->secret_digest, "") << "not a secret";
        return find_change(found.changes, "env.B")->secret_digest;
    };
    EXPECT_EQ(digest_when("zwei"), "") << "without a key nothing is derived from a value";
    options.digest = [](std::string_view text) { return to_hex(hmac_sha256("key", text)); };
    const std::string first = digest_when("zwei");
    EXPECT_EQ(first.size(), 64U);
    EXPECT_EQ(digest_when("zwei"), first);
    EXPECT_NE(digest_when("drei"), first);
}

TEST_F(CompareEnv, TheLastValueOfADuplicatedNameWinsAndTheDuplicateIsAChange) {
    stack.env = std::vector{env_of("A", "last")};
    set_env({{"A", "first"}, {"A", "last"}});
    Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"record:env.A (duplicate)"}));
    EXPECT_EQ(arrow(found.changes[0]), "once -> 2 times");
    set_env({{"A", "last"}, {"A", "first"}});
    found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:env.A", "record:env.A (duplicate)"}));
}

TEST_F(CompareEnv, AnEmptyDeclarationMeansThatThereIsNone) {
    stack.env = std::vector<DesiredEnv>{};
    EXPECT_EQ(paths_of(compare().changes), Texts{}); // null on the server is the empty list
    set_env({{"X", "1"}});
    EXPECT_EQ(paths_of(compare().changes), (Texts{"record:env.X"}));
}

TEST_F(CompareEnv, ANameThatIsNotDeclaredIsAChangeUnlessEnvStrictIsFalse) {
    stack.env = std::vector{env_of("A", "1")};
    set_env({{"A", "1"}, {"X", "secret-x"}, {"X", "secret-x"}});
    Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:env.X", "record:env.X (duplicate)"}));
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_FALSE(found.changes[0].desired.has_value());
    EXPECT_EQ(found.changes[0].actual, "");
    stack.env_strict = false;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareEnv, ANameThatTheServerLacksIsAChange) {
    stack.env = std::vector{env_of("A", "1")};
    const Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"record:env.A"}));
    EXPECT_EQ(found.changes[0].desired, "");
    EXPECT_FALSE(found.changes[0].actual.has_value());
}

TEST_F(CompareEnv, OpaqueValuesAreComparedByPresenceAndCounted) {
    stack.env = std::vector{opaque_env("A"), opaque_env("B"), opaque_env("C")};
    set_env({{"A", "1"}, {"B", "2"}, {"C", "3"}});
    Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.notes, (Texts{"3 values not compared"}));
    set_env({{"A", "1"}, {"B", "2"}});
    EXPECT_EQ(paths_of(compare().changes), (Texts{"record:env.C"}));
    stack.env = std::vector{opaque_env("A")};
    set_env({{"A", "1"}});
    EXPECT_EQ(compare().notes, (Texts{"1 value not compared"}));
}

TEST_F(CompareEnv, ASecretSourceThatCannotBeReadIsAnErrorAndNotOpaque) {
    DesiredEnv unreadable = opaque_env("DB_PASSWORD");
    unreadable.unreadable = "secrets/db: permission denied";
    stack.env = std::vector{unreadable};
    set_env({{"DB_PASSWORD", "x"}});
    const Comparison found = compare();
    EXPECT_EQ(found.errors, (Texts{"env.DB_PASSWORD: secrets/db: permission denied"}));
    EXPECT_EQ(found.notes, Texts{});
}

TEST_F(CompareEnv, NamesOfTheServerAreMadePrintable) {
    stack.env = std::vector<DesiredEnv>{};
    set_env({{"A\x1b[2J\n", "1"}});
    EXPECT_EQ(paths_of(compare().changes), (Texts{"record:env.A\\x1b[2J "}));
}

TEST_F(CompareEnv, NoOrderOfEnvMattersAndARecordMadeFromItselfHasNoChange) {
    std::mt19937 random(20261124);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::pair<std::string, std::string>> values;
        std::vector<DesiredEnv> declared;
        for (unsigned i = 0; i < 1 + random() % 8; ++i) {
            const std::string name = "V" + std::to_string(i);
            const std::string value = std::to_string(random());
            values.emplace_back(name, value);
            declared.push_back(env_of(name, value, random() % 2 == 0));
        }
        stack.env = declared;
        std::ranges::shuffle(values, random);
        set_env(values);
        EXPECT_EQ(paths_of(compare().changes), Texts{});
        values[0].second += "x";
        set_env(values);
        const std::vector<std::string> before = paths_of(compare().changes);
        std::ranges::shuffle(values, random);
        set_env(values);
        EXPECT_EQ(paths_of(compare().changes), before);
        EXPECT_EQ(before.size(), 1U);
    }
}

TEST_F(CompareEnv, NoByteOfASecretIsInAnyText) {
    std::mt19937 random(7);
    const auto secret = [&random] {
        std::string out = "s3cr3t";
        for (int i = 0; i < 10; ++i) out += static_cast<char>('!' + random() % 90);
        return out;
    };
    for (int round = 0; round < 300; ++round) {
        const std::vector<std::string> secrets{secret(), secret(), secret(), secret()};
        stack.env = std::vector{env_of("A", secrets[0]), env_of("B", secrets[1]), opaque_env("O")};
        set_env({{"A", secrets[2]}, {"X", secrets[3]}, {"X", secrets[3]}});
        record.status = random() % 2 == 0 ? 4 : 1;
        record.deployment = {{.status = 4, .time = 1, .message = "cannot use " + secrets[random() % 4] + " here"}};
        stack.access = DesiredAccess{.kind = DesiredAccess::Kind::everyone, .users = {}, .teams = {}, .line = 1};
        const std::string text = all_text(compare());
        for (const std::string& value : secrets) EXPECT_EQ(text.find(value), std::string::npos) << text;
        EXPECT_EQ(text.find("s3cr3t"), std::string::npos) << text;
    }
}

} // namespace
} // namespace mooring::compare
