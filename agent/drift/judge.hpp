// What a run knows of one row when it has judged it: report, page, ledger, snapshot and plan are its readers.
#pragma once

#include "drift/situation.hpp"

#include <memory>
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

} // namespace mooring::drift
