// The parts of check(): each looks at one side of a walk. Private to this folder.
#pragma once

#include "walks/check.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mooring::walks {

struct Checking {
    const World& world;
    const Walk& walk;
    std::vector<Violation>& found;

    void violated(std::string rule, std::string what) const { found.push_back({std::move(rule), std::move(what)}); }
};

std::string about(const StackResult& result);
// What the run of this server alone ended with; 0 if its rows were judged.
int ended_with(const Report& report, const char* server);

// Every declared stack has its rows, each with a right verdict and nothing claimed that is not so.
void check_rows(const Checking& c, const Seen& seen);
void check_later(const Checking& c, const Seen& seen);
// What a row says of waivers.
void check_waivers(const Checking& c, const Seen& seen);
// Undeclared is said of what stands and is declared nowhere, and of all of it.
void check_extra(const Checking& c, const Seen& seen);
// Counts, coverage, scores, exit code and remarks, recomputed from the rows and the world.
void check_sums(const Checking& c, const Seen& seen);

} // namespace mooring::walks
