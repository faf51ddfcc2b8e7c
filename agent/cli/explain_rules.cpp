// The rules of the verdicts (agent/drift's table), for `mooring explain RULE`: what a report, a page or `mooring show`
// names beside a verdict.
#include "cli/commands.hpp"

#include <array>

namespace mooring::cli {
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
