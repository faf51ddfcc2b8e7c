// What a File holds.
#pragma once

#include "compose/compose.hpp"
#include "compose/value.hpp"

namespace mooring::compose {

struct File::Tree {
    Value root;
    std::vector<std::string>
        jobs; // services under whose key `x-mooring: {job: true}` stands; extensions are not in root
};

} // namespace mooring::compose
