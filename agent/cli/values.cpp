#include "cli/values.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::cli {

std::optional<std::string> one_of(std::string_view flag, std::string_view value, std::span<const std::string> allowed) {
    if (std::ranges::find(allowed, value) != allowed.end()) return std::nullopt;
    return fmt::format("unknown value `{}` for {}; {}", printable(value, 100), flag, suggest(value, allowed));
}

std::optional<std::string> one_of(std::string_view flag, std::string_view value,
                                  std::initializer_list<std::string> allowed) {
    return one_of(flag, value, std::span(allowed.begin(), allowed.size()));
}

} // namespace mooring::cli
