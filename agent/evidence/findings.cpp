// What a reader must act on, or must not overlook. Pure.
#include "base/text.hpp"
#include "evidence/assessment.hpp"
#include "evidence/document.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace mooring::evidence {
namespace {

using Level = Finding::Level;

Finding finding_of(const Gap& gap, bool of_all) {
    const std::string length = words::duration_words(gap.to - gap.from);
    const std::string times = fmt::format("from {} to {}", format_utc(gap.from), format_utc(gap.to));
    Finding out{.level = Level::warning,
                .code = "gap",
                .subject = of_all ? "observation" : printable(gap.server),
                .text = fmt::format("Nobody looked{} for {}: no run {}.", of_all ? "" : " at it", length, times),
                .cure = "This time counts as not observed, never as in sync. Find out why Mooring did not run.",
                .from = gap.from,
                .to = gap.to};
    if (!gap.unwatched) return out;
    out.code = "not-watched";
    out.text = fmt::format("It was not watched for {}: {} the configuration did not have the server, or nothing was "
                           "declared for it.",
                           length, times);
    out.cure = "This time counts as not observed, never as in sync. Find out who took it out, and why.";
    return out;
}

// "Its verdict has been missing since ..., for 2 h; it has been out of sync since ..., for 3 d." What it was called
// before is told apart, so that no verdict is said of a time that had another.
std::string text_of(const Episode& open, ledger::Period period) {
    std::string out = fmt::format("Its verdict has been {} since {}, {}", words::verdict_words(open.latest),
                                  format_utc(open.latest_since),
                                  seen_words(open.latest_since, open.ended_at, open.latest_seen, period));
    if (open.latest_since != open.opened_at)
        out += fmt::format("; it has been out of sync since {}, {}", format_utc(open.opened_at),
                           seen_words(open.opened_at, open.ended_at, open.seen, period));
    return out + ".";
}

class Findings {
  public:
    Findings(const PeriodAssessment& assessment, const Material& material) : it_(assessment), material_(material) {}

    std::vector<Finding> all();

  private:
    void chain();
    void observation();
    bool is_shared(const Gap& gap) const;
    void servers();
    void stacks();
    void waivers();
    void add(Finding finding) { found_.push_back(std::move(finding)); }

    const PeriodAssessment& it_;
    const Material& material_;
    std::vector<Finding> found_;
};

void Findings::chain() {
    const ledger::Verification& proof = it_.verification;
    const ledger::Period period = it_.scope.period;
    if (!proof.proven()) {
        add({.level = Level::failure,
             .code = "chain-broken",
             .subject = "chain",
             .text = fmt::format("The ledger is broken at {}: {}.", proof.broken_at(), proof.problem),
             .cure = "What comes after that is not evidence. Compare with a backup from before.",
             .from = period.from,
             .to = period.to});
    }
    if (!proof.origin.set_aside.empty() && period.contains(proof.origin.at)) {
        add({.level = Level::warning,
             .code = "chain-begins-anew",
             .subject = "chain",
             .text =
                 fmt::format("The ledger was damaged ({}) and set aside as {}; what is older is not in this report.",
                             printable(proof.origin.reason), printable(proof.origin.set_aside)),
             .cure = "Keep the file that was set aside.",
             .from = proof.origin.at,
             .to = proof.origin.at});
    }
    if (proof.checkpoint && proof.checkpoint->last_started_at >= period.from) {
        add({.level = Level::warning,
             .code = "pruned",
             .subject = "chain",
             .text = fmt::format("Runs up to {} were pruned; the period is covered only from then on.",
                                 format_utc(proof.checkpoint->last_started_at)),
             .cure = "Keep runs for longer than the periods that are reported (`keep:`).",
             .from = period.from,
             .to = proof.checkpoint->last_started_at});
    }
}

// All servers have it, as after runs of all of them, or where there is only one.
bool Findings::is_shared(const Gap& gap) const {
    const auto like_it = std::ranges::count_if(it_.observation.gaps, [&](const Gap& one) {
        return one.from == gap.from && one.to == gap.to && !one.unwatched;
    });
    return !gap.unwatched && static_cast<std::size_t>(like_it) >= it_.observation.servers.size();
}

void Findings::observation() {
    std::set<std::pair<UnixSeconds, UnixSeconds>> told; // gaps that all servers share
    for (const Gap& gap : it_.observation.gaps) {
        const bool shared = is_shared(gap);
        if (!shared || told.emplace(gap.from, gap.to).second) add(finding_of(gap, shared));
    }
    if (it_.partial_runs > 0) {
        add({.level = Level::note,
             .code = "partial-runs",
             .subject = "observation",
             .text = fmt::format("{} interrupted before every stack was judged.",
                                 it_.partial_runs == 1 ? "1 run was" : fmt::format("{} runs were", it_.partial_runs)),
             .from = it_.scope.period.from,
             .to = it_.scope.period.to});
    }
}

void Findings::servers() {
    const Observer* before = nullptr;
    for (const Observer& one : it_.observers) {
        const bool same_server = before != nullptr && before->server.name == one.server.name;
        const std::string name = printable(one.server.name);
        if (one.server.exit_code != 0) {
            add({.level = Level::warning,
                 .code = "server-not-judged",
                 .subject = name,
                 .text = fmt::format("The server was not judged in {}: {}", words::counted(one.runs, "run"),
                                     printable(one.server.error)),
                 .cure = "Its stacks count as not seen for that time.",
                 .from = one.from,
                 .to = one.to});
        } else if (same_server && before->server.exit_code == 0 &&
                   words::observer_words(before->server) != words::observer_words(one.server)) {
            add({.level = Level::note,
                 .code = "identity-changed",
                 .subject = name,
                 .text = fmt::format("From {} on the runs used the token of {}; before that, that of {}.",
                                     format_utc(one.from), words::observer_words(one.server),
                                     words::observer_words(before->server)),
                 .from = one.from,
                 .to = one.from});
        }
        if (same_server && !one.server.instance_id.empty() && !before->server.instance_id.empty() &&
            before->server.instance_id != one.server.instance_id) {
            add({.level = Level::warning,
                 .code = "database-changed",
                 .subject = name,
                 .text = fmt::format("From {} on the server has another database.", format_utc(one.from)),
                 .cure = "Find out whether it was set up anew or restored.",
                 .from = one.from,
                 .to = one.from});
        }
        before = &one;
    }
}

void Findings::stacks() {
    for (const StackReport& stack : it_.stacks) {
        const std::string name = stack_name(stack.key);
        for (const Episode& episode : stack.episodes) {
            if (episode.end == Episode::End::open) {
                add({.level = Level::failure,
                     .code = "open-" + std::string(mooring::to_string(episode.verdict)),
                     .subject = name,
                     .text = text_of(episode, it_.scope.period),
                     .cure = printable(stack.last->remedy, 2000),
                     .from = episode.opened_at,
                     .to = episode.ended_at});
            }
            if (episode.reopened) {
                add({.level = Level::warning,
                     .code = "reopened",
                     .subject = name,
                     .text = fmt::format("It was repaired, then reported {} again on {}.",
                                         words::verdict_words(episode.verdict), format_utc(episode.opened_at)),
                     .cure = "Find out what undoes the repair.",
                     .from = episode.opened_at,
                     .to = episode.ended_at});
            }
        }
        for (const Unseen& unseen : stack.unseen) {
            if (!unseen.lasts) continue;
            add({.level = Level::warning,
                 .code = "unread-" + std::string(mooring::to_string(unseen.state->verdict)),
                 .subject = name,
                 .text = fmt::format("Its verdict has been {} since {}, {}.",
                                     words::verdict_words(unseen.state->verdict), format_utc(unseen.from),
                                     seen_words(unseen.from, unseen.to, unseen.seen, it_.scope.period)),
                 .cure = printable(unseen.state->remedy, 2000),
                 .from = unseen.from,
                 .to = unseen.to});
        }
    }
}

void Findings::waivers() {
    for (const WaiverReport& one : it_.waivers) {
        const std::string state = waiver_state(one, it_);
        const Waiver& waiver = one.waiver;
        Finding finding{.level = Level::warning,
                        .code = {},
                        .subject = printable(waiver.name),
                        .text = {},
                        .cure = {},
                        .from = waiver.from,
                        .to = waiver.until};
        if (state == "expired") {
            finding.code = "waiver-expired";
            finding.text = fmt::format("It expired on {} and is still declared.", format_utc(waiver.until));
            finding.cure = "Renew it with an approval, or remove it.";
        } else if (state == "dead") {
            finding.code = "waiver-dead";
            finding.text = "It accepted nothing in the whole period.";
            finding.cure = "Remove it: what it was for is gone, or its pattern misses.";
        } else if (state == "expires soon") {
            finding.code = "waiver-expiring";
            finding.level = Level::note;
            finding.text = fmt::format("It expires on {}.", format_utc(waiver.until));
            finding.cure = "Repair what it accepts until then, or have it renewed.";
        } else {
            continue;
        }
        add(std::move(finding));
    }
}

std::vector<Finding> Findings::all() {
    chain();
    observation();
    servers();
    stacks();
    waivers();
    for (Finding& one : remark_findings(material_.runs)) add(std::move(one));
    if (it_.runs == 0) {
        add({.level = Level::failure,
             .code = "no-run",
             .subject = "observation",
             .text = "There is no run in this period: nothing is known of it.",
             .from = it_.scope.period.from,
             .to = it_.scope.period.to});
    }
    std::ranges::stable_sort(found_, {},
                             [](const Finding& one) { return std::tie(one.level, one.code, one.subject, one.from); });
    return std::move(found_);
}

} // namespace

std::vector<Finding> findings(const PeriodAssessment& assessment, const Material& material) {
    return Findings(assessment, material).all();
}

} // namespace mooring::evidence
