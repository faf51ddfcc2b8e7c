// The rules of the SARIF report: one a verdict, and one a plane of drift.
#pragma once

#include "model/verdict.hpp"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mooring::report {

// "drifted/content": the rule of a change on this plane, whatever the stack's verdict.
std::string_view rule_of(Plane plane);
// "denied": the rule of a stack as a whole. in_sync has none.
std::string_view rule_of(Verdict verdict);
// The rule of what is wrong with manifests or configuration.
inline constexpr std::string_view manifest_rule = "manifest";
// Its place in rules().
std::size_t rule_index(std::string_view rule);

// All rules as SARIF's reportingDescriptors, always the same.
nlohmann::ordered_json rules();

} // namespace mooring::report
