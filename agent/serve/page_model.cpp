#include "serve/page_model.hpp"

#include "base/text.hpp"
#include "report/headline.hpp"
#include "report/reasons.hpp"
#include "report/standing.hpp"
#include "report/wording.hpp"
#include "serve/answers.hpp"
#include "serve/routes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace mooring::serve {
namespace {

using Query = std::map<std::string, std::string>;

std::string value_of(const Query& query, const std::string& name) {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
}

// The status page with another value of one filter; "" takes the filter away.
std::string link_with(Query query, const std::string& name, const std::string& value) {
    query[name] = value;
    std::string out = "/";
    for (const char* known : {"verdict", "server", "environment"}) {
        const std::string text = value_of(query, known);
        if (!text.empty()) out += fmt::format("{}{}={}", out.size() == 1 ? "?" : "&", known, percent_encoded(text));
    }
    return out;
}

// What needs a person first, what is in sync last.
int urgency(Verdict verdict) {
    if (verdict == Verdict::in_sync) return 100;
    return static_cast<int>(std::ranges::find(report::listed_verdicts, verdict) - report::listed_verdicts.begin());
}

bool fits(const StackView& stack, const Query& query) {
    const auto asks = [&](const char* name, std::string_view is) {
        const std::string wanted = value_of(query, name);
        return wanted.empty() || wanted == is;
    };
    return asks("verdict", to_string(stack.result.verdict)) && asks("server", stack.key.server) &&
           asks("environment", stack.key.environment);
}

StackRow row_of(const StackView& stack, UnixSeconds now) {
    const StackResult& result = stack.result;
    return {.href = path_of("/stacks", stack.key),
            .name = result.name,
            .server = stack.key.server,
            .environment = stack.key.environment,
            .verdict = report::verdict_words(result),
            .tone = std::string(tone_of(result.verdict)),
            .sign = std::string(sign_of(result.verdict)),
            .since = format_utc(stack.since),
            .age = age_words(now - stack.since),
            .brief = result.verdict == Verdict::in_sync ? "" : printable(report::brief(result), 300)};
}

ServerCard card_of(const ServerView& server, UnixSeconds now) {
    ServerCard card{.name = server.name, .url = server.url};
    card.problem = server.problem;
    if (server.report && !server.report->servers.empty()) {
        const ServerResult& seen = server.report->servers.front();
        if (seen.identity)
            card.identity =
                fmt::format("{}, {}", printable(seen.identity->username, 100), report::role_name(seen.identity->role));
        if (card.problem.empty()) card.problem = printable(seen.error);
        const auto& summary = server.report->summary;
        card.shares =
            fmt::format("coverage {}, score {}", report::percent(summary.coverage), report::percent(summary.score));
    }
    card.last = server.ended_at == 0
                    ? "not yet"
                    : fmt::format("{} ago, took {:.1f} s", age_words(now - server.ended_at), server.seconds);
    card.next = server.running ? "under way" : "in " + age_words(server.next_due - now);
    return card;
}

std::vector<std::string> warnings_of(const Board& board) {
    std::vector<std::string> out;
    const SourceView& source = board.source;
    const auto error = std::ranges::find(source.diagnostics, Severity::error, &Diagnostic::severity);
    const std::string why = error == source.diagnostics.end()
                                ? ""
                                : fmt::format(" {}: {}", report::place(error->where), report::remark(*error));
    if (source.stale)
        out.push_back(
            fmt::format("The manifests cannot be read as a whole since {}; stacks are judged by those of {}.{}",
                        format_utc(source.failing_since), format_utc(source.loaded_at), why));
    else if (source.failing_since != 0)
        out.push_back((source.loaded ? "Only a part of the manifests can be read; the rest is not judged."
                                     : "The manifests cannot be read; nothing is judged.") +
                      why);
    if (!board.ledger.problem.empty()) out.push_back("Runs are not recorded: " + board.ledger.problem);
    return out;
}

std::vector<const StackView*> all_stacks(const Board& board) {
    std::vector<const StackView*> out;
    for (const ServerView& server : board.servers) {
        for (const StackView& stack : server.stacks) out.push_back(&stack);
    }
    return out;
}

std::vector<Filter> verdict_filters(const std::vector<const StackView*>& stacks, const Query& query) {
    const std::string current = value_of(query, "verdict");
    Query others = query;
    others.erase("verdict");
    std::map<Verdict, std::size_t> counts;
    std::size_t all = 0;
    for (const StackView* stack : stacks) {
        if (!fits(*stack, others)) continue;
        ++counts[stack->result.verdict];
        ++all;
    }
    std::vector<Filter> out{{.label = "all",
                             .count = all,
                             .href = link_with(query, "verdict", ""),
                             .tone = "all",
                             .current = current.empty()}};
    const auto add = [&](Verdict verdict) {
        const std::string word(to_string(verdict));
        if (!counts.contains(verdict) && current != word) return;
        out.push_back({.label = report::words(verdict),
                       .count = counts[verdict],
                       .href = link_with(query, "verdict", word),
                       .tone = std::string(tone_of(verdict)),
                       .current = current == word});
    };
    for (const Verdict verdict : report::listed_verdicts) add(verdict);
    add(Verdict::in_sync);
    return out;
}

std::vector<Filter> environment_filters(const std::vector<const StackView*>& stacks, const Query& query) {
    std::map<std::string, std::size_t> counts;
    Query others = query;
    others.erase("environment");
    for (const StackView* stack : stacks) counts[stack->key.environment] += fits(*stack, others) ? 1 : 0;
    if (counts.size() < 2) return {};
    const std::string current = value_of(query, "environment");
    std::vector<Filter> out{{.label = "every environment",
                             .href = link_with(query, "environment", ""),
                             .tone = "all",
                             .current = current.empty()}};
    for (const auto& [name, count] : counts) {
        if (out.size() > 40) break;
        out.push_back({.label = name,
                       .count = count,
                       .href = link_with(query, "environment", name),
                       .tone = "all",
                       .current = current == name});
    }
    return out;
}

} // namespace

std::string_view tone_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return "good";
    case Verdict::drifted:
        return "drifted";
    case Verdict::missing:
        return "missing";
    case Verdict::extra:
        return "extra";
    case Verdict::denied:
        return "denied";
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
        return "blind";
    case Verdict::error:
        return "broken";
    case Verdict::pending:
    case Verdict::suspended:
        break;
    }
    return "quiet";
}

std::string_view sign_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return "✓";
    case Verdict::drifted:
        return "≠";
    case Verdict::missing:
        return "∅";
    case Verdict::extra:
        return "+";
    case Verdict::denied:
        return "⊘";
    case Verdict::not_visible:
        return "?";
    case Verdict::orphaned:
        return "↛";
    case Verdict::unreachable:
        return "×";
    case Verdict::pending:
        return "…";
    case Verdict::error:
        return "!";
    case Verdict::suspended:
        break;
    }
    return "‖";
}

std::string age_words(UnixSeconds seconds) {
    constexpr UnixSeconds two_hours = 7200;
    constexpr UnixSeconds two_days = 172800;
    if (seconds < 5) return "a moment";
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < two_hours) return fmt::format("{} min", seconds / 60);
    if (seconds < two_days) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

Headline headline_of(const Board& board) {
    const Summary summary = overall(board);
    std::size_t drift = 0;
    std::size_t blind = 0;
    for (const StackView* stack : all_stacks(board)) {
        const auto standing = report::standing_of(stack->result);
        drift += standing == report::Standing::drift ? 1 : 0;
        blind += standing == report::Standing::blind ? 1 : 0;
    }
    const auto stacks = [](std::size_t count) { return report::counted(count, "stack"); };
    Headline out;
    if (summary.coverage)
        out.more =
            fmt::format("Coverage {}, score {}", report::percent(summary.coverage), report::percent(summary.score));
    switch (health_of(board)) {
    case Health::waiting:
        return {.tone = "waiting", .text = "Reading for the first time", .more = ""};
    case Health::good:
        out.tone = "good";
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
        out.text = fmt::format("Drift in {}, {} could not be seen", stacks(drift),
                               blind == 0 ? "not all" : std::to_string(blind));
        break;
    }
    return out;
}

StatusModel status_model(const Board& board, const Query& query, UnixSeconds now) {
    StatusModel out;
    out.headline = headline_of(board);
    out.warnings = warnings_of(board);
    std::vector<const StackView*> stacks = all_stacks(board);
    out.verdicts = verdict_filters(stacks, query);
    out.environments = environment_filters(stacks, query);
    std::ranges::stable_sort(stacks, {}, [](const StackView* stack) { return urgency(stack->result.verdict); });
    for (const StackView* stack : stacks) {
        if (fits(*stack, query))
            out.rows.push_back(row_of(*stack, now));
        else
            ++out.hidden;
    }
    out.servers.reserve(board.servers.size());
    for (const ServerView& server : board.servers) out.servers.push_back(card_of(server, now));
    out.version = board.version;
    out.now = format_utc(now);
    return out;
}

std::vector<StripPiece> strip_of(const std::vector<ledger::Spell>& history, UnixSeconds from, UnixSeconds to) {
    std::vector<StripPiece> out;
    if (to <= from) return out;
    const auto place = [&](UnixSeconds at) {
        return static_cast<int>((std::clamp(at, from, to) - from) * 1000 / (to - from));
    };
    for (std::size_t i = 0; i < history.size(); ++i) {
        const ledger::Spell& spell = history[i];
        const Verdict verdict = spell.state->verdict;
        // A spell that another follows without a run in between holds until that one.
        const bool joined = i + 1 < history.size() && history[i + 1].first_run == spell.last_run + 1;
        const UnixSeconds end = joined ? history[i + 1].first_at : spell.last_at;
        if (end < from || spell.first_at > to) continue;
        const int x = place(spell.first_at);
        out.push_back({.x = x,
                       .width = std::max(place(end) - x, 3),
                       .tone = std::string(tone_of(verdict)),
                       .title = fmt::format("{}, {} to {}", report::words(verdict), format_utc(spell.first_at),
                                            format_utc(end))});
    }
    return out;
}

} // namespace mooring::serve
