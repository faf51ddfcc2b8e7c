#include "ledger/agent_lock.hpp"

#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
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

} // namespace mooring::ledger
