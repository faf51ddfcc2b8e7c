#include "reconcile/plan.hpp"

#include "base/text.hpp"
#include "compare/desired_file.hpp"
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

// Public becomes somebody's, or somebody's the administrators': whoever is left out must not see what comes.
bool narrows(const Case& c) {
    if (!c.desired.access || c.record() == nullptr || !c.record()->resource_control) return false;
    return c.desired.access->kind != DesiredAccess::Kind::everyone;
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
        for (Part& part : step.parts) part.narrows = part.action == Action::access && narrows(c);
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

// A step waits for those that it is to come after, unless they are in sync.
void wait_for_others(std::vector<Step>& steps, const PlanInput& input) {
    std::map<std::pair<std::string, std::string>, const DesiredStack*> declared;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.desired != nullptr) declared[{seen.desired->server, seen.desired->name}] = seen.desired;
    }
    for (Step& step : steps) {
        const auto found = declared.find({step.server, step.name});
        if (found == declared.end()) continue;
        for (const std::string& name : found->second->policy.after) {
            const auto before = std::ranges::find_if(
                steps, [&](const Step& other) { return other.server == step.server && other.name == name; });
            if (before == steps.end() || before->readiness == Readiness::to_do) continue;
            hold(step, "waits",
                 fmt::format("it comes after {}, which is {}", printable(name, 100), to_string(before->readiness)));
            settle(step);
        }
    }
}

// Those that others come after first; circles are refused when the manifests are loaded, and end here all the same.
void order(std::vector<Step>& steps, const PlanInput& input) {
    std::map<std::pair<std::string, std::string>, int> depth;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.desired != nullptr) depth[{seen.desired->server, seen.desired->name}] = 0;
    }
    for (std::size_t round = 0; round < steps.size(); ++round) {
        bool moved = false;
        for (const drift::Assessment& seen : input.assessments) {
            if (seen.desired == nullptr) continue;
            int& mine = depth[{seen.desired->server, seen.desired->name}];
            for (const std::string& name : seen.desired->policy.after) {
                const auto other = depth.find({seen.desired->server, name});
                if (other == depth.end() || other->second < mine) continue;
                mine = other->second + 1;
                moved = true;
            }
        }
        if (!moved) break;
    }
    std::ranges::stable_sort(
        steps, {}, [&](const Step& step) { return std::tuple(step.server, depth[{step.server, step.name}]); });
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
    for (const drift::Assessment& seen : input.assessments) {
        const auto server = input.servers.find(seen.result.server);
        if (server == input.servers.end() || !server->second.problem.empty()) continue;
        if (needs_nothing(seen)) {
            ++(seen.result.verdict == Verdict::in_sync ? plan.in_sync : plan.nothing_to_do);
            continue;
        }
        Case c{.input = input, .seen = seen, .server = server->second, .desired = *seen.desired};
        plan.steps.push_back(plan_stack(c, without));
    }
    order(plan.steps, input);
    wait_for_others(plan.steps, input);
    return plan;
}

} // namespace mooring::reconcile
