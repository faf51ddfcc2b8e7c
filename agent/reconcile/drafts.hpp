// The steps of a plan while it grows: in which order they are done, and what waits for what. Private to this folder.
#pragma once

#include "reconcile/plan.hpp"

#include <vector>

namespace mooring::reconcile {

struct Drafted {
    Step step;
    const DesiredStack* desired = nullptr; // nullptr: nobody declares it, and it goes
};

// The step's readiness by its obstacles, of which those that block come first.
void settle(Step& step);

// A stack in the place of one that nobody declares, by its record.
DesiredStack stand_in(const drift::Assessment& seen);

// Sorts the steps (by server, by `after`, removals last, what is replaced right before what takes its place), and adds
// what one step means for another: it waits, more would go than may, what is replaced stays unless its place is taken.
void put_in_order(std::vector<Drafted>& drafts, const PlanInput& input);

} // namespace mooring::reconcile
