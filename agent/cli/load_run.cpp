#include "cli/load_run.hpp"

#include "cli/console.hpp"
#include "compare/parts.hpp"
#include "ledger/database.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace mooring::cli {
namespace {

std::string names_of(const std::vector<config::ServerEntry>& servers) {
    std::vector<std::string> names(servers.size());
    std::ranges::transform(servers, names.begin(), [](const auto& one) { return printable(one.server.name, 100); });
    return join(names, ", ");
}

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
    Desired desired = manifest::load_compose_dir(folder);
    // Else no server would be asked, and nothing would be wrong.
    if (folder.server.empty() && config.servers.size() > 1) {
        desired.diagnostics.push_back({.severity = Severity::error,
                                       .code = "no-server",
                                       .message = "several servers are configured, and nothing says which one has the "
                                                  "stacks of --compose-dir",
                                       .suggestion = "name it with `--server`: " + names_of(config.servers),
                                       .where = {},
                                       .server = {}});
        desired.stacks.clear();
    }
    return desired;
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

std::optional<Diagnostic> manifests_beside(const config::Config& config, const std::filesystem::path& folder) {
    std::error_code failed;
    const std::filesystem::path beside = std::filesystem::path(config.file).parent_path() / "manifests";
    const bool given = !folder.empty() && config.manifests == folder;
    if (given || config.file.empty() || !std::filesystem::is_directory(beside, failed)) return std::nullopt;
    // Read are also what lies below, and the folder above.
    const std::string read = std::filesystem::weakly_canonical(config.manifests, failed).generic_string() + "/";
    const std::string other = std::filesystem::weakly_canonical(beside, failed).generic_string() + "/";
    if (failed || read.starts_with(other) || other.starts_with(read)) return std::nullopt;
    return Diagnostic{.severity = Severity::note,
                      .code = "manifests-beside",
                      .message = fmt::format("{} is not read: `manifests:` of {} names {}", beside.generic_string(),
                                             config.file, config.manifests.generic_string()),
                      .suggestion = "give it as DIR to read it",
                      .where = {},
                      .server = {}};
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
    if (auto note = manifests_beside(config, options.folder); note && options.compose_dir.empty())
        problems.push_back(*std::move(note));
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

namespace fs = std::filesystem;

namespace {

std::string help_of(const config::Setting& setting) {
    if (setting.variable.empty()) return std::string(setting.help);
    return fmt::format("{} [{}]", setting.help, setting.variable);
}

// Whoever may write there decides where a token that the environment holds is sent. What lies where the command was
// started is taken, as ever (a checkout of CI may have another owner).
bool is_trusted(const fs::path& file) {
    struct stat about{};
    return file == "mooring.yaml" ||
           (::stat(file.c_str(), &about) == 0 && (about.st_uid == 0 || about.st_uid == ::geteuid()));
}

// The first that exists and may be trusted; "" if it is the one of the working folder, or none: config::load finds
// that.
fs::path found_around(const fs::path& folder) {
    for (const fs::path& file : configurations_around(folder)) {
        std::error_code ignored;
        if (!fs::exists(file, ignored) || !is_trusted(file)) continue;
        return file == "mooring.yaml" ? fs::path() : file;
    }
    return {};
}

} // namespace

std::vector<fs::path> configurations_around(const fs::path& folder) {
    std::vector<fs::path> out;
    const auto add_upwards = [&out](fs::path from) {
        std::error_code failed;
        const fs::path absolute = fs::absolute(from, failed).lexically_normal();
        const auto above = std::ranges::distance(absolute.relative_path());
        for (std::ptrdiff_t i = 0; i <= above; ++i, from /= "..") {
            fs::path file = (from / "mooring.yaml").lexically_normal();
            if (std::ranges::find(out, file) == out.end()) out.push_back(std::move(file));
        }
    };
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) add_upwards(folder);
    if (fs::is_regular_file(folder, ignored)) add_upwards(folder.has_parent_path() ? folder.parent_path() : ".");
    add_upwards(".");
    return out;
}

std::vector<std::string> server_settings(std::initializer_list<const char*> more) {
    std::vector<std::string> names{"--url",      "--api-key-file",         "--api-key-stdin", "--ca",
                                   "--pin",      "--insecure-skip-verify", "--concurrency",   "--request-timeout",
                                   "--deadline", "--environment",          "--no-runtime",    "--remember"};
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

void SettingFlags::declare(CLI::App& app, const std::vector<std::string>& without, const std::string& formats) {
    app.add_option("--config", config_, "The configuration file [MOORING_CONFIG]")
        ->type_name("FILE")
        ->group("Configuration");
    for (const config::Setting& setting : config::settings()) {
        const std::string flag(setting.flag);
        if (flag.empty() || flag == "--config" || std::ranges::find(without, flag) != without.end()) continue;
        const std::string names = flag == "--deadline" ? flag + ",--timeout" : flag;
        CLI::Option* option = nullptr;
        const std::string value = flag == "--format" ? formats : std::string(setting.value);
        if (value.empty())
            option = app.add_flag(names, switches_[flag], help_of(setting));
        else
            option = app.add_option(names, values_[flag], help_of(setting))->type_name(value);
        option->group("Configuration");
    }
}

config::Overrides SettingFlags::overrides(const Console& console, const std::filesystem::path& folder) const {
    config::Overrides out;
    out.config = config_;
    const Secret* named = console.variables.find("MOORING_CONFIG");
    if (out.config.empty() && (named == nullptr || named->empty())) out.config = found_around(folder);
    for (const auto& [flag, value] : values_) {
        if (!value.empty()) out.flags[flag] = value;
    }
    for (const auto& [flag, given] : switches_) {
        if (given) out.flags[flag] = "true";
    }
    return out;
}

std::optional<std::string> flag_problem(const Diagnostics& diagnostics) {
    for (const Diagnostic& one : diagnostics) {
        const bool names_flag = one.message.starts_with("--") || one.message.starts_with("`--");
        if (one.severity != Severity::error || !one.where.file.empty() || !names_flag) continue;
        return one.suggestion.empty() ? one.message : one.message + "; " + one.suggestion;
    }
    return std::nullopt;
}

namespace {

// A run knows of its own servers alone.
Result<Memory> memory_of_servers(ledger::Ledger& ledger, const config::Config& config) {
    Memory out;
    for (const config::ServerEntry& entry : config.servers) {
        Result<ServerMemory> own = ledger.memory_of(entry.server.name);
        if (!own) return std::unexpected(own.error());
        if (*own != ServerMemory{}) out.servers[entry.server.name] = *std::move(own);
    }
    return out;
}

Result<ledger::LoadedMemory> load_memory_of_servers(const config::Config& config) {
    auto loaded = ledger::load_memory(config.remember);
    if (!loaded) return loaded;
    std::erase_if(loaded->memory.servers, [&](const auto& known) {
        return std::ranges::none_of(config.servers,
                                    [&](const auto& entry) { return entry.server.name == known.first; });
    });
    return loaded;
}

} // namespace

Result<ledger::LoadedMemory> read_memory(const config::Config& config, UnixSeconds now) {
    std::error_code failed;
    const bool has_ledger = !config.ledger.empty() && (std::filesystem::exists(config.ledger, failed) || failed);
    if (!has_ledger) return config.remember.empty() ? ledger::LoadedMemory{} : load_memory_of_servers(config);
    auto opened = ledger::open_ledger(config.ledger, {.access = ledger::Access::read_only, .now = now});
    if (!opened) return std::unexpected(opened.error());
    Result<Memory> memory = memory_of_servers(*opened->ledger, config);
    if (!memory) return std::unexpected(memory.error());
    return ledger::LoadedMemory{
        .memory = *std::move(memory), .key = opened->ledger->key(), .diagnostics = std::move(opened->diagnostics)};
}

Result<KeptMemory> KeptMemory::open(const config::Config& config, UnixSeconds now) {
    KeptMemory kept;
    if (!config.ledger.empty()) {
        if (Result<void> opened = kept.open_ledger(config, now); !opened) return std::unexpected(opened.error());
    } else if (!config.remember.empty()) {
        auto loaded = load_memory_of_servers(config);
        if (!loaded) return std::unexpected(loaded.error());
        kept.loaded_ = std::move(*loaded);
        kept.file_ = config.remember;
    }
    return kept;
}

Result<void> KeptMemory::open_ledger(const config::Config& config, UnixSeconds now) {
    auto opened = ledger::open_ledger(config.ledger, {.access = ledger::Access::write, .now = now});
    if (!opened) return std::unexpected(opened.error());
    ledger_ = std::move(opened->ledger);
    keep_days_ = config.keep_days;
    loaded_.diagnostics = std::move(opened->diagnostics);
    if (!config.remember.empty()) {
        auto taken = ledger::take_over_memory(*ledger_, opened->created, config.remember);
        if (!taken) return std::unexpected(taken.error());
        std::ranges::move(*taken, std::back_inserter(loaded_.diagnostics));
    }
    Result<Memory> memory = memory_of_servers(*ledger_, config);
    if (!memory) return std::unexpected(memory.error());
    loaded_.memory = std::move(*memory);
    loaded_.key = ledger_->key();
    return {};
}

Result<void> KeptMemory::keep(const Report& report, const Memory& memory, std::span<const Waiver> waivers) {
    if (!ledger_) return file_.empty() ? Result<void>{} : ledger::update_memory(file_, before_, memory);
    const auto recorded = ledger_->record_run({.report = report,
                                               .before = before_,
                                               .memory = memory,
                                               .waivers = waivers,
                                               .trigger = "check",
                                               .next_due = std::nullopt});
    if (!recorded) return std::unexpected(recorded.error());
    if (!keep_days_) return {};
    const auto pruned = ledger_->prune(ledger::kept_from(report.started_at, *keep_days_), report.started_at);
    if (!pruned) return std::unexpected(pruned.error());
    return {};
}

} // namespace mooring::cli
