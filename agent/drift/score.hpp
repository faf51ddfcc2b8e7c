// After the verdicts: ignore rules, waivers, undeclared stacks, the score and the exit code (design §3.1, §4). Pure.
#pragma once

#include "drift/situation.hpp"

#include <set>
#include <string>
#include <vector>

namespace mooring::drift {

// Takes changes away that an ignore rule of the manifest matches, counts them in result.ignored, and gives them back.
std::vector<Change> apply_ignore(StackResult& result, const std::vector<IgnoreRule>& rules);

// Marks the changes of a result (and a missing or extra itself) that a waiver in force at `now` accepts. A drifted
// result whose every change is waived becomes in_sync with `waived`; missing and extra keep their verdict and get
// `waived`. What was not read is never waived.
void apply_waivers(StackResult& result, const std::vector<Waiver>& waivers, UnixSeconds now);

// Expired, not yet begun and unused waivers as diagnostics.
Diagnostics waiver_diagnostics(const std::vector<StackResult>& results, const std::vector<Waiver>& waivers,
                               UnixSeconds now);

// The waivers that apply_waivers() found in use, by name, with what a report says of them.
std::vector<AcceptedWaiver> accepted_waivers(const std::vector<StackResult>& results,
                                             const std::vector<Waiver>& waivers);

// One `extra` result for each record in a scope that no row (before --only) means. Nothing when the desired state is
// incomplete, a selector was narrowed, or the list could not be read. `claimed` are the ids that rows matched, moved
// and ambiguous ones included.
std::vector<StackResult> find_extra(const Desired& desired, const std::vector<Row>& rows, const ServerFacts& server,
                                    const std::set<StackId>& claimed, const JudgeOptions& options, bool narrowed);

// Environments that a Scope names and that cannot be found: their stacks can never be called extra, which must not go
// unsaid.
Diagnostics scope_diagnostics(const Desired& desired, const ServerFacts& server);

// Score and coverage (design §3.1).
Summary summarise(const std::vector<StackResult>& results);

// The exit code of a run: bits 2 and 3 (4 for both) over the verdicts in `fail_on`, preceded by 77, 70, 69, 130 of
// servers and interruption (design §3.1: "Where several apply: 64, 65, 70, 77, 69, 1, 130, then the bits").
// `invalid_input`: some manifest was wrong (65).
int exit_code(const Report& report, const std::set<Verdict>& fail_on, bool invalid_input);

// Whether a result sets the drift or the blind bit.
bool sets_drift_bit(const StackResult& result);
bool sets_blind_bit(const StackResult& result);

} // namespace mooring::drift
