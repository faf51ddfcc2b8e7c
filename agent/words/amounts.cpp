#include "words/amounts.hpp"

#include <cmath>
#include <fmt/format.h>

namespace mooring::words {

std::string counted(std::size_t count, std::string_view singular) {
    return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string percent(const std::optional<double>& share) {
    if (!share) return "–";
    return fmt::format("{} %", static_cast<int>(std::floor(*share * 100 + 1e-9)));
}

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

std::string age_words(UnixSeconds seconds) {
    constexpr UnixSeconds two_hours = 7200;
    constexpr UnixSeconds two_days = 172800;
    if (seconds < 5) return "a moment";
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < two_hours) return fmt::format("{} min", seconds / 60);
    if (seconds < two_days) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

std::string took_words(double seconds) {
    return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1000) : fmt::format("{:.1f} s", seconds);
}

std::string short_time(UnixSeconds at) {
    if (at == 0) return "–";
    std::string text = format_utc(at).substr(0, 16);
    text[10] = ' ';
    return text;
}

std::string time_words(UnixSeconds at) {
    std::string text = format_utc(at);
    if (const auto t = text.find('T'); t != std::string::npos) text[t] = ' ';
    if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " UTC");
    return text;
}

} // namespace mooring::words
