#include "serve/board.hpp"

#include "base/text.hpp"
#include "drift/judge.hpp"
#include "model/memory.hpp"
#include "report/formats.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace mooring::serve {

std::size_t Corrections::count(reconcile::Readiness readiness) const {
    return static_cast<std::size_t>(std::ranges::count(steps, readiness, &reconcile::Step::readiness));
}

std::size_t Corrections::quarantined() const {
    return static_cast<std::size_t>(std::ranges::count_if(steps, [](const reconcile::Step& step) {
        return !step.obstacles.empty() && step.obstacles.front().code == "quarantined";
    }));
}

namespace {

// The newest run came to verdicts about it.
bool is_judged(const ServerView& server) {
    return server.problem.empty() && server.report && !server.report->partial && !server.report->servers.empty() &&
           server.report->servers.front().exit_code == 0;
}

// What summaries and headlines count of a server's stacks, and no more.
void count_stacks(const ServerView& server, std::vector<StackResult>& all) {
    for (const StackView& stack : server.stacks) {
        StackResult& slim = all.emplace_back();
        slim.verdict = stack.result.verdict;
        slim.waived = stack.result.waived;
        slim.runtime_asked = stack.result.runtime_asked;
    }
}

std::vector<StackResult> counted_stacks(const Board& board) {
    std::vector<StackResult> all;
    for (const ServerView& server : board.servers) count_stacks(server, all);
    return all;
}

// "; a restart is needed": what is to be said of the agent beside its verdicts.
std::string agent_words(const Board& board) {
    std::string out;
    if (!board.reload.empty()) out += "; the configuration could not be read again: " + board.reload;
    if (!board.ledger.problem.empty()) out += "; runs are not recorded";
    if (!board.restart.empty()) out += "; a restart is needed";
    return out;
}

} // namespace

std::string_view to_string(Trigger trigger) {
    constexpr std::array<std::string_view, 5> words{"start", "interval", "manifests", "signal", "sync"};
    return words.at(static_cast<std::size_t>(trigger));
}

const ServerView* Board::find(std::string_view server) const {
    const auto found = std::ranges::find(servers, server, &ServerView::name);
    return found == servers.end() ? nullptr : &*found;
}

ServerView* Board::find(std::string_view server) {
    const auto found = std::ranges::find(servers, server, &ServerView::name);
    return found == servers.end() ? nullptr : &*found;
}

Summary overall(const Board& board) { return drift::summarise(counted_stacks(board)); }

Health health_of(const Board& board) {
    bool drift = false;
    bool blind = board.source.stale || (board.source.failing_since != 0 && !board.source.loaded);
    bool judged = false;
    for (const ServerView& server : board.servers) {
        judged = judged || server.report;
        blind = blind || !server.problem.empty() ||
                (server.report && !server.report->servers.empty() && server.report->servers.front().exit_code != 0);
        for (const StackView& stack : server.stacks) {
            const auto standing = words::standing_of(stack.result);
            drift = drift || standing == words::Standing::drift;
            blind = blind || drift::sets_blind_bit(stack.result);
        }
    }
    if (drift) return blind ? Health::both : Health::drift;
    if (blind) return Health::blind;
    return judged ? Health::good : Health::waiting;
}

bool is_refused(const ServerView& server) {
    constexpr int credentials_exit = 77;
    return server.problem.empty() && server.report && !server.report->servers.empty() &&
           server.report->servers.front().exit_code == credentials_exit;
}

std::string names_of(const Board& board, const std::function<bool(const ServerView&)>& which) {
    std::vector<std::string> names;
    for (const ServerView& server : board.servers) {
        if (which(server)) names.push_back(server.name);
    }
    return join(names, ", ");
}

std::string refused_servers(const Board& board) { return names_of(board, is_refused); }

std::string first_error(const SourceView& source) {
    const auto error = std::ranges::find(source.diagnostics, Severity::error, &Diagnostic::severity);
    return error == source.diagnostics.end() ? "" : report::placed_remark(*error);
}

std::string nothing_judged(const SourceView& source) {
    if (source.loaded || source.failing_since == 0) return {};
    const std::string error = first_error(source);
    return "nothing is judged: " + (error.empty() ? "nothing is declared" : error);
}

std::string headline(const Board& board) {
    Report all;
    all.stacks = counted_stacks(board);
    all.summary = drift::summarise(all.stacks);
    std::string out = report::headline(all);
    std::size_t waiting = 0;
    for (const ServerView& server : board.servers) {
        if (!server.report) ++waiting;
        if (!server.problem.empty()) out += fmt::format("; {}: {}", server.name, server.problem);
    }
    if (const std::string refused = refused_servers(board); !refused.empty()) out += "; token refused by " + refused;
    if (waiting == board.servers.size()) out = "no run has ended yet";
    if (board.source.stale)
        out += "; the manifests cannot be read, judging by those of " + format_utc(board.source.loaded_at);
    if (board.source.failing_since != 0 && !board.source.loaded) out += "; no manifests could be read";
    return out + agent_words(board);
}

std::string headline(const Board& board, std::string_view server) {
    const ServerView* view = board.find(server);
    if (view == nullptr || view->unwatched) return "no longer watched";
    if (!view->report) return view->problem.empty() ? "no run has ended yet" : view->problem;
    Report all;
    count_stacks(*view, all.stacks);
    all.summary = drift::summarise(all.stacks);
    return report::headline(all) + (view->problem.empty() ? "" : "; " + view->problem);
}

std::string caveats(const Board& board) {
    std::vector<std::string> out;
    if (!board.reload.empty())
        out.push_back("The configuration could not be read again, the one before stays in use: " + board.reload);
    if (board.source.failing_since != 0 && board.source.loaded) {
        const std::string error = first_error(board.source);
        out.push_back((board.source.stale ? "The manifests cannot be read, those of before stay in use"
                                          : "Only a part of the manifests can be read") +
                      (error.empty() ? "" : ": " + error));
    }
    if (!board.ledger.problem.empty()) out.push_back("Runs are not recorded: " + board.ledger.problem);
    return join(out, " ");
}

std::string not_ready(const Board& board, UnixSeconds now) {
    if (std::string reason = nothing_judged(board.source); !reason.empty()) return reason;
    for (const ServerView& server : board.servers) {
        if (server.ended_at == 0) return fmt::format("no run of {} has ended yet", server.name);
        const bool writes = server.corrections && !server.corrections->under_way.empty();
        if ((server.running || writes) && now <= server.ends_by) continue;
        if (now - server.ended_at > board.ready_window.count())
            return fmt::format("the last run of {} ended {} s ago", server.name, now - server.ended_at);
    }
    return {};
}

std::vector<StackView> views_of(const Report& report, const std::map<StackKey, StackView>& before, const Watch& watch) {
    std::vector<StackView> out;
    out.reserve(report.stacks.size());
    std::map<StackKey, std::int64_t> seen;
    for (const StackResult& result : report.stacks) {
        StackKey key = ledger::key_of(result);
        key.ordinal = seen[key]++;
        const auto known = before.find(key);
        Tally tally = known == before.end() ? Tally() : known->second.tally;
        tally.take(word_of(result), report.started_at, watch.before());
        out.push_back({.key = std::move(key), .result = result, .tally = tally, .watch = watch});
    }
    return out;
}

Diagnostics waiver_remarks(const Board& board, UnixSeconds now) {
    std::vector<StackResult> users;
    for (const ServerView& server : board.servers) {
        for (const StackView& stack : server.stacks) {
            if (!stack.result.waivers.empty()) users.emplace_back().waivers = stack.result.waivers;
        }
    }
    Diagnostics out;
    for (const Waiver& waiver : board.source.waivers) {
        const bool known = std::ranges::all_of(board.servers, [&](const ServerView& server) {
            return !glob_matches(waiver.server, server.name) || server.unwatched || is_judged(server);
        });
        for (Diagnostic& one : drift::waiver_diagnostics(users, {waiver}, now)) {
            if (known || one.code != "waiver-unused") out.push_back(std::move(one));
        }
    }
    return out;
}

std::map<StackKey, StackView> known_after(const std::map<StackKey, StackView>& before,
                                          const std::vector<StackView>& stacks, const Watch& watch, bool whole) {
    std::map<StackKey, StackView> out;
    for (const StackView& one : stacks) out.emplace(one.key, one);
    for (const auto& [key, view] : before) {
        const auto [kept, is_new] = out.try_emplace(key, view);
        if (!is_new) continue;
        StackView& one = kept->second;
        one.watched = one.watched && !whole && view.result.verdict == Verdict::extra;
        one.tally.rest(watch.before());
        one.watch = watch;
    }
    return out;
}

namespace {

std::string words_or(const std::optional<Verdict>& verdict, std::string_view otherwise) {
    return verdict ? words::verdict_words(*verdict) : std::string(otherwise);
}

} // namespace

std::string state_of(const StackResult& result) {
    std::string out = fmt::format("{} {}{}", to_string(result.verdict), result.waived ? "waived " : "",
                                  result.cause ? to_string(*result.cause) : "");
    for (const Change& change : result.changes) {
        if (!change.waiver.empty()) continue;
        out += fmt::format("\n{} {}", to_string(change.plane), change.path);
        if (!change.secret)
            out += fmt::format(" {} {}", lasting_side(change, change.desired.value_or("-")),
                               lasting_side(change, change.actual.value_or("-")));
    }
    return out;
}

std::vector<Transition> transitions(const std::map<StackKey, StackView>& before, const std::vector<StackView>& after) {
    std::vector<Transition> out;
    std::set<const StackView*> still_there; // of `before`
    for (const StackView& now : after) {
        const auto known = before.find(now.key);
        const Verdict verdict = now.result.verdict;
        Transition one{.key = {}, .before = {}, .after = verdict, .brief = {}};
        bool is_one = verdict != Verdict::in_sync;
        if (known != before.end() && known->second.watched) {
            still_there.insert(&known->second);
            one.before = known->second.result.verdict;
            one.details = one.before == verdict && state_of(known->second.result) != state_of(now.result);
            is_one = one.before != verdict || one.details;
        }
        if (!is_one) continue; // most of 10,000 stacks, most of the time
        one.key = now.key;
        one.brief = report::brief(now.result);
        one.cause = now.result.cause;
        out.push_back(std::move(one));
    }
    for (const auto& [key, view] : before) {
        if (!view.watched || still_there.contains(&view)) continue; // that was over before
        out.push_back({.key = key, .before = view.result.verdict, .after = {}, .brief = {}});
    }
    return out;
}

namespace {

constexpr std::size_t most_names = 3; // of stacks that are told together

bool says_why(const Transition& transition) {
    return !transition.brief.empty() && transition.after != Verdict::in_sync;
}

std::string what_of(const Transition& transition) {
    std::string what = transition.details ? words_or(transition.after, "") + ", with other differences"
                                          : fmt::format("{} -> {}", words_or(transition.before, "new"),
                                                        words_or(transition.after, "no longer watched"));
    return says_why(transition) ? what + ": " + transition.brief : what;
}

} // namespace

std::string line_of(const Transition& transition) {
    const auto& key = transition.key;
    return fmt::format("{}/{}@{}: {}", key.name, key.environment, key.server, what_of(transition));
}

std::string line_of(std::span<const Transition> together) {
    const Transition& first = together.front();
    if (together.size() == 1) return line_of(first);
    std::vector<std::string> names;
    names.reserve(together.size());
    for (const Transition& one : together) names.push_back(one.key.name + "/" + one.key.environment);
    return fmt::format("{} stacks of {}: {} ({})", together.size(), first.key.server, what_of(first),
                       join(words::with_the_rest_counted(std::move(names), most_names), ", "));
}

std::vector<std::vector<Transition>> told_together(std::vector<Transition> transitions) {
    using Said =
        std::tuple<std::string, std::optional<Verdict>, std::optional<Verdict>, std::optional<Cause>, std::string>;
    std::map<Said, std::size_t> places;
    std::vector<std::vector<Transition>> out;
    for (Transition& one : transitions) {
        const bool alone = one.details || (one.after && words::standing_of(*one.after) == words::Standing::drift);
        std::size_t place = out.size();
        if (!alone) {
            Said said{one.key.server, one.before, one.after, one.cause, says_why(one) ? one.brief : std::string()};
            place = places.try_emplace(std::move(said), place).first->second;
        }
        if (place == out.size()) out.emplace_back();
        out[place].push_back(std::move(one));
    }
    return out;
}

Level level_of(const Transition& transition) {
    if (!transition.after) return Level::info;
    const auto standing = words::standing_of(*transition.after);
    return standing == words::Standing::drift || standing == words::Standing::blind ? Level::warn : Level::info;
}

} // namespace mooring::serve
