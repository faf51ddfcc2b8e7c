// A walk as a JSON file, as it stands in tests/golden/walks.
#pragma once

#include "walks/world.hpp"

#include <string>
#include <string_view>

namespace mooring::walks {

// The same world gives the same bytes.
std::string to_json(const World& world);

// What to_json wrote; members left out have their defaults. Throws std::runtime_error for anything else.
World read_world(std::string_view text);

// What a declaration and its record have that decides: "ended declaredJob-asMeant gitHidden", for people who count.
std::string features_of(const World& world, const Declared& declared);

// "missing-stack" and the like: the words of the file, for messages.
std::string to_string(StepKind kind);

} // namespace mooring::walks
