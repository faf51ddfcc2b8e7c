#include "apply/apply.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace mooring::apply {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr unsigned private_folder = 0700;
constexpr unsigned private_file = 0600;

std::unexpected<Error> cannot(std::string_view what, const fs::path& path, int code) {
    return fail(
        ErrorKind::io,
        fmt::format("the backup {} cannot be {}: {}", path.string(), what, std::generic_category().message(code)),
        "Give this user the right to write the folder, or name another one as `backup.path`.");
}

// A name that is one folder and no other's.
std::string folder_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || (c == '.' && !out.empty());
        out += plain ? c : '_';
    }
    return out.empty() ? "_" : out;
}

// Each of them 0700 from the beginning; what is there already stays as it is.
Result<void> make_private_folders(const fs::path& path) {
    fs::path so_far;
    for (const fs::path& piece : path) {
        so_far /= piece;
        if (::mkdir(so_far.c_str(), private_folder) == 0 || errno == EEXIST || errno == EISDIR) continue;
        return cannot("made", so_far, errno);
    }
    std::error_code failed;
    if (!fs::is_directory(path, failed)) return cannot("made", path, ENOTDIR);
    return {};
}

// The name of what was written is on the disk, too.
Result<void> sync_folder(const fs::path& path) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    const int code = errno;
    if (folder >= 0) ::close(folder);
    if (!synced) return cannot("written", path, code);
    return {};
}

Json access_of(const std::optional<ResourceControl>& control) {
    if (!control) return {};
    return {{"public", control->is_public},
            {"administratorsOnly", control->administrators_only},
            {"users", control->users},
            {"teams", control->teams}};
}

Json git_of(const std::optional<GitConfig>& git) {
    if (!git) return {};
    return {{"url", git->url},
            {"reference", git->reference},
            {"path", git->config_file_path},
            {"commit", git->commit},
            {"tlsSkipVerify", git->tls_skip_verify},
            {"authentication", git->has_authentication},
            {"username", git->username}};
}

Json polling_of(const std::optional<AutoUpdate>& update) {
    if (!update) return {};
    return {{"interval", update->interval},
            {"webhook", update->webhook},
            {"forceUpdate", update->force_update},
            {"forcePullImage", update->force_pull_image}};
}

// What cannot be brought back from here is said in the file itself.
Json lacks_of(const StackRecord& record) {
    Json lacks = Json::array();
    if (record.git && record.git->has_authentication) lacks.push_back("the password of the Git repository");
    if (!record.additional_files.empty()) lacks.push_back("the additional files");
    return lacks;
}

std::string record_text(const Backup& backup) {
    const StackRecord& record = backup.record;
    Json env = Json::array();
    for (const EnvVar& one : record.env) env.push_back({{"name", one.name}, {"value", one.value.reveal()}});
    const Json json{{"apiVersion", "mooring/v1"},
                    {"kind", "Backup"},
                    {"at", format_utc(backup.at)},
                    {"server", backup.server},
                    {"instanceId", backup.instance_id},
                    {"id", record.id},
                    {"name", record.name},
                    {"type", record.type ? Json(to_string(*record.type)) : Json()},
                    {"environment", record.environment},
                    {"namespace", record.namespace_},
                    {"createdAt", format_utc(record.created_at)},
                    {"updatedAt", record.updated_at == 0 ? Json() : Json(format_utc(record.updated_at))},
                    {"status", record.status},
                    {"env", std::move(env)},
                    {"access", access_of(record.resource_control)},
                    {"git", git_of(record.git)},
                    {"autoUpdate", polling_of(record.auto_update)},
                    {"additionalFiles", record.additional_files},
                    {"lacks", lacks_of(record)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

fs::path git_work_tree(const fs::path& folder) {
    std::error_code failed;
    fs::path at = fs::weakly_canonical(fs::absolute(folder, failed), failed);
    for (int depth = 0; depth < 100 && !at.empty(); ++depth) {
        if (fs::exists(at / ".git", failed)) return at;
        if (at == at.parent_path()) break;
        at = at.parent_path();
    }
    return {};
}

Result<fs::path> write_backup(const fs::path& folder, const Backup& backup) {
    if (const fs::path tree = git_work_tree(folder); !tree.empty()) {
        return fail(
            ErrorKind::invalid_input,
            fmt::format("backups hold secrets, and {} lies in the Git work tree {}", folder.string(), tree.string()),
            "Name a folder outside of it as `backup.path`.");
    }
    std::string time = format_utc(backup.at);
    std::erase_if(time, [](char c) { return c == ':' || c == '-'; });
    const fs::path stack = folder / folder_name(backup.server) /
                           fmt::format("{}-{}", folder_name(printable(backup.record.name, 80)), backup.record.id);
    if (auto made = make_private_folders(stack); !made) return std::unexpected(made.error());
    fs::path mine = stack / time;
    for (int i = 2; ::mkdir(mine.c_str(), private_folder) != 0; ++i) { // another part of the same second
        if (errno != EEXIST || i > 100) return cannot("made", mine, errno);
        mine = stack / fmt::format("{}-{}", time, i);
    }
    if (auto written = write_file_atomically(mine / "record.json", record_text(backup), private_file); !written)
        return std::unexpected(written.error());
    if (backup.file) {
        if (auto written = write_file_atomically(mine / "compose.yaml", *backup.file, private_file); !written)
            return std::unexpected(written.error());
    }
    for (const fs::path& one : {mine, stack}) {
        if (auto synced = sync_folder(one); !synced) return std::unexpected(synced.error());
    }
    return mine;
}

void prune_backups(const fs::path& stack_folder, const BackupSettings& settings, UnixSeconds now) {
    std::error_code failed;
    std::vector<fs::path> all;
    for (fs::directory_iterator one(stack_folder, failed), end; !failed && one != end; one.increment(failed)) {
        if (one->is_directory(failed) && fs::exists(one->path() / "record.json", failed)) all.push_back(one->path());
    }
    std::ranges::sort(all); // by time: the name is the time
    if (all.size() <= BackupSettings::always_kept) return;
    all.resize(all.size() - BackupSettings::always_kept);
    std::string oldest = format_utc(now - std::chrono::seconds(settings.keep).count());
    std::erase_if(oldest, [](char c) { return c == ':' || c == '-'; });
    for (const fs::path& one : all) {
        if (one.filename().string() < oldest) fs::remove_all(one, failed);
    }
}

// A backup read back, and the declaration that makes a stack as it was.

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t longest_record = std::size_t{16} << 20U;
constexpr std::size_t longest_file = std::size_t{64} << 20U;

std::optional<StackType> type_of(const Json& json) {
    constexpr std::array all{StackType::swarm, StackType::standalone, StackType::kubernetes};
    const auto found = std::ranges::find_if(all, [&](StackType type) { return json == to_string(type); });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

UnixSeconds time_of(const Json& json) { return json.is_string() ? parse_utc(json.get<std::string>()).value_or(0) : 0; }

std::vector<EnvVar> variables_in(const Json& json) {
    std::vector<EnvVar> env;
    for (const Json& one : json)
        env.push_back({.name = one.at("name").get<std::string>(), .value = Secret(one.at("value").get<std::string>())});
    return env;
}

std::optional<ResourceControl> control_in(const Json& json) {
    if (json.is_null()) return std::nullopt;
    return ResourceControl{.is_public = json.at("public").get<bool>(),
                           .administrators_only = json.at("administratorsOnly").get<bool>(),
                           .users = json.at("users").get<std::vector<std::int64_t>>(),
                           .teams = json.at("teams").get<std::vector<std::int64_t>>()};
}

bool is_id(const Json& json) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return json.is_number_unsigned() ? json.get<std::uint64_t>() <= most : json.is_number_integer();
}

bool are_ids(const Json& json) { return json.is_array() && std::all_of(json.begin(), json.end(), is_id); }

// Numbers are whole and lists are lists: what only comes near would be taken for another stack, other people, or no
// variables at all. Throws as backup_in does.
bool is_exact(const Json& json) {
    const Json& access = json.at("access");
    const bool known_people = access.is_null() || (are_ids(access.at("users")) && are_ids(access.at("teams")));
    return is_id(json.at("id")) && is_id(json.at("environment")) && is_id(json.at("status")) &&
           !json.at("name").get<std::string>().empty() && json.at("env").is_array() && known_people;
}

// Throws Json::exception for a member that is missing or of another type.
KeptBackup backup_in(const Json& json) {
    KeptBackup kept;
    kept.server = json.at("server").get<std::string>();
    kept.instance_id = json.at("instanceId").get<std::string>();
    kept.at = time_of(json.at("at"));
    StackRecord& record = kept.record;
    record.id = json.at("id").get<StackId>();
    record.name = json.at("name").get<std::string>();
    record.type = type_of(json.at("type"));
    record.environment = json.at("environment").get<EnvironmentId>();
    kept.names_namespace = json.contains("namespace");
    if (kept.names_namespace) record.namespace_ = json.at("namespace").get<std::string>();
    record.created_at = time_of(json.at("createdAt"));
    record.status = json.at("status").get<std::int64_t>();
    record.env = variables_in(json.at("env"));
    record.resource_control = control_in(json.at("access"));
    if (!json.at("git").is_null()) record.git = GitConfig{.url = json.at("git").at("url").get<std::string>()};
    return kept;
}

std::unexpected<Error> not_a_backup(const fs::path& folder) {
    return fail(ErrorKind::invalid_input, fmt::format("{} does not hold a backup of Mooring", folder.string()),
                "`mooring log` shows the folder of each backup.");
}

std::vector<DesiredEnv> declared(const std::vector<EnvVar>& recorded) {
    std::vector<DesiredEnv> env;
    for (const EnvVar& one : recorded) {
        auto known = std::ranges::find(env, one.name, &DesiredEnv::name);
        if (known == env.end()) known = env.insert(env.end(), DesiredEnv{.name = one.name});
        known->value = one.value; // of a name that is there twice the last value counts
        known->allow_empty = true;
    }
    return env;
}

std::optional<DesiredAccess> declared(const std::optional<ResourceControl>& control) {
    if (!control) return std::nullopt;
    DesiredAccess access;
    if (control->is_public) access.kind = DesiredAccess::Kind::everyone;
    const bool named = !control->users.empty() || !control->teams.empty();
    if (!control->is_public && named) {
        access.kind = DesiredAccess::Kind::restricted;
        for (const std::int64_t id : control->users) access.users.push_back({.id = id, .name = {}});
        for (const std::int64_t id : control->teams) access.teams.push_back({.id = id, .name = {}});
    }
    return access;
}

} // namespace

Result<KeptBackup> read_backup(const fs::path& folder) {
    const auto text = read_file(folder / "record.json", longest_record);
    if (!text) return text.error().kind == ErrorKind::not_found ? not_a_backup(folder) : std::unexpected(text.error());
    const Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object() || json.value("kind", Json()) != "Backup") return not_a_backup(folder);
    KeptBackup kept;
    try {
        if (!is_exact(json)) return not_a_backup(folder);
        kept = backup_in(json);
    } catch (const Json::exception&) { // its words may hold a value
        return not_a_backup(folder);
    }
    const fs::path file = folder / "compose.yaml";
    std::error_code missing;
    if (!fs::exists(file, missing)) return kept;
    auto content = read_file(file, longest_file);
    if (!content) return std::unexpected(content.error());
    kept.file = *std::move(content);
    return kept;
}

Result<DesiredStack> declaration_of(const KeptBackup& backup, const fs::path& folder, bool anew) {
    const StackRecord& record = backup.record;
    const std::string name = printable(record.name, 100);
    if (record.git)
        return fail(ErrorKind::invalid_input,
                    fmt::format("`{}` was deployed from Git, and its repository has it", name),
                    "Declare the repository in a manifest, and apply that.");
    if (!record.type) return fail(ErrorKind::invalid_input, fmt::format("the kind of `{}` is not known", name));
    const bool in_cluster = record.type == StackType::kubernetes;
    if (in_cluster && !backup.names_namespace)
        return fail(ErrorKind::invalid_input, fmt::format("the backup of `{}` does not say its namespace", name),
                    "Declare it in a manifest with the file of the backup, and apply that.");
    if (!backup.file)
        return fail(ErrorKind::invalid_input,
                    fmt::format("the backup of `{}` has no file: the server had lost it", name));
    DesiredStack stack;
    stack.name = record.name;
    stack.server = backup.server;
    stack.environment = EnvironmentRef{.id = record.environment, .name = {}};
    stack.type = *record.type;
    stack.source = DesiredContent{.text = *backup.file, .file = (folder / "compose.yaml").string()};
    if (in_cluster) {
        stack.namespace_ = record.namespace_;
    } else {
        stack.env = declared(record.env);
        stack.env_strict = stack.env_strict_written = true;
        const bool stopped = record.status == static_cast<std::int64_t>(StackStatus::inactive);
        stack.state = stopped ? DesiredState::stopped : DesiredState::running;
        stack.access = declared(record.resource_control);
    }
    stack.where = {.file = (folder / "record.json").string(), .line = 1};
    if (anew) return stack;
    stack.tie = StackTie{.id = record.id, .created = record.created_at, .name = {}};
    stack.adopt = true; // the backup shows that it was Mooring's to write
    return stack;
}

} // namespace mooring::apply
