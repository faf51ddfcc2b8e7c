#include "serve/supervisor.hpp"

#include "base/text.hpp"

#include <charconv>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mooring::serve {
namespace {

constexpr std::size_t longest_status = 1000;

std::string one_line(std::string_view text) { return printable(text, longest_status); }

std::uint64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000U + static_cast<std::uint64_t>(now.tv_nsec) / 1000U;
}

} // namespace

Supervisor::Supervisor(std::string_view socket, std::string_view watchdog) {
    std::int64_t period = 0;
    const auto parsed = std::from_chars(watchdog.data(), watchdog.data() + watchdog.size(), period);
    if (parsed.ec == std::errc() && period > 0) watchdog_ = std::chrono::microseconds(period);
    sockaddr_un address{};
    if (socket.empty() || (socket[0] != '/' && socket[0] != '@') || socket.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket.data(), socket.size());
    if (socket[0] == '@') address.sun_path[0] = '\0';
    address_.resize(offsetof(sockaddr_un, sun_path) + socket.size());
    std::memcpy(address_.data(), &address, address_.size());
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

Supervisor::~Supervisor() {
    if (socket_ >= 0) ::close(socket_);
}

void Supervisor::send(const std::string& message) const {
    if (socket_ < 0) return;
    sockaddr_un address{};
    std::memcpy(&address, address_.data(), address_.size());
    const auto* to = reinterpret_cast<const sockaddr*>(&address); // NOLINT: how sockets take addresses
    // A supervisor that does not read is its own trouble: nothing here waits for it.
    static_cast<void>(
        ::sendto(socket_, message.data(), message.size(), MSG_NOSIGNAL, to, static_cast<socklen_t>(address_.size())));
}

void Supervisor::ready(std::string_view text) { send(fmt::format("READY=1\nSTATUS={}", one_line(text))); }
void Supervisor::reloading() { send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds())); }
void Supervisor::stopping() { send("STOPPING=1\nSTATUS=stopping"); }
void Supervisor::status(std::string_view text) { send(fmt::format("STATUS={}", one_line(text))); }
void Supervisor::feed_watchdog() { send("WATCHDOG=1"); }

} // namespace mooring::serve
