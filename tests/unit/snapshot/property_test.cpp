// What must hold of every snapshot, over random worlds.
#include "report/formats.hpp"
#include "world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

namespace mooring::snapshot::test {
namespace {

constexpr std::uint32_t seeds = 300;

// Few values, so that many are equal although nobody compares them.
std::string from_a_few(std::size_t stack, std::size_t variable, bool other) {
    static const std::vector<std::string> few{"hunter2-first", "Tr0ub4dor&3-second", "correct horse third",
                                              "0xfourth42"};
    return few[(stack + variable / 2 + (other ? 1 : 0)) % few.size()];
}

// No two alike, of many lengths.
std::string all_different(std::size_t stack, std::size_t variable, bool other) {
    return fmt::format("{}#unique-{}-{}-{}", std::string(1 + (stack * 7 + variable * 3) % 40, other ? 'x' : 'y'), stack,
                       variable, other);
}

std::string rendered(const Report& report) {
    std::string all;
    for (const std::string& word : report::format_words()) {
        all += report::render(report, *report::parse_format(word), {}) + "\n=====\n";
    }
    return all;
}

TEST(SnapshotProperty, JudgedOfflineEveryFormatHasTheBytesOfTheRun) {
    std::set<Verdict> seen;
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        const Outcome outcome = observe(make_world(seed, from_a_few));
        const auto kept = read(write(outcome.kept));
        ASSERT_TRUE(kept) << seed << ": " << kept.error().message;
        ASSERT_EQ(rendered(outcome.report), rendered(judge(*kept))) << "seed " << seed;
        for (const StackResult& stack : outcome.report.stacks) seen.insert(stack.verdict);
    }
    EXPECT_GE(seen.size(), 6U) << "the worlds have become too alike";
}

TEST(SnapshotProperty, NoSecretOfTheRunIsInIt) {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        for (const Values& values : {Values(from_a_few), Values(all_different)}) {
            World world = make_world(seed, values);
            const std::vector<std::string> secrets = world.secrets;
            const std::string text = write(observe(std::move(world)).kept);
            for (const std::string& secret : secrets)
                ASSERT_EQ(text.find(secret), std::string::npos) << "seed " << seed << ": " << secret;
            ASSERT_EQ(text.find("user:pass"), std::string::npos);
        }
    }
}

// The strongest way to say that nothing is computed from a value: other values with the same outcomes of all
// comparisons give the same bytes. Length, hash and equality of what was not compared would each show here.
TEST(SnapshotProperty, ItsBytesDependOnOutcomesAlone) {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        const std::string alike = write(observe(make_world(seed, from_a_few)).kept);
        const std::string unlike = write(observe(make_world(seed, all_different)).kept);
        ASSERT_EQ(alike, unlike) << "seed " << seed;
    }
}

} // namespace
} // namespace mooring::snapshot::test
