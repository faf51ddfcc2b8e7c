// Who holds a server's lease: a process that can be told from others, and found gone.
#include "apply/workshop.hpp"

#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

namespace mooring::apply {
namespace {

constexpr std::string_view before = "mooring apply, process ";

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

std::string holder_of_this_process() { return fmt::format("{}{}{}", before, ::getpid(), place_of_this_process()); }

bool is_gone(const std::string& holder) {
    const std::string place = place_of_this_process();
    if (!holder.starts_with(before) || !holder.ends_with(place) || place.contains("unknown")) return false;
    const std::string_view number =
        std::string_view(holder).substr(before.size(), holder.size() - before.size() - place.size());
    pid_t process = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), process);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size() || process <= 0) return false;
    return ::kill(process, 0) != 0 && errno == ESRCH;
}

} // namespace mooring::apply
