// A plan that somebody saved and read, held against the plan of now (reconcile.md §3.4). Pure.
#pragma once

#include "base/error.hpp"
#include "reconcile/plan.hpp"

#include <string>
#include <vector>

namespace mooring::reconcile {

// "main shop/production"
std::string title_of(const Step& step);

// Steps to be done of either plan that do not stand in the other with everything they stand on: server, InstanceID,
// version, record, parts, differences, what is said of them. `saved` is the JSON of to_json; lines of files do not
// count. Titles. Error (invalid_input): the text is not such a plan.
Result<std::vector<std::string>> moved_steps(const std::string& saved, const Plan& now);

} // namespace mooring::reconcile
