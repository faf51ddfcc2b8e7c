#include "base/clock.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>

namespace mooring {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 1U << 20U;
constexpr std::size_t header_size = 44;
constexpr std::int64_t a_day = 86'400;
constexpr std::int64_t a_week_of_hours = 168;

std::unexpected<Error> broken() { return fail(ErrorKind::invalid_input, "it is not a time zone file"); }

std::int64_t big_endian(std::string_view bytes) {
    std::uint64_t value = !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (const char c : bytes) value = (value << 8U) | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
}

struct Counts { // as the header has them
    std::size_t utc = 0;
    std::size_t standard = 0;
    std::size_t leaps = 0;
    std::size_t times = 0;
    std::size_t types = 0;
    std::size_t letters = 0;

    std::size_t size(std::size_t of_time) const {
        return times * of_time + times + types * 6 + letters + leaps * (of_time + 4) + standard + utc;
    }
};

std::optional<Counts> read_header(std::string_view bytes) {
    if (bytes.size() < header_size || !bytes.starts_with("TZif")) return std::nullopt;
    std::array<std::size_t, 6> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::int64_t value = big_endian(bytes.substr(20 + i * 4, 4));
        if (value < 0 || value > static_cast<std::int64_t>(largest_file)) return std::nullopt;
        numbers.at(i) = static_cast<std::size_t>(value);
    }
    return Counts{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
}

// A reader over "CET-1CEST,M3.5.0,M10.5.0/3"; each function gives nullopt where the text is another.
class RuleReader {
  public:
    explicit RuleReader(std::string_view text) : rest_(text) {}

    std::optional<ZoneRule> read() {
        ZoneRule rule;
        if (!name()) return std::nullopt;
        const auto west = offset();
        if (!west) return std::nullopt;
        rule.standard = rule.summer = -*west;
        if (rest_.empty()) return rule;
        if (!name()) return std::nullopt;
        rule.summer = rule.standard + 3600;
        if (!rest_.starts_with(',')) {
            const auto summer = offset();
            if (!summer) return std::nullopt;
            rule.summer = -*summer;
        }
        auto begins = change();
        auto ends = begins ? change() : std::nullopt;
        if (!ends || !rest_.empty()) return std::nullopt;
        rule.changes.emplace(*begins, *ends);
        return rule;
    }

  private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool name() {
        if (take('<')) {
            const std::size_t end = rest_.find('>');
            if (end == std::string_view::npos || end == 0) return false;
            rest_.remove_prefix(end + 1);
            return true;
        }
        const auto* end = std::ranges::find_if_not(rest_, [](unsigned char c) { return std::isalpha(c) != 0; });
        const auto length = static_cast<std::size_t>(end - rest_.begin());
        rest_.remove_prefix(length);
        return length >= 3;
    }

    std::optional<int> number(int most) {
        int value = 0;
        std::size_t digits = 0;
        for (; digits < rest_.size() && digits < 3 && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits)
            value = value * 10 + (rest_[digits] - '0');
        rest_.remove_prefix(digits);
        return digits == 0 || value > most ? std::nullopt : std::optional(value);
    }

    // [+-]hh[:mm[:ss]] in seconds
    std::optional<std::int64_t> offset() {
        const bool negative = take('-');
        if (!negative) take('+');
        const auto hours = number(a_week_of_hours);
        if (!hours) return std::nullopt;
        std::int64_t seconds = std::int64_t{*hours} * 3600;
        for (const std::int64_t unit : {60, 1}) {
            if (!take(':')) break;
            const auto part = number(59);
            if (!part) return std::nullopt;
            seconds += *part * unit;
        }
        return negative ? -seconds : seconds;
    }

    // ",M3.5.0/2", ",J60", ",59"
    std::optional<ZoneRule::Change> change() {
        if (!take(',')) return std::nullopt;
        ZoneRule::Change out;
        if (!(take('M') ? week_day(out) : day_of_year(out))) return std::nullopt;
        if (!take('/')) return out;
        const auto time = offset();
        if (!time) return std::nullopt;
        out.time = *time;
        return out;
    }

    bool week_day(ZoneRule::Change& out) {
        const auto month = number(12);
        const auto week = month && take('.') ? number(5) : std::nullopt;
        const auto day = week && take('.') ? number(6) : std::nullopt;
        if (!day || *month < 1 || *week < 1) return false;
        out.month = *month;
        out.week = *week;
        out.day = *day;
        return true;
    }

    bool day_of_year(ZoneRule::Change& out) {
        const bool without_leap = take('J');
        out.kind = without_leap ? ZoneRule::Change::Kind::day_without_leap : ZoneRule::Change::Kind::day_with_leap;
        const auto day = number(without_leap ? 365 : 364 + 1);
        if (!day || (without_leap && *day < 1)) return false;
        out.day = *day;
        return true;
    }

    std::string_view rest_;
};

// The day on which a change falls in a year, as days since 1970.
std::int64_t day_of(const ZoneRule::Change& change, std::chrono::year year) {
    using namespace std::chrono;
    const sys_days new_year = year / January / 1;
    const auto count = [](sys_days day) { return std::int64_t{day.time_since_epoch().count()}; };
    if (change.kind == ZoneRule::Change::Kind::day_with_leap) return count(new_year) + change.day;
    if (change.kind == ZoneRule::Change::Kind::day_without_leap)
        return count(new_year) + change.day - 1 + (year.is_leap() && change.day >= 60 ? 1 : 0);
    const month which{static_cast<unsigned>(change.month)};
    const weekday on{static_cast<unsigned>(change.day)};
    if (change.week == 5) return count(sys_days(year / which / on[last]));
    return count(sys_days(year / which / on[static_cast<unsigned>(change.week)]));
}

} // namespace

std::optional<ZoneRule> parse_zone_rule(std::string_view text) { return RuleReader(text).read(); }

std::int64_t offset_by_rule(const ZoneRule& rule, UnixSeconds at) {
    using namespace std::chrono;
    if (!rule.changes) return rule.standard;
    const sys_days day = floor<days>(sys_seconds(seconds(at + rule.standard)));
    const year now = year_month_day(day).year();
    const UnixSeconds begins = day_of(rule.changes->first, now) * a_day + rule.changes->first.time - rule.standard;
    const UnixSeconds ends = day_of(rule.changes->second, now) * a_day + rule.changes->second.time - rule.summer;
    // In the south summer lasts over the new year.
    const bool is_summer = begins < ends ? at >= begins && at < ends : at >= begins || at < ends;
    return is_summer ? rule.summer : rule.standard;
}

Result<TimeZone> TimeZone::parse(std::string_view bytes) {
    auto counts = read_header(bytes);
    if (!counts) return broken();
    std::size_t of_time = 4;
    if (bytes[4] >= '2') { // the second block has times of 64 bits and the rule after it
        const std::size_t second = header_size + counts->size(4);
        if (bytes.size() < second) return broken();
        bytes.remove_prefix(second);
        counts = read_header(bytes);
        of_time = 8;
    }
    if (!counts || counts->types == 0 || bytes.size() < header_size + counts->size(of_time)) return broken();
    bytes.remove_prefix(header_size);
    const std::string_view indices = bytes.substr(counts->times * of_time, counts->times);
    const std::string_view types = bytes.substr(counts->times * (of_time + 1), counts->types * 6);
    TimeZone zone;
    zone.before_ = big_endian(types.substr(0, 4));
    for (std::size_t i = 0; i < counts->times; ++i) {
        const auto type = static_cast<unsigned char>(indices[i]);
        if (type >= counts->types) return broken();
        zone.changes_.emplace_back(big_endian(bytes.substr(i * of_time, of_time)),
                                   big_endian(types.substr(type * std::size_t{6}, 4)));
    }
    if (!std::ranges::is_sorted(zone.changes_, {}, &std::pair<UnixSeconds, std::int64_t>::first)) return broken();
    std::string_view footer = bytes.substr(counts->size(of_time));
    if (of_time == 8 && footer.size() > 2 && footer.front() == '\n') {
        footer.remove_prefix(1);
        zone.after_ = parse_zone_rule(footer.substr(0, footer.find('\n')));
    }
    return zone;
}

std::int64_t TimeZone::offset_at(UnixSeconds at) const {
    const auto next = std::ranges::upper_bound(changes_, at, {}, &std::pair<UnixSeconds, std::int64_t>::first);
    if (next == changes_.end() && after_) return offset_by_rule(*after_, at);
    return next == changes_.begin() ? before_ : std::prev(next)->second;
}

Result<TimeZone> load_time_zone(const std::string& name, const fs::path& database) {
    if (name == "UTC" || name == "Etc/UTC") return TimeZone::utc();
    const bool is_name = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
                         std::ranges::all_of(name, [](unsigned char c) {
                             return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
                         });
    if (!is_name) return fail(ErrorKind::not_found, "it is not the name of a time zone");
    std::error_code code;
    if (!fs::exists(database / "Europe", code)) return fail(ErrorKind::io, "this machine has no time zones");
    auto bytes = read_file(database / name, largest_file);
    if (!bytes && bytes.error().kind == ErrorKind::not_found)
        return fail(ErrorKind::not_found, "there is no time zone of that name");
    if (!bytes)
        return fail(fs::is_directory(database / name, code) ? ErrorKind::not_found : ErrorKind::io,
                    "its file cannot be read");
    return TimeZone::parse(*bytes);
}

TimeZones load_time_zones(const std::set<std::string>& names) {
    TimeZones zones;
    for (const std::string& name : names) {
        if (auto zone = load_time_zone(name)) zones.emplace(name, *std::move(zone));
    }
    return zones;
}

} // namespace mooring
