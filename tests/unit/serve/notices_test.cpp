// What is told, by what was told before.
#include "board_samples.hpp"
#include "serve/notices.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

namespace mooring::serve {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

TEST(News, OnlyTransitionsAndRemindersAreTold) {
    const Told well{.state = "", .at = 100};
    const Told drift{.state = "a", .at = 100};
    const auto news = [](const std::optional<Told>& before, std::optional<std::string> now, UnixSeconds at = 200,
                         std::chrono::seconds reminder = 1000s) { return news_of(before, now, at, reminder); };
    EXPECT_EQ(news({}, ""), News::none);
    EXPECT_EQ(news(well, ""), News::none);
    EXPECT_EQ(news({}, "a"), News::opened);
    EXPECT_EQ(news(well, "a"), News::opened);
    EXPECT_EQ(news(drift, "a"), News::none);
    EXPECT_EQ(news(drift, "b"), News::changed);
    EXPECT_EQ(news(drift, ""), News::resolved);
    EXPECT_EQ(news(drift, "a", 1099), News::none);
    EXPECT_EQ(news(drift, "a", 1100), News::reminder);
    EXPECT_EQ(news(drift, "a", 9999, 0s), News::none);
    for (const auto& before : {std::optional<Told>(), std::optional(well), std::optional(drift)})
        EXPECT_EQ(news(before, {}), News::none);
}

// What a receiver hears of a board, and what it was told after that.
Words hear(const Board& board, ToldByTopic& told, UnixSeconds now) {
    Words out;
    for (const Notice& one : notices(board, "main", told, now, 1000s)) {
        out.push_back(words_of(one) + ": " + one.what);
        told[{one.subject, one.topic}] = {.state = one.state, .at = now};
    }
    return out;
}

TEST(Notices, DriftAndAccessAreToldApart) {
    ToldByTopic told;
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::in_sync)}, 100), told, 100), Words{});
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::drifted)}, 200), told, 200),
              Words{"drift opened: a in production on main"});
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::denied)}, 300), told, 300),
              Words{"access lost: a in production on main"});
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::drifted)}, 400), told, 400),
              Words{"access regained: a in production on main"})
        << "the drift was told and is still there";
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::in_sync)}, 500), told, 500),
              Words{"drift resolved: a in production on main"});
}

TEST(Notices, PendingSaysNothingAndDeniedResolvesNoDrift) {
    ToldByTopic told;
    hear(board_of({stack_with("a", Verdict::missing)}, 100), told, 100);
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::pending)}, 200), told, 200), Words{});
    for (const std::string& said : hear(board_of({stack_with("a", Verdict::denied)}, 300), told, 300))
        EXPECT_EQ(said.find("resolved"), std::string::npos);
}

TEST(Notices, AServerThatCannotBeReadIsOneNotice) {
    Board board = board_of({stack_with("a", Verdict::unreachable), stack_with("b", Verdict::unreachable)}, 100);
    board.servers[0].report->servers[0].exit_code = 69;
    ToldByTopic told;
    EXPECT_EQ(hear(board, told, 100), Words{"access lost: server main"});
}

TEST(Notices, ARefusedTokenIsOneNoticeAServerAndNotOneAStack) {
    ToldByTopic told;
    hear(board_of({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)}, 100), told, 100);
    Board board = board_of({stack_with("a", Verdict::denied), stack_with("b", Verdict::denied)}, 200);
    board.servers[0].report->servers[0].exit_code = 69;
    EXPECT_EQ(hear(board, told, 200), Words{"access lost: server main"});
    board.servers[0].report->servers[0].exit_code = 77;
    EXPECT_EQ(hear(board, told, 300), Words{"access still lost, otherwise: server main"});
    EXPECT_EQ(hear(board, told, 400), Words{});
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::drifted)}, 500), told, 500),
              Words{"access regained: server main"});
}

TEST(Notices, ADeletedStackIsDriftAndSaysNothingOfAccess) {
    ToldByTopic told;
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::deleted)}, 100), told, 100),
              Words{"drift opened: a in production on main"});
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::denied)}, 200), told, 200),
              Words{"access lost: a in production on main"});
    EXPECT_EQ(hear(board_of({stack_with("a", Verdict::deleted)}, 300), told, 300), Words{})
        << "whether access was regained is not known";
}

TEST(Notices, AStackThatIsDeclaredNoMoreIsOverUnlessTheManifestsCannotBeRead) {
    ToldByTopic told;
    hear(board_of({stack_with("a", Verdict::drifted)}, 100), told, 100);
    Board board = board_of({stack_with("b", Verdict::in_sync)}, 200);
    board.source.failing_since = 150;
    EXPECT_EQ(hear(board, told, 200), Words{"manifests failed: the manifests"});
    board.source.failing_since = 0;
    EXPECT_EQ(hear(board, told, 300),
              (Words{"manifests resolved: the manifests", "drift resolved: a in production on main"}));
}

TEST(Notices, WhatWasSaidOfAServerThatIsWatchedNoMoreIsOver) {
    ToldByTopic told;
    hear(board_of({stack_with("a", Verdict::drifted)}, 100), told, 100);
    Board unread = board_of({stack_with("a", Verdict::unreachable)}, 150);
    unread.servers[0].report->servers[0].exit_code = 69;
    hear(unread, told, 150);
    ToldByTopic also = told;
    const Words over{"access regained: server main", "drift resolved: a in production on main"};
    Board board = board_of({}, 200);
    board.servers.clear(); // taken out of the configuration
    EXPECT_EQ(hear(board, told, 200), over);
    EXPECT_EQ(hear(board, told, 300), Words{});
    board = board_of({}, 200);
    board.servers[0].unwatched = true; // nothing is declared for it
    EXPECT_EQ(hear(board, also, 200), over);
}

TEST(Notices, NoFormHoldsAValueOfASecret) {
    StackResult result = stack_with("a", Verdict::drifted);
    result.changes.push_back({.path = "env.PASSWORD", .desired = "hunter2", .actual = "hunter3", .secret = true});
    Digest digest{.id = "1", .server = "main", .headline = "drift", .page = "https://m.example.test"};
    digest.notices = notices(board_of({result}, 100), "main", {}, 100, 0s);
    ASSERT_EQ(digest.notices.size(), 1U);
    for (const std::string& body : {webhook_body(digest, ""), slack_body(digest, ""), alertmanager_body(digest, 60s)}) {
        EXPECT_EQ(body.find("hunter"), std::string::npos);
        EXPECT_NE(body.find("stacks/main/production/a"), std::string::npos);
    }
}

TEST(NoticeForms, SlackTextIsNeverMarkup) {
    Digest digest{.server = "main", .headline = "h"};
    digest.notices =
        notices(board_of({stack_with("<!channel> & <https://evil.example.test|x>", Verdict::missing)}, 100), "main", {},
                100, 0s);
    const std::string text = nlohmann::json::parse(slack_body(digest, ""))["text"];
    EXPECT_EQ(text.find('<'), std::string::npos);
    EXPECT_NE(text.find("&lt;!channel&gt; &amp;"), std::string::npos);
}

// "MooringStackDrift" -> "warning", as the rules for Prometheus have it.
std::map<std::string, std::string> severities_of_rules() {
    std::ifstream in(MOORING_SOURCE_DIR "/deploy/prometheus/mooring-alerts.yaml");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::map<std::string, std::string> out;
    const std::regex rule(R"(- alert: (\w+)[^]*?severity: (\w+))");
    for (std::sregex_iterator at(text.begin(), text.end(), rule), end; at != end; ++at) out[(*at)[1]] = (*at)[2];
    return out;
}

TEST(NoticeForms, AnAlertIsAsSevereAsTheRuleForTheSame) {
    const auto rules = severities_of_rules();
    ASSERT_GE(rules.size(), 9U);
    const StackKey stack{.server = "main", .environment = "production", .name = "a"};
    const auto severity = [](std::string topic, std::optional<StackKey> of, std::string state = {}) {
        Digest digest{.server = "main"};
        digest.notices.push_back(
            {.news = News::opened, .topic = std::move(topic), .state = std::move(state), .stack = std::move(of)});
        return nlohmann::json::parse(alertmanager_body(digest, 60s))[0]["labels"]["severity"].get<std::string>();
    };
    EXPECT_EQ(severity("drift", stack), rules.at("MooringStackDrift"));
    EXPECT_EQ(severity("access", stack), rules.at("MooringStackDenied"));
    EXPECT_EQ(severity("access", {}), rules.at("MooringCredentialsRefused"));
    EXPECT_EQ(severity("access", {}), rules.at("MooringNotJudging"));
    EXPECT_EQ(severity("manifests", {}), rules.at("MooringManifestsStale"));
    EXPECT_EQ(severity("ledger", {}), rules.at("MooringNotRecording"));
    EXPECT_EQ(severity("blocked", stack, "quarantined"), rules.at("MooringStackQuarantined"));
    EXPECT_EQ(severity("correcting", {}, "two_writers"), rules.at("MooringTwoWriters"));
    EXPECT_EQ(severity("correcting", {}, "no_ledger"), rules.at("MooringCorrectingHalted"));
    EXPECT_EQ(severity("correction", stack, "outage 7"), rules.at("MooringCorrectionOutage"));
    EXPECT_EQ(severity("correction", stack, "not_converged 7"), rules.at("MooringCorrectionFailed"));
}

} // namespace
} // namespace mooring::serve
