// The summary of a step of GitHub Actions.
#pragma once

#include "base/error.hpp"
#include "cli/output.hpp"
#include "manifest/variables.hpp"
#include "model/verdict.hpp"

#include <string>
#include <vector>

namespace mooring::cli {

// The file that the runner shows as the step's summary: GITHUB_STEP_SUMMARY, when one of `outputs` is for GitHub and
// the variable is set; "" otherwise.
std::string step_summary_file(const std::vector<Output>& outputs, const Variables& variables);

// Appends the report as Markdown to `file`: other commands of the step may have written to it.
Result<void> append_step_summary(const std::string& file, const Report& report);

} // namespace mooring::cli
