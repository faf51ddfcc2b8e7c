// Who looked at what, what they could not see, and what came of it as a whole.
#include "evidence/document.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::evidence {
namespace {

UnixSeconds length_of(const ledger::Period& period) { return period.to - period.from; }

double share_of(UnixSeconds part, UnixSeconds whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string observed_words(const PeriodAssessment& it) {
    const UnixSeconds whole = length_of(it.scope.period);
    const std::size_t servers = it.observation.servers.size();
    return fmt::format("{} of {} ({}){}", words::duration_words(it.observation.observed), words::duration_words(whole),
                       words::percent(share_of(it.observation.observed, whole)),
                       servers < 2 ? "" : fmt::format(", as a mean over {} servers", servers));
}

std::string period_words(const Scope& scope) {
    if (scope.ends == 0)
        return fmt::format("Period: {} to {}, all times in UTC.", format_utc(scope.period.from),
                           format_utc(scope.period.to));
    return fmt::format(
        "Period: {} to {}, all times in UTC, of which this report covers what has passed: until now, {}. "
        "Shares are of that, and nothing is said of what is still to come.",
        format_utc(scope.period.from), format_utc(scope.ends), format_utc(scope.period.to));
}

// How much of the period each server was looked at.
Table observed_table(const PeriodAssessment& it) {
    Table table{
        .caption = "How long each was observed", .columns = {"Server", "Observed", "Share", "Last run"}, .rows = {}};
    for (const ServerObservation& one : it.observation.servers) {
        table.rows.push_back({{.text = printable(one.server)},
                              {.text = words::duration_words(one.observed)},
                              {.text = words::percent(share_of(one.observed, length_of(it.scope.period)))},
                              one.last_run == 0 ? Cell{.text = "none"} : time_cell(one.last_run_at)});
    }
    return table;
}

// For how long what a run saw is taken to hold where no other follows.
std::string hold_words(const PeriodAssessment& it) {
    const std::string promised = "for twice the time in which that was due";
    if (it.unpromised_runs == 0) return promised;
    const std::string limit = fmt::format("for {} (`--max-gap`)", words::duration_words(it.max_gap.count()));
    return it.unpromised_runs == it.runs ? limit + ", because no run announced the next one"
                                         : fmt::format("{}, or {} where a run announced no next one", promised, limit);
}

// Seconds of all stacks together, by verdict; the last entry is what nobody looked at.
struct StackTime {
    std::map<Verdict, UnixSeconds> seconds;
    UnixSeconds unobserved = 0;
    UnixSeconds all = 0;
};

StackTime stack_time(const PeriodAssessment& it) {
    StackTime out;
    for (const StackReport& stack : it.stacks) {
        for (const auto& [verdict, seconds] : stack.seconds) {
            out.seconds[verdict] += seconds;
            out.all += seconds;
        }
        out.unobserved += stack.unobserved;
        out.all += stack.unobserved;
    }
    return out;
}

Table time_table(const StackTime& time) {
    Table table{.caption = "Time of all stacks by verdict", .columns = {"Verdict", "Stack time", "Share"}, .rows = {}};
    std::vector<UnixSeconds> parts;
    const auto add = [&](std::string words, Tone tone, UnixSeconds seconds) {
        if (seconds == 0) return;
        parts.push_back(seconds);
        table.rows.push_back({{.text = std::move(words), .tone = tone}, {.text = words::duration_words(seconds)}, {}});
    };
    for (const Verdict verdict : all_verdicts) {
        const auto found = time.seconds.find(verdict);
        if (found != time.seconds.end()) add(words::verdict_words(verdict), tone_of(verdict), found->second);
    }
    add("not observed", Tone::faint, time.unobserved);
    const std::vector<std::string> shares = share_words(parts);
    for (std::size_t i = 0; i < shares.size(); ++i) table.rows[i].back().text = shares[i];
    return table;
}

Table observers_table(const PeriodAssessment& it) {
    Table table{
        .caption = "Who looked", .columns = {"Server", "Address", "Portainer", "As", "From", "To", "Runs"}, .rows = {}};
    for (const Observer& one : it.observers) {
        std::vector<Cell> row{{.text = printable(one.server.name)},
                              {.text = printable(one.server.url)},
                              {.text = printable(one.server.version)},
                              {.text = words::observer_words(one.server)},
                              time_cell(one.from),
                              time_cell(one.to),
                              {.text = std::to_string(one.runs)}};
        // Why stands among the findings.
        if (one.server.exit_code != 0) row[3] = {.text = "not judged", .tone = Tone::blind};
        table.rows.push_back(std::move(row));
    }
    return table;
}

// The observers whose list is filtered: they see what they may see.
std::vector<std::string> filtered_observers(const PeriodAssessment& it) {
    std::vector<std::string> out;
    for (const Observer& one : it.observers) {
        if (one.server.exit_code != 0 || one.server.list_complete || !one.server.identity) continue;
        const std::string words =
            fmt::format("{} on {}", printable(one.server.identity->username), printable(one.server.name));
        if (std::ranges::find(out, words) == out.end()) out.push_back(words);
    }
    return out;
}

} // namespace

Cell time_cell(UnixSeconds at) { return {.text = words::short_time(at), .whole = true}; }

Section scope_section(const PeriodAssessment& it) {
    Section section{.id = "scope", .title = "Scope and observation"};
    std::string stacks = it.scope.server == "*" ? "all servers" : "servers like " + printable(it.scope.server);
    if (!it.scope.label.empty())
        stacks +=
            fmt::format(", stacks with the label {}={}", printable(it.scope.label), printable(it.scope.label_value));
    section.paragraphs = {
        fmt::format("Scope: {}; {}.", stacks, words::counted(it.stacks.size(), "stack")), period_words(it.scope),
        fmt::format(
            "{} ({} interrupted). Observed: {}. What a run saw is taken to hold until the next one, and at most "
            "{}; the rest of the time counts as not observed.",
            words::counted(it.runs, "run"), it.partial_runs, observed_words(it), hold_words(it))};
    section.tables.push_back(observers_table(it));
    if (it.observation.servers.size() > 1) section.tables.push_back(observed_table(it));
    return section;
}

Section coverage_section(const PeriodAssessment& it) {
    Section section{.id = "coverage", .title = "What could and could not be seen"};
    const StackTime time = stack_time(it);
    section.paragraphs.push_back(fmt::format(
        "Coverage: {} of the declared stacks could be read completely, as a mean over the observed time. What could "
        "not be read is never counted as in sync.",
        words::percent(it.means.coverage)));
    const auto filtered = filtered_observers(it);
    if (!filtered.empty()) {
        section.paragraphs.push_back(
            fmt::format("The list was filtered for {}: such an identity is shown only what it may see. A stack that is "
                        "absent from its "
                        "list is called deleted only where every id that it was seen with answers that it is gone.",
                        join(filtered, ", ")));
    }
    section.tables.push_back(time_table(time));
    return section;
}

Section score_section(const PeriodAssessment& it) {
    Section section{.id = "score", .title = "Score and coverage over time"};
    section.paragraphs.push_back(fmt::format("Mean over the observed time: score {}, with waivers {}, coverage {}. The "
                                             "score is the share of the declared stacks "
                                             "that are in sync; denied and unreadable ones stay in the denominator.",
                                             words::percent(it.means.score),
                                             words::percent(it.means.score_with_waivers),
                                             words::percent(it.means.coverage)));
    if (!it.points.empty()) {
        const Point& last = it.points.back();
        section.paragraphs.push_back(
            fmt::format("{}, {}: score {}, with waivers {}, coverage {}, {} declared.",
                        it.scope.ends != 0 && last.until == it.scope.period.to ? "Now" : "At the end",
                        format_utc(last.until), words::percent(last.score()), words::percent(last.score_with_waivers()),
                        words::percent(last.coverage()), words::counted(last.judged, "stack")));
    }
    section.svg = share_figure(it);
    return section;
}

Section findings_section(const PeriodAssessment& it) {
    Section section{.id = "findings", .title = "Findings"};
    if (it.findings.empty()) section.paragraphs.emplace_back("None.");
    if (it.findings.empty()) return section;
    Table table{.caption = "", .columns = {"Level", "What", "About", "Finding", "What to do"}, .rows = {}};
    for (const Finding& one : it.findings) {
        const Tone tone = one.level == Finding::Level::failure   ? Tone::drift
                          : one.level == Finding::Level::warning ? Tone::blind
                                                                 : Tone::faint;
        table.rows.push_back({{.text = std::string(to_string(one.level)), .tone = tone},
                              {.text = what_words(one)},
                              {.text = one.subject},
                              {.text = one.text},
                              {.text = one.cure}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

Section gaps_section(const PeriodAssessment& it) {
    Section section{.id = "gaps", .title = "Gaps in observation"};
    if (it.observation.gaps.empty()) section.paragraphs.emplace_back("None: a run was under way whenever one was due.");
    if (it.observation.gaps.empty()) return section;
    section.paragraphs.emplace_back("In these times nobody looked. They count as not observed, never as in sync.");
    Table table{.caption = "", .columns = {"Server", "From", "To", "Length", "After run", "Why"}, .rows = {}};
    for (const Gap& gap : it.observation.gaps) {
        table.rows.push_back({{.text = gap.server.empty() ? "–" : printable(gap.server)},
                              time_cell(gap.from),
                              time_cell(gap.to),
                              {.text = words::duration_words(gap.to - gap.from)},
                              {.text = gap.after == 0 ? "–" : std::to_string(gap.after)},
                              {.text = gap.unwatched ? "not watched any more" : "no run"}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

Section chain_section(const PeriodAssessment& it) {
    Section section{.id = "chain", .title = "Proof of the chain"};
    const ledger::Verification& proof = it.verification;
    if (proof.proven() && proof.runs > 0) {
        section.paragraphs.push_back(
            fmt::format("Every hash of the runs {} to {} was recomputed from the ledger and is "
                        "right. \"mooring verify --has {}\" proves later that the ledger still has "
                        "the run with which this report ends.",
                        proof.first, proof.last, proof.head));
    } else if (proof.proven()) {
        section.paragraphs.emplace_back("No run in this period; nothing to prove.");
    } else {
        section.paragraphs.push_back(
            fmt::format("BROKEN at {}: {}. What comes after it is not evidence.", proof.broken_at(), proof.problem));
    }
    if (proof.proven() && proof.log_entries > 0) {
        section.paragraphs.push_back(fmt::format("The log of writes is what was recorded: {} {}.", proof.log_entries,
                                                 proof.log_entries == 1 ? "entry" : "entries"));
    }
    if (proof.checkpoint) {
        section.paragraphs.push_back(fmt::format(
            "Runs up to {} ({}) were pruned; a checkpoint of {} stands for them.", proof.checkpoint->last_pruned,
            format_utc(proof.checkpoint->last_started_at), format_utc(proof.checkpoint->pruned_at)));
    }
    if (!proof.origin.set_aside.empty()) {
        section.paragraphs.push_back(fmt::format(
            "The chain began anew on {}: the ledger before it was damaged ({}) and set "
            "aside as {}.",
            format_utc(proof.origin.at), printable(proof.origin.reason), printable(proof.origin.set_aside)));
    }
    if (!proof.origin_proven) {
        section.paragraphs.emplace_back("The checkpoint was made by an older Mooring and does not prove how the ledger "
                                        "began; the next one will.");
    }
    if (!proof.memory_proven.empty()) {
        section.paragraphs.push_back(fmt::format("What is remembered of servers is what their newest runs left: {}.",
                                                 printable(join(proof.memory_proven, ", "), 2000)));
    }
    if (!proof.memory_unproven.empty()) {
        section.paragraphs.push_back(
            fmt::format("What is remembered of {} is not proven: the newest run was recorded by an older Mooring.",
                        printable(join(proof.memory_unproven, ", "), 2000)));
    }
    return section;
}

Section controls_section(const PeriodAssessment& it) {
    Section section{.id = "controls", .title = "Controls"};
    section.paragraphs.push_back(
        fmt::format("Catalogue: {}. Which section speaks for which control was chosen by the user; "
                    "whether it is enough is for the assessor to say.",
                    printable(it.controls.catalogue)));
    Table table{.caption = "", .columns = {"Control", "Title", "Statement", "See"}, .rows = {}};
    for (const Control& control : it.controls.controls) {
        table.rows.push_back({{.text = printable(control.id)},
                              {.text = printable(control.title)},
                              {.text = printable(control.statement, 2000)},
                              {.text = join(control.sections, ", ")}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

} // namespace mooring::evidence
