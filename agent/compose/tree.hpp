// What a File holds.
#pragma once

#include "compose/compose.hpp"
#include "compose/value.hpp"

namespace mooring::compose {

struct File::Tree {
    Value root;
};

} // namespace mooring::compose
