// The words of the report, for `mooring explain WORD` (design §1, §3.1, §3.2).
#include "cli/explain.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mooring::cli {
namespace {

constexpr std::array meanings{
    Meaning{
        "in_sync", "verdict",
        "Record, file and what runs were all read and agree with the manifest. `in sync (waived)`: every difference "
        "is accepted by a waiver. `in sync (runtime not asked)`: the manifest or configuration says `runtime: false`."},
    Meaning{"drifted", "verdict", "All was read, and at least one difference is not waived."},
    Meaning{"missing", "verdict", "The stack is proven not to be there. The proof is named beside the verdict."},
    Meaning{"extra", "verdict", "A stack in a managed scope that no manifest declares."},
    Meaning{
        "denied", "verdict",
        "A request about the stack was refused, so that it is neither missing nor in sync nor drifted. The cause says "
        "in the server's terms why; the remedy says who can change that."},
    Meaning{"not_visible", "verdict",
            "The stack is not in the list that this token may see, and nothing proves that it is not there. An "
            "administrator's token, or an earlier run with --remember, can tell."},
    Meaning{"orphaned", "verdict", "Portainer knows the stack, but its environment is gone."},
    Meaning{"unreachable", "verdict",
            "Network, TLS, a timeout, a server error, or an answer that is not the API's kept it from being read."},
    Meaning{"pending", "verdict", "Portainer is still deploying it, or its absence was seen only once so far."},
    Meaning{
        "error", "verdict",
        "It was read and cannot be compared, or the question is ambiguous: a file lost on the server, content that "
        "does not parse, two records of one name, an environment that does not exist, a secret that cannot be read."},
    Meaning{"suspended", "verdict",
            "The manifest suspends it until a date, with reason and owner. It counts in neither score nor coverage."},
    Meaning{"environment", "cause", "The token's user has no access to the environment."},
    Meaning{"resource_control", "cause", "The stack's access control names neither the user nor a team of theirs."},
    Meaning{"stack_management_disabled", "cause",
            "The environment's security settings keep stack management from users who are not administrators."},
    Meaning{"role", "cause", "What was asked needs another role than the token's user has."},
    Meaning{
        "name_taken", "cause",
        "A container, network or service of the stack's predictable names exists and may not be seen by this token."},
    Meaning{"unknown", "cause", "A refusal whose text Mooring does not know. The server's words stand beside it."},
    Meaning{"environment_gone", "proof", "The stack's environment does not exist any more."},
    Meaning{"complete_list", "proof",
            "An administrator's unfiltered list lacks it, and lacked it again when listed once more."},
    Meaning{"remembered_id_gone", "proof",
            "The id that it had in an earlier run answers 404, and so do the names of what it would run."},
    Meaning{"record", "plane", "Portainer's record of the stack: type, environment, variables, access, auto-update."},
    Meaning{"content", "plane", "The compose or Kubernetes file, compared by meaning."},
    Meaning{"runtime", "plane", "What runs: containers, or services and tasks, and how the last deployment ended."},
    Meaning{"git", "plane", "The repository, reference and path of a Git stack, and the commit that is deployed."},
};

} // namespace

std::optional<Meaning> meaning_of(std::string_view word) {
    std::string folded = to_lower(word);
    std::ranges::replace(folded, ' ', '_');
    const auto* found = std::ranges::find(meanings, folded, &Meaning::word);
    if (found == meanings.end()) return std::nullopt;
    return *found;
}

} // namespace mooring::cli
