#include "reconcile/pacing.hpp"

#include "base/text.hpp"
#include "model/verdict.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace mooring::reconcile {
namespace {

bool is_about(const WrittenStack& stack, const std::string& server, std::optional<EnvironmentId> environment,
              const std::string& name) {
    return stack.server == server && stack.name == name && (!environment || stack.environment == *environment);
}

bool by_agent(const LogEntry& entry) { return entry.by == agent_author; }

bool goes_on(PartOutcome outcome) { return outcome == PartOutcome::done || outcome == PartOutcome::sent; }

// The next part of a step follows at once; another attempt comes a backoff later at the earliest.
bool continues(const Attempt& attempt, const LogEntry& intent) {
    return goes_on(attempt.outcome) && intent.at >= attempt.ended_at && intent.at - attempt.ended_at < first_backoff &&
           intent.intent.declaration == attempt.declaration && intent.intent.changes == attempt.changes;
}

std::string minutes(UnixSeconds seconds) {
    const UnixSeconds whole = (seconds + 59) / 60;
    return whole == 1 ? "1 minute" : fmt::format("{} minutes", whole);
}

Obstacle held(std::string code, std::string message) {
    return {.held = true, .code = std::move(code), .message = std::move(message), .remedy = {}, .lifted_by = {}};
}

Obstacle quarantined(const Halt& halt, const std::string& name) {
    return {.held = false,
            .code = "quarantined",
            .message = halt.message,
            .remedy = way_out_of_quarantine(name, halt.field),
            .lifted_by = {}};
}

// The differences of a step by path; "missing" of a stack that is not there.
struct Difference {
    std::string path;
    std::string desired;
    std::string actual;
};
std::vector<Difference> differences_of(const PacedStack& stack) {
    std::vector<Difference> out;
    for (const Correction& one : stack.step.corrections) {
        const std::string nothing = one.secret ? "" : "(not there)";
        out.push_back({one.path, one.becomes.value_or(nothing), one.from.value_or(nothing)});
    }
    if (out.empty()) out.push_back({std::string(to_string(stack.row.result.verdict)), "", ""});
    return out;
}

bool is_of(const Attempt& attempt, const Difference& difference) {
    if (attempt.changes.empty()) return attempt.creates == (difference.path == "missing");
    return std::ranges::any_of(attempt.changes,
                               [&](const std::string& line) { return line.starts_with(difference.path + ": "); });
}

Halt halt(std::string code, std::string message, const Difference& difference, const PacedStack& stack) {
    return {.code = std::move(code),
            .message = std::move(message),
            .field = difference.path,
            .desired = difference.desired,
            .actual = difference.actual,
            .declaration = stack.declaration};
}

// A difference that came back as often as it may, or that a correction left.
std::optional<Halt> new_quarantine(const PacedStack& stack, std::span<const Attempt> attempts, UnixSeconds now) {
    const std::vector<Difference> differences = differences_of(stack);
    for (const Difference& one : differences) {
        const auto returns = std::ranges::count_if(attempts, [&](const Attempt& attempt) {
            return attempt.at > now - day_seconds && goes_on(attempt.outcome) && is_of(attempt, one);
        });
        if (static_cast<std::size_t>(returns) < most_returns) continue;
        return halt("came_back",
                    fmt::format("{} was corrected {} times within a day and came back each time",
                                printable(one.path, 200), returns),
                    one, stack);
    }
    if (attempts.empty() || attempts.back().ended_at < stack.seen.in_sync_at) return std::nullopt;
    constexpr std::array left{PartOutcome::not_converged, PartOutcome::left_behind};
    const Attempt& last = attempts.back();
    if (last.outcome == PartOutcome::outage) {
        return halt("outage",
                    fmt::format("the correction of {} took down what ran, and the stack still differs: {}",
                                format_utc(last.at), printable(differences.front().path, 200)),
                    differences.front(), stack);
    }
    if (std::ranges::find(left, last.outcome) == left.end()) return std::nullopt;
    return halt("left",
                fmt::format("{} was left by the correction of {}", printable(differences.front().path, 200),
                            format_utc(last.at)),
                differences.front(), stack);
}

const std::string& writer_of(const StackRecord& record) {
    return record.updated_by.empty() ? record.created_by : record.updated_by;
}

bool is_ours(const PacedStack& stack) { return !stack.user.empty() && writer_of(*stack.row.record) == stack.user; }

// When somebody else last wrote the record, by the server's clock: also one who writes again what differed before is at
// work. 0: it was us.
UnixSeconds written_by_others(const PacedStack& stack) {
    if (stack.row.record == nullptr || is_ours(stack)) return 0;
    return std::max(stack.row.record->updated_at, stack.row.record->created_at);
}

// Whether somebody else may have made it so: another user's write, a stop, what runs, a stack that was removed.
std::string other_hand(const PacedStack& stack) {
    const drift::Assessment& row = stack.row;
    if (row.record == nullptr) return stack.seen.was_there ? "somebody may have removed it" : "";
    bool of_runtime = false;
    bool of_record = false;
    for (const Change& change : row.result.changes) {
        if (!change.waiver.empty()) continue;
        const bool runs =
            change.plane == Plane::runtime || change.subject == Subject::state || change.subject == Subject::deployment;
        (runs ? of_runtime : of_record) = true;
    }
    const std::string& writer = writer_of(*row.record);
    const bool ours = is_ours(stack);
    if (of_runtime && ours) return "what runs differs";
    if (!of_runtime && (ours || (!of_record && row.result.verdict == Verdict::drifted))) return "";
    return writer.empty() ? "it was last written by somebody unknown"
                          : fmt::format("it was last written by {}", printable(writer, 100));
}

std::optional<Obstacle> grace_of(const PacedStack& stack, const WriteLimits& limits, UnixSeconds now) {
    const UnixSeconds grace = limits.human_grace.count();
    const std::string why = other_hand(stack);
    if (why.empty() || grace <= 0) return std::nullopt;
    const UnixSeconds first = std::max(stack.seen.first.value_or(now), written_by_others(stack));
    if (first + grace <= now) return std::nullopt;
    return held("human_grace", fmt::format("{}: it is left alone for {} after that, until {}", why, minutes(grace),
                                           format_utc(first + grace)));
}

std::optional<Obstacle> backoff_of(const PacedStack& stack, std::span<const Attempt> attempts, UnixSeconds now) {
    std::size_t today = 0;
    std::size_t alike = 0;
    UnixSeconds oldest = 0;
    UnixSeconds last = 0;
    for (const Attempt& one : attempts) {
        if (one.at <= now - day_seconds) continue;
        if (today++ == 0) oldest = one.at;
        if (!may_be_same_declaration(one.declaration, stack.declaration)) continue;
        ++alike;
        last = std::max(last, one.ended_at);
    }
    if (today >= most_attempts_a_day) {
        return held("daily_limit", fmt::format("it was corrected {} times within a day, which is the most; again from "
                                               "{}, or now with `mooring apply`",
                                               today, format_utc(oldest + day_seconds)));
    }
    if (alike == 0) return std::nullopt;
    const UnixSeconds until = last + (first_backoff << (alike - 1));
    if (until <= now) return std::nullopt;
    return held("backoff", fmt::format("it was tried {} within a day; again from {}",
                                       alike == 1 ? "once" : fmt::format("{} times", alike), format_utc(until)));
}

bool removes(const Step& step) {
    return std::ranges::find(step.parts, Action::remove, &Part::action) != step.parts.end();
}

// Nothing is removed unless a number allows it, and nothing put in the place of what would have to go first: that stays
// with a person.
std::optional<Obstacle> removal_obstacle(const Step& step, const WriteLimits& limits) {
    const auto blocked = [](std::string message) {
        return Obstacle{.held = false,
                        .code = "removal",
                        .message = std::move(message),
                        .remedy = "look, then: mooring apply",
                        .lifted_by = {}};
    };
    if (!step.replaces.empty()) return blocked("the agent puts nothing in the place of another stack");
    if (removes(step) && limits.max_removes == 0) return blocked("the agent removes nothing without `maxRemoves`");
    return std::nullopt;
}

} // namespace

std::vector<Attempt> attempts_of(std::span<const LogEntry> log, const std::string& server,
                                 std::optional<EnvironmentId> environment, const std::string& name) {
    std::vector<Attempt> attempts;
    std::vector<std::int64_t> numbers; // of the last intent of each
    for (const LogEntry& entry : log) {
        if (entry.kind == LogKind::resumed && is_about(entry.stack, server, std::nullopt, name)) {
            attempts.clear();
            numbers.clear();
        }
        const bool sends = entry.kind == LogKind::intent && entry.intent.action != rollback_word;
        if (sends && by_agent(entry) && is_about(entry.stack, server, environment, name)) {
            if (attempts.empty() || !continues(attempts.back(), entry)) {
                attempts.push_back({.stack = entry.stack,
                                    .declaration = entry.intent.declaration,
                                    .changes = entry.intent.changes,
                                    .creates = false,
                                    .at = entry.at});
                numbers.push_back(0);
            }
            attempts.back().creates = attempts.back().creates || entry.intent.action == to_string(Action::create);
            attempts.back().ended_at = entry.at;
            attempts.back().outcome = PartOutcome::unknown;
            numbers.back() = entry.number;
        }
        if (entry.kind != LogKind::outcome) continue;
        const auto of = std::ranges::find(numbers, entry.answers);
        if (of == numbers.end()) continue;
        Attempt& answered = attempts[static_cast<std::size_t>(of - numbers.begin())];
        answered.ended_at = std::max(answered.ended_at, entry.at);
        answered.outcome = entry.result.outcome;
    }
    return attempts;
}

Paced pace_of(const PacedStack& stack, std::span<const LogEntry> log, const WriteLimits& limits, UnixSeconds now) {
    if (stack.declaration.empty()) {
        return {.obstacle =
                    Obstacle{.code = "no_key",
                             .message = "the ledger's key cannot be read, so that nobody could tell one attempt "
                                        "from another",
                             .remedy = "put the key file back beside the ledger",
                             .lifted_by = {}},
                .quarantine = {}};
    }
    if (auto stays = removal_obstacle(stack.step, limits)) return {.obstacle = std::move(stays), .quarantine = {}};
    const std::vector<Attempt> attempts =
        attempts_of(log, stack.step.server, stack.step.ground.environment, stack.step.name);
    std::vector<Attempt> alike;
    std::ranges::copy_if(attempts, std::back_inserter(alike), [&](const Attempt& one) {
        return may_be_same_declaration(one.declaration, stack.declaration);
    });
    if (auto found = new_quarantine(stack, alike, now)) {
        return {.obstacle = quarantined(*found, stack.step.name), .quarantine = std::move(found)};
    }
    if (auto waits = grace_of(stack, limits, now)) return {.obstacle = std::move(waits), .quarantine = {}};
    return {.obstacle = backoff_of(stack, attempts, now), .quarantine = {}};
}

const LogEntry* quarantine_of(const LogStanding& standing, const std::string& server, const std::string& name,
                              std::string_view declaration) {
    for (const LogEntry& one : standing.quarantined) {
        const bool same = one.stack.server == server && one.stack.name == name &&
                          may_be_same_declaration(one.halt.declaration, declaration);
        if (same) return &one;
    }
    return nullptr;
}

void keep_to_limit(std::vector<Step>& steps, std::span<const LogEntry> log, const std::string& server, std::size_t most,
                   UnixSeconds now) {
    std::set<std::tuple<EnvironmentId, std::string>> changed;
    for (const LogEntry& entry : log) {
        const bool counts = entry.kind == LogKind::intent && by_agent(entry) && entry.stack.server == server &&
                            entry.at > now - day_seconds;
        if (counts) changed.emplace(entry.stack.environment, entry.stack.name);
    }
    for (const Step& step : steps) {
        if (step.server == server && step.readiness == Readiness::to_do)
            changed.emplace(step.ground.environment.value_or(0), step.name);
    }
    if (changed.size() <= most) return;
    for (Step& step : steps) {
        if (step.server != server || step.readiness != Readiness::to_do) continue;
        step.readiness = Readiness::blocked;
        step.obstacles.push_back(
            {.held = false,
             .code = "too_many",
             .message = fmt::format("{} stacks of this server would be changed within a day, and the agent may change "
                                    "{}: none is",
                                    changed.size(), most),
             .remedy = "look at the plan, then: mooring apply; or raise `limits: {maxShare}` or `maxChanges`",
             .lifted_by = {}});
    }
}

std::size_t removed_within_a_day(std::span<const LogEntry> log, const std::string& server, UnixSeconds now) {
    return static_cast<std::size_t>(std::ranges::count_if(log, [&](const LogEntry& entry) {
        return entry.kind == LogKind::intent && by_agent(entry) && entry.stack.server == server &&
               entry.intent.action == to_string(Action::remove) && entry.at > now - day_seconds;
    }));
}

void keep_what_is_replaced(std::vector<Step>& steps) {
    for (Step& old : steps) {
        if (!removes(old) || old.readiness != Readiness::to_do) continue;
        const auto next = std::ranges::find_if(steps, [&](const Step& one) {
            return one.server == old.server && !one.replaces.empty() && one.replaces == old.name;
        });
        if (next == steps.end()) continue;
        old.readiness = Readiness::blocked;
        old.obstacles.push_back({.held = false,
                                 .code = "not_replaced",
                                 .message = fmt::format("`{}` takes its place, and is {}", printable(next->name, 100),
                                                        to_string(next->readiness)),
                                 .remedy = "look, then: mooring apply",
                                 .lifted_by = {}});
    }
}

void wait_for_held(std::vector<Step>& steps, const PlanInput& input) {
    const DeclaredOrder order(input.declared);
    for (Step& step : steps) {
        const DesiredStack* desired = input.assessments[step.row].desired;
        if (step.readiness != Readiness::to_do || desired == nullptr) continue;
        for (const DesiredStack* before : order.before(*desired)) {
            const auto waits = std::ranges::find_if(steps, [&](const Step& one) {
                return one.readiness != Readiness::to_do && input.assessments[one.row].desired == before;
            });
            if (waits == steps.end()) continue;
            step.readiness = Readiness::held;
            step.obstacles.push_back(
                held("waits", fmt::format("it comes after {}, which is {}", printable(before->name, 100),
                                          to_string(waits->readiness))));
            break;
        }
    }
}

} // namespace mooring::reconcile
