// What people have accepted, and what nobody declared.
#include "walks/check_parts.hpp"
#include "walks/differences.hpp"
#include "walks/rows.hpp"
#include "walks/stage.hpp"
#include "walks/truth.hpp"

#include <algorithm>

namespace mooring::walks {
namespace {

std::string path_of(const Change& change) { return std::string(to_string(change.plane)) + ":x"; }

void check_waiver(const Checking& c, const StackResult& result, const std::string& name, const std::string& path) {
    for (std::size_t i = 0; i < c.world.waivers.size(); ++i) {
        if (name_of_waiver(i) != name) continue;
        if (accepts(c.world.waivers[i], result.server, result.name, path)) return;
    }
    c.violated("false waiver", name + ": " + about(result));
}

// The environment of this name, as the reader sees it: of two namesakes the visible one.
const Place* called_by(const State& state, const std::string& name) {
    for (const Place& place : state.places) {
        if (place.name == name && enters(state, place)) return &place;
    }
    return find_place(state, name);
}

} // namespace

void check_waivers(const Checking& c, const Seen& seen) {
    for (const StackResult& result : seen.report.stacks) {
        for (const Change& change : result.changes) {
            if (!change.waiver.empty()) check_waiver(c, result, change.waiver, path_of(change));
        }
        bool waived = false;
        if (result.verdict == Verdict::in_sync) waived = !result.changes.empty();
        if (result.verdict == Verdict::missing || result.verdict == Verdict::extra) {
            waived = is_accepted(c.world, result.server, result.name, to_string(result.verdict));
        }
        if (result.waived != waived) c.violated("waived", about(result));
    }
}

void check_extra(const Checking& c, const Seen& seen) {
    const State before = after_steps(c.world);
    const State after = after_all(c.world);
    std::set<StackId> said;
    for (const StackResult& result : seen.report.stacks) {
        if (result.verdict != Verdict::extra) continue;
        said.insert(result.id.value_or(0));
        const int id = static_cast<int>(result.id.value_or(0));
        const Stack* stack = find_stack(before, id); // a backup may give the id to another
        if (stack == nullptr || stack->name != result.name) stack = find_stack(after, id);
        const bool held = stack != nullptr && result.server == "main" &&
                          (in_scope(c.world, before, *stack, true) || in_scope(c.world, after, *stack, true));
        const bool declared = stack != nullptr && std::ranges::any_of(c.world.declared, [&](const Declared& one) {
                                  const Place* called = called_by(before, one.called);
                                  const Place* stands_in = find_place(before, stack->place);
                                  const int place = one.place != 0 || called == nullptr ? one.place : called->id;
                                  const bool there =
                                      one.by_tag ? stands_in != nullptr && stands_in->tagged : place == stack->place;
                                  if (one.tied != 0) return !one.branch && one.tied == stack->id;
                                  return !one.branch && there && one.name == stack->name && one.kind == stack->kind &&
                                         one.space == stack->space;
                              });
        if (!held || declared) c.violated("false extra", about(result));
    }
    const bool by_tag = std::ranges::any_of(c.world.declared, [](const Declared& one) { return one.by_tag; });
    if (!c.world.calm() || by_tag || !c.world.only.empty() || ended_with(seen.report, "main") != 0) return;
    for (const Stack& stack : before.stacks) {
        const bool wanted =
            lists(before, stack) && in_scope(c.world, before, stack) && !may_be_declared(c.world, stack);
        if (wanted && !said.contains(stack.id)) c.violated("extra unsaid", stack.name);
    }
}

} // namespace mooring::walks
