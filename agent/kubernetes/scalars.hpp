// Single values that are the same though they are spelt otherwise, as the API server reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mooring::kubernetes {

// A quantity (`500m`, `1Gi`, `1e3`, `0.5`) by value: digits and a power of ten, "5e-1". Below a nano it is rounded up,
// as the server does. nullopt: not one.
std::optional<std::string> quantity_value(std::string_view text);

// An RFC 3339 time by value: nanoseconds since 1970. nullopt: not one.
std::optional<std::string> time_value(std::string_view text);

// Line breaks and blanks do not count. nullopt: not base64.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

} // namespace mooring::kubernetes
