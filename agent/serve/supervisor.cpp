#include "serve/agent.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"
#include "serve/server_loop.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <iterator>
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

std::chrono::milliseconds next_wait(const Pace& pace, Ending ending, unsigned failures, double random) {
    if (ending == Ending::no_answer) {
        Backoff backoff;
        backoff.base = std::chrono::seconds(10);
        backoff.most = std::max(pace.interval, backoff.base);
        return std::min(backoff_delay(backoff, failures, random), pace.interval);
    }
    const double part = static_cast<double>(pace.jitter.count()) * std::clamp(random, 0.0, 1.0);
    return pace.interval + std::chrono::milliseconds(static_cast<std::int64_t>(part));
}

bool all_alive(std::span<const Pulse> pulses, std::chrono::steady_clock::time_point now,
               std::chrono::steady_clock::duration grace) {
    return std::ranges::all_of(pulses,
                               [&](const Pulse& pulse) { return now <= pulse.due || now - pulse.due <= grace; });
}

bool is_whole(const Desired& loaded) {
    return loaded.complete && !has_errors(loaded.diagnostics) && (!loaded.stacks.empty() || !loaded.scopes.empty());
}

bool Source::take_in(Desired loaded, UnixSeconds now) {
    std::string failing;
    for (const Diagnostic& one : loaded.diagnostics) {
        if (one.severity == Severity::error) failing += report::place(one.where) + one.message + '\n';
    }
    const bool whole = is_whole(loaded);
    if (!whole && failing.empty()) failing = "nothing is declared\n";
    const bool was_whole = desired_ != nullptr && !view_.partial;
    const SourceView before = view_;
    view_.diagnostics = loaded.diagnostics;
    view_.stale = !whole && was_whole;
    if (whole || (!was_whole && !loaded.stacks.empty())) { // a part is better than nothing, as in `mooring check`
        view_.partial = !whole;
        view_.loaded = true;
        view_.loaded_at = now;
        view_.stacks = loaded.stacks.size();
        view_.waivers = loaded.waivers;
        loaded.complete = whole;
        desired_ = std::make_shared<const Desired>(std::move(loaded));
    }
    view_.failing_since = whole ? 0 : (before.failing_since != 0 ? before.failing_since : now);
    const bool changed = failing != failing_ || view_.stacks != before.stacks;
    failing_ = std::move(failing);
    return changed;
}

Desired part_of(const Desired& all, const SourceView& source, const std::string& server) {
    Desired out;
    out.complete = all.complete && !source.stale;
    const auto of_server = [&](const auto& one) { return one.server == server; };
    std::ranges::copy_if(all.stacks, std::back_inserter(out.stacks), of_server);
    std::ranges::copy_if(all.scopes, std::back_inserter(out.scopes), of_server);
    std::ranges::copy_if(all.waivers, std::back_inserter(out.waivers),
                         [&](const Waiver& waiver) { return glob_matches(waiver.server, server); });
    out.diagnostics = source.diagnostics;
    if (source.stale) {
        out.diagnostics.push_back(
            {.severity = Severity::error,
             .code = "stale-manifests",
             .message = fmt::format("the manifests cannot be read as a whole since {}; judged by "
                                    "those of {}",
                                    format_utc(source.failing_since), format_utc(source.loaded_at)),
             .suggestion = "fix the errors in the manifests",
             .where = {},
             .server = {}});
    }
    return out;
}

} // namespace mooring::serve
