#include "ledger/memory_file.hpp"

#include "base/file.hpp"
#include "ledger/key_file.hpp"
#include "ledger/memory_json.hpp"
#include "ledger/memory_merge.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_bytes = std::size_t{256} << 20U; // 100,000 stacks need about 70 MB
constexpr unsigned private_mode = 0600;

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

Result<Memory> read_memory_file(const fs::path& file, bool& exists) {
    const Result<std::string> text = read_text(file, exists);
    if (!text) return std::unexpected(text.error());
    if (!exists) return Memory{};
    auto memory = read_memory(*text);
    if (!memory) return unusable(file, memory.error());
    return *std::move(memory);
}

// Held while the file is read and written anew, by the key beside it, which is never replaced. Without a key that can
// be opened nobody is waited for.
class WritersTurn {
  public:
    explicit WritersTurn(const fs::path& file) : key_(::open(key_path(file).c_str(), O_RDONLY | O_CLOEXEC)) {
        if (key_ >= 0) static_cast<void>(::flock(key_, LOCK_EX));
    }
    WritersTurn(const WritersTurn&) = delete;
    WritersTurn& operator=(const WritersTurn&) = delete;
    ~WritersTurn() {
        if (key_ >= 0) ::close(key_);
    }

  private:
    int key_;
};

} // namespace

Result<LoadedMemory> load_memory(const std::filesystem::path& file) {
    LoadedMemory loaded;
    bool exists = false;
    Result<Memory> memory = read_memory_file(file, exists);
    if (!memory) return std::unexpected(memory.error());
    loaded.memory = *std::move(memory);
    Result<LoadedKey> key = load_key(key_path(file), "memory", exists);
    if (!key) return std::unexpected(key.error());
    if (key->is_new) { // digests made with another key, if there was one, mean nothing any more
        for (auto& [name, server] : loaded.memory.servers) server.files.clear();
    }
    loaded.key = std::move(key->key);
    loaded.diagnostics = std::move(key->diagnostics);
    return loaded;
}

Result<void> save_memory(const std::filesystem::path& file, const Memory& memory) {
    Result<void> written = write_file_atomically(file, write_memory(memory), private_mode);
    if (!written) return while_doing("saving the memory", std::move(written.error()));
    return written;
}

Result<void> update_memory(const std::filesystem::path& file, const Memory& before, const Memory& after) {
    const WritersTurn turn(file);
    bool exists = false;
    Result<Memory> now = read_memory_file(file, exists);
    if (!now) return std::unexpected(now.error());
    static const ServerMemory none;
    for (const auto& [name, mine] : after.servers) {
        const auto known = before.servers.find(name);
        ServerMemory& kept = now->servers[name];
        kept = merge_memory(known == before.servers.end() ? none : known->second, mine, std::move(kept));
    }
    return save_memory(file, *now);
}

} // namespace mooring::ledger
