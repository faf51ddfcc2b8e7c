// From rows to what a report says: time, gaps, repairs, blindness, waivers, findings.
#include "sample_material.hpp"

#include "evidence/document.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace mooring::evidence {
namespace {

std::vector<std::string> codes(const PeriodAssessment& it) {
    std::vector<std::string> out;
    for (const Finding& one : it.findings) out.push_back(one.code);
    return out;
}

void drop_runs(Material& material, UnixSeconds from, UnixSeconds to) {
    std::erase_if(material.runs, [&](const auto& run) { return run.number > from && run.number <= to + 1; });
}

TEST(Timeline, APeriodWithARunWheneverOneWasDueHasNoGap) {
    Material material = hourly(10);
    add(material, "blog", Verdict::in_sync, 0, 9);
    const PeriodAssessment it = assess(material);
    EXPECT_TRUE(it.observation.gaps.empty());
    EXPECT_EQ(it.observation.observed, 10 * hour);
    EXPECT_EQ(it.means.score, 1.0);
    EXPECT_EQ(it.stacks.at(0).seconds.at(Verdict::in_sync), 10 * hour);
    EXPECT_TRUE(it.findings.empty());
}

TEST(Timeline, WhenNobodyLookedIsAFindingAndNeverInSync) {
    Material material = hourly(20);
    add(material, "blog", Verdict::in_sync, 0, 19);
    drop_runs(material, 5, 14); // the agent was down from hour 5 to hour 14
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.observation.gaps.size(), 1U);
    EXPECT_EQ(it.observation.gaps[0].from, begin + 6 * hour) << "the run of hour 4 promised one for hour 5: twice that";
    EXPECT_EQ(it.observation.gaps[0].to, begin + 15 * hour);
    EXPECT_EQ(codes(it), std::vector<std::string>{"gap"});
    const StackReport& blog = it.stacks.at(0);
    EXPECT_EQ(blog.unobserved, 9 * hour);
    EXPECT_EQ(blog.seconds.at(Verdict::in_sync), 11 * hour);
    ASSERT_EQ(blog.segments.size(), 3U);
    EXPECT_FALSE(blog.segments[1].verdict);
}

TEST(Timeline, BeforeTheFirstRunAndAfterTheLastNobodyLookedEither) {
    Material material = hourly(10);
    add(material, "blog", Verdict::in_sync, 3, 5);
    drop_runs(material, 6, 9);
    drop_runs(material, 0, 2);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.observation.gaps.size(), 2U);
    EXPECT_EQ(it.observation.gaps[0].to, begin + 3 * hour);
    EXPECT_EQ(it.observation.gaps[1].from, begin + 7 * hour);
    EXPECT_EQ(it.stacks.at(0).seconds.at(Verdict::in_sync), 4 * hour);
}

TEST(Timeline, WithoutAPromiseARunIsBelievedForMaxGap) {
    Material material = hourly(20);
    for (auto& run : material.runs) run.next_due.reset();
    material.max_gap = std::chrono::hours(3);
    add(material, "blog", Verdict::in_sync, 0, 19);
    drop_runs(material, 5, 14);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.observation.gaps.size(), 1U);
    EXPECT_EQ(it.observation.gaps[0].from, begin + 7 * hour);
}

TEST(Timeline, APeriodWithoutARunIsAFailureNotAnEmptyPass) {
    const PeriodAssessment it = assess(hourly(0));
    Material none = hourly(5);
    none.runs.clear();
    const PeriodAssessment empty = assess(none);
    EXPECT_EQ(codes(empty), (std::vector<std::string>{"no-run", "gap"}));
    EXPECT_FALSE(empty.means.score);
    EXPECT_EQ(codes(it).front(), "no-run");
}

TEST(Timeline, ScoreKeepsDeniedStacksInTheDenominator) {
    Material material = hourly(4);
    add(material, "blog", Verdict::in_sync, 0, 3);
    add(material, "shop", Verdict::denied, 0, 1);
    add(material, "shop", Verdict::in_sync, 2, 3);
    add(material, "wiki", Verdict::suspended, 0, 3);
    add(material, "zoo", Verdict::extra, 0, 3);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.points.size(), 4U);
    EXPECT_EQ(it.points[0].score(), 0.5);
    EXPECT_EQ(it.points[0].coverage(), 0.5);
    EXPECT_EQ(it.points[3].score(), 1.0);
    EXPECT_EQ(it.means.score, 0.75);
}

TEST(Timeline, WaivedStacksCountApart) {
    Material material = hourly(2);
    add(material, "blog", Verdict::in_sync, 0, 1).waived = true;
    const PeriodAssessment it = assess(material);
    EXPECT_EQ(it.means.score, 0.0);
    EXPECT_EQ(it.means.score_with_waivers, 1.0);
    EXPECT_TRUE(it.stacks.at(0).segments.at(0).accepted);
}

TEST(Servers, OneThatNobodyLooksAtIsNotInSyncBecauseAnotherIsLookedAt) {
    Material material = in_turns(20);
    // The loop of main hung after hour 4. Nothing ended its spell: runs of branch alone leave it open.
    std::erase_if(material.runs, [](const auto& run) { return run.number > 5 && run.number % 2 == 1; });
    add(material, "till", Verdict::in_sync, 1, 19, "branch");
    add(material, "blog", Verdict::in_sync, 0, 19);
    const PeriodAssessment it = assess(material);
    const StackReport& till = it.stacks.at(0);
    const StackReport& blog = it.stacks.at(1);
    EXPECT_EQ(till.seconds.at(Verdict::in_sync), 19 * hour);
    EXPECT_EQ(blog.seconds.at(Verdict::in_sync), 8 * hour) << "the run of hour 4 promised one for hour 6: twice that";
    EXPECT_EQ(blog.unobserved, 12 * hour);
    EXPECT_EQ(blog.last_seen, begin + 4 * hour);
    ASSERT_EQ(it.observation.gaps.size(), 2U);
    EXPECT_EQ(it.observation.gaps[1].server, "main");
    EXPECT_EQ(it.observation.gaps[1].from, begin + 8 * hour);
    EXPECT_EQ(it.observation.gaps[1].after, 5);
    EXPECT_FALSE(it.observation.gaps[1].unwatched);
    EXPECT_EQ(it.observation.observed, (19 + 8) * hour / 2);
    // It stays declared, so that the score falls instead of keeping silent about it.
    EXPECT_EQ(it.points.back().judged, 2U);
    EXPECT_EQ(it.points.back().coverage(), 0.5);
    EXPECT_EQ(it.points.back().score(), 0.5);
}

TEST(Servers, OneThatIsWatchedNoMoreIsAGapThatSaysSo) {
    Material material = in_turns(20);
    std::erase_if(material.runs, [](const auto& run) { return run.number > 7 && run.number % 2 == 1; });
    ledger::Run& removal = *std::ranges::find(material.runs, 7, &ledger::Run::number);
    removal.trigger = ledger::watch_ended; // hour 6
    add(material, "till", Verdict::in_sync, 1, 19, "branch");
    add(material, "blog", Verdict::drifted, 0, 5);
    const PeriodAssessment it = assess(material);
    EXPECT_EQ(codes(it), (std::vector<std::string>{"gap", "not-watched"}));
    const Finding& ended = it.findings.back();
    EXPECT_EQ(ended.subject, "main");
    EXPECT_EQ(ended.from, begin + 6 * hour);
    EXPECT_EQ(ended.to, begin + 20 * hour);
    const StackReport& blog = it.stacks.at(1);
    EXPECT_FALSE(blog.judged_last);
    EXPECT_EQ(blog.last_seen, begin + 4 * hour);
    EXPECT_EQ(blog.unobserved, 14 * hour);
    EXPECT_EQ(blog.episodes.at(0).end, Episode::End::not_judged);
    EXPECT_EQ(it.points.back().judged, 1U) << "nobody declares it any more";
    EXPECT_EQ(it.runs, 13U) << "a run that asked nothing did not look";
    EXPECT_EQ(it.observers.size(), 2U);
}

TEST(Servers, TwoThatAreLookedAtInTurnsHaveNoGapBetweenTheirRuns) {
    Material material = in_turns(20);
    add(material, "till", Verdict::in_sync, 1, 19, "branch");
    add(material, "blog", Verdict::drifted, 0, 9);
    add(material, "blog", Verdict::in_sync, 10, 19);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.observation.gaps.size(), 1U) << "branch was not looked at in the first hour";
    EXPECT_EQ(it.observation.gaps[0].server, "branch");
    const StackReport& blog = it.stacks.at(1);
    EXPECT_EQ(blog.unobserved, 0);
    EXPECT_EQ(blog.seconds.at(Verdict::drifted), 10 * hour);
    EXPECT_EQ(blog.episodes.at(0).ended_in, 11);
    EXPECT_EQ(it.points.back().score(), 1.0);
    EXPECT_EQ(it.points.at(5).score(), 0.5);
}

TEST(Episodes, ARepairIsProvenByTheRunThatFoundTheStackInSync) {
    Material material = hourly(10);
    add(material, "blog", Verdict::in_sync, 0, 2);
    add(material, "blog", Verdict::drifted, 3, 5);
    add(material, "blog", Verdict::in_sync, 6, 9).evidence[0].target = "/api/stacks/7/file";
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).episodes.size(), 1U);
    const Episode& episode = it.stacks[0].episodes[0];
    EXPECT_EQ(episode.end, Episode::End::repaired);
    EXPECT_EQ(episode.opened_at, begin + 3 * hour);
    EXPECT_EQ(episode.ended_at, begin + 6 * hour);
    EXPECT_EQ(episode.ended_in, 7);
    EXPECT_EQ(episode.changes.at(0).actual, "nginx:1.25");
    EXPECT_EQ(episode.proof.at(0).target, "/api/stacks/7/file");
    EXPECT_FALSE(episode.reopened);
}

TEST(Episodes, NotBeingAllowedToSeeRepairsNothing) {
    Material material = hourly(10);
    add(material, "blog", Verdict::drifted, 0, 2);
    add(material, "blog", Verdict::denied, 3, 6);
    add(material, "blog", Verdict::drifted, 7, 9);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).episodes.size(), 1U);
    EXPECT_EQ(it.stacks[0].episodes[0].end, Episode::End::open);
    EXPECT_EQ(it.stacks[0].episodes[0].opened_at, begin);
    ASSERT_EQ(it.stacks[0].unseen.size(), 1U);
    EXPECT_EQ(it.stacks[0].unseen[0].from, begin + 3 * hour);
    EXPECT_EQ(it.stacks[0].unseen[0].to, begin + 7 * hour);
    EXPECT_FALSE(it.stacks[0].unseen[0].lasts);
    EXPECT_EQ(codes(it), std::vector<std::string>{"open-drifted"});
}

TEST(Episodes, AWaiverAcceptsAndRepairsNothing) {
    Material material = hourly(10);
    add(material, "blog", Verdict::drifted, 0, 2);
    add(material, "blog", Verdict::in_sync, 3, 9).waived = true;
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).episodes.size(), 1U);
    EXPECT_EQ(it.stacks[0].episodes[0].end, Episode::End::accepted);
}

TEST(Episodes, AStackThatIsNotJudgedAnyMoreWasNotRepaired) {
    Material material = hourly(10);
    add(material, "blog", Verdict::missing, 2, 4);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).episodes.size(), 1U);
    EXPECT_EQ(it.stacks[0].episodes[0].end, Episode::End::not_judged);
    EXPECT_FALSE(it.stacks[0].judged_last);
    EXPECT_EQ(it.stacks[0].last_seen, begin + 4 * hour);
}

TEST(Episodes, DriftThatComesBackIsReopened) {
    Material material = hourly(10);
    add(material, "blog", Verdict::drifted, 0, 1);
    add(material, "blog", Verdict::in_sync, 2, 3);
    add(material, "blog", Verdict::drifted, 4, 5);
    add(material, "blog", Verdict::in_sync, 6, 9);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).episodes.size(), 2U);
    EXPECT_FALSE(it.stacks[0].episodes[0].reopened);
    EXPECT_TRUE(it.stacks[0].episodes[1].reopened);
    EXPECT_EQ(codes(it), std::vector<std::string>{"reopened"});
}

TEST(Episodes, DriftFromBeforeThePeriodKeepsItsBeginning) {
    Material material = hourly(10);
    add(material, "blog", Verdict::drifted, -30, -1);
    add(material, "blog", Verdict::in_sync, 0, 9);
    material.runs.erase(material.runs.begin(), material.runs.begin()); // runs before are not part of the period
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).episodes.size(), 1U);
    EXPECT_EQ(it.stacks[0].episodes[0].opened_at, begin - 30 * hour);
    EXPECT_EQ(it.stacks[0].episodes[0].ended_at, begin);
    EXPECT_EQ(it.stacks[0].seconds.at(Verdict::in_sync), 10 * hour);
}

TEST(Unseen, WhatCannotBeReadAtTheEndIsAFindingWithItsRemedy) {
    Material material = hourly(6);
    StackResult& denied = add(material, "blog", Verdict::denied, 2, 5);
    denied.cause = Cause::resource_control;
    denied.remedy = "Ask an administrator to share it.";
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.findings.size(), 1U);
    EXPECT_EQ(it.findings[0].code, "unread-denied");
    EXPECT_EQ(it.findings[0].cure, "Ask an administrator to share it.");
    EXPECT_TRUE(it.stacks.at(0).unseen.at(0).lasts);
}

// An outage of the server from hour 10 to 15: its runs could not be judged, and every stack of it is unreachable.
void add_outage(Material& material, const std::string& name) {
    add(material, name, Verdict::unreachable, 10, 15).rule = "server-unreachable";
    auto down = *material.runs[0].servers;
    down[0].exit_code = 69;
    down[0].error = "connection refused";
    const auto shared = std::make_shared<const std::vector<ServerResult>>(down);
    for (std::size_t i = 10; i <= 15; ++i) material.runs[i].servers = shared;
}

// One rule for every "since": an outage and a gap neither restart the count nor are part of it.
TEST(Since, AnOutageAndAGapNeitherRestartACountNorAreInIt) {
    for (const Verdict verdict : {Verdict::drifted, Verdict::denied}) {
        Material material = hourly(30);
        add(material, "blog", verdict, 2, 9);
        add_outage(material, "blog");
        add(material, "blog", verdict, 16, 29);
        material.runs.erase(material.runs.begin() + 20, material.runs.begin() + 24); // nobody looked from hour 21 to 24
        const PeriodAssessment it = assess(material);
        const StackReport& blog = it.stacks.at(0);
        const auto found =
            std::ranges::find_if(it.findings, [](const Finding& one) { return one.subject == "blog/production@main"; });
        ASSERT_NE(found, it.findings.end());
        EXPECT_EQ(found->from, begin + 2 * hour);
        EXPECT_NE(found->text.find("since 2026-10-01T02:00:00Z, seen so for 18 h of 1 d 3 h; nobody could see it for"),
                  std::string::npos)
            << found->text;
        if (verdict == Verdict::drifted) {
            EXPECT_EQ(blog.episodes.at(0).seen, 18 * hour);
            EXPECT_TRUE(blog.unseen.empty()) << "the outage is the server's";
        } else {
            ASSERT_EQ(blog.unseen.size(), 1U);
            EXPECT_EQ(blog.unseen[0].seen, 18 * hour);
            EXPECT_TRUE(blog.unseen[0].lasts);
        }
    }
}

TEST(Since, WhatWasSeenThroughoutIsSaidInOneTime) {
    Material material = hourly(6);
    add(material, "blog", Verdict::drifted, 2, 5);
    const PeriodAssessment it = assess(material);
    EXPECT_EQ(it.findings.at(0).text, "Its verdict has been drifted since 2026-10-01T02:00:00Z, for 3 h.");
    material.spells[0].first_at = begin - 40 * hour;
    material.spells[0].first_run = -38;
    EXPECT_EQ(assess(material).findings.at(0).text,
              "Its verdict has been drifted since 2026-09-29T08:00:00Z, for 5 h of this period.");
}

TEST(Since, AVerdictIsNotSaidOfTheTimeThatHadAnother) {
    Material material = hourly(10);
    add(material, "blog", Verdict::drifted, 2, 5);
    add(material, "blog", Verdict::missing, 6, 9);
    const PeriodAssessment it = assess(material);
    EXPECT_EQ(it.findings.at(0).text,
              "Its verdict has been missing since 2026-10-01T06:00:00Z, for 3 h; it has been out of "
              "sync since 2026-10-01T02:00:00Z, for 7 h.");
    EXPECT_EQ(it.findings[0].from, begin + 2 * hour);
}

// The report and the agent count alike: what the agent's tally says of the same runs is what the report says.
TEST(Since, TheReportSaysWhatTheAgentSays) {
    Material material = hourly(30);
    add(material, "blog", Verdict::drifted, 2, 9);
    add_outage(material, "blog");
    add(material, "blog", Verdict::missing, 16, 29);
    material.runs.erase(material.runs.begin() + 20, material.runs.begin() + 24);
    Watch watch;
    Tally tally;
    for (const ledger::Run& run : material.runs) {
        const UnixSeconds watched =
            watch.look(run.started_at, holds_until(run.started_at, run.next_due, material.max_gap));
        bool judged = false;
        for (const ledger::Spell& spell : material.spells) {
            if (run.number < spell.first_run || run.number > spell.last_run) continue;
            tally.take(word_of(*spell.state), run.started_at, watched);
            judged = true;
        }
        if (!judged) tally.rest(watched);
    }
    const PeriodAssessment it = assess(material);
    const Episode& open = it.stacks.at(0).episodes.at(0);
    const UnixSeconds watched = watch.seconds(open.ended_at);
    EXPECT_EQ(tally.word(watched), (Count{.since = open.latest_since, .seen = open.latest_seen}));
    EXPECT_EQ(tally.difference(watched), (Count{.since = open.opened_at, .seen = open.seen}));
}

TEST(Since, ADeniedStackWhoseServerIsDownAtTheEndIsStillDenied) {
    Material material = hourly(16);
    add(material, "blog", Verdict::denied, 0, 9);
    add_outage(material, "blog");
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).unseen.size(), 1U);
    EXPECT_TRUE(it.stacks[0].unseen[0].lasts);
    EXPECT_EQ(it.stacks[0].unseen[0].to, begin + 9 * hour) << "when it was last seen so";
    EXPECT_EQ(it.stacks[0].unseen[0].seen, 9 * hour);
}

TEST(Since, AnotherReasonIsAnotherStretch) {
    Material material = hourly(10);
    add(material, "blog", Verdict::denied, 0, 3).cause = Cause::environment;
    add(material, "blog", Verdict::denied, 4, 6).cause = Cause::resource_control;
    add(material, "blog", Verdict::in_sync, 7, 9);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.stacks.at(0).unseen.size(), 2U);
    EXPECT_EQ(it.stacks[0].unseen[0].to, begin + 4 * hour);
    EXPECT_FALSE(it.stacks[0].unseen[0].lasts);
    EXPECT_EQ(it.stacks[0].unseen[1].to, begin + 7 * hour);
    EXPECT_FALSE(it.stacks[0].unseen[1].lasts);
}

TEST(Outages, OfAServerAreOneRowWhateverItsStacks) {
    Material material = hourly(20);
    for (const char* name : {"a", "b", "c", "d"}) {
        add(material, name, Verdict::in_sync, 0, 9);
        add_outage(material, name);
        add(material, name, Verdict::in_sync, 16, 19);
    }
    const Document document = compose_document(assess(material));
    const auto section = std::ranges::find(document.sections, "unread", &Section::id);
    ASSERT_NE(section, document.sections.end());
    ASSERT_EQ(section->tables.size(), 1U);
    ASSERT_EQ(section->tables[0].rows.size(), 1U);
    EXPECT_EQ(section->tables[0].rows[0][0].text, "all of main");
    EXPECT_EQ(section->tables[0].rows[0][2].text, "2026-10-01 10:00");
    EXPECT_NE(section->tables[0].rows[0][5].text.find("connection refused"), std::string::npos);
    EXPECT_EQ(section->tables[0].rows[0].size(), section->tables[0].columns.size());
}

TEST(Words, SharesHaveOneDecimalAndAddUp) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(share_words({1, 1, 1}), (Words{"33.4 %", "33.3 %", "33.3 %"}));
    EXPECT_EQ(share_words({89, 438}), (Words{"16.9 %", "83.1 %"}));
    EXPECT_EQ(share_words({100000, 1}), (Words{"99.9 %", "0.1 %"})) << "only all is 100.0, only nothing is 0.0";
    EXPECT_EQ(share_words({5}), Words{"100.0 %"});
    EXPECT_EQ(share_words({5, 0}), (Words{"100.0 %", "0.0 %"}));
    EXPECT_EQ(share_words({}), Words{});
    EXPECT_EQ(share_words({0, 0}), (Words{"0.0 %", "0.0 %"}));
    std::mt19937 random(5);
    for (int round = 0; round < 500; ++round) {
        std::vector<UnixSeconds> parts(1 + random() % 12);
        for (UnixSeconds& part : parts) part = random() % 3 == 0 ? random() % 9 : random() % 3'000'000;
        parts[0] += 1;
        int tenths = 0;
        for (const std::string& share : share_words(parts)) {
            const std::size_t dot = share.find('.');
            tenths += std::stoi(share.substr(0, dot)) * 10 + std::stoi(share.substr(dot + 1, 1));
        }
        EXPECT_EQ(tenths, 1000) << ::testing::PrintToString(parts);
    }
}

TEST(Words, OfAFindingAreNoInternalIds) {
    for (const auto& [code, words] : {std::pair("unread-not_visible", "not visible"),
                                      {"open-drifted", "drifted"},
                                      {"server-not-judged", "server not judged"},
                                      {"gap", "not observed"},
                                      {"manifests-unreadable", "manifests unreadable"},
                                      {"older-backup", "older backup"}}) {
        EXPECT_EQ(what_words({.code = code}), words);
    }
}

TEST(Observers, ANewIdentityIsANewRowAndANote) {
    Material material = hourly(6);
    auto other = *material.runs[0].servers;
    other[0].identity = Identity{.id = 1, .username = "admin", .role = 1};
    other[0].list_complete = true;
    const auto shared = std::make_shared<const std::vector<ServerResult>>(other);
    for (std::size_t i = 4; i < 6; ++i) material.runs[i].servers = shared;
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.observers.size(), 2U);
    EXPECT_EQ(it.observers[0].runs, 4U);
    EXPECT_EQ(words::observer_words(it.observers[0].server), "alice (user, list filtered)");
    EXPECT_EQ(it.observers[1].from, begin + 4 * hour);
    EXPECT_EQ(codes(it), std::vector<std::string>{"identity-changed"});
}

TEST(Observers, AServerThatCouldNotBeJudgedIsAFinding) {
    Material material = hourly(3);
    auto other = *material.runs[0].servers;
    other[0].exit_code = 77;
    other[0].error = "the token was refused";
    material.runs[1].servers = std::make_shared<const std::vector<ServerResult>>(other);
    const PeriodAssessment it = assess(material);
    ASSERT_FALSE(it.findings.empty());
    EXPECT_EQ(it.findings[0].code, "server-not-judged");
    EXPECT_NE(it.findings[0].text.find("the token was refused"), std::string::npos);
}

Waiver waiver(std::string name, UnixSeconds until_hour) {
    return {.name = std::move(name),
            .server = "*",
            .environment = "*",
            .stack = "*",
            .path = "*",
            .owner = "o",
            .reason = "r",
            .approver = "a",
            .from = begin - 100 * hour,
            .until = begin + until_hour * hour,
            .where = {}};
}

TEST(Waivers, ExpiredDeadAndSoonExpiringOnesAreFindings) {
    Material material = hourly(10);
    const auto declared = std::make_shared<const std::vector<Waiver>>(
        std::vector{waiver("dead", 100'000), waiver("fine", 100'000), waiver("old", 5), waiver("soon", 200)});
    for (auto& run : material.runs) run.waivers = declared;
    add(material, "blog", Verdict::in_sync, 0, 9).waivers = {"fine", "soon"};
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.waivers.size(), 4U);
    EXPECT_EQ(waiver_state(it.waivers[0], it), "dead");
    EXPECT_EQ(waiver_state(it.waivers[1], it), "in force");
    EXPECT_EQ(it.waivers[1].used_for, std::vector<std::string>{"blog/production@main"});
    EXPECT_EQ(it.waivers[1].last_used, begin + 9 * hour);
    EXPECT_EQ(waiver_state(it.waivers[2], it), "expired");
    EXPECT_EQ(waiver_state(it.waivers[3], it), "expires soon");
    EXPECT_EQ(codes(it), (std::vector<std::string>{"waiver-dead", "waiver-expired", "waiver-expiring"}));
}

TEST(Waivers, OneThatIsUsedOutsideTheScopeIsNotDead) {
    Material material = in_turns(10);
    Waiver other = waiver("other", 100'000);
    other.server = "branch";
    const auto declared =
        std::make_shared<const std::vector<Waiver>>(std::vector{waiver("everywhere", 100'000), other});
    for (auto& run : material.runs) run.waivers = declared;
    material.scope.server = "main";
    add(material, "till", Verdict::in_sync, 1, 9, "branch").waivers = {"everywhere"};
    material.elsewhere = std::exchange(material.spells, {});
    add(material, "blog", Verdict::in_sync, 0, 9);
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(it.waivers.size(), 1U) << "one for branch alone is no business of main's report";
    EXPECT_EQ(waiver_state(it.waivers[0], it), "in force");
    EXPECT_TRUE(it.waivers[0].used_for.empty());
    EXPECT_TRUE(it.waivers[0].used_elsewhere);
    EXPECT_TRUE(codes(it).empty());
}

TEST(Remarks, ThatTheManifestsCouldNotBeReadIsAFindingWithItsTimes) {
    Material material = hourly(10);
    add(material, "blog", Verdict::in_sync, 0, 9);
    const auto wrong = std::make_shared<const Diagnostics>(
        Diagnostics{{.code = "unknown-key", .message = "unknown key `x`", .where = {.file = "blog.yaml", .line = 3}},
                    {.code = "stale-manifests", .message = "the manifests cannot be read as a whole"}});
    for (const std::size_t hour_of_it : {3, 4, 5, 8, 9}) material.runs[hour_of_it].remarks = wrong;
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(codes(it), (std::vector<std::string>{"manifests-unreadable", "manifests-unreadable"}));
    EXPECT_EQ(it.findings[0].from, begin + 3 * hour);
    EXPECT_EQ(it.findings[0].to, begin + 6 * hour) << "the first run that could read them";
    EXPECT_NE(it.findings[0].text.find("in 3 runs; stacks were judged by older ones. First: blog.yaml:3: unknown key"),
              std::string::npos)
        << it.findings[0].text;
    EXPECT_NE(it.findings[1].text.find("08:00:00Z on, in 2 runs"), std::string::npos) << it.findings[1].text;
}

TEST(Remarks, AboutAServerAreNotesThatAreCountedOverTheRuns) {
    Material material = hourly(10);
    add(material, "blog", Verdict::in_sync, 0, 9);
    const auto doubt = std::make_shared<const Diagnostics>(
        Diagnostics{{.severity = Severity::warning,
                     .code = "database-changed",
                     .message = "the memory of main is void",
                     .server = "main"},
                    {.severity = Severity::warning, .code = "waiver-unused", .message = "waiver `x` accepts nothing"},
                    {.severity = Severity::note, .code = "narrowed", .message = "a note"}});
    material.runs[2].remarks = material.runs[7].remarks = doubt;
    const PeriodAssessment it = assess(material);
    ASSERT_EQ(codes(it), std::vector<std::string>{"database-changed"});
    EXPECT_EQ(it.findings[0].subject, "main");
    EXPECT_NE(it.findings[0].text.find("the memory of main is void (in 2 runs, from "), std::string::npos);
}

TEST(Chain, ABrokenOneIsTheFirstFinding) {
    Material material = hourly(10);
    add(material, "blog", Verdict::drifted, 0, 9);
    material.verification.broken = 4;
    material.verification.problem = "it, or the run before it, is not what was recorded";
    const PeriodAssessment it = assess(material);
    EXPECT_EQ(it.findings.at(0).code, "chain-broken");
}

} // namespace
} // namespace mooring::evidence
