// The page of one stack, as values.

#include "base/text.hpp"
#include "report/wording.hpp"
#include "serve/door.hpp"
#include "serve/page.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::serve {
namespace {

constexpr std::size_t most_spells = 50;
constexpr std::size_t most_of_a_value = 2000;
constexpr UnixSeconds longest_strip = UnixSeconds{90} * 86400;

std::string side(const Change& change, const std::optional<std::string>& value) {
    if (!value) return "(absent)";
    if (change.secret) return "(secret)";
    return value->empty() ? "(empty)" : printable(*value, most_of_a_value);
}

ChangeRow row_of(const Change& change) {
    ChangeRow row{.plane = std::string(to_string(change.plane)),
                  .path = printable(change.path),
                  .desired = side(change, change.desired),
                  .actual = side(change, change.actual),
                  .place = report::place(change.where)};
    if (change.secret) row.note = "differs (secret)";
    if (!change.waiver.empty()) row.note = "accepted by waiver " + change.waiver;
    return row;
}

// Requests and what came back; one that was sent twice with the same answer is told once.
std::vector<std::string> evidence_lines(const StackResult& result) {
    std::vector<std::string> out;
    for (const auto* list : {&result.evidence, &result.probes}) {
        for (const Evidence& one : *list) {
            std::string line = report::request_line(one);
            if (std::ranges::find(out, line) == out.end()) out.push_back(std::move(line));
        }
    }
    return out;
}

void fill_from(StackModel& out, const StackView& view, UnixSeconds now) {
    const StackResult& result = view.result;
    out.verdict = words::verdict_words(result);
    out.tone = tone_of(result.verdict);
    out.sign = sign_of(result.verdict);
    const Count count = view.count(now);
    out.since = moment_of(count.since);
    out.age = words::age_words(now - count.since);
    out.seen = seen_words(count, now);
    if (const auto open = view.difference(now); open && open->since != count.since) {
        const std::string seen = seen_words(*open, now);
        out.out_of_sync = fmt::format("Out of sync since {}, for {}{}.", moment_of(open->since).words,
                                      words::age_words(now - open->since), seen.empty() ? "" : ", seen so for " + seen);
    }
    out.place = report::place(result.where);
    out.owner = printable(result.owner);
    out.rule = result.rule;
    out.changes.reserve(result.changes.size());
    for (const Change& change : result.changes) out.changes.push_back(row_of(change));
    for (const report::Reason& reason : report::reasons_of(result)) {
        using Kind = report::Reason::Kind;
        if (reason.kind == Kind::remedy)
            out.remedy += (out.remedy.empty() ? "" : " ") + reason.text;
        else if (reason.kind == Kind::why || reason.kind == Kind::unread)
            out.reasons.push_back(reason.text);
        else if (reason.kind != Kind::request) // every request stands below
            out.asides.push_back(reason.text);
    }
    out.evidence = evidence_lines(result);
}

void fill_history(StackModel& out, const std::vector<ledger::Spell>& history, UnixSeconds now) {
    if (history.empty()) return;
    const UnixSeconds from = std::max(history.front().first_at, now - longest_strip);
    std::vector<ledger::Spell> until_now = history;
    if (out.shown) until_now.back().last_at = now; // between two runs of an agent that watches
    out.strip = strip_of(until_now, from, now);
    out.strip_from = moment_of(from);
    out.strip_to = moment_of(now);
    for (auto spell = history.rbegin(); spell != history.rend() && out.spells.size() < most_spells; ++spell) {
        const StackResult& state = *spell->state;
        out.spells.push_back({.verdict = words::verdict_words(state),
                              .tone = std::string(tone_of(state.verdict)),
                              .sign = std::string(sign_of(state.verdict)),
                              .from = moment_of(spell->first_at),
                              .to = moment_of(spell->last_at),
                              .brief = state.verdict == Verdict::in_sync ? "" : printable(report::brief(state), 300)});
    }
}

} // namespace

std::optional<StackModel> stack_model(const Board& board, const StackKey& key,
                                      const std::vector<ledger::Spell>& history, UnixSeconds now) {
    const StackView* view = find_stack(board, key);
    if (view == nullptr && history.empty()) return std::nullopt;
    StackModel out{.name = key.name, .environment = key.environment, .server = key.server};
    out.version = board.version;
    out.as_of = newest_run(board);
    out.shown = view != nullptr;
    if (view != nullptr) {
        fill_from(out, *view, now);
        if (const ServerView* server = board.find(key.server)) {
            out.portainer = report::stack_url(server->url, view->result);
            if (server->report) out.as_of = moment_of(server->report->finished_at);
        }
    }
    fill_history(out, history, now);
    return out;
}

std::vector<BarPiece> strip_of(const std::vector<ledger::Spell>& history, UnixSeconds from, UnixSeconds to) {
    std::vector<BarPiece> out;
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
                       .title = fmt::format("{}, {} to {}", words::verdict_words(verdict),
                                            moment_of(spell.first_at).words, moment_of(end).words)});
    }
    return out;
}

namespace {

using reconcile::Readiness;
using reconcile::Step;

constexpr std::size_t most_steps = 50;
constexpr std::size_t most_paths = 4;

std::string spoken(std::string_view word) {
    std::string out(word);
    std::ranges::replace(out, '_', ' ');
    return out;
}

std::string href_of(const Step& step) {
    return path_of("/stacks", {.server = step.server, .environment = step.environment, .name = step.name});
}

std::string what_differs(const Step& step) {
    std::vector<std::string> paths;
    paths.reserve(step.corrections.size());
    for (const reconcile::Correction& one : step.corrections) {
        paths.push_back(one.secret ? fmt::format("`{}` differs (secret)", printable(one.path, 200))
                                   : fmt::format("`{}` becomes `{}`", printable(one.path, 200),
                                                 printable(one.becomes.value_or("(not there)"), 200)));
    }
    return join(words::with_the_rest_counted(std::move(paths), most_paths), ", ");
}

CorrectionRow row_of(const Step& step) {
    CorrectionRow row{.href = href_of(step), .name = step.name, .environment = step.environment};
    if (step.readiness == Readiness::to_do) {
        std::vector<std::string> actions;
        actions.reserve(step.parts.size());
        for (const reconcile::Part& part : step.parts) actions.emplace_back(to_string(part.action));
        row.state = join(actions, ", ");
        row.tone = "good";
        row.brief = what_differs(step);
        return row;
    }
    const reconcile::Obstacle& first = step.obstacles.front();
    const bool quarantined = first.code == "quarantined";
    row.state = quarantined ? "quarantined" : spoken(to_string(step.readiness));
    row.tone = quarantined ? "broken" : step.readiness == Readiness::held ? "quiet" : "drifted";
    row.brief = printable(first.message, 600);
    row.remedy = printable(first.remedy, 600);
    return row;
}

CorrectionRow row_of(const Corrected& one, const std::string& server) {
    return {.href = path_of("/stacks", {.server = server, .environment = one.environment, .name = one.name}),
            .name = one.name,
            .environment = one.environment,
            .state = fmt::format("{}: {}", one.action, spoken(to_string(one.outcome))),
            .tone = went_wrong(one.outcome)               ? "broken"
                    : one.outcome == PartOutcome::skipped ? "quiet"
                                                          : "good",
            .brief = printable(one.message.empty() ? join(one.changes, ", ") : one.message, 600),
            .remedy = {},
            .at = moment_of(one.at)};
}

CorrectionsCard card_of(const ServerView& server, const Corrections& corrections) {
    CorrectionsCard card;
    card.server = server.name;
    if (!corrections.problem.empty()) {
        card.halted = corrections.problem;
    } else if (corrections.halted) {
        card.halted = corrections.halted->message;
        if (!corrections.halted->remedy.empty()) card.halted += ". What to do: " + corrections.halted->remedy;
    }
    if (!corrections.under_way.empty())
        card.under_way =
            fmt::format("{}, since {}", corrections.under_way, moment_of(corrections.under_way_since).words);
    std::vector<const Step*> steps;
    steps.reserve(corrections.steps.size());
    for (const Step& step : corrections.steps) steps.push_back(&step);
    std::ranges::stable_sort(steps, std::ranges::greater{}, [](const Step* step) { return step->readiness; });
    for (const Step* step : steps) {
        if (card.steps.size() < most_steps)
            card.steps.push_back(row_of(*step));
        else
            ++card.more;
    }
    for (const Corrected& one : corrections.done) card.done.push_back(row_of(one, server.name));
    if (card.steps.empty()) card.empty = "Nothing is left to correct where the policy says `mode: correct`.";
    return card;
}

} // namespace

std::vector<CorrectionsCard> corrections_of(const Board& board) {
    std::vector<CorrectionsCard> cards;
    for (const ServerView& server : board.servers) {
        if (server.corrections) cards.push_back(card_of(server, *server.corrections));
    }
    return cards;
}

} // namespace mooring::serve
