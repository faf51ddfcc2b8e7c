#include "cli/apply_agent.hpp"

#include "apply/apply.hpp"
#include "base/redact.hpp"
#include "base/text.hpp"
#include "cli/apply_agent_past.hpp"
#include "cli/apply_run.hpp"
#include "cli/plan_run.hpp"
#include "cli/version.hpp"
#include "ledger/lease_holder.hpp"
#include "model/names.hpp"
#include "reconcile/render.hpp"
#include "serve/offload.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>
#include <ranges>

namespace mooring::cli {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using reconcile::name_of;
using reconcile::Readiness;
using reconcile::Step;
using serve::Corrections;
using serve::Level;

// One run's correcting, from its plan to what came of it. Lives in correct().
struct Work {
    const serve::JudgedRun& judged;
    const serve::CorrectingHooks& hooks;
    const drift::ServerFacts& facts;
    CorrectingPast past;
    std::vector<ledger::StackKey> candidates; // rows that may have to be written
    std::optional<reconcile::ServerHalt> halt;
    reconcile::PlanInput input;
    std::vector<Step> steps;
    bool sent = false;

    const std::string& server() const { return judged.entry.server.name; }
    std::string user() const { return facts.identity_before.value ? facts.identity_before.value->username : ""; }
    std::string instance() const { return facts.status.value ? facts.status.value->instance_id : ""; }
};

WrittenStack stack_of(const Work& work, const Step& step) {
    return {.server = step.server,
            .instance_id = work.instance(),
            .environment = step.ground.environment.value_or(0),
            .environment_name = step.environment,
            .name = step.name,
            .id = step.ground.id,
            .created_at = step.ground.created_at};
}

class AgentCorrector final : public serve::Corrector {
  public:
    explicit AgentCorrector(CorrectorSetup setup) : setup_(std::move(setup)) {}

    awaitable<bool> correct(const serve::JudgedRun& judged, const serve::CorrectingHooks& hooks) override;

  private:
    awaitable<void> read(Work& work);
    bool note(Work& work, LogKind kind, WrittenStack stack, Halt halt);
    void look_at_server(Work& work);
    awaitable<void> settle(Work& work, apply::Server& server, apply::Workshop& workshop);
    awaitable<void> plan(Work& work, const drift::Target& target);
    std::optional<reconcile::Obstacle> obstacle_of(Work& work, const Step& step);
    void pace(Work& work);
    awaitable<void> write(Work& work, apply::Server& server, apply::Workshop& workshop);
    apply::Workshop workshop_of(Work& work);
    void tell(Work& work, apply::Workshop& workshop);
    awaitable<void> correct_with(Work& work, portainer::Api& api);
    void show(const Work& work);
    void say(const Work& work, Level level, std::string text, std::string_view event) const;
    void fail(const Work& work, std::string problem);
    UnixSeconds now() const { return setup_.clock.unix_seconds(); }

    CorrectorSetup setup_;
    asio::thread_pool files_{1}; // opens and reads the ledger
    std::unique_ptr<ledger::Ledger> ledger_;
    Corrections shown_;
    std::string said_; // why nothing is written, as it was logged last
};

void AgentCorrector::say(const Work& work, Level level, std::string text, std::string_view event) const {
    take_out(text, work.judged.connection.withheld);
    setup_.log.write(level, fmt::format("{}: {}", work.server(), text),
                     {{"event", std::string(event)}, {"server", work.server()}});
}

void AgentCorrector::show(const Work& work) {
    take_out(shown_.under_way, work.judged.connection.withheld);
    work.hooks.show(shown_);
}

void AgentCorrector::fail(const Work& work, std::string problem) {
    if (shown_.problem != problem) say(work, Level::error, "nothing is corrected: " + problem, "correcting");
    shown_.problem = std::move(problem);
    show(work);
}

// Whether a stack is the agent's: a manifest says `mode: correct`, or a Scope lets go what nobody declares and the
// configuration says how many may go.
bool is_the_agents(const drift::Assessment& row, const WriteLimits& limits) {
    if (row.desired != nullptr) return row.desired->policy.mode == PolicyMode::correct;
    return limits.max_removes > 0 && row.result.verdict == Verdict::extra;
}

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

// Of a stack that nobody declares: that nobody does.
DesiredStack declared_or_gone(const drift::Assessment& row) {
    if (row.desired != nullptr) return *row.desired;
    DesiredStack gone;
    gone.name = row.result.name;
    gone.server = row.result.server;
    return gone;
}

awaitable<void> AgentCorrector::read(Work& work) {
    work.candidates = candidates(work.judged.run.assessments(), work.judged.entry.write.limits);
    std::function<CorrectingPast()> reading = [this, keys = work.candidates]() -> CorrectingPast {
        if (!ledger_) {
            auto opened = ledger::open_ledger(setup_.ledger, {.now = setup_.clock.unix_seconds()});
            if (!opened) return {.log = {}, .plan = {}, .seen = {}, .problem = opened.error().message};
            ledger_ = std::move(opened->ledger);
        }
        return read_past_of(*ledger_, keys);
    };
    work.past = co_await serve::offload<CorrectingPast>(files_, std::move(reading));
}

bool AgentCorrector::note(Work& work, LogKind kind, WrittenStack stack, Halt halt) {
    LogEntry entry;
    entry.at = now();
    entry.kind = kind;
    entry.by = reconcile::agent_author;
    entry.stack = std::move(stack);
    entry.halt = std::move(halt);
    const auto number = ledger_->append(entry);
    if (!number) {
        fail(work, "the ledger cannot be written: " + number.error().message);
        return false;
    }
    entry.number = *number;
    work.past.log.push_back(entry);
    work.past.plan.log = standing_of(work.past.log);
    return true;
}

void AgentCorrector::look_at_server(Work& work) {
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

apply::Workshop AgentCorrector::workshop_of(Work& work) {
    const config::Config& config = work.judged.config;
    apply::Workshop workshop{.ledger = *ledger_, .clock = setup_.clock, .memory = work.judged.memory};
    workshop.look.judge.credentials = work.judged.connection.withheld;
    workshop.look.judge.credentials.push_back(work.judged.connection.token);
    workshop.look.debounce = config.relist_after;
    workshop.look.full_verify = std::chrono::seconds(0); // every file is read: what was written is what counts
    workshop.look.digest_key = ledger_->key();
    workshop.look.mooring_version = version();
    workshop.backup = config.backup;
    if (workshop.backup.folder.empty()) workshop.backup.folder = setup_.ledger.parent_path() / "backups";
    workshop.by = reconcile::agent_author;
    workshop.holder = ledger::holder_of_this_process("mooring agent");
    workshop.pace = setup_.pace;
    workshop.declared = work.judged.run.declared();
    workshop.declaration = [this](const DesiredStack& stack) {
        return reconcile::declaration_digest(stack, ledger_->key());
    };
    tell(work, workshop);
    return workshop;
}

// Each phase and each outcome, to the board and to the log.
void AgentCorrector::tell(Work& work, apply::Workshop& workshop) {
    const WriteLimits& limits = work.judged.entry.write.limits;
    const auto longest = limits.deploy_timeout * 2 + limits.settle.value_or(std::chrono::minutes(5)) * 2;
    workshop.on_phase = [this, &work, longest](const Step& step, const reconcile::Part& part, apply::Phase phase) {
        std::string line = fmt::format("{} {}: {}", reconcile::to_string(part), name_of(step), apply::words_of(phase));
        work.sent = true;
        work.hooks.is_at_work(longest);
        if (line == shown_.under_way) return;
        if (shown_.under_way.empty()) shown_.under_way_since = now();
        shown_.under_way = std::move(line);
        say(work, Level::info, shown_.under_way, "correcting");
        show(work);
    };
    workshop.on_part = [this, &work](const Step& step, const reconcile::Part& part, const PartResult& result) {
        shown_.under_way.clear();
        ++shown_.outcomes[result.outcome];
        say(work, went_wrong(result.outcome) ? Level::error : Level::info,
            fmt::format("{} {}: {}{}", reconcile::to_string(part), name_of(step), to_string(result.outcome),
                        result.message.empty() ? "" : ": " + result.message),
            "corrected");
        show(work);
    };
}

// By reading only, whatever keeps the server from being written.
awaitable<void> AgentCorrector::settle(Work& work, apply::Server& server, apply::Workshop& workshop) {
    if (work.past.plan.log.open.empty()) co_return;
    const auto settled = co_await apply::settle_open(workshop, server);
    if (!settled) co_return fail(work, "the ledger cannot be written: " + settled.error().message);
    for (const LogEntry& one : *settled) {
        say(work, Level::info,
            fmt::format("settled what was left open of {}: {}: {}", printable(one.stack.name, 100),
                        to_string(one.result.outcome), one.result.message),
            "settled");
        work.past.log.push_back(one);
    }
    work.past.plan.log = standing_of(work.past.log);
}

awaitable<void> AgentCorrector::plan(Work& work, const drift::Target& target) {
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
    work.input.quarantine = {};
    work.input.unsettled = {};
    work.input.runtime_differs_since = {};
    pace(work);
    std::erase_if(work.steps,
                  [&](const Step& step) { return !is_the_agents(work.input.assessments[step.row], limits); });
}

// What keeps this step from being done now; nullopt: nothing does. A difference that came back too often is noted.
std::optional<reconcile::Obstacle> AgentCorrector::obstacle_of(Work& work, const Step& step) {
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
                                      .seen = seen == work.past.seen.end() ? reconcile::Seen{} : seen->second};
    reconcile::Paced paced = reconcile::pace_of(stack, work.past.log, limits, work.input.now);
    if (paced.quarantine) {
        say(work, Level::warn, fmt::format("{} is quarantined: {}", name_of(step), paced.quarantine->message),
            "quarantined");
        note(work, LogKind::quarantined, stack_of(work, step), std::move(*paced.quarantine));
    }
    return std::move(paced.obstacle);
}

void AgentCorrector::pace(Work& work) {
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

awaitable<void> AgentCorrector::write(Work& work, apply::Server& server, apply::Workshop& workshop) {
    std::vector<apply::Planned> chosen;
    for (const Step& step : work.steps) {
        if (step.readiness == Readiness::to_do)
            chosen.push_back({.step = &step, .seen = &work.input.assessments[step.row]});
    }
    if (chosen.empty() || *work.hooks.stopping || !shown_.problem.empty()) co_return;
    const auto executor = co_await asio::this_coro::executor;
    auto sender = apply::make_sender(executor, work.judged.connection, work.judged.entry.write.limits.deploy_timeout);
    if (!sender) co_return fail(work, sender.error().message);
    server.sender = sender->get();
    server.engines = work.input.servers.at(work.server()).engines;
    workshop.stopping = work.hooks.stopping;
    const auto done = co_await apply::apply_steps(workshop, server, chosen);
    for (const apply::StepDone& one : done) {
        if (one.parts.empty())
            say(work, Level::info, fmt::format("{} was not begun: {}", name_of(*one.step), one.message), "correcting");
    }
}

awaitable<void> AgentCorrector::correct_with(Work& work, portainer::Api& api) {
    const drift::Target target{
        .name = work.server(), .url = url_without_user(work.judged.connection.url), .api = &api, .problem = {}};
    apply::Workshop workshop = workshop_of(work);
    apply::Server server{.target = target, .facts = &work.facts, .settings = work.judged.entry.write, .engines = {}};
    co_await settle(work, server, workshop);
    if (!work.candidates.empty()) co_await plan(work, target);
    shown_.steps = work.steps;
    shown_.done = done_of(work.past.log, work.server());
    show(work);
    co_await write(work, server, workshop);
    shown_.under_way.clear();
    if (const auto log = ledger_->log()) shown_.done = done_of(*log, work.server());
    show(work);
}

awaitable<bool> AgentCorrector::correct(const serve::JudgedRun& judged, const serve::CorrectingHooks& hooks) {
    const auto read_facts = judged.run.read();
    Work work{.judged = judged,
              .hooks = hooks,
              .facts = read_facts.front().facts,
              .past = {},
              .candidates = {},
              .halt = {},
              .input = {},
              .steps = {}};
    shown_.at = now();
    shown_.problem.clear();
    shown_.steps.clear();
    if (!setup_.ledger.empty()) co_await read(work);
    if (!work.past.problem.empty()) {
        fail(work, "the ledger cannot be read: " + work.past.problem);
        co_return false;
    }
    look_at_server(work);
    if (ledger_ == nullptr) {
        show(work);
        co_return false;
    }
    // Of its own, since a run's deadline is over long before a deployment may be.
    const auto executor = co_await asio::this_coro::executor;
    ServerConnection connection = judged.connection;
    connection.deadline = {};
    auto api = setup_.make_api(executor, connection, {});
    if (!api) {
        fail(work, api.error().message);
        co_return false;
    }
    co_await correct_with(work, **api);
    co_return work.sent;
}

} // namespace

std::unique_ptr<serve::Corrector> make_corrector(CorrectorSetup setup) {
    return std::make_unique<AgentCorrector>(std::move(setup));
}

serve::MakeCorrector make_correctors(const std::filesystem::path& ledger, const Clock& clock, serve::Log& log) {
    return [ledger, &clock, &log] {
        return make_corrector(
            {.ledger = ledger, .clock = clock, .log = log, .make_api = portainer::make_api, .pace = {}});
    };
}

} // namespace mooring::cli
