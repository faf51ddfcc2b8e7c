// Time as a parameter: one clock is made in the composition root and handed down, so that tests own it.
#pragma once

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring {

using UnixSeconds = std::int64_t; // as Portainer counts: seconds since 1970-01-01 UTC

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    virtual std::chrono::system_clock::time_point now() const = 0;

    UnixSeconds unix_seconds() const {
        return std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
    }
};

class SystemClock final : public Clock {
  public:
    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now(); }
};

// A clock that stands still until told.
class FixedClock final : public Clock {
  public:
    explicit FixedClock(UnixSeconds at) : at_(at) {}
    std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::time_point(std::chrono::seconds(at_));
    }
    void advance(std::chrono::seconds by) { at_ += by.count(); }

  private:
    UnixSeconds at_;
};

// "2026-11-24T02:55:51Z"
std::string format_utc(UnixSeconds at);
// "2026-11-24"
std::string format_utc_date(UnixSeconds at);
// RFC 3339 with Z or an offset, or a bare date (its first second, UTC); nullopt if it is neither.
std::optional<UnixSeconds> parse_utc(std::string_view text);
// The Date header of an HTTP answer (IMF-fixdate); nullopt if it is not one.
std::optional<UnixSeconds> parse_http_date(std::string_view text);

// How long to wait before the next attempt. Pure: time and chance come in as parameters.
struct Backoff {
    unsigned attempts = 3; // in all; 1: no retry
    std::chrono::milliseconds base{250};
    std::chrono::milliseconds most{5000};              // of one computed wait
    std::chrono::milliseconds retry_after_most{15000}; // a longer Retry-After is cut to this

    friend bool operator==(const Backoff&, const Backoff&) = default;
};

// The wait after the failed attempt number `failed` (1 is the first): base, 2 base, 4 base, ... up to `most`, of which
// the upper half is left to chance, so that clients that failed together do not come back together. `random` is uniform
// in [0, 1).
inline std::chrono::milliseconds backoff_delay(const Backoff& backoff, unsigned failed, double random) {
    const unsigned doublings = std::min(failed == 0 ? 0U : failed - 1, 30U);
    const auto whole = std::min<std::chrono::milliseconds>(backoff.most, backoff.base * (std::int64_t{1} << doublings));
    const double share = 0.5 + 0.5 * std::clamp(random, 0.0, 1.0);
    return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

// Time zones of the IANA database, because g++ 12 has no std::chrono::locate_zone: a file of /usr/share/zoneinfo (TZif,
// RFC 8536) -> how far a zone's clocks are from UTC at a time.

// The rule by which a zone goes on after its last listed change: "CET-1CEST,M3.5.0,M10.5.0/3".
struct ZoneRule {
    struct Change { // when summer time begins or ends, each year
        enum class Kind { month_week_day, day_without_leap, day_with_leap };
        Kind kind = Kind::month_week_day;
        int month = 1;            // 1 to 12
        int week = 1;             // 1 to 5; 5: the last
        int day = 0;              // of the week (0: Sunday), or of the year
        std::int64_t time = 7200; // seconds after midnight, by the clock before the change
    };
    std::int64_t standard = 0; // seconds east of UTC
    std::int64_t summer = 0;
    std::optional<std::pair<Change, Change>> changes; // nullopt: no summer time
};

class TimeZone {
  public:
    static TimeZone utc() { return {}; }
    // The bytes of a TZif file. Error: invalid_input.
    static Result<TimeZone> parse(std::string_view bytes);

    // Seconds east of UTC at that time; what is added to it to get the clock on the wall.
    std::int64_t offset_at(UnixSeconds at) const;

  private:
    std::vector<std::pair<UnixSeconds, std::int64_t>> changes_; // from then on, that offset
    std::int64_t before_ = 0;
    std::optional<ZoneRule> after_; // the last of `changes_`
};

// nullopt: it is not one.
std::optional<ZoneRule> parse_zone_rule(std::string_view text);
std::int64_t offset_by_rule(const ZoneRule& rule, UnixSeconds at);

// The zone of that IANA name; "UTC" needs no file. Errors: not_found (no zone of that name), io (this machine has no
// database at all, or the file cannot be read), invalid_input.
Result<TimeZone> load_time_zone(const std::string& name, const std::filesystem::path& database = "/usr/share/zoneinfo");

// By name.
using TimeZones = std::map<std::string, TimeZone, std::less<>>;
// Those of these names; what cannot be read is left out.
TimeZones load_time_zones(const std::set<std::string>& names);

} // namespace mooring
