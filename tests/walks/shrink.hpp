// The smallest world that still fails: what is not needed for it is taken away, piece by piece.
#pragma once

#include "walks/world.hpp"

#include <functional>

namespace mooring::walks {

// Ends when nothing more can be taken away, or after `most_tries` tries.
World shrink(World world, const std::function<bool(const World&)>& still_fails, int most_tries = 400);

} // namespace mooring::walks
