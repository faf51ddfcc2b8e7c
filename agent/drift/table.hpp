// The decision table of design §3.2 as data: the first row that fits a situation gives the verdict.
#pragma once

#include "drift/situation.hpp"

#include <span>
#include <string_view>

namespace mooring::drift {

struct Rule {
    std::string_view name; // kebab-case; StackResult::rule
    bool (*fits)(const Situation&, const StackResult& draft);
    void (*conclude)(const Situation&, StackResult& draft); // fills verdict, cause, proof, exists, message, remedy
};

// In the order in which they are tried. The last one fits everything.
std::span<const Rule> rules();

// Finds the rule for a draft (begin_result) and lets it conclude. What was not read is listed then.
void decide(const Situation& situation, StackResult& draft);

// A result without a verdict: who it is about, the changes that were seen (ignore rules applied: what they took away
// goes to `ignored`), evidence and probes.
StackResult begin_result(const Situation& situation, std::vector<Change>& ignored);

// What of the stack was not read, into draft.unread.
void list_unread(const Situation& situation, StackResult& draft);

// Who and where, without what was read: for rows that nothing was read about.
StackResult name_result(const Row& row, const ServerFacts& server, const ResolvedEnvironment& environment);

} // namespace mooring::drift
