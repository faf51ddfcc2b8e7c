// Time as a parameter: one clock is made in the composition root and handed down, so that tests own it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

} // namespace mooring
