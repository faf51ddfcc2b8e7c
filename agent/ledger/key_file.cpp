#include "ledger/key_file.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"

#include <fmt/format.h>
#include <optional>
#include <system_error>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_bytes = 32;
constexpr unsigned key_mode = 0600;
constexpr const char* without_it = "Without it every file is read in every run.";

bool is_readable_by_others(const fs::path& path) {
    std::error_code failed;
    const fs::perms mode = fs::status(path, failed).permissions();
    return !failed && (mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none;
}

LoadedKey unusable(const fs::path& path, std::string_view noun, const std::string& why, std::string_view cure) {
    LoadedKey loaded;
    loaded.diagnostics.push_back(
        remark(path, fmt::format("{}-key-unusable", noun), why, std::string(without_it) + std::string(cure)));
    return loaded;
}

LoadedKey make_key(const fs::path& path, std::string_view noun, bool expected) {
    std::string key = random_bytes(key_bytes);
    if (const Result<void> written = write_file_atomically(path, key, key_mode); !written) {
        LoadedKey loaded =
            unusable(path, noun, fmt::format("the key of the {} cannot be made: {}", noun, written.error().message),
                     " Make the folder writable.");
        loaded.is_new = true;
        return loaded;
    }
    LoadedKey loaded{.key = Secret(std::move(key)), .is_new = true};
    if (!expected) return loaded;
    loaded.diagnostics.push_back(remark(
        path, fmt::format("{}-key-new", noun), fmt::format("the {} had no key beside it; a new one was made", noun),
        fmt::format("Every file is read once more. Keep the key file beside the {}.", noun)));
    return loaded;
}

// nullopt: there is none.
Result<std::optional<LoadedKey>> read_existing(const fs::path& path, std::string_view noun) {
    Result<std::string> key = read_file(path, key_bytes);
    if (!key && key.error().kind == ErrorKind::not_found) return std::nullopt;
    if (!key && key.error().kind == ErrorKind::io)
        return unusable(path, noun, fmt::format("the key of the {}: {}", noun, key.error().message), "");
    if (!key || key->size() != key_bytes) {
        return fail(
            ErrorKind::invalid_input,
            fmt::format("the key {} of the {} is damaged: it is not {} bytes long", path.string(), noun, key_bytes),
            "Restore it from a backup, or delete it: a new one is then made and every file is read once more.");
    }
    LoadedKey loaded{.key = Secret(*std::move(key))};
    if (is_readable_by_others(path)) {
        loaded.diagnostics.push_back(remark(path, fmt::format("{}-key-readable", noun),
                                            fmt::format("the key of the {} is readable by others", noun),
                                            fmt::format("chmod 600 {}", path.string())));
    }
    return loaded;
}

} // namespace

Diagnostic remark(const fs::path& about, std::string code, std::string message, std::string cure) {
    return {.severity = Severity::warning,
            .code = std::move(code),
            .message = std::move(message),
            .suggestion = std::move(cure),
            .where = {.file = about.string(), .line = 0, .column = 0},
            .server = {}};
}

fs::path key_path(const fs::path& file) { return {file.string() + ".key"}; }

Result<LoadedKey> load_key(const fs::path& path, std::string_view noun, bool expected) {
    auto existing = read_existing(path, noun);
    if (!existing) return std::unexpected(existing.error());
    if (*existing) return **std::move(existing);
    return make_key(path, noun, expected);
}

Result<LoadedKey> read_key(const fs::path& path, std::string_view noun) {
    auto existing = read_existing(path, noun);
    if (!existing) return std::unexpected(existing.error());
    return existing->value_or(LoadedKey{});
}

} // namespace mooring::ledger
