// Plain dates, which Docker's loader reads as points in time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mooring::yaml {

// The text Go prints for a plain `2024-01-31`, `2024-1-31T10:00:00Z` or `2024-01-31 10:00:00.5`: "2024-01-31 10:00:00.5
// +0000 UTC" (or "+0200 +0200"); nullopt if `text` is no such date.
std::optional<std::string> timestamp_text(std::string_view text);

} // namespace mooring::yaml
