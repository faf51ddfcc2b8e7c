#include "serve/server_loop.hpp"

#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "report/formats.hpp"
#include "serve/agent.hpp"
#include "serve/board.hpp"
#include "serve/metrics.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <malloc.h>

namespace mooring::serve {
namespace {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;
constexpr std::chrono::seconds after_writing{1};  // until the run that sees what was written
constexpr std::chrono::minutes unbounded_run{60}; // what the watchdog grants a run without a deadline

// What one look at the disk brings.
struct Load {
    Desired desired;
    Result<Secret> token;
};

// Whatever goes wrong in it is a load that failed, like any other: what was loaded before stays in use.
Desired load_manifests(const manifest::LoadOptions& options, const LoadManifests& load) {
    try {
        Desired desired = load(options);
        compare::refuse_wrong_jobs(desired);
        return desired;
    } catch (const std::exception& failure) {
        Desired none;
        none.complete = false;
        none.diagnostics.push_back({.severity = Severity::error,
                                    .code = "load-failed",
                                    .message = "the manifests could not be read: " + printable(failure.what(), 200),
                                    .where = {.file = options.root.string()}});
        return none;
    }
}

Load look(const manifest::LoadOptions& options, const LoadManifests& load, const config::ServerEntry& entry,
          const Variables& variables) {
    Load out{.desired = load_manifests(options, load), .token = Secret()};
    // Standard input was read when the agent began, and is not there twice.
    if (entry.credential.kind == config::CredentialSource::Kind::standard_input)
        out.token = entry.server.token;
    else
        out.token = config::read_secret(entry.credential, variables);
    return out;
}

// Two intervals, as the agent waits them; runs that follow each other in seconds take a while themselves.
std::chrono::seconds absences_apart(const config::AgentSettings& agent) {
    const auto longest = std::chrono::ceil<std::chrono::seconds>(agent.interval + agent.jitter_or_default());
    return std::max(2 * longest, std::chrono::seconds(60));
}

void log_source(Log& log, const SourceView& source) {
    if (source.failing_since == 0) {
        log.write(Level::info, fmt::format("manifests: {} declared", words::counted(source.stacks, "stack")),
                  {{"event", "manifests"}});
        return;
    }
    const std::string error = first_error(source);
    const std::string what =
        source.stale ? "manifests: could not be read as a whole; still using those of " + format_utc(source.loaded_at)
        : source.loaded ? std::string("manifests: only some could be read; using those")
                        : std::string("manifests: nothing is judged");
    log.write(Level::error, what + ": " + (error.empty() ? "nothing is declared" : error), {{"event", "manifests"}});
}

} // namespace

ServerLoop::ServerLoop(Shared& shared, std::string server, Known known)
    : shared_(shared), server_(std::move(server)), known_(std::move(known)), timer_(shared.executor),
      due_(SteadyClock::now()) {}

const config::ServerEntry* ServerLoop::entry() const {
    const auto& servers = shared_.config->servers;
    const auto found = std::ranges::find(servers, server_, [](const auto& one) { return one.server.name; });
    return found == servers.end() ? nullptr : &*found;
}

// The whole route, again and again: (load -> observe -> judge -> record -> publish) -> wait.
asio::awaitable<void> ServerLoop::execute() {
    do {
        while (entry() != nullptr) {
            const auto config = shared_.config; // a reload in between must not take away what this run uses
            begin();
            co_await run_once(*entry());
            run_.reset();
            api_.reset();
            memory_ = {};
            ::malloc_trim(0); // what a run took for a moment is many times what is kept of it
            co_await wait();
        }
        std::erase_if(shared_.board.servers, [this](const ServerView& one) { return one.name == server_; });
        co_await end_watch();
    } while (entry() != nullptr); // put back meanwhile
    ended_ = true;
    shared_.on_change();
    shared_.on_verdicts(server_, "");
}

// Not only out of sight: the ledger says from when on nobody looks.
asio::awaitable<void> ServerLoop::end_watch() {
    const bool watched = std::ranges::any_of(known_.stacks, [](const auto& one) { return one.second.watched; });
    if (!watched) co_return;
    const UnixSeconds now = shared_.clock.unix_seconds();
    known_.watch.stop(now);
    known_.stacks = known_after(known_.stacks, {}, known_.watch, true);
    const auto run = std::make_shared<const EndedRun>(end_of_watch(server_, shared_.version, now));
    const std::string unrecorded = co_await shared_.recorder.record(run);
    shared_.board.ledger = shared_.recorder.view();
    shared_.log.write(unrecorded.empty() ? Level::info : Level::error,
                      fmt::format("{}: its stacks are no longer watched{}", server_,
                                  unrecorded.empty() ? "" : ", and that could not be recorded: " + unrecorded),
                      {{"event", "removed"}, {"server", server_}, {"run_id", run->report.run_id}});
}

void ServerLoop::begin() {
    began_ = SteadyClock::now();
    const auto deadline = entry()->server.deadline;
    due_ = began_ + (deadline.count() > 0 ? deadline : std::chrono::seconds(unbounded_run));
    ServerView& mine = view();
    mine.trigger = wanted_.value_or(Trigger::interval);
    wanted_.reset();
    mine.running = true;
    mine.started_at = shared_.clock.unix_seconds();
    mine.ends_by = mine.started_at + std::chrono::ceil<std::chrono::seconds>(due_ - began_).count();
    mine.next_due = 0;
}

asio::awaitable<void> ServerLoop::run_once(const config::ServerEntry& entry) {
    // load
    std::function<Load()> work = [options = config::load_options(*shared_.config, shared_.variables), entry,
                                  load = shared_.load_manifests,
                                  &variables = shared_.variables] { return look(options, load, entry, variables); };
    Load found = co_await offload<Load>(shared_.files, std::move(work));
    if (shared_.source.take_in(std::move(found.desired), shared_.clock.unix_seconds()))
        log_source(shared_.log, shared_.source.view());
    shared_.board.source = shared_.source.view();
    const std::shared_ptr<const Desired> desired = shared_.source.desired();
    if (!desired) co_return cannot_begin();
    Desired part = part_of(*desired, shared_.source.view(), server_);
    whole_ = part.complete;
    if (!is_concerned(part)) co_return co_await nothing_declared(desired->complete);

    // observe -> judge
    memory_ = co_await shared_.recorder.memory_of(server_);
    ServerConnection connection = entry.server;
    if (found.token) connection.token = *found.token;
    ServerConnection reading = connection;
    problem_ = co_await make_api(std::move(reading), std::move(found.token));
    make_run(std::move(part), entry.server);
    co_await run_->execute();

    // record -> publish
    const auto run = std::make_shared<const EndedRun>(ended_run());
    const Ending ending = ending_of(run->report, problem_);
    const std::string unrecorded = co_await shared_.recorder.record(run);
    recorded_ = true;
    publish(*run, ending, unrecorded);

    // -> correct
    const bool recorded = unrecorded.empty() && shared_.board.ledger.enabled;
    if (ending == Ending::judged) co_await correct(entry, *run, std::move(connection), recorded);
}

CorrectingHooks ServerLoop::correcting_hooks() {
    CorrectingHooks hooks;
    hooks.show = [this](const Corrections& corrections) {
        if (ServerView* mine = shared_.board.find(server_)) mine->corrections = corrections;
        shared_.on_change();
    };
    hooks.is_at_work = [this](std::chrono::seconds longest) {
        due_ = SteadyClock::now() + longest;
        if (ServerView* mine = shared_.board.find(server_))
            mine->ends_by = shared_.clock.unix_seconds() + longest.count();
    };
    hooks.stopping = &shared_.stopping;
    hooks.superseded = [this] { return wanted_ == Trigger::signal || wanted_ == Trigger::manifests; };
    return hooks;
}

// Off unless the configuration allows it for this server. What is written is seen by the next run, which comes at once.
asio::awaitable<void> ServerLoop::correct(const config::ServerEntry& entry, const EndedRun& run,
                                          ServerConnection connection, bool recorded) {
    const bool allowed = entry.write.apply && entry.write.correct && shared_.make_corrector != nullptr;
    if (!allowed || shared_.stopping) {
        if (!allowed) view().corrections.reset();
        co_return;
    }
    if (!corrector_) corrector_ = shared_.make_corrector();
    const auto config = shared_.config;
    const SourceView& source = shared_.source.view();
    const bool whole = whole_ && !source.stale && !source.partial && !has_errors(source.diagnostics);
    const JudgedRun judged{.run = *run_,
                           .memory = memory_,
                           .report = run.report,
                           .config = *config,
                           .entry = entry,
                           .connection = std::move(connection),
                           .manifests_whole = whole,
                           .recorded = recorded};
    const CorrectingHooks hooks = correcting_hooks();
    correcting_ = true;
    const bool wrote = co_await corrector_->correct(judged, hooks);
    correcting_ = false;
    if (wrote) pause_ = std::min<milliseconds>(pause_, after_writing);
    shared_.on_verdicts(server_, run.report.run_id);
}

// With several servers, one that nothing is declared for is left alone, as in `mooring check`.
bool ServerLoop::is_concerned(const Desired& part) const {
    return shared_.config->servers.size() == 1 || !part.stacks.empty() || !part.scopes.empty();
}

portainer::Hooks ServerLoop::hooks() {
    portainer::Hooks hooks;
    hooks.on_retry = [this](std::string_view line) {
        shared_.log.write(Level::debug, fmt::format("{}: {}", server_, line),
                          {{"event", "retry"}, {"server", server_}});
    };
    return hooks;
}

// Why the server cannot be asked; "" when it can. Its stacks stay in the count either way (design §2, rule 8).
asio::awaitable<std::string> ServerLoop::make_api(ServerConnection connection, Result<Secret> token) {
    api_.reset();
    if (!token) co_return token.error().message;
    connection.token = std::move(*token);
    using Made = Result<std::unique_ptr<portainer::Api>>;
    // It reads the file of certificates, which may lie on a disk that hangs.
    std::function<Made()> work = [&make = shared_.make_api, executor = shared_.executor, connection, told = hooks()] {
        return make(executor, connection, told);
    };
    Made api = co_await offload<Made>(shared_.files, std::move(work));
    if (!api) co_return api.error().message;
    api_ = measure(std::move(*api), [this](Call call, int status, std::chrono::duration<double> took) {
        shared_.metrics.count_call(server_, call, status, took.count());
    });
    co_return "";
}

void ServerLoop::make_run(Desired part, const ServerConnection& server) {
    drift::RunOptions options;
    options.judge.absence_in_two_runs = true;
    options.judge.credentials = server.withheld;
    options.judge.absence_window = shared_.config->agent.absence_window;
    options.judge.absences_apart = absences_apart(shared_.config->agent);
    options.debounce = shared_.config->relist_after;
    options.full_verify = shared_.config->full_verify;
    options.digest_key = shared_.recorder.key();
    options.mooring_version = shared_.version;
    const drift::Target target{
        .name = server_, .url = url_without_user(server.url), .api = api_.get(), .problem = problem_};
    recorded_ = false;
    run_ =
        std::make_unique<drift::Run>(std::move(part), std::vector{target}, memory_, shared_.clock, std::move(options));
}

// Without a desired state: what is wrong with the manifests is said of the manifests. It is no run.
void ServerLoop::cannot_begin() {
    ServerView& mine = view();
    mine.running = false;
    mine.stacks.clear();
    mine.problem.clear();
    pause_ = wait_after(Ending::refused);
    shared_.on_change();
    shared_.on_verdicts(server_, "");
}

// `whole`: the manifests were read as a whole, so that nothing is what they say, and not what could be read of them.
asio::awaitable<void> ServerLoop::nothing_declared(bool whole) {
    if (whole) co_await end_watch();
    ServerView& mine = view();
    mine.unwatched = whole;
    mine.running = false;
    mine.ended_at = mine.succeeded_at = shared_.clock.unix_seconds();
    mine.stacks.clear();
    mine.report.reset();
    mine.corrections.reset();
    mine.problem.clear();
    mine.failures = 0;
    pause_ = wait_after(Ending::judged);
    shared_.on_change();
    shared_.on_verdicts(server_, "");
}

milliseconds ServerLoop::wait_after(Ending ending) {
    const auto& agent = shared_.config->agent;
    return next_wait({.interval = agent.interval, .jitter = agent.jitter_or_default()}, ending, view().failures,
                     shared_.random());
}

asio::awaitable<void> ServerLoop::wait() {
    due_ = SteadyClock::now() + pause_;
    view().next_due = shared_.clock.unix_seconds() + std::chrono::ceil<std::chrono::seconds>(pause_).count();
    timer_.expires_after(pause_);
    constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);
    if (!wanted_) co_await timer_.async_wait(as_pair);
}

void ServerLoop::wake(Trigger trigger) {
    wanted_ = trigger;
    timer_.cancel();
}

} // namespace mooring::serve
