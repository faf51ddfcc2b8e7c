// Whether a request is sent again and when, and when a server is left alone for a while. Pure.
#pragma once

#include "base/backoff.hpp"
#include "net/message.hpp"

#include <chrono>
#include <optional>

namespace mooring::net {

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

} // namespace mooring::net
