// Values of options, checked in one way and with one wording.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mooring::cli {

// What is wrong when `value` is none of `allowed`: "unknown value `jsn` for --format; did you mean `json`?"; nullopt if
// nothing is.
std::optional<std::string> one_of(std::string_view flag, std::string_view value, std::span<const std::string> allowed);
std::optional<std::string> one_of(std::string_view flag, std::string_view value,
                                  std::initializer_list<std::string> allowed);

} // namespace mooring::cli
