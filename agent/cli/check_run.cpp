#include "cli/check_run.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/logging.hpp"
#include "cli/progress.hpp"
#include "cli/run_until_done.hpp"
#include "cli/version.hpp"
#include "words/amounts.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

namespace asio = boost::asio;

using Apis = std::vector<std::unique_ptr<portainer::Api>>;

// What a run lives in, in the order in which it is taken down from below.
struct World {
    asio::io_context io{1};
    Apis apis;
    std::vector<drift::Target> targets;
    std::unique_ptr<drift::Run> run;
    decltype(CheckInputs::afterwards) afterwards;

    asio::awaitable<void> work() {
        co_await run->execute();
        if (afterwards) co_await afterwards(*run, targets);
    }
};

// Servers that nothing is declared for are left alone: their outage is not this run's business. With --only, neither
// are those whose stacks it leaves out.
std::set<std::string> servers_in_use(const Desired& desired, const Only& only) {
    std::set<std::string> names;
    for (const DesiredStack& stack : desired.stacks) {
        if (only.empty() || only.may_match(stack)) names.insert(stack.server);
    }
    if (!only.empty() && !names.empty()) return names;
    for (const DesiredScope& scope : desired.scopes) names.insert(scope.server);
    return names;
}

Result<std::vector<drift::Target>> connect(asio::io_context& io, const CheckInputs& inputs, const Only& only,
                                           const MakeApi& make_api, Log& log, const Progress& progress, Apis& apis) {
    const std::set<std::string> used = servers_in_use(inputs.desired, only);
    std::vector<drift::Target> targets;
    for (const config::ServerEntry& entry : inputs.config.servers) {
        const ServerConnection& server = entry.server;
        if (!used.empty() && !used.contains(server.name)) continue;
        portainer::Hooks hooks;
        hooks.under_way = progress.under_way();
        if (log.is_on()) {
            hooks.on_retry = [&log, name = server.name](std::string_view line) {
                log.info(fmt::format("{}: {}", name, line));
            };
        }
        auto api = make_api(io.get_executor(), server, std::move(hooks));
        if (!api) return while_doing("server " + server.name, api.error());
        targets.push_back({.name = server.name, .url = server.url, .api = api->get()});
        apis.push_back(std::move(*api));
    }
    return targets;
}

drift::RunOptions run_options(const CheckInputs& inputs, const CheckOptions& options, Progress& progress) {
    drift::RunOptions out;
    out.judge.show_values = options.show_values;
    out.judge.credentials = config::tokens_of(inputs.config);
    out.debounce = inputs.config.relist_after;
    out.full_verify = inputs.config.full_verify;
    out.fail_on = options.fail_on;
    if (!options.only.empty()) {
        out.only = [&only = options.only](const auto& name, const auto& environment, const auto& labels) {
            return only.matches(name, environment, labels);
        };
    }
    out.on_progress = [&progress](std::size_t done, std::size_t total) { progress.update(done, total); };
    out.digest_key = inputs.memory.key;
    out.mooring_version = version();
    out.hooks = inputs.hooks;
    return out;
}

} // namespace

bool chooses_nothing(const Desired& desired, const Only& only) {
    if (only.empty() || !desired.scopes.empty() || has_errors(desired.diagnostics)) return false;
    return std::ranges::none_of(desired.stacks, [&](const DesiredStack& stack) { return only.may_match(stack); });
}

void warn_of_hidden(Report& report, const std::set<Verdict>& fail_on) {
    const auto hidden = std::ranges::count_if(report.stacks, [&](const StackResult& stack) {
        return words::standing_of(stack.verdict) == words::Standing::blind && !fail_on.contains(stack.verdict);
    });
    if (hidden == 0) return;
    report.diagnostics.push_back(
        {.severity = Severity::warning,
         .code = "fail-on-hides",
         .message = fmt::format("{} could not be seen, and `--fail-on` ignores {}",
                                words::counted(static_cast<std::size_t>(hidden), "stack"), hidden == 1 ? "it" : "them"),
         .suggestion = "a green run then says nothing about what was not seen",
         .where = {},
         .server = {}});
}

std::optional<std::string> name_problem(const Desired& desired, const CheckOptions& options) {
    if (!desired.scopes.empty() || (has_errors(desired.diagnostics) && !desired.stacks.empty())) return std::nullopt;
    std::vector<std::string> known(desired.stacks.size());
    std::ranges::transform(desired.stacks, known.begin(), &DesiredStack::name);
    for (const std::string& name : options.names) {
        if (std::ranges::any_of(known, [&](const std::string& one) { return glob_matches(name, one); })) continue;
        const bool may_be_folder = options.named_first && name == options.names.front();
        const auto near = closest_match(name, known);
        return fmt::format("{}{}",
                           may_be_folder ? fmt::format("`{}` is neither a folder nor a declared stack", printable(name))
                                         : fmt::format("no stack `{}` is declared", printable(name)),
                           near ? "; did you mean `" + *near + "`?" : std::string());
    }
    return std::nullopt;
}

Result<CheckResult> run_check(CheckInputs inputs, const CheckOptions& options, const MakeApi& make_api,
                              Console& console) {
    Log log(options.log_level);
    Progress progress(console);
    auto world = std::make_unique<World>();
    auto targets = connect(world->io, inputs, options.only, make_api, log, progress, world->apis);
    if (!targets) return std::unexpected(targets.error());
    world->targets = *targets;
    world->afterwards = std::move(inputs.afterwards);
    Ending* const ending = inputs.ending;
    world->run = std::make_unique<drift::Run>(std::move(inputs.desired), std::move(*targets), inputs.memory.memory,
                                              console.clock, run_options(inputs, options, progress));
    progress.start();
    const int ended_by = run_until_done(world->io, world->work(), progress, ending);
    progress.clear();
    CheckResult result{.report = world->run->report(), .memory = world->run->memory(), .ended_by = ended_by};
    if (ended_by != 0) leave_behind(std::move(world));
    if (result.report.exit_code == exit_interrupted) result.report.exit_code = ended_by;
    warn_of_hidden(result.report, options.fail_on);
    return result;
}

} // namespace mooring::cli
