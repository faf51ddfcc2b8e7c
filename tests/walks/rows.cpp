#include "walks/rows.hpp"

#include "walks/differences.hpp"

#include <algorithm>

namespace mooring::walks {
namespace {

bool fits_any(const World& world, const char* kind, const std::string& text) {
    bool asked = false;
    for (const Chosen& chosen : world.only) {
        if (chosen.kind != kind) continue;
        asked = true;
        if (fits(chosen.glob, text)) return true;
    }
    return !asked;
}

bool asks_for(const World& world, const char* kind) {
    return std::ranges::any_of(world.only, [kind](const Chosen& chosen) { return chosen.kind == kind; });
}

// Declared by an id: the environment's name is what the reader sees, else what the first run saw, else nothing.
Presence chosen_by_id(const World& world, int id) {
    const State state = after_steps(world);
    const Place* place = find_place(state, id);
    if (place != nullptr && enters(state, *place)) {
        return fits_any(world, "environment", place->name) ? Presence::must : Presence::never;
    }
    const Known known = believed(seen_by_first_run(world), world.start.database, state);
    const auto remembered = known.places.find(id);
    if (remembered == known.places.end()) return Presence::must;
    return fits_any(world, "environment", remembered->second) ? Presence::must : Presence::may;
}

// The server of this declaration refuses the token in the judged run: the memory alone tells of environments.
bool is_refused(const World& world, const Declared& declared) {
    return declared.branch ? world.branch.condition == Condition::refusing : !after_steps(world).token;
}

Presence chosen_environment(const World& world, const Declared& declared) {
    if (!asks_for(world, "environment")) return Presence::must;
    if (is_refused(world, declared) && declared.place != 0) return Presence::may;
    if (declared.branch) {
        const Place* place = find_place(world.branch.state, declared.place);
        if (declared.place != 0 && (place == nullptr || !enters(world.branch.state, *place))) return Presence::may;
        const std::string& name = declared.place != 0 ? place->name : declared.called;
        if (world.branch.condition == Condition::down && declared.place != 0) return Presence::may;
        return fits_any(world, "environment", name) ? Presence::must : Presence::never;
    }
    if (declared.place != 0 && !world.calm()) return Presence::may; // whether its name could be read is not known
    if (declared.place != 0) return chosen_by_id(world, declared.place);
    const bool fits_name = fits_any(world, "environment", declared.called);
    const bool renamed =
        std::ranges::any_of(world.steps, [](const Step& step) { return step.kind == StepKind::rename_place; });
    if (renamed) return Presence::may; // it is shown by its new name
    return fits_name ? Presence::must : Presence::never;
}

void add_row(const World& world, std::size_t index, const Declared& declared, std::vector<ExpectedRow>& rows) {
    ExpectedRow row{.declaration = index, .declared = declared, .right = admissible(world, declared)};
    row.presence = chosen(world, declared, false);
    if (row.presence != Presence::never) rows.push_back(std::move(row));
}

// The environments that a tag reaches, as far as they are visible or remembered; then the row of the tag itself, where
// there may be more (design §4 "Selectors").
void add_rows_by_tag(const World& world, std::size_t index, const Declared& declared, std::vector<ExpectedRow>& rows) {
    const State state = after_steps(world);
    const bool refused = is_refused(world, declared);
    const bool same_server = state.database == world.start.database;
    const Known first = seen_by_first_run(world);
    const Known known = refused ? (same_server ? first : Known{})
                                : believed(first, world.start.database, state); // no list contradicts it
    std::size_t reached = 0;
    for (const Place& place : state.places) {
        const bool visible = enters(state, place) && !refused;
        if (!place.tagged || (!visible && !known.tagged.contains(place.id))) continue;
        Declared one = declared;
        one.by_tag = false;
        one.place = place.id;
        add_row(world, index, one, rows);
        ++reached;
    }
    for (const int gone : known.tagged) { // with a refused token nothing is learned of what became of it
        if (!refused || find_place(state, gone) != nullptr) continue;
        Declared one = declared;
        one.by_tag = false;
        one.place = gone;
        add_row(world, index, one, rows);
    }
    if (state.administrator && reached > 0 && !refused) return;
    ExpectedRow row{.declaration = index, .declared = declared, .selector = true, .right = {}};
    row.right = {state.administrator ? Verdict::error : Verdict::not_visible};
    if (refused) row.right = {Verdict::denied};
    if (declared.suspended == Suspended::yes) row.right = {Verdict::suspended};
    row.presence = chosen(world, declared, true);
    if (row.presence != Presence::never) rows.push_back(std::move(row));
}

} // namespace

Presence chosen(const World& world, const Declared& declared, bool selector) {
    if (!fits_any(world, "name", declared.name)) return Presence::never;
    if (asks_for(world, "label") && (declared.team.empty() || !fits_any(world, "label", declared.team))) {
        return Presence::never;
    }
    return selector ? Presence::must : chosen_environment(world, declared);
}

std::vector<ExpectedRow> expected_rows(const World& world) {
    std::vector<ExpectedRow> rows;
    for (std::size_t i = 0; i < world.declared.size(); ++i) {
        const Declared& declared = world.declared[i];
        if (declared.by_tag) {
            add_rows_by_tag(world, i, declared, rows);
        } else {
            add_row(world, i, declared, rows);
        }
    }
    return rows;
}

bool may_be_declared(const World& world, const Stack& stack) {
    return std::ranges::any_of(world.declared, [&](const Declared& declared) {
        // One without a name may be whatever is declared in its namespace and not tied to another.
        const bool any_name = stack.name.empty() && stack.kind == Kind::kubernetes && declared.tied == 0 &&
                              declared.kind == stack.kind && declared.space == stack.space;
        return !declared.branch && (any_name || stack.name == declared.name ||
                                    stack.name == declared.name + "-renamed" || stack.id == declared.tied);
    });
}

bool in_scope(const World& world, const State& state, const Stack& stack, bool or_remembered) {
    const Scope& scope = world.scope;
    if (!scope.declared || !fits(scope.names, stack.name)) return false;
    if (!scope.except.empty() && fits(scope.except, stack.name)) return false;
    if (scope.called.empty()) return true;
    const Place* place = find_place(state, stack.place);
    const Known known = seen_by_first_run(world);
    const auto remembered = known.places.find(stack.place);
    if (or_remembered && remembered != known.places.end() && remembered->second == scope.called) return true;
    const auto namesakes = std::ranges::count(state.places, scope.called, &Place::name);
    return place != nullptr && namesakes == 1 && place->name == scope.called && enters(state, *place);
}

} // namespace mooring::walks
