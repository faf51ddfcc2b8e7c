// Why a plan blocks or holds a step (the codes of agent/reconcile), for `mooring explain CODE`. The plan itself says it
// with names and numbers, and what to type.

#include "cli/commands.hpp"

#include <array>

namespace mooring::cli {
namespace {

constexpr Meaning code(std::string_view word, std::string_view text) { return {word, "code", text}; }

// In the order of the alphabet.
constexpr std::array code_meanings{
    code("access_out_of_reach", "This token cannot set the declared access; an administrator's can."),
    code("agent_not_enabled", "The configuration does not let the agent correct this server: `correct: true`."),
    code("at_work", "Somebody changed what runs a short while ago; it is left alone until the changes stop."),
    code("backoff", "It was tried several times within a day; the agent waits longer each time."),
    code("came_back", "A difference was corrected and came back each time: somebody else writes it. It is left alone "
                      "until a person has looked (`mooring resume`), or the manifest says otherwise."),
    code("changed_since_owned", "The stack's name or environment has changed since it became Mooring's."),
    code("clock_off", "The clocks of this machine and the server disagree, so that times cannot be compared."),
    code("clock_unknown", "The server's answers have no Date, so that clocks cannot be compared."),
    code("credentials_unreadable", "The repository's credentials, which creating needs, cannot be read."),
    code("daily_limit", "The stack was corrected as often within a day as it may be."),
    code("declared_elsewhere", "A manifest of another folder declared the stack last, and may still declare it."),
    code("declared_objects", "Removing the stack would delete objects that another manifest declares."),
    code("deletes_elsewhere", "Portainer would delete by the stack's file, and not where its objects are."),
    code("deployment_stuck", "A deployment has not ended; Portainer has to be restarted."),
    code("deploys_the_head", "It needs a deployment from Git, which takes whatever the branch has now. Allowed by "
                             "`allow: [redeploy-git]`."),
    code("detaches_git", "A file would take the place of the stack's Git source."),
    code("drops_services", "The file no longer has services, whose containers would stay. Allowed by "
                           "`allow: [prune-services]`, which removes them."),
    code("engine_not_known",
         "What exists on the engine was not read completely: creating might take over what is there."),
    code("environment_changed", "The environment's name means another id than before."),
    code("external_missing", "The file uses an external network or volume that does not exist."),
    code("feature_forbidden", "The file uses what the environment forbids ordinary users."),
    code("file_does_not_load", "The desired file does not load: `mooring validate` says where."),
    code("file_lost", "The server lost the stack's file, so that what would be replaced is not known. Allowed by "
                      "`allow: [replace-lost-file]`."),
    code("file_to_git", "A Git stack is declared where a file stack is: only removing and creating it changes that."),
    code("foreign_service", "A service runs in the stack that its file does not have, or its setting `Prune`, which is "
                            "sent with every deployment, would remove what the file lacks. Allowed by "
                            "`allow: [prune-services]`."),
    code("git_hidden", "The stack is from Git, and this token may not see which repository."),
    code("held_by_another", "Something of the stack belongs to another one, and deploying would take it over."),
    code("human_grace", "A person changed the stack a short while ago: it is left alone for a time after that."),
    code("images_not_known", "Which images the host lacks is not known, and one that cannot be pulled would take down "
                             "what runs."),
    code("immutable", "The cluster never changes this field of an object that is there."),
    code("irrecoverable", "No backup brings the stack back. `--irrecoverable STACK` lets it go."),
    code("key_too_new", "Portainer does not know a key of the file yet, and would refuse the whole file."),
    code("kind_not_known", "Whether the stack is a standalone, swarm or Kubernetes one is not known."),
    code("ledger_new", "The ledger is younger than an hour: an earlier run may still be creating the stack."),
    code("left", "A correction was made, and the difference is still there: it is not corrected again until a person "
                 "has looked (`mooring resume`)."),
    code("list_not_complete", "This token does not see every stack: another may share the containers."),
    code("looks_renamed", "A stack that nobody declares any more looks like this one: both would run. "
                          "`policy: {replaces: NAME}` says that it takes its place."),
    code("management_forbidden", "The environment lets only administrators manage stacks."),
    code("manifests_incomplete", "A manifest could not be read, and it may declare the stack that would be removed."),
    code("manifests_unreadable", "The manifests could not be read as a whole, so that the agent writes nothing."),
    code("manual", "The stack's policy leaves correcting to `mooring apply`: `policy: {mode: correct}`."),
    code("max_removes", "More stacks would be removed than is allowed, so that none is. `--max-removes N`."),
    code("may_be_hidden", "A stack of this name may exist that this token may not see."),
    code("name_in_use", "Another container, or a stack of the plan before it, has a name that the file wants."),
    code("needs_a_person", "Deploying again would not cure the state that the stack is in."),
    code("needs_files", "The file needs other files, which a stack made of a text does not have."),
    code("needs_stack_env", "The file reads `stack.env`, which the server writes only for a stack with variables."),
    code("no_git", "Automatic update is declared for a stack that is not from Git, or its record still names "
                   "additional files of a repository."),
    code("no_key", "The ledger's key cannot be read, so that no attempt can be told from another."),
    code("no_ledger", "There is no ledger that keeps what is written, or it cannot be written."),
    code("no_swarm", "The environment does not say which swarm it is."),
    code("not_adopted",
         "Nothing says that the stack is Mooring's to change: Mooring did not make it, and nobody adopted "
         "it (`mooring adopt NAME`, or `adopt: true` in the manifest)."),
    code("not_enabled", "The configuration does not let Mooring write to this server: `apply: true`."),
    code("not_in_place", "It can only be changed by removing the stack and creating it anew."),
    code("not_now", "A window or a freeze in the configuration does not allow it now."),
    code("not_read", "The stack's file, or what runs of it, could not be read."),
    code("not_replaced", "The stack that takes its place is not written, so that this one stays."),
    code("not_sendable", "Portainer would not take the file as it stands."),
    code("not_settled", "Automatic update starts again only for a stack that is active."),
    code("not_trusted", "Nothing says which Portainer this is meant to be: `mooring trust SERVER`."),
    code("nothing_declared", "The manifests declare no stack at all; an emptied folder removes nothing."),
    code("nothing_fits", "What differs is nothing that Mooring knows how to correct."),
    code("objects_not_known", "Which objects there are in the cluster is not known: creating might take over others'."),
    code("objects_of_repository", "Which objects the stack's repository deployed is not known for certain."),
    code("odd_name", "An update would store the stack's name otherwise, and its access control would be lost."),
    code("opaque_missing", "A variable is declared without a value, and the stack does not have it."),
    code("orphan_of_name", "A stack of this name is orphaned; an administrator can associate it or remove it."),
    code("other_instance", "Another Portainer answers than the one that is meant, or one from an older backup."),
    code("other_repository", "Another repository is declared: only removing and creating the stack changes that."),
    code("others_network", "The file would make a network its own that is another stack's by its name."),
    code("outage", "A correction took down what was running; nothing more is done until a person has looked."),
    code("place_not_known",
         "It is not known where the manifest is that declared the stack: another folder may declare it."),
    code("port_in_use", "Something else there, or a stack of the plan before it, holds a port that it publishes."),
    code("protected", "The configuration protects the stack, or Portainer or Mooring itself depends on it."),
    code("pull_renews", "An image has to be pulled, and pulling would renew others, too. `policy: {pull: missing}`."),
    code("quarantined", "A correction did not hold: the stack is left alone until a person has looked "
                        "(`mooring resume`), or the manifest says otherwise."),
    code("record_not_found_again", "A user's list shows no Kubernetes stack: what is created could not be watched."),
    code("removal",
         "The agent removes nothing without `maxRemoves`, and puts nothing in another's place: `mooring apply`."),
    code("replaces_blocked", "The stack whose place it takes must be removed first, and is not."),
    code("replaces_not_extra", "The stack that `policy.replaces` names is not one that nobody declares."),
    code("reruns_jobs", "Deploying runs the stack's jobs again. Allowed by `allow: [rerun-jobs]`."),
    code("runs_though_stopped", "Portainer calls the stack stopped, and something of it runs."),
    code("runs_unasked", "Something runs although nothing should, and no deployment would stop it."),
    code("seen_once", "What runs differs, seen once: it is corrected if it is still so a while later."),
    code("seen_too_shortly", "The stack is not called extra for long enough to be removed."),
    code("server_deletes_nothing", "This Portainer takes the record away and leaves every object in the cluster."),
    code("set_by_hand", "A field was set by hand and is in no file: deploying again leaves it."),
    code("settings_not_as_declared", "Git settings were saved and not deployed, and they are not the declared ones."),
    code("source_unknown", "`git: any` does not say from where the stack would be created."),
    code("start_refused", "The last deployment failed: the server starts the stack only by deploying it again."),
    code("still_declared", "A manifest declares the name, for environments among which this one no longer is."),
    code("strangers", "It would take down what is not in the stack's file."),
    code("swarm_content_changed", "A swarm never changes what a config or secret of a name holds: give it a new name."),
    code("takes_data", "An object would be removed, and with it the data that it holds."),
    code("tied_gone", "The stack of `stack: {id}` is gone; without it Mooring creates it anew."),
    code("too_many", "The agent would change more stacks of the server than it may, so that it changes none."),
    code("touches_data", "Stored data would be out of reach or lost. `policy: {data: [...]}` says that it is meant."),
    code("two_entries", "Two entries of the configuration are the same Portainer, or copies with one InstanceID: "
                        "nothing is written through either."),
    code("two_of_a_name", "Another stack has this name and may share the engine: its containers would go as well."),
    code("two_records", "Two records match the manifest equally; stop using both, and have one deleted."),
    code("two_writers", "Somebody else writes with Mooring's token, or another ledger does."),
    code("undoes_accepted",
         "Deploying would also undo a difference that a waiver or an ignore rule accepts. Allowed by "
         "`allow: [overwrite-accepted]`."),
    code("unknown_field", "The record has a field that this Mooring does not know, which a write could lose."),
    code("unsettled", "Nobody knows yet what came of a write to the stack: `mooring log` has it."),
    code("value_of_lines", "A variable's value has a line break, which the server's own file cannot hold."),
    code("value_unknown", "A variable's value may not be sent or is not known."),
    code("variable_required", "The file demands a variable (`${NAME:?}`), which has no value."),
    code("variable_without_value", "A variable of the file would be empty."),
    code("variables_not_whole", "The last deployment failed: which variables the server holds is not certain."),
    code("volumes_not_known", "What runs was not read: what it stores might be out of reach afterwards."),
    code("waits", "It comes after another stack, which is not done yet."),
    code("would_adopt", "Containers or objects exist already, made by something else, which deploying would take over. "
                        "Allowed by `allow: [adopt-running]`."),
    code("would_poll", "The stack is stopped, and saving its Git settings makes the server poll and start it."),
    code("would_remove_variables", "It would remove variables that the manifest does not have: `envStrict` says."),
    code("would_replace", "A stack has this name and may share the engine: creating would replace its containers."),
    code("would_start", "The stack is stopped, and deploying starts it. Allowed by `allow: [start-to-change]`."),
};

} // namespace

std::span<const Meaning> meanings_of_codes() { return code_meanings; }

// The rules of the verdicts (agent/drift's table), for `mooring explain RULE`: what a report, a page or `mooring show`
// names beside a verdict.

namespace {

constexpr Meaning rule(std::string_view word, std::string_view text) { return {word, "rule", text}; }

// In the order of the table (design §3.2).
constexpr std::array rule_meanings{
    rule("suspended", "The manifest suspends the stack, and until that date nothing is asked."),
    rule("selector", "Environments by tag or group: this token may not see all, so that some may be left out."),
    rule("second-list-unanswered", "The second list, by which an absence is proven, was not answered."),
    rule("environment-renamed", "An earlier run saw the stack in an environment that has another name now."),
    rule("environment-name-unknown",
         "No environment of the server has the declared name, and the token sees them all."),
    rule("environment-name-hidden",
         "The token does not see the declared environment, and a stack of this name is in one that refuses it."),
    rule("environment-name-not-visible", "The token does not see the declared environment; it may exist all the same."),
    rule("ambiguous", "Two records match the manifest equally; which one is meant is for a person to say."),
    rule("tied-id-gone", "The id of `stack: {id}` answers 404, as it does to everybody: that stack is gone."),
    rule("tied-to-another", "The id of `stack: {id}` is another stack's now: its creation date is another."),
    rule("meant-twice", "Two manifests mean one record; which of them is wrong is for a person to say."),
    rule("orphaned", "The record is there and its environment is gone."),
    rule("refused", "Record or file was refused, with words of the server that Mooring knows: the cause says which."),
    rule("refused-unknown", "Something about the stack was refused with words that Mooring does not know."),
    rule("list-and-record-disagree", "The list has the stack, its file says that it does not exist, and so again."),
    rule("file-lost", "Portainer has the record and lost the stack's file on its disk."),
    rule("git-settings-not-deployed",
         "The Git settings were saved and not deployed: the server gives no file until they are."),
    rule("swarm-left", "The environment is not (or no longer) a swarm manager: nothing says what runs."),
    rule("unreachable", "File, environment or what runs could not be read: no answer, or none of the API's."),
    rule("runtime-refused", "The record was read, and what runs was refused."),
    rule("git-source-unread", "Git settings are declared, and the server shows them to administrators alone."),
    rule("access-unread", "Access is declared with names of users or teams that this token cannot resolve."),
    rule("record-not-comparable", "The record was read and cannot be compared: a secret that cannot be read, say."),
    rule("content-not-comparable", "One of both files does not parse."),
    rule("deploying", "Portainer is still deploying the stack."),
    rule("runtime-not-comparable", "What runs was not read whole, so that nothing is said of it."),
    rule("rolling", "Kubernetes: a rollout goes on, and nothing else differs."),
    rule("drifted", "All was read, and something differs."),
    rule("in-sync", "All was read, and nothing differs."),
    rule("remembered-but-unlisted", "The remembered id answers as before, and the complete list lacks the stack."),
    rule("absent-unreachable", "The list lacks the stack, and what would prove it gone could not be asked."),
    rule("environment-gone", "The environment that there was is gone, and with it the stack: missing, proven."),
    rule("deleted-with-environment", "The environment is gone, and every id that an earlier run saw answers 404."),
    rule("environment-id-unknown", "The server has no environment of the declared id, and never had, as far as known."),
    rule("environment-gone-unproven", "The environment is gone; whether the stack is, this token cannot tell."),
    rule("nameless-in-namespace",
         "Kubernetes: the namespace has a record without a name, which may be this stack. Say so by `stack: {id}`."),
    rule("absence-seen-once", "The complete list lacks the stack, once so far: it is proven when it does so again."),
    rule("absent-from-complete-list", "Two complete lists lack the stack: missing, proven."),
    rule("environment-refused", "The list lacks the stack, and its environment is refused to this token."),
    rule("name-taken",
         "The list lacks the stack, and a container, network or service that it would have exists and is refused: "
         "somebody's stack of this name is there."),
    rule("deleted", "The stack that an earlier run saw is deleted: its id answers 404, as it does to everybody."),
    rule("not-visible", "The list of this token lacks the stack, and nothing proves that it is not there."),
    rule("undecided", "No rule fits, which is a bug of Mooring: please report it."),
};

} // namespace

std::span<const Meaning> meanings_of_rules() { return rule_meanings; }

} // namespace mooring::cli
