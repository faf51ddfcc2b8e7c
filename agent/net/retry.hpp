// Whether a request is sent again, and when. Pure.
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

} // namespace mooring::net
