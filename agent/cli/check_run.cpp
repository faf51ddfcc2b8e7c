#include "cli/check_run.hpp"

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/process.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "snapshot/tape.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <map>

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

    asio::awaitable<void> work(Progress& progress) {
        co_await run->execute();
        progress.end_reading();
        if (afterwards) co_await afterwards(*run, targets, progress);
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
    for (const DesiredScope& scope : desired.scopes)
        if (only.is_of(scope.server)) names.insert(scope.server);
    if (names.empty() && !only.server().empty()) names.insert(only.server());
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

std::string chooses_nothing_words(const Only& only) {
    if (only.server().empty()) return "--only matches no stack that is declared";
    return fmt::format("of what is chosen no stack is declared on server `{}` (--server)",
                       printable(only.server(), 100));
}

void choose_server(CheckOptions& options, const config::Config& config) {
    const auto named = config.origins.find("server");
    if (config.servers.size() < 2 || named == config.origins.end()) return; // of one server it is the whole run
    if (named->second.kind == config::SettingOrigin::Kind::flag) options.only.set_server(config.default_server);
}

void note_other_servers(Desired& desired, const Only& only) {
    const auto others = std::ranges::count_if(desired.stacks, [&](const auto& one) { return !only.is_of(one.server); });
    if (others == 0) return;
    desired.diagnostics.push_back(
        {.severity = Severity::note,
         .code = "other-servers",
         .message = fmt::format("--server {} leaves out {} of other servers", printable(only.server(), 100),
                                words::counted(static_cast<std::size_t>(others), "stack")),
         .suggestion = {},
         .where = {},
         .server = {}});
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

namespace {

// The first NAME that none of the known ones fits. `is_known`: "declared".
std::optional<std::string> first_unknown(const CheckOptions& options, const std::vector<std::string>& known,
                                         std::string_view is_known) {
    for (const std::string& name : options.names) {
        if (std::ranges::any_of(known, [&](const std::string& one) { return glob_matches(name, one); })) continue;
        const bool may_be_folder = options.named_first && name == options.names.front();
        const auto near = closest_match(name, known);
        return fmt::format("{}{}",
                           may_be_folder
                               ? fmt::format("`{}` is neither a folder nor a {} stack", printable(name), is_known)
                               : fmt::format("no stack `{}` is {}", printable(name), is_known),
                           near ? "; did you mean `" + *near + "`?" : std::string());
    }
    return std::nullopt;
}

template <typename Stack>
std::vector<std::string> names_of(const std::vector<Stack>& stacks) {
    std::vector<std::string> names(stacks.size());
    std::ranges::transform(stacks, names.begin(), &Stack::name);
    return names;
}

} // namespace

std::optional<std::string> name_problem(const Desired& desired, const CheckOptions& options) {
    if (!desired.scopes.empty() || (has_errors(desired.diagnostics) && !desired.stacks.empty())) return std::nullopt;
    return first_unknown(options, names_of(desired.stacks), "declared");
}

std::vector<std::string> declared_names(const Desired& desired) { return names_of(desired.stacks); }

std::optional<std::string> unknown_name(const Report& report, const CheckOptions& options,
                                        std::vector<std::string> declared) {
    const bool all_answered =
        std::ranges::all_of(report.servers, [](const ServerResult& server) { return server.exit_code == 0; });
    if (report.partial || !all_answered || has_errors(report.diagnostics)) return std::nullopt;
    std::ranges::move(names_of(report.stacks), std::back_inserter(declared));
    return first_unknown(options, declared, "declared or listed");
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
    const int ended_by = run_until_done(world->io, world->work(progress), progress, ending);
    progress.clear();
    CheckResult result{.report = {}, .memory = world->run->memory(), .ended_by = ended_by};
    result.report = world->run->report();
    if (ended_by != 0) leave_behind(std::move(world));
    if (result.report.exit_code == exit_interrupted) result.report.exit_code = ended_by;
    warn_of_hidden(result.report, options.fail_on);
    return result;
}

namespace {

// A connection in name only: nothing is sent.
std::vector<config::ServerEntry> servers_of(const snapshot::Snapshot& kept) {
    std::vector<config::ServerEntry> servers;
    for (const snapshot::ServerAnswers& answers : kept.servers) {
        config::ServerEntry entry;
        entry.server.name = answers.name;
        entry.server.url = answers.url;
        servers.push_back(std::move(entry));
    }
    return servers;
}

} // namespace

Result<CheckResult> replay(const snapshot::Snapshot& kept, const CheckOptions& options, Console& console) {
    CheckInputs inputs{.config = {}, .desired = kept.desired, .memory = {}, .hooks = snapshot::replay_hooks(kept)};
    inputs.config.servers = servers_of(kept);
    inputs.config.relist_after = std::chrono::milliseconds(0); // both lists are there already
    inputs.memory.memory = kept.memory;
    const MakeApi make_api = [&kept](const boost::asio::any_io_executor&, const ServerConnection& server,
                                     const portainer::Hooks&) -> Result<std::unique_ptr<portainer::Api>> {
        return snapshot::replay_api(*std::ranges::find(kept.servers, server.name, &snapshot::ServerAnswers::name));
    };
    const snapshot::ReplayClock clock(kept);
    Console at_that_time{.in = console.in,
                         .out = console.out,
                         .err = console.err,
                         .variables = console.variables,
                         .clock = clock,
                         .out_is_terminal = console.out_is_terminal,
                         .err_is_terminal = console.err_is_terminal,
                         .out_width = console.out_width,
                         .err_width = console.err_width};
    return run_check(std::move(inputs), options, make_api, at_that_time);
}

namespace {

// What of a stack counts as news: the verdict and the differences, not how they are explained.
std::string gist(const StackResult& stack) {
    std::string out = words::verdict_words(stack);
    for (const Change& change : stack.changes) out += "\n" + report::change_line(change) + change.waiver;
    return out;
}

// By server, environment, namespace and name.
std::map<std::string, const StackResult*> by_place(const Report& report) {
    std::map<std::string, const StackResult*> out;
    for (const StackResult& stack : report.stacks)
        out.emplace(stack.server + "\n" + words::environment_name(stack) + "\n" + stack.namespace_ + "\n" + stack.name,
                    &stack);
    return out;
}

std::string server_news(const Report& before, const Report& after) {
    std::string out;
    for (const ServerResult& server : after.servers) {
        const auto old = std::ranges::find(before.servers, server.name, &ServerResult::name);
        if (old != before.servers.end() && old->error == server.error) continue;
        if (!server.error.empty())
            out += fmt::format("server {}: {}\n", printable(server.name), printable(server.error, 2000));
        else if (old != before.servers.end())
            out += fmt::format("server {} answers again\n", printable(server.name));
    }
    return out;
}

} // namespace

std::string changes_between(const Report& before, const Report& after, const report::TextOptions& options) {
    const report::StackText text(options, after);
    const auto old = by_place(before);
    const auto now = by_place(after);
    std::string out = server_news(before, after);
    for (const auto& [place, stack] : now) {
        const auto was = old.find(place);
        if (was != old.end() && gist(*was->second) == gist(*stack)) continue;
        out += text.block(*stack);
        if (was != old.end() && was->second->verdict != stack->verdict)
            out += fmt::format("               It was {}.\n", words::verdict_words(*was->second));
    }
    for (const auto& [place, stack] : old) {
        if (!now.contains(place))
            out += fmt::format("{} is no longer part of it\n", words::stack_name(*stack, after.servers.size() > 1));
    }
    return out;
}

} // namespace mooring::cli
