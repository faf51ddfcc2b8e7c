// The status page, as values. That of one stack is in stack_model.cpp.
#include "serve/page.hpp"

#include "base/text.hpp"
#include "report/formats.hpp"
#include "report/wording.hpp"
#include "serve/door.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

constexpr std::size_t most_rows = 500; // beyond that a page is slow to read and to send
constexpr int least_share = 4;         // thousandths: one stack of many is seen, too

// What needs a person first, what is in sync last.
int urgency(Verdict verdict) {
    if (verdict == Verdict::in_sync) return 100;
    return static_cast<int>(std::ranges::find(report::listed_verdicts, verdict) - report::listed_verdicts.begin());
}

StackRow row_of(const StackView& stack, UnixSeconds now) {
    const StackResult& result = stack.result;
    const Count count = stack.count(now);
    return {.href = path_of("/stacks", stack.key),
            .name = result.name,
            .server = stack.key.server,
            .environment = stack.key.environment,
            .verdict = words::verdict_words(result),
            .tone = std::string(tone_of(result.verdict)),
            .sign = std::string(sign_of(result.verdict)),
            .since = moment_of(count.since),
            .age = words::age_words(now - count.since),
            .seen = seen_words(count, now),
            .brief = result.verdict == Verdict::in_sync ? "" : printable(report::brief(result), 300)};
}

// "coverage 78 %, score 61 %", the first word as it is given.
std::string shares_words(const Summary& summary, std::string_view coverage) {
    return unbroken(
        fmt::format("{} {}, score {}", coverage, words::percent(summary.coverage), words::percent(summary.score)));
}

ServerCard card_of(const ServerView& server, UnixSeconds now) {
    ServerCard card{.name = server.name, .href = link_with({}, "server", server.name), .url = server.url};
    card.problem = server.problem;
    if (server.report && !server.report->servers.empty()) {
        const ServerResult& seen = server.report->servers.front();
        if (seen.identity)
            card.identity =
                fmt::format("{}, {}", printable(seen.identity->username, 100), words::role_name(seen.identity->role));
        if (card.problem.empty()) card.problem = printable(seen.error);
        const auto& summary = server.report->summary;
        card.shares = shares_words(summary, "coverage");
    }
    card.last = server.ended_at == 0 ? "not yet"
                                     : fmt::format("{} ago, took {}", words::age_words(now - server.ended_at),
                                                   words::took_words(server.seconds));
    card.next = server.running         ? "under way"
                : server.next_due == 0 ? "once what is being written has ended"
                                       : "in " + words::age_words(server.next_due - now);
    return card;
}

// One line for all of them; those that have not begun need nobody.
std::string waiver_warning(const Diagnostics& remarks) {
    constexpr std::size_t most = 5;
    std::vector<std::string> lines;
    std::size_t more = 0;
    for (const Diagnostic& one : remarks) {
        if (one.severity == Severity::note) continue;
        if (lines.size() < most)
            lines.push_back(one.message);
        else
            ++more;
    }
    if (lines.empty()) return {};
    return "Waivers: " + join(lines, "; ") + (more == 0 ? "" : fmt::format("; and {} more", more)) + ".";
}

std::vector<std::string> warnings_of(const Board& board, UnixSeconds now) {
    std::vector<std::string> out;
    const SourceView& source = board.source;
    const std::string error = first_error(source);
    const std::string why = error.empty() ? "" : " " + error;
    if (source.stale)
        out.push_back(
            fmt::format("The manifests cannot be read as a whole since {}; stacks are judged by those of {}.{}",
                        moment_of(source.failing_since).words, moment_of(source.loaded_at).words, why));
    else if (source.failing_since != 0 && source.loaded)
        out.push_back("Only a part of the manifests can be read; the rest is not judged." + why);
    else if (std::string text = nothing_judged(source); !text.empty())
        out.push_back("N" + text.substr(1));
    if (!board.ledger.problem.empty()) out.push_back("Runs are not recorded: " + board.ledger.problem);
    if (!board.reload.empty())
        out.push_back("The configuration could not be read again; the one before stays in use. " + board.reload);
    if (!board.restart.empty()) out.push_back(board.restart);
    if (const std::string text = waiver_warning(waiver_remarks(board, now)); !text.empty()) out.push_back(text);
    return out;
}

std::vector<const StackView*> all_stacks(const Board& board) {
    std::vector<const StackView*> out;
    for (const ServerView& server : board.servers) {
        for (const StackView& stack : server.stacks) out.push_back(&stack);
    }
    return out;
}

// How many stacks have which verdict, side by side in the order of the rows.
std::vector<BarPiece> shares_of(const std::vector<const StackView*>& stacks) {
    std::vector<BarPiece> out;
    std::map<int, std::pair<Verdict, std::size_t>> counts; // by urgency
    for (const StackView* stack : stacks) {
        auto& [verdict, count] = counts[urgency(stack->result.verdict)];
        verdict = stack->result.verdict;
        ++count;
    }
    int x = 0;
    for (const auto& [order, share] : counts) {
        const int proportional = static_cast<int>(share.second * 1000 / stacks.size());
        const bool last = order == counts.rbegin()->first;
        const int width = last ? std::max(1000 - x, least_share) : std::max(proportional, least_share);
        out.push_back({.x = x,
                       .width = width,
                       .tone = std::string(tone_of(share.first)),
                       .title = fmt::format("{}: {}", words::verdict_words(share.first), share.second)});
        x += width;
    }
    return out;
}

std::string why_empty(const Board& board, const StatusModel& model) {
    if (model.hidden > 0) return "No stack fits.";
    if (health_of(board) == Health::waiting) return "The first run is under way.";
    const bool declared = !board.source.loaded || board.source.stacks > 0;
    return declared ? "No stack could be judged." : "No stack is declared.";
}

void fill_rows(StatusModel& out, std::vector<const StackView*> stacks, const Query& query, UnixSeconds now) {
    const std::size_t all = stacks.size();
    std::erase_if(stacks, [&](const StackView* stack) { return !fits(*stack, query); });
    out.hidden = all - stacks.size();
    const std::size_t pages = std::max<std::size_t>((stacks.size() + most_rows - 1) / most_rows, 1);
    const std::size_t page = std::min(page_asked(query), pages);
    const std::size_t first = (page - 1) * most_rows;
    const std::size_t end = std::min(first + most_rows, stacks.size());
    for (std::size_t i = first; i < end; ++i) out.rows.push_back(row_of(*stacks[i], now));
    if (pages == 1) return;
    out.pager.words =
        fmt::format("Stacks {} to {} of {}, those that need a person first.", first + 1, end, stacks.size());
    if (page > 1) out.pager.previous = link_to_page(query, page - 1);
    if (page < pages) out.pager.next = link_to_page(query, page + 1);
}

std::string_view why_words(std::string_view trigger) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{{
        {"start", "the agent began"},
        {"interval", "interval"},
        {"manifests", "manifests changed"},
        {"signal", "reload"},
        {"sync", "asked for"},
        {"check", "mooring check"},
        {ledger::watch_ended, "no longer watched"},
    }};
    const auto known = std::ranges::find(words, trigger, &std::pair<std::string_view, std::string_view>::first);
    return known == words.end() ? trigger : known->second;
}

RunRow row_of(const ledger::Run& run) {
    RunRow out{.number = std::to_string(run.number),
               .why = printable(why_words(run.trigger), 100),
               .began = moment_of(run.started_at)};
    std::vector<std::string> servers;
    for (const ServerResult& server : *run.servers) servers.push_back(printable(server.name, 100));
    out.servers = join(servers, ", ");
    if (!run.looked()) {
        out.tone = "quiet";
        out.outcome = "nothing was asked";
        return out;
    }
    Report report;
    report.partial = run.partial;
    report.exit_code = run.exit_code;
    report.servers = *run.servers;
    report.summary = run.summary;
    const bool judged = run.exit_code == 0 || (run.exit_code >= 2 && run.exit_code <= 4);
    out.tone = run.partial                     ? "quiet"
               : run.exit_code == 0            ? "good"
               : run.exit_code == 3 || !judged ? "blind"
                                               : "drifted";
    out.outcome = run.partial ? "interrupted" : fmt::format("exit {}: {}", run.exit_code, report::explain_exit(report));
    out.counts = unbroken(report::headline(report));
    return out;
}

} // namespace

Headline headline_of(const Board& board) {
    const Summary summary = overall(board);
    std::size_t drift = 0;
    std::size_t blind = 0;
    for (const StackView* stack : all_stacks(board)) {
        const auto standing = words::standing_of(stack->result);
        drift += standing == words::Standing::drift ? 1 : 0;
        blind += standing == words::Standing::blind ? 1 : 0;
    }
    const auto stacks = [](std::size_t count) { return words::counted(count, "stack"); };
    Headline out;
    if (summary.coverage) out.more = shares_words(summary, "Coverage");
    switch (health_of(board)) {
    case Health::waiting:
        return {.tone = "waiting", .text = "Reading for the first time", .more = ""};
    case Health::good:
        out.tone = summary.declared == 0 ? "waiting" : "good"; // nothing is no proof of anything
        out.text = summary.declared == 0 ? "Nothing is declared" : "Everything is in sync";
        break;
    case Health::drift:
        out.tone = "drift";
        out.text = "Drift in " + stacks(drift);
        break;
    case Health::blind:
        out.tone = "blind";
        out.text = blind == 0 ? "Not everything could be seen" : stacks(blind) + " could not be seen";
        break;
    case Health::both:
        out.tone = "drift";
        out.text = blind == 0 ? fmt::format("Drift in {}; not everything could be seen", stacks(drift))
                              : fmt::format("Drift in {}, {} could not be seen", stacks(drift), blind);
        break;
    }
    if (const std::string refused = refused_servers(board); !refused.empty())
        out.text += ": token refused by " + refused;
    return out;
}

Moment newest_run(const Board& board) {
    UnixSeconds newest = 0;
    for (const ServerView& server : board.servers) {
        if (server.report) newest = std::max(newest, server.report->finished_at);
    }
    return newest == 0 ? Moment() : moment_of(newest);
}

RunsModel runs_model(const Board& board, const Query& query, std::vector<ledger::Run> runs) {
    RunsModel out;
    const bool older = runs.size() > runs_a_page;
    if (older) runs.resize(runs_a_page);
    for (const ledger::Run& run : runs) out.rows.push_back(row_of(run));
    const bool first_page = before_asked(query) == 0;
    if (!runs.empty() && (older || !first_page)) {
        out.pager.words = fmt::format("Runs {} to {}, newest first.", runs.back().number, runs.front().number);
        if (older) out.pager.next = fmt::format("/runs?before={}", runs.back().number);
        if (!first_page) out.pager.previous = "/runs";
    }
    out.under_way = names_of(board, &ServerView::running);
    out.empty = !board.ledger.enabled           ? "Runs are not recorded: the configuration has no `ledger`."
                : !board.ledger.problem.empty() ? "Runs could not be recorded: " + board.ledger.problem
                : !first_page                   ? "No older run is recorded."
                                                : "No run is recorded yet.";
    out.version = board.version;
    out.as_of = newest_run(board);
    return out;
}

StatusModel status_model(const Board& board, const Query& query, UnixSeconds now) {
    StatusModel out;
    out.headline = headline_of(board);
    out.warnings = warnings_of(board, now);
    std::vector<const StackView*> stacks = all_stacks(board);
    out.shares = shares_of(stacks);
    out.verdicts = verdict_filters(stacks, query);
    out.environments = environment_filters(stacks, query);
    out.sources = server_filters(stacks, query);
    if (const auto name = query.find("name"); name != query.end()) out.search = name->second;
    out.kept = beside_name(query);
    std::ranges::stable_sort(stacks, {}, [](const StackView* stack) { return urgency(stack->result.verdict); });
    fill_rows(out, stacks, query, now);
    out.empty = why_empty(board, out);
    for (const ServerView& server : board.servers) {
        out.servers.push_back(card_of(server, now));
        if (!out.servers.back().problem.empty()) out.unread += (out.unread.empty() ? "" : ", ") + server.name;
    }
    out.corrections = corrections_of(board);
    out.version = board.version;
    out.as_of = newest_run(board);
    return out;
}

} // namespace mooring::serve
