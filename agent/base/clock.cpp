#include "base/clock.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

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
    return parse(std::string(text), "%a, %d %b %Y %H:%M:%S GMT");
}

} // namespace mooring
