#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/check_run.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/output.hpp"
#include "cli/plan_run.hpp"
#include "cli/process.hpp"
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
    std::string_view summary() const override { return "Show what apply would write, what is blocked, and why"; }
    std::string_view examples() const override {
        return "  mooring plan manifests\n"
               "  mooring plan manifests shop                # only that stack\n"
               "  mooring plan --only name=shop --format json -o plan.json\n"
               "  mooring plan --output json=plan.json --output markdown=plan.md\n"
               "  mooring plan shop --diff                   # what its compose file becomes, line by line\n"
               "  mooring plan --allow shop=redeploy-git     # once; in the manifest: `allow: [redeploy-git]`\n\n"
               "It reads, and writes nothing. What is not certain is blocked, with the line to type or to write.\n\n"
               "Exit codes: 0 nothing to do, 2 something to do or held, 3 blocked, 4 both; 64 usage, 65 invalid\n"
               "manifests or configuration, 69 no server answered, 77 credentials refused, 129, 130 or 143\n"
               "interrupted.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    int plan(Console& console, const CheckOptions& options, LoadedRun loaded, const PlanSources& sources);
    std::string render(const reconcile::Plan& plan, const std::string& format) const;
    int write(Console& console, const reconcile::Plan& plan, std::span<const Secret> credentials) const;

    MakeApi make_api_;
    CheckWords words_;
    std::vector<std::string> allowed_;
    std::string format_ = "text";
    bool diff_ = false;
    bool details_ = false;
    bool partial_ = false;
    std::vector<NamedOutput> outputs_;
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
    app.add_option("-o,--output", words_.output, "Write FILE instead of standard output, or FORMAT=FILE beside it")
        ->type_name("[FORMAT=]FILE")
        ->take_all()
        ->allow_extra_args(false);
    app.add_flag("--diff", diff_,
                 "Show what compose files become, line by line, secrets masked; lines that only the "
                 "server has on a terminal only");
    app.add_flag("--partial", partial_,
                 "Of a blocked stack, plan its access as a step of its own where only its deployment is blocked");
    app.add_flag("--details", details_, "In Markdown: addresses, versions, identities, names of what nobody declares");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries to standard error");
    app.add_option("--log-level", words_.log_level, "How much is logged")->type_name("trace|debug|info|warn|error|off");
    removing_.declare(app);
    settings_.declare(app, {"--format", "--environment"});
}

int PlanCommand::run(Console& console) {
    auto outputs = parse_named_outputs(format_, words_.output, {"text", "json", "markdown"});
    if (!outputs) return usage_error(console, name(), outputs.error().message);
    outputs_ = std::move(*outputs);
    if (diff_ && (outputs_.front().file != "-" || outputs_.front().format != "text"))
        return usage_error(console, name(), "--diff is part of the text on standard output: leave --format out");
    for (const NamedOutput& output : outputs_) {
        if (const auto tried = try_file(output.file); !tried)
            return failure(console, name(), tried.error().message, exit_failure);
    }
    Result<PlanStart> start = start_plan(console, words_, allowed_, settings_);
    if (!start) return ledger_failure(console, name(), start.error());
    Desired& desired = start->loaded.inputs.desired;
    choose_server(start->options, start->config);
    if (chooses_nothing(desired, start->options.only))
        return usage_error(console, name(), chooses_nothing_words(start->options.only));
    note_other_servers(desired, start->options.only);
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
    const std::vector<std::string> declared = declared_names(inputs.desired);
    close_memory();
    std::optional<reconcile::Plan> made;
    inputs.afterwards = [this, &made, &sources](const drift::Run& run, const std::vector<drift::Target>& targets,
                                                Progress& progress) -> boost::asio::awaitable<void> {
        progress.wait_for("plan", "reading what the plan needs");
        reconcile::PlanInput input = co_await plan_input_of(run, targets, sources);
        progress.waited("plan");
        input.partial = partial_;
        made = reconcile::make_plan(input);
    };
    KeptFiles files(config::tokens_of(sources.config));
    const Desired desired = diff_ ? inputs.desired : Desired();
    if (diff_) inputs.config.full_verify = std::chrono::seconds(0); // what is shown has to be read
    const Result<CheckResult> result =
        run_check(std::move(inputs), options, diff_ ? files.wrap(make_api_) : make_api_, console);
    if (!result) return failure(console, name(), result.error().message, exit_invalid);
    print_problems(result->report.diagnostics, sources.config.color, console);
    if (const auto unknown = unknown_name(result->report, options, declared))
        return usage_error(console, name(), *unknown);
    if (!made) return failure(console, name(), "interrupted: there is no plan", result->ended_by);
    int code = reconcile::exit_code(*made);
    for (const ServerResult& server : result->report.servers) code = first_of(server.exit_code, code);
    if (invalid) code = first_of(exit_invalid, code);
    made->ends_with = code; // what is written says it, too
    if (const int failed = write(console, *made, config::tokens_of(sources.config)); failed != exit_ok) return failed;
    const DiffLook look{.becomes = true, .hides_actual = !console.out_is_terminal};
    if (const std::string diffs = files.diffs(result->report, desired, look); !diffs.empty())
        console.out << '\n' << diffs << std::flush;
    return code;
}

std::string PlanCommand::render(const reconcile::Plan& plan, const std::string& format) const {
    if (format == "json") return reconcile::to_json(plan);
    return format == "markdown" ? reconcile::to_markdown(plan, details_) : reconcile::to_text(plan);
}

// The configuration's own credentials stand in no output, whatever name or text holds them.
int PlanCommand::write(Console& console, const reconcile::Plan& plan, std::span<const Secret> credentials) const {
    int code = exit_ok;
    for (const NamedOutput& output : outputs_) {
        std::string text = render(plan, output.format);
        take_out(text, credentials);
        if (output.file == "-") {
            console.out << (output.format == "text" ? fitted(text, console.out_width) : text) << std::flush;
            continue;
        }
        constexpr unsigned private_mode = 0600;
        const Result<void> written = write_file_atomically(output.file, text, private_mode);
        if (!written) code = failure(console, name(), written.error().message, exit_failure);
    }
    return code;
}

} // namespace

std::unique_ptr<Command> make_plan_command(MakeApi make_api) {
    return std::make_unique<PlanCommand>(std::move(make_api));
}

} // namespace mooring::cli
