// `suspended: {reason, owner, until}` of a manifest (design §3.1).
#include "drift/match.hpp"

namespace mooring::drift {

bool is_suspended(const DesiredStack& stack, UnixSeconds now) {
    return stack.suspended && now < stack.suspended->until;
}

Diagnostics suspension_diagnostics(std::span<const DesiredStack> stacks, UnixSeconds now) {
    Diagnostics expired;
    for (const DesiredStack& stack : stacks) {
        if (!stack.suspended || is_suspended(stack, now)) continue;
        expired.push_back(
            {.severity = Severity::warning,
             .code = "suspension-expired",
             .message = "The suspension of `" + stack.name + "` ended on " + format_utc(stack.suspended->until) +
                        "; the stack is judged normally again.",
             .suggestion = "Remove `suspended`, or agree on a new date with " + stack.suspended->owner + ".",
             .where = stack.where,
             .server = stack.server});
    }
    return expired;
}

} // namespace mooring::drift
