// The report as SARIF 2.1.0, for code scanning and editors.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

// One result a change (rule `drifted/PLANE`) and one a stack that has another verdict than in_sync or drifted (rule:
// the verdict). Drift is of level error, what could not be read or compared of level warning and ends with its remedy;
// waived and suspended ones carry a suppression. Errors and warnings of manifests are results of the rule `manifest`.
// Exit code, errors of servers and all remarks stand in `invocations`, the summary in the run's properties. Every
// result has a physical location, without which code scanning refuses the whole log: place_of_report() where it has no
// file.
std::string to_sarif(const Report& report);

// The same of manifests alone (`mooring validate`). `version` is Mooring's.
std::string to_sarif(const Diagnostics& diagnostics, std::string_view version);

// What stays the same from run to run for the same finding: a digest of server, environment, stack, plane and path,
// never of a value. Plane and path are "" for a finding about the stack itself.
std::string fingerprint(const StackResult& stack, std::string_view plane, std::string_view path);
// Of file, code and words of a remark: its line may move.
std::string fingerprint(const Diagnostic& diagnostic);

// A file's name as a URI reference: percent-encoded, relative as it is, absolute with the scheme `file`.
std::string file_uri(std::string_view file);

} // namespace mooring::report
