// What is worth telling somebody: transitions, reminders, recoveries. Decided for each receiver by what it was told
// last, so that nothing is said twice, also across restarts (the ledger keeps what was told). Pure.
#pragma once

#include "base/clock.hpp"
#include "ledger/entries.hpp"
#include "manifest/config.hpp"
#include "manifest/decode.hpp"
#include "net/message.hpp"
#include "serve/board.hpp"
#include "serve/log.hpp"
#include "serve/metrics.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::serve {

enum class News { none, opened, changed, resolved, reminder };

// What was told last about one subject and topic; an empty state: that all is well.
struct Told {
    std::string state;
    UnixSeconds at = 0;
};

// `now`: the state to tell of; "" all is well; nullopt: it is not known now, and nothing is said. `reminder` 0: never.
News news_of(const std::optional<Told>& before, const std::optional<std::string>& now, UnixSeconds at,
             std::chrono::seconds reminder);

// One thing that a notification says.
struct Notice {
    News news = News::none;
    std::string subject; // "stack/main/production/shop", "server/main", "manifests", "ledger"
    // "drift", "access", "manifests", "ledger"; of correcting: "correction" (what was written, said once), "blocked" (a
    // stack), "correcting" (a whole server)
    std::string topic;
    std::string state;   // to be remembered as told; "" when resolved
    std::string what;    // "shop in production on main"
    std::string verdict; // the verdict's word; "" where it is about no stack
    std::string brief;   // one sentence without secrets; may be empty
    std::string remedy;  // may be empty
    std::string path;    // of its page; "" where it has none
    std::optional<StackKey> stack;
    UnixSeconds since = 0; // of drift: since it was first seen to differ, whatever that is called now; 0: of nothing
    std::optional<UnixSeconds> seen; // for how many seconds since then anybody saw it so; nullopt: about no stack
};

// A stack that is blocked for so long is told of; one that is quarantined at once.
inline constexpr UnixSeconds blocked_for_long = UnixSeconds{24} * 3600;

// "drift opened", "drift changed", "drift resolved", "access lost", "access regained", "still: drift", ...
std::string words_of(const Notice& notice);

using ToldByTopic = std::map<std::pair<std::string, std::string>, Told>; // subject, topic

// Everything that a receiver who was told `told` should hear after a run of `server`. A server that could not be read
// is one notice, not one a stack. What is pending says nothing, and what could not be seen says nothing about drift.
std::vector<Notice> notices(const Board& board, std::string_view server, const ToldByTopic& told, UnixSeconds now,
                            std::chrono::seconds reminder);

// A notification in the form that its receiver takes: webhook, Slack, Alertmanager. Pure.

// Everything that one run has to tell one receiver.
struct Digest {
    std::string id; // the same when it is delivered again
    std::string server;
    std::string run_id;
    UnixSeconds at = 0;
    std::string headline;
    std::string page; // address of the status page; "" none
    std::vector<Notice> notices;
};

// The text of a message, from a mustache template over {headline, server, run, page, items: [{news, what, verdict,
// brief, remedy, link}]}; "" takes the built-in one. Unknown names are empty. Nothing is escaped: see slack_body.
std::string message_text(const Digest& digest, std::string_view text_template);

// The bodies that are sent.
std::string webhook_body(const Digest& digest, std::string_view text_template);
std::string slack_body(const Digest& digest, std::string_view text_template);
// "critical" where nothing is known or recorded any more (a whole server, the ledger), else "warning": what the rules
// in deploy/prometheus say of the same.
std::string_view severity_of(const Notice& notice);
// Alerts stay active until `lasts` has passed, longer than until the reminder that renews them.
std::string alertmanager_body(const Digest& digest, std::chrono::seconds lasts);

// The header lines of a signed webhook: "X-Mooring-Signature: sha256=HEX\r\n", HMAC-SHA-256 of the body.
std::string signature_line(const Secret& key, std::string_view body);

// Delivers notifications: one queue a channel, retried with backoff, beside the loops and never in their way.

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
