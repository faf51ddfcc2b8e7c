// What a report says of places, values, requests and its exit code. Pure.
#pragma once

#include "model/verdict.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

// "manifests/shop.yaml:3", with the column where `column` is asked for; "" without a file.
std::string place(const SourceLocation& where, bool column = false);

// Where a finding is shown that has no place of its own, for forms in which each must have one: the report's first file
// (a diagnostic's, else a stack's), else `mooring.yaml`.
SourceLocation place_of_report(const Report& report);

// A value on one line: as it is, or quoted with escapes where blanks, line breaks or emptiness would mislead;
// "(absent)" for nullopt.
std::string shown(const std::optional<std::string>& value);

// "nginx:1.27 -> nginx:1.25", always desired -> actual. A secret says that it differs, on which side it is missing at
// most, and nothing computed from it (design §2, rule 7).
std::string difference(const Change& change);

// "content services.web.image: nginx:1.27 -> nginx:1.25".
std::string change_line(const Change& change);
// The same with "(desired -> actual)" behind it, for forms in which a change stands alone.
std::string lone_change_line(const Change& change);

// "unknown key `enviroment`; did you mean `environment`?": message and suggestion of a diagnostic, without its place.
std::string remark(const Diagnostic& diagnostic);

// "GET /api/stacks/12 -> 403 "Access denied to resource"".
std::string request_line(const Evidence& evidence);

// "Tried: container, network and volume names (404)."; "" without probes.
std::string tried(const std::vector<Evidence>& probes);

// What the exit code of this report means, in one clause: "drift, and not everything could be seen".
std::string explain_exit(const Report& report);

} // namespace mooring::report
