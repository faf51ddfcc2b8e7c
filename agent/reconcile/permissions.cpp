// Who may write (reconcile.md §2): the configuration, the stack's policy and its ownership must agree, and the server
// must be the one that is meant.
#include "base/text.hpp"
#include "model/memory.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

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
              fmt::format(
                  "write `instance: {}` into the entry of `{}` in mooring.yaml, if that is it; or: mooring trust {}",
                  actual.empty() ? "UUID" : printable(actual, 80), server, server));
    } else if (wanted != actual) {
        block(step, "other_instance",
              fmt::format("the server's InstanceID is {}, and {} is expected: another database answers",
                          printable(actual, 80), printable(wanted, 80)),
              c.server.settings.instance.empty()
                  ? "find out which server answers; if it was set up anew: mooring trust " + server
                  : "find out which server answers; if it was set up anew, write its InstanceID as `instance`");
    }
}

// What both declare would be made twice, side by side, and each calls extra what only the other declares.
void server_is_alone(C c, Step& step) {
    if (c.server.same_as.empty()) return;
    const std::string one = printable(c.desired.server, 100);
    const std::string other = printable(c.server.same_as, 100);
    block(step, "two_entries",
          fmt::format("`{}` and `{}` of the configuration are the same Portainer, or copies with one InstanceID: a "
                      "stack might be written twice",
                      one, other),
          "keep one of them in this mooring.yaml (a copy: in a configuration and ledger of its own)");
}

// The newest run is what a person trusts.
std::string trust_anew(C c) {
    return "mooring check, then mooring trust " + printable(c.desired.server, 100) + " --anew";
}

// A restored backup answers with the InstanceID that is expected, and holds what was before. What showed it once counts
// until a person has looked: the memory takes in what is there at once.
void server_did_not_go_back(C c, Step& step) {
    const ServerStanding& server = c.server;
    const bool back = server.went_back * 100 > server.settings.limits.max_share * server.written;
    if (server.redated.empty() && server.redated_at == 0 && !back) return;
    const std::string why =
        !server.redated.empty()
            ? fmt::format("stack {} was created on another date than is remembered", *server.redated.begin())
        : back ? fmt::format("{} of {} stacks that Mooring wrote have gone back to before", server.went_back,
                             server.written)
               : fmt::format("the run of {} found stacks with other creation dates than were remembered",
                             format_utc(server.redated_at));
    block(step, "other_instance", why + ": an older backup of the server seems to have been restored",
          "look at the whole server, then: " + trust_anew(c));
}

void environment_is_the_one(C c, Step& step) {
    const auto id = c.record() != nullptr ? std::optional(c.record()->environment) : c.result().environment_id;
    const auto* declared = std::get_if<EnvironmentRef>(&c.desired.environment);
    if (!id || declared == nullptr || declared->id || declared->name.empty()) return;
    const auto known = c.server.environments.find(declared->name);
    if (known == c.server.environments.end() || known->second == *id) return;
    const std::string name = printable(declared->name, 100);
    block(step, "environment_changed", fmt::format("`{}` was environment {} and is {} now", name, known->second, *id),
          fmt::format("if that is meant: `environment: {{id: {}, name: {}}}`; if all names are as they should be: {}",
                      *id, name, trust_anew(c)));
}

// Since 2.41 a stack is recorded before it is deployed, with what becomes of that (portainer-api.md §3.3). Before, one
// whose answer an earlier run lost does not show, and only a ledger that is kept knows of it (reconcile.md §4, move 6).
bool shows_what_is_being_created(C c) {
    constexpr std::pair first{2, 41};
    const auto& status = c.server.facts->status.value;
    if (status && release_of(status->version) >= first) return true;
    const auto& list = c.server.facts->list_again.value ? c.server.facts->list_again : c.server.facts->list;
    return list.value &&
           std::ranges::any_of(*list.value, [](const StackRecord& one) { return !one.deployment.empty(); });
}

void ledger_knows_of_creates(C c, Step& step) {
    if (!has(step, Action::create) || c.server.ledger_kept || shows_what_is_being_created(c)) return;
    block(step, "ledger_new",
          "nothing says that no earlier run is creating it: this server does not show what is being created, and the "
          "ledger is younger than an hour",
          "keep the ledger, and plan again an hour after its first check; or, if nothing else creates stacks there: "
          "mooring trust " +
              printable(c.desired.server, 100));
}

void stack_is_owned(C c, Step& step) {
    if (c.record() == nullptr || c.desired.adopt.value_or(false)) return;
    if (c.input.owner && c.input.owner(c.desired.server, *c.record()) != Ownership::none) return;
    // A removal asks for more, and has said so.
    if (std::ranges::find(step.obstacles, "not_adopted", &Obstacle::code) != step.obstacles.end()) return;
    block(step, "not_adopted", "nothing says that this stack is Mooring's to change",
          fmt::format("look and take it over: mooring adopt {}; or write `adopt: true` into its manifest",
                      printable(c.desired.name, 100)));
}

std::string words_of(const std::optional<Hold>& held) {
    if (!held) return {};
    return printable(held->why, 300) + (held->until ? ", until " + format_utc(*held->until) : "");
}

void now_is_the_time(C c, Step& step) {
    const std::string why = words_of(hold_of(c.desired.policy, c.input.zones, c.input.now));
    if (!why.empty()) hold(step, "not_now", why);
}

constexpr std::array all_permissions{
    Guard{"server-is-enabled", server_is_enabled},
    Guard{"server-is-the-one", server_is_the_one},
    Guard{"server-is-alone", server_is_alone},
    Guard{"server-went-on", server_did_not_go_back},
    Guard{"environment-is-the-one", environment_is_the_one},
    Guard{"ledger-knows-creates", ledger_knows_of_creates},
    Guard{"stack-is-owned", stack_is_owned},
    Guard{"now-is-the-time", now_is_the_time},
};

} // namespace

std::span<const Guard> permissions() { return all_permissions; }

std::string not_now(const PlanInput& input, const Step& step, UnixSeconds now) {
    const drift::Assessment& seen = input.assessments.at(step.row);
    const Policy policy = seen.desired != nullptr ? seen.desired->policy : stand_in(input, seen).policy;
    return words_of(hold_of(policy, input.zones, now));
}

} // namespace mooring::reconcile
