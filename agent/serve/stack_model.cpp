// The page of one stack, as values.
#include "base/text.hpp"
#include "report/link.hpp"
#include "report/reasons.hpp"
#include "report/wording.hpp"
#include "serve/answers.hpp"
#include "serve/page_model.hpp"
#include "words/amounts.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <fmt/format.h>

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
    out.now = moment_of(now);
    out.shown = view != nullptr;
    if (view != nullptr) {
        fill_from(out, *view, now);
        const auto server = std::ranges::find(board.servers, key.server, &ServerView::name);
        if (server != board.servers.end()) out.portainer = report::stack_url(server->url, view->result);
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

} // namespace mooring::serve
