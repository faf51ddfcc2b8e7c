// A plan for people and for machines. No text holds a secret, and no arrow stands in a plan: reports read desired ->
// actual, other tools the reverse.
#pragma once

#include "reconcile/plan.hpp"

#include <string>

namespace mooring::reconcile {

// "shop/production": what a step is called in every line about it.
std::string name_of(const Step& step);

// For a terminal or a log: ends with what the exit code means, or, for who goes on to apply it, with the counts alone.
std::string to_text(const Plan& plan, bool with_exit_code = true);

// For a pull request, that strangers may read: without addresses, versions, identities, the names of what nobody
// declared and what servers said. `details` adds them.
std::string to_markdown(const Plan& plan, bool details = false);

// Canonical: schema `plan`, ends with a line feed; the same plan gives the same bytes.
std::string to_json(const Plan& plan);

} // namespace mooring::reconcile
