#include "reconcile/plan.hpp"

#include "base/text.hpp"
#include "compare/parts.hpp"
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

void spare_access(Step& step, std::size_t from) {
    for (std::size_t i = from; i < step.obstacles.size(); ++i) step.obstacles[i].spares_access = true;
}

void write_rows(std::span<const PlanRow> rows, const Case& c, Step& step) {
    for (const PlanRow& row : rows) {
        const std::size_t before = step.obstacles.size();
        if (row.fits(c)) row.write(c, step);
        if (row.spares_access) spare_access(step, before);
    }
}

void check(std::span<const Guard> all, const Case& c, Step& step, std::string_view without) {
    for (const Guard& guard : all) {
        const std::size_t before = step.obstacles.size();
        if (guard.name != without) guard.check(c, step);
        if (guard.spares_access) spare_access(step, before);
    }
}

void load_file(Case& c, Step& step) {
    const auto* content = std::get_if<DesiredContent>(&c.desired.source);
    if (content == nullptr) return;
    if (c.is_kubernetes()) {
        if (auto objects = kubernetes::load(content->text)) c.objects = std::move(*objects);
        if (c.objects) step.start_period = longest_rollout(*c.objects);
        return;
    }
    c.file = compare::desired_file(c.desired);
    if (c.file) {
        const auto value = [&](const std::string& name) { return value_to_come(c, name); };
        c.footprint = compose::footprint(*c.file, value);
        c.needs = compose::needs(*c.file, value);
    }
    if (c.footprint) step.start_period = c.footprint->start_period;
}

Step plan_stack(Case& c, std::string_view without) {
    Step step = begin_step(c);
    const auto rows = verdict_rows();
    const auto row = std::ranges::find_if(rows, [&](const PlanRow& one) { return one.fits(c); });
    row->write(c, step);
    if (row->name == "missing" || row->name == "unseen") {
        write_rows(c.is_kubernetes() ? missing_kubernetes_rows() : missing_rows(), c, step);
        write_rows(missing_declared_rows(), c, step);
    }
    if (row->name == "drifted") write_rows(difference_rows(), c, step);
    if (!step.parts.empty()) {
        load_file(c, step);
        keep_commit(c, step);
        check(guards(), c, step, without);
        if (c.is_kubernetes()) {
            check(kubernetes_guards(), c, step, without);
        } else {
            check(preflight(), c, step, without);
            check(rehearsal(), c, step, without);
            say_registries(c, step);
        }
        for (Part& part : step.parts) part.narrows = part.action == Action::access && c.narrows_access();
        check(permissions(), c, step, without);
    } else if (step.obstacles.empty()) {
        block(step, "nothing_fits", "what differs is nothing that Mooring knows how to correct",
              "correct it in Portainer");
    }
    std::ranges::stable_sort(step.parts, {}, place_of);
    tell_what_is_sent(c, step);
    settle(step);
    return step;
}

bool needs_nothing(const PlanInput& input, const drift::Assessment& seen) {
    const StackResult& result = seen.result;
    if (seen.desired == nullptr) return !may_go(input, seen);
    return result.verdict == Verdict::in_sync || result.verdict == Verdict::suspended ||
           seen.desired->policy.mode == PolicyMode::report;
}

Drafted draft(const PlanInput& input, const drift::Assessment& seen, const ServerStanding& server, KnownImages& known,
              std::string_view without) {
    const DesiredStack undeclared = seen.desired == nullptr ? stand_in(input, seen) : DesiredStack{};
    Case c{.input = input,
           .seen = seen,
           .server = server,
           .desired = seen.desired == nullptr ? undeclared : *seen.desired,
           .known_images = &known};
    Drafted drafted{.step = seen.desired == nullptr ? plan_removal(c, without) : plan_stack(c, without),
                    .desired = seen.desired};
    drafted.step.row = static_cast<std::size_t>(&seen - input.assessments.data());
    if (!c.footprint || !sends_file(drafted.step)) return drafted;
    for (const std::string& claim : c.footprint->claims) {
        const bool of_host = claim.starts_with("port ") || claim.starts_with("container ");
        if (of_host && !compose::has_reference(claim)) drafted.claims.push_back(claim);
    }
    return drafted;
}

ServerLine& line_of(Plan& plan, const std::string& server) {
    return *std::ranges::find(plan.servers, server, &ServerLine::name);
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

} // namespace

Correction correction_of(const Change& change) {
    Correction one{.subject = change.subject,
                   .path = change.path,
                   .from = change.actual,
                   .becomes = change.desired,
                   .secret = change.secret,
                   .where = change.where,
                   .whole_from = change.whole_actual,
                   .whole_becomes = change.whole_desired};
    if (change.secret && !(one.whole_from.empty() && one.whole_becomes.empty())) { // masked, it can be told
        one.secret = false;
        if (one.from) one.from = printable(one.whole_from);
        if (one.becomes) one.becomes = printable(one.whole_becomes);
    }
    return one;
}

int exit_code(const Plan& plan) {
    if (plan.ends_with) return *plan.ends_with;
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
    KnownImages known;
    for (const drift::Assessment& seen : input.assessments) {
        const auto server = input.servers.find(seen.result.server);
        if (server == input.servers.end() || !server->second.problem.empty()) continue;
        if (needs_nothing(input, seen)) {
            ++(seen.result.verdict == Verdict::in_sync ? plan.in_sync : plan.nothing_to_do);
            if (seen.result.verdict == Verdict::in_sync) ++line_of(plan, server->first).in_sync;
            continue;
        }
        drafts.push_back(draft(input, seen, server->second, known, without));
        auto access = input.partial ? take_access(drafts.back().step) : std::nullopt;
        if (access) drafts.push_back({.step = std::move(*access), .desired = seen.desired});
    }
    put_in_order(drafts, input);
    for (Drafted& draft : drafts) plan.steps.push_back(std::move(draft.step));
    return plan;
}

} // namespace mooring::reconcile
