// What a run knows of one row when it has judged it: report, page, ledger, snapshot and plan are its readers.
#pragma once

#include "drift/situation.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mooring::drift {

// One row, judged. It refers to the run's desired stacks and lists, and is valid as long as the run is.
struct Assessment {
    const DesiredStack* desired = nullptr;     // nullptr: nobody declared it (`extra`)
    StackResult result;                        // verdict and rule, typed changes, how far it was seen (`unread`)
    std::shared_ptr<const StackRecord> record; // as read, whole; nullptr: there is none, or it was not seen
    std::vector<Change> ignored;               // changes that the manifest's `ignore` accepts; not in result.changes
    bool names_free = false; // of an absent one: every name that it would have on its engine was asked and answered 404
    bool content_read = false;       // the server's file was read, or was known to be unchanged
    bool runtime_read = false;       // what runs was compared, and nothing of it was hidden
    std::vector<std::string> jobs;   // services of the desired file, or the server's, that are meant to end
    std::vector<std::string> images; // that the server's file names, as written there; empty when in sync
    compose::Deploying deploying;    // what replacing the server's file would do beside
    // Kubernetes: what the server's file declares; nullptr: in sync, or not read in this run.
    std::shared_ptr<const kubernetes::File> objects;
    std::string content_digest; // keyed, of the server's file; "" without a key or when not read
    std::string desired_digest; // likewise of the desired file it was compared with
};

// desired x facts -> verdict: the decision table of design §3.2, row by row. Pure.

// One row, judged, with everything that explains the verdict. Requires next_questions() to be empty. Ignore rules are
// applied; waivers are not (score.hpp).
Assessment assess(const Row& row, const ServerFacts& server, const StackFacts& facts, const JudgeOptions& options);

// Its verdict alone.
StackResult judge(const Row& row, const ServerFacts& server, const StackFacts& facts, const JudgeOptions& options);

// What a reply ends the server's run with: 77 (credentials refused), 70 (a header was added on the way), 0 (nothing).
int ends_run(const Reply& reply);

// The first reply of one row that ends the server's run: then nothing of the server is judged; nullptr if there is
// none.
const Reply* ending_reply(const StackFacts& facts);

// The server as a whole: can anything be judged, and what does it end with? Fills name, version, identity,
// list_complete, error and exit_code (0, 69, 70, 77). When exit_code is not 0, each row is judged by
// judge_without_server.
ServerResult judge_server(const ServerFacts& server);

// Writes into `result` that the server's run ended with this reply of a stack: exit code 77 or 70, and the error.
void end_server(ServerResult& result, const Reply& reply, const ServerFacts& server);

// The first reply about the server itself that ends its run; nullptr if there is none.
const Reply* ending_reply(const ServerFacts& server);

// Every row of a server of which nothing is judged, with the reply that is to blame as evidence, so that no stack
// leaves the count (design §3.1): `denied`, cause `credentials`, when the token was refused; `unreachable` when
// something on the way added a header, or the server gave no identity, list or environments. `ending`: the reply that
// ended its run, if one did.
StackResult judge_without_server(const Row& row, const ServerFacts& server, const Reply* ending = nullptr);

// After the verdicts: ignore rules, waivers, undeclared stacks, the score and the exit code (design §3.1, §4). Pure.

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
