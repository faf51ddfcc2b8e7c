// What a plan makes of each verdict (reconcile.md §3.1). Drifted stacks have a table of their own (by_difference.cpp).

#include "base/text.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

bool is_error(C c, std::string_view rule) { return c.is(Verdict::error) && c.result().rule == rule; }

// Blocked with the check's own words: what is not known is not written.
void say_result(C c, Step& step, std::string code) {
    block(step, std::move(code), c.result().message, c.result().remedy);
}

void say_quarantined(C c, Step& step) {
    const auto held = c.input.quarantine(c.desired.server, c.desired.name);
    const bool valued = !held->desired.empty() || !held->actual.empty();
    block(step, "quarantined",
          fmt::format("{} came back after it was corrected, or a correction left it{}; not corrected since {}",
                      printable(held->field, 200),
                      valued ? fmt::format(" (declared {}, found {})", printable(held->desired, 200),
                                           printable(held->actual, 200))
                             : "",
                      format_utc(held->since)),
          way_out_of_quarantine(c.desired.name, held->field));
}

std::optional<std::string> unsettled(C c) {
    return c.input.unsettled ? c.input.unsettled(c.desired.server, c.desired.name) : std::nullopt;
}

void say_unsettled(C c, Step& step) {
    block(step, "unsettled", *unsettled(c),
          fmt::format("the next `mooring apply` reads what came of it; once you know yourself: mooring resume {}",
                      printable(c.desired.name, 100)));
}

void say_denied(C c, Step& step) {
    const Cause cause = c.result().cause.value_or(Cause::unknown);
    say_result(c, step, cause == Cause::git_source ? "git_hidden" : "denied");
}

// Portainer's "Stack git settings have changed": the record reads as declared, and what runs is of before.
void write_pending_settings(C c, Step& step) {
    constexpr std::array others{Subject::git_url, Subject::git_settings, Subject::auto_update, Subject::source,
                                Subject::name,    Subject::environment,  Subject::type};
    if (c.differs(others) != nullptr) {
        block(step, "settings_not_as_declared",
              "the stack's Git settings were saved and not deployed, and they are not the declared ones",
              "set them in Portainer as the manifest has them, or declare them, and plan again");
        return;
    }
    need(step, Action::redeploy);
    unless_allowed(c, step, Allowance::redeploy_git, "deploys_the_head",
                   "deploying the saved Git settings takes what the branch's head has now");
}

void write_lost_file(C c, Step& step) {
    if (c.from_git()) {
        need(step, Action::redeploy);
        unless_allowed(c, step, Allowance::redeploy_git, "deploys_the_head",
                       "the server lost its clone of the repository; deploying clones what the branch's head has now");
        return;
    }
    need(step, Action::update);
    unless_allowed(c, step, Allowance::replace_lost_file, "file_lost",
                   "the server lost the stack's file, so that what would be replaced is not known");
}

void say_two_records(C c, Step& step) {
    block(step, "two_records", c.result().message,
          "stop using both; an administrator deletes the younger one, which takes the containers of both down "
          "(volumes stay); then apply the older one");
}

bool needs_unseen(C c) { return c.is(Verdict::deleted) || c.is(Verdict::not_visible); }

void write_unseen(C c, Step& step) {
    need(step, Action::create);
    if (!unless_allowed(c, step, Allowance::create_unseen, "may_be_hidden",
                        "a stack of this name may exist that this token may not see")) {
        return;
    }
    if (c.desired.type != StackType::standalone) {
        block(step, "may_be_hidden", "only a standalone stack may be created unseen: elsewhere the server checks less");
    } else if (const auto swarm = c.server.manages_swarm(c.result().environment_id); swarm.value_or(true)) {
        block(step, "may_be_hidden",
              swarm ? "its engine is a swarm, where the server checks less"
                    : "its engine does not say whether it is a swarm");
    } else if (!c.seen.names_free) {
        block(step, "may_be_hidden", "some of the names that its containers would have were not asked, or are taken");
    } else {
        step.notes.emplace_back(
            "a hidden stack of this name would usually be refused by the server; that cannot be proven");
    }
}

bool never(C) { return true; }
void write_nothing(C, Step&) {}

// clang-format off
constexpr std::array verdicts{
    PlanRow{"unsettled", [](C c) { return unsettled(c).has_value(); }, say_unsettled},
    PlanRow{"quarantined", [](C c) { return c.input.quarantine && c.input.quarantine(c.desired.server, c.desired.name).has_value(); }, say_quarantined},
    PlanRow{"denied", [](C c) { return c.is(Verdict::denied); }, say_denied},
    PlanRow{"orphaned", [](C c) { return c.is(Verdict::orphaned); }, [](C c, Step& step) { say_result(c, step, "orphaned"); }},
    PlanRow{"unreachable", [](C c) { return c.is(Verdict::unreachable); }, [](C c, Step& step) { say_result(c, step, "unreachable"); }},
    PlanRow{"pending", [](C c) { return c.is(Verdict::pending); }, [](C c, Step& step) { hold(step, "pending", c.result().message); }},
    PlanRow{"git-settings-not-deployed", [](C c) { return is_error(c, "git-settings-not-deployed"); }, write_pending_settings},
    PlanRow{"file-lost", [](C c) { return is_error(c, "file-lost"); }, write_lost_file},
    PlanRow{"two-records", [](C c) { return is_error(c, "ambiguous"); }, say_two_records},
    PlanRow{"error", [](C c) { return c.is(Verdict::error); }, [](C c, Step& step) { say_result(c, step, "error"); }},
    PlanRow{"tied-and-gone", [](C c) { return c.desired.tie && (c.is(Verdict::missing) || needs_unseen(c)); }, [](C c, Step& step) { block(step, "tied_gone", fmt::format("stack {} is gone", c.desired.tie->id), "remove `stack: {id}` from the manifest to have it created"); }},
    PlanRow{"environment-gone", [](C c) { return c.is(Verdict::missing) && c.result().proof == Proof::environment_gone; }, [](C, Step& step) { block(step, "environment_gone", "its environment is gone: there is nothing to deploy to", "declare another environment, or remove the stack from the manifests"); }},
    PlanRow{"unseen", needs_unseen, write_unseen},
    PlanRow{"missing", [](C c) { return c.is(Verdict::missing); }, [](C, Step& step) { need(step, Action::create); }},
    PlanRow{"drifted", never, write_nothing},
};
// clang-format on

} // namespace

std::span<const PlanRow> verdict_rows() { return verdicts; }

std::string_view to_string(Action action) {
    constexpr std::array<std::string_view, 8> words{"create", "update", "redeploy", "settings",
                                                    "start",  "stop",   "access",   "remove"};
    return words.at(static_cast<std::size_t>(action));
}

std::string_view to_string(const Part& part) { return part.rolls_back ? rollback_word : to_string(part.action); }

std::string_view to_string(Readiness readiness) {
    constexpr std::array<std::string_view, 3> words{"to_do", "held", "blocked"};
    return words.at(static_cast<std::size_t>(readiness));
}

std::string way_out_of_quarantine(const std::string& name, const std::string& field) {
    return fmt::format("find out who changes it, then: mooring resume {}; or accept it: `policy: {{ignore: [{{path: "
                       "\"{}\", reason: ...}}]}}`",
                       printable(name, 100), printable(field, 200));
}

bool ServerStanding::shares_engine(EnvironmentId one, std::optional<EnvironmentId> other) const {
    if (!other || one == *other) return true;
    const auto left = engines.find(one);
    const auto right = engines.find(*other);
    if (left == engines.end() || right == engines.end() || left->second.id.empty() || right->second.id.empty())
        return true;
    const bool one_swarm = !left->second.swarm_id.empty() && left->second.swarm_id == right->second.swarm_id;
    return one_swarm || left->second.id == right->second.id;
}

std::optional<bool> ServerStanding::manages_swarm(std::optional<EnvironmentId> environment) const {
    const auto found = environment ? engines.find(*environment) : engines.end();
    if (found == engines.end() || found->second.id.empty()) return std::nullopt;
    return !found->second.swarm_id.empty();
}

std::string ServerStanding::swarm_id(std::optional<EnvironmentId> environment) const {
    if (!environment) return {};
    const auto found = engines.find(*environment);
    return found == engines.end() ? std::string() : found->second.swarm_id;
}

namespace {

// The facts of the environment that have this answer.
template <typename T>
const match::RuntimeFacts* facts_with(C c, Answer<T> match::RuntimeFacts::* answer) {
    const auto where = c.environment();
    if (!where) return nullptr;
    for (const auto* all : {&c.server.facts->runtime, &c.server.runtime}) {
        const auto found = all->find(*where);
        if (found != all->end() && (found->second.*answer).value) return &found->second;
    }
    return nullptr;
}

} // namespace

const match::RuntimeFacts* Case::engine() const { return facts_with(*this, &match::RuntimeFacts::containers); }

const std::vector<Container>* Case::containers() const {
    if (const auto* facts = engine(); facts != nullptr) return &*facts->containers.value;
    const ExtraFacts* extra = record() == nullptr ? nullptr : facts_of(*this);
    return extra == nullptr || !extra->containers ? nullptr : &*extra->containers;
}

const std::vector<SwarmService>* Case::services() const {
    if (const auto* facts = facts_with(*this, &match::RuntimeFacts::services); facts != nullptr)
        return &*facts->services.value;
    const ExtraFacts* extra = record() == nullptr ? nullptr : facts_of(*this);
    return extra == nullptr || !extra->services ? nullptr : &*extra->services;
}

namespace {

// Whether a declared principal is this one; a name that the token's lists do not have, or have twice, is nobody's here.
bool means(const Principal& declared, std::int64_t id, const Answer<std::vector<NamedId>>& known,
           const std::optional<Identity>& self) {
    if (declared.id || declared.name.empty()) return declared.id == id;
    const std::string name = to_lower(declared.name); // Portainer folds case
    if (self && self->id == id && to_lower(self->username) == name) return true;
    const auto& all = known.value.value_or(std::vector<NamedId>{});
    const auto has_it = [&](const NamedId& one) { return to_lower(one.name) == name; };
    const auto found = std::ranges::find_if(all, has_it);
    return found != all.end() && found->id == id && std::ranges::count_if(all, has_it) == 1;
}

} // namespace

bool Case::access_is_out_of_reach() const {
    if (!desired.access || administrator()) return false;
    if (record() != nullptr && !record()->resource_control) return true; // POST, which is an administrator's
    if (desired.access->kind == DesiredAccess::Kind::everyone) return false;
    const auto& self = server.facts->identity_before.value;
    const auto& users = desired.access->users;
    const bool self_alone = desired.access->kind == DesiredAccess::Kind::restricted && desired.access->teams.empty() &&
                            users.size() == 1 && self && means(users[0], self->id, server.facts->users, self);
    return !self_alone;
}

bool Case::narrows_access() const {
    if (!desired.access || record() == nullptr || !record()->resource_control) return false;
    const ResourceControl& control = *record()->resource_control;
    using Kind = DesiredAccess::Kind;
    if (control.is_public) return desired.access->kind != Kind::everyone;
    if (control.users.empty() && control.teams.empty()) return false; // administrators alone: nobody loses it
    if (desired.access->kind != Kind::restricted) return desired.access->kind == Kind::administrators;
    const auto& self = server.facts->identity_before.value;
    const auto stays = [](const std::vector<Principal>& declared, const auto& known, const auto& own) {
        return [&](std::int64_t id) {
            return std::ranges::any_of(declared, [&](const Principal& one) { return means(one, id, known, own); });
        };
    };
    const std::optional<Identity> nobody;
    return !std::ranges::all_of(control.users, stays(desired.access->users, server.facts->users, self)) ||
           !std::ranges::all_of(control.teams, stays(desired.access->teams, server.facts->teams, nobody));
}

bool Case::allows(Allowance allowance) const {
    if (desired.allow.contains(allowance)) return true;
    const auto now = input.allowed.find(desired.name);
    return now != input.allowed.end() && now->second.contains(allowance);
}

const Change* Case::differs(std::span<const Subject> subjects) const {
    const auto found = std::ranges::find_if(seen.result.changes, [&](const Change& change) {
        return change.waiver.empty() && std::ranges::find(subjects, change.subject) != subjects.end();
    });
    return found == seen.result.changes.end() ? nullptr : &*found;
}

std::optional<PutBack> Case::puts_back() const {
    if (record() == nullptr || !input.puts_back) return std::nullopt;
    return input.puts_back(desired.server, *record(), seen.content_digest);
}

// What is paused or about to go is somebody's work, and what somebody stopped stays so.
bool Case::undoes_own_outage(const Change& change) const {
    const bool of_a_file =
        record() != nullptr && record()->type == StackType::standalone && !from_git() && !declares_git();
    const bool ended = has_status(StackStatus::active) || has_status(StackStatus::failed);
    const std::string state = change.actual.value_or("");
    const bool fallen = change.subject == Subject::ended || (change.subject == Subject::troubled &&
                                                             (state == "unhealthy" || state.starts_with("restarting")));
    if (!of_a_file || !ended || declares_stopped() || !fallen || !change.waiver.empty()) return false;
    const auto back = puts_back();
    return back && back->fell.contains(change.key);
}

Part& need(Step& step, Action action) {
    const auto found = std::ranges::find(step.parts, action, &Part::action);
    if (found != step.parts.end()) return *found;
    return step.parts.emplace_back(Part{.action = action});
}

bool has(const Step& step, Action action) {
    return std::ranges::find(step.parts, action, &Part::action) != step.parts.end();
}

bool deploys(const Step& step) {
    return has(step, Action::create) || has(step, Action::update) || has(step, Action::redeploy);
}

bool sends_file(const Step& step) { return has(step, Action::create) || has(step, Action::update); }

void block(Step& step, std::string code, std::string message, std::string remedy) {
    step.obstacles.push_back(
        {.code = std::move(code), .message = std::move(message), .remedy = std::move(remedy), .lifted_by = {}});
}

void hold(Step& step, std::string code, std::string message) {
    step.obstacles.push_back(
        {.held = true, .code = std::move(code), .message = std::move(message), .remedy = {}, .lifted_by = {}});
}

std::string allow_line(const DesiredStack& stack, Allowance allowance) {
    return fmt::format("--allow {}={}", printable(stack.name, 100), to_string(allowance));
}

bool unless_allowed(const Case& c, Step& step, Allowance allowance, std::string code, std::string message) {
    if (c.allows(allowance)) return true;
    step.obstacles.push_back({.code = std::move(code),
                              .message = std::move(message),
                              .remedy = "once: " + allow_line(c.desired, allowance),
                              .lifted_by = allowance});
    return false;
}

} // namespace mooring::reconcile
