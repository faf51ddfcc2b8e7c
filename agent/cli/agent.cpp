
#include "serve/agent.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "ledger/database.hpp"
#include "ledger/ledger.hpp"
#include "report/formats.hpp"
#include "report/wording.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <optional>
#include <ostream>
#include <unistd.h>

namespace mooring::cli {
namespace {

class Agent final : public Command {
  public:
    Agent(MakeApi make_api, MakeCorrectors make_correctors)
        : make_api_(std::move(make_api)), make_correctors_(std::move(make_correctors)) {}

    std::string_view name() const override { return "agent"; }
    std::string_view summary() const override {
        return "Watch continuously, and correct where it may: status page, API, metrics, notifications";
    }
    std::string_view examples() const override {
        return "  mooring agent\n"
               "  mooring agent --config /etc/mooring/mooring.yaml\n\n"
               "It writes nothing unless the server's entry says `apply: true` and `correct: true`, the stack's "
               "policy\n"
               "says `mode: correct`, and `mooring trust SERVER` was given once.\n\n"
               "Signals: SIGHUP reads configuration and manifests again; SIGTERM records a run under way as\n"
               "interrupted and ends, a minute later at most while something is being written. Exit codes: 0 ended by "
               "a signal, 65 invalid configuration, 1 cannot listen\n"
               "or keep its ledger.";
    }
    void declare(CLI::App& app) override {
        settings_.declare(app, {"--format", "--environment"});
        app.get_option("--server")->description("The server meant by stacks that name none [MOORING_SERVER]");
    }
    int run(Console& console) override;

  private:
    Result<std::unique_ptr<ledger::Ledger>> open_ledger(const config::Config& config, Console& console,
                                                        serve::Log& log);
    serve::MakeCorrector corrector(const config::Config& config, Console& console, serve::Log& log) const;

    MakeApi make_api_;
    MakeCorrectors make_correctors_;
    SettingFlags settings_;
    std::optional<ledger::AgentLock> lock_; // of the ledger, until this process ends
};

serve::LogForm log_form(config::LogFormat format, const Variables& variables) {
    switch (format) {
    case config::LogFormat::json:
        return serve::LogForm::json;
    case config::LogFormat::text:
        return serve::LogForm::text;
    case config::LogFormat::journal:
        return serve::LogForm::journal;
    case config::LogFormat::automatic:
        break;
    }
    // systemd sets it when it connects standard error to the journal.
    const Secret* stream = variables.find("JOURNAL_STREAM");
    return stream == nullptr || stream->empty() ? serve::LogForm::text : serve::LogForm::journal;
}

std::filesystem::path ledger_file(const config::Config& config, const Console& console) {
    const Secret* state = console.variables.find("STATE_DIRECTORY");
    if (!config.ledger.empty() || state == nullptr || state->empty()) return config.ledger;
    return std::filesystem::path(state->reveal()) / "ledger.db";
}

serve::MakeCorrector Agent::corrector(const config::Config& config, Console& console, serve::Log& log) const {
    if (make_correctors_) return make_correctors_(ledger_file(config, console), console.clock, log);
    const bool wanted =
        std::ranges::any_of(config.servers, [](const config::ServerEntry& entry) { return entry.write.correct; });
    if (wanted)
        log.write(serve::Level::warn, "`correct: true` has no effect: this build of Mooring can only read",
                  {{"event", "configuration"}});
    return {};
}

Result<std::unique_ptr<ledger::Ledger>> Agent::open_ledger(const config::Config& config, Console& console,
                                                           serve::Log& log) {
    const std::filesystem::path file = ledger_file(config, console);
    if (file.empty()) {
        log.write(serve::Level::warn,
                  "no `ledger` is configured: nothing is recorded, and what was seen is forgotten at the end",
                  {{"event", "ledger"}});
        if (!config.remember.empty())
            log.write(serve::Level::warn,
                      "`remember` is for `mooring check`: an agent keeps its memory in a ledger, and a new one takes "
                      "this memory over; set `ledger`",
                      {{"event", "ledger"}});
        return nullptr;
    }
    auto opened = ledger::open_ledger(file, {.now = console.clock.unix_seconds()});
    if (!opened) return std::unexpected(opened.error());
    auto lock = ledger::AgentLock::take(file, console.clock.unix_seconds());
    if (!lock) return std::unexpected(lock.error());
    lock_.emplace(*std::move(lock));
    if (!config.remember.empty()) {
        auto taken = ledger::take_over_memory(*opened->ledger, opened->created, config.remember);
        if (!taken) return std::unexpected(taken.error());
        std::ranges::move(*taken, std::back_inserter(opened->diagnostics));
    }
    for (const Diagnostic& one : opened->diagnostics)
        log.write(one.severity == Severity::note ? serve::Level::info : serve::Level::warn, report::remark(one),
                  {{"event", "ledger"}, {"code", one.code}, {"file", one.where.file}});
    return std::move(opened->ledger);
}

int Agent::run(Console& console) {
    const auto load = [this, &console] {
        config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
        const auto add = [&](Diagnostics more) { std::ranges::move(more, std::back_inserter(loaded.diagnostics)); };
        if (!has_errors(loaded.diagnostics)) add(config::require_servers(loaded.config));
        return loaded;
    };
    config::Loaded loaded = load();
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    if (has_errors(loaded.diagnostics)) {
        report::TextOptions options;
        options.colour = wants_colour(console, loaded.config.color, console.err_is_terminal);
        options.width = console.err_width;
        console.err << report::diagnostics_text(loaded.diagnostics, options);
        return failure(console, name(), "the configuration is wrong; fix the errors above", exit_invalid);
    }
    const config::AgentSettings& agent = loaded.config.agent;
    serve::Log log(console.err, console.clock, log_form(agent.log_format, console.variables),
                   serve::parse_level(agent.log_level));
    for (const Diagnostic& one : loaded.diagnostics)
        log.write(serve::Level::warn, one.message, {{"event", "configuration"}, {"code", one.code}});
    auto ledger = open_ledger(loaded.config, console, log);
    if (!ledger) return ledger_failure(console, name(), ledger.error());
    close_memory();
    share_one_heap();
    serve::MakeCorrector make_corrector = corrector(loaded.config, console, log);
    const Result<void> ended = serve::run_agent({.config = std::move(loaded.config),
                                                 .reload = load,
                                                 .variables = console.variables,
                                                 .clock = console.clock,
                                                 .make_api = make_api_,
                                                 .make_corrector = std::move(make_corrector),
                                                 .version = std::string(version()),
                                                 .ledger = std::move(*ledger),
                                                 .log = log});
    lock_.reset();
    if (ended) return exit_ok;
    const int code = ended.error().kind == ErrorKind::invalid_input ? exit_invalid : exit_failure;
    return failure(console, name(), ended.error().message, code);
}

} // namespace

std::unique_ptr<Command> make_agent_command(MakeApi make_api, MakeCorrectors make_correctors) {
    return std::make_unique<Agent>(std::move(make_api), std::move(make_correctors));
}

} // namespace mooring::cli
