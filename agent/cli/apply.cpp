#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/apply_run.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "cli/write_log.hpp"
#include "reconcile/render.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

class ApplyCommand final : public Command {
  public:
    explicit ApplyCommand(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "apply"; }
    std::string_view summary() const override { return "Make stacks what their manifests declare, once you say yes"; }
    std::string_view examples() const override {
        return "  mooring apply manifests                    # shows the plan and asks\n"
               "  mooring apply manifests shop --yes         # one stack, nobody is asked\n"
               "  mooring plan manifests --format json -o plan.json && mooring apply manifests --plan plan.json\n"
               "  mooring apply manifests --yes --format json > applied.json   # for machines: `mooring schema "
               "applied`\n\n"
               "It needs `apply: true` for the server, a ledger, and stacks that it made or that you adopted. What is\n"
               "not certain is blocked. Each write is noted before it is sent, sent once, and read back.\n\n"
               "Exit codes: 0 all is as declared, 2 something is left to do, 3 something is blocked, 4 both; 5 a "
               "write\n"
               "failed, did not converge or is unknown, 6 the saved plan no longer holds, 7 not confirmed; 64 usage,\n"
               "65 invalid input, 69 no server answered, 77 credentials refused, 129, 130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    MakeApi make_api_;
    CheckWords words_;
    std::vector<std::string> allowed_;
    std::string plan_file_;
    std::string format_ = "text";
    std::size_t max_changes_ = 0;
    ApplyOptions options_;
    RemovingFlags removing_;
    SettingFlags settings_;
};

void ApplyCommand::declare(CLI::App& app) {
    app.add_option("DIR", words_.words,
                   "[DIR] NAME...: the folder (or file) of manifests (default: the one in the configuration), and the "
                   "stacks to write (default: all)")
        ->type_name("");
    app.add_option("--plan", plan_file_, "Write only what the plan in FILE says, and only if it still holds")
        ->type_name("FILE");
    app.add_option("--format", format_, "How the result is written; json needs --yes or --plan")
        ->type_name("text|json");
    app.add_flag("--yes,-y", options_.yes, "Ask nobody");
    app.add_flag("--partial", options_.partial,
                 "Of a blocked stack, set its access where only its deployment is blocked; with --plan also: write the "
                 "steps that still hold");
    app.add_option("--only", words_.only, "Only stacks like name=GLOB, environment=GLOB or label=KEY=GLOB; repeatable")
        ->type_name("KIND=GLOB")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--allow", allowed_, "Allow STACK what is blocked, for this run: shop=redeploy-git; repeatable")
        ->type_name("STACK=NAME")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--max-changes", max_changes_, "With --yes: stacks that may be changed (default: maxShare)")
        ->type_name("N");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries of reads to standard error");
    app.add_option("--log-level", words_.log_level, "How much is logged")->type_name("trace|debug|info|warn|error|off");
    removing_.declare(app);
    settings_.declare(app, {"--format", "--environment"});
}

int ApplyCommand::run(Console& console) {
    options_.server = {};
    if (const auto problem = one_of("--format", format_, {"text", "json"}))
        return usage_error(console, name(), *problem);
    options_.json = format_ == "json";
    if (options_.json && !options_.yes && plan_file_.empty())
        return usage_error(console, name(), "--format json asks nobody: give --yes, or --plan FILE");
    Result<PlanStart> start = start_plan(console, words_, allowed_, settings_);
    if (!start) return ledger_failure(console, name(), start.error());
    const auto named = start->config.origins.find("server");
    if (named != start->config.origins.end() && named->second.kind == config::SettingOrigin::Kind::flag)
        options_.server = start->config.default_server;
    if (max_changes_ > 0) options_.max_changes = max_changes_;
    if (!plan_file_.empty()) {
        constexpr std::size_t most = std::size_t{64} << 20U;
        Result<std::string> text = read_file(plan_file_, most);
        if (!text) return failure(console, name(), "--plan: " + text.error().message, exit_invalid);
        if (const auto readable = reconcile::moved_steps(*text, {}); !readable)
            return failure(console, name(), "--plan: " + readable.error().message, exit_invalid);
        options_.saved_plan = std::move(*text);
    }
    return apply_from(console, std::move(*start), options_, removing_.removing(), make_api_);
}

} // namespace

std::unique_ptr<Command> make_apply_command(MakeApi make_api) {
    return std::make_unique<ApplyCommand>(std::move(make_api));
}

namespace {

// 0, or the exit code of what can be told before a server is asked.
int refuse_early(Console& console, const PlanStart& start, const ApplyOptions& options) {
    if (const auto problem = apply_problem(options, start.config))
        return usage_error(console, options.command, *problem);
    if (start.ledger.empty()) {
        return usage_error(console, options.command,
                           "a ledger is needed, which keeps what was written: give --ledger FILE, MOORING_LEDGER, or "
                           "`ledger:` in the configuration");
    }
    if (has_errors(start.loaded.inputs.desired.diagnostics)) {
        print_problems(start.loaded.inputs.desired.diagnostics, start.config.color, console);
        return failure(console, options.command, "nothing is written while manifests have errors; fix them first",
                       exit_invalid);
    }
    if (config::lies_below_manifests(start.config)) {
        return failure(console, options.command,
                       "the configuration lies among the manifests, so that whoever may change a manifest could let "
                       "it read other secrets; keep it outside",
                       exit_invalid);
    }
    return exit_ok;
}

} // namespace

int apply_from(Console& console, PlanStart start, const ApplyOptions& options, Removing removing,
               const MakeApi& make_api) {
    if (const int code = refuse_early(console, start, options); code != exit_ok) return code;
    auto opened =
        ledger::open_ledger(start.ledger, {.access = ledger::Access::write, .now = console.clock.unix_seconds()});
    if (!opened) return ledger_failure(console, options.command, opened.error());
    print_problems(opened->diagnostics, start.config.color, console);
    auto past = read_past(*opened->ledger);
    if (!past) return ledger_failure(console, options.command, past.error());
    close_memory();
    const PlanSources sources{.config = start.config,
                              .before = start.before,
                              .past = *past,
                              .allowed = start.allowed,
                              .now = console.clock.unix_seconds(),
                              .removing = std::move(removing),
                              .restoring = options.restoring};
    Ending ending;
    ApplyRun work(console, options, *past, sources, *opened->ledger, ending);
    CheckInputs& inputs = start.loaded.inputs;
    for (config::ServerEntry& entry : inputs.config.servers) entry.server.deadline = {}; // deployments take their time
    inputs.ending = &ending;
    const std::vector<std::string> declared = declared_names(inputs.desired);
    std::optional<std::string> unknown; // whoever mistypes one name of two gets neither written
    inputs.afterwards = [&](const drift::Run& run, const std::vector<drift::Target>& targets,
                            Progress& progress) -> boost::asio::awaitable<void> {
        if (!start.options.names.empty()) unknown = unknown_name(run.report(), start.options, declared);
        if (!unknown) co_await work.execute(run, targets, progress);
    };
    const Result<CheckResult> result = run_check(std::move(inputs), start.options, make_api, console);
    if (!result) return failure(console, options.command, result.error().message, exit_invalid);
    print_problems(result->report.diagnostics, start.config.color, console);
    if (unknown) return usage_error(console, options.command, *unknown);
    int beside = result->ended_by;
    for (const ServerResult& server : result->report.servers) beside = first_of(server.exit_code, beside);
    return work.conclude(beside);
}

// What applying says: a line as each part ends, and at the end what a person must see first and what came of it all.

namespace {

using reconcile::name_of;
using reconcile::Readiness;
using reconcile::Step;

} // namespace

std::ostream& ApplyRun::said() const { return options_.json ? console_.err : console_.out; }

// The backup that was made before its last write; "" if there is none.
std::string ApplyRun::backup_of(const Step& step) const {
    const auto& record = input_.assessments[step.row].record;
    const auto log = ledger_.log();
    if (!record || record->from_git() || !log) return {};
    const auto last = std::find_if(log->rbegin(), log->rend(), [&](const LogEntry& one) {
        return one.kind == LogKind::intent && one.intent.action != reconcile::rollback_word &&
               one.stack.server == step.server && one.stack.name == step.name;
    });
    return last == log->rend() ? std::string() : printable(last->intent.backup, 1000);
}

// What to type so that a stack is as it was before its last write; "" if there is no backup.
std::string ApplyRun::way_back(const Step& step) const {
    const std::string backup = backup_of(step);
    if (backup.empty()) return {};
    return fmt::format("{:<13}as it was before: mooring restore {}\n", "", backup);
}

void ApplyRun::tell(const Step& step, const reconcile::Part& part, const PartResult& result) {
    if (!part.rolls_back) outcomes_[&step] = result.outcome;
    if (part.rolls_back && result.outcome == PartOutcome::done) put_back_.insert(&step);
    std::string line = fmt::format("{:<13}{:<39} {}{}\n", reconcile::to_string(part), name_of(step),
                                   to_string(result.outcome), result.message.empty() ? "" : ": " + result.message);
    const bool may_be_restored = went_wrong(result.outcome) && result.outcome != PartOutcome::refused;
    if (may_be_restored) line += way_back(step);
    told_[&step].push_back({.action = std::string(reconcile::to_string(part)),
                            .result = result,
                            .backup = may_be_restored ? backup_of(step) : std::string()});
    take_out(line, config::tokens_of(sources_.config));
    if (progress_ != nullptr) progress_->waited(reconcile::title_of(step));
    said() << line << std::flush;
}

// Writes that are open or unknown: their stacks are left alone, whatever the plan says of the others.
std::string ApplyRun::unsettled_words() const {
    const auto log = ledger_.log();
    if (!log) return {};
    const LogStanding standing = standing_of(*log);
    std::set<std::string> names;
    for (const auto* entries : {&standing.open, &standing.to_look_at}) {
        for (const LogEntry& one : *entries) names.insert(printable(one.stack.name, 100));
    }
    if (names.empty()) return {};
    return fmt::format(
        "nobody knows yet what came of a write to {}: `mooring log` has it, the next apply reads again\n",
        join(std::vector(names.begin(), names.end()), ", "));
}

// What somebody must see before anything else.
std::string ApplyRun::outage_words() const {
    std::string out;
    for (const auto& [step, outcome] : outcomes_) {
        if (outcome != PartOutcome::outage) continue;
        const bool back = put_back_.contains(step);
        out += fmt::format("OUTAGE       {:<39} {}\n", name_of(*step),
                           back ? "what ran was taken down, and put back" : "what ran before does not run any more");
    }
    return out;
}

// How a step of the plan ended.
std::string_view ApplyRun::result_of(const Step& step) const {
    const auto outcome = outcomes_.find(&step);
    if (outcome != outcomes_.end() && went_wrong(outcome->second)) return "went wrong";
    if (done_.contains(&step)) return step.in_part ? "done in part" : "done";
    if (step.readiness == Readiness::to_do) return "not done";
    return step.readiness == Readiness::held ? "held" : "blocked";
}

int ApplyRun::conclude(int beside) {
    const int code = conclude_with(beside);
    if (!options_.json || !plan_) return code;
    std::string text = to_json(code);
    take_out(text, config::tokens_of(sources_.config));
    console_.out << text << std::flush;
    return code;
}

int ApplyRun::conclude_with(int beside) {
    if (ended_) return first_of(beside, *ended_);
    const bool by_signal = beside == exit_hung_up || beside == exit_terminated;
    if (!plan_)
        return failure(console_, options_.command, "interrupted: nothing was written",
                       by_signal ? beside : first_of(beside, exit_interrupted));
    std::map<std::string_view, std::size_t> counts;
    for (const Step& step : plan_->steps) ++counts[result_of(step)];
    const bool left = counts.contains("not done") || counts.contains("held");
    int code = left ? exit_different : exit_ok;
    if (counts.contains("blocked")) code = left ? 4 : 3;
    if (counts.contains("went wrong")) code = exit_went_wrong;
    code = first_of(beside, code);
    counts["in sync before"] = plan_->in_sync;
    std::vector<std::string> parts;
    for (const std::string_view word :
         {"done", "done in part", "went wrong", "not done", "held", "blocked", "in sync before"}) {
        if (counts.contains(word) && counts[word] > 0) parts.push_back(fmt::format("{} {}", counts[word], word));
    }
    said() << '\n' << outage_words() << unsettled_words();
    said() << fmt::format("exit {}: {}\n", code, parts.empty() ? "nothing to do" : join(parts, ", "));
    return code;
}

} // namespace mooring::cli
