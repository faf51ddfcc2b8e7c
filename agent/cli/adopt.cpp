#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "cli/write_log.hpp"
#include "report/layout.hpp"
#include "words/words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

// With the manifest that declares it: another folder's Scope must not take it for one that nobody declares.
LogEntry entry_of(const Adoption& one, std::string by, UnixSeconds now) {
    LogEntry entry;
    entry.at = now;
    entry.kind = LogKind::adopted;
    entry.by = std::move(by);
    entry.stack = one.stack;
    if (one.where.file.empty()) return entry;
    entry.intent.declared_at = fmt::format("{}:{}", mask_text(one.where.file), one.where.line);
    entry.intent.place = mask_text(real_path(one.where.file).string());
    return entry;
}

class Adopt final : public Command {
  public:
    explicit Adopt(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "adopt"; }
    std::string_view summary() const override { return "Let Mooring change stacks that it did not create"; }
    std::string_view examples() const override {
        return "  mooring adopt shop billing\n"
               "  mooring adopt manifests shop --environment production --yes\n\n"
               "It reads the stacks, shows how they differ from what is declared, and asks. Nothing is written to\n"
               "Portainer: the ledger notes which record is meant. In a manifest: `adopt: true`.\n"
               "Exit codes: 0 adopted, or adopted before; 3 one could not be (it says why); 7 not confirmed; 64 "
               "usage,\n"
               "65 invalid manifests or configuration, 69 no server answered, 77 credentials refused, 129,\n"
               "130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    std::optional<std::string> problem(const CheckOptions& options, const config::Config& config) const;
    Result<CheckResult> look(Console& console, const CheckOptions& options, CheckInputs inputs,
                             const WriteHistory& history, std::vector<Adoption>& found) const;
    bool wanted(const StackResult& row) const;
    void show(Console& console, const config::Config& config, const std::vector<Adoption>& found) const;
    int adopt(Console& console, const config::Config& config, const std::vector<Adoption>& found) const;

    MakeApi make_api_;
    CheckWords words_;
    std::string server_;
    std::string environment_;
    bool yes_ = false;
    SettingFlags settings_;
};

void Adopt::declare(CLI::App& app) {
    app.add_option("DIR", words_.words,
                   "[DIR] NAME...: the folder (or file) of manifests (default: the one in the configuration), and the "
                   "stacks to adopt")
        ->type_name("");
    app.add_option("--server", server_, "Only on this server")->type_name("NAME");
    app.add_option("--environment", environment_, "Only in this environment")->type_name("NAME");
    app.add_flag("--yes,-y", yes_, "Ask nobody");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries to standard error");
    settings_.declare(app, {"--server", "--environment", "--format"});
}

std::optional<std::string> Adopt::problem(const CheckOptions& options, const config::Config& config) const {
    if (options.names.empty()) {
        return options.folder.empty() ? "name the stacks to adopt"
                                      : fmt::format("name the stacks to adopt behind the folder {}",
                                                    printable(options.folder.string(), 200));
    }
    if (!config.ledger.empty()) return std::nullopt;
    return "a ledger is needed, which keeps what was adopted: give --ledger FILE, MOORING_LEDGER, or `ledger:` in the "
           "configuration; without one, write `adopt: true` in the manifest";
}

bool Adopt::wanted(const StackResult& row) const {
    return (server_.empty() || row.server == server_) && (environment_.empty() || row.environment_name == environment_);
}

Result<CheckResult> Adopt::look(Console& console, const CheckOptions& options, CheckInputs inputs,
                                const WriteHistory& history, std::vector<Adoption>& found) const {
    const std::vector<config::ServerEntry> servers = inputs.config.servers;
    inputs.afterwards = [this, &found, &servers, &history](const drift::Run& run, const std::vector<drift::Target>&,
                                                           Progress&) -> boost::asio::awaitable<void> {
        std::map<std::string, std::string> instances;
        for (const drift::Run::Read& read : run.read()) {
            if (read.facts.status.value) instances[read.facts.name] = read.facts.status.value->instance_id;
        }
        for (const drift::Assessment& row : run.assessments()) {
            const auto server = std::ranges::find(servers, row.result.server,
                                                  [](const config::ServerEntry& entry) { return entry.server.name; });
            if (row.desired == nullptr || !wanted(row.result) || server == servers.end()) continue;
            found.push_back(adoption_of(row, instances[row.result.server], history, *server));
        }
        co_return;
    };
    return run_check(std::move(inputs), options, make_api_, console);
}

void Adopt::show(Console& console, const config::Config& config, const std::vector<Adoption>& found) const {
    const report::TextOptions look = look_of_output(console, config.color);
    const report::StackText text(look, config.servers.size() > 1);
    const report::Paint paint(look.colour);
    std::string out;
    for (const Adoption& one : found) {
        out += text.block(one.result);
        if (one.owner != Ownership::none) {
            out += text.paragraph(report::Ink::good, one.owner == Ownership::created
                                                         ? "Mooring made it; there is nothing to adopt."
                                                         : "It is adopted already.");
        } else if (!one.refused.empty()) {
            out += text.paragraph(report::Ink::blind, "Cannot be adopted: " + one.refused + ".");
        } else {
            out += text.paragraph(report::Ink::strong, fmt::format("Record {}, made {}.", one.stack.id.value_or(0),
                                                                   format_utc(one.stack.created_at)));
        }
    }
    take_out(out, config::tokens_of(config));
    console.out << out << std::flush;
}

int Adopt::adopt(Console& console, const config::Config& config, const std::vector<Adoption>& found) const {
    std::vector<LogEntry> entries;
    bool refused = false;
    for (const Adoption& one : found) {
        if (one.owner != Ownership::none) continue;
        refused = refused || !one.refused.empty();
        if (!one.refused.empty()) continue;
        entries.push_back(entry_of(one, author(console, name()), console.clock.unix_seconds()));
    }
    const int code = refused ? exit_blocked : exit_ok;
    if (entries.empty()) return code;
    const std::string what = words::counted(entries.size(), "stack");
    const int asked = ask(console, name(), yes_, fmt::format("Let Mooring write {} as declared?", what));
    if (asked != exit_ok) return asked;
    if (const Result<void> done = append_entries(config, entries, console); !done)
        return ledger_failure(console, name(), done.error());
    console.out << fmt::format("Adopted {}. `mooring plan` says what would be written.\n", what);
    return code;
}

int Adopt::run(Console& console) {
    const Result<CheckOptions> options = parse_check(words_, false);
    if (!options) return usage_error(console, name(), options.error().message);
    config::Loaded configured = config::load(settings_.overrides(console, options->folder), console.variables);
    if (const auto wrong = flag_problem(configured.diagnostics)) return usage_error(console, name(), *wrong);
    if (const auto wrong = problem(*options, configured.config)) return usage_error(console, name(), *wrong);
    const auto history = read_history(configured.config, console.clock.unix_seconds());
    if (!history) return ledger_failure(console, name(), history.error());
    Result<LoadedRun> loaded = load_run(*options, std::move(configured), ledger::Access::read_only, console);
    if (!loaded) return ledger_failure(console, name(), loaded.error());
    const config::Config config = loaded->inputs.config;
    if (const auto wrong = name_problem(loaded->inputs.desired, *options)) return usage_error(console, name(), *wrong);
    if (loaded->nothing_to_judge) {
        print_problems(loaded->inputs.desired.diagnostics, config.color, console);
        return failure(console, name(), "nothing was read; fix the errors above first", exit_invalid);
    }
    close_memory();
    const std::vector<std::string> declared = declared_names(loaded->inputs.desired);
    std::vector<Adoption> found;
    const Result<CheckResult> result = look(console, *options, std::move(loaded->inputs), *history, found);
    if (!result) return failure(console, name(), result.error().message, exit_invalid);
    print_problems(result->report.diagnostics, config.color, console);
    if (result->report.partial)
        return failure(console, name(), "interrupted; nothing was adopted", result->report.exit_code);
    if (const auto unknown = unknown_name(result->report, *options, declared))
        return usage_error(console, name(), *unknown);
    show(console, config, found);
    int code = exit_ok;
    for (const ServerResult& server : result->report.servers) code = first_of(server.exit_code, code);
    if (found.empty()) {
        const int refused = failure(console, name(), "no stack of that name is declared there", exit_blocked);
        return code == exit_ok ? refused : code;
    }
    return first_of(adopt(console, config, found), code);
}

} // namespace

std::unique_ptr<Command> make_adopt_command(MakeApi make_api) { return std::make_unique<Adopt>(std::move(make_api)); }

namespace {

// Of errors: those of a record that is certainly the one that is meant. Others name two records, or another one.
constexpr std::array sure_errors{"file-lost", "git-settings-not-deployed", "record-not-comparable",
                                 "content-not-comparable", "runtime-not-comparable"};

bool is_meant(const StackResult& result) {
    switch (result.verdict) {
    case Verdict::in_sync:
    case Verdict::drifted:
    case Verdict::pending:
        return true;
    case Verdict::error:
        return std::ranges::find(sure_errors, result.rule) != sure_errors.end();
    default:
        return false;
    }
}

std::string refused_by_record(const Adoption& one) {
    if (one.whole) return {};
    if (one.result.rule == "meant-twice") return "another manifest means the same record; one of them must go";
    if (one.result.verdict == Verdict::missing || one.result.verdict == Verdict::deleted)
        return "there is nothing to adopt; what `mooring apply` creates is its own";
    return "only a record that was read whole can be";
}

std::string refused_by_instance(const std::string& instance, const KnownInstance& known, const std::string& server) {
    const std::string name = printable(server, 100);
    if (instance.empty()) return fmt::format("server {} did not say its InstanceID", name);
    if (known.meant().empty())
        return fmt::format("nothing says yet which Portainer {0} is; first `mooring trust {0}`", name);
    if (same_instance(known.meant(), instance)) return {};
    return fmt::format("another Portainer answers for {}: {}, and {} knows {}; `mooring trust {}` shows both", name,
                       printable(instance, 100), known.source(), printable(known.meant(), 100), name);
}

} // namespace

Adoption adoption_of(const drift::Assessment& row, const std::string& instance, const WriteHistory& history,
                     const config::ServerEntry& server) {
    Adoption one{.result = row.result, .where = row.desired->where};
    one.stack = {.server = row.result.server,
                 .instance_id = instance,
                 .environment = row.result.environment_id.value_or(0),
                 .environment_name = row.result.environment_name,
                 .name = row.desired->name};
    one.whole = row.record != nullptr && is_meant(row.result);
    if (one.whole) {
        one.stack.id = row.record->id;
        one.stack.created_at = row.record->created_at;
        one.stack.environment = row.record->environment;
        one.owner = history.standing.owner(one.stack.server, instance, *row.record);
    }
    one.refused = refused_by_record(one);
    if (one.refused.empty()) one.refused = refused_by_instance(instance, history.known(server), one.stack.server);
    return one;
}

} // namespace mooring::cli
