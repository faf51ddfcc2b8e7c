#include "evidence/wording.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

namespace mooring::evidence {

std::string duration_words(UnixSeconds seconds) {
    constexpr UnixSeconds minute = 60;
    constexpr UnixSeconds hour = 60 * minute;
    constexpr UnixSeconds day = 24 * hour;
    const auto two = [](UnixSeconds value, UnixSeconds big, const char* one, UnixSeconds small, const char* other) {
        const UnixSeconds rest = value % big / small;
        return rest == 0 ? fmt::format("{} {}", value / big, one)
                         : fmt::format("{} {} {} {}", value / big, one, rest, other);
    };
    if (seconds >= day) return two(seconds, day, "d", hour, "h");
    if (seconds >= hour) return two(seconds, hour, "h", minute, "min");
    if (seconds >= minute) return two(seconds, minute, "min", 1, "s");
    return fmt::format("{} s", seconds);
}

std::string short_time(UnixSeconds at) {
    if (at == 0) return "–";
    std::string text = format_utc(at).substr(0, 16);
    text[10] = ' ';
    return text;
}

std::string stack_name(const ledger::StackKey& key) {
    std::string name = printable(key.name) + "/" + printable(key.environment) + "@" + printable(key.server);
    return key.ordinal == 0 ? name : fmt::format("{} ({})", name, key.ordinal + 1);
}

std::string observer_words(const ServerResult& server) {
    if (!server.identity) return "nobody";
    return fmt::format("{} ({}, list {})", printable(server.identity->username),
                       report::role_name(server.identity->role), server.list_complete ? "complete" : "filtered");
}

std::string_view to_string(Episode::End end) {
    switch (end) {
    case Episode::End::open:
        return "open";
    case Episode::End::repaired:
        return "repaired";
    case Episode::End::accepted:
        return "accepted";
    case Episode::End::not_judged:
        return "not judged any more";
    }
    return "";
}

std::string_view to_string(Finding::Level level) {
    switch (level) {
    case Finding::Level::failure:
        return "failure";
    case Finding::Level::warning:
        return "warning";
    case Finding::Level::note:
        return "note";
    }
    return "";
}

std::string waiver_state(const WaiverReport& waiver, const Assessment& assessment) {
    const UnixSeconds now = assessment.last_run_at;
    if (!waiver.declared_last) return "withdrawn";
    if (waiver.waiver.until <= now) return "expired";
    if (waiver.waiver.from > now) return "not yet in force";
    if (waiver.last_used == 0) return "dead";
    if (waiver.waiver.until < assessment.scope.period.to + assessment.expiring_within.count()) return "expires soon";
    return "in force";
}

} // namespace mooring::evidence
