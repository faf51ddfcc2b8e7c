#include "cli/apply_run.hpp"

#include "apply/apply.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/plan_run.hpp"
#include "ledger/ledger.hpp"
#include "model/stack.hpp"
#include "reconcile/render.hpp"
#include "serve/agent.hpp"

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
using serve::Level;

} // namespace

void AgentCorrector::say(const CorrectingWork& work, Level level, std::string text, std::string_view event) const {
    take_out(text, work.judged.connection.withheld);
    setup_.log.write(level, fmt::format("{}: {}", work.server(), text),
                     {{"event", std::string(event)}, {"server", work.server()}});
}

void AgentCorrector::show(const CorrectingWork& work) {
    take_out(shown_.under_way, work.judged.connection.withheld);
    work.hooks.show(shown_);
}

void AgentCorrector::fail(const CorrectingWork& work, std::string problem) {
    if (shown_.problem != problem) say(work, Level::error, "nothing is corrected: " + problem, "correcting");
    shown_.problem = std::move(problem);
    show(work);
}

awaitable<void> AgentCorrector::read(CorrectingWork& work) {
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

bool AgentCorrector::note(CorrectingWork& work, LogKind kind, WrittenStack stack, Halt halt) {
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

apply::Workshop AgentCorrector::workshop_of(CorrectingWork& work) {
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
void AgentCorrector::tell(CorrectingWork& work, apply::Workshop& workshop) {
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
awaitable<void> AgentCorrector::settle(CorrectingWork& work, apply::Server& server, apply::Workshop& workshop) {
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

awaitable<void> AgentCorrector::write(CorrectingWork& work, apply::Server& server, apply::Workshop& workshop) {
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
    workshop.not_now = [this, &work](const Step& step) {
        if (work.hooks.superseded && work.hooks.superseded())
            return std::string("configuration or manifests were read again, and it is planned anew");
        return reconcile::not_now(work.input, step, now());
    };
    const auto done = co_await apply::apply_steps(workshop, server, chosen);
    for (const apply::StepDone& one : done) {
        if (one.parts.empty())
            say(work, Level::info, fmt::format("{} was not begun: {}", name_of(*one.step), one.message), "correcting");
    }
}

awaitable<void> AgentCorrector::correct_with(CorrectingWork& work, portainer::Api& api) {
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
    CorrectingWork work{.judged = judged,
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
