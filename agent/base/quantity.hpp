// Durations and sizes as people write them: in manifests, the configuration, compose files and Portainer's records.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mooring {

// Go's time.ParseDuration: "5m", "1h30m", "1.5s", "-2ms", "0"; units ns us ms s m h, no days. nullopt: not one, or more
// than 292 years.
std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

// The same with the units that compose files have besides: d is 24 hours, w is 7 days.
std::optional<std::chrono::nanoseconds> parse_compose_duration(std::string_view text);

// The shortest form of Go's syntax: "1h30m", "2s", "0s".
std::string format_go_duration(std::chrono::nanoseconds duration);

// Docker's sizes (go-units RAMInBytes): b k m g t p, each also as kb and kib, any case, factor 1024, fractions, at most
// one blank before the unit; no unit means bytes. nullopt: not one, negative, or too large.
std::optional<std::int64_t> parse_byte_size(std::string_view text);

} // namespace mooring
