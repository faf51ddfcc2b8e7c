// What the loop decides: when to run next, which desired state counts, what changed.
#include "board_samples.hpp"
#include "serve/board.hpp"
#include "serve/server_loop.hpp"

#include <gtest/gtest.h>

namespace mooring::serve {
namespace {

using namespace std::chrono_literals;

constexpr Pace pace{.interval = 300s, .jitter = 30s};

TEST(Schedule, TheIntervalIsOnlyEverProlongedByChance) {
    EXPECT_EQ(next_wait(pace, Ending::judged, 0, 0.0), 300s);
    EXPECT_EQ(next_wait(pace, Ending::judged, 0, 0.5), 315s);
    EXPECT_LE(next_wait(pace, Ending::judged, 0, 0.999), 330s);
}

TEST(Schedule, AServerThatDoesNotAnswerIsAskedSoonerAndNeverLaterThanTheInterval) {
    EXPECT_LE(next_wait(pace, Ending::no_answer, 1, 0.99), 10s);
    EXPECT_GE(next_wait(pace, Ending::no_answer, 1, 0.0), 5s);
    EXPECT_GT(next_wait(pace, Ending::no_answer, 4, 0.5), next_wait(pace, Ending::no_answer, 2, 0.5));
    EXPECT_LE(next_wait(pace, Ending::no_answer, 1000, 0.99), 300s);
    EXPECT_LE(next_wait({.interval = 1s, .jitter = 0s}, Ending::no_answer, 3, 0.99), 1s);
}

TEST(Schedule, RefusedCredentialsAreNotKnockedWith) { EXPECT_GE(next_wait(pace, Ending::refused, 1, 0.0), 300s); }

TEST(Schedule, TheWatchdogIsFedByProgressAlone) {
    const std::chrono::steady_clock::time_point now{1000s};
    const std::vector<Pulse> good{{now + 1s}, {now - 5s}};
    const std::vector<Pulse> stuck{{now + 1s}, {now - 11s}};
    EXPECT_TRUE(all_alive(good, now, 10s));
    EXPECT_FALSE(all_alive(stuck, now, 10s));
    EXPECT_TRUE(all_alive({}, now, 10s));
}

Desired declared(std::size_t stacks) {
    Desired out;
    for (std::size_t i = 0; i < stacks; ++i) {
        DesiredStack stack;
        stack.name = "s" + std::to_string(i);
        stack.server = i % 2 == 0 ? "main" : "second";
        out.stacks.push_back(stack);
    }
    return out;
}

Desired broken(std::size_t stacks) {
    Desired out = declared(stacks);
    out.complete = false;
    out.diagnostics.push_back({.severity = Severity::error, .code = "syntax", .message = "not YAML"});
    return out;
}

TEST(Source, AnUnreadableSourceIsNotAnEmptySource) {
    Source source;
    EXPECT_TRUE(source.take_in(declared(3), 100));
    for (Desired& bad : std::vector<Desired>{broken(2), broken(0), Desired(), {.complete = false}}) {
        source.take_in(std::move(bad), 200);
        EXPECT_EQ(source.desired()->stacks.size(), 3U);
        EXPECT_TRUE(source.view().stale);
        EXPECT_EQ(source.view().failing_since, 200);
        EXPECT_EQ(source.view().loaded_at, 100);
    }
    EXPECT_TRUE(source.take_in(declared(1), 300));
    EXPECT_FALSE(source.view().stale);
    EXPECT_EQ(source.desired()->stacks.size(), 1U);
}

TEST(Source, BeforeAnythingGoodWasReadAPartIsJudgedAndNothingIsCalledExtra) {
    Source source;
    source.take_in(broken(0), 100);
    EXPECT_EQ(source.desired(), nullptr);
    source.take_in(broken(2), 110);
    ASSERT_NE(source.desired(), nullptr);
    EXPECT_TRUE(source.view().partial);
    EXPECT_FALSE(source.view().stale);
    EXPECT_FALSE(source.desired()->complete);
    source.take_in(broken(3), 120);
    EXPECT_EQ(source.desired()->stacks.size(), 3U);
}

TEST(Source, TheSameFailureIsNoChange) {
    Source source;
    source.take_in(declared(2), 100);
    EXPECT_TRUE(source.take_in(broken(0), 200));
    EXPECT_FALSE(source.take_in(broken(0), 300));
    EXPECT_EQ(source.view().failing_since, 200);
}

TEST(Source, AServersPartSaysWhenItIsJudgedByAnOlderState) {
    Source source;
    source.take_in(declared(4), 100);
    EXPECT_FALSE(has_errors(part_of(*source.desired(), source.view(), "main").diagnostics));
    source.take_in(broken(0), 200);
    const Desired part = part_of(*source.desired(), source.view(), "main");
    EXPECT_EQ(part.stacks.size(), 2U);
    EXPECT_FALSE(part.complete);
    ASSERT_TRUE(has_errors(part.diagnostics));
    EXPECT_EQ(part.diagnostics.back().code, "stale-manifests");
}

std::map<StackKey, StackView> known(std::vector<StackResult> stacks) {
    std::map<StackKey, StackView> out;
    for (StackView& view : views_of(report_of(std::move(stacks), 100), {}, watch_of({100})))
        out.emplace(view.key, view);
    return out;
}

std::vector<std::string> lines(const std::map<StackKey, StackView>& before, std::vector<StackResult> stacks) {
    std::vector<std::string> out;
    for (const Transition& one :
         transitions(before, views_of(report_of(std::move(stacks), 200), before, watch_of({100, 200}))))
        out.push_back(line_of(one));
    return out;
}

TEST(Transitions, OnlyWhatChangedIsSaid) {
    using Lines = std::vector<std::string>;
    const auto before = known({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)});
    EXPECT_EQ(lines(before, {stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)}), Lines{});
    EXPECT_EQ(lines(before, {stack_with("a", Verdict::denied), stack_with("b", Verdict::in_sync)}),
              (Lines{"a/production@main: in sync -> denied: because of a", "b/production@main: drifted -> in sync"}));
    EXPECT_EQ(lines(before, {stack_with("a", Verdict::in_sync)}),
              Lines{"b/production@main: drifted -> no longer watched"});
    EXPECT_EQ(lines({}, {stack_with("a", Verdict::in_sync), stack_with("b", Verdict::missing)}),
              Lines{"b/production@main: new -> missing: because of b"});
}

TEST(Transitions, WhatWasOverBeforeTheAgentBeganIsNotOverAgain) {
    auto before = known({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)});
    for (auto& [key, view] : before) view.watched = key.name == "a";
    EXPECT_EQ(lines(before, {stack_with("a", Verdict::in_sync)}), std::vector<std::string>{});
}

TEST(Transitions, OtherDifferencesUnderTheSameVerdictAreAChangeAndOtherEvidenceIsNone) {
    StackResult now = stack_with("b", Verdict::drifted);
    now.evidence.push_back({.method = "GET", .target = "/api/stacks", .status = 200});
    now.notes = {"worth knowing"};
    const auto before = known({stack_with("b", Verdict::drifted)});
    EXPECT_TRUE(lines(before, {now}).empty());
    now.changes.front().actual = "nginx:1.24";
    EXPECT_EQ(lines(before, {now}).size(), 1U);
}

TEST(Transitions, WhatOnlyCountsOnIsNoNews) {
    StackResult result = stack_with("b", Verdict::drifted);
    result.changes = {{.plane = Plane::runtime,
                       .path = "services.b.containers[b-1].state",
                       .desired = "running",
                       .actual = "restarting (3 times)"}};
    const auto before = known({result});
    result.changes.front().actual = "restarting (4 times)";
    EXPECT_TRUE(lines(before, {result}).empty());
    result.changes.front().actual = "exited (1)";
    EXPECT_EQ(lines(before, {result}).size(), 1U);
}

TEST(Transitions, AStateHoldsNoValueOfASecret) {
    StackResult result = stack_with("b", Verdict::drifted);
    result.changes.push_back({.path = "env.PASSWORD", .desired = "hunter2", .actual = "hunter3", .secret = true});
    EXPECT_EQ(state_of(result).find("hunter"), std::string::npos);
}

TEST(Board, AVerdictThatStaysKeepsItsTime) {
    const auto before = known({stack_with("a", Verdict::drifted), stack_with("b", Verdict::drifted)});
    const auto views = views_of(report_of({stack_with("a", Verdict::drifted), stack_with("b", Verdict::missing)}, 500),
                                before, watch_of({100, 500}));
    EXPECT_EQ(views[0].count(600).since, 100);
    EXPECT_EQ(views[1].count(600).since, 500);
    EXPECT_EQ(views[1].difference(600)->since, 100) << "it was out of sync before, too";
}

// The rule itself is in model/since_test.cpp.
TEST(Board, AnOutageAndAGapNeitherRestartACountNorAreInIt) {
    StackResult down = stack_with("a", Verdict::unreachable);
    down.rule = "server-unreachable";
    Watch watch = watch_of({100});
    auto all = known({stack_with("a", Verdict::drifted)});
    const auto run = [&](const StackResult& result, UnixSeconds at) {
        watch.look(at, at + 3600);
        const auto views = views_of(report_of({result}, at), all, watch);
        all = known_after(all, views, watch, true);
        return views.at(0);
    };
    const StackView outage = run(down, 1100);
    EXPECT_EQ(outage.count(1600), (Count{.since = 1100, .seen = 500}));
    EXPECT_EQ(outage.difference(1600), (Count{.since = 100, .seen = 1000}));
    const StackView again = run(stack_with("a", Verdict::drifted), 2100);
    EXPECT_EQ(again.count(2200), (Count{.since = 100, .seen = 1100}));
    // Nobody looked from 5700 on.
    const StackView later = run(stack_with("a", Verdict::drifted), 99'100);
    EXPECT_EQ(later.count(99'200), (Count{.since = 100, .seen = 1000 + 3600 + 100}));
    EXPECT_EQ(later.count(999'200), (Count{.since = 100, .seen = 1000 + 3600 + 3600})) << "and nobody looked after it";
}

TEST(Board, WhatIsNotJudgedForAWhileGoesOnCountingAndIsNotSeen) {
    auto all = known({stack_with("a", Verdict::drifted)});
    const Watch second = watch_of({100, 200});
    all = known_after(all, {}, second, true);
    EXPECT_FALSE(all.begin()->second.watched);
    const Watch third = watch_of({100, 200, 300});
    const auto views = views_of(report_of({stack_with("a", Verdict::drifted)}, 300), all, third);
    EXPECT_EQ(views.at(0).count(400), (Count{.since = 100, .seen = 200}));
    EXPECT_TRUE(views.at(0).watched);
}

TEST(Board, WhatWasExtraKeepsItsTimeWhileTheManifestsCannotBeRead) {
    auto before = known({stack_with("a", Verdict::in_sync), stack_with("left", Verdict::extra)});
    const Watch second = watch_of({100, 200});
    const auto shown = views_of(report_of({stack_with("a", Verdict::in_sync)}, 200), before, second);
    const StackKey left{.server = "main", .environment = "production", .name = "left"};
    EXPECT_FALSE(known_after(before, shown, second, true).at(left).watched);
    before = known_after(before, shown, second, false);
    EXPECT_TRUE(before.at(left).watched);
    const auto again =
        views_of(report_of({stack_with("left", Verdict::extra)}, 300), before, watch_of({100, 200, 300}));
    EXPECT_EQ(again.at(0).count(300), (Count{.since = 100, .seen = 100}));
}

TEST(Board, ItsHeadlineSaysWhatTheRunsSaid) {
    const Board board = board_of({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)}, 100);
    EXPECT_EQ(headline(board), "in sync 1, drifted 1; coverage 100 %, score 50 %, runtime read");
}

TEST(Board, ItsHeadlineSaysWhichServersRefuseTheirToken) {
    Board board = board_of({stack_with("a", Verdict::denied)}, 100);
    board.servers[0].report->servers[0].exit_code = 77;
    EXPECT_EQ(headline(board), "in sync 0, denied 1; coverage 0 %, score 0 %, runtime not read; token refused by main");
    board.servers[0].report->servers[0].exit_code = 69;
    EXPECT_EQ(headline(board).find("token refused"), std::string::npos);
}

TEST(Board, ReadinessNeedsARunOfEveryServerWithinItsWindow) {
    Board board = board_of({stack_with("a", Verdict::in_sync)}, 1000);
    board.ready_window = 60s;
    EXPECT_EQ(not_ready(board, 1050), "");
    EXPECT_EQ(not_ready(board, 1100), "the last run of main ended 99 s ago");
    board.servers.emplace_back().name = "second";
    EXPECT_EQ(not_ready(board, 1050), "no run of second has ended yet");
}

// A server that hangs for longer than the window: its runs end, one after the other, and readiness does not come and
// go.
TEST(Board, ARunUnderWayIsReadyUntilItsDeadline) {
    Board board = board_of({stack_with("a", Verdict::in_sync)}, 1000);
    board.ready_window = 60s;
    ServerView& main = board.servers.front();
    main.running = true;
    main.ends_by = 2000;
    EXPECT_EQ(not_ready(board, 1500), "");
    EXPECT_EQ(not_ready(board, 2000), "");
    EXPECT_EQ(not_ready(board, 2001), "the last run of main ended 1000 s ago");
    main.running = false;
    EXPECT_EQ(not_ready(board, 1500), "the last run of main ended 499 s ago");
    main.running = true;
    main.ended_at = 0;
    EXPECT_EQ(not_ready(board, 1500), "no run of main has ended yet");
}

TEST(Board, TheHeadlineOfAServerCountsItsOwnStacks) {
    Board board = board_of({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)}, 100);
    board.servers.push_back(view_of(report_of({stack_with("c", Verdict::unreachable, "branch")}, 100, "branch"), 100));
    EXPECT_EQ(headline(board, "main"), "in sync 1, drifted 1; coverage 100 %, score 50 %, runtime read");
    EXPECT_EQ(headline(board, "branch").find("in sync 0, unreachable 1; coverage 0 %"), 0U)
        << headline(board, "branch");
    board.servers.back().problem = "the token cannot be read";
    EXPECT_TRUE(headline(board, "branch").ends_with("; the token cannot be read"));
    board.servers.back().unwatched = true;
    EXPECT_EQ(headline(board, "branch"), "no longer watched");
    EXPECT_EQ(headline(board, "nobody"), "no longer watched");
}

TEST(Board, WhatIsNotInUseAsItWasMeantIsACaveatWithItsPlace) {
    Board board = board_of({stack_with("a", Verdict::in_sync)}, 100);
    EXPECT_EQ(caveats(board), "");
    board.reload = "mooring.yaml:10:11: unknown key `intervall`";
    EXPECT_NE(caveats(board).find("mooring.yaml:10:11"), std::string::npos);
    EXPECT_NE(headline(board).find("could not be read again: mooring.yaml:10:11"), std::string::npos);
    board.reload.clear();
    board.source.failing_since = 90;
    board.source.stale = true;
    board.source.diagnostics = {
        {.severity = Severity::error, .message = "no", .where = {.file = "shop.yaml", .line = 3}}};
    EXPECT_NE(caveats(board).find("shop.yaml:3"), std::string::npos) << caveats(board);
    EXPECT_EQ(not_ready(board, 110), "") << "the agent works all the same";
}

TEST(Board, DeniedIsNeverGoodNorDrift) {
    EXPECT_EQ(health_of(board_of({stack_with("a", Verdict::in_sync)}, 100)), Health::good);
    EXPECT_EQ(health_of(board_of({stack_with("a", Verdict::denied)}, 100)), Health::blind);
    EXPECT_EQ(health_of(board_of({stack_with("a", Verdict::missing)}, 100)), Health::drift);
    EXPECT_EQ(health_of(board_of({stack_with("a", Verdict::missing), stack_with("b", Verdict::pending)}, 100)),
              Health::both);
    EXPECT_EQ(health_of(board_of({stack_with("a", Verdict::deleted)}, 100)), Health::both);
    EXPECT_EQ(health_of(Board()), Health::waiting);
}

TEST(Log, EveryFormIsOneLineAndHoldsEveryField) {
    const Fields fields{{"run_id", "ab12"}, {"stack", "my \"shop\"\nx"}};
    EXPECT_EQ(text_line(0, Level::warn, "drift\nhere", fields),
              "1970-01-01T00:00:00Z warn  drift here run_id=ab12 stack=\"my \\\"shop\\\" x\"\n");
    EXPECT_EQ(json_line(0, Level::info, "ok", fields),
              "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"info\",\"message\":\"ok\",\"run_id\":\"ab12\","
              "\"stack\":\"my \\\"shop\\\" x\"}\n");
    EXPECT_EQ(journal_entry(Level::error, "ok", fields),
              "PRIORITY=3\nSYSLOG_IDENTIFIER=mooring\nMESSAGE=ok\nMOORING_RUN_ID=ab12\nMOORING_STACK=my \"shop\" x\n");
}

} // namespace
} // namespace mooring::serve
