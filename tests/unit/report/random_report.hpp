// Reports made by chance, seeded: every verdict, hostile texts in every field, secrets in what must not be shown.
#pragma once

#include "model/verdict.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mooring::report {

struct RandomReport {
    Report report;
    std::vector<std::string> secrets; // values of its secret changes
};

// The same seed gives the same report; with another `salt` it differs in the secrets' values alone (same lengths).
RandomReport random_report(std::uint32_t seed, char salt = 'a');

} // namespace mooring::report
