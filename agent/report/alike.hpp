// Equal differences of several stacks, so that they are said once. Pure.
#pragma once

#include "model/verdict.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mooring::report {

// From this many on, what several stacks share is said of all of them at once.
inline constexpr std::size_t enough_to_group = 3;

// `stacks` in groups of which the same can be said: drifted stacks with the same changes (a secret counts by its path,
// never by its value) and the same remarks and remedy. In the order of their first ones; what does not reach
// enough_to_group stands alone, in its own place.
std::vector<std::vector<const StackResult*>> alike(const std::vector<const StackResult*>& stacks);

struct SharedChange {
    std::string line; // "content services.web.image: nginx:1.27 -> nginx:1.25"
    std::size_t stacks = 0;
};
// Unwaived changes that enough stacks share, the commonest first.
std::vector<SharedChange> shared_changes(const Report& report);

} // namespace mooring::report
