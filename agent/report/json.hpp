// The report as JSON: the contract of schema/report.schema.json.
#pragma once

#include "base/diagnostic.hpp"
#include "model/verdict.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mooring::report {

// The whole report, fields in the order of the contract, one stack and one diagnostic a line, absent values null. The
// values of secrets are never in it, whatever the options of the run; invalid UTF-8 is replaced by U+FFFD.
std::string to_json(const Report& report);

// One diagnostic as it stands in the report; `mooring validate` writes the same.
nlohmann::ordered_json json_of(const Diagnostic& diagnostic);

// One stack, one server and the summary as they stand in the report.
nlohmann::ordered_json json_of(const StackResult& stack);
nlohmann::ordered_json json_of(const ServerResult& server);
nlohmann::ordered_json json_of(const Summary& summary);

// A JSON value on one line, invalid UTF-8 replaced.
std::string one_line(const nlohmann::ordered_json& value);

} // namespace mooring::report
