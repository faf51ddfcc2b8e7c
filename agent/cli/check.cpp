#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/check_run.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "snapshot/snapshot.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>
#include <thread>

namespace mooring::cli {
namespace {

class Check final : public Command {
  public:
    explicit Check(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "check"; }
    std::string_view summary() const override { return "Compare manifests with what Portainer has, and report"; }
    std::string_view examples() const override {
        return "  mooring check manifests\n"
               "  mooring check manifests shop billing     # two stacks; a folder that is called like one: ./shop\n"
               "  mooring check --only environment=production --only label=team=web --output json=report.json\n"
               "  mooring check --compose-dir stacks --environment production --url https://portainer.example.org\n"
               "  mooring check manifests --diff --fail-on none   # the compose files that differ, line by line\n"
               "  mooring check --snapshot snapshot.json   # what `mooring observe` wrote, judged without a server\n\n"
               "Exit codes: 0 in sync, 2 drift, 3 not everything could be seen, 4 both; 64 usage, 65 invalid\n"
               "manifests or configuration, 69 no server answered, 77 credentials refused, 129, 130 or 143 "
               "interrupted.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    // The route: load -> observe -> judge -> report.
    int check(Console& console, const CheckOptions& options, config::Loaded loaded, const std::vector<Output>& outputs);
    int check_snapshot(Console& console, const CheckOptions& options, config::Loaded loaded,
                       const std::vector<Output>& outputs);
    int stop_before_reading(Console& console, const config::Config& config, const std::vector<Output>& outputs,
                            Diagnostics diagnostics) const;
    int finish(Console& console, const CheckOptions& options, const config::Config& config,
               const std::vector<Output>& outputs, Report report, const Result<void>& remembered);
    int watch(Console& console, const CheckOptions& options, config::Loaded loaded, const std::vector<Output>& outputs);
    void show_news(Console& console, const config::Config& config, const Report& report);

    MakeApi make_api_;
    std::optional<Report> last_; // of --watch
    std::vector<std::string> declared_;
    CheckWords words_;
    SettingFlags settings_;
};

// Whether DIR, given without a `/`, is also the name of a stack that the configuration's manifests declare.
bool is_stack_too(const CheckOptions& options, const config::Loaded& loaded, const Console& console) {
    std::error_code failed;
    const std::string word = options.folder.string();
    const std::filesystem::path& configured = loaded.config.manifests;
    if (!options.plain_folder || !loaded.manifests_known || !std::filesystem::exists(configured, failed)) return false;
    const Desired desired = manifest::load(config::load_options(loaded.config, console.variables));
    return std::ranges::find(desired.stacks, word, &DesiredStack::name) != desired.stacks.end();
}

void Check::declare(CLI::App& app) {
    app.add_option("DIR", words_.words,
                   "[DIR] NAME...: the folder (or file) of manifests (default: the one in the configuration), and the "
                   "stacks to check (default: all)")
        ->type_name("");
    app.add_option("--only", words_.only, "Only stacks like name=GLOB, environment=GLOB or label=KEY=GLOB; repeatable")
        ->type_name("KIND=GLOB")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--fail-on", words_.fail_on,
                   "Verdicts (with commas, or repeated) that set the exit code (missing includes deleted); or none")
        ->type_name("VERDICT")
        ->allow_extra_args(false);
    app.add_option("--output,-o", words_.output, "Write FILE instead of standard output, or FORMAT=FILE beside it")
        ->type_name("[FORMAT=]FILE")
        ->allow_extra_args(false);
    app.add_option("--compose-dir", words_.compose_dir, "A folder of compose folders instead of manifests")
        ->type_name("DIR");
    app.add_option("--snapshot", words_.snapshot, "Judge what `mooring observe` wrote: its manifests, its answers")
        ->type_name("FILE");
    app.add_option("--type", words_.type, "Type of the stacks of --compose-dir")
        ->type_name("standalone|swarm|kubernetes");
    app.add_option("--state", words_.state, "What Portainer should call the stacks of --compose-dir (default: running)")
        ->type_name("running|stopped|any");
    app.add_flag("--quiet,-q", words_.quiet, "Leave out what is in sync");
    app.add_flag("--diff", words_.diff, "Show compose files that differ line by line, secrets masked");
    app.add_flag("--watch{30}", words_.watch,
                 "Check again every 30 seconds (--watch=N: every N), and show what has changed");
    app.add_flag("--show-values", words_.show_values, "Print secrets that differ; on a terminal only");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries to standard error");
    app.add_option("--log-level", words_.log_level, "How much is logged")->type_name("trace|debug|info|warn|error|off");
    settings_.declare(app, {}, join(report::format_words(), "|"));
}

int Check::run(Console& console) {
    Result<CheckOptions> options = parse_check(words_, console.out_is_terminal);
    if (!options) return usage_error(console, name(), options.error().message);
    config::Loaded loaded = config::load(settings_.overrides(console, options->folder), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    const Result<std::vector<Output>> outputs = parse_outputs(loaded.config.format, words_.output);
    if (!outputs) return usage_error(console, name(), outputs.error().message);
    choose_server(*options, loaded.config);
    if (!options->compose_dir.empty() && loaded.config.environment.empty())
        return usage_error(console, name(), "--compose-dir needs --environment NAME");
    if (is_stack_too(*options, loaded, console))
        return usage_error(console, name(),
                           fmt::format("`{0}` is both a folder and a stack: say ./{0} for the folder, "
                                       "or --only name={0} for the stack",
                                       printable(options->folder.string())));
    if (const Result<void> tried = try_outputs(*outputs); !tried)
        return failure(console, name(), tried.error().message, exit_failure);
    if (words_.diff && (outputs->front().file != "-" || outputs->front().format != report::Format::text))
        return usage_error(console, name(), "--diff is part of the text on standard output: leave --format out");
    if (!options->snapshot.empty()) return check_snapshot(console, *options, std::move(loaded), *outputs);
    if (words_.watch == 0) return check(console, *options, std::move(loaded), *outputs);
    if (outputs->front().format != report::Format::text)
        return usage_error(console, name(), "--watch writes text: leave --format out");
    return watch(console, *options, std::move(loaded), *outputs);
}

// Until a signal ends it, or the first run has nothing to judge. A slip while manifests are edited is no end.
int Check::watch(Console& console, const CheckOptions& options, config::Loaded loaded,
                 const std::vector<Output>& outputs) {
    for (;;) {
        const int code = check(console, options, std::move(loaded), outputs);
        if (!last_ || last_->partial || code == exit_usage) return code;
        std::this_thread::sleep_for(std::chrono::seconds(words_.watch)); // SIGINT and SIGTERM end the process here
        loaded = config::load(settings_.overrides(console, options.folder), console.variables);
    }
}

bool fits(const std::string& line, const Console& console) { return line.size() < console.out_width.value_or(80); }

// The first run in full, a later one as far as it says something else.
void Check::show_news(Console& console, const config::Config& config, const Report& report) {
    const report::TextOptions look = look_of_output(console, config.color);
    const std::string news = changes_between(*last_, report, look);
    const bool can_take_away = is_smart(console);
    if (can_take_away) console.out << "\r\x1b[2K";
    const std::string now = format_utc(report.finished_at);
    const std::string unchanged = "  nothing has changed";
    const std::string totals = "; " + report::headline(report);
    if (!news.empty())
        console.out << "\n" << now << "\n" << news << "  " << report::headline(report) << "\n";
    else if (can_take_away) // a line that wraps could not be taken away, and a cut one would cut a number
        console.out << (fits(now + unchanged + totals, console) ? now + unchanged + totals : now + unchanged);
    console.out << std::flush;
}

int Check::check(Console& console, const CheckOptions& options, config::Loaded loaded,
                 const std::vector<Output>& outputs) {
    Result<LoadedRun> run = load_run(options, std::move(loaded), ledger::Access::write, console);
    if (!run) return ledger_failure(console, name(), run.error());
    const config::Config config = run->inputs.config;
    if (const auto problem = name_problem(run->inputs.desired, options)) return usage_error(console, name(), *problem);
    if (run->nothing_to_judge)
        return stop_before_reading(console, config, outputs, std::move(run->inputs.desired.diagnostics));

    if (chooses_nothing(run->inputs.desired, options.only))
        return usage_error(console, name(), chooses_nothing_words(options.only));
    note_other_servers(run->inputs.desired, options.only);
    close_memory();
    declared_ = declared_names(run->inputs.desired);
    const std::vector<Waiver> waivers = run->inputs.desired.waivers;
    const Desired desired = words_.diff ? run->inputs.desired : Desired();
    if (words_.diff) run->inputs.config.full_verify = std::chrono::seconds(0); // what is shown has to be read
    KeptFiles files(config::tokens_of(run->inputs.config));
    Result<CheckResult> result =
        run_check(std::move(run->inputs), options, words_.diff ? files.wrap(make_api_) : make_api_, console);
    if (!result) return failure(console, name(), result.error().message, exit_invalid);
    const Result<void> remembered = run->kept.keep(result->report, result->memory, waivers);
    if (const std::string diffs = files.diffs(result->report, desired); !diffs.empty()) console.out << diffs << "\n";
    return finish(console, options, config, outputs, std::move(result->report), remembered);
}

// The same route from where everything was written down: nothing is asked, nothing but the snapshot is read.
int Check::check_snapshot(Console& console, const CheckOptions& options, config::Loaded loaded,
                          const std::vector<Output>& outputs) {
    if (has_errors(loaded.diagnostics))
        return stop_before_reading(console, loaded.config, outputs, std::move(loaded.diagnostics));
    const Result<snapshot::Snapshot> kept = snapshot::load(options.snapshot);
    if (!kept) return failure(console, name(), kept.error().message, exit_invalid);
    declared_ = declared_names(kept->desired);
    Result<CheckResult> result = replay(*kept, options, console);
    if (!result) return failure(console, name(), result.error().message, exit_invalid);
    return finish(console, options, loaded.config, outputs, std::move(result->report), {});
}

// Without the text: what went wrong is said in its place, and a report in front of it would hide it.
std::vector<Output> for_machines(const std::vector<Output>& outputs) {
    std::vector<Output> out;
    std::ranges::copy_if(outputs, std::back_inserter(out),
                         [](const Output& output) { return output.format != report::Format::text; });
    return out;
}

// Configuration or manifests are so wrong that no server was asked. Machines still get a report.
int Check::stop_before_reading(Console& console, const config::Config& config, const std::vector<Output>& outputs,
                               Diagnostics diagnostics) const {
    print_problems(diagnostics, config.color, console);
    Report report;
    report.started_at = report.finished_at = console.clock.unix_seconds();
    report.mooring_version = version();
    report.diagnostics = std::move(diagnostics);
    report.exit_code = exit_invalid;
    const Result<void> written = write_outputs(report, for_machines(outputs), {}, console);
    if (!written) failure(console, name(), written.error().message, exit_failure);
    return failure(console, name(), "nothing was read; fix the errors above first", exit_invalid);
}

int Check::finish(Console& console, const CheckOptions& options, const config::Config& config,
                  const std::vector<Output>& outputs, Report report, const Result<void>& remembered) {
    std::string trouble;
    if (!remembered) trouble = sentences_of(remembered.error());
    std::optional<std::string> misused = unknown_name(report, options, declared_);
    if (!misused && options.only.narrows() && report.stacks.empty() && report.exit_code == 0)
        misused = chooses_nothing_words(options.only);
    if (!trouble.empty()) report.exit_code = first_of(report.exit_code, exit_failure);
    if (misused) report.exit_code = exit_usage;
    const OutputLook look{.colour = config.color, .quiet = options.quiet, .show_values = options.show_values};
    Result<void> written;
    if (last_)
        show_news(console, config, report);
    else
        written = write_outputs(report, misused ? for_machines(outputs) : outputs, look, console);
    if (words_.watch > 0) last_ = report;
    if (!written) trouble = written.error().message;
    if (misused) return usage_error(console, name(), *misused);
    if (trouble.empty()) return report.exit_code;
    return first_of(report.exit_code, failure(console, name(), trouble, exit_failure));
}

} // namespace

std::unique_ptr<Command> make_check_command(MakeApi make_api) { return std::make_unique<Check>(std::move(make_api)); }

} // namespace mooring::cli
