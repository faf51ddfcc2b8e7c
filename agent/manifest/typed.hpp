// The type of a YAML node as JSON Schema counts types.
#pragma once

#include "yaml/node.hpp"

#include <cstdint>
#include <optional>

namespace mooring::manifest {

// Dates are texts here, as they are in JSON.
enum class Type : std::uint8_t { null, boolean, integer, number, text, list, map };

Type type_of(const yaml::Node& node);

// The value of a node of that type; nullopt for other nodes, and for integers above 2^63-1.
std::optional<bool> as_boolean(const yaml::Node& node);
std::optional<std::int64_t> as_integer(const yaml::Node& node);

// False for numbers and booleans that YAML would spell differently (1.10, 0x1F, TRUE): what was meant as a text is then
// not certain.
bool is_spelt_plainly(const yaml::Node& node);

} // namespace mooring::manifest
