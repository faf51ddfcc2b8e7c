#include "net/retry.hpp"

#include <algorithm>
#include <charconv>

namespace mooring::net {
namespace {

bool is_passing(int status) {
    return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
}

bool is_passing(Stage stage) { return stage == Stage::lost || stage == Stage::connect || stage == Stage::resolve; }

} // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, std::optional<UnixSeconds> date) {
    constexpr std::int64_t day = 86400;
    std::int64_t seconds = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && stop == text.data() + text.size()) {
        if (seconds < 0) return std::nullopt;
        return std::chrono::seconds(std::min(seconds, day));
    }
    const auto until = parse_http_date(text);
    if (!until || !date) return std::nullopt;
    return std::chrono::seconds(std::clamp<std::int64_t>(*until - *date, 0, day));
}

std::optional<std::chrono::milliseconds> wait_before_retry(const Backoff& backoff, const Request& request,
                                                           const Try<Response>& outcome, unsigned failed,
                                                           double random) {
    if (failed >= backoff.attempts) return std::nullopt;
    const auto usual = backoff_delay(backoff, failed, random);
    if (!outcome) return is_passing(outcome.error().stage) ? std::optional(usual) : std::nullopt;
    if (!is_passing(outcome->status)) return std::nullopt;
    if (request.settled != nullptr && request.settled(*outcome)) return std::nullopt;
    const auto asked = parse_retry_after(outcome->retry_after, outcome->date);
    return asked ? std::min(*asked, backoff.retry_after_most) : usual;
}

} // namespace mooring::net
