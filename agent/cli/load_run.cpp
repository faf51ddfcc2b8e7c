#include "cli/load_run.hpp"

#include "cli/look.hpp"
#include "compare/desired_file.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace mooring::cli {
namespace {

Desired load_desired(const CheckOptions& options, const config::Config& config, Console& console) {
    const manifest::LoadOptions from = config::load_options(config, console.variables);
    if (options.compose_dir.empty()) return manifest::load(from);
    manifest::ComposeDirOptions folder;
    folder.root = options.compose_dir;
    folder.environment.name = config.environment;
    folder.server = from.default_server;
    if (folder.server.empty() && config.servers.size() == 1) folder.server = config.servers.front().server.name;
    folder.type = options.type;
    folder.state = options.state;
    folder.runtime = config.runtime;
    return manifest::load_compose_dir(folder);
}

Result<ledger::LoadedMemory> load_memory(const config::Config& config, ledger::Access access, UnixSeconds now,
                                         KeptMemory& kept) {
    if (access == ledger::Access::read_only) return read_memory(config, now);
    Result<KeptMemory> opened = KeptMemory::open(config, now);
    if (!opened) return std::unexpected(opened.error());
    kept = std::move(*opened);
    return kept.take();
}

} // namespace

void take_folder(config::Config& config, const std::filesystem::path& folder) {
    std::error_code ignored;
    const bool holds_configuration = config.file == (folder / "mooring.yaml").lexically_normal().generic_string();
    if (folder.empty() || (holds_configuration && std::filesystem::exists(config.manifests, ignored))) return;
    config.manifests = folder;
}

void read_tokens(config::Loaded& loaded, Console& console) {
    Diagnostics& problems = loaded.diagnostics;
    const auto add = [&problems](Diagnostics more) { std::ranges::move(more, std::back_inserter(problems)); };
    if (!has_errors(problems)) add(config::require_servers(loaded.config));
    if (!has_errors(problems))
        add(config::read_credentials(loaded.config, console.variables, config::read_standard_input));
}

Diagnostic manifests_not_read() {
    return {.severity = Severity::note,
            .code = "not-read",
            .message = "the manifests were not read: fix the configuration first",
            .suggestion = {},
            .where = {},
            .server = {}};
}

bool ready_to_connect(config::Loaded& loaded, Console& console) {
    read_tokens(loaded, console);
    print_problems(loaded.diagnostics, loaded.config.color, console);
    return !has_errors(loaded.diagnostics);
}

Result<LoadedRun> load_run(const CheckOptions& options, config::Loaded loaded, ledger::Access access,
                           Console& console) {
    config::Config& config = loaded.config;
    take_folder(config, options.folder);
    read_tokens(loaded, console);
    Diagnostics problems = std::move(loaded.diagnostics);
    const auto add = [&problems](Diagnostics more) { std::ranges::move(more, std::back_inserter(problems)); };
    LoadedRun out;
    if (loaded.manifests_known)
        out.inputs.desired = load_desired(options, config, console);
    else
        add({manifests_not_read()});
    Desired& desired = out.inputs.desired;
    compare::refuse_wrong_jobs(desired);
    out.nothing_to_judge = has_errors(problems) || (desired.stacks.empty() && has_errors(desired.diagnostics));
    add(std::move(desired.diagnostics));
    if (!out.nothing_to_judge) {
        auto memory = load_memory(config, access, console.clock.unix_seconds(), out.kept);
        if (!memory) return std::unexpected(memory.error());
        out.inputs.memory = std::move(*memory);
        add(std::move(out.inputs.memory.diagnostics));
    }
    desired.diagnostics = std::move(problems);
    out.inputs.config = std::move(config);
    return out;
}

} // namespace mooring::cli
