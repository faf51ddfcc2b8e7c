// What may be said of a declared stack, derived from the world itself and not from what Mooring asks or concludes: the
// rules of portainer-api.md §2.2 and §3 for who sees what, the verdicts' meanings of design §3.1, the proofs of §3.2.
// Pure.
#pragma once

#include "model/verdict.hpp"
#include "walks/differences.hpp"
#include "walks/world.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace mooring::walks {

// The agent of the walks: two sightings of an absence are at least and at most so many seconds apart.
inline constexpr int window = 30;
inline constexpr int most_apart = 3600;

// How often a complete list must lack a stack before it is called missing.
enum class Absences { once, twice, either };

// What the first run saw: the only memory that Mooring can have.
struct Known {
    std::map<int, Stack> stacks;       // by id
    std::map<int, std::string> places; // id -> name
    std::set<int> tagged;              // of the places
    bool files = false;                // its digests of files have a key, so that a file may be skipped
    Absences absences = Absences::once;
    std::map<int, std::int64_t> dates; // creation dates by id, also of what is no longer believed
    bool counts = false;      // an absence that it saw is recent enough, and old enough, to be the first of two
    std::vector<Stack> stood; // everything that a complete list had; nothing may take it back
    bool complete = false;    // its list was
    std::set<int> saw_jobs;   // of stacks of jobs alone: it surely saw one of them under the file of `stacks`
    std::set<int> may_have_seen_jobs;
};

// The same without anything that may be believed: what contradicts it is the dates that it had.
Known nothing_of(const Known& known);

// Who sees what: portainer-api.md §3.1 and §3.7.
bool lists(const State& state, const Stack& stack);
bool enters(const State& state, const Place& place);

// Of the first run, before anything may void it; of the other server.
Known seen_by_first_run(const World& world, bool branch = false);

// Beside what its list shows, a user's run may know Kubernetes records that a label on an object named and that their
// id confirmed (kubernetes.md §4): whether it did depends on what was declared and judged.
Known with_labelled(Known known, const State& state);
std::vector<Known> memories_of_first_run(const World& world);

// What of it still holds on a server in this state (design §3.2 "Memory").
Known believed(const Known& known, int remembered_database, const State& state);

// A Kubernetes record that no list shows may still contradict the memory, when some row asks for it by its id.
bool may_be_contradicted(const Known& known, const State& state);

// The verdicts that are right for a declared stack on a server that stands still. Several where what decides lies below
// what a walk models (whether a hidden stack is met by name or by id, say).
std::set<Verdict> right_verdicts(const Declared& declared, const State& state, const Known& known,
                                 const Planes& waived);

// What is admissible in the whole walk: the right ones of a calm world; otherwise the right ones before and after what
// happened meanwhile, with and without the memory, or any that says that something could not be known.
std::set<Verdict> admissible(const World& world, const Declared& declared);

// What is admissible in the run when all is over: the right verdicts with whatever the runs before it can have learned.
std::set<Verdict> admissible_later(const World& world, const Declared& declared);

// Whether a job of such a stack is there, in whatever state.
bool job_is_there(const Stack& stack);

// Whether some stack that `declared` means stands on this server, under whatever name and in whatever place.
bool stands(const World& world, const Declared& declared, const State& state);

} // namespace mooring::walks
