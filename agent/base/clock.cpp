#include "base/clock.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string_view>
#include <system_error>

namespace mooring {
namespace {

std::string format(UnixSeconds at, const char* pattern) {
    const std::time_t time = at;
    std::tm parts{};
    if (gmtime_r(&time, &parts) == nullptr) return "-";
    std::array<char, 64> buffer{};
    const std::size_t size = std::strftime(buffer.data(), buffer.size(), pattern, &parts);
    return {buffer.data(), size};
}

// The whole text must fit the pattern; timegm() normalises, so the parts are compared afterwards to refuse 31 February.
std::optional<UnixSeconds> parse(const std::string& text, const char* pattern) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), pattern, &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const std::tm wanted = parts;
    const std::time_t time = timegm(&parts);
    if (parts.tm_mday != wanted.tm_mday || parts.tm_mon != wanted.tm_mon) return std::nullopt;
    return time;
}

// Which of the three-letter words, written one after the other, it is; nullopt if none.
std::optional<unsigned> place_among(std::string_view words, std::string_view word) {
    const std::size_t at = words.find(word);
    if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
    return static_cast<unsigned>(at / 3);
}

// The number that `text` spells with digits alone; nullopt if it does not.
std::optional<int> digits(std::string_view text) {
    int number = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stopped != text.data() + text.size() || text[0] == '-') return std::nullopt;
    return number;
}

// The form in which every server of today writes the date of every answer, without strptime's long way to it. nullopt:
// another form, or no such day.
std::optional<UnixSeconds> parse_usual_http_date(std::string_view text) {
    namespace chrono = std::chrono;
    constexpr std::string_view form = "Tue, 24 Nov 2026 00:19:02 GMT";
    if (text.size() != form.size()) return std::nullopt;
    for (const std::size_t at : {3U, 4U, 7U, 11U, 16U, 19U, 22U, 25U, 26U, 27U, 28U}) {
        if (text[at] != form[at]) return std::nullopt;
    }
    const auto month = place_among("JanFebMarAprMayJunJulAugSepOctNovDec", text.substr(8, 3));
    const auto weekday = place_among("SunMonTueWedThuFriSat", text.substr(0, 3));
    const auto day = digits(text.substr(5, 2));
    const auto year = digits(text.substr(12, 4));
    const auto hour = digits(text.substr(17, 2));
    const auto minute = digits(text.substr(20, 2));
    const auto second = digits(text.substr(23, 2));
    if (!month || !weekday || !day || !year || !hour || !minute || !second) return std::nullopt;
    const chrono::year_month_day date{chrono::year(*year), chrono::month(*month + 1),
                                      chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const UnixSeconds days = chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

// "+02:00" or "-05:30" in seconds; nullopt if it is not an offset.
std::optional<UnixSeconds> parse_offset(std::string_view text) {
    int hours = 0;
    int minutes = 0;
    if (text.size() != 6 || text[3] != ':') return std::nullopt;
    if (std::sscanf(std::string(text.substr(1)).c_str(), "%2d:%2d", &hours, &minutes) != 2) return std::nullopt;
    const UnixSeconds seconds = UnixSeconds{hours} * 3600 + UnixSeconds{minutes} * 60;
    return text[0] == '-' ? -seconds : seconds;
}

} // namespace

std::string format_utc(UnixSeconds at) { return format(at, "%Y-%m-%dT%H:%M:%SZ"); }
std::string format_utc_date(UnixSeconds at) { return format(at, "%Y-%m-%d"); }

std::optional<UnixSeconds> parse_utc(std::string_view text) {
    if (const auto date = parse(std::string(text), "%Y-%m-%d")) return date;
    if (text.ends_with('Z')) return parse(std::string(text.substr(0, text.size() - 1)), "%Y-%m-%dT%H:%M:%S");
    if (text.size() < 6) return std::nullopt;
    const auto offset = parse_offset(text.substr(text.size() - 6));
    const auto local = parse(std::string(text.substr(0, text.size() - 6)), "%Y-%m-%dT%H:%M:%S");
    if (!offset || !local) return std::nullopt;
    return *local - *offset;
}

std::optional<UnixSeconds> parse_http_date(std::string_view text) {
    if (const auto usual = parse_usual_http_date(text)) return usual;
    return parse(std::string(text), "%a, %d %b %Y %H:%M:%S GMT");
}

} // namespace mooring
