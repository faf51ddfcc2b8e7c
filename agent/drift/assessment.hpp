// What a run knows of one row when it has judged it: report, page, ledger, snapshot and plan are its readers.
#pragma once

#include "drift/facts.hpp"

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
    bool content_read = false;     // the server's file was read, or was known to be unchanged
    bool runtime_read = false;     // what runs was compared, and nothing of it was hidden
    std::vector<std::string> jobs; // services of the desired file, or the server's, that are meant to end
    compose::Deploying deploying;  // what replacing the server's file would do beside
    std::string content_digest;    // keyed, of the server's file; "" without a key or when not read
    std::string desired_digest;    // likewise of the desired file it was compared with
};

} // namespace mooring::drift
