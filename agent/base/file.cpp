#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
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
    const bool kept =
        ::fsync(fd) == 0 || errno == EINVAL || errno == EROFS; // both: a pipe or a device, which keep nothing
    if (!kept) return system_failure("sync", path);
    return {};
}

// A device, a pipe, or a name of an open file below /dev: a file in its place would take it away from everybody.
bool is_no_place_of_a_file(const std::filesystem::path& path) {
    struct stat about{};
    if (::stat(path.c_str(), &about) != 0) return false;
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) return true;
    const bool of_the_system = path.native().starts_with("/dev/") || path.native().starts_with("/proc/");
    return of_the_system && ::lstat(path.c_str(), &about) == 0 && S_ISLNK(about.st_mode); // /dev/stdout
}

Result<void> write_in_place(const std::filesystem::path& path, std::string_view bytes) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!file.is_open()) return system_failure("write", path);
    return write_all(file.get(), bytes, path);
}

std::unexpected<Error> too_large(const std::filesystem::path& path, std::size_t most) {
    return fail(ErrorKind::limit, fmt::format("{} is larger than {} bytes", path.string(), most));
}

// Reads to the end: the size is what the file had when it was opened, and may be 0 for files that the kernel makes up.
// Asking for one byte more than that tells the usual end without asking again.
Result<std::string> read_all(int fd, std::size_t size, std::size_t most, const std::filesystem::path& path) {
    std::string bytes;
    std::size_t filled = 0;
    ssize_t got = 0;
    while (true) {
        const std::size_t room = filled <= size ? size + 1 : filled + filled / 2 + 4096;
        bytes.resize_and_overwrite(room, [&](char* data, std::size_t capacity) {
            got = ::read(fd, data + filled, capacity - filled);
            return filled + static_cast<std::size_t>(std::max<ssize_t>(got, 0));
        });
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure("read", path);
        if (got == 0) return bytes;
        filled = bytes.size();
        if (filled > most) return too_large(path, most);
        if (filled == size) return bytes;
    }
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

    if (static_cast<std::size_t>(about.st_size) > most) return too_large(path, most);
    return read_all(file.get(), static_cast<std::size_t>(about.st_size), most, path);
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
    if (is_no_place_of_a_file(path)) return write_in_place(path, bytes);
    const std::string neighbour = path.string() + "." + to_hex(sha256(random_bytes(16))).substr(0, 12);
    constexpr int anew = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    const Descriptor file(::open(neighbour.c_str(), anew, static_cast<mode_t>(mode)));
    if (!file.is_open()) return system_failure("write", path);
    Result<void> outcome = write_all(file.get(), bytes, path);
    if (outcome && ::rename(neighbour.c_str(), path.c_str()) != 0) outcome = system_failure("replace", path);
    if (!outcome) ::unlink(neighbour.c_str());
    return outcome;
}

namespace {

const unsigned char* as_unsigned(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data()); // NOLINT: OpenSSL's byte type
}

// Looked up once: OpenSSL's own way to it, EVP_sha256(), is looked up at every use and takes longer than a short text.
const EVP_MD* algorithm() {
    static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return found == nullptr ? EVP_sha256() : found;
}

} // namespace

Digest sha256(std::string_view bytes) {
    Digest out{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm(), nullptr) != 1) std::abort();
    return out;
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    Digest out{};
    unsigned int size = 0;
    const auto* ended = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_unsigned(bytes), bytes.size(),
                             out.data(), &size);
    if (ended == nullptr) std::abort();
    return out;
}

std::filesystem::path real_path(const std::filesystem::path& file) {
    std::error_code failed;
    const auto whole = std::filesystem::absolute(file.empty() ? "." : file, failed);
    if (failed) return file.lexically_normal(); // the current folder is gone
    auto path = std::filesystem::weakly_canonical(whole, failed);
    return failed ? file.lexically_normal() : path;
}

std::string to_hex(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(digest.size() * 2);
    for (const std::uint8_t byte : digest) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    auto* target = reinterpret_cast<unsigned char*>(out.data()); // NOLINT: OpenSSL's byte type
    const int size = EVP_EncodeBlock(target, as_unsigned(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    auto* target = reinterpret_cast<unsigned char*>(out.data()); // NOLINT: OpenSSL's byte type
    if (RAND_bytes(target, static_cast<int>(count)) != 1) std::abort();
    return out;
}

} // namespace mooring
