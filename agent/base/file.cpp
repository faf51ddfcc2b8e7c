#include "base/file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mooring {
namespace {

// A descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }

  private:
    int fd_;
};

std::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& path) {
    const int code = errno;
    const ErrorKind kind = code == ENOENT || code == ENOTDIR ? ErrorKind::not_found : ErrorKind::io;
    return fail(kind, fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(code)));
}

Result<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_failure("write", path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(fd) != 0) return system_failure("sync", path);
    return {};
}

} // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) return system_failure("read", path);
    struct stat about{};
    if (::fstat(file.get(), &about) != 0) return system_failure("read", path);
    if (S_ISDIR(about.st_mode))
        return fail(ErrorKind::io, fmt::format("cannot read {}: it is a folder", path.string()));
    if (!S_ISREG(about.st_mode))
        return fail(ErrorKind::io, fmt::format("cannot read {}: not a regular file", path.string()));

    std::string bytes;
    std::array<char, 65536> block{};
    while (true) {
        const ssize_t size = ::read(file.get(), block.data(), block.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return system_failure("read", path);
        if (size == 0) return bytes;
        bytes.append(block.data(), static_cast<std::size_t>(size));
        if (bytes.size() > most) {
            return fail(ErrorKind::limit, fmt::format("{} is larger than {} bytes", path.string(), most));
        }
    }
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
    std::string neighbour = path.string() + ".XXXXXX";
    const Descriptor file(::mkstemp(neighbour.data()));
    if (!file.is_open()) return system_failure("write", path);
    Result<void> outcome = write_all(file.get(), bytes, path);
    if (outcome && ::fchmod(file.get(), static_cast<mode_t>(mode)) != 0) outcome = system_failure("write", path);
    if (outcome && ::rename(neighbour.c_str(), path.c_str()) != 0) outcome = system_failure("replace", path);
    if (!outcome) ::unlink(neighbour.c_str());
    return outcome;
}

} // namespace mooring
