#include "reconcile/plan.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace mooring::reconcile {
namespace {

bool removes(const Drafted& draft) { return has(draft.step, Action::remove); }

// Why a stack that comes after this one has to wait; "" if it need not.
std::string unsettled(const DesiredStack& before, const std::vector<Drafted>& drafts, const PlanInput& input) {
    bool looked_at = false;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.desired != &before) continue;
        looked_at = true;
        const Verdict verdict = seen.result.verdict;
        if (verdict == Verdict::in_sync || verdict == Verdict::suspended) continue;
        bool drafted = false;
        for (const Drafted& one : drafts) { // two of one that is done in part
            if (one.desired != &before || one.step.environment != seen.result.environment_name) continue;
            drafted = true;
            if (one.step.readiness != Readiness::to_do) return std::string(to_string(one.step.readiness));
        }
        if (!drafted) return fmt::format("{} and only reported", to_string(verdict));
    }
    return looked_at ? "" : "not part of this plan";
}

// A step waits for those that it comes after, unless they are in sync or done before it. In the order of the steps, so
// that what waits is waited for, too.
void wait_for_others(std::vector<Drafted>& drafts, const DeclaredOrder& order, const PlanInput& input) {
    for (Drafted& draft : drafts) {
        if (draft.desired == nullptr) continue;
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
    std::ranges::stable_sort(
        drafts, {}, [&](const Drafted& one) { return std::tuple(one.step.server, removes(one), depth[one.desired]); });
}

// More than may go is none: which of them is meant is for a person to say.
void limit_removals(std::vector<Drafted>& drafts, const PlanInput& input) {
    std::map<std::string, std::size_t> wanted;
    for (const Drafted& draft : drafts) {
        if (removes(draft) && draft.step.readiness == Readiness::to_do) ++wanted[draft.step.server];
    }
    for (Drafted& draft : drafts) {
        const std::size_t most = input.servers.at(draft.step.server).max_removes;
        const std::size_t count = wanted[draft.step.server];
        if (!removes(draft) || draft.step.readiness != Readiness::to_do || count <= most) continue;
        block(draft.step, "max_removes",
              most == 0 ? std::string("nothing is removed unless a number allows it")
                        : fmt::format("{} stacks would be removed, and {} may be", count, most),
              fmt::format("--max-removes {}", count));
        settle(draft.step);
    }
}

// The removal of the stack in whose place this one comes; nullptr if it is not among the steps.
Drafted* replaced_by(const Drafted& draft, std::vector<Drafted>& drafts) {
    if (draft.desired == nullptr || draft.desired->policy.replaces.empty() || !has(draft.step, Action::create))
        return nullptr;
    const std::string old = normalise_stack_name(draft.desired->policy.replaces);
    const auto found = std::ranges::find_if(drafts, [&](const Drafted& one) {
        return removes(one) && one.step.server == draft.step.server && normalise_stack_name(one.step.name) == old;
    });
    return found == drafts.end() ? nullptr : &*found;
}

// It is created only if what stood in its place goes first.
void wait_for_what_is_replaced(std::vector<Drafted>& drafts) {
    for (Drafted& draft : drafts) {
        const Drafted* old = replaced_by(draft, drafts);
        if (old == nullptr) continue;
        const std::string name = printable(old->step.name, 100);
        draft.step.replaces = old->step.name;
        draft.step.notes.push_back(fmt::format("takes the place of `{}`, whose data does not follow", name));
        if (old->step.readiness == Readiness::to_do) continue;
        block(draft.step, "replaces_blocked",
              fmt::format("`{}` goes first, and its removal is {}: {}", name, to_string(old->step.readiness),
                          old->step.obstacles.front().code));
        settle(draft.step);
    }
}

// What is replaced stays while nothing takes its place.
void keep_what_is_not_replaced(std::vector<Drafted>& drafts) {
    for (Drafted& draft : drafts) {
        Drafted* old = replaced_by(draft, drafts);
        if (old == nullptr || draft.step.readiness == Readiness::to_do || old->step.readiness != Readiness::to_do)
            continue;
        block(old->step, "not_replaced",
              fmt::format("`{}` takes its place, and is {}", printable(draft.step.name, 100),
                          to_string(draft.step.readiness)));
        settle(old->step);
    }
}

// Not where nobody asked which engines they are: most environments have one of their own.
bool is_one_engine(const ServerStanding& server, EnvironmentId one, EnvironmentId other) {
    const auto known = [&](EnvironmentId id) {
        const auto found = server.engines.find(id);
        return found != server.engines.end() && !found->second.id.empty();
    };
    return one == other || (known(one) && known(other) && server.shares_engine(one, other));
}

// What two steps of one engine would both take only the first one gets.
void give_each_claim_once(std::vector<Drafted>& drafts, const PlanInput& input) {
    std::map<std::pair<std::string, std::string>, std::vector<const Drafted*>> taken; // by server and claim
    for (Drafted& draft : drafts) {
        if (draft.step.readiness != Readiness::to_do || !draft.step.ground.environment) continue;
        const ServerStanding& server = input.servers.at(draft.step.server);
        const Drafted* first = nullptr;
        bool is_port = false;
        for (const std::string& claim : draft.claims) {
            auto& others = taken[{draft.step.server, claim}];
            const auto other = std::ranges::find_if(others, [&](const Drafted* one) {
                return is_one_engine(server, *one->step.ground.environment, *draft.step.ground.environment);
            });
            if (other != others.end() && first == nullptr) {
                first = *other;
                is_port = claim.starts_with("port ");
            }
            others.push_back(&draft);
        }
        if (first == nullptr) continue;
        block(draft.step, is_port ? "port_in_use" : "name_in_use",
              fmt::format("`{}`, which this plan writes before, takes the same {} of that engine",
                          printable(first->step.name, 100), is_port ? "port" : "container name"),
              is_port ? "publish another port" : "give the service another `container_name`");
        settle(draft.step);
    }
}

void put_the_replaced_first(std::vector<Drafted>& drafts) {
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const Drafted* old = replaced_by(drafts[i], drafts);
        if (old == nullptr) continue;
        const auto at = drafts.begin() + (old - drafts.data());
        const auto here = drafts.begin() + static_cast<std::ptrdiff_t>(i);
        if (at > here) {
            std::rotate(here, at, at + 1);
            ++i; // past the stack that was just moved back by one
        }
    }
}

} // namespace

void settle(Step& step) {
    std::ranges::stable_sort(step.obstacles, {}, [](const Obstacle& one) { return one.held; });
    if (step.obstacles.empty()) {
        step.readiness = Readiness::to_do;
    } else {
        step.readiness = step.obstacles.front().held ? Readiness::held : Readiness::blocked;
    }
}

DesiredStack stand_in(const PlanInput& input, const drift::Assessment& seen) {
    DesiredStack stack;
    stack.name = seen.record ? seen.record->name : seen.result.name;
    stack.server = seen.result.server;
    stack.environment = EnvironmentRef{.id = seen.result.environment_id, .name = seen.result.environment_name};
    stack.type = seen.result.type.value_or(StackType::standalone);
    stack.where = seen.result.where;
    stack.policy.mode = PolicyMode::correct; // the Scope speaks for it
    const auto scope = std::ranges::find_if(input.scopes, [&](const DesiredScope& one) {
        return one.server == seen.result.server && one.where == seen.result.where;
    });
    if (scope != input.scopes.end()) {
        stack.policy.windows = scope->windows;
        stack.policy.freezes = scope->freezes;
    }
    return stack;
}

void put_in_order(std::vector<Drafted>& drafts, const PlanInput& input) {
    const DeclaredOrder order(input.declared);
    limit_removals(drafts, input);
    wait_for_what_is_replaced(drafts);
    sort_by(order, drafts, input);
    give_each_claim_once(drafts, input);
    wait_for_others(drafts, order, input);
    keep_what_is_not_replaced(drafts);
    put_the_replaced_first(drafts);
}

void keep_unreplaced(const Plan& plan, std::vector<const Step*>& chosen) {
    const std::vector<const Step*> all = chosen;
    std::erase_if(chosen, [&](const Step* old) {
        return std::ranges::any_of(plan.steps, [&](const Step& step) {
            return step.server == old->server && !step.replaces.empty() && step.replaces == old->name &&
                   std::ranges::find(all, &step) == all.end();
        });
    });
}

} // namespace mooring::reconcile
