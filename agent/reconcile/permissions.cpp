// Who may write (reconcile.md §2): the configuration, the stack's policy and its ownership must agree, and the server
// must be the one that is meant.
#include "base/text.hpp"
#include "model/memory.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

void server_is_enabled(C c, Step& step) {
    const WriteSettings& settings = c.server.settings;
    if (!settings.apply) {
        block(step, "not_enabled", "the configuration does not let Mooring write to this server",
              fmt::format("write `apply: true` into the entry of `{}` in mooring.yaml",
                          printable(c.desired.server, 100)));
    } else if (c.input.by_agent && !settings.correct) {
        block(step, "agent_not_enabled", "the configuration does not let the agent correct this server",
              fmt::format("write `correct: true` into the entry of `{}` in mooring.yaml",
                          printable(c.desired.server, 100)));
    }
    if (c.input.by_agent && c.desired.policy.mode != PolicyMode::correct) {
        block(step, "manual", "its policy leaves correcting to `mooring apply`", "write `policy: {mode: correct}`");
    }
}

void server_is_the_one(C c, Step& step) {
    const auto& status = c.server.facts->status.value;
    const std::string actual = status ? to_lower(status->instance_id) : std::string();
    const std::string wanted =
        to_lower(!c.server.settings.instance.empty() ? c.server.settings.instance : c.server.known_instance);
    const std::string server = printable(c.desired.server, 100);
    if (wanted.empty() || actual.empty()) {
        block(step, "not_trusted", "nothing says which server this is meant to be",
              fmt::format("write `instance: {}` into the entry of `{}` in mooring.yaml, if that is it",
                          actual.empty() ? "UUID" : printable(actual, 80), server));
    } else if (wanted != actual) {
        block(step, "other_instance",
              fmt::format("the server's InstanceID is {}, and {} is expected: another database answers",
                          printable(actual, 80), printable(wanted, 80)),
              "find out which server answers; if it was set up anew, write its InstanceID as `instance`");
    }
}

// A restored backup answers with the InstanceID that is expected, and holds what was before.
void server_did_not_go_back(C c, Step& step) {
    const auto& redated = c.server.facts->redated;
    if (!redated.empty()) {
        block(step, "other_instance",
              fmt::format("stack {} was created on another date than is remembered: an older backup of the server "
                          "seems to have been restored",
                          *redated.begin()),
              "look at the whole server; then let the ledger take in what is there: mooring check");
        return;
    }
    if (c.server.went_back * 100 <= c.server.settings.limits.max_share * c.server.written) return;
    block(step, "other_instance",
          fmt::format("{} of {} stacks that Mooring wrote have gone back to before: an older backup of the server "
                      "seems to have been restored",
                      c.server.went_back, c.server.written),
          "look at the whole server, then: mooring trust " + printable(c.desired.server, 100));
}

void environment_is_the_one(C c, Step& step) {
    const auto id = c.record() != nullptr ? std::optional(c.record()->environment) : c.result().environment_id;
    const auto* declared = std::get_if<EnvironmentRef>(&c.desired.environment);
    if (!id || declared == nullptr || declared->id || declared->name.empty()) return;
    for (const auto& [known, environment] : c.server.facts->memory.environments) {
        if (known == *id || environment.gone || environment.name != declared->name) continue;
        block(
            step, "environment_changed",
            fmt::format("`{}` was environment {} and is {} now", printable(declared->name, 100), known, *id),
            fmt::format("if that is meant: `environment: {{id: {}, name: {}}}`", *id, printable(declared->name, 100)));
    }
}

void stack_is_owned(C c, Step& step) {
    if (c.record() == nullptr || c.desired.adopt.value_or(false)) return;
    if (c.input.owner && c.input.owner(c.desired.server, *c.record()) != Ownership::none) return;
    block(step, "not_adopted", "nothing says that this stack is Mooring's to change",
          fmt::format("look and take it over: mooring adopt {}; or write `adopt: true` into its manifest",
                      printable(c.desired.name, 100)));
}

void now_is_the_time(C c, Step& step) {
    const auto held = hold_of(c.desired.policy, c.input.zones, c.input.now);
    if (!held) return;
    hold(step, "not_now", printable(held->why, 300) + (held->until ? ", until " + format_utc(*held->until) : ""));
}

constexpr std::array all_permissions{
    Guard{"server-is-enabled", server_is_enabled},   Guard{"server-is-the-one", server_is_the_one},
    Guard{"server-went-on", server_did_not_go_back}, Guard{"environment-is-the-one", environment_is_the_one},
    Guard{"stack-is-owned", stack_is_owned},         Guard{"now-is-the-time", now_is_the_time},
};

} // namespace

std::span<const Guard> permissions() { return all_permissions; }

} // namespace mooring::reconcile
