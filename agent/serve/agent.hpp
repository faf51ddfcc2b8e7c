// `mooring agent`: everything that watches without end, built in order and taken down on a signal.
#pragma once

#include "manifest/config.hpp"
#include "serve/log.hpp"
#include "serve/server_loop.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mooring::serve {

struct AgentSetup {
    config::Config config;                  // without errors
    std::function<config::Loaded()> reload; // reads the configuration again (SIGHUP)
    const Variables& variables;
    const Clock& clock;
    MakeApi make_api;
    MakeCorrector make_corrector; // empty: nothing is ever corrected
    std::string version;
    std::unique_ptr<ledger::Ledger> ledger; // nullptr: nothing is recorded
    Log& log;
};

// Watches until SIGTERM or SIGINT; a run under way is then recorded as interrupted, and a part that is being written is
// waited for (a minute at most: an intent that stays open is settled by the next start). Returns when all is written
// down: the process should end, because work that cannot be cancelled is left behind. A second signal ends the process
// at once. Errors (io, invalid_input): an address that cannot be listened on, a token that cannot be read.
Result<void> run_agent(AgentSetup setup);

// The supervisor's side: systemd's notify protocol (sd_notify(3)) over a datagram socket of our own, which is all that
// is needed of libsystemd.
class Supervisor {
  public:
    // `socket`: $NOTIFY_SOCKET, a path or an abstract name ("@..."); "": there is no supervisor, nothing is sent.
    // `watchdog`: $WATCHDOG_USEC; "" or no number: no watchdog is expected.
    Supervisor(std::string_view socket, std::string_view watchdog);
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;
    ~Supervisor();

    bool present() const { return socket_ >= 0; }
    // How often "WATCHDOG=1" must arrive; nullopt: never.
    std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

    void ready(std::string_view status);
    void reloading(); // with MONOTONIC_USEC, as Type=notify-reload wants it; ready() ends it
    void stopping();
    void status(std::string_view text); // one line
    void feed_watchdog();

  private:
    void send(const std::string& message) const;

    int socket_ = -1;
    std::string address_; // the bytes of sockaddr_un
    std::optional<std::chrono::microseconds> watchdog_;
};

// Blocking work on a thread of its own, awaited from the agent's one thread.

// Runs `work` on the pool and returns what it returns, back on the caller's executor. The cancellation slot is cut:
// Asio would otherwise touch it from two threads (design §11). `T` can be made without arguments.
template <typename T>
boost::asio::awaitable<T> offload(boost::asio::thread_pool& pool, std::function<T()> work) {
    namespace asio = boost::asio;
    auto on_pool = [](std::function<T()> job) -> asio::awaitable<T> { co_return job(); };
    auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
    auto started = asio::co_spawn(pool, on_pool(std::move(work)), token);
    co_return co_await std::move(started);
}

} // namespace mooring::serve
