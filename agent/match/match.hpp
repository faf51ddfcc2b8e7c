// Who is who: which environment a manifest means, which record a desired stack is, what of the memory may be believed
// (design §3.2, first half). Pure.
#pragma once

#include "match/facts.hpp"

#include <chrono>
#include <functional>
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

// What a run leaves for the next one (design §3.2 "Memory", §3.3 last point). Pure; agent/ledger keeps it.
using MakeDigest =
    std::function<std::string(std::string_view)>; // keyed, hex; empty function: no key, nothing is skipped

// True when the file of this record need not be read again: every condition of design §3.3 holds. `desired_text` must
// have been found equal then.
bool may_skip_file(const StackRecord& record, const ServerFacts& server, std::string_view desired_text,
                   const MakeDigest& digest, std::chrono::seconds full_verify);

// The jobs that an earlier run saw under this very file of the record (RememberedFile::jobs_seen); empty without memory
// or key, and once the file is another.
std::vector<std::string> jobs_seen_before(const ServerFacts& server, StackId id, const std::string& content_digest);

// The memory after this run: every record seen, every environment named, every file read. Records that are gone are
// forgotten when another record has taken their place in a complete list, or in time (forget): until then their 404 is
// proof. What was not judged in this run (--only, interrupted) and a server that gave no list leave what was
// remembered. `files` holds the content facts by stack id, as far as they were read. `absences_apart`: JudgeOptions.
ServerMemory remember(const ServerFacts& facts, const ServerMemory& before,
                      const std::map<StackId, ContentFacts>& files, const std::vector<const StackResult*>& results,
                      const MakeDigest& digest, std::chrono::seconds absences_apart = std::chrono::hours(24));

// What the rows and scopes of a run declare, as far as the memory knows it.
struct Declared {
    std::set<EnvironmentId> environments;
    std::set<StackId> stacks; // every remembered id of a declared place, and ids that manifests name
    // These are all: the manifests were read as a whole, --only left nothing out, and the run came to its end. Only
    // then is anything forgotten in time.
    bool whole = false;
};
Declared declared_by(const std::vector<Row>& rows, const std::vector<DesiredScope>& scopes, const ServerFacts& facts,
                     bool whole);

// Notes in `after` what is declared and which environments are gone, and forgets: an environment that answered 404, 30
// days after it was last seen or declared; a stack after 90 such days; of a place all but its eight youngest ids.
// `before` is the memory that was read, all of it.
void forget(const ServerFacts& facts, const Declared& declared, const ServerMemory& before, ServerMemory& after);

// A place keeps its eight youngest ids, which say so (RememberedStack::older_dropped): only they are asked.
void keep_youngest(ServerMemory& memory);

// Whether the record's times all lie at least 60 s before the server's Date, so that another write cannot hide behind
// the same second. CreationDate counts like UpdateDate, which is 0 until the first update.
bool is_settled(const StackRecord& record, UnixSeconds server_date);

// Whether an absence was seen again recently enough to be the same one.
inline bool still_counts(const RememberedAbsence& absence, UnixSeconds now, std::chrono::seconds most_apart) {
    return now >= absence.last_seen && now - absence.last_seen <= most_apart.count();
}

// How long an environment that is gone is remembered after it was last seen or declared.
inline constexpr UnixSeconds environment_kept = UnixSeconds{30} * 24 * 3600;

// Whether the environment of a remembered stack is known, and asked, by the stack alone: one that is gone for so long
// is forgotten although its stacks are not.
inline bool tells_of_environment(const RememberedStack& stack, UnixSeconds now) {
    return now - stack.seen_at <= environment_kept;
}

} // namespace mooring::match
