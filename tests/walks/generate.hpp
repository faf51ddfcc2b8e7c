// Worlds from seeds. The same seed gives the same world on every machine.
#pragma once

#include "walks/world.hpp"

#include <cstdint>

namespace mooring::walks {

World generate(std::uint64_t seed);

} // namespace mooring::walks
