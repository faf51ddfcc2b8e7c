// Time zones of the IANA database, because g++ 12 has no std::chrono::locate_zone: a file of /usr/share/zoneinfo (TZif,
// RFC 8536) -> how far a zone's clocks are from UTC at a time.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <array>
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
