#include "reconcile/plan.hpp"

#include "base/text.hpp"
#include "compare/desired_file.hpp"
#include "model/order.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
#include <tuple>

namespace mooring::reconcile {
namespace {

// The order in which parts are sent (reconcile.md §3.1): whoever loses access loses it first, whoever gains it gains it
// last.
int place_of(const Part& part) {
    switch (part.action) {
    case Action::access:
        return part.narrows ? 0 : 5;
    case Action::settings:
        return 1;
    case Action::create:
    case Action::update:
        return 2;
    case Action::redeploy:
        return 3;
    case Action::start:
    case Action::stop:
        return 4;
    case Action::remove:
        return 6;
    }
    return 7;
}

Correction correction_of(const Change& change) {
    return {.subject = change.subject,
            .path = change.path,
            .from = change.actual,
            .becomes = change.desired,
            .secret = change.secret,
            .where = change.where};
}

Step begin_step(const Case& c) {
    Step step;
    step.server = c.desired.server;
    step.name = c.desired.name;
    step.environment = c.result().environment_name;
    step.where = c.desired.where;
    for (const Change& change : c.result().changes) {
        if (change.waiver.empty()) step.corrections.push_back(correction_of(change));
    }
    step.ground.environment = c.result().environment_id;
    if (const StackRecord* record = c.record()) {
        step.ground = {.id = record->id,
                       .environment = record->environment,
                       .created_at = record->created_at,
                       .updated_at = record->updated_at,
                       .updated_by = record->updated_by,
                       .status = record->status};
    }
    return step;
}

void write_rows(std::span<const PlanRow> rows, const Case& c, Step& step) {
    for (const PlanRow& row : rows) {
        if (row.fits(c)) row.write(c, step);
    }
}

void check(std::span<const Guard> all, const Case& c, Step& step, std::string_view without) {
    for (const Guard& guard : all) {
        if (guard.name != without) guard.check(c, step);
    }
}

void settle(Step& step) {
    std::ranges::stable_sort(step.parts, {}, place_of);
    // What blocks comes before what only holds.
    std::ranges::stable_sort(step.obstacles, {}, [](const Obstacle& one) { return one.held; });
    if (step.obstacles.empty()) {
        step.readiness = Readiness::to_do;
    } else {
        step.readiness = step.obstacles.front().held ? Readiness::held : Readiness::blocked;
    }
}

Step plan_stack(Case& c, std::string_view without) {
    Step step = begin_step(c);
    const auto rows = verdict_rows();
    const auto row = std::ranges::find_if(rows, [&](const PlanRow& one) { return one.fits(c); });
    row->write(c, step);
    if (row->name == "missing" || row->name == "unseen") write_rows(missing_rows(), c, step);
    if (row->name == "drifted") write_rows(difference_rows(), c, step);
    if (!step.parts.empty()) {
        if (!c.declares_git()) {
            c.file = compare::desired_file(c.desired);
            if (c.file) c.footprint = compose::footprint(*c.file);
        }
        check(guards(), c, step, without);
        check(preflight(), c, step, without);
        add_pulling(c, step);
        for (Part& part : step.parts) part.narrows = part.action == Action::access && c.narrows_access();
        check(permissions(), c, step, without);
    } else if (step.obstacles.empty()) {
        block(step, "nothing_fits", "what differs is nothing that Mooring knows how to correct",
              "correct it in Portainer");
    }
    settle(step);
    return step;
}

bool needs_nothing(const drift::Assessment& seen) {
    const StackResult& result = seen.result;
    return seen.desired == nullptr || result.verdict == Verdict::in_sync || result.verdict == Verdict::suspended ||
           seen.desired->policy.mode == PolicyMode::report;
}

ServerLine line_of(const std::string& name, const ServerStanding& server) {
    ServerLine line;
    line.name = name;
    line.url = server.facts->url;
    line.problem = server.problem;
    if (server.facts->status.value) {
        line.version = server.facts->status.value->version;
        line.instance_id = server.facts->status.value->instance_id;
    }
    if (const auto& self = server.facts->identity_before.value) {
        line.identity = fmt::format("{} ({})", printable(self->username, 100),
                                    server.facts->list_complete()      ? "administrator, list complete"
                                    : server.facts->is_administrator() ? "administrator"
                                                                       : "user, list filtered");
    }
    return line;
}

// A step while the plan grows, with the stack that it is about.
struct Drafted {
    Step step;
    const DesiredStack* desired = nullptr;
};

// Why a stack that comes after this one has to wait; "" if it need not.
std::string unsettled(const DesiredStack& before, const std::vector<Drafted>& drafts, const PlanInput& input) {
    bool looked_at = false;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.desired != &before) continue;
        looked_at = true;
        const Verdict verdict = seen.result.verdict;
        if (verdict == Verdict::in_sync || verdict == Verdict::suspended) continue;
        const auto draft = std::ranges::find_if(drafts, [&](const Drafted& one) {
            return one.desired == &before && one.step.environment == seen.result.environment_name;
        });
        if (draft == drafts.end()) return fmt::format("{} and only reported", to_string(verdict));
        if (draft->step.readiness != Readiness::to_do) return std::string(to_string(draft->step.readiness));
    }
    return looked_at ? "" : "not part of this plan";
}

// A step waits for those that it comes after, unless they are in sync or done before it. In the order of the steps, so
// that what waits is waited for, too.
void wait_for_others(std::vector<Drafted>& drafts, const DeclaredOrder& order, const PlanInput& input) {
    for (Drafted& draft : drafts) {
        for (const DesiredStack* before : order.before(*draft.desired)) {
            const std::string why = unsettled(*before, drafts, input);
            if (why.empty()) continue;
            hold(draft.step, "waits", fmt::format("it comes after {}, which is {}", printable(before->name, 100), why));
            settle(draft.step);
        }
    }
}

// Those that others come after first; circles are refused when the manifests are loaded, and end here all the same.
void sort_by(const DeclaredOrder& order, std::vector<Drafted>& drafts, const PlanInput& input) {
    std::map<const DesiredStack*, std::size_t> depth;
    bool moved = true;
    for (std::size_t round = 0; moved && round <= input.declared.size(); ++round) {
        moved = false;
        for (const DesiredStack& stack : input.declared) {
            if (stack.policy.after.empty()) continue;
            for (const DesiredStack* before : order.before(stack)) {
                if (depth[before] < depth[&stack]) continue;
                depth[&stack] = depth[before] + 1;
                moved = true;
            }
        }
    }
    std::ranges::stable_sort(drafts, {},
                             [&](const Drafted& one) { return std::tuple(one.step.server, depth[one.desired]); });
}

} // namespace

int exit_code(const Plan& plan) {
    const auto any = [&](bool blocked) {
        return std::ranges::any_of(plan.steps,
                                   [&](const Step& step) { return (step.readiness == Readiness::blocked) == blocked; });
    };
    if (any(true) && any(false)) return 4;
    return any(true) ? 3 : any(false) ? 2 : 0;
}

Plan make_plan(const PlanInput& input) { return make_plan_without(input, {}); }

Plan make_plan_without(const PlanInput& input, std::string_view without) {
    Plan plan;
    for (const auto& [name, server] : input.servers) {
        plan.servers.push_back(line_of(name, server));
        plan.complete = plan.complete && server.problem.empty();
    }
    std::vector<Drafted> drafts;
    for (const drift::Assessment& seen : input.assessments) {
        const auto server = input.servers.find(seen.result.server);
        if (server == input.servers.end() || !server->second.problem.empty()) continue;
        if (needs_nothing(seen)) {
            ++(seen.result.verdict == Verdict::in_sync ? plan.in_sync : plan.nothing_to_do);
            continue;
        }
        Case c{.input = input, .seen = seen, .server = server->second, .desired = *seen.desired};
        drafts.push_back({.step = plan_stack(c, without), .desired = seen.desired});
        drafts.back().step.row = static_cast<std::size_t>(&seen - input.assessments.data());
    }
    const DeclaredOrder order(input.declared);
    sort_by(order, drafts, input);
    wait_for_others(drafts, order, input);
    for (Drafted& draft : drafts) plan.steps.push_back(std::move(draft.step));
    return plan;
}

} // namespace mooring::reconcile
