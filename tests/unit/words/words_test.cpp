#include "words/words.hpp"

#include <gtest/gtest.h>

namespace mooring::words {
namespace {

TEST(Percent, RoundsDownSoThatOnlyAllIsAHundred) {
    EXPECT_EQ(percent(0.9999), "99 %");
    EXPECT_EQ(percent(1.0), "100 %");
    EXPECT_EQ(percent(0.29), "29 %"); // 0.29 * 100 is 28.999… in binary
    EXPECT_EQ(percent(std::nullopt), "–");
}

TEST(Counted, HasAPluralForAllButOne) {
    EXPECT_EQ(counted(0, "stack"), "0 stacks");
    EXPECT_EQ(counted(1, "stack"), "1 stack");
    EXPECT_EQ(counted(2, "stack"), "2 stacks");
}

TEST(Lists, EndWithHowManyAreLeftOut) {
    using List = std::vector<std::string>;
    EXPECT_EQ(with_the_rest_counted({}, 2), List());
    EXPECT_EQ(with_the_rest_counted({"a", "b"}, 2), (List{"a", "b"}));
    EXPECT_EQ(with_the_rest_counted({"a", "b", "c", "d"}, 2), (List{"a", "b", "and 2 more"}));
}

TEST(Durations, HaveTwoUnits) {
    constexpr UnixSeconds hour = 3600;
    EXPECT_EQ(duration_words(40), "40 s");
    EXPECT_EQ(duration_words(hour), "1 h");
    EXPECT_EQ(duration_words(3 * hour + 5 * 60 + 7), "3 h 5 min");
    EXPECT_EQ(duration_words(3 * 24 * hour + 4 * hour + 59), "3 d 4 h");
}

TEST(Ages, HaveOneUnit) {
    EXPECT_EQ(age_words(4), "a moment");
    EXPECT_EQ(age_words(119), "119 s");
    EXPECT_EQ(age_words(120), "2 min");
    EXPECT_EQ(age_words(7200), "2 h");
    EXPECT_EQ(age_words(172800), "2 days");
    EXPECT_EQ(took_words(0.0402), "40 ms");
    EXPECT_EQ(took_words(1.26), "1.3 s");
}

TEST(Times, AreUtc) {
    EXPECT_EQ(short_time(0), "–");
    EXPECT_EQ(short_time(1790000000), "2026-09-21 14:13");
    EXPECT_EQ(time_words(1790000000), "2026-09-21 14:13:20 UTC");
}

TEST(EnvironmentName, FallsBackToTheIdAsItsPlaceAsks) {
    for (const std::string_view name : {"production", ""}) {
        const bool known = !name.empty();
        EXPECT_EQ(environment_name(name, 4), known ? "production" : "#4");
        EXPECT_EQ(environment_name(name, std::nullopt), known ? "production" : "?");
        EXPECT_EQ(environment_phrase(name, 4), known ? "production" : "environment 4");
        EXPECT_EQ(environment_phrase(name, std::nullopt), known ? "production" : "its environment");
        EXPECT_EQ(environment_after_word(name, 4), known ? "production" : "4");
        EXPECT_EQ(environment_after_word(name, std::nullopt), known ? "production" : "its environment");
    }
    EXPECT_EQ(environment_phrase("a\x1b", 4), "a\\x1b");
}

TEST(StackName, FallsBackToTheEnvironmentsId) {
    StackResult stack;
    stack.name = "shop";
    stack.server = "main";
    EXPECT_EQ(stack_name(stack, false), "shop/?");
    stack.environment_id = 4;
    EXPECT_EQ(stack_name(stack, true), "shop/#4@main");
}

TEST(Observer, IsNobodyWithoutAnIdentity) {
    ServerResult server;
    EXPECT_EQ(observer_words(server), "nobody");
    server.identity = Identity{.id = 3, .username = "alice", .role = 2};
    EXPECT_EQ(observer_words(server), "alice (user, list filtered)");
    server.list_complete = true;
    EXPECT_EQ(observer_words(server), "alice (user, list complete)");
}

// A server that ended the run before its list was read has no list, filtered or other.
TEST(ListWord, SaysNotReadWhereTheListWasNeverRead) {
    ServerResult server;
    EXPECT_EQ(list_word(server), "filtered");
    server.list_complete = true;
    EXPECT_EQ(list_word(server), "complete");
    server.list_complete = false;
    for (const int ended : {69, 70, 77}) {
        server.exit_code = ended;
        EXPECT_EQ(list_word(server), "not read") << ended;
    }
}

TEST(VerdictWords, HaveBlanksAndTheirQualification) {
    StackResult stack;
    stack.verdict = Verdict::not_visible;
    EXPECT_EQ(verdict_words(stack), "not visible");
    EXPECT_EQ(verdict_label(stack.verdict), "NOT VISIBLE");
    stack.verdict = Verdict::in_sync;
    stack.waived = true;
    EXPECT_EQ(verdict_words(stack), "in sync (waived)");
    stack.runtime_asked = false;
    EXPECT_EQ(verdict_words(stack), "in sync (waived, runtime not asked)");
    EXPECT_EQ(verdict_label(stack.verdict), "in sync");
}

// In the words of runtime's cluster_compare.
TEST(VerdictWords, InSyncSaysThatThereAreValuesThatNobodyDeclares) {
    StackResult stack;
    stack.verdict = Verdict::in_sync;
    stack.notes = {"Ingress/i: it has no address from outside yet", "3 values not compared"};
    EXPECT_EQ(verdict_words(stack), "in sync");
    stack.notes.emplace_back("Deployment/web:spec.template.spec.hostNetwork (true) is declared nowhere; it was set by "
                             "kubectl-edit at 2026-11-30T18:58:46Z");
    EXPECT_EQ(verdict_words(stack), "in sync (1 value that no file declares)");
    stack.notes.emplace_back("Secret/s:data.x is declared nowhere; it was set by curl at 2026-11-30T18:58:46Z");
    EXPECT_EQ(verdict_words(stack), "in sync (2 values that no file declares)");
    stack.notes.emplace_back("more values that nobody declares were set by hand; they are not listed");
    stack.ignored = 1;
    EXPECT_EQ(verdict_words(stack), "in sync (1 difference ignored, at least 3 values that no file declares)");
    stack.verdict = Verdict::drifted;
    EXPECT_EQ(verdict_words(stack), "drifted") << "the notes stand below the changes";
}

TEST(StandingOf, NeverAcceptsWhatCouldNotBeSeen) {
    StackResult stack;
    stack.waived = true;
    for (const Verdict verdict : all_verdicts) {
        stack.verdict = verdict;
        const bool blind = standing_of(verdict) == Standing::blind;
        EXPECT_EQ(standing_of(stack), blind ? Standing::blind : Standing::accepted) << to_string(verdict);
    }
}

} // namespace
} // namespace mooring::words
