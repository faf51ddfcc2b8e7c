// Who is answered what: routes, the gate, models of the pages.
#include "base/file.hpp"
#include "board_samples.hpp"
#include "serve/door.hpp"
#include "serve/metrics.hpp"
#include "serve/page.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace mooring::serve {
namespace {

TEST(Routes, EveryAddressAndMethodHasOneAnswer) {
    struct Case {
        const char* method;
        const char* target;
        Page page;
    };
    for (const Case& one : std::vector<Case>{{"GET", "/", Page::status},
                                             {"HEAD", "/", Page::status},
                                             {"GET", "/?verdict=denied", Page::status},
                                             {"POST", "/", Page::method_not_allowed},
                                             {"GET", "/icon.svg", Page::icon},
                                             {"GET", "/healthz", Page::health},
                                             {"GET", "/readyz", Page::readiness},
                                             {"GET", "/metrics", Page::metrics},
                                             {"GET", "/v1/runs", Page::runs},
                                             {"GET", "/runs", Page::runs_page},
                                             {"POST", "/runs", Page::method_not_allowed},
                                             {"GET", "/v1/stacks", Page::stacks},
                                             {"GET", "/v1/stacks/main/production/shop", Page::stack},
                                             {"GET", "/v1/stacks/main/production", Page::not_found},
                                             {"GET", "/v1/stacks/main/production/shop/more", Page::not_found},
                                             {"GET", "/v1/stacks/main/%zz/shop", Page::not_found},
                                             {"GET", "/stacks/main/production/shop", Page::stack_page},
                                             {"POST", "/v1/sync", Page::sync},
                                             {"GET", "/v1/sync", Page::method_not_allowed},
                                             {"DELETE", "/v1/stacks", Page::method_not_allowed},
                                             {"GET", "/../etc/passwd", Page::not_found},
                                             {"GET", "", Page::not_found}}) {
        EXPECT_EQ(route(one.method, one.target).page, one.page) << one.method << ' ' << one.target;
    }
}

TEST(Routes, NamesTravelPercentEncoded) {
    const StackKey key{.server = "main", .environment = "#4/ü", .name = "my shop"};
    const Route found = route("GET", path_of("/v1/stacks", key));
    EXPECT_EQ(found.page, Page::stack);
    EXPECT_EQ(found.stack, key);
    EXPECT_EQ(route("GET", "/?environment=%234&x").query.at("environment"), "#4");
}

TEST(Gate, ATokenIsAskedForEverythingButHealth) {
    const Secret token("t0p-s3cret");
    const std::string basic = "Basic " + to_base64("anybody:t0p-s3cret");
    EXPECT_EQ(gate_of(Page::health, token, ""), Gate::open);
    EXPECT_EQ(gate_of(Page::readiness, token, ""), Gate::open);
    for (const Page page : {Page::status, Page::metrics, Page::runs, Page::stacks, Page::stack, Page::stack_page}) {
        EXPECT_EQ(gate_of(page, token, ""), Gate::closed);
        EXPECT_EQ(gate_of(page, token, "Bearer wrong"), Gate::closed);
        EXPECT_EQ(gate_of(page, token, "Bearer t0p-s3cret"), Gate::open);
        EXPECT_EQ(gate_of(page, token, basic), Gate::open);
    }
    EXPECT_EQ(gate_of(Page::status, token, "Basic " + to_base64("anybody:wrong")), Gate::closed);
    EXPECT_EQ(gate_of(Page::status, Secret(), ""), Gate::open);
}

TEST(Gate, ARunIsStartedByTheBearerTokenAloneAndByNobodyWithoutOne) {
    const Secret token("t0p-s3cret");
    EXPECT_EQ(gate_of(Page::sync, token, "Bearer t0p-s3cret"), Gate::open);
    EXPECT_EQ(gate_of(Page::sync, token, "Basic " + to_base64("anybody:t0p-s3cret")), Gate::closed);
    EXPECT_EQ(gate_of(Page::sync, Secret(), "Bearer "), Gate::no_token_configured);
}

TEST(Hosts, OnlyAddressesLocalhostAndKnownNamesAreAnswered) {
    const std::vector<std::string> names{"Mooring.example.org"};
    for (const char* host :
         {"127.0.0.1:9717", "localhost", "LOCALHOST:9717", "[::1]:9717", "10.0.0.5", "mooring.example.org:443"})
        EXPECT_TRUE(is_host_known(host, names)) << host;
    for (const char* host :
         {"", "evil.example.net", "127.0.0.1.evil.example.net", "localhost.evil.example.net:9717", "[evil]"})
        EXPECT_FALSE(is_host_known(host, names)) << host;
}

TEST(Binding, BeyondThisMachineItWantsTlsAndToken) {
    const auto refused = [](const char* host, const char* certificate, bool token, bool insecure) {
        return !refused_binding({.host = host, .certificate = certificate}, token, insecure).empty();
    };
    EXPECT_FALSE(refused("127.0.0.1", "", false, false));
    EXPECT_FALSE(refused("::1", "", false, false));
    EXPECT_TRUE(refused("0.0.0.0", "", false, false));
    EXPECT_TRUE(refused("0.0.0.0", "cert.pem", false, false));
    EXPECT_TRUE(refused("10.0.0.5", "", true, false));
    EXPECT_FALSE(refused("10.0.0.5", "cert.pem", true, false));
    EXPECT_FALSE(refused("10.0.0.5", "", false, true));
    EXPECT_EQ(refused_binding({.socket = "/run/mooring/agent.sock"}, false, false), "");
}

TEST(Pages, WhatNeedsAPersonStandsFirst) {
    const Board board = board_of(
        {stack_with("a", Verdict::in_sync), stack_with("b", Verdict::denied), stack_with("c", Verdict::drifted)}, 1000);
    const StatusModel model = status_model(board, {}, 1000);
    ASSERT_EQ(model.rows.size(), 3U);
    EXPECT_EQ(model.rows[0].name, "c");
    EXPECT_EQ(model.rows[1].name, "b");
    EXPECT_EQ(model.rows[2].name, "a");
    EXPECT_EQ(model.headline.text, "Drift in 1 stack, 1 could not be seen");
}

TEST(Pages, FiltersAreLinksThatKeepEachOther) {
    const Board board = board_of({stack_with("a", Verdict::in_sync), stack_with("b", Verdict::denied)}, 1000);
    const StatusModel model = status_model(board, {{"verdict", "denied"}, {"environment", "production"}}, 1000);
    ASSERT_EQ(model.rows.size(), 1U);
    EXPECT_EQ(model.hidden, 1U);
    EXPECT_EQ(model.verdicts[0].href, "/?environment=production");
    EXPECT_TRUE(model.verdicts[1].current);
    EXPECT_EQ(model.verdicts[2].href, "/?verdict=in_sync&environment=production");
}

TEST(Pages, APartOfANameFindsAStackAndKeepsTheOtherFilters) {
    const Board board = board_of({stack_with("web-shop", Verdict::drifted), stack_with("web-blog", Verdict::denied),
                                  stack_with("mail", Verdict::denied)},
                                 1000);
    const StatusModel model = status_model(board, {{"verdict", "denied"}, {"name", "WEB"}}, 1000);
    ASSERT_EQ(model.rows.size(), 1U);
    EXPECT_EQ(model.rows[0].name, "web-blog");
    EXPECT_EQ(model.hidden, 2U);
    EXPECT_EQ(model.kept, (std::vector<std::pair<std::string, std::string>>{{"verdict", "denied"}}));
    EXPECT_EQ(model.verdicts[0].href, "/?name=WEB");
    EXPECT_EQ(model.verdicts[0].count, 2U);
    EXPECT_NE(status_page(model).find("name=\"verdict\" value=\"denied\""), std::string::npos);
}

// Every stack is on exactly one page, those that need a person on the first, and every page says where it stands.
TEST(Pages, OfManyStacksEveryOneIsOnAPageAndThoseThatNeedAPersonOnTheFirst) {
    std::vector<StackResult> many;
    for (int i = 0; i < 1200; ++i) many.push_back(stack_with("s" + std::to_string(i), Verdict::in_sync));
    many.push_back(stack_with("late", Verdict::drifted));
    const Board board = board_of(many, 1000);
    std::set<std::string> seen;
    std::string next = "/";
    for (int page = 1; page <= 3; ++page) {
        ASSERT_EQ(next.empty(), false);
        const StatusModel model = status_model(board, route("GET", next).query, 1000);
        if (page == 1) {
            EXPECT_EQ(model.rows.at(0).name, "late");
            EXPECT_EQ(model.pager.previous, "");
            EXPECT_EQ(model.pager.words, "Stacks 1 to 500 of 1201, those that need a person first.");
        }
        for (const StackRow& row : model.rows) EXPECT_TRUE(seen.insert(row.name).second) << row.name;
        const std::string html = status_page(model);
        EXPECT_LT(html.find(model.pager.words), html.find("<table class=\"stacks\">")) << "not only at the very bottom";
        next = model.pager.next;
    }
    EXPECT_EQ(next, "");
    EXPECT_EQ(seen.size(), 1201U);
    const StatusModel last = status_model(board, {{"page", "99"}, {"verdict", "in_sync"}}, 1000);
    EXPECT_EQ(last.rows.size(), 200U) << "beyond the last page is the last one";
    EXPECT_EQ(last.pager.previous, "/?verdict=in_sync&page=2");
    for (const char* odd : {"0", "-1", "x", "", "2x", "99999999999999999999"})
        EXPECT_EQ(status_model(board, {{"page", odd}}, 1000).rows.at(0).name, "late") << odd;
    EXPECT_EQ(status_model(board, {{"name", "late"}, {"page", "2"}}, 1000).pager.words, "");
    for (const Filter& filter : status_model(board, {{"page", "2"}}, 1000).verdicts)
        EXPECT_EQ(filter.href.find("page="), std::string::npos) << "a filter begins at the first page";
}

TEST(Pages, RunsSayWhenWhyOfWhatAndWhatCameOfThem) {
    Board board = board_of({stack_with("a", Verdict::drifted)}, 1000);
    EXPECT_NE(runs_page(runs_model(board, {}, {})).find("Runs are not recorded"), std::string::npos);
    board.ledger.enabled = true;
    ledger::Run run;
    run.number = 7;
    run.started_at = 1'790'000'000;
    run.trigger = "manifests";
    run.exit_code = 2;
    run.summary = drift::summarise({stack_with("a", Verdict::drifted)});
    ServerResult server;
    server.name = "<b>main</b>";
    run.servers = std::make_shared<const std::vector<ServerResult>>(1, server);
    ledger::Run ended = run;
    ended.number = 8;
    ended.trigger = ledger::watch_ended;
    const std::string page = runs_page(runs_model(board, {}, {ended, run}));
    for (const char* word : {"manifests changed", "exit 2: drift", "drifted 1", "&lt;b&gt;main", "2026-09-21",
                             "no longer watched", "nothing was asked", "The newest 2"})
        EXPECT_NE(page.find(word), std::string::npos) << word;
    EXPECT_EQ(page.find("<b>main"), std::string::npos);
}

TEST(Pages, EveryRunIsOnAPageOfRuns) {
    Board board = board_of({}, 1000);
    board.ledger.enabled = true;
    const auto runs_before = [](std::int64_t before) { // of 250, as the ledger gives them
        std::vector<ledger::Run> out;
        for (std::int64_t n = before == 0 ? 250 : before - 1; n > 0 && out.size() <= runs_a_page; --n) {
            out.emplace_back().number = n;
            out.back().servers = std::make_shared<const std::vector<ServerResult>>();
        }
        return out;
    };
    std::set<std::string> seen;
    std::string next = "/runs";
    for (int page = 1; page <= 3; ++page) {
        ASSERT_NE(next, "");
        const Query query = route("GET", next).query;
        const RunsModel model = runs_model(board, query, runs_before(before_asked(query)));
        EXPECT_EQ(model.pager.previous, page == 1 ? "" : "/runs");
        EXPECT_NE(runs_page(model).find(model.pager.words), std::string::npos);
        for (const RunRow& row : model.rows) EXPECT_TRUE(seen.insert(row.number).second) << row.number;
        next = model.pager.next;
    }
    EXPECT_EQ(next, "");
    EXPECT_EQ(seen.size(), 250U);
    EXPECT_EQ(runs_model(board, {{"before", "151"}}, runs_before(151)).pager.words, "Runs 51 to 150, newest first.");
    for (const char* odd : {"0", "-1", "x", "", "2x", "99999999999999999999"})
        EXPECT_EQ(before_asked({{"before", odd}}), 0) << odd;
    EXPECT_EQ(runs_model(board, {{"before", "1"}}, {}).empty, "No older run is recorded.");
}

TEST(Pages, TheBarShowsEveryVerdictHoweverRareAndEndsAtItsEnd) {
    std::vector<StackResult> many(2000, stack_with("a", Verdict::in_sync));
    many.push_back(stack_with("b", Verdict::denied));
    const auto shares = status_model(board_of(many, 1000), {}, 1000).shares;
    ASSERT_EQ(shares.size(), 2U);
    EXPECT_EQ(shares[0].tone, "denied");
    EXPECT_GE(shares[0].width, 4);
    EXPECT_EQ(shares[1].x + shares[1].width, 1000);
}

TEST(Pages, AServerThatCouldNotBeReadIsNamedAbove) {
    Board board = board_of({stack_with("a", Verdict::in_sync)}, 1000);
    EXPECT_EQ(status_model(board, {}, 1000).unread, "");
    board.servers[0].problem = "the token file `token` cannot be read";
    const StatusModel model = status_model(board, {}, 1000);
    EXPECT_EQ(model.unread, "main");
    EXPECT_NE(status_page(model).find("the token file <code>token</code> cannot be read"), std::string::npos);
}

TEST(Pages, TheHeadlineSaysThatATokenIsRefused) {
    Board board = board_of({stack_with("a", Verdict::denied), stack_with("b", Verdict::denied)}, 1000);
    board.servers[0].report->servers[0].exit_code = 77;
    EXPECT_EQ(headline_of(board).text, "2 stacks could not be seen: token refused by main");
    EXPECT_EQ(headline_of(board).more, "Coverage 0\u00a0%, score 0\u00a0%");
}

TEST(Pages, AskedForMissingShowsDeletedToo) {
    const Board board = board_of(
        {stack_with("a", Verdict::missing), stack_with("b", Verdict::deleted), stack_with("c", Verdict::in_sync)},
        1000);
    StatusModel model = status_model(board, {{"verdict", "missing"}}, 1000);
    ASSERT_EQ(model.rows.size(), 2U);
    EXPECT_EQ(model.rows[1].tone, "missing");
    const auto count_of = [&model](const std::string& label) {
        return std::ranges::find(model.verdicts, label, &Filter::label)->count;
    };
    EXPECT_EQ(count_of("missing or deleted"), 2U) << "as many as its link shows";
    EXPECT_EQ(count_of("deleted"), 1U);
    model = status_model(board, {{"verdict", "deleted"}}, 1000);
    ASSERT_EQ(model.rows.size(), 1U);
    EXPECT_EQ(model.rows[0].name, "b");
}

TEST(Pages, NothingDeclaredIsNotGreen) {
    EXPECT_EQ(headline_of(board_of({}, 1000)).tone, "waiting");
    EXPECT_EQ(headline_of(board_of({stack_with("a", Verdict::in_sync)}, 1000)).tone, "good");
}

TEST(Pages, WhatServersSayIsTextAndNeverMarkup) {
    StackResult hostile = stack_with("<script>alert(1)</script>", Verdict::drifted);
    hostile.changes.front().actual = "\"><img src=x onerror=alert(2)>";
    hostile.message = "<b>bold</b> `<b>bold`";
    const Board board = board_of({hostile}, 1000);
    const std::string all = status_page(status_model(board, {}, 1000)) +
                            stack_page(*stack_model(board, board.servers[0].stacks[0].key, {}, 1000));
    for (const char* markup : {"<script", "<img src=x", "<b>bold", "onerror=alert(2)>"})
        EXPECT_EQ(all.find(markup), std::string::npos) << markup;
}

TEST(Pages, AStacksPageLeadsToItsPageInPortainer) {
    struct Row {
        std::string url;
        Verdict verdict;
        bool leads;
    };
    for (const auto& [url, verdict, leads] :
         {Row{"https://portainer.example.org", Verdict::drifted, true},
          Row{"https://portainer.example.org", Verdict::missing, false},
          Row{"javascript:alert(1)", Verdict::drifted, false}, Row{"https://a\"onclick=x", Verdict::drifted, false}}) {
        StackResult result = stack_with("shop", verdict);
        result.id = 7;
        result.environment_id = 4;
        result.type = StackType::standalone;
        Board board = board_of({result}, 1000);
        board.servers[0].url = url;
        const std::string page = stack_page(*stack_model(board, board.servers[0].stacks[0].key, {}, 1000));
        const bool found =
            page.find("<a href=\"https://portainer.example.org/#!/4/docker/stacks/shop?id=7&amp;type=2") !=
            std::string::npos;
        EXPECT_EQ(found, leads) << url;
        EXPECT_EQ(page.find("Look at it there") != std::string::npos, leads) << url;
    }
}

TEST(Pages, ASecretsValuesAreOnNoPage) {
    StackResult result = stack_with("a", Verdict::drifted);
    result.changes.push_back({.path = "env.PASSWORD", .desired = "hunter2", .actual = "hunter3", .secret = true});
    const Board board = board_of({result}, 1000);
    const std::string page = stack_page(*stack_model(board, board.servers[0].stacks[0].key, {}, 1000));
    EXPECT_EQ(page.find("hunter"), std::string::npos);
    EXPECT_NE(page.find("differs (secret)"), std::string::npos);
}

ledger::Spell spell(std::int64_t first, std::int64_t last, Verdict verdict) {
    return {.stack = {},
            .first_run = first,
            .last_run = last,
            .first_at = first * 100,
            .last_at = last * 100,
            .state = std::make_shared<StackResult>(stack_with("a", verdict))};
}

TEST(Pages, AStripLeavesOutWhatNobodyObserved) {
    const auto pieces = strip_of(
        {spell(1, 3, Verdict::in_sync), spell(4, 4, Verdict::drifted), spell(8, 10, Verdict::in_sync)}, 100, 1100);
    ASSERT_EQ(pieces.size(), 3U);
    EXPECT_EQ(pieces[0].x, 0);
    EXPECT_EQ(pieces[0].width, 300); // up to the run that found the drift
    EXPECT_EQ(pieces[1].width, 3);   // nothing was observed after it
    EXPECT_EQ(pieces[2].x, 700);
}

TEST(Metrics, ASeriesPerStackAndNoTwinsAndNoneOfTheOldVerdict) {
    Metrics metrics;
    metrics.count_call("main", Call::stacks, 200, 0.01);
    const Board board = board_of(
        {stack_with("a", Verdict::drifted), stack_with("a", Verdict::drifted), stack_with("b", Verdict::denied)}, 1000);
    const std::string text = metrics.text(board, 1060);
    const std::string of_a =
        "mooring_stack_verdict{server=\"main\",environment=\"production\",stack=\"a\",verdict=\"drifted\"} 1";
    const std::size_t first = text.find(of_a);
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(text.find(of_a, first + 1), std::string::npos);
    EXPECT_NE(text.find("mooring_stack_drift_seen_seconds{server=\"main\",environment=\"production\",stack=\"a\"} 60"),
              std::string::npos);
    EXPECT_NE(text.find("mooring_stack_drift_since_seconds{server=\"main\",environment=\"production\",stack=\"a\"} 60"),
              std::string::npos);
    EXPECT_EQ(text.find("drift_since_seconds{server=\"main\",environment=\"production\",stack=\"b\"}"),
              std::string::npos);
}

TEST(Metrics, ARefusedTokenIsSaidAndTakesNoSeriesAway) {
    Metrics metrics;
    Board board = board_of({stack_with("a", Verdict::denied), stack_with("b", Verdict::denied)}, 1000);
    EXPECT_NE(metrics.text(board, 1000).find("mooring_server_credentials_refused{server=\"main\"} 0"),
              std::string::npos);
    board.servers[0].report->servers[0].exit_code = 77;
    const std::string text = metrics.text(board, 1000);
    for (const char* series :
         {"mooring_server_credentials_refused{server=\"main\"} 1", "mooring_stacks_declared{server=\"main\"} 2",
          "mooring_coverage_ratio{server=\"main\"} 0", "mooring_score_ratio{server=\"main\"} 0",
          "stack=\"b\",verdict=\"denied\"} 1"})
        EXPECT_NE(text.find(series), std::string::npos) << series;
}

TEST(Metrics, ADeletedStackDrifts) {
    const std::string text = Metrics().text(board_of({stack_with("a", Verdict::deleted)}, 1000), 1060);
    EXPECT_NE(text.find("mooring_stack_drift_since_seconds{server=\"main\",environment=\"production\",stack=\"a\"} 60"),
              std::string::npos);
    EXPECT_NE(text.find("verdict=\"deleted\"} 1"), std::string::npos);
}

TEST(Metrics, TooManyStacksLoseTheirSeriesAndThatIsSaid) {
    Metrics metrics;
    Board board = board_of({}, 1000);
    for (std::size_t i = 0; i <= Metrics::most_stacks; ++i)
        board.servers[0].stacks.push_back(
            {.key = {.server = "main", .name = std::to_string(i)}, .result = stack_with("x", Verdict::in_sync)});
    const std::string text = metrics.text(board, 1000);
    EXPECT_EQ(text.find("mooring_stack_verdict{"), std::string::npos);
    EXPECT_NE(text.find("mooring_stacks_without_series 10001"), std::string::npos);
}

TEST(PageWords, KeepANumberBesideItsPercentSign) {
    EXPECT_EQ(unbroken("coverage 75 %, score 100 %"), "coverage 75\u00a0%, score 100\u00a0%");
    EXPECT_EQ(unbroken("a % b, – %"), "a\u00a0% b, –\u00a0%");
    EXPECT_EQ(unbroken(""), "");
}

} // namespace
} // namespace mooring::serve
