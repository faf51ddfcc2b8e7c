// The report as CSV: one record a fact, for spreadsheets.

#include "base/text.hpp"
#include "evidence/document.hpp"
#include "report/formats.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <fmt/format.h>

namespace mooring::evidence {
namespace {

using report::csv_cell;

// Every record has all columns.
struct Record {
    std::string row;
    std::string subject;
    std::string server;
    std::string environment;
    std::string what; // verdict, code, state
    UnixSeconds from = 0;
    UnixSeconds to = 0;
    std::optional<UnixSeconds> seconds = {}; // nullopt: all from `from` to `to`
    std::string outcome;
    std::string text;
    std::string cure;
};

constexpr std::string_view header = "row,subject,server,environment,what,from,to,seconds,outcome,text,cure\r\n";

std::string time_or_nothing(UnixSeconds at) { return at == 0 ? std::string() : format_utc(at); }

std::string line_of(const Record& record) {
    const bool both = record.from != 0 && record.to >= record.from && record.to != 0;
    std::string out;
    for (const std::string& cell :
         {csv_cell(record.row), csv_cell(record.subject), csv_cell(record.server), csv_cell(record.environment),
          csv_cell(record.what), time_or_nothing(record.from), time_or_nothing(record.to),
          both ? std::to_string(record.seconds.value_or(record.to - record.from)) : "", csv_cell(record.outcome),
          csv_cell(record.text), csv_cell(record.cure)}) {
        if (!out.empty()) out += ',';
        out += cell;
    }
    return out + "\r\n";
}

std::string stack_lines(const StackReport& stack) {
    const ledger::StackKey& key = stack.key;
    std::string out = line_of({.row = "stack",
                               .subject = key.name,
                               .server = key.server,
                               .environment = key.environment,
                               .what = stack.judged_last ? std::string(mooring::to_string(stack.last->verdict)) : "",
                               .from = stack.first_seen,
                               .to = stack.last_seen,
                               .outcome = stack.judged_last ? "judged" : "not judged any more",
                               .text = stack.last->message,
                               .cure = stack.last->remedy});
    for (const Episode& episode : stack.episodes) {
        std::vector<std::string> changes;
        changes.reserve(episode.changes.size());
        for (const Change& change : episode.changes) changes.push_back(report::lone_change_line(change));
        out += line_of({.row = "episode",
                        .subject = key.name,
                        .server = key.server,
                        .environment = key.environment,
                        .what = std::string(mooring::to_string(episode.verdict)),
                        .from = episode.opened_at,
                        .to = episode.ended_at,
                        .seconds = episode.seen,
                        .outcome = std::string(to_string(episode.end)),
                        .text = join(changes, "; "),
                        .cure = {}});
    }
    for (const Unseen& one : stack.unseen) {
        out += line_of({.row = "unseen",
                        .subject = key.name,
                        .server = key.server,
                        .environment = key.environment,
                        .what = std::string(mooring::to_string(one.state->verdict)),
                        .from = one.from,
                        .to = one.to,
                        .seconds = one.seen,
                        .outcome = one.lasts ? "lasts" : "ended",
                        .text = one.state->message,
                        .cure = one.state->remedy});
    }
    return out;
}

std::string line_of(const Observer& one) {
    return line_of({.row = "observer",
                    .subject = words::observer_words(one.server),
                    .server = one.server.name,
                    .environment = {},
                    .what = one.server.exit_code == 0 ? "judged" : "not judged",
                    .from = one.from,
                    .to = one.to,
                    .outcome = fmt::format("{} runs", one.runs),
                    .text = one.server.error,
                    .cure = {}});
}

std::string line_of(const WaiverReport& one, const PeriodAssessment& it) {
    return line_of({.row = "waiver",
                    .subject = one.waiver.name,
                    .server = one.waiver.server,
                    .environment = one.waiver.environment,
                    .what = waiver_state(one, it),
                    .from = one.waiver.from,
                    .to = one.waiver.until,
                    .outcome = join(one.used_for, ", "),
                    .text = fmt::format("{} of {}: {} (owner {}, approved by {})", one.waiver.path, one.waiver.stack,
                                        one.waiver.reason, one.waiver.owner, one.waiver.approver),
                    .cure = {}});
}

std::string line_of(const Gap& gap) {
    return line_of({.row = "gap",
                    .subject = "observation",
                    .server = gap.server,
                    .environment = {},
                    .what = gap.unwatched ? "not watched" : "not observed",
                    .from = gap.from,
                    .to = gap.to,
                    .outcome = {},
                    .text = {},
                    .cure = {}});
}

std::string line_of(const Finding& one) {
    return line_of({.row = "finding",
                    .subject = one.subject,
                    .server = {},
                    .environment = {},
                    .what = one.code,
                    .from = one.from,
                    .to = one.to,
                    .outcome = std::string(to_string(one.level)),
                    .text = one.text,
                    .cure = one.cure});
}

} // namespace

std::string to_csv(const PeriodAssessment& it) {
    std::string out(header);
    out += line_of(
        {.row = "report",
         .subject = "mooring",
         .server = it.scope.server,
         .environment = {},
         .what = it.verification.proven() ? "proven" : "broken",
         .from = it.scope.period.from,
         .to = it.scope.period.to,
         .outcome = it.last_hash,
         .text = fmt::format("{} runs; score {}, with waivers {}, coverage {}", it.runs, words::percent(it.means.score),
                             words::percent(it.means.score_with_waivers), words::percent(it.means.coverage)),
         .cure = {}});
    for (const Observer& one : it.observers) out += line_of(one);
    for (const StackReport& stack : it.stacks) out += stack_lines(stack);
    for (const WaiverReport& one : it.waivers) out += line_of(one, it);
    for (const Gap& gap : it.observation.gaps) out += line_of(gap);
    for (const Finding& one : it.findings) out += line_of(one);
    return out;
}

} // namespace mooring::evidence
