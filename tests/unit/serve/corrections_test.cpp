// What people and programs are shown of correcting: page, /v1/plan, metrics, notifications.
#include "board_samples.hpp"
#include "serve/door.hpp"
#include "serve/metrics.hpp"
#include "serve/notices.hpp"
#include "serve/page.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::serve {
namespace {

using reconcile::Readiness;
using reconcile::Step;
using Words = std::vector<std::string>;
constexpr UnixSeconds start = 1'790'000'000;

Step step_of(const std::string& name, Readiness readiness, const std::string& code = {}) {
    Step step;
    step.server = "main";
    step.name = name;
    step.environment = "production";
    step.readiness = readiness;
    step.parts = {{.action = reconcile::Action::update}};
    step.corrections = {
        {.path = "services.web.image", .from = "nginx:1.25", .becomes = "nginx:1.27", .secret = false, .where = {}},
        {.path = "env.PASSWORD", .from = {}, .becomes = {}, .secret = true, .where = {}}};
    if (!code.empty()) {
        step.obstacles.push_back({.held = readiness == Readiness::held,
                                  .code = code,
                                  .message = "why " + name + " <waits>",
                                  .remedy = "type: mooring resume " + name,
                                  .lifted_by = {}});
    }
    return step;
}

Board board_with(Corrections corrections, UnixSeconds now = start) {
    Board board = board_of({stack_with("a", Verdict::drifted), stack_with("b", Verdict::drifted)}, now);
    board.servers.front().corrections = std::move(corrections);
    return board;
}

Corrections three_steps() {
    Corrections out;
    out.at = start;
    out.steps = {step_of("a", Readiness::to_do), step_of("b", Readiness::held, "human_grace"),
                 step_of("c", Readiness::blocked, "quarantined")};
    out.done = {{.at = start - 60,
                 .name = "a",
                 .environment = "production",
                 .action = "update",
                 .outcome = PartOutcome::not_converged,
                 .message = "web is not up",
                 .changes = {}}};
    out.outcomes = {{PartOutcome::done, 3}, {PartOutcome::not_converged, 1}};
    return out;
}

TEST(Corrections, ThePageShowsWhatWouldBeDoneAndTheCommandAndNeverAButton) {
    const std::string page = status_page(status_model(board_with(three_steps()), {}, start));
    for (const std::string said : {"Corrections", "`update`", "quarantined", "mooring resume c", "why c &lt;waits&gt;",
                                   "update: not converged", "web is not up", "nginx:1.27", "differs (secret)"}) {
        const std::string text = said == "`update`" ? ">update<" : said;
        EXPECT_NE(page.find(text), std::string::npos) << text;
    }
    EXPECT_LT(page.find("why c"), page.find("why b")) << "what needs a person first";
    EXPECT_EQ(page.find("<button", page.find("class=\"corrections\"")), std::string::npos);
    EXPECT_EQ(page.find("method=\"post\""), std::string::npos);
}

TEST(Corrections, AServerThatTheAgentMayNotCorrectIsNotSpokenOf) {
    const Board board = board_of({stack_with("a", Verdict::drifted)}, start);
    EXPECT_EQ(status_page(status_model(board, {}, start)).find("Corrections"), std::string::npos);
    EXPECT_EQ(plan_json(board, {}), "{\"servers\":[]}\n");
    EXPECT_EQ(Metrics().text(board, start).find("mooring_two_writers"), std::string::npos);
}

TEST(Corrections, AHaltIsTheFirstThingThatIsSaid) {
    Corrections halted = three_steps();
    halted.halted = reconcile::Obstacle{.held = false,
                                        .code = "two_writers",
                                        .message = "something else writes",
                                        .remedy = "look, then: mooring trust main",
                                        .lifted_by = {}};
    halted.halted_since = start - 5;
    const Board board = board_with(halted);
    const std::string page = status_page(status_model(board, {}, start));
    EXPECT_NE(page.find("something else writes. What to do: look, then: mooring trust main"), std::string::npos);
    const auto json = nlohmann::json::parse(plan_json(board, {}));
    EXPECT_EQ(json["servers"][0]["halted"]["code"], "two_writers");
    EXPECT_EQ(json["servers"][0]["halted"]["since"], format_utc(start - 5));
    EXPECT_NE(Metrics().text(board, start).find("mooring_two_writers{server=\"main\"} 1"), std::string::npos);
    EXPECT_NE(Metrics().text(board, start).find("mooring_correcting_halted{server=\"main\"} 1"), std::string::npos);
}

TEST(Corrections, ThePlanIsThatOfMooringPlanAndHoldsNoSecret) {
    const Board board = board_with(three_steps());
    const auto json = nlohmann::json::parse(plan_json(board, {}));
    ASSERT_EQ(json["servers"].size(), 1U);
    const auto& steps = json["servers"][0]["steps"];
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[2]["obstacles"][0]["code"], "quarantined");
    EXPECT_TRUE(steps[0]["corrections"][1]["becomes"].is_null());
    EXPECT_EQ(json["servers"][0]["done"][0]["outcome"], "not_converged");
    EXPECT_TRUE(json["servers"][0]["underWay"].is_null());
    EXPECT_EQ(nlohmann::json::parse(plan_json(board, {{"server", "other"}}))["servers"].size(), 0U);
}

TEST(Corrections, MetricsCountByOutcomeAndWhatNeedsAPerson) {
    const std::string text = Metrics().text(board_with(three_steps()), start);
    for (const std::string line :
         {"mooring_corrections_total{server=\"main\",outcome=\"done\"} 3",
          "mooring_corrections_total{server=\"main\",outcome=\"not_converged\"} 1",
          "mooring_corrections_to_do{server=\"main\"} 1", "mooring_corrections_held{server=\"main\"} 1",
          "mooring_corrections_blocked{server=\"main\"} 1", "mooring_stacks_quarantined{server=\"main\"} 1",
          "mooring_two_writers{server=\"main\"} 0"})
        EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(Corrections, AServerThatIsBeingWrittenIsReadyForAsLongAsThatMayTake) {
    Corrections writing;
    writing.under_way = "update a/production: its deployment is under way";
    writing.under_way_since = start;
    Board board = board_with(writing);
    ServerView& server = board.servers.front();
    server.next_due = 0;
    server.ends_by = start + 5000;
    EXPECT_EQ(not_ready(board, start + 5000), "");
    EXPECT_NE(not_ready(board, start + 5001), "");
    EXPECT_NE(status_page(status_model(board, {}, start)).find("once what is being written has ended"),
              std::string::npos);
    server.corrections->under_way.clear();
    EXPECT_NE(not_ready(board, start + 5000), "");
}

// What a receiver hears of correcting, and what it was told after that.
Words hear_of_correcting(const Board& board, ToldByTopic& told, UnixSeconds now) {
    Words out;
    for (const Notice& one : notices(board, "main", told, now, std::chrono::seconds(1000))) {
        told[{one.subject, one.topic}] = {.state = one.state, .at = now};
        if (one.topic != "drift" && one.topic != "access") out.push_back(words_of(one) + ": " + one.what);
    }
    return out;
}

TEST(CorrectionNotices, WhatWasWrittenIsSaidOnceAndWhatWasWrittenLongAgoNever) {
    ToldByTopic told;
    Corrections done;
    done.done = {
        {.at = start, .name = "a", .environment = "production", .action = "update", .outcome = PartOutcome::done}};
    EXPECT_EQ(hear_of_correcting(board_with(done), told, start), Words{"corrected: a in production on main"});
    EXPECT_EQ(hear_of_correcting(board_with(done), told, start + 2000), Words{}) << "no reminder of what is over";
    done.done.insert(done.done.begin(), {.at = start + 2100,
                                         .name = "a",
                                         .environment = "production",
                                         .action = "update",
                                         .outcome = PartOutcome::outage});
    EXPECT_EQ(hear_of_correcting(board_with(done), told, start + 2100),
              Words{"correction went wrong, outage: a in production on main"});
    ToldByTopic nobody;
    EXPECT_EQ(hear_of_correcting(board_with(done), nobody, start + 9000), Words{}) << "before anybody was to be told";
}

TEST(CorrectionNotices, AQuarantineIsToldAtOnceAndABlockedStackAfterADay) {
    ToldByTopic told;
    Corrections corrections;
    corrections.steps = {step_of("a", Readiness::blocked, "denied"), step_of("b", Readiness::blocked, "quarantined")};
    Board board = board_with(corrections);
    EXPECT_EQ(hear_of_correcting(board, told, start), Words{"quarantined: b in production on main"});
    EXPECT_EQ(hear_of_correcting(board, told, start + blocked_for_long - 1),
              Words{"still quarantined: b in production on main"});
    EXPECT_EQ(hear_of_correcting(board, told, start + blocked_for_long), Words{"blocked: a in production on main"});
    board.servers.front().corrections->steps = {step_of("a", Readiness::held, "backoff")};
    const Words over = hear_of_correcting(board, told, start + blocked_for_long + 1);
    EXPECT_EQ(over,
              (Words{"no longer blocked: a in production on main", "no longer blocked: b in production on main"}));
}

TEST(CorrectionNotices, TwoWritersAreCriticalAndTheEndOfItIsTold) {
    ToldByTopic told;
    Corrections corrections;
    corrections.halted =
        reconcile::Obstacle{.held = false, .code = "two_writers", .message = "m", .remedy = "r", .lifted_by = {}};
    const Board board = board_with(corrections);
    const auto found = notices(board, "main", told, start, std::chrono::seconds(0));
    const auto halt = std::ranges::find(found, "correcting", &Notice::topic);
    ASSERT_NE(halt, found.end());
    EXPECT_EQ(severity_of(*halt), "critical");
    EXPECT_EQ(hear_of_correcting(board, told, start), Words{"correcting halted: server main"});
    EXPECT_EQ(hear_of_correcting(board_with({}), told, start + 1), Words{"correcting again: server main"});
}

} // namespace
} // namespace mooring::serve
