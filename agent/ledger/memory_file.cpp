#include "ledger/memory_file.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "ledger/memory_json.hpp"

#include <fmt/format.h>
#include <system_error>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_bytes = std::size_t{256} << 20U; // 100,000 stacks need about 70 MB
constexpr std::size_t key_bytes = 32;
constexpr unsigned private_mode = 0600;

fs::path key_path(const fs::path& file) { return fs::path(file.string() + ".key"); }

Diagnostic remark(const fs::path& about, std::string code, std::string message, std::string cure) {
    return {.severity = Severity::warning,
            .code = std::move(code),
            .message = std::move(message),
            .suggestion = std::move(cure),
            .where = {.file = about.string(), .line = 0, .column = 0},
            .server = {}};
}

std::unexpected<Error> unusable(const fs::path& file, std::string_view why) {
    return fail(ErrorKind::invalid_input, fmt::format("the memory {} cannot be used: {}", file.string(), why),
                "Restore it from a backup, or delete it: the next run then starts without a memory, which can turn "
                "`denied` and `missing` into `not_visible`.");
}

// The text of the file; "" with `exists` false when there is none.
Result<std::string> read_text(const fs::path& file, bool& exists) {
    Result<std::string> text = read_file(file, most_file_bytes);
    exists = text.has_value() || text.error().kind != ErrorKind::not_found;
    if (text) return text;
    if (!exists) return std::string();
    return unusable(file, text.error().message);
}

bool is_readable_by_others(const fs::path& path) {
    std::error_code failed;
    const fs::perms mode = fs::status(path, failed).permissions();
    return !failed && (mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none;
}

// A new key. Digests made with the old one, if there was one, mean nothing any more.
void make_key(const fs::path& path, bool memory_exists, LoadedMemory& loaded) {
    for (auto& [name, server] : loaded.memory.servers) server.files.clear();
    std::string key = random_bytes(key_bytes);
    if (const Result<void> written = write_file_atomically(path, key, private_mode); !written) {
        loaded.diagnostics.push_back(remark(path, "memory-key-unusable",
                                            "the key of the memory cannot be made: " + written.error().message,
                                            "Without it every file is read in every run: make the folder writable."));
        return;
    }
    loaded.key = Secret(std::move(key));
    if (!memory_exists) return;
    loaded.diagnostics.push_back(remark(path, "memory-key-new", "the memory had no key beside it; a new one was made",
                                        "Every file is read once more. Keep the key file beside the memory."));
}

Result<void> load_key(const fs::path& path, bool memory_exists, LoadedMemory& loaded) {
    Result<std::string> key = read_file(path, key_bytes);
    if (!key && key.error().kind == ErrorKind::not_found) {
        make_key(path, memory_exists, loaded);
        return {};
    }
    if (!key && key.error().kind == ErrorKind::io) {
        loaded.diagnostics.push_back(remark(path, "memory-key-unusable",
                                            "the key of the memory: " + key.error().message,
                                            "Without it every file is read in every run."));
        return {};
    }
    if (!key || key->size() != key_bytes) {
        return fail(
            ErrorKind::invalid_input,
            fmt::format("the key {} of the memory is damaged: it is not {} bytes long", path.string(), key_bytes),
            "Restore it from a backup, or delete it: a new one is then made and every file is read once more.");
    }
    if (is_readable_by_others(path)) {
        loaded.diagnostics.push_back(remark(path, "memory-key-readable", "the key of the memory is readable by others",
                                            fmt::format("chmod 600 {}", path.string())));
    }
    loaded.key = Secret(*std::move(key));
    return {};
}

} // namespace

Result<LoadedMemory> load_memory(const std::filesystem::path& file) {
    LoadedMemory loaded;
    bool exists = false;
    const Result<std::string> text = read_text(file, exists);
    if (!text) return std::unexpected(text.error());
    if (exists) {
        auto memory = read_memory(*text);
        if (!memory) return unusable(file, memory.error());
        loaded.memory = *std::move(memory);
    }
    if (Result<void> key = load_key(key_path(file), exists, loaded); !key) return std::unexpected(key.error());
    return loaded;
}

Result<void> save_memory(const std::filesystem::path& file, const Memory& memory) {
    Result<void> written = write_file_atomically(file, write_memory(memory), private_mode);
    if (!written) return while_doing("saving the memory", std::move(written.error()));
    return written;
}

} // namespace mooring::ledger
