#include "ledger/lease_holder.hpp"

#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

namespace mooring::ledger {
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

} // namespace mooring::ledger
