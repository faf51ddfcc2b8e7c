// What a walk must never show. Pure.
#pragma once

#include "walks/walk.hpp"
#include "walks/world.hpp"

#include <string>
#include <vector>

namespace mooring::walks {

struct Violation {
    std::string rule; // "false missing", "false in sync", "false drift", "secret", "not a GET", ...
    std::string what; // which stack, and what was said of it

    friend bool operator==(const Violation&, const Violation&) = default;
};

// Every rule that the walk breaks; empty is good.
std::vector<Violation> check(const World& world, const Walk& walk);

} // namespace mooring::walks
