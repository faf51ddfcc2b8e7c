// Stack by stack: its verdicts over time, what changed and how it was repaired, what could not be read, what is waived.
#include "evidence/document.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace mooring::evidence {
namespace {

constexpr std::size_t most_changes = 12; // listed of one episode; the JSON form has all
constexpr const char* nothing_read = "Nothing was read in this period.";

std::optional<UnixSeconds> mean_time_to_repair(const StackReport& stack) {
    UnixSeconds sum = 0;
    UnixSeconds count = 0;
    for (const Episode& episode : stack.episodes) {
        if (episode.end != Episode::End::repaired) continue;
        sum += episode.ended_at - episode.opened_at;
        ++count;
    }
    if (count == 0) return std::nullopt;
    return sum / count;
}

std::string in_sync_share(const StackReport& stack, ledger::Period period) {
    const auto found = stack.seconds.find(Verdict::in_sync);
    const UnixSeconds seconds = found == stack.seconds.end() ? 0 : found->second;
    return words::percent(static_cast<double>(seconds) / static_cast<double>(period.to - period.from));
}

Cell verdict_cell(const StackReport& stack) {
    if (!stack.judged_last) return {.text = "not judged", .tone = Tone::faint};
    return {.text = words::verdict_words(stack.last->verdict) + words::qualification(*stack.last),
            .tone = stack.last->waived ? Tone::accepted : tone_of(stack.last->verdict)};
}

std::string changes_text(const Episode& episode) {
    std::vector<std::string> lines;
    lines.reserve(episode.changes.size());
    for (const Change& change : episode.changes) lines.push_back(report::change_line(change));
    return lines.empty() ? words::verdict_words(episode.verdict)
                         : join(words::with_the_rest_counted(std::move(lines), most_changes), "; ");
}

std::string proof_text(const Episode& episode) {
    if (episode.end == Episode::End::open) return "none yet";
    if (episode.end == Episode::End::accepted) return fmt::format("accepted in run {}, not repaired", episode.ended_in);
    if (episode.end == Episode::End::not_judged) return fmt::format("last seen in run {}", episode.ended_in);
    std::vector<std::string> requests;
    requests.reserve(episode.proof.size());
    for (const Evidence& one : episode.proof) requests.push_back(report::request_line(one));
    return fmt::format("run {} read it completely and found it in sync{}{}", episode.ended_in,
                       requests.empty() ? "" : ": ", join(requests, "; "));
}

std::string end_text(const Episode& episode, ledger::Period period) {
    if (episode.end == Episode::End::open)
        return "open, " + seen_words(episode.opened_at, episode.ended_at, episode.seen, period);
    const std::string length = words::duration_words(episode.ended_at - episode.opened_at);
    const UnixSeconds unseen = episode.ended_at - std::max(episode.opened_at, period.from) - episode.seen;
    return fmt::format("{} {} (after {}{})", to_string(episode.end), words::short_time(episode.ended_at), length,
                       unseen > 0 ? ", of which nobody could see it for " + words::duration_words(unseen) : "");
}

// An outage of a server is one row, whatever its number of stacks.
std::vector<Cell> outage_row(const Observer& one, const PeriodAssessment& it) {
    const bool lasts = one.to >= it.observation.of(one.server.name)->last_run_at;
    return {{.text = "all of " + printable(one.server.name)},
            {.text = "server not judged", .tone = Tone::blind},
            time_cell(one.from),
            lasts ? Cell{.text = "ongoing"} : time_cell(one.to),
            {.text = "–"},
            {.text = printable(one.server.error, 2000)},
            {.text = ""},
            {.text = "Its stacks count as not seen for that time."}};
}

// A stack that was `deleted`: that is a difference, and it is not covered, because something hidden may have taken its
// place. Who looks here for what could not be seen must find it.
std::optional<std::vector<Cell>> deleted_row(const StackReport& stack) {
    const auto is_deleted = [](const Segment& segment) { return segment.verdict == Verdict::deleted; };
    const auto first = std::ranges::find_if(stack.segments, is_deleted);
    if (first == stack.segments.end()) return std::nullopt;
    const auto last = std::find_if(stack.segments.rbegin(), stack.segments.rend(), is_deleted);
    const bool ongoing = stack.judged_last && stack.last->verdict == Verdict::deleted;
    return std::vector<Cell>{
        {.text = stack_name(stack.key)},
        {.text = words::verdict_words(Verdict::deleted), .tone = tone_of(Verdict::deleted)},
        time_cell(first->from),
        ongoing ? Cell{.text = "ongoing"} : time_cell(last->to),
        {.text = words::duration_words(stack.seconds.at(Verdict::deleted))},
        {.text = "The stack that was seen is gone, see Changes and repairs; whether something hidden took its place "
                 "could not be seen."},
        {.text = ""},
        {.text = ongoing ? printable(stack.last->remedy, 2000) : ""}};
}

std::string request_texts(const StackResult& state) {
    std::vector<std::string> requests;
    for (const Evidence& one : state.evidence) {
        if (one.status < 200 || one.status >= 300) requests.push_back(report::request_line(one));
    }
    return join(requests, "; ");
}

std::string used_text(const WaiverReport& one) {
    std::vector<std::string> uses = one.used_for;
    if (one.used_elsewhere) uses.emplace_back("stacks outside this report");
    return uses.empty() ? "nothing" : join(uses, ", ");
}

} // namespace

Section stacks_section(const PeriodAssessment& it) {
    Section section{.id = "stacks", .title = "Stacks", .new_page = true};
    section.paragraphs.push_back(fmt::format(
        "The strip shows the period from left to right; hatched: nobody looked. The share is of {}, so that gaps lower "
        "it. Time to repair is the mean from the run that saw the difference to the one that saw it gone.",
        it.scope.ends == 0 ? "the whole period" : "what has passed of the period"));
    Table table{.caption = "",
                .columns = {"Stack", "At the end", "Period", "In sync", "First seen", "Last seen", "Repairs",
                            "Time to repair", "Reopened"},
                .rows = {}};
    for (const StackReport& stack : it.stacks) {
        const auto repaired = std::ranges::count(stack.episodes, Episode::End::repaired, &Episode::end);
        const auto reopened = std::ranges::count(stack.episodes, true, &Episode::reopened);
        const auto mean = mean_time_to_repair(stack);
        table.rows.push_back({{.text = stack_name(stack.key)},
                              verdict_cell(stack),
                              {.text = "", .svg = strip_figure(stack, it.scope.period)},
                              {.text = in_sync_share(stack, it.scope.period)},
                              time_cell(stack.first_seen),
                              time_cell(stack.last_seen),
                              {.text = std::to_string(repaired)},
                              {.text = mean ? words::duration_words(*mean) : "–"},
                              {.text = std::to_string(reopened), .tone = reopened > 0 ? Tone::drift : Tone::plain}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

Section changes_section(const PeriodAssessment& it) {
    Section section{.id = "changes", .title = "Changes and repairs", .new_page = true};
    Table table{.caption = "",
                .columns = {"Stack", "Seen", "What differed (desired -> actual)", "Outcome", "Proof"},
                .rows = {}};
    for (const StackReport& stack : it.stacks) {
        for (const Episode& episode : stack.episodes) {
            const bool open = episode.end == Episode::End::open;
            table.rows.push_back(
                {{.text = stack_name(stack.key)},
                 time_cell(episode.opened_at),
                 {.text = changes_text(episode)},
                 {.text = end_text(episode, it.scope.period), .tone = open ? Tone::drift : Tone::plain},
                 {.text = proof_text(episode)}});
        }
    }
    if (table.rows.empty())
        section.paragraphs.emplace_back(it.runs == 0 ? nothing_read : "No difference was seen in what could be read.");
    if (!table.rows.empty()) section.tables.push_back(std::move(table));
    return section;
}

Section unread_section(const PeriodAssessment& it) {
    Section section{.id = "unread", .title = "Denied and unreadable stacks", .new_page = true};
    Table table{.caption = "",
                .columns = {"Stack", "Verdict", "From", "To", "Seen so for", "Why", "Requests", "What to do"},
                .rows = {}};
    for (const Observer& one : it.observers) {
        if (one.server.exit_code != 0) table.rows.push_back(outage_row(one, it));
    }
    for (const StackReport& stack : it.stacks) {
        if (auto row = deleted_row(stack)) table.rows.push_back(*std::move(row));
        for (const Unseen& one : stack.unseen) {
            std::string verdict = words::verdict_words(one.state->verdict);
            if (one.state->cause) {
                std::string cause(mooring::to_string(*one.state->cause));
                std::ranges::replace(cause, '_', ' ');
                verdict += ", " + cause;
            }
            table.rows.push_back({{.text = stack_name(stack.key)},
                                  {.text = std::move(verdict), .tone = tone_of(one.state->verdict)},
                                  time_cell(one.from),
                                  one.lasts ? Cell{.text = "ongoing"} : time_cell(one.to),
                                  {.text = words::duration_words(one.seen)},
                                  {.text = printable(one.state->message, 2000)},
                                  {.text = request_texts(*one.state)},
                                  {.text = printable(one.state->remedy, 2000)}});
        }
    }
    if (table.rows.empty()) {
        section.paragraphs.emplace_back(it.runs == 0 ? nothing_read
                                                     : "Every stack could be read in every run that judged it.");
        return section;
    }
    section.paragraphs.emplace_back(
        "These are neither in sync nor drifted (a deleted one is gone, and the rest of it unknown): nobody knows. They "
        "lower coverage and score until "
        "they can be read. What nobody saw in between (an outage of the server, a gap) neither ends such a time nor "
        "begins "
        "it anew, and is not counted in it.");
    section.tables.push_back(std::move(table));
    return section;
}

Section waivers_section(const PeriodAssessment& it) {
    Section section{.id = "waivers", .title = "Waivers"};
    if (it.waivers.empty()) section.paragraphs.emplace_back("None was declared.");
    if (it.waivers.empty()) return section;
    Table table{
        .caption = "",
        .columns = {"Waiver", "Accepts", "Reason", "Owner", "Approved by", "From", "Until", "State", "Used for"},
        .rows = {}};
    for (const WaiverReport& one : it.waivers) {
        const Waiver& waiver = one.waiver;
        const std::string state = waiver_state(one, it);
        table.rows.push_back({{.text = printable(waiver.name)},
                              {.text = fmt::format("{} of {}/{}@{}", printable(waiver.path), printable(waiver.stack),
                                                   printable(waiver.environment), printable(waiver.server))},
                              {.text = printable(waiver.reason, 2000)},
                              {.text = printable(waiver.owner)},
                              {.text = printable(waiver.approver)},
                              time_cell(waiver.from),
                              time_cell(waiver.until),
                              {.text = state, .tone = state == "in force" ? Tone::plain : Tone::blind},
                              {.text = used_text(one)}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

} // namespace mooring::evidence
