// The values that are judged, under this folder's names: what was learned (agent/match) and how it compares
// (agent/compare).
#pragma once

#include "compare/compare.hpp"
#include "compare/parts.hpp"
#include "match/facts.hpp"
#include "match/match.hpp"
#include "runtime/cluster.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mooring::drift {

using compare::Comparison;
using compare::KnownSecrets;
using match::ContentFacts;
using match::Declared;
using match::JudgeOptions;
using match::MakeDigest;
using match::NameProbe;
using match::Question;
using match::Reach;
using match::ResolvedEnvironment;
using match::Row;
using match::RuntimeFacts;
using match::ServerFacts;
using match::StackFacts;

// What is known about one row, put in the terms of the decision table (design §3.2): who is meant, where it stands,
// what was answered. Pure; the table reads this and nothing else.

// How the record that is judged was found.
enum class Presence {
    listed, // in the list of this round
    moved,  // by its remembered id, listed or by id, under another name or environment
    by_id,  // Kubernetes, which lists hide: its remembered id, or that of a label, answers 200, "as if listed"
    absent, // there is none
};

// Everything it refers to outlives it.
struct Situation {
    const Row& row;
    const DesiredStack& stack;
    const ServerFacts& server;
    const StackFacts& facts;
    const JudgeOptions& options;

    bool second_list_failed = false; // round 2, and the second list was not answered
    bool complete = false;           // the list is complete; in round 2: both lists are
    bool was_listed = false;         // round 2, and the first list had the stack: absent now, it was so once
    ResolvedEnvironment environment; // that the row means
    match::Match found;
    const Answer<StackRecord>* answer_by_id = nullptr; // of match.remembered; never nullptr after look()
    bool older_unasked = false; // the remembered id is gone, and older memories of the place were not asked
    std::optional<match::Recollection> recollection; // of a record that answered 200 by its remembered id

    Presence presence = Presence::absent;
    const StackRecord* record = nullptr; // exactly when not absent
    ResolvedEnvironment place;           // the record's environment
    bool deploying = false;              // Status 3, and not stuck
    bool wants_runtime = false;          // what runs is to be compared
    const Reply* runtime = nullptr;      // of the list that shows what runs, the first that is not ok; Docker alone
    std::optional<runtime::ClusterStack> cluster;   // what of a Kubernetes record's cluster is wanted
    std::optional<runtime::ClusterStack> labels;    // an absent Kubernetes stack that labels of its objects may find
    const ContentFacts* content = nullptr;          // of a file that was read or skipped
    const compose::ProjectFacts* project = nullptr; // what the server's file would run

    Comparison of_record; // see compare_parts(); empty before
    Comparison of_runtime;
    bool runtime_compared = false;

    // The id that is asked for when no list has the record: the manifest's own, else the remembered one; nullopt
    // without either.
    std::optional<StackId> known_id() const;
    // The reply by that id, when it was asked and still decides something; nullptr otherwise.
    const Reply* by_id() const;
    bool absent() const { return presence == Presence::absent; }
    // A listed record, or one that the design takes as one.
    bool present() const { return !absent(); }
    bool kubernetes() const;
    // The environment that a request about the stack would go to: the record's, else the declared one.
    const ResolvedEnvironment& where() const { return present() ? place : environment; }
};

// Everything but the comparisons, which is enough to know what must still be asked.
Situation look(const Row& row, const ServerFacts& server, const StackFacts& facts, const JudgeOptions& options);

// Adds the comparisons, as far as record, file and runtime were read.
void compare_parts(Situation& situation);

// Whether the environment can be asked about what it holds.
inline bool is_open(const ResolvedEnvironment& environment) {
    return environment.reach == Reach::listed || environment.reach == Reach::readable;
}

// A reply that says nothing about what was asked for: no answer, or none that belongs to this request.
bool says_nothing(const Reply& reply);

// A refusal whose message the table of causes does not know, and one that it knows.
bool refused_unknown(const Reply& reply);
bool refused_known(const Reply& reply);

// The decision table of design §3.2 as data: the first row that fits a situation gives the verdict.
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
