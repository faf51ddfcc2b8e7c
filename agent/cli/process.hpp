// The process itself: cores, signals that end work, the log on standard error.
#pragma once

#include "cli/console.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace mooring::cli {

// No core file is written from here on: compose files and configuration hold secrets, too.
void write_no_cores();

// No other process of this user may look into the memory, which is about to hold a token. Afterwards /proc/self/fd is
// closed to the process itself, too, so files given as /dev/fd/N must have been read.
void close_memory();

// One heap for all threads, before there are any: what one of them loads another one gives back, and with a heap for
// each they would not use it again.
void share_one_heap();

// The id (64 hex digits) of the Docker or Podman container in which this process runs; "" where none is known.
std::string own_container();
// The same from the text of /proc/self/mountinfo: a container's hostname, hosts and resolv.conf lie on the host in a
// folder that is called by its id. Pure.
std::string container_in(std::string_view mountinfo);

} // namespace mooring::cli

namespace spdlog {

// The log of a run on standard error: off unless it is asked for, never with a secret in it.
class logger; // NOLINT(readability-identifier-naming): spdlog named it
} // namespace spdlog

namespace mooring::cli {

class Log {
  public:
    // `level`: trace, debug, info, warn, error or off.
    explicit Log(const std::string& level);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    bool is_on() const { return logger_ != nullptr; }
    // One line each; `text` must be printable and free of secrets.
    void info(std::string_view text);
    void warn(std::string_view text);

  private:
    std::unique_ptr<spdlog::logger> logger_; // null: off
};

// Work on one thread that SIGHUP, SIGINT and SIGTERM end.

// How work that must not be cut off half way is ended. One thread.
struct Ending {
    bool busy = false;             // a write is under way
    bool asked = false;            // a signal came while it was: nothing further is begun
    std::chrono::seconds grace{5}; // until it is cut off all the same, as by a second signal
};

// Runs `io` until the work has ended or a signal came. Returns 0, or what a process ends with that the signal
// interrupted (129 by SIGHUP unless it is ignored, as under nohup; 130 by SIGINT, 143 by SIGTERM); the work is then
// left where it was, at once or as `ending` says. What the work throws is thrown. Progress ticks meanwhile.
int run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work, Progress& progress,
                   Ending* ending = nullptr);

// After an interrupt: requests are half done, and a name that is being looked up cannot be cancelled. The process is
// about to end, so that the world they live in (its io_context included) is left as it is.
template <typename World>
void leave_behind(std::unique_ptr<World> world) {
    [[maybe_unused]] static const World* left = nullptr; // a leak checker sees that it is meant
    left = world.release();
}

} // namespace mooring::cli
