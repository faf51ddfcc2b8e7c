// Who is who: which environment a manifest means, which record a desired stack is, what of the memory may be believed
// (design §3.2, first half). Pure.
#pragma once

#include "drift/facts.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::drift {

// The memory of a server, freed of what may not be believed: another InstanceID or a contradicted creation date voids
// all of it, a record whose name and environment both differ is voided alone. Appends a diagnostic for each voiding,
// and sets facts.memory and facts.has_memory.
void believe_memory(ServerFacts& facts, const ServerMemory& remembered);

// One row for every environment that a stack of this server stands for. Selectors expand over visible and remembered
// environments; one narrowed by permission (or whose tags or groups could not be read) adds its own selector row. Sets
// `narrowed` when it did.
std::vector<Row> expand(const std::vector<DesiredStack>& stacks, const ServerFacts& facts, bool& narrowed);

// The environments that must be asked by id, once: declared, remembered or named by a record, but not in the list of
// environments (design §3.3).
std::set<EnvironmentId> environments_to_ask(const std::vector<DesiredStack>& stacks, const ServerFacts& facts);

// The environments whose containers (or services and tasks) some row with a listed record, or with an absence to
// explain, needs.
struct RuntimeNeeds {
    std::set<EnvironmentId> containers;
    std::set<EnvironmentId> services;
};
RuntimeNeeds runtime_needs(const std::vector<Row>& rows, const ServerFacts& facts);

// How an environment stands with this token.
enum class Standing { listed, readable, denied, gone, unavailable, not_asked };

// The environment that a row means.
struct ResolvedEnvironment {
    std::optional<EnvironmentId> id; // nullopt: the name could not be resolved
    std::string name;                // the best name known
    Standing standing = Standing::not_asked;
    const Environment* about = nullptr; // when listed or readable
    Reply reply;                        // of the request by id, if one was made
    std::string error; // "no environment `prodution`; did you mean `production`?", "renamed to ...": verdict error
};
ResolvedEnvironment resolve_environment(const Row& row, const ServerFacts& facts);

// The record that a row means, in the list of the given round.
struct Match {
    const StackRecord* record = nullptr;       // exactly one
    std::vector<const StackRecord*> ambiguous; // two or more that match equally
    const RememberedStack* remembered =
        nullptr; // what memory holds for (environment, name), the newest; also set beside a record
};
Match match(const Row& row, const ResolvedEnvironment& environment, const ServerFacts& facts, int round);

} // namespace mooring::drift
