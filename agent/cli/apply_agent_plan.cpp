// What the agent would do and may not do yet: read from its past, decided by reconcile/pacing.
#include "cli/apply_run.hpp"

#include "model/stack.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

namespace mooring::cli {
namespace {

using boost::asio::awaitable;
using reconcile::name_of;
using reconcile::Readiness;
using reconcile::Step;
using serve::Level;

// Two spells of one state: the same verdict for the same differences.
bool differs_alike(const StackResult& one, const StackResult& other) {
    const auto same = [](const Change& a, const Change& b) {
        return a.plane == b.plane && a.path == b.path && a.desired == b.desired && a.actual == b.actual &&
               a.secret == b.secret && a.secret_digest == b.secret_digest;
    };
    return one.verdict == other.verdict && std::ranges::equal(one.changes, other.changes, same);
}

// It says nothing of the stack, neither that it still differs nor that it does not.
bool is_blind(Verdict verdict) {
    return verdict == Verdict::unreachable || verdict == Verdict::pending || verdict == Verdict::denied;
}

} // namespace

reconcile::History seen_of(std::span<const ledger::Spell> history) {
    reconcile::History seen;
    if (history.empty()) return seen;
    const StackResult& present = *history.back().state;
    bool unbroken = true;
    for (const ledger::Spell& spell : history | std::views::reverse) {
        const StackResult& state = *spell.state;
        const bool there = state.verdict == Verdict::in_sync || state.verdict == Verdict::drifted;
        seen.was_there = seen.was_there || there;
        if (state.verdict == Verdict::in_sync) seen.in_sync_at = std::max(seen.in_sync_at, spell.last_at);
        if (unbroken && differs_alike(state, present)) {
            seen.first = spell.first_at;
        } else if (!is_blind(state.verdict)) {
            unbroken = false;
        }
    }
    return seen;
}

CorrectingPast read_past_of(ledger::Ledger& ledger, const std::vector<ledger::StackKey>& stacks) {
    CorrectingPast past;
    for (const ledger::StackKey& key : stacks) {
        const auto history = ledger.history(key, {});
        Result<void> counted;
        if (history) counted = count_extras(ledger, *history, past.plan);
        if (!history || !counted) {
            past.problem = history ? counted.error().message : history.error().message;
            return past;
        }
        take_spells(past.plan, *history);
        past.seen[key] = seen_of(*history);
    }
    auto log = ledger.log();
    if (!log) {
        past.problem = log.error().message;
        return past;
    }
    auto sightings = ledger.sightings();
    if (!sightings) {
        past.problem = sightings.error().message;
        return past;
    }
    past.plan.sightings = *std::move(sightings);
    auto places = ledger.declared_places();
    if (!places) {
        past.problem = places.error().message;
        return past;
    }
    past.plan.declared_places = *std::move(places);
    past.log = *std::move(log);
    take_log(past.plan, past.log);
    past.plan.key = ledger.key();
    return past;
}

std::vector<serve::Corrected> done_of(std::span<const LogEntry> log, const std::string& server) {
    std::vector<serve::Corrected> done;
    for (auto outcome = log.rbegin(); outcome != log.rend() && done.size() < serve::Corrections::most_done; ++outcome) {
        if (outcome->kind != LogKind::outcome || outcome->by != reconcile::agent_author ||
            outcome->stack.server != server)
            continue;
        const auto intent = std::ranges::find(log, outcome->answers, &LogEntry::number);
        done.push_back({.at = outcome->at,
                        .name = outcome->stack.name,
                        .environment = outcome->stack.environment_name,
                        .action = intent == log.end() ? std::string() : intent->intent.action,
                        .outcome = outcome->result.outcome,
                        .message = outcome->result.message,
                        .changes = intent == log.end() ? std::vector<std::string>() : intent->intent.changes});
    }
    return done;
}

// Whether a stack is the agent's: a manifest says `mode: correct`, or a Scope lets go what nobody declares and the
// configuration says how many may go.
bool is_the_agents(const drift::Assessment& row, const WriteLimits& limits) {
    if (row.desired != nullptr) return row.desired->policy.mode == PolicyMode::correct;
    return limits.max_removes > 0 && row.result.verdict == Verdict::extra;
}

namespace {

WrittenStack stack_of(const CorrectingWork& work, const Step& step) {
    return {.server = step.server,
            .instance_id = work.instance(),
            .environment = step.ground.environment.value_or(0),
            .environment_name = step.environment,
            .name = step.name,
            .id = step.ground.id,
            .created_at = step.ground.created_at};
}

// Of a stack that nobody declares: that nobody does.
DesiredStack declared_or_gone(const drift::Assessment& row) {
    if (row.desired != nullptr) return *row.desired;
    DesiredStack gone;
    gone.name = row.result.name;
    gone.server = row.result.server;
    return gone;
}

} // namespace

// The rows that the agent may have to do with: what is in sync needs no past.
std::vector<ledger::StackKey> candidates(const std::vector<drift::Assessment>& rows, const WriteLimits& limits) {
    std::vector<ledger::StackKey> keys;
    for (const drift::Assessment& row : rows) {
        if (!is_the_agents(row, limits)) continue;
        if (row.result.verdict == Verdict::in_sync || row.result.verdict == Verdict::suspended) continue;
        keys.push_back(ledger::key_of(row.result));
    }
    return keys;
}

void AgentCorrector::look_at_server(CorrectingWork& work) {
    const auto& list = work.facts.list_again.value ? work.facts.list_again : work.facts.list;
    const reconcile::ServerLook look{.server = work.server(),
                                     .instance_id = work.instance(),
                                     .user = work.user(),
                                     .records = list.value ? std::span(*list.value) : std::span<const StackRecord>(),
                                     .ledger_kept = work.judged.recorded && ledger_ != nullptr,
                                     .manifests_whole = work.judged.manifests_whole &&
                                                        !config::lies_below_manifests(work.judged.config),
                                     .server_date = list.reply.server_date,
                                     .asked_at = work.judged.report.started_at,
                                     .answered_at = work.judged.report.finished_at};
    work.halt = reconcile::halt_of(look, work.past.log);
    if (work.halt && work.halt->record)
        note(work, LogKind::halted, {.server = work.server(), .instance_id = work.instance()}, *work.halt->record);
    shown_.halted.reset();
    shown_.halted_since = 0;
    if (work.halt) shown_.halted = work.halt->obstacle;
    const auto recorded = work.past.plan.log.halted.find(work.server());
    if (recorded != work.past.plan.log.halted.end()) shown_.halted_since = recorded->second.at;
    const std::string why = work.halt ? work.halt->obstacle.message + "; " + work.halt->obstacle.remedy : "";
    if (why != said_) {
        say(work, why.empty() ? Level::info : Level::warn,
            why.empty() ? "it may be corrected again" : "nothing is corrected: " + why,
            work.halt ? work.halt->obstacle.code : "correcting");
    }
    said_ = why;
}

awaitable<void> AgentCorrector::plan(CorrectingWork& work, const drift::Target& target) {
    const WriteLimits& limits = work.judged.entry.write.limits;
    const std::size_t gone = reconcile::removed_within_a_day(work.past.log, work.server(), now());
    const PlanSources sources{
        .config = work.judged.config,
        .before = work.judged.memory,
        .past = work.past.plan,
        .allowed = {},
        .now = now(),
        .removing = {.most = limits.max_removes - std::min(limits.max_removes, gone), .irrecoverable = {}}};
    const std::vector targets{target};
    work.input = co_await plan_input_of(work.judged.run, targets, sources);
    work.input.by_agent = true;
    work.steps = reconcile::make_plan(work.input).steps;
    work.input.owner = {}; // these refer to `sources`
    work.input.owned_as = {};
    work.input.called_extra = {};
    work.input.declared_elsewhere = {};
    work.input.quarantine = {};
    work.input.unsettled = {};
    work.input.runtime_differs_since = {};
    pace(work);
    std::erase_if(work.steps,
                  [&](const Step& step) { return !is_the_agents(work.input.assessments[step.row], limits); });
}

// What keeps this step from being done now; nullopt: nothing does. A difference that came back too often is noted.
std::optional<reconcile::Obstacle> AgentCorrector::obstacle_of(CorrectingWork& work, const Step& step) {
    const drift::Assessment& row = work.input.assessments[step.row];
    const WriteLimits& limits = work.judged.entry.write.limits;
    if (!is_the_agents(row, limits)) {
        return reconcile::Obstacle{
            .held = false, .code = "manual", .message = "it is not the agent's", .remedy = {}, .lifted_by = {}};
    }
    if (work.halt) return work.halt->obstacle;
    const auto seen = work.past.seen.find(ledger::key_of(row.result));
    const reconcile::PacedStack stack{.step = step,
                                      .row = row,
                                      .declaration =
                                          reconcile::declaration_digest(declared_or_gone(row), work.past.plan.key),
                                      .user = work.user(),
                                      .seen = seen == work.past.seen.end() ? reconcile::History{} : seen->second};
    reconcile::Paced paced = reconcile::pace_of(stack, work.past.log, limits, work.input.now);
    if (paced.quarantine) {
        say(work, Level::warn, fmt::format("{} is quarantined: {}", name_of(step), paced.quarantine->message),
            "quarantined");
        note(work, LogKind::quarantined, stack_of(work, step), std::move(*paced.quarantine));
    }
    return std::move(paced.obstacle);
}

void AgentCorrector::pace(CorrectingWork& work) {
    for (Step& step : work.steps) {
        if (step.readiness != Readiness::to_do) continue;
        std::optional<reconcile::Obstacle> obstacle = obstacle_of(work, step);
        if (!obstacle) continue;
        step.readiness = obstacle->held ? Readiness::held : Readiness::blocked;
        step.obstacles.push_back(std::move(*obstacle));
    }
    const auto declared = std::ranges::count(work.judged.run.declared(), work.server(), &DesiredStack::server);
    const std::size_t most =
        most_changes(work.judged.entry.write.limits, std::nullopt, static_cast<std::size_t>(declared));
    reconcile::keep_to_limit(work.steps, work.past.log, work.server(), most, work.input.now);
    reconcile::wait_for_held(work.steps, work.input);
    reconcile::keep_what_is_replaced(work.steps);
}

} // namespace mooring::cli
