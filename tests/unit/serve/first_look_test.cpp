// What meets somebody who looks at an agent for the first time: before anything could be judged, through an outage,
// with a dead link, after its ledger went away.
#include "board_samples.hpp"
#include "serve/door.hpp"
#include "serve/metrics.hpp"
#include "serve/page.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>

namespace mooring::serve {
namespace {

constexpr UnixSeconds some_day = 1'790'000'000;

std::size_t times_in(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

// As after a look at a folder that is not there.
Board board_without_manifests() {
    Board board;
    board.servers.emplace_back().name = "main";
    board.source.failing_since = some_day;
    board.source.diagnostics = {{.severity = Severity::error,
                                 .code = "unreadable",
                                 .message = "the manifests cannot be read: No such file or directory",
                                 .where = {.file = "nosuchdir"}}};
    return board;
}

TEST(FirstLook, UntilManifestsWereReadOnceTheAgentIsNotReadyAndSaysWhyOnce) {
    Board board = board_without_manifests();
    const std::string reason = not_ready(board, some_day + 5);
    EXPECT_EQ(reason, "nothing is judged: nosuchdir: the manifests cannot be read: No such file or directory");
    EXPECT_EQ(caveats(board), "");
    const std::string page = status_page(status_model(board, {}, some_day + 5));
    EXPECT_EQ(times_in(page, "cannot be read"), 1U) << page;
    EXPECT_NE(page.find("Nothing is judged: nosuchdir: "), std::string::npos) << page;
    EXPECT_NE(page.find("<dd>not yet</dd>"), std::string::npos) << page;
    EXPECT_EQ(page.find("took 0"), std::string::npos) << page;
    EXPECT_NE(page.find("no run yet"), std::string::npos) << page;

    board.source.diagnostics.clear();
    EXPECT_EQ(not_ready(board, some_day + 5), "nothing is judged: nothing is declared");
    board.source.failing_since = 0; // before the first look
    EXPECT_EQ(not_ready(board, some_day + 5), "no run of main has ended yet");
    board = board_of({stack_with("a", Verdict::in_sync)}, some_day);
    board.source.stale = true; // read once, and not any more
    board.source.failing_since = some_day;
    EXPECT_EQ(not_ready(board, some_day + 5), "");
    EXPECT_NE(caveats(board), "");
}

std::vector<Transition> between(const std::vector<StackResult>& before, const std::vector<StackResult>& after) {
    std::map<StackKey, StackView> known;
    for (StackView& view : views_of(report_of(before, 100), {}, watch_of({100}))) known.emplace(view.key, view);
    return transitions(known, views_of(report_of(after, 200), known, watch_of({100, 200})));
}

TEST(FirstLook, AnOutageIsOneLineOfTheLogAndDriftIsALineForEachStack) {
    std::vector<StackResult> good;
    std::vector<StackResult> down;
    std::vector<StackResult> drifted;
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        good.push_back(stack_with(name, Verdict::in_sync));
        down.push_back(stack_with(name, Verdict::unreachable));
        down.back().message = "The server does not answer.";
        drifted.push_back(stack_with(name, Verdict::drifted));
    }
    const auto outage = told_together(between(good, down));
    ASSERT_EQ(outage.size(), 1U);
    EXPECT_EQ(outage[0].size(), 5U) << "every one is counted";
    const std::string line = line_of(outage[0]);
    EXPECT_EQ(line.find("5 stacks of main: in sync -> unreachable: The server does not answer"), 0U) << line;
    EXPECT_NE(line.find("(a/production, b/production, c/production, and 2 more)"), std::string::npos) << line;
    EXPECT_EQ(told_together(between(down, good)).size(), 1U) << "and so is its end";
    EXPECT_EQ(told_together(between(good, drifted)).size(), 5U);

    down[4].cause = Cause::resource_control;
    const auto two_causes = told_together(between(good, down));
    ASSERT_EQ(two_causes.size(), 2U);
    EXPECT_EQ(line_of(two_causes[1]), line_of(two_causes[1].front())) << "one alone reads as ever";
    EXPECT_EQ(line_of(two_causes[1]).find("e/production@main: "), 0U);
}

TEST(FirstLook, APageSaysOfWhenItsDataIsAndNotWhenItWasLoaded) {
    const Board board = board_of({stack_with("a", Verdict::drifted)}, some_day); // the run ended a second later
    const std::string day_later = status_page(status_model(board, {}, some_day + 86400));
    EXPECT_NE(day_later.find("newest run <time datetime=\"" + format_utc(some_day + 1)), std::string::npos);
    EXPECT_EQ(day_later.find(format_utc(some_day + 86400)), std::string::npos) << "when it was loaded is no date of it";
    EXPECT_NE(day_later.find("<th scope=\"col\">For</th>"), std::string::npos) << "a duration";
    const StackKey key = board.servers[0].stacks[0].key;
    EXPECT_EQ(stack_model(board, key, {}, some_day + 86400)->as_of.machine, format_utc(some_day + 1));
    EXPECT_EQ(runs_model(board, {}, {}).as_of.machine, format_utc(some_day + 1));
}

// The heads of columns are out of sight on a narrow screen.
TEST(FirstLook, EachTimeOfAHistoryHasItsLabel) {
    const Board board = board_of({stack_with("a", Verdict::drifted)}, some_day);
    const StackKey key = board.servers[0].stacks[0].key;
    const ledger::Spell spell{.stack = key,
                              .first_run = 1,
                              .last_run = 2,
                              .first_at = some_day - 100,
                              .last_at = some_day,
                              .state = std::make_shared<StackResult>(stack_with("a", Verdict::drifted))};
    const std::string page = stack_page(*stack_model(board, key, {spell}, some_day));
    EXPECT_NE(page.find("<span class=\"label\">From </span><time"), std::string::npos);
    EXPECT_NE(page.find("<span class=\"label\">Last seen so </span><time"), std::string::npos);
    EXPECT_NE(style_sheet().find(".spells .label{display:none}"), std::string_view::npos);
    EXPECT_NE(style_sheet().find(".spells .label{display:block}"), std::string_view::npos);
}

TEST(FirstLook, WordsFitWhatIsKnown) {
    Board board = board_of({stack_with("a", Verdict::drifted)}, some_day);
    board.servers[0].problem = "the token cannot be read";
    EXPECT_EQ(headline_of(board).text, "Drift in 1 stack; not everything could be seen");
    ledger::Run run; // as the ledger has it: with counts, without stacks
    run.number = 1;
    run.summary = drift::summarise({stack_with("a", Verdict::in_sync)});
    run.servers = std::make_shared<const std::vector<ServerResult>>(1, ServerResult{});
    const std::string counts = runs_model(board, {}, {run}).rows.at(0).counts;
    EXPECT_NE(counts.find("in sync 1"), std::string::npos) << counts;
    EXPECT_EQ(counts.find("runtime"), std::string::npos) << counts;
}

net::Answered answer_to(const std::string& target) {
    const Board board = board_of({stack_with("a", Verdict::in_sync)}, some_day);
    const Metrics metrics;
    const FixedClock clock{some_day};
    Recorder recorder{nullptr};
    Front front(board, metrics, recorder, clock, [](const std::string&) { return false; });
    net::Received request;
    request.method = "GET";
    request.target = target;
    request.host = "localhost";
    boost::asio::io_context io;
    net::Answered out;
    boost::asio::co_spawn(io, front.answer(std::move(request)),
                          [&out](const std::exception_ptr& failure, net::Answered answer) {
                              if (failure) std::rethrow_exception(failure);
                              out = std::move(answer);
                          });
    io.run();
    return out;
}

TEST(FirstLook, ADeadLinkToAStackAnswersWithAPageThatLeadsBack) {
    EXPECT_EQ(answer_to("/stacks/main/production/a").status, 200);
    for (const char* dead : {"/stacks/main/production/nobody", "/stacks/main/production", "/stacks/main/%zz/a"}) {
        const net::Answered answer = answer_to(dead);
        EXPECT_EQ(answer.status, 404) << dead;
        EXPECT_EQ(answer.content_type, "text/html; charset=utf-8") << dead;
        EXPECT_NE(answer.body.find("There is no such stack"), std::string::npos) << dead;
        EXPECT_NE(answer.body.find("<a href=\"/\">Show all stacks</a>"), std::string::npos) << dead;
    }
    for (const char* program : {"/v1/stacks/main/production/nobody", "/v1/stacks/main/production", "/nothing"}) {
        const net::Answered answer = answer_to(program);
        EXPECT_EQ(answer.status, 404) << program;
        EXPECT_EQ(answer.content_type, "application/json") << program;
    }
}

// A ledger in a folder of its own, and the agent's hold of it.
class MovedLedger : public ::testing::Test {
  protected:
    MovedLedger() {
        std::string name = (std::filesystem::temp_directory_path() / "mooring-serve-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        folder = name;
        file = folder / "agent.db";
        auto opened = ledger::open_ledger(file, {.now = some_day});
        if (!opened) std::abort();
        recorder = std::make_unique<Recorder>(std::move(opened->ledger));
    }
    ~MovedLedger() override {
        recorder.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    // "" or why the run could not be recorded.
    std::string recorded(UnixSeconds at) {
        EndedRun ended{.report = report_of({stack_with("a", Verdict::in_sync)}, at),
                       .memory = {},
                       .waivers = {},
                       .server = "main",
                       .trigger = "interval",
                       .next_due = {}};
        ended.report.run_id = std::to_string(at);
        boost::asio::io_context io;
        std::string out = "nothing came of it";
        boost::asio::co_spawn(io, recorder->record(std::make_shared<const EndedRun>(std::move(ended))),
                              [&out](const std::exception_ptr& failure, std::string problem) {
                                  if (failure) std::rethrow_exception(failure);
                                  out = std::move(problem);
                              });
        io.run();
        return out;
    }

    std::filesystem::path folder;
    std::filesystem::path file;
    std::unique_ptr<Recorder> recorder;
};

TEST_F(MovedLedger, IsAProblemOfTheLedgerUntilItIsBack) {
    const std::filesystem::path away = folder / "away.db";
    EXPECT_EQ(recorded(some_day), "");
    std::filesystem::rename(file, away);
    const std::string gone = recorded(some_day + 1);
    EXPECT_NE(gone.find("agent.db was removed or replaced while it was in use"), std::string::npos) << gone;
    EXPECT_EQ(recorder->view().errors, 1U);
    EXPECT_EQ(recorder->view().problem, gone) << "the page and /readyz say it";
    std::ofstream(file) << "another file";
    EXPECT_NE(recorded(some_day + 2).find("replaced"), std::string::npos);
    std::filesystem::rename(away, file);
    EXPECT_EQ(recorded(some_day + 3), "");
    EXPECT_EQ(recorder->view().recorded, 2U);
    EXPECT_EQ(recorder->view().problem, "");
}

} // namespace
} // namespace mooring::serve
