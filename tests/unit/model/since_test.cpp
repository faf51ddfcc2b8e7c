// The one rule of "since": a table of stories, hour by hour, and what is to be said at their end.
#include "model/memory.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {
namespace {

constexpr UnixSeconds hour = 3600;
constexpr UnixSeconds begin = 1'790'812'800;

StackResult result_of(char sign) {
    StackResult out;
    out.rule = "compare";
    switch (sign) {
    case 'S':
        out.verdict = Verdict::in_sync;
        break;
    case 'W':
        out.verdict = Verdict::in_sync;
        out.waived = true;
        break;
    case 'D':
        out.verdict = Verdict::drifted;
        break;
    case 'M':
        out.verdict = Verdict::missing;
        break;
    case 'A':
        out.verdict = Verdict::denied;
        out.cause = Cause::environment;
        break;
    case 'R':
        out.verdict = Verdict::denied;
        out.cause = Cause::resource_control;
        break;
    case 'P':
        out.verdict = Verdict::pending;
        break;
    case 'U':
        out.verdict = Verdict::unreachable;
        out.rule = "server-unreachable";
        break;
    case 'E': // its environment alone does not answer: that is about the stack
        out.verdict = Verdict::unreachable;
        out.rule = "absent-unreachable";
        break;
    case 'T':
        out.verdict = Verdict::denied;
        out.cause = Cause::credentials;
        out.rule = "credentials-refused";
        break;
    default:
        ADD_FAILURE() << "no such sign: " << sign;
    }
    return out;
}

struct Told {
    std::optional<Count> word;
    std::optional<Count> difference;
};

// A sign an hour: a state as above; '-' a run of the server that did not judge the stack; '.' nobody looked. Each run
// promises the next after half an hour, so that it is believed for one.
Told tell(std::string_view story) {
    Watch watch;
    Tally tally;
    UnixSeconds at = begin;
    for (const char sign : story) {
        if (sign != '.') {
            const UnixSeconds watched = watch.look(at, holds_until(at, at + hour / 2, default_max_gap));
            if (sign == '-')
                tally.rest(watched);
            else
                tally.take(word_of(result_of(sign)), at, watched);
        }
        at += hour;
    }
    return {tally.word(watch.seconds(at)), tally.difference(watch.seconds(at))};
}

struct Case {
    const char* why;
    const char* story;
    int since; // hours after the beginning
    int seen;  // hours
    int difference_since = -1;
    int difference_seen = 0;
};

TEST(Since, TimeNobodySawRestartsNoCountAndIsNeverInIt) {
    const std::vector<Case> cases{
        {"seen throughout", "SSDDD", 2, 3, 2, 3},
        {"an outage restarts nothing and is not claimed", "DDUUUDD", 0, 4, 0, 4},
        {"nor does a gap", "DD...DD", 0, 4, 0, 4},
        {"nor both", "DDUU..DD", 0, 4, 0, 4},
        {"nor that the token was refused", "SSTTSS", 0, 4},
        {"nor runs in which it was not judged", "DD--D", 0, 3, 0, 3},
        {"nor that it could not be read", "DDAAD", 0, 3, 0, 3},
        {"nor that its environment did not answer", "DDEED", 0, 3, 0, 3},
        {"the first absence of two is no end", "MMPM", 0, 3, 0, 3},
        {"what is in sync was in sync before the outage", "DSUUSS", 1, 3},
        {"another verdict begins its own count, the difference goes on", "DDMM", 2, 2, 0, 4},
        {"even if nobody could see the change", "DDUMM", 3, 2, 0, 4},
        {"a repair that somebody saw ends the difference", "DDSD", 3, 1, 3, 1},
        {"a waiver does, too", "DDWD", 3, 1, 3, 1},
        {"and it is another word than in sync", "SSWW", 2, 2},
        {"denied is counted over an outage", "AAUUAA", 0, 4},
        {"and over a gap", "AA..AA", 0, 4},
        {"for another reason it is another count", "AARR", 2, 2},
        {"and after it was seen", "AASA", 3, 1},
        {"an outage is counted by itself", "DDUU", 2, 2, 0, 2},
        {"and ends when anything is known of the stack", "UUAUU", 3, 2},
        {"a gap in an outage is not claimed", "UU..U", 0, 3},
        {"two kinds of outage are two counts", "UUTT", 2, 2},
        {"what is open is not forgotten while nobody can see it", "DDAA", 2, 2, 0, 2},
        {"at the end nobody looked", "DD...", 0, 2, 0, 2},
        {"nor was it judged", "DD--", 0, 2, 0, 2},
    };
    for (const Case& one : cases) {
        const Told told = tell(one.story);
        ASSERT_TRUE(told.word) << one.why;
        EXPECT_EQ(*told.word, (Count{.since = begin + one.since * hour, .seen = one.seen * hour}))
            << one.story << ": " << one.why << "; seen " << told.word->seen / hour;
        EXPECT_EQ(told.difference.has_value(), one.difference_since >= 0) << one.story << ": " << one.why;
        if (told.difference && one.difference_since >= 0) {
            EXPECT_EQ(*told.difference,
                      (Count{.since = begin + one.difference_since * hour, .seen = one.difference_seen * hour}))
                << one.story << ": " << one.why;
        }
    }
}

// The same rule read backwards, as the ledger does it: where a count began.
TEST(Since, LookingBackFindsTheSameBeginning) {
    const auto looking_back = [](std::string_view story) {
        const Word now = word_of(result_of(story.back()));
        std::size_t first = story.size() - 1;
        for (std::size_t i = story.size() - 1; i-- > 0;) {
            if (story[i] == '.' || story[i] == '-') continue;
            const Bond found = bond(word_of(result_of(story[i])), now);
            if (found == Bond::other) break;
            if (found == Bond::same) first = i;
        }
        return begin + static_cast<UnixSeconds>(first) * hour;
    };
    // All stories of six hours over these signs, and those that end with a state.
    constexpr std::string_view signs = "SDMAUT.";
    for (std::size_t n = 0; n < 7 * 7 * 7 * 7 * 7 * 7; ++n) {
        std::string story;
        for (std::size_t rest = n, i = 0; i < 6; ++i, rest /= signs.size()) story += signs[rest % signs.size()];
        if (story.back() == '.') continue;
        const auto told = tell(story).word;
        ASSERT_TRUE(told) << story;
        ASSERT_EQ(told->since, looking_back(story)) << story;
        ASSERT_LE(told->seen, begin + 6 * hour - told->since) << story;
    }
}

TEST(Since, AClockThatWasSetBackGivesNoTimeTwice) {
    Watch watch;
    EXPECT_EQ(watch.look(begin, begin + 2 * hour), 0);
    EXPECT_EQ(watch.look(begin + hour, begin + 3 * hour), hour);
    EXPECT_EQ(watch.look(begin, begin + 2 * hour), hour);
    EXPECT_LE(watch.seconds(begin + 2 * hour), 2 * hour);
}

TEST(Since, WhatIsNotWatchedAnyMoreIsNotCounted) {
    Watch watch;
    watch.look(begin, begin + 2 * hour);
    EXPECT_EQ(watch.stop(begin + hour), hour);
    EXPECT_EQ(watch.seconds(begin + 9 * hour), hour);
    EXPECT_EQ(watch.look(begin + 5 * hour, begin + 6 * hour), hour);
    EXPECT_EQ(watch.seconds(begin + 9 * hour), 2 * hour);
}

TEST(Since, WithoutAPromiseARunIsBelievedForMaxGap) {
    EXPECT_EQ(holds_until(begin, begin + hour, default_max_gap), begin + 2 * hour);
    EXPECT_EQ(holds_until(begin, std::nullopt, default_max_gap), begin + 25 * hour);
    EXPECT_EQ(holds_until(begin, begin, default_max_gap), begin + 25 * hour) << "that is no promise";
}

} // namespace
} // namespace mooring
