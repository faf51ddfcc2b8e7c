// Who is who: which environment a manifest means, which record a desired stack is, what of the memory may be believed
// (design §3.2, first half). Pure.
#pragma once

#include "match/facts.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace mooring::match {

// The memory of a server, freed of what may not be believed: another InstanceID or a contradicted creation date voids
// all of it, a record whose name and environment both differ is voided alone; so is everything when the server gave no
// InstanceID. Appends a diagnostic for each voiding, and sets facts.memory and facts.has_memory.
void believe_memory(ServerFacts& facts, const ServerMemory& remembered);

// A record that was read by its remembered id with another creation date than the remembered one; nullptr if there is
// none. Like a listed one it voids all of the memory (disbelieve), and what was judged with it is judged anew.
const StackRecord* contradicting_record(const StackFacts& facts, const ServerMemory& memory);

// Voids all of the memory, with a diagnostic about this record.
void disbelieve(ServerFacts& facts, const StackRecord& record);

// The names that the memory has, for the rows of a server that answered nothing: nothing is judged by them. A memory of
// another database has none.
void name_by_memory(ServerFacts& facts, const ServerMemory& remembered);

// One row for every environment that a stack of this server stands for. Selectors expand over visible and remembered
// environments; one narrowed by permission (or whose tags or groups could not be read) adds its own selector row, and
// sets `narrowed`; if `narrowed` is set before, each adds it. One that reaches nothing at all becomes its selector row
// too, so that it does not vanish.
std::vector<Row> expand(std::span<const DesiredStack> stacks, const ServerFacts& facts, bool& narrowed);

// The environments that must be asked by id, once: declared, remembered or named by a record, but not in the list of
// environments (design §3.3).
std::set<EnvironmentId> environments_to_ask(std::span<const DesiredStack> stacks, const ServerFacts& facts);

// Whether the manifest's `suspended` is in force: until its `until` has passed, nothing is asked about the stack.
bool is_suspended(const DesiredStack& stack, UnixSeconds now);

// A diagnostic for each suspension that has expired and still stands in its manifest.
Diagnostics suspension_diagnostics(std::span<const DesiredStack> stacks, UnixSeconds now);

// The environments whose containers (or services and tasks) some row with a listed record, or with an absence to
// explain, needs.
struct RuntimeNeeds {
    std::set<EnvironmentId> containers;
    std::set<EnvironmentId> services;
    std::map<EnvironmentId, std::set<std::string>> projects; // of records among them, as compose spells them
};
RuntimeNeeds runtime_needs(const std::vector<Row>& rows, const ServerFacts& facts);

// How an environment stands with this token.
enum class Reach { listed, readable, denied, gone, unavailable, not_asked };

// The environment that a row means.
struct ResolvedEnvironment {
    std::optional<EnvironmentId> id; // nullopt: the name could not be resolved
    std::string name;                // the best name known
    Reach reach = Reach::not_asked;
    const Environment* about = nullptr; // when listed or readable
    Reply reply;                        // of the request by id, if one was made
    std::string error; // "no environment `prodution`; did you mean `production`?", "renamed to ...": verdict error
};
ResolvedEnvironment resolve_environment(const Row& row, const ServerFacts& facts);

// The same for an environment known by its id, such as that of a record.
ResolvedEnvironment resolve_environment(EnvironmentId id, const ServerFacts& facts);

// The record that a row means, in the list of the given round.
struct Match {
    const StackRecord* record = nullptr;       // exactly one
    std::vector<const StackRecord*> ambiguous; // two or more that match equally
    // What memory holds for (environment, name), the newest; also set beside a record.
    const RememberedStack* remembered = nullptr;
    std::vector<const RememberedStack*> older; // the place's other memories that are not listed, newest first
    bool older_dropped = false;                // the place had ids that the memory does not hold any more
    // No record matches, but the remembered id is listed, with its creation date, under another name or environment.
    const StackRecord* moved = nullptr;
    // The record that the name means, if another manifest is tied to it by its id: it is that one's, and no match here.
    const StackRecord* tied_elsewhere = nullptr;
};
Match match_record(const Row& row, const ResolvedEnvironment& environment, const ServerFacts& facts, int round);

// Whether a record read by its remembered id is what was remembered (design §3.2 "Memory").
enum class Recollection {
    same,         // creation date, name and environment as remembered
    moved,        // the creation date as remembered, the name or the environment another
    contradicted, // another creation date, or both name and environment differ: judged as without memory
};
Recollection recollect(const RememberedStack& remembered, const StackRecord& record);

// Whether two spellings of a stack's name are one: exactly for Kubernetes, else when normalised.
bool same_stack_name(std::string_view left, std::string_view right, bool exact);

// Kubernetes records without a name in the row's environment and namespace, of the list of this round, by id; those
// that a manifest is tied to are left out. The example in Portainer's own documentation is one.
std::vector<const StackRecord*> nameless_records(const DesiredStack& stack, EnvironmentId environment,
                                                 const ServerFacts& facts, int round);

// Every record that some row means in either list, moved and ambiguous ones included: never extra (design §4 "Scope").
std::set<StackId> claimed_ids(const std::vector<Row>& rows, const ServerFacts& facts);

} // namespace mooring::match
