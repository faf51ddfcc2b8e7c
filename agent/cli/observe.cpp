#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "snapshot/snapshot.hpp"
#include "snapshot/tape.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

constexpr unsigned private_mode = 0600;

class Observe final : public Command {
  public:
    explicit Observe(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "observe"; }
    std::string_view summary() const override { return "Write a redacted snapshot of all answers of a check"; }
    std::string_view examples() const override {
        return "  mooring observe -o snapshot.json             # everything that `mooring check` would see\n"
               "  mooring observe manifests -o snapshot.json   # of these manifests\n"
               "  mooring check --snapshot snapshot.json       # judges it, anywhere and without a token\n\n"
               "For a secret it records only whether it was equal, different or absent. Names, images,\n"
               "addresses and public values are in it: read it before you publish it.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    int observe(Console& console, const CheckOptions& options, LoadedRun loaded) const;
    int write(Console& console, const snapshot::Snapshot& kept, std::span<const Secret> credentials) const;

    MakeApi make_api_;
    CheckWords words_;
    std::string folder_;
    std::string file_;
    SettingFlags settings_;
};

void Observe::declare(CLI::App& app) {
    app.add_option("DIR", folder_, "The folder (or file) of manifests; default: the one in the configuration")
        ->type_name("");
    app.add_option("-o,--output", file_, "The snapshot's file (0600); - for standard output")->type_name("FILE");
    app.add_option("--compose-dir", words_.compose_dir, "A folder of compose folders instead of manifests")
        ->type_name("DIR");
    app.add_option("--type", words_.type, "Type of the stacks of --compose-dir")
        ->type_name("standalone|swarm|kubernetes");
    app.add_option("--state", words_.state, "What Portainer should call the stacks of --compose-dir (default: running)")
        ->type_name("running|stopped|any");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries to standard error");
    app.add_option("--log-level", words_.log_level, "How much is logged")->type_name("trace|debug|info|warn|error|off");
    settings_.declare(app);
}

int Observe::run(Console& console) {
    if (file_.empty()) return usage_error(console, name(), "where to? give -o FILE");
    if (!folder_.empty() && !words_.compose_dir.empty())
        return usage_error(console, name(), "--compose-dir takes the place of DIR: give one of them");
    Result<CheckOptions> options = parse_check(words_, false);
    if (!options) return usage_error(console, name(), options.error().message);
    options->folder = folder_;
    config::Loaded loaded = config::load(settings_.overrides(console, folder_), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    if (!options->compose_dir.empty() && loaded.config.environment.empty())
        return usage_error(console, name(), "--compose-dir needs --environment NAME");
    Result<LoadedRun> run = load_run(*options, std::move(loaded), ledger::Access::read_only, console);
    if (!run) return ledger_failure(console, name(), run.error());
    if (const Result<void> tried = try_file(file_); !tried)
        return failure(console, name(), tried.error().message, exit_failure);
    return observe(console, *options, std::move(*run));
}

int Observe::observe(Console& console, const CheckOptions& options, LoadedRun loaded) const {
    CheckInputs& inputs = loaded.inputs;
    if (loaded.nothing_to_judge) {
        print_problems(inputs.desired.diagnostics, inputs.config.color, console);
        return failure(console, name(), "nothing was read; fix the errors above first", exit_invalid);
    }
    close_memory();
    snapshot::Tape tape(inputs.desired, inputs.memory.memory);
    inputs.hooks = tape.hooks();
    inputs.memory.key = Secret(); // every file is read: what another run knew is no answer
    const MakeApi recorded = [&](const boost::asio::any_io_executor& executor, const ServerConnection& server,
                                 portainer::Hooks hooks) -> Result<std::unique_ptr<portainer::Api>> {
        auto api = make_api_(executor, server, std::move(hooks));
        if (!api) return api;
        return tape.wrap(std::move(*api), server.name, server.url);
    };
    const std::vector<Secret> credentials = config::tokens_of(inputs.config);
    const Result<CheckResult> result = run_check(std::move(inputs), options, recorded, console);
    if (!result) return failure(console, name(), result.error().message, exit_invalid);
    if (result->report.partial)
        return failure(console, name(), "interrupted: nothing was written", result->report.exit_code);
    const int code = write(console, snapshot::redact(tape.take(), result->report), credentials);
    // Drift and what could not be seen are what a snapshot is for; that nothing was observed is a failure here, too.
    const int judged = result->report.exit_code;
    const bool bits_alone = judged == exit_ok || judged == exit_different || judged == 3 || judged == 4;
    return bits_alone ? code : first_of(code, judged);
}

int Observe::write(Console& console, const snapshot::Snapshot& kept, std::span<const Secret> credentials) const {
    std::string text = snapshot::write(kept);
    take_out(text, credentials); // names and images are in it as they are
    const bool to_output = file_ == "-";
    if (to_output) {
        console.out << text << std::flush;
    } else if (const Result<void> written = write_file_atomically(file_, text, private_mode); !written) {
        return failure(console, name(), written.error().message, exit_failure);
    }
    const std::size_t stacks = kept.desired.stacks.size();
    (to_output ? console.err : console.out) << fmt::format(
        "{}: what {} {} answered about {} declared {}, {} bytes. Secrets are in it as equal, different "
        "or absent only; names, images and addresses are in it as they are.\n",
        to_output ? "standard output" : printable(file_), kept.servers.size(),
        kept.servers.size() == 1 ? "server" : "servers", stacks, stacks == 1 ? "stack" : "stacks", text.size());
    return exit_ok;
}

} // namespace

std::unique_ptr<Command> make_observe_command(MakeApi make_api) {
    return std::make_unique<Observe>(std::move(make_api));
}

} // namespace mooring::cli
