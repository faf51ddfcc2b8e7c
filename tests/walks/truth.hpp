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

namespace mooring::walks {

// What the first run saw: the only memory that Mooring can have.
struct Known {
    std::map<int, Stack> stacks;       // by id
    std::map<int, std::string> places; // id -> name
    std::set<int> tagged;              // of the places
    bool files = false;                // its digests of files have a key, so that a file may be skipped
};

// Who sees what: portainer-api.md §3.1 and §3.7.
bool lists(const State& state, const Stack& stack);
bool enters(const State& state, const Place& place);

// Of the first run, before anything may void it; of the other server.
Known seen_by_first_run(const World& world, bool branch = false);

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

// Whether some stack that `declared` means stands on this server, under whatever name and in whatever place.
bool stands(const World& world, const Declared& declared, const State& state);

} // namespace mooring::walks
