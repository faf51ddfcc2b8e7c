// The conclusions of the table's rows: verdict, cause, proof and the sentences that go with them. Names in them come
// from servers and manifests and are made printable here.
#pragma once

#include "drift/situation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mooring::drift {

// Names and environments (explain_names.cpp).
void say_suspended(const Situation& s, StackResult& result);
void say_selector(const Situation& s, StackResult& result);
void say_second_list_unanswered(const Situation& s, StackResult& result);
void say_wrong_environment(const Situation& s, StackResult& result);
void say_environment_hidden(const Situation& s, StackResult& result);
void say_environment_not_visible(const Situation& s, StackResult& result);
void say_ambiguous(const Situation& s, StackResult& result);
void say_tied_to_another(const Situation& s, StackResult& result);
void say_meant_twice(const Situation& s, StackResult& result);
void say_nameless(const Situation& s, StackResult& result);

// A record that could not be read, or not in full (explain_record.cpp).
void say_orphaned(const Situation& s, StackResult& result);
void say_refused(const Situation& s, StackResult& result);
void say_refused_unknown(const Situation& s, StackResult& result);
void say_runtime_refused(const Situation& s, StackResult& result);
void say_list_and_record_disagree(const Situation& s, StackResult& result);
void say_file_lost(const Situation& s, StackResult& result);
void say_git_settings_not_deployed(const Situation& s, StackResult& result);
void say_unreachable(const Situation& s, StackResult& result);
void say_swarm_left(const Situation& s, StackResult& result);
void say_git_source_unread(const Situation& s, StackResult& result);

// A record that was read (explain_compared.cpp).
void say_access_unread(const Situation& s, StackResult& result);
void say_not_comparable(const Situation& s, StackResult& result);
void say_deploying(const Situation& s, StackResult& result);
void say_rolling(const Situation& s, StackResult& result);
void say_drifted(const Situation& s, StackResult& result);
void say_in_sync(const Situation& s, StackResult& result);

// An absence (explain_absence.cpp).
void say_remembered_but_unlisted(const Situation& s, StackResult& result);
void say_absent_unreachable(const Situation& s, StackResult& result);
void say_environment_gone(const Situation& s, StackResult& result);
void say_environment_id_unknown(const Situation& s, StackResult& result);
void say_environment_gone_unproven(const Situation& s, StackResult& result);
void say_absence_seen_once(const Situation& s, StackResult& result);
void say_absent_from_complete_list(const Situation& s, StackResult& result);
void say_environment_refused(const Situation& s, StackResult& result);
void say_name_taken(const Situation& s, StackResult& result);
void say_deleted(const Situation& s, StackResult& result);
void say_deleted_with_environment(const Situation& s, StackResult& result);
void say_tied_id_gone(const Situation& s, StackResult& result);
void say_not_visible(const Situation& s, StackResult& result);

void say_undecided(const Situation& s, StackResult& result);

// The replies that speak of this row, in the order in which they were made; never nullptr.
std::vector<const Reply*> own_replies(const Situation& s);         // its file, its remembered id
std::vector<const Reply*> environment_replies(const Situation& s); // its environment by id
std::vector<const Reply*> runtime_replies(const Situation& s);     // what runs, when that is wanted
std::vector<const Reply*> probe_replies(const Situation& s);       // predictable names of an absent stack
std::vector<const Reply*> all_replies(const Situation& s);         // all of these

// A probe of a container, network or service (volumes prove nothing) with the given answer; nullptr if there is none.
const NameProbe* find_probe(const Situation& s, bool (*fits)(const Reply&));

// A listed record of the stack's name, in an environment that answers 403, for a stack whose own environment's name
// means nothing here; nullptr if there is none.
const StackRecord* record_in_denied_environment(const Situation& s);

// The record that the manifest's `stack: {id}` finds has another creation date than the manifest, or else the memory,
// has for it.
bool is_another_than_tied(const Situation& s, const StackRecord& record);

// The record, or what memory holds of it, that stands under the stack's name in another environment, which is gone: an
// administrator may associate it with one that is there (design §3.2).
struct Orphan {
    StackId id = 0;
    EnvironmentId environment = 0;
    bool listed = false; // nobody else but memory knows it otherwise
};
std::optional<Orphan> orphan_of_name(const Situation& s);

// Names such an orphan in a result about an absence, with what can be done about it.
void name_orphan(const Situation& s, StackResult& result);

// The reply of a node that is no swarm manager any more; nullptr if there is none.
const Reply* no_manager(const Situation& s);

// Whether a run before this one saw the same absence (JudgeOptions::absence_in_two_runs).
bool absence_was_seen_before(const Situation& s);

// The words that several conclusions need.
std::string user_text(const ServerFacts& server);                      // "alice", or "this token's user"
std::string environment_text(const ResolvedEnvironment& environment);  // "production", or "environment 99"
std::string environment_label(const ResolvedEnvironment& environment); // "production", or "99": behind the word itself
std::string id_text(StackId id);                                       // "(id 12)"
std::string in_ticks(std::string_view name);                           // "`web`", printable
std::string answer_text(const Reply& reply);                           // `GET /api/stacks/12 answered 403 "..."`
std::string remedy_for(const Reply& reply, const Situation& s);        // portainer::remedy with the row's names

} // namespace mooring::drift
