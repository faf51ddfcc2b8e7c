// What a run leaves for the next one (design §3.2 "Memory", §3.3 last point). Pure; agent/ledger keeps it.
#pragma once

#include "drift/facts.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace mooring::drift {

using MakeDigest =
    std::function<std::string(std::string_view)>; // keyed, hex; empty function: no key, nothing is skipped

// True when the file of this record need not be read again: every condition of design §3.3 holds. `desired_text` must
// have been found equal then.
bool may_skip_file(const StackRecord& record, const ServerFacts& server, std::string_view desired_text,
                   const MakeDigest& digest, std::chrono::seconds full_verify);

// The memory after this run: every record seen, every environment named, every file read. Records that are gone are
// forgotten after 90 days, or when another record has taken their place: until then their 404 is proof. What was not
// judged in this run (--only, interrupted) and a server that gave no list leave what was remembered. `files` holds the
// content facts by stack id, as far as they were read.
ServerMemory remember(const ServerFacts& facts, const ServerMemory& before,
                      const std::map<StackId, ContentFacts>& files, const std::vector<StackResult>& results,
                      const MakeDigest& digest);

} // namespace mooring::drift
