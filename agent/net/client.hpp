// GET from one origin: retries, slots, how many run side by side, and what is under way, for the progress line.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "net/message.hpp"
#include "net/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mooring::net {

class UnderWay {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Call {
        std::string what; // "GET /api/stacks/7/file"
        TimePoint since;
    };

    // One request, from its making to its end.
    class Entry {
      public:
        // `calls` may be null: then nothing is noted.
        Entry(std::shared_ptr<UnderWay> calls, std::string what, TimePoint now) : calls_(std::move(calls)) {
            if (calls_) place_ = calls_->calls_.insert(calls_->calls_.end(), {std::move(what), now});
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() {
            if (calls_) calls_->calls_.erase(place_);
        }

      private:
        std::shared_ptr<UnderWay> calls_;
        std::list<Call>::iterator place_;
    };

    // The one that has waited longest; nullopt when none waits.
    std::optional<Call> slowest() const { return calls_.empty() ? std::nullopt : std::optional(calls_.front()); }

  private:
    std::list<Call> calls_; // in the order in which they began
};

// Reads over HTTP/1.1 from one origin: a pool of kept connections, bounded concurrency, deadlines, retries. No
// redirects, no cookies, no Authorization; the token goes as X-API-Key to this origin and nowhere else.
struct ClientSettings {
    Origin origin;
    std::optional<Proxy> proxy;
    Trust trust;
    Secret token; // empty: no X-API-Key
    std::size_t most_headers = std::size_t{64} << 10U;
    unsigned concurrency = 8;
    std::chrono::milliseconds request_timeout{30000}; // one attempt, from looking up the name to the last byte
    std::chrono::milliseconds deadline{0};            // of everything, from make_client on; 0: none
    Backoff retries;
    std::function<double()> random;                 // [0, 1)
    std::function<void(std::string_view)> on_retry; // told of every wait; may be empty
    std::shared_ptr<UnderWay> under_way;            // where requests are noted while they wait; may be null
};

class Client {
  public:
    // Errors: io (CA file), invalid_input (a token that no header can carry).
    static Result<std::unique_ptr<Client>> make(const boost::asio::any_io_executor& executor, ClientSettings settings);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client(); // closes the kept connections; calls under way finish on their own

    // One GET, repeated as net/client.hpp allows. An answer of any status is a Response. `sink` may be null and must
    // outlive the call. Cancellation throws boost::system::system_error(operation_aborted).
    boost::asio::awaitable<Try<Response>> get(Request request, BodySink* sink);

  private:
    struct Core;
    explicit Client(std::shared_ptr<Core> core);

    std::shared_ptr<Core> core_; // shared with the calls under way
};

// Whether a request is sent again and when, and when a server is left alone for a while. Pure.

// What Retry-After asks for: seconds, or a date measured against the answer's own Date; nullopt if it says neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, std::optional<UnixSeconds> date);

// The wait before the request is sent again after attempt number `failed` (1 is the first); nullopt: it is not. Only
// reads are repeated, and only after a lost connection, a refused one, 408, 429, 502, 503 or 504 (design §6). A
// deadline that passed is not repeated: the time is gone.
std::optional<std::chrono::milliseconds> wait_before_retry(const Backoff& backoff, const Request& request,
                                                           const Try<Response>& outcome, unsigned failed,
                                                           double random);

// Stops knocking at a door that nobody opens: after some connections in a row could not be made, requests fail
// at once for a while. Only what concerns the server itself counts; an answer, whatever it says, closes the breaker.
// Pure: time comes in.

class Breaker {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr unsigned most_failures = 6;
    static constexpr std::chrono::seconds pause{5};

    // The trouble to fail with now; nullopt: asking is allowed. Changes nothing.
    std::optional<Trouble> refuses(TimePoint now) const {
        return failures_ >= most_failures && now < open_until_ ? last_ : std::nullopt;
    }

    // The same for a request that is sent at once if it is allowed: after the pause one is let through to see, and the
    // others go on failing until its outcome is noted.
    std::optional<Trouble> turns_away(TimePoint now) {
        if (auto refused = refuses(now)) return refused;
        if (failures_ >= most_failures) open_until_ = now + pause;
        return std::nullopt;
    }

    void note(const Try<Response>& outcome, TimePoint now) {
        if (outcome || connected(outcome.error().stage)) {
            failures_ = 0;
        } else if (no_connection(outcome.error().stage)) {
            last_ = outcome.error();
            if (++failures_ >= most_failures) open_until_ = now + pause;
        }
    }

  private:
    // The server was there, whatever became of the answer. A deadline says neither.
    static bool connected(Stage stage) {
        return stage == Stage::lost || stage == Stage::too_large || stage == Stage::not_http;
    }
    static bool no_connection(Stage stage) {
        return stage == Stage::resolve || stage == Stage::connect || stage == Stage::proxy || stage == Stage::tls;
    }

    unsigned failures_ = 0;
    TimePoint open_until_;
    std::optional<Trouble> last_;
};

// How many requests may be under way at one time: first come, first served.
class Slots : public std::enable_shared_from_this<Slots> {
  public:
    // Gives its place back when it is destroyed.
    class Slot {
      public:
        explicit Slot(std::shared_ptr<Slots> slots) : slots_(std::move(slots)) {}
        Slot(Slot&&) noexcept = default;
        Slot& operator=(Slot&&) = delete;
        ~Slot() {
            if (slots_) slots_->release();
        }

      private:
        std::shared_ptr<Slots> slots_;
    };

    Slots(boost::asio::any_io_executor executor, unsigned count) : executor_(std::move(executor)), free_(count) {}

    // Waits for a place. Cancellation throws and takes no place.
    boost::asio::awaitable<Slot> acquire();

  private:
    struct Waiter {
        explicit Waiter(const boost::asio::any_io_executor& executor) : timer(executor) {}
        boost::asio::steady_timer timer; // never expires: cancelled when its turn has come
        bool granted = false;
    };

    void release();
    void forget(const std::shared_ptr<Waiter>& waiter);

    boost::asio::any_io_executor executor_;
    unsigned free_;
    std::deque<std::shared_ptr<Waiter>> waiters_;
};

// Work side by side on one thread, bounded: the one async helper that observe needs.

// Runs work(0), ..., work(count - 1), at most `workers` of them under way at once, on the executor of the calling
// coroutine (one thread), and ends when all have ended. The first exception is rethrown then; no further work is
// started after one. If the caller is destroyed while it waits, the work under way is destroyed with its executor.
boost::asio::awaitable<void> for_each_bounded(std::size_t count, std::size_t workers,
                                              std::function<boost::asio::awaitable<void>(std::size_t)> work);

} // namespace mooring::net
