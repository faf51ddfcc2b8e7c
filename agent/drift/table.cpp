// The decision table. Its order is that of design §3.2: first names and environments, then the table's rows from top to
// bottom, "compare" being several rows here. Each predicate assumes that no row above it fits.
#include "drift/situation.hpp"

#include "drift/observe.hpp"
#include "drift/sentences.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mooring::drift {
namespace {

using S = const Situation&;
using R = const StackResult&;

bool any(const std::vector<const Reply*>& replies, bool (*fits)(const Reply&)) {
    return std::ranges::any_of(replies, [&](const Reply* reply) { return fits(*reply); });
}

bool is_environment_gone(const Reply& reply) { return reply.outcome == Outcome::environment_gone; }
bool is_denied(const Reply& reply) { return reply.denied(); }
bool is_unread(const Reply& reply) {
    return !reply.ok() && reply.outcome != Outcome::object_absent && reply.outcome != Outcome::not_served;
}
bool is_refusal_of_the_place(const Reply& reply) {
    return refused_known(reply) && reply.cause != Cause::name_taken && reply.cause != Cause::resource_control;
}

bool id_answers(S s, Outcome outcome) { return s.by_id() != nullptr && s.by_id()->outcome == outcome; }
bool answers_as_remembered(S s) { return s.absent() && s.recollection == match::Recollection::same; }
bool environment_is(S s, Reach reach) { return s.environment.reach == reach; }

bool is_orphaned(S s, R) {
    if (s.present() && s.place.reach == Reach::gone) return true;
    if (answers_as_remembered(s) && environment_is(s, Reach::gone)) return true;
    return any(own_replies(s), is_environment_gone) || any(runtime_replies(s), is_environment_gone);
}

bool could_not_be_asked(S s) {
    if (s.complete) return false;
    const bool unasked_id = s.older_unasked || (s.known_id() && s.by_id() == nullptr);
    return environment_is(s, Reach::unavailable) || environment_is(s, Reach::not_asked) || unasked_id ||
           any(own_replies(s), says_nothing) || any(probe_replies(s), says_nothing);
}

// The complete list does not have it, and its environment is one that there was.
bool is_gone_and_known(S s) {
    return s.complete && (s.found.remembered != nullptr || s.server.memory.environments.contains(*s.environment.id));
}

// What was seen there is deleted, all of it, as far as a filtered list tells. could_not_be_asked() comes before: every
// remembered id was asked.
bool is_deleted(S s) { return !s.complete && !s.found.older_dropped && id_answers(s, Outcome::stack_gone); }

// Seen absent as often as a proof needs: in two lists of this run, or, where the options say so, in two runs.
bool is_seen_twice(S s) {
    return !s.was_listed && (s.options.absence_in_two_runs ? absence_was_seen_before(s) : s.facts.round == 2);
}

// The record of the declared id is another one: an id given anew, or a backup of another time.
bool is_tied_to_another(S s, R) { return s.present() && s.stack.tie && is_another_than_tied(s, *s.record); }

// By its id, which is looked up before all access checks, for every role.
bool is_gone_by_tie(S s, R) {
    if (!s.stack.tie || !s.absent()) return false;
    const bool of_another = s.found.remembered != nullptr && s.found.remembered->id != s.stack.tie->id;
    return !of_another && s.facts.by_id.reply.outcome == Outcome::stack_gone;
}

bool is_runtime_not_comparable(S s) {
    return s.wants_runtime && (!s.runtime_compared || !s.of_runtime.errors.empty() || !s.of_runtime.unread.empty());
}

bool has_unread(S s, std::string_view part) {
    return std::ranges::find(s.of_record.unread, part) != s.of_record.unread.end();
}

bool is_read(S s) { return s.present() && s.content != nullptr && (s.runtime_compared || !s.stack.runtime); }

// clang-format off
constexpr std::array table{
    // §3.1: until `until` has passed nothing is asked.
    Rule{"suspended", [](S s, R) { return match::is_suspended(s.stack, s.server.now); }, say_suspended},
    // §4 "Selectors": "plus one not_visible row for the selector itself".
    Rule{"selector", [](S s, R) { return s.row.selector; }, say_selector},
    // The third row of the table, for those who need the second list.
    Rule{"second-list-unanswered", [](S s, R) { return s.second_list_failed; }, say_second_list_unanswered},

    // "A remembered id whose environment now has another name: error 'renamed to ...'."
    Rule{"environment-renamed", [](S s, R) { return !s.environment.error.empty() && s.environment.id.has_value(); }, say_wrong_environment},
    // "without either: with a complete list error ('no environment `prodution`; did you mean ...')"
    Rule{"environment-name-unknown", [](S s, R) { return !s.environment.error.empty(); }, say_wrong_environment},
    // "otherwise, if a listed record of the stack's name lies in an environment that answers 403, denied ..., naming that record"
    Rule{"environment-name-hidden", [](S s, R) { return !s.environment.id && record_in_denied_environment(s) != nullptr; }, say_environment_hidden},
    // "otherwise not_visible"
    Rule{"environment-name-not-visible", [](S s, R) { return !s.environment.id; }, say_environment_not_visible},
    // §3.1: "two records that match equally ('ambiguous: ids 12, 31')"
    Rule{"ambiguous", [](S s, R) { return !s.found.ambiguous.empty(); }, say_ambiguous},

    // "tied by `stack: {id}`, by id JSON 404 bucket stacks (before all access checks, for every role)"
    Rule{"tied-id-gone", is_gone_by_tie, say_tied_id_gone},
    // "...; another creation date than the tie or memory has: error"
    Rule{"tied-to-another", is_tied_to_another, say_tied_to_another},
    // §4: "two manifests for one record"; which of them is wrong is for people to say.
    Rule{"meant-twice", [](S s, R) { return s.found.tied_elsewhere != nullptr; }, say_meant_twice},

    // "record listed, or by id 200, and its environment answers JSON 404 (bucket endpoints); or file or by id JSON 404 bucket endpoints"
    Rule{"orphaned", is_orphaned, say_orphaned},
    // "listed and its file 403, or remembered and by id 403, with a message of the table of causes"
    Rule{"refused", [](S s, R) { return any(own_replies(s), refused_known); }, say_refused},
    // "file, by id, environment or runtime 403 with an unknown JSON message"
    Rule{"refused-unknown", [](S s, R) { return any(all_replies(s), refused_unknown); }, say_refused_unknown},
    // "listed, file 404 bucket stacks: list once more, judge anew; still both: error"
    Rule{"list-and-record-disagree", [](S s, R) { return s.present() && s.facts.file.reply.outcome == Outcome::stack_gone; }, say_list_and_record_disagree},
    // "listed, file 500 'Unable to retrieve Compose file from disk'"
    Rule{"file-lost", [](S s, R) { return s.present() && s.facts.file.reply.outcome == Outcome::file_lost; }, say_file_lost},
    // "listed, file 409: error, content unread, with the change `git: settings not deployed` (both bits)"
    Rule{"git-settings-not-deployed", [](S s, R) { return s.present() && s.facts.file.reply.outcome == Outcome::settings_not_deployed; }, say_git_settings_not_deployed},
    // "swarm stack, the service list answers 503 'This node is not a swarm manager'"; a service that is asked for by name says it, too
    Rule{"swarm-left", [](S s, R) { return (s.absent() && !s.complete ? s.environment.reach != Reach::gone : s.content != nullptr) && no_manager(s) != nullptr; }, say_swarm_left},
    // "listed, file or runtime list: other 5xx, timeout, or not the API's answer"; its environment too, which may be gone
    Rule{"unreachable", [](S s, R) { return s.present() && (s.content == nullptr || s.place.reach == Reach::unavailable || any(runtime_replies(s), [](const Reply& reply) { return is_unread(reply) && !reply.denied(); })); }, say_unreachable},
    // "listed, runtime list or one of its containers 403: denied, that cause, exists: true, unread: [runtime]"
    Rule{"runtime-refused", [](S s, R) { return s.present() && any(runtime_replies(s), is_denied); }, say_runtime_refused},

    // "listed, record, file and (unless `runtime: false`) runtime read: compare"
    // §4: "declared settings are then `unread: [git]`, verdict denied, cause git_source, exists: true, and what else was seen is shown"
    Rule{"git-source-unread", [](S s, R) { return s.present() && has_unread(s, "git"); }, say_git_source_unread},
    // §4: "If a name cannot be resolved with this token the field is unread and the verdict denied, cause role, exists: true"
    Rule{"access-unread", [](S s, R) { return s.present() && !s.of_record.unread.empty(); }, say_access_unread},
    // §3.1 `error`: "a secret source that cannot be read; an unknown Status number"
    Rule{"record-not-comparable", [](S s, R) { return s.present() && !s.of_record.errors.empty(); }, say_not_comparable},
    // §3.1 `error`: "content that does not parse"
    Rule{"content-not-comparable", [](S s, R) { return s.present() && s.content->problem.has_value(); }, say_not_comparable},
    // §3.3: "Status 3: pending"
    Rule{"deploying", [](S s, R) { return s.present() && s.deploying; }, say_deploying},
    // §2.11: what could not be read takes the verdict away
    Rule{"runtime-not-comparable", [](S s, R) { return s.present() && is_runtime_not_comparable(s); }, say_not_comparable},
    // kubernetes.md §7.4: "`pending` while younger than progressDeadlineSeconds"; what differs besides is drift already
    Rule{"rolling", [](S s, R draft) { return is_read(s) && !s.of_runtime.rolling.empty() && draft.changes.empty(); }, say_rolling},
    // §3.1: "at least one unwaived change, and all was read" (waivers come after)
    Rule{"drifted", [](S s, R draft) { return is_read(s) && !draft.changes.empty(); }, say_drifted},
    // §3.1: "record, file and runtime read; no difference"
    Rule{"in-sync", [](S s, R) { return is_read(s); }, say_in_sync},

    // "absent, remembered id 200, creation date, name and environment as remembered: ... still absent: error"
    Rule{"remembered-but-unlisted", [](S s, R) { return answers_as_remembered(s); }, say_remembered_but_unlisted},
    // "absent; and the environment, the remembered id or a probe that was asked ended in 5xx, ..., list not complete"
    Rule{"absent-unreachable", [](S s, R) { return s.absent() && could_not_be_asked(s); }, say_absent_unreachable},
    // "absent, environment answers JSON 404; list complete and memory knows this environment"
    Rule{"environment-gone", [](S s, R) { return s.absent() && environment_is(s, Reach::gone) && is_gone_and_known(s); }, say_environment_gone},
    // "absent, environment answers JSON 404, list not complete; at least one remembered id of this stack, and every one (none was dropped), answers JSON 404 bucket stacks"
    Rule{"deleted-with-environment", [](S s, R) { return s.absent() && environment_is(s, Reach::gone) && is_deleted(s); }, say_deleted_with_environment},
    // "absent, environment answers JSON 404, list complete, environment unknown to memory"
    Rule{"environment-id-unknown", [](S s, R) { return s.absent() && environment_is(s, Reach::gone) && s.complete; }, say_environment_id_unknown},
    // "absent, environment answers JSON 404, anything else"
    Rule{"environment-gone-unproven", [](S s, R) { return s.absent() && environment_is(s, Reach::gone); }, say_environment_gone_unproven},
    // "absent, Kubernetes, and the list has a record without a name in that environment and namespace"
    Rule{"nameless-in-namespace", [](S s, R) { return s.absent() && !match::nameless_records(s.stack, *s.environment.id, s.server, s.facts.round).empty(); }, say_nameless},
    // "absent, list complete, and absent again when listed once more after 2 s (...; the agent: in two runs, pending between)"
    Rule{"absence-seen-once", [](S s, R) { return s.absent() && s.complete && !is_seen_twice(s); }, say_absence_seen_once},
    Rule{"absent-from-complete-list", [](S s, R) { return s.absent() && s.complete; }, say_absent_from_complete_list},
    // "absent, environment 403: denied, environment, exists: null"; likewise when a probe says so
    Rule{"environment-refused", [](S s, R) { return s.absent() && (environment_is(s, Reach::denied) || any(probe_replies(s), is_refusal_of_the_place)); }, say_environment_refused},
    // "absent, environment 200, a predictable container, network or service answers 403"
    Rule{"name-taken", [](S s, R) { return find_probe(s, is_denied) != nullptr; }, say_name_taken},
    // "absent, list not complete, environment 200, at least one remembered id of this place, and every one, JSON 404 bucket stacks (if older ids were dropped: next row)"
    Rule{"deleted", [](S s, R) { return s.absent() && is_open(s.environment) && is_deleted(s); }, say_deleted},
    // "absent, anything else"
    Rule{"not-visible", [](S s, R) { return s.absent(); }, say_not_visible},

    // Nothing above can be false for everything: reaching this is a bug, and it is said instead of guessed.
    Rule{"undecided", [](S, R) { return true; }, say_undecided},
};
// clang-format on

} // namespace

std::span<const Rule> rules() { return table; }

void decide(const Situation& situation, StackResult& draft) {
    const auto rule = std::ranges::find_if(table, [&](const Rule& one) { return one.fits(situation, draft); });
    rule->conclude(situation, draft);
    draft.rule = rule->name;
    if (situation.absent()) name_orphan(situation, draft);
    list_unread(situation, draft);
}

} // namespace mooring::drift
