// Figures as inline SVG: numbers in, markup out, the same bytes for the same numbers. Pure.
#pragma once

#include "evidence/assessment.hpp"

#include <string>

namespace mooring::evidence {

// Coverage and score over the period, with and without waivers; where nobody looked there is no line.
std::string share_figure(const Assessment& assessment);

// One stack's verdicts over the period as a strip; grey hatching where nobody looked.
std::string strip_figure(const StackReport& stack, ledger::Period period);

} // namespace mooring::evidence
