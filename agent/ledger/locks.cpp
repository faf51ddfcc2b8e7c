#include "ledger/ledger.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "ledger/database.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

std::string this_host() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

std::string read_all(int descriptor) {
    std::array<char, 1024> text{};
    const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
    return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : std::string();
}

// "process 412 on web1 since 2026-11-29T08:00:00Z"
std::string holder_text(UnixSeconds now) {
    return fmt::format("process {} on {} since {}", ::getpid(), this_host(), format_utc(now));
}

bool write_holder(int descriptor, UnixSeconds now) {
    const std::string text = holder_text(now) + "\n";
    return ::ftruncate(descriptor, 0) == 0 &&
           ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

// Only asked where there are no locks. One of another host cannot be asked, and counts.
bool is_alive(const std::string& holder) {
    const auto words = split(holder, ' ');
    if (words.size() < 4) return false;
    if (words[3] != this_host()) return true;
    pid_t process = 0;
    const auto read = std::from_chars(words[1].data(), words[1].data() + words[1].size(), process);
    if (read.ec != std::errc{} || process == ::getpid()) return false;
    return ::kill(process, 0) == 0 || errno == EPERM;
}

// The file may have been removed, or replaced, between opening and locking it.
bool is_still_there(int descriptor, const fs::path& file) {
    struct stat opened{};
    struct stat named{};
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

std::unexpected<Error> held(const fs::path& ledger, const std::string& holder) {
    return fail(ErrorKind::io,
                fmt::format("another agent keeps the ledger {}: {}", ledger.string(),
                            holder.empty() ? "it does not say which" : printable(holder, 300)),
                "End that one, or give this one a ledger of its own.");
}

std::unexpected<Error> cannot(const fs::path& file, int code) {
    return fail(ErrorKind::io,
                fmt::format("the lock {} cannot be made: {}", file.string(), std::generic_category().message(code)),
                "Give this user the right to write the folder.");
}

} // namespace

Result<AgentLock> AgentLock::take(const std::filesystem::path& ledger, UnixSeconds now) {
    const fs::path file = ledger.string() + ".lock";
    for (int attempt = 0; attempt < 10; ++attempt) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0) return cannot(file, errno);
        AgentLock lock("", descriptor); // closes it, and removes nothing
        std::string holder = read_all(descriptor);
        while (holder.ends_with('\n')) holder.pop_back();
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) return held(ledger, holder);
            if (is_alive(holder)) return held(ledger, holder); // no locks here
        }
        if (!is_still_there(descriptor, file)) continue;
        if (!write_holder(descriptor, now)) return cannot(file, errno);
        lock.file_ = file;
        return lock;
    }
    return held(ledger, "");
}

AgentLock::AgentLock(AgentLock&& other) noexcept
    : file_(std::exchange(other.file_, {})), descriptor_(std::exchange(other.descriptor_, -1)) {}

AgentLock::~AgentLock() {
    if (descriptor_ < 0) return;
    if (!file_.empty()) ::unlink(file_.c_str()); // while it is held, so that nobody else's is removed
    ::close(descriptor_);
}

namespace {

constexpr std::string_view process_word = ", process ";

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown host";
    return printable(name.data(), 100);
}

// Numbers of processes mean nothing in another container.
std::string pid_namespace() {
    std::array<char, 64> name{};
    const ssize_t length = ::readlink("/proc/self/ns/pid", name.data(), name.size() - 1);
    return length <= 0 ? "unknown" : std::string(name.data(), static_cast<std::size_t>(length));
}

std::string place_of_this_process() { return fmt::format(" on {} ({})", host_name(), pid_namespace()); }

} // namespace

std::string holder_of_this_process(std::string_view who) {
    return fmt::format("{}{}{}{}", who, process_word, ::getpid(), place_of_this_process());
}

bool is_gone(const std::string& holder) {
    const std::string place = place_of_this_process();
    if (!holder.ends_with(place) || place.contains("unknown")) return false;
    std::string_view number = std::string_view(holder).substr(0, holder.size() - place.size());
    const std::size_t at = number.rfind(process_word);
    if (at == std::string_view::npos) return false;
    number.remove_prefix(at + process_word.size());
    pid_t process = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), process);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size() || process <= 0) return false;
    return ::kill(process, 0) != 0 && errno == ESRCH;
}

Result<std::optional<Lease>> take_lease_over(Ledger& ledger, const std::string& server, const Lease& wanted,
                                             UnixSeconds now) {
    auto other = ledger.take_lease(server, wanted, now);
    if (!other || !*other || !is_gone((*other)->holder)) return other;
    if (const Result<void> ended = ledger.end_lease(server, (*other)->holder); !ended)
        return std::unexpected(ended.error());
    return ledger.take_lease(server, wanted, now);
}

namespace {

Diagnostic note(const std::filesystem::path& file, std::string code, std::string message, std::string suggestion) {
    return {.severity = Severity::note,
            .code = std::move(code),
            .message = std::move(message),
            .suggestion = std::move(suggestion),
            .where = {.file = file.string(), .line = 0, .column = 0},
            .server = {}};
}

} // namespace

Result<Diagnostics> take_over_memory(Ledger& ledger, bool is_new, const std::filesystem::path& file) {
    if (!is_new)
        return Diagnostics{note(file, "memory-not-used", "the memory is not used: the ledger has one of its own",
                                "Leave --remember (or `remember:`) out.")};
    auto loaded = load_memory(file);
    if (!loaded) return std::unexpected(loaded.error());
    for (auto& [name, server] : loaded->memory.servers) server.files.clear();
    if (Result<void> taken = ledger.replace_memory(loaded->memory); !taken) return std::unexpected(taken.error());
    Diagnostics out = std::move(loaded->diagnostics);
    out.push_back(note(file, "memory-taken-over",
                       "the new ledger has taken over this memory; the file is not written any more",
                       "Leave --remember (or `remember:`) out from now on."));
    return out;
}

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
