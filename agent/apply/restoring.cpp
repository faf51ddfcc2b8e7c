// A backup read back, and the declaration that makes a stack as it was.
#include "apply/backup.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::apply {
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
    if (record.type != StackType::standalone && record.type != StackType::swarm)
        return fail(ErrorKind::invalid_input, fmt::format("`{}` is not a compose or swarm stack", name));
    if (!backup.file)
        return fail(ErrorKind::invalid_input,
                    fmt::format("the backup of `{}` has no file: the server had lost it", name));
    DesiredStack stack;
    stack.name = record.name;
    stack.server = backup.server;
    stack.environment = EnvironmentRef{.id = record.environment, .name = {}};
    stack.type = *record.type;
    stack.source = DesiredContent{.text = *backup.file, .file = (folder / "compose.yaml").string()};
    stack.env = declared(record.env);
    stack.env_strict = stack.env_strict_written = true;
    const bool stopped = record.status == static_cast<std::int64_t>(StackStatus::inactive);
    stack.state = stopped ? DesiredState::stopped : DesiredState::running;
    stack.access = declared(record.resource_control);
    stack.where = {.file = (folder / "record.json").string(), .line = 1};
    if (anew) return stack;
    stack.tie = StackTie{.id = record.id, .created = record.created_at, .name = {}};
    stack.adopt = true; // the backup shows that it was Mooring's to write
    return stack;
}

} // namespace mooring::apply
