#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/check_run.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "compare/parts.hpp"
#include "inventory/inventory.hpp"
#include "model/stack.hpp"
#include "net/client.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

namespace mooring::cli {
namespace {

class List final : public Command {
  public:
    explicit List(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "list"; }
    std::string_view summary() const override {
        return "List the stacks that the token sees, and what may be read of each";
    }
    std::string_view examples() const override {
        return "  mooring list\n"
               "  mooring list --server main --format json | jq -r '.stacks[].name'\n\n"
               "FILE and RUNTIME say whether a check could read them. Exit codes: 0 listed; 65 invalid configuration,\n"
               "69 a server could not be read, 77 credentials refused, 129, 130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override { settings_.declare(app, {"--environment", "--no-runtime", "--remember"}); }

    int run(Console& console) override {
        config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
        if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
        const std::string format = loaded.config.format;
        if (const auto problem = one_of("--format", format, {"text", "json"}))
            return usage_error(console, name(), *problem);
        if (!ready_to_connect(loaded, console)) return exit_invalid;
        const auto all = [](const StackRecord&) { return true; };
        const auto inventories = take_inventories(loaded.config, make_api_, all, console);
        if (!inventories) return failure(console, name(), inventories.error().message, exit_invalid);
        const report::TextOptions options = look_of_output(console, loaded.config.color);
        console.out << (format == "json" ? inventory::list_json(inventories->servers, inventories->exit_code)
                                         : inventory::list_text(inventories->servers, inventories->exit_code, options));
        return inventories->exit_code;
    }

  private:
    MakeApi make_api_;
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_list_command(MakeApi make_api) { return std::make_unique<List>(std::move(make_api)); }

namespace {

// What a run lives in, in the order in which it is taken down from below.
struct Round {
    boost::asio::io_context io{1};
    std::vector<ServerConnection> servers;
    std::vector<std::unique_ptr<portainer::Api>> apis;
    std::function<bool(const StackRecord&)> wanted;
    std::vector<std::optional<inventory::ServerInventory>> read; // by index of servers
};

portainer::Awaitable<void> read_one(Round& round, std::size_t i) {
    const ServerConnection& server = round.servers[i];
    round.read[i] =
        co_await inventory::take_inventory(*round.apis[i], server.name, url_without_user(server.url), round.wanted);
}

portainer::Awaitable<void> read_all(Round& round) {
    auto one = [&round](std::size_t i) { return read_one(round, i); };
    co_await net::for_each_bounded(round.servers.size(), round.servers.size(), one);
}

Result<void> connect(const config::Config& config, const MakeApi& make_api, const Progress& progress, Round& round) {
    portainer::Hooks hooks;
    hooks.under_way = progress.under_way();
    for (const config::ServerEntry& entry : config.servers) {
        if (!config.default_server.empty() && entry.server.name != config.default_server) continue;
        auto api = make_api(round.io.get_executor(), entry.server, hooks);
        if (!api) return while_doing("server " + entry.server.name, api.error());
        round.servers.push_back(entry.server);
        round.apis.push_back(std::move(*api));
    }
    return {};
}

} // namespace

Result<Inventories> take_inventories(const config::Config& config, const MakeApi& make_api,
                                     const std::function<bool(const StackRecord&)>& wanted, Console& console) {
    Progress progress(console);
    auto round = std::make_unique<Round>();
    round->wanted = wanted;
    if (const Result<void> connected = connect(config, make_api, progress, *round); !connected)
        return std::unexpected(connected.error());
    round->read.resize(round->servers.size());
    close_memory();
    progress.start();
    const int ended_by = run_until_done(round->io, read_all(*round), progress);
    progress.clear();
    Inventories out{.exit_code = ended_by};
    for (auto& server : round->read) {
        if (!server) continue;
        out.exit_code = first_of(out.exit_code, server->server.exit_code);
        out.servers.push_back(std::move(*server));
    }
    if (ended_by != 0) leave_behind(std::move(round));
    return out;
}

namespace {

class Show final : public Command {
  public:
    explicit Show(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "show"; }
    std::string_view summary() const override { return "Show all that is known about one stack, with the evidence"; }
    std::string_view examples() const override {
        return "  mooring show shop\n"
               "  mooring show shop --environment production --format json\n"
               "  mooring show '#7'                          # by its id, for one without a name\n\n"
               "What a manifest declares is compared, too. Values of variables are not shown. Exit codes: 0 shown;\n"
               "1 nothing of this name is known; 65 invalid manifests or configuration, 69 a server could not be\n"
               "read, 77 credentials refused, 129, 130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override {
        app.add_option("NAME", stack_, "The stack's name, or #ID")->required()->type_name("");
        settings_.declare(app);
    }
    int run(Console& console) override;

  private:
    Result<Inventories> read(const config::Config& config, const Desired& desired, Console& console) const;
    // What a check says of it; without stacks where no manifest declares it. Manifests that are wrong are printed, and
    // give the report exit_invalid; a folder that does not exist declares nothing: the server is shown all the same.
    Result<Report> judge(const config::Config& config, Desired desired, Console& console) const;
    int nothing_known(const std::vector<inventory::ServerInventory>& servers, bool all_read, Console& console) const;

    MakeApi make_api_;
    std::string stack_;
    SettingFlags settings_;
};

bool is_meant(const std::string& name, const std::string& wanted) {
    if (name == wanted) return true;
    const std::string normalised = normalise_stack_name(name);
    return !normalised.empty() && normalised == normalise_stack_name(wanted);
}

std::string id_word(StackId id) { return "#" + std::to_string(id); }

// By its name, which is a label where the manifest is tied to an id, or by that id.
bool is_meant(const DesiredStack& stack, const std::string& wanted) {
    return is_meant(stack.name, wanted) || (stack.tie && id_word(stack.tie->id) == wanted);
}

Result<Inventories> Show::read(const config::Config& config, const Desired& desired, Console& console) const {
    std::set<std::pair<std::string, StackId>> tied;
    for (const DesiredStack& stack : desired.stacks) {
        if (stack.tie && is_meant(stack, stack_)) tied.emplace(stack.server, stack.tie->id);
    }
    const auto named = [this](const StackRecord& record) {
        return is_meant(record.name, stack_) || id_word(record.id) == stack_;
    };
    const auto wanted = [&](const StackRecord& record) {
        const auto has_id = [&](const auto& tie) { return tie.second == record.id; };
        return named(record) || std::ranges::any_of(tied, has_id);
    };
    auto inventories = take_inventories(config, make_api_, wanted, console);
    if (!inventories) return inventories;
    for (inventory::ServerInventory& server : inventories->servers)
        std::erase_if(server.stacks, [&](const inventory::Reading& reading) {
            const bool elsewhere = !config.environment.empty() && reading.environment != config.environment;
            return elsewhere || (!named(reading.record) && !tied.contains({server.server.name, reading.record.id}));
        });
    return inventories;
}

Result<Report> Show::judge(const config::Config& config, Desired desired, Console& console) const {
    CheckInputs inputs{.config = config, .desired = std::move(desired)};
    std::set<SourceLocation> meant;
    for (const DesiredStack& stack : inputs.desired.stacks) {
        if (is_meant(stack, stack_)) meant.insert(stack.where);
    }
    // Those that are tied to an id are judged with it: whose records they mean decides what a name means.
    std::erase_if(inputs.desired.stacks,
                  [&](const DesiredStack& stack) { return !stack.tie && !meant.contains(stack.where); });
    const std::string& server = config.default_server;
    if (!server.empty())
        std::erase_if(inputs.desired.stacks, [&](const DesiredStack& stack) { return stack.server != server; });
    inputs.desired.scopes.clear(); // the others are left out: whatever is not declared above is no `extra`
    const std::string normalised = normalise_stack_name(stack_);
    std::erase_if(inputs.desired.waivers,
                  [&](const Waiver& waiver) { return !glob_matches(waiver.stack, normalised); });
    Report nothing_declared;
    std::error_code ignored;
    if (has_errors(inputs.desired.diagnostics) && std::filesystem::exists(config.manifests, ignored)) {
        print_problems(inputs.desired.diagnostics, config.color, console);
        nothing_declared.exit_code = exit_invalid;
    }
    if (meant.empty() || inputs.desired.stacks.empty()) return nothing_declared;
    auto memory = read_memory(config, console.clock.unix_seconds());
    if (!memory) return std::unexpected(memory.error());
    inputs.memory = std::move(*memory);
    CheckWords words;
    if (!config.environment.empty()) words.only.push_back("environment=" + config.environment);
    const auto options = parse_check(words, false);
    if (!options) return std::unexpected(options.error());
    auto result = run_check(std::move(inputs), *options, make_api_, console);
    if (!result) return std::unexpected(result.error());
    std::erase_if(result->report.stacks, [&](const StackResult& one) { return !meant.contains(one.where); });
    return std::move(result->report);
}

int Show::nothing_known(const std::vector<inventory::ServerInventory>& servers, bool all_read, Console& console) const {
    const bool filtered = std::ranges::any_of(servers, [](const auto& one) { return !one.server.list_complete; });
    return failure(
        console, name(),
        fmt::format("no manifest{} declares `{}`, and {}; `mooring list` shows what there is",
                    all_read ? "" : " that could be read", printable(stack_, 100),
                    filtered ? "this token sees no stack of that name" : "the server has no stack of that name"),
        all_read ? exit_failure : exit_invalid);
}

int Show::run(Console& console) {
    config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    const config::Config& config = loaded.config;
    if (const auto problem = one_of("--format", config.format, {"text", "json"}))
        return usage_error(console, name(), *problem);
    if (!ready_to_connect(loaded, console)) return exit_invalid;
    Desired desired = manifest::load(config::load_options(config, console.variables));
    compare::refuse_wrong_jobs(desired);
    const auto inventories = read(config, desired, console);
    if (!inventories) return failure(console, name(), inventories.error().message, exit_invalid);
    Report report;
    // A server that is down keeps nobody from what manifest and memory say of the stack.
    const int ended = inventories->exit_code;
    const bool is_interrupted = ended == exit_interrupted || ended == exit_terminated || ended == exit_hung_up;
    if (!is_interrupted) {
        auto judged = judge(config, std::move(desired), console);
        if (!judged) return failure(console, name(), judged.error().message, exit_invalid);
        report = std::move(*judged);
    }
    if (is_interrupted) failure(console, name(), "interrupted: there may be more, and nothing was compared", ended);
    const bool found = !report.stacks.empty() ||
                       std::ranges::any_of(inventories->servers, [](const auto& one) { return !one.stacks.empty(); });
    const bool all_read = report.exit_code != exit_invalid;
    int code = report.partial ? report.exit_code : inventories->exit_code;
    if (code == exit_ok && !found) return nothing_known(inventories->servers, all_read, console);
    if (!all_read) code = first_of(code, exit_invalid);
    if (config.format == "json") {
        console.out << inventory::show_json(inventories->servers, report.stacks, code);
        return code;
    }
    console.out << inventory::show_text(inventories->servers, report.stacks, look_of_output(console, config.color));
    return code;
}

} // namespace

std::unique_ptr<Command> make_show_command(MakeApi make_api) { return std::make_unique<Show>(std::move(make_api)); }

} // namespace mooring::cli
