// The report as JUnit XML, for GitLab, Jenkins and whatever else shows test results.
#pragma once

#include "model/verdict.hpp"

#include <string>

namespace mooring::report {

// One suite a server with one test case a stack (classname SERVER.ENVIRONMENT): drifted, missing and extra are
// failures; what could not be read or compared is an error; waived and suspended are skipped with their reason. The
// `type` of each is the verdict's word. Before them stands the suite `run`: its properties are the exit code and the
// counts; its cases are the run itself and each server, so that a run that judged nothing is never an empty pass.
// Elements and attributes are those that the schema of Jenkins' xUnit plugin (junit-10.xsd) and GitLab have in common.
std::string to_junit(const Report& report);

// Manifests alone (`mooring validate`): a case a remark, errors as failures and the others skipped; one that passes
// where there is no error, so that valid manifests are never an empty report.
std::string to_junit(const Diagnostics& diagnostics, UnixSeconds now);

} // namespace mooring::report
