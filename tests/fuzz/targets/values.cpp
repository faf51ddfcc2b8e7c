// Short values with a syntax of their own, read by every reader that takes one: URLs, proxies, times, durations, sizes,
// patterns. What is read is written and read again.
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "fuzz/target.hpp"
#include "net/client.hpp"
#include "net/message.hpp"

namespace mooring::fuzz {
namespace {

constexpr UnixSeconds year_9999 = 253402300799;

void read_addresses(std::string_view text) {
    const auto origin = net::parse_origin(text);
    if (!origin) {
        require(is_harmless(origin.error().message), "a problem is one line", origin.error().message);
        return;
    }
    require(!origin->host.empty(), "an origin has a host");
    // What goes into a request; a socket's path goes into messages only, and is made printable there.
    const std::string tunnel = origin->socket.empty() ? origin->shown() : std::string();
    for (const std::string& sent : {origin->host_header(), tunnel, origin->base_path}) {
        require(sent.find_first_of("\r\n ") == std::string::npos, "no URL ends a header early", sent);
    }
    static_cast<void>(net::choose_proxy(*origin, text, text, text));
}

void read_times(std::string_view text) {
    if (const auto at = parse_utc(text); at && *at >= 0 && *at <= year_9999) {
        require(parse_utc(format_utc(*at)) == at, "a time that is written reads back", format_utc(*at));
    }
    static_cast<void>(net::parse_retry_after(text, parse_http_date(text)));
    if (const auto duration = parse_go_duration(text)) {
        const std::string written = format_go_duration(*duration);
        require(parse_go_duration(written) == duration, "a duration that is written reads back", written);
    }
    const auto size = parse_byte_size(text);
    require(!size || *size >= 0, "no size is negative");
}

void read_texts(std::string_view text) {
    const std::string shown = printable(text, 100);
    require(is_harmless(shown) && shown.size() <= 103, "what is printable is one line", shown);
    const auto parts = parts_of(text, 2);
    static_cast<void>(glob_matches(parts[0], parts[1]));
    static_cast<void>(net::bypasses_proxy(parts[0], parts[1], 443));
    require(glob_matches("*", text), "a star matches everything");
    const Secret secret{std::string(parts[1])};
    const std::string redacted = redact(parts[0], secret);
    require(parts[1].empty() || !redacted.contains(parts[1]) || std::string_view("***").contains(parts[1]),
            "what is redacted is gone", redacted);
}

} // namespace

void run(std::string_view input) {
    read_addresses(input);
    read_times(input);
    read_texts(input);
}

} // namespace mooring::fuzz
