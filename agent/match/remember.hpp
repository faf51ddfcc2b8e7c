// What a run leaves for the next one (design §3.2 "Memory", §3.3 last point). Pure; agent/ledger keeps it.
#pragma once

#include "match/facts.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mooring::match {

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
