#include "cli/plan.hpp"

#include "base/file.hpp"
#include "base/redact.hpp"
#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/look.hpp"
#include "cli/plan_run.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"
#include "reconcile/render.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <ostream>
#include <span>

namespace mooring::cli {
namespace {

class PlanCommand final : public Command {
  public:
    explicit PlanCommand(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "plan"; }
    std::string_view summary() const override { return "Say what should be written so that actual becomes desired"; }
    std::string_view examples() const override {
        return "  mooring plan manifests\n"
               "  mooring plan manifests shop                # only that stack\n"
               "  mooring plan --only name=shop --format json -o plan.json\n"
               "  mooring plan --allow shop=redeploy-git     # once; in the manifest: `allow: [redeploy-git]`\n\n"
               "It reads, and writes nothing. What is not certain is blocked, with the line to type or to write.\n\n"
               "Exit codes: 0 nothing to do, 2 something to do or held, 3 blocked, 4 both; 64 usage, 65 invalid\n"
               "manifests or configuration, 69 no server answered, 77 credentials refused, 130 interrupted.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    int plan(Console& console, const CheckOptions& options, LoadedRun loaded, const PlanSources& sources);
    int write(Console& console, const reconcile::Plan& plan, std::span<const Secret> credentials) const;

    MakeApi make_api_;
    CheckWords words_;
    std::vector<std::string> allowed_;
    std::string file_;
    std::string format_ = "text";
    RemovingFlags removing_;
    SettingFlags settings_;
};

void PlanCommand::declare(CLI::App& app) {
    app.add_option("DIR", words_.words,
                   "[DIR] NAME...: the folder (or file) of manifests (default: the one in the configuration), and the "
                   "stacks to plan (default: all)")
        ->type_name("");
    app.add_option("--only", words_.only, "Only stacks like name=GLOB, environment=GLOB or label=KEY=GLOB; repeatable")
        ->type_name("KIND=GLOB")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--allow", allowed_, "Allow STACK what is blocked, for this plan: shop=redeploy-git; repeatable")
        ->type_name("STACK=NAME")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--format", format_, "How the plan is written")->type_name("text|json|markdown");
    app.add_option("-o,--output", file_, "Write the plan to FILE instead of standard output")->type_name("FILE");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries to standard error");
    app.add_option("--log-level", words_.log_level, "How much is logged")->type_name("trace|debug|info|warn|error|off");
    removing_.declare(app);
    settings_.declare(app, {"--format"});
}

int PlanCommand::run(Console& console) {
    if (format_ != "text" && format_ != "json" && format_ != "markdown") {
        return usage_error(console, name(),
                           fmt::format("--format takes text, json or markdown, not `{}`", printable(format_, 40)));
    }
    Result<PlanStart> start = start_plan(console, words_, allowed_, settings_);
    if (!start) return ledger_failure(console, name(), start.error());
    // A ledger that is not there yet owns nothing.
    PlanPast past;
    if (!start->ledger.empty() && std::filesystem::exists(start->ledger)) {
        auto opened = ledger::open_ledger(start->ledger, {.access = ledger::Access::read_only});
        if (!opened) return ledger_failure(console, name(), opened.error());
        auto read = read_past(*opened->ledger);
        if (!read) return ledger_failure(console, name(), read.error());
        past = std::move(*read);
    }
    const PlanSources sources{.config = start->config,
                              .before = start->before,
                              .past = past,
                              .allowed = start->allowed,
                              .now = console.clock.unix_seconds(),
                              .removing = removing_.removing()};
    return plan(console, start->options, std::move(start->loaded), sources);
}

int PlanCommand::plan(Console& console, const CheckOptions& options, LoadedRun loaded, const PlanSources& sources) {
    CheckInputs& inputs = loaded.inputs;
    const bool invalid = has_errors(inputs.desired.diagnostics);
    close_memory();
    std::optional<reconcile::Plan> made;
    inputs.afterwards = [&made, &sources](const drift::Run& run,
                                          const std::vector<drift::Target>& targets) -> boost::asio::awaitable<void> {
        const reconcile::PlanInput input = co_await plan_input_of(run, targets, sources);
        made = reconcile::make_plan(input);
    };
    const Result<CheckResult> result = run_check(std::move(inputs), options, make_api_, console);
    if (!result) return failure(console, name(), result.error().message, exit_invalid);
    print_problems(result->report.diagnostics, sources.config.color, console);
    if (!made) return failure(console, name(), "interrupted: there is no plan", result->ended_by);
    if (const int code = write(console, *made, config::tokens_of(sources.config)); code != exit_ok) return code;
    int code = reconcile::exit_code(*made);
    for (const ServerResult& server : result->report.servers) code = first_of(server.exit_code, code);
    return invalid ? first_of(exit_invalid, code) : code;
}

// The configuration's own credentials stand in no output, whatever name or text holds them.
int PlanCommand::write(Console& console, const reconcile::Plan& plan, std::span<const Secret> credentials) const {
    std::string text = format_ == "json"       ? reconcile::to_json(plan)
                       : format_ == "markdown" ? reconcile::to_markdown(plan)
                                               : reconcile::to_text(plan);
    take_out(text, credentials);
    if (file_.empty() || file_ == "-") {
        console.out << text << std::flush;
        return exit_ok;
    }
    constexpr unsigned private_mode = 0600;
    const Result<void> written = write_file_atomically(file_, text, private_mode);
    return written ? exit_ok : failure(console, name(), written.error().message, exit_failure);
}

} // namespace

std::unique_ptr<Command> make_plan_command(MakeApi make_api) {
    return std::make_unique<PlanCommand>(std::move(make_api));
}

} // namespace mooring::cli
