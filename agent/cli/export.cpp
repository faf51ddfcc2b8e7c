#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "capture/capture.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "model/stack.hpp"
#include "report/wording.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <ostream>
#include <system_error>

namespace mooring::cli {
namespace {

namespace asio = boost::asio;

constexpr std::size_t workers = 8;
constexpr const char* usual_folder = "mooring-export";

// What a run lives in, in the order in which it is taken down from below.
struct ExportWorld {
    asio::io_context io{1};
    std::vector<std::unique_ptr<portainer::Api>> apis;
    std::vector<capture::ServerReading> seen;
};

asio::awaitable<void> read_all(ExportWorld& world) {
    for (std::size_t i = 0; i < world.apis.size(); ++i)
        co_await capture::read_server(*world.apis[i], world.seen[i], workers);
}

// Why nothing of a server could be captured, and the exit code of that; nullptr: it could.
const Reply* refusal(const capture::ServerReading& seen) {
    for (const Reply* reply : {&seen.identity.reply, &seen.environments.reply, &seen.stacks.reply}) {
        if (!reply->ok()) return reply;
    }
    return nullptr;
}

std::string of_server(const capture::Captured& server) {
    return server.server.empty() ? std::string() : " on " + printable(server.server, 100);
}

int code_of(const Reply& reply) {
    if (reply.outcome == Outcome::credentials_refused) return 77;
    if (reply.outcome == Outcome::header_added) return exit_internal;
    return 69;
}

class Export final : public Command {
  public:
    explicit Export(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "export"; }
    std::string_view summary() const override { return "Write manifests of what the server has"; }
    std::string_view examples() const override {
        return "  mooring export exported                   # a folder of manifests and compose files, without "
               "secrets\n"
               "  mooring check exported                    # in sync, but for what the export names\n"
               "  mooring export public --all-env-secret    # no value of a variable becomes plain text\n"
               "  mooring export private --with-secrets     # secrets in files of the mode 0600 beside the "
               "manifests\n\n"
               "Exit codes: 0 all stacks of the list were written, 3 some could not be read (README.md of the folder\n"
               "says why), 1 the folder cannot be written, 64 usage, 65 configuration, 69 a server could not be\n"
               "read (what others have is written), 77 credentials refused, 129, 130 or 143 interrupted: nothing was\n"
               "written.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    Result<void> connect(const config::Config& config, const Progress& progress, ExportWorld& world) const;
    // Several servers may be configured, though one was chosen: `check` of the folder must find each again.
    int write(Console& console, const std::vector<capture::ServerReading>& seen, const config::Config& config) const;
    int say(Console& console, const std::vector<capture::Captured>& servers) const;

    MakeApi make_api_;
    std::string folder_ = usual_folder;
    std::vector<std::string> secret_names_;
    bool all_env_secret_ = false;
    bool with_secrets_ = false;
    bool force_ = false;
    SettingFlags settings_;
};

void Export::declare(CLI::App& app) {
    app.add_option("DIR", folder_, "The folder to write (default: mooring-export)")->type_name("");
    app.add_flag("--all-env-secret", all_env_secret_, "Every value of a variable is a secret, whatever its name");
    app.add_option("--secret-name", secret_names_, "Names (NAME or GLOB) that are secret, too; repeatable")
        ->type_name("GLOB")
        ->take_all()
        ->allow_extra_args(false);
    app.add_flag("--with-secrets", with_secrets_, "Keep secrets, in files that only you may read");
    app.add_flag("--force", force_, "Replace the files of an earlier export in DIR");
    settings_.declare(app, {"--manifests", "--remember", "--environment"});
}

int Export::run(Console& console) {
    config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    if (!ready_to_connect(loaded, console)) return exit_invalid;
    if (const Result<void> free = check_export_folder(folder_, force_); !free)
        return failure(console, name(), free.error().message, exit_failure);

    close_memory();
    Progress progress(console);
    auto world = std::make_unique<ExportWorld>();
    if (const Result<void> connected = connect(loaded.config, progress, *world); !connected)
        return failure(console, name(), connected.error().message, exit_invalid);
    progress.start();
    const int ended_by = run_until_done(world->io, read_all(*world), progress);
    progress.clear();
    if (ended_by != 0) {
        leave_behind(std::move(world));
        return failure(console, name(), "interrupted: nothing was written", ended_by);
    }
    return write(console, world->seen, loaded.config);
}

Result<void> Export::connect(const config::Config& config, const Progress& progress, ExportWorld& world) const {
    for (const config::ServerEntry& entry : config.servers) {
        if (!config.default_server.empty() && entry.server.name != config.default_server) continue;
        portainer::Hooks hooks;
        hooks.under_way = progress.under_way();
        auto api = make_api_(world.io.get_executor(), entry.server, std::move(hooks));
        if (!api) return while_doing("server " + entry.server.name, api.error());
        world.apis.push_back(std::move(*api));
        world.seen.emplace_back().server = entry.server.name;
    }
    return {};
}

int Export::write(Console& console, const std::vector<capture::ServerReading>& seen,
                  const config::Config& config) const {
    const capture::Options options{.secrets = {.names = secret_names_,
                                               .every_variable = all_env_secret_,
                                               .credentials = config::tokens_of(config)},
                                   .with_secrets = with_secrets_,
                                   .several_servers = config.servers.size() > 1};
    int code = exit_ok;
    std::vector<capture::Captured> servers;
    std::vector<capture::File> files;
    for (const capture::ServerReading& one : seen) {
        if (const Reply* reply = refusal(one)) {
            const Evidence asked{reply->method, reply->target, reply->status, reply->message};
            const std::string why =
                fmt::format("{}: {}; none of its stacks were written", one.server, report::request_line(asked));
            code = first_of(code, failure(console, name(), why, code_of(*reply)));
            continue;
        }
        servers.push_back(capture::capture(one, options));
        for (capture::File& file : servers.back().files) files.push_back(std::move(file));
        if (!servers.back().left_out.empty()) code = first_of(code, 3);
    }
    if (servers.empty()) return code;
    files.push_back({"README.md", capture::index_text(servers, with_secrets_), false});
    if (const Result<void> written = write_export(folder_, files, with_secrets_); !written)
        return first_of(code, failure(console, name(), written.error().message, exit_failure));
    return first_of(code, say(console, servers));
}

int Export::say(Console& console, const std::vector<capture::Captured>& servers) const {
    std::size_t stacks = 0;
    std::size_t secrets = 0;
    for (const capture::Captured& server : servers) {
        stacks += server.stacks;
        secrets += server.secrets.size();
    }
    const std::string folder = printable(folder_);
    console.out << fmt::format("{}: {} {} written. `mooring check {}` compares them with the server.\n", folder, stacks,
                               stacks == 1 ? "stack" : "stacks", folder);
    if (secrets > 0) {
        console.out << fmt::format(
            "{} {} not in it: variables are {{opaque: true}} (compared by presence), places of files "
            "hold a reference. {}/README.md lists them.\n",
            secrets, secrets == 1 ? "secret is" : "secrets are", folder);
    }
    if (with_secrets_) console.out << "It holds secrets in plain text (mode 0600): do not commit it as it is.\n";
    for (const capture::Captured& server : servers) {
        for (const capture::Remark& remark : server.stopped) {
            console.out << fmt::format(
                "not in sync: {} in {}{}: does not run: {}; start it, or declare what is meant to end "
                "under `jobs`\n",
                printable(remark.stack), printable(remark.environment), of_server(server), remark.text);
        }
        for (const capture::Remark& remark : server.left_out) {
            console.out << fmt::format("left out: {} in {}{}: {}\n", printable(remark.stack),
                                       printable(remark.environment), of_server(server), remark.text);
        }
    }
    return exit_ok;
}

} // namespace

std::unique_ptr<Command> make_export_command(MakeApi make_api) { return std::make_unique<Export>(std::move(make_api)); }

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_list_bytes = std::size_t{64} << 20U;
constexpr std::string_view list_head =
    "# The files of this export: `mooring export --force` replaces them and nothing else.\n";

std::string shown(const fs::path& path) { return printable(path.string()); }

// A line of the list that names a file inside the folder; others are nobody's.
bool leads_inside(std::string_view line) {
    if (line.empty() || line.starts_with('#') || line.starts_with('/')) return false;
    return std::ranges::none_of(split(line, '/'),
                                [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

// Files are removed without following links; folders only when they are empty afterwards.
Result<void> remove_old(const fs::path& folder) {
    const Result<std::string> list = read_file(folder / capture::list_name, most_list_bytes);
    if (!list && list.error().kind == ErrorKind::not_found) return {};
    if (!list) return std::unexpected(list.error());
    std::error_code failed;
    for (const std::string_view line : split(*list, '\n')) {
        if (!leads_inside(line)) continue;
        const fs::path file = folder / line;
        if (fs::is_directory(fs::symlink_status(file, failed))) continue;
        fs::remove(file, failed);
        for (fs::path parent = file.parent_path(); parent != folder && !parent.empty(); parent = parent.parent_path()) {
            fs::remove(parent, failed); // refuses what is not empty
        }
    }
    return {};
}

Result<void> make_folder(const fs::path& folder, bool is_private) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (!failed && is_private) fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed) return fail(ErrorKind::io, fmt::format("cannot make {}: {}", shown(folder), failed.message()));
    return {};
}

} // namespace

namespace {

// A note that lies in a new folder, as in the one that the package makes.
bool is_no_part_of_an_export(const fs::directory_entry& entry) {
    std::error_code failed;
    const fs::path name = entry.path().filename();
    const fs::path extension = name.extension();
    return entry.is_regular_file(failed) && !entry.is_symlink(failed) && extension != ".yaml" && extension != ".yml" &&
           name != "README.md" && name != capture::list_name;
}

} // namespace

Result<void> check_export_folder(const fs::path& folder, bool force) {
    std::error_code failed;
    const fs::file_status status = fs::status(folder, failed);
    if (status.type() == fs::file_type::not_found) return {};
    if (!fs::is_directory(status)) return fail(ErrorKind::invalid_input, shown(folder) + " exists and is not a folder");
    const bool takes_files = std::ranges::all_of(fs::directory_iterator(folder, failed), is_no_part_of_an_export);
    if (failed) return fail(ErrorKind::io, fmt::format("cannot look into {}: {}", shown(folder), failed.message()));
    if (takes_files) return {};
    const bool ours = fs::is_regular_file(fs::symlink_status(folder / capture::list_name, failed));
    if (!ours)
        return fail(ErrorKind::invalid_input,
                    shown(folder) + " is not empty, and no export made it: name another folder");
    if (!force)
        return fail(ErrorKind::invalid_input, shown(folder) + " holds an export already; --force replaces its files");
    return {};
}

Result<void> write_export(const fs::path& folder, const std::vector<capture::File>& files, bool is_private) {
    if (Result<void> made = make_folder(folder, is_private); !made) return made;
    if (Result<void> removed = remove_old(folder); !removed) return removed;
    std::string list(list_head);
    for (const capture::File& file : files) list += file.path + "\n";
    // First, so that an export that ends half way can be replaced.
    if (Result<void> written = write_file_atomically(folder / capture::list_name, list); !written) return written;
    for (const capture::File& file : files) {
        const fs::path path = folder / file.path;
        if (Result<void> made = make_folder(path.parent_path(), false); !made) return made;
        const unsigned mode = file.is_private ? 0600 : 0644;
        if (Result<void> written = write_file_atomically(path, file.bytes, mode); !written) return written;
    }
    return {};
}

} // namespace mooring::cli
