// Delivers notifications: one queue a channel, retried with backoff, beside the loops and never in their way.
#pragma once

#include "base/backoff.hpp"
#include "manifest/config.hpp"
#include "manifest/variables.hpp"
#include "net/origin.hpp"
#include "serve/log.hpp"
#include "serve/metrics.hpp"
#include "serve/notice_forms.hpp"
#include "serve/recorder.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mooring::serve {

// How long a notification is tried, until it is given up; about five hours.
inline constexpr Backoff patience{.attempts = 60, .base = std::chrono::seconds(2), .most = std::chrono::minutes(5)};

class Notifier {
  public:
    // What it refers to outlives it.
    Notifier(boost::asio::any_io_executor executor, const Variables& variables, const Clock& clock, Log& log,
             Recorder& recorder, Metrics& metrics, std::function<double()> random, Backoff tries = patience);
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;
    ~Notifier();

    // What the ledger knows was told; before the first run ends.
    void remember(const std::vector<ledger::Notification>& told);
    // The channels to use from now on, and the servers that nothing is ever sent to. A channel that is gone loses what
    // waits for it.
    void use(const config::Config& config);

    // Looks at the board after a run of `server` and queues what each channel should hear.
    void consider(const Board& board, const std::string& server, const std::string& run_id);

    // At the very end: no thread may read while the process takes itself down.
    void join() { files_.join(); }

  private:
    struct Channel;
    static boost::asio::awaitable<void> deliver_all(std::shared_ptr<Channel> channel, Notifier* self);
    boost::asio::awaitable<std::string> deliver_front(std::shared_ptr<Channel> channel);
    boost::asio::awaitable<std::string> deliver(config::ChannelSettings settings, const Digest& digest);
    boost::asio::awaitable<void> note_delivery(std::shared_ptr<Channel> channel, Digest digest);
    void forget_undelivered(const std::string& channel);

    boost::asio::any_io_executor executor_;
    const Variables& variables_;
    const Clock& clock_;
    Log& log_;
    Recorder& recorder_;
    Metrics& metrics_;
    std::function<double()> random_;
    Backoff tries_;
    config::NotificationSettings settings_;
    std::vector<net::Origin> portainers_;
    std::map<std::string, ToldByTopic> delivered_; // by channel
    std::map<std::string, ToldByTopic> told_;      // the same, and what waits
    std::map<std::string, std::shared_ptr<Channel>> channels_;
    boost::asio::thread_pool files_{1}; // reads addresses, keys, templates and certificates: a slow disk stops no loop
};

} // namespace mooring::serve
