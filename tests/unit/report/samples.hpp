// Reports made by hand for the tests of agent/report.
#pragma once

#include "model/verdict.hpp"

namespace mooring::report {

// The report of the sample: one server, a user, six verdicts.
Report shop_report();

// Every verdict, every cause and proof, two servers of which one is down, waivers, secrets, hostile texts.
Report full_report();

// Nothing declared, nothing found.
Report empty_report();

// Values that full_report() holds under `secret`, and that no output may show.
inline constexpr std::string_view secret_desired = "hunter2-desired";
inline constexpr std::string_view secret_actual = "hunter2-actual";

} // namespace mooring::report
