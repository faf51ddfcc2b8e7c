#include "serve/agent.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/stack.hpp"
#include "report/wording.hpp"
#include "serve/door.hpp"
#include "serve/notices.hpp"
#include "serve/server_loop.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <random>
#include <unistd.h>

namespace mooring::serve {
namespace {

namespace asio = boost::asio;
constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds quiet_for{300}; // after the last change of a file, until it is looked at
constexpr std::chrono::seconds watchdog_grace{120}; // what a loop may be late by
constexpr std::chrono::seconds part_within{60};     // waited for a part that is being written, once asked to stop
constexpr unsigned last_words_within = 4;           // seconds for recording, once it was asked to stop

std::string variable(const Variables& variables, std::string_view name) {
    const Secret* value = variables.find(name);
    return value == nullptr ? std::string() : std::string(value->reveal());
}

std::function<double()> chance() {
    std::uint64_t seed = 0;
    std::memcpy(&seed, random_bytes(sizeof seed).data(), sizeof seed);
    return [generator = std::mt19937_64(seed)]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
    };
}

class Agent {
  public:
    explicit Agent(AgentSetup setup);

    Result<void> begin();
    void run();
    // After run(): records what was under way.
    void finish();

  private:
    void note_what_needs_a_restart(const config::Config& config);
    void show_servers();
    void start_loops(std::map<std::string, Known> known);
    asio::awaitable<void> follow_files();
    asio::awaitable<void> follow_hangups();
    asio::awaitable<void> reload();
    void note_failed_reload(std::string problem);
    asio::awaitable<void> feed_watchdog();
    void wake_all(Trigger trigger);
    bool sync(const std::string& server);
    void spawn(asio::awaitable<void> work);
    void stop();
    bool any_correcting() const;
    asio::awaitable<void> end_after_parts();

    asio::io_context io_{1};
    std::function<config::Loaded()> read_config_;
    Recorder recorder_;
    Supervisor supervisor_;
    std::filesystem::path ledger_; // as it was configured when the agent began
    Shared shared_;
    Notifier notifier_;
    ManifestWatch watch_;
    Front front_;
    Door door_;
    std::vector<std::unique_ptr<ServerLoop>> loops_;
    asio::signal_set stops_;
    asio::signal_set hangups_;
    std::string status_; // as the supervisor was last told
};

Agent::Agent(AgentSetup setup)
    : read_config_(std::move(setup.reload)), recorder_(std::move(setup.ledger)),
      supervisor_(variable(setup.variables, "NOTIFY_SOCKET"), variable(setup.variables, "WATCHDOG_USEC")),
      ledger_(setup.config.ledger), shared_{.executor = io_.get_executor(),
                                            .clock = setup.clock,
                                            .variables = setup.variables,
                                            .make_api = std::move(setup.make_api),
                                            .make_corrector = std::move(setup.make_corrector),
                                            .version = std::move(setup.version),
                                            .random = chance(),
                                            .log = setup.log,
                                            .recorder = recorder_,
                                            .config = std::make_shared<const config::Config>(std::move(setup.config))},
      notifier_(io_.get_executor(), setup.variables, setup.clock, setup.log, recorder_, shared_.metrics, chance()),
      watch_(io_.get_executor()), front_(shared_.board, shared_.metrics, recorder_, setup.clock,
                                         [this](const std::string& name) { return sync(name); }),
      door_(shared_.config->agent.listen, setup.variables, front_), stops_(io_, SIGTERM, SIGINT),
      hangups_(io_, SIGHUP) {
    shared_.on_change = [this] {
        std::string now = headline(shared_.board);
        if (now == status_) return;
        status_ = std::move(now);
        supervisor_.status(status_);
    };
    shared_.on_verdicts = [this](const std::string& server, const std::string& run_id) {
        notifier_.consider(shared_.board, server, run_id);
    };
    shared_.board.version = shared_.version;
    shared_.board.started_at = setup.clock.unix_seconds();
    shared_.board.ledger = recorder_.view();
}

void Agent::spawn(asio::awaitable<void> work) {
    asio::co_spawn(io_, std::move(work), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
}

// In the configuration's order; a server that was there keeps its view.
void Agent::show_servers() {
    shared_.board.ready_window = std::chrono::ceil<std::chrono::seconds>(shared_.config->agent.window());
    for (const config::ServerEntry& entry : shared_.config->servers) {
        ServerView* known = shared_.board.find(entry.server.name);
        if (known == nullptr) {
            known = &shared_.board.servers.emplace_back();
            known->name = entry.server.name;
        }
        known->url = url_without_user(entry.server.url);
    }
}

// One that only the ledger knows has a loop, too, which ends at once and records that.
void Agent::start_loops(std::map<std::string, Known> known) {
    std::erase_if(loops_, [](const auto& loop) { return loop->ended(); });
    for (const config::ServerEntry& entry : shared_.config->servers) known.try_emplace(entry.server.name);
    for (auto& [name, own] : known) {
        const bool has_one = std::ranges::any_of(loops_, [&](const auto& loop) { return loop->server() == name; });
        if (has_one) continue;
        loops_.push_back(std::make_unique<ServerLoop>(shared_, name, std::move(own)));
        spawn(loops_.back()->execute());
    }
}

Result<void> Agent::begin() {
    if (auto opened = door_.open(io_.get_executor()); !opened) return opened;
    show_servers();
    recorder_.keep(shared_.config->keep_days.value_or(0));
    notifier_.remember(recorder_.told());
    notifier_.use(*shared_.config);
    watch_.watch(watched_by(*shared_.config, shared_.variables));
    start_loops(known_of(recorder_));
    spawn(follow_files());
    spawn(follow_hangups());
    spawn(feed_watchdog());
    stops_.async_wait([this](const boost::system::error_code& error, int /*number*/) {
        if (!error) stop();
    });
    supervisor_.ready("reading for the first time");
    const std::string address = door_.address();
    shared_.log.write(Level::info, address.empty() ? "watching" : "watching; the status page is at " + address,
                      {{"event", "start"},
                       {"version", shared_.version},
                       {"address", address},
                       {"servers", std::to_string(shared_.config->servers.size())}});
    return {};
}

void Agent::run() { io_.run(); }

// Nothing is unwound: what is under way stays as it is, and finish() writes down how far it came; only a part that is
// being written is waited for. The signals' default action is back then, so that a second one ends the process.
void Agent::stop() {
    supervisor_.stopping();
    boost::system::error_code ignored;
    stops_.clear(ignored);
    hangups_.clear(ignored);
    shared_.stopping = true;
    if (!any_correcting()) return io_.stop();
    shared_.log.write(Level::info,
                      fmt::format("something is being written: ending once it is known what came of it, in {} seconds "
                                  "at the latest",
                                  part_within.count()),
                      {{"event", "stop"}});
    spawn(end_after_parts());
}

bool Agent::any_correcting() const {
    return std::ranges::any_of(loops_, [](const auto& loop) { return loop->correcting(); });
}

asio::awaitable<void> Agent::end_after_parts() {
    asio::steady_timer timer(io_);
    const auto end = std::chrono::steady_clock::now() + part_within;
    while (any_correcting() && std::chrono::steady_clock::now() < end) {
        timer.expires_after(std::chrono::milliseconds(50));
        co_await timer.async_wait(as_pair);
    }
    io_.stop();
}

void Agent::finish() {
    // A disk that hangs must not keep the process: what could not be written by then is lost, and the next run says so.
    std::signal(SIGALRM, [](int) { ::_exit(0); });
    ::alarm(last_words_within);
    door_.close();
    for (const auto& loop : loops_) {
        const auto run = loop->interrupted();
        if (!run) continue;
        const std::string problem = recorder_.record_last(*run);
        shared_.log.write(problem.empty() ? Level::info : Level::error,
                          fmt::format("{}: interrupted{}", run->server,
                                      problem.empty() ? "" : ", and that could not be recorded: " + problem),
                          {{"event", "interrupted"}, {"server", run->server}, {"run_id", run->report.run_id}});
    }
    if (const std::string problem = recorder_.close(); !problem.empty())
        shared_.log.write(Level::warn, "the ledger was left with its log beside it: " + problem, {{"event", "ledger"}});
    notifier_.join();
    shared_.files.join(); // no thread may read while the process takes itself down
    shared_.log.write(Level::info, "stopped", {{"event", "stop"}});
}

void Agent::wake_all(Trigger trigger) {
    for (const auto& loop : loops_) loop->wake(trigger);
}

bool Agent::sync(const std::string& server) {
    bool found = false;
    for (const auto& loop : loops_) {
        if (loop->ended() || (!server.empty() && loop->server() != server)) continue;
        loop->wake(Trigger::sync);
        found = true;
    }
    return found;
}

asio::awaitable<void> Agent::follow_files() {
    for (;;) {
        co_await watch_.changed(quiet_for);
        watch_.watch(watched_by(*shared_.config, shared_.variables)); // before looking, so that nothing is missed
        wake_all(Trigger::manifests);
    }
}

asio::awaitable<void> Agent::follow_hangups() {
    for (;;) {
        const auto [error, number] = co_await hangups_.async_wait(as_pair);
        if (error) co_return;
        supervisor_.reloading();
        co_await reload();
        wake_all(Trigger::signal);
        status_ = headline(shared_.board);
        supervisor_.ready(status_);
    }
}

void Agent::note_what_needs_a_restart(const config::Config& config) {
    std::vector<std::string> changed;
    if (!door_.is_as(config.agent.listen)) changed.emplace_back("`listen`");
    if (config.ledger != ledger_) changed.emplace_back("`ledger`");
    shared_.board.restart.clear();
    if (changed.empty()) return;
    shared_.board.restart = fmt::format("{} {} changed in the configuration: nothing of it is used until the agent is "
                                        "restarted.",
                                        join(changed, " and "), changed.size() == 1 ? "has" : "have");
    shared_.log.write(Level::warn, shared_.board.restart, {{"event", "reload"}});
}

void Agent::note_failed_reload(std::string problem) {
    shared_.log.write(Level::error,
                      "the configuration could not be read again, the one before stays in use: " + problem,
                      {{"event", "reload"}});
    shared_.board.reload = std::move(problem);
}

asio::awaitable<void> Agent::reload() {
    std::function<std::shared_ptr<config::Loaded>()> work = [this] {
        try {
            return std::make_shared<config::Loaded>(read_config_());
        } catch (const std::exception& failure) {
            config::Loaded none;
            none.diagnostics.push_back({.severity = Severity::error, .message = printable(failure.what(), 200)});
            return std::make_shared<config::Loaded>(std::move(none));
        }
    };
    auto loaded = co_await offload<std::shared_ptr<config::Loaded>>(shared_.files, std::move(work));
    const auto error = std::ranges::find(loaded->diagnostics, Severity::error, &Diagnostic::severity);
    if (error != loaded->diagnostics.end()) co_return note_failed_reload(report::placed_remark(*error, true));
    shared_.board.reload.clear();
    note_what_needs_a_restart(loaded->config);
    // A token from standard input was read once and is not there again.
    for (config::ServerEntry& entry : loaded->config.servers) {
        for (const config::ServerEntry& old : shared_.config->servers) {
            const bool same = old.server.name == entry.server.name && old.credential == entry.credential;
            if (same) entry.server.token = old.server.token;
        }
    }
    shared_.config = std::make_shared<const config::Config>(std::move(loaded->config));
    if (const auto read = door_.read_token_again(); !read)
        note_failed_reload("the token of the status page: " + read.error().message);
    recorder_.keep(shared_.config->keep_days.value_or(0));
    notifier_.use(*shared_.config);
    show_servers();
    start_loops({});
    watch_.watch(watched_by(*shared_.config, shared_.variables));
    shared_.log.write(Level::info, "the configuration was read again", {{"event", "reload"}});
}

// Fed by the loops' progress alone: a thread that runs while a loop hangs is no sign of life.
asio::awaitable<void> Agent::feed_watchdog() {
    const auto period = supervisor_.watchdog();
    if (!period) co_return;
    asio::steady_timer timer(io_);
    for (;;) {
        std::vector<Pulse> pulses;
        for (const auto& loop : loops_) {
            if (!loop->ended()) pulses.push_back(loop->pulse());
        }
        if (all_alive(pulses, std::chrono::steady_clock::now(), watchdog_grace)) supervisor_.feed_watchdog();
        timer.expires_after(*period / 3);
        co_await timer.async_wait(as_pair);
    }
}

} // namespace

Result<void> run_agent(AgentSetup setup) {
    auto agent = std::make_unique<Agent>(std::move(setup));
    if (auto begun = agent->begin(); !begun) return begun;
    agent->run();
    agent->finish();
    [[maybe_unused]] static const Agent* left = nullptr; // a leak checker sees that it is meant
    left = agent.release();
    return {};
}

} // namespace mooring::serve
