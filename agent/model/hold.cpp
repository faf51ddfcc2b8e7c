#include "model/hold.hpp"

#include <algorithm>

namespace mooring {
namespace {

constexpr int minutes_of_day = 1440;

struct WallClock {
    std::int64_t day; // since 1970-01-01, a Thursday
    int minute;
};

WallClock wall_clock(const TimeZone& zone, UnixSeconds at) {
    using namespace std::chrono;
    const seconds local(at + zone.offset_at(at));
    const auto day = floor<days>(local);
    return {.day = day.count(), .minute = static_cast<int>(floor<minutes>(local - day).count())};
}

bool begins_on(const Window& window, std::int64_t day) {
    const std::int64_t of_week = ((day + 3) % 7 + 7) % 7; // Monday is 0
    return window.days.empty() || window.days.contains(static_cast<WeekDay>(of_week));
}

bool is_open(const Window& window, const TimeZone& zone, UnixSeconds at) {
    const auto [day, minute] = wall_clock(zone, at);
    const bool over_midnight = window.until <= window.from;
    const int until = window.until + (over_midnight ? minutes_of_day : 0);
    const bool began_today = minute >= window.from && minute < until && begins_on(window, day);
    return began_today || (over_midnight && minute + minutes_of_day < until && begins_on(window, day - 1));
}

std::optional<UnixSeconds> next_opening(const Window& window, const TimeZone& zone, UnixSeconds now) {
    const std::int64_t today = wall_clock(zone, now).day;
    for (std::int64_t day = today; day <= today + 8; ++day) {
        const UnixSeconds local = day * 86'400 + std::int64_t{window.from} * 60;
        const UnixSeconds at = local - zone.offset_at(local - zone.offset_at(now));
        if (at > now && is_open(window, zone, at)) return at;
    }
    return std::nullopt;
}

} // namespace

std::optional<Hold> hold_of(const Policy& policy, const TimeZones& zones, UnixSeconds now) {
    for (const Freeze& freeze : policy.freezes) {
        if (now >= freeze.from && now < freeze.until) return Hold{"frozen: " + freeze.reason, freeze.until};
    }
    if (policy.windows.empty()) return std::nullopt;
    Hold hold{.why = "outside its windows", .until = std::nullopt};
    for (const Window& window : policy.windows) {
        const auto zone = zones.find(window.time_zone);
        if (zone == zones.end()) {
            hold.why = "the time zone " + window.time_zone + " is not known here";
            continue;
        }
        if (is_open(window, zone->second, now)) return std::nullopt;
        const auto next = next_opening(window, zone->second, now);
        if (next && (!hold.until || *next < *hold.until)) hold.until = next;
    }
    if (hold.until) hold.why = "outside its windows";
    return hold;
}

std::set<std::string> time_zones_of(std::span<const DesiredStack> stacks) {
    std::set<std::string> names;
    for (const DesiredStack& stack : stacks) {
        for (const Window& window : stack.policy.windows) names.insert(window.time_zone);
    }
    return names;
}

} // namespace mooring
