#include "cli/apply_start.hpp"

#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/look.hpp"
#include "cli/process.hpp"

namespace mooring::cli {
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

int apply_from(Console& console, PlanStart start, ApplyOptions options, Removing removing, const MakeApi& make_api) {
    if (const int code = refuse_early(console, start, options); code != exit_ok) return code;
    auto opened =
        ledger::open_ledger(start.ledger, {.access = ledger::Access::write, .now = console.clock.unix_seconds()});
    if (!opened) return ledger_failure(console, options.command, opened.error());
    print_problems(opened->diagnostics, start.config.color, console);
    options.new_ledger = opened->created;
    auto past = read_past(*opened->ledger);
    if (!past) return ledger_failure(console, options.command, past.error());
    close_memory();
    const PlanSources sources{.config = start.config,
                              .before = start.before,
                              .past = *past,
                              .allowed = start.allowed,
                              .now = console.clock.unix_seconds(),
                              .removing = std::move(removing)};
    Ending ending;
    ApplyRun work(console, options, *past, sources, *opened->ledger, ending);
    CheckInputs& inputs = start.loaded.inputs;
    for (config::ServerEntry& entry : inputs.config.servers) entry.server.deadline = {}; // deployments take their time
    inputs.ending = &ending;
    inputs.afterwards = [&work](const drift::Run& run,
                                const std::vector<drift::Target>& targets) -> boost::asio::awaitable<void> {
        co_await work.execute(run, targets);
    };
    const Result<CheckResult> result = run_check(std::move(inputs), start.options, make_api, console);
    if (!result) return failure(console, options.command, result.error().message, exit_invalid);
    print_problems(result->report.diagnostics, start.config.color, console);
    int beside = result->ended_by;
    for (const ServerResult& server : result->report.servers) beside = first_of(server.exit_code, beside);
    return work.conclude(beside);
}

} // namespace mooring::cli
