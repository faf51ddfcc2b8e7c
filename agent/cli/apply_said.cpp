// What applying says: a line as each part ends, and at the end what a person must see first and what came of it all.
#include "base/redact.hpp"
#include "base/text.hpp"
#include "cli/apply_run.hpp"
#include "cli/exit_code.hpp"
#include "cli/write_log.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

using reconcile::name_of;
using reconcile::Readiness;
using reconcile::Step;

} // namespace

// What to type so that a stack is as it was before its last write, or where its file is; "" if there is no backup.
std::string ApplyRun::way_back(const Step& step) const {
    const auto& record = input_.assessments[step.row].record;
    const auto log = ledger_.log();
    if (!record || record->from_git() || !log) return {};
    const auto last = std::find_if(log->rbegin(), log->rend(), [&](const LogEntry& one) {
        return one.kind == LogKind::intent && one.intent.action != reconcile::rollback_word &&
               one.stack.server == step.server && one.stack.name == step.name;
    });
    if (last == log->rend() || last->intent.backup.empty()) return {};
    const bool restores = record->type != StackType::kubernetes;
    return fmt::format("{:<13}{}{}\n", "",
                       restores ? "as it was before: mooring restore " : "its file of before is kept in ",
                       printable(last->intent.backup, 1000));
}

void ApplyRun::tell(const Step& step, const reconcile::Part& part, const PartResult& result) {
    if (!part.rolls_back) outcomes_[&step] = result.outcome;
    if (part.rolls_back && result.outcome == PartOutcome::done) put_back_.insert(&step);
    std::string line = fmt::format("{:<13}{:<39} {}{}\n", reconcile::to_string(part), name_of(step),
                                   to_string(result.outcome), result.message.empty() ? "" : ": " + result.message);
    if (went_wrong(result.outcome) && result.outcome != PartOutcome::refused) line += way_back(step);
    take_out(line, config::tokens_of(sources_.config));
    console_.out << line << std::flush;
}

// Writes that are open or unknown: their stacks are left alone, whatever the plan says of the others.
std::string ApplyRun::unsettled_words() const {
    const auto log = ledger_.log();
    if (!log) return {};
    const LogStanding standing = standing_of(*log);
    std::set<std::string> names;
    for (const auto* entries : {&standing.open, &standing.to_look_at}) {
        for (const LogEntry& one : *entries) names.insert(printable(one.stack.name, 100));
    }
    if (names.empty()) return {};
    return fmt::format(
        "nobody knows yet what came of a write to {}: `mooring log` has it, the next apply reads again\n",
        join(std::vector(names.begin(), names.end()), ", "));
}

// What somebody must see before anything else.
std::string ApplyRun::outage_words() const {
    std::string out;
    for (const auto& [step, outcome] : outcomes_) {
        if (outcome != PartOutcome::outage) continue;
        const bool back = put_back_.contains(step);
        out += fmt::format("OUTAGE       {:<39} {}\n", name_of(*step),
                           back ? "what ran was taken down, and put back" : "what ran before does not run any more");
    }
    return out;
}

int ApplyRun::conclude(int beside) {
    if (ended_) return first_of(beside, *ended_);
    const bool by_signal = beside == exit_hung_up || beside == exit_terminated;
    if (!plan_) return by_signal ? beside : first_of(beside, exit_interrupted);
    std::map<std::string_view, std::size_t> counts;
    for (const Step& step : plan_->steps) {
        const auto outcome = outcomes_.find(&step);
        const bool wrong = outcome != outcomes_.end() && went_wrong(outcome->second);
        ++counts[wrong                                ? "went wrong"
                 : done_.contains(&step)              ? "done"
                 : step.readiness == Readiness::to_do ? "not done"
                 : step.readiness == Readiness::held  ? "held"
                                                      : "blocked"];
    }
    const bool left = counts.contains("not done") || counts.contains("held");
    int code = left ? exit_different : exit_ok;
    if (counts.contains("blocked")) code = left ? 4 : 3;
    if (counts.contains("went wrong")) code = exit_went_wrong;
    code = first_of(beside, code);
    counts["in sync before"] = plan_->in_sync;
    std::vector<std::string> parts;
    for (const std::string_view word : {"done", "went wrong", "not done", "held", "blocked", "in sync before"}) {
        if (counts.contains(word) && counts[word] > 0) parts.push_back(fmt::format("{} {}", counts[word], word));
    }
    console_.out << '\n' << outage_words() << unsettled_words();
    console_.out << fmt::format("exit {}: {}\n", code, parts.empty() ? "nothing to do" : join(parts, ", "));
    return code;
}

} // namespace mooring::cli
