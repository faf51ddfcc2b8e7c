#include "apply/backup.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
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

} // namespace mooring::apply
